//! The names of the themes.

/// A theme: the colours for each status. No theme paints a background.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeName {
    /// The terminal's own sixteen colours.
    #[default]
    Default,
    /// For red-green colour blindness: blue, yellow, orange.
    CbDeutan,
    /// For blue-yellow colour blindness: cyan, magenta, red.
    CbTritan,
    /// No colours: only bold, dim and reversed.
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

    /// Finds a theme by its name in a config. `auto` is the default theme, whose colours are the
    /// terminal's own and suit any background.
    pub fn parse(name: &str) -> Option<ThemeName> {
        let known = ThemeName::ALL
            .into_iter()
            .find(|theme| theme.as_str() == name);
        known.or((name == "auto").then_some(ThemeName::Default))
    }

    /// The next theme; the first one follows the last.
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
