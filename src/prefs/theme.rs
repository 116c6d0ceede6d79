//! The themes by name.

/// Which colours stand for what. None of them paints a background.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeName {
    /// The terminal's own sixteen colours.
    #[default]
    Default,
    /// For eyes that do not tell red from green: blue, yellow, orange.
    CbDeutan,
    /// For eyes that do not tell blue from yellow: cyan, magenta, red.
    CbTritan,
    /// Bold, dim and reversed only.
    Mono,
}

impl ThemeName {
    pub const ALL: [ThemeName; 4] = [
        ThemeName::Default,
        ThemeName::CbDeutan,
        ThemeName::CbTritan,
        ThemeName::Mono,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            ThemeName::Default => "default",
            ThemeName::CbDeutan => "cb-deutan",
            ThemeName::CbTritan => "cb-tritan",
            ThemeName::Mono => "mono",
        }
    }

    /// By the name in a config; `auto` is the default, whose colours are the terminal's own and fit
    /// any background.
    pub fn parse(name: &str) -> Option<ThemeName> {
        let known = ThemeName::ALL
            .into_iter()
            .find(|theme| theme.as_str() == name);
        known.or((name == "auto").then_some(ThemeName::Default))
    }

    /// The next one, round the end.
    #[must_use]
    pub const fn next(self) -> ThemeName {
        match self {
            ThemeName::Default => ThemeName::CbDeutan,
            ThemeName::CbDeutan => ThemeName::CbTritan,
            ThemeName::CbTritan => ThemeName::Mono,
            ThemeName::Mono => ThemeName::Default,
        }
    }
}
