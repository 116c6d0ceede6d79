//! Colours and glyphs of text output, decided once from the flags, the environment and the stream.

use std::fmt;

use crate::model::Status;
pub use crate::words::Glyphs;

/// A flag of three values: `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

/// `--glyphs`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum GlyphChoice {
    #[default]
    Auto,
    Unicode,
    Ascii,
}

/// The style of text on one stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    pub color: bool,
    pub glyphs: Glyphs,
    /// Columns of the terminal; none for a file or a pipe.
    pub columns: Option<usize>,
}

/// What a stream leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamTarget {
    Terminal,
    /// A regular file, which shows no colours.
    File,
    /// A pipe or anything else; in CI, the log.
    Pipe,
}

/// Variables of the CI systems whose logs render colours. `CI` alone says nothing about that.
const COLOR_LOGS: [&str; 10] = [
    "GITHUB_ACTIONS",
    "GITEA_ACTIONS",
    "GITLAB_CI",
    "BUILDKITE",
    "CIRCLECI",
    "TRAVIS",
    "APPVEYOR",
    "DRONE",
    "TEAMCITY_VERSION",
    "TF_BUILD",
];

/// Returns whether to use colours. The first of these that is set decides: the flag, `NO_COLOR`,
/// `CLICOLOR_FORCE` or `FORCE_COLOR`, `CLICOLOR=0`, `TERM=dumb`; then whether the stream is a
/// terminal or a CI log that renders colours.
pub fn color(
    choice: ColorChoice,
    env: &dyn Fn(&str) -> Option<String>,
    target: StreamTarget,
) -> bool {
    let set = |name: &str| env(name).filter(|value| !value.is_empty());
    let on = |name: &str| set(name).is_some_and(|value| value != "0");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if set("NO_COLOR").is_some() => false,
        ColorChoice::Auto if on("CLICOLOR_FORCE") || on("FORCE_COLOR") => true,
        ColorChoice::Auto if env("CLICOLOR").as_deref() == Some("0") => false,
        ColorChoice::Auto if env("TERM").as_deref() == Some("dumb") => false,
        ColorChoice::Auto => match target {
            StreamTarget::Terminal => true,
            StreamTarget::File => false,
            StreamTarget::Pipe => COLOR_LOGS.into_iter().any(|name| set(name).is_some()),
        },
    }
}

/// Returns Unicode if the locale is UTF-8, except on the Linux console, whose font lacks the
/// glyphs.
pub fn glyphs(choice: GlyphChoice, env: &dyn Fn(&str) -> Option<String>) -> Glyphs {
    let locale = || {
        ["LC_ALL", "LC_CTYPE", "LANG"]
            .into_iter()
            .find_map(|name| env(name).filter(|v| !v.is_empty()))
    };
    let is_utf8 = |locale: String| {
        let locale = locale.to_ascii_lowercase();
        locale.ends_with("utf-8") || locale.ends_with("utf8")
    };
    match choice {
        GlyphChoice::Unicode => Glyphs::Unicode,
        GlyphChoice::Ascii => Glyphs::Ascii,
        GlyphChoice::Auto if env("TERM").as_deref() == Some("linux") => Glyphs::Ascii,
        GlyphChoice::Auto if locale().is_some_and(is_utf8) => Glyphs::Unicode,
        GlyphChoice::Auto => Glyphs::Ascii,
    }
}

impl Glyphs {
    /// Marks the line of all healthy monitors.
    pub const fn check(self) -> &'static str {
        self.pick("✓", "+")
    }

    /// Marks events without a status: a heartbeat, a reload.
    pub const fn dot(self) -> &'static str {
        self.pick("·", ".")
    }
}

/// Returns text in a colour, or plain. The codes are SGR parameters of ECMA-48, section 8.3.117.
#[derive(Clone, Copy, Debug)]
pub struct Painted<'a> {
    text: &'a str,
    sgr: Option<&'static str>,
}

impl Style {
    pub const PLAIN: Style = Style {
        color: false,
        glyphs: Glyphs::Unicode,
        columns: None,
    };

    /// Returns text in the colour of a status.
    pub fn paint(self, status: Status, text: &str) -> Painted<'_> {
        let sgr = match status {
            Status::Healthy => "32",
            Status::Warning => "33",
            Status::Error => "1;31",
            Status::Unknown | Status::Paused => "2",
        };
        Painted {
            text,
            sgr: self.color.then_some(sgr),
        }
    }

    pub fn dim(self, text: &str) -> Painted<'_> {
        Painted {
            text,
            sgr: self.color.then_some("2"),
        }
    }

    pub fn bold(self, text: &str) -> Painted<'_> {
        Painted {
            text,
            sgr: self.color.then_some("1"),
        }
    }

    /// Returns the glyph of a status in its colour.
    pub fn glyph(self, status: Status) -> Painted<'static> {
        self.paint(status, self.glyphs.status(status))
    }
}

impl fmt::Display for Painted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sgr {
            Some(sgr) => write!(f, "\x1b[{sgr}m{}\x1b[0m", self.text),
            None => f.write_str(self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `A=1 B=` as an environment.
    fn env(settings: &'static str) -> impl Fn(&str) -> Option<String> {
        move |name| {
            let mut pairs = settings
                .split_whitespace()
                .filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.to_owned())
        }
    }

    #[test]
    fn the_first_rule_with_an_opinion_decides_on_colour() {
        use StreamTarget::{File, Pipe, Terminal};
        let table = [
            ("", Terminal, true),
            ("", Pipe, false),
            ("NO_COLOR=1", Terminal, false),
            ("NO_COLOR=", Terminal, true),
            ("NO_COLOR=1 CLICOLOR_FORCE=1", Terminal, false),
            ("CLICOLOR_FORCE=1", Pipe, true),
            ("CLICOLOR_FORCE=0", Pipe, false),
            ("FORCE_COLOR=1 TERM=dumb", Pipe, true),
            ("FORCE_COLOR=0", Terminal, true),
            ("CLICOLOR=0", Terminal, false),
            ("CLICOLOR=1", Pipe, false),
            ("TERM=dumb", Terminal, false),
            ("GITHUB_ACTIONS=true", Pipe, true),
            ("GITLAB_CI=true NO_COLOR=1", Pipe, false),
            ("BUILDKITE=true CI=true", Pipe, true),
            ("GITHUB_ACTIONS=true", File, false),
            ("CI=true", Pipe, false),
            ("CI=true", Terminal, true),
            ("FORCE_COLOR=1", File, true),
        ];
        for (settings, target, wanted) in table {
            assert_eq!(
                color(ColorChoice::Auto, &env(settings), target),
                wanted,
                "{settings} {target:?}"
            );
        }
        assert!(color(ColorChoice::Always, &env("NO_COLOR=1"), File));
        assert!(!color(
            ColorChoice::Never,
            &env("CLICOLOR_FORCE=1"),
            Terminal
        ));
    }

    #[test]
    fn the_locale_decides_on_glyphs() {
        let table = [
            ("LANG=en_US.UTF-8", Glyphs::Unicode),
            ("LANG=de_DE.utf8", Glyphs::Unicode),
            ("LANG=C.UTF-8 LC_ALL=C", Glyphs::Ascii),
            ("LANG=C LC_CTYPE=C.UTF-8", Glyphs::Unicode),
            ("LC_ALL= LANG=C.UTF-8", Glyphs::Unicode),
            ("LANG=C.UTF-8 TERM=linux", Glyphs::Ascii),
            ("", Glyphs::Ascii),
        ];
        for (settings, wanted) in table {
            assert_eq!(
                glyphs(GlyphChoice::Auto, &env(settings)),
                wanted,
                "{settings}"
            );
        }
        assert_eq!(
            glyphs(GlyphChoice::Unicode, &env("TERM=linux")),
            Glyphs::Unicode
        );
        assert_eq!(
            glyphs(GlyphChoice::Ascii, &env("LANG=C.UTF-8")),
            Glyphs::Ascii
        );
    }

    #[test]
    fn colour_wraps_the_text_and_ends() {
        let style = Style {
            color: true,
            glyphs: Glyphs::Ascii,
            columns: None,
        };
        assert_eq!(style.glyph(Status::Error).to_string(), "\x1b[1;31mx\x1b[0m");
        assert_eq!(Style::PLAIN.glyph(Status::Error).to_string(), "✗");
    }
}
