//! The README's picture of the screen, dark and light, drawn by the same code as `S`. `UPDATE=1`
//! rewrites it.

use std::fs;
use std::path::Path;

use hbmon::tui::{Palette, svg};

use crate::fixture::{NOW, sample_fleet};
use crate::{FULL, picture, ui};

#[test]
fn the_picture_is_how_the_screen_looks() {
    let buffer = picture(&ui(&sample_fleet(), 100, 30), FULL, NOW, 100, 30);
    for (name, palette) in [("dark", Palette::DARK), ("light", Palette::LIGHT)] {
        let drawn = svg(
            &buffer,
            &palette,
            "hbmon watching fourteen monitors, two of them down",
        );
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/screen-{name}.svg"));
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, &drawn).unwrap();
        }
        let kept = fs::read_to_string(&file).unwrap_or_default();
        assert!(
            drawn == kept,
            "{} is stale: UPDATE=1 cargo test --test screen draws it anew",
            file.display()
        );
    }
}
