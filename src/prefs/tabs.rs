//! What the tabs of the main view divide the monitors by.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TabSet {
    #[default]
    Kind,
    Group,
    /// A monitor is on the tab of each of its tags.
    Tag,
}

impl TabSet {
    pub const ALL: [TabSet; 3] = [TabSet::Kind, TabSet::Group, TabSet::Tag];

    /// The name in a config.
    pub const fn as_str(self) -> &'static str {
        match self {
            TabSet::Kind => "kind",
            TabSet::Group => "group",
            TabSet::Tag => "tag",
        }
    }

    pub fn parse(name: &str) -> Option<TabSet> {
        TabSet::ALL.into_iter().find(|set| set.as_str() == name)
    }

    /// The next set; the first one follows the last.
    #[must_use]
    pub const fn next(self) -> TabSet {
        match self {
            TabSet::Kind => TabSet::Group,
            TabSet::Group => TabSet::Tag,
            TabSet::Tag => TabSet::Kind,
        }
    }
}
