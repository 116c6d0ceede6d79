//! hbmon.5: the config with all its keys.

use clap_mangen::roff::{Roff, bold, italic, roman};

use super::{DATE, MANUAL, SOURCE, example, marked, see_also};
use crate::config::reference::{self, RULES, ReferenceKey, ReferenceSection};

const EXAMPLE: &str = include_str!("../../../configs/http.yaml");

/// Returns hbmon.5 from the types of the config. `hbmon man` makes the same of the reference's page.
pub fn config_manual() -> String {
    page(reference::sections())
}

/// `sections`: of the reference.
pub(super) fn page(sections: Vec<ReferenceSection>) -> String {
    let mut roff = Roff::new();
    roff.control("TH", ["hbmon", "5", DATE, SOURCE, MANUAL]);
    roff.control("SH", ["NAME"])
        .text([roman("hbmon - the config of hbmon, hbmon.yaml")]);
    roff.control("SH", ["DESCRIPTION"])
        .text([roman("YAML that says what to watch, and how to judge it.")]);
    for rule in RULES {
        roff.control("PP", []).text(marked(rule));
    }
    for ReferenceSection { title, about, keys } in sections {
        roff.control("SH", [title.replace('`', "").to_uppercase().as_str()])
            .text(marked(&about));
        for key in keys {
            entry(&mut roff, &key);
        }
    }
    roff.control("SH", ["EXAMPLE"]);
    example(&mut roff, EXAMPLE);
    see_also(
        &mut roff,
        &[
            ("hbmon", "1"),
            ("hbmon-validate", "1"),
            ("hbmon-schema", "1"),
        ],
    );
    roff.render()
}

fn entry(
    roff: &mut Roff,
    ReferenceKey {
        name,
        takes,
        default,
        about,
    }: &ReferenceKey,
) {
    roff.control("TP", []).text([
        bold(name.as_str()),
        roman(" "),
        italic(takes.replace('`', "")),
    ]);
    let end = match default {
        Some(default) => format!("Default: {default}."),
        None => "Required.".to_owned(),
    };
    roff.text(marked(format!("{about} {end}").trim_start()));
}
