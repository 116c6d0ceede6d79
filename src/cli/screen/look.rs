//! Decides from the environment which colours and glyphs a terminal supports. The terminal itself
//! is not queried.

use crate::prefs::ThemeName;
use crate::report::style::{GlyphChoice, Style};
use crate::tui::{Colours, Theme};
use crate::words::Glyphs;

/// Locales whose fonts draw many glyphs two columns wide.
const WIDE: [&str; 3] = ["zh", "ja", "ko"];

/// Returns the theme of the screen. `wanted`: `--glyphs`; `style`: its effect on this terminal.
pub(super) fn theme(
    name: Option<ThemeName>,
    wanted: GlyphChoice,
    style: Style,
    env: &dyn Fn(&str) -> Option<String>,
) -> Theme {
    let glyphs = match style.glyphs {
        Glyphs::Unicode if wanted == GlyphChoice::Unicode || !is_wide(env) => Glyphs::Unicode,
        _ => Glyphs::Ascii,
    };
    let colours = if style.color {
        colours(env)
    } else {
        Colours::None
    };
    Theme {
        name: name.unwrap_or_default(),
        colours,
        glyphs,
    }
}

fn colours(env: &dyn Fn(&str) -> Option<String>) -> Colours {
    let says = |name: &str, words: &[&str]| {
        env(name).is_some_and(|value| words.iter().any(|word| value.contains(word)))
    };
    if says("COLORTERM", &["truecolor", "24bit"]) || says("TERM", &["-direct"]) {
        Colours::True
    } else if says("TERM", &["256color"]) {
        Colours::Indexed
    } else {
        Colours::Ansi
    }
}

fn is_wide(env: &dyn Fn(&str) -> Option<String>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| env(name).filter(|value| !value.is_empty()));
    locale.is_some_and(|locale| WIDE.iter().any(|language| locale.starts_with(language)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(wanted: GlyphChoice, environment: &str) -> Theme {
        let env = |name: &str| {
            let pairs = environment
                .split(' ')
                .filter_map(|pair| pair.split_once('='));
            pairs
                .filter(|(key, _)| *key == name)
                .map(|(_, value)| value.to_owned())
                .next_back()
        };
        theme(
            None,
            wanted,
            Style {
                color: true,
                glyphs: Glyphs::Unicode,
                columns: None,
            },
            &env,
        )
    }

    #[test]
    fn the_environment_says_what_the_terminal_bears() {
        for (environment, colours, glyphs) in [
            ("", Colours::Ansi, Glyphs::Unicode),
            (
                "TERM=xterm LANG=de_DE.UTF-8",
                Colours::Ansi,
                Glyphs::Unicode,
            ),
            ("TERM=screen-256color", Colours::Indexed, Glyphs::Unicode),
            (
                "TERM=xterm-256color COLORTERM=truecolor",
                Colours::True,
                Glyphs::Unicode,
            ),
            ("TERM=xterm-direct", Colours::True, Glyphs::Unicode),
            ("LANG=ja_JP.UTF-8", Colours::Ansi, Glyphs::Ascii),
            (
                "LANG=ja_JP.UTF-8 LC_ALL=C.UTF-8",
                Colours::Ansi,
                Glyphs::Unicode,
            ),
        ] {
            let theme = look(GlyphChoice::Auto, environment);
            assert_eq!(
                (theme.colours, theme.glyphs),
                (colours, glyphs),
                "{environment}"
            );
        }
    }

    #[test]
    fn who_asks_for_unicode_gets_it() {
        assert_eq!(
            look(GlyphChoice::Unicode, "LANG=ja_JP.UTF-8").glyphs,
            Glyphs::Unicode
        );
    }

    #[test]
    fn no_colour_is_no_colour() {
        let style = Style {
            color: false,
            glyphs: Glyphs::Ascii,
            columns: None,
        };
        let theme = theme(Some(ThemeName::CbDeutan), GlyphChoice::Auto, style, &|_| {
            Some("truecolor".into())
        });
        assert_eq!(
            (theme.colours, theme.glyphs, theme.name),
            (Colours::None, Glyphs::Ascii, ThemeName::CbDeutan)
        );
    }
}
