//! The pictures of the documents are what the program prints. `COSTPLAN_UPDATE=1` draws them again.

use std::fs;

use anstyle::{Color, RgbColor};
use anstyle_svg::{Palette, Term, WIN10_CONSOLE};

use crate::project::{root, stdout};

/// Each picture, and the command that it shows, in the example plan.
const PICTURES: [(&str, &str); 1] = [("stage", "stage 2 --customers 60 --mrr 6000")];

/// Each chart, and the command that draws it.
const CHARTS: [(&str, &str); 3] = [
    ("curve", "sweep 2 --customers 10..200"),
    ("forecast", "forecast --from 5 --growth 25%/month --months 18 --arpu 49 --cash 10000 --other-costs 2000"),
    ("stages", "stages"),
];

/// Colours that can be read on the background of a picture, whatever the page around it is.
const PALETTE: Palette = {
    let mut colours = WIN10_CONSOLE.0;
    colours[1] = RgbColor(0xff, 0x7b, 0x72);
    colours[2] = RgbColor(0x7e, 0xe7, 0x87);
    colours[3] = RgbColor(0xe3, 0xb3, 0x41);
    colours[6] = RgbColor(0x56, 0xd4, 0xdd);
    Palette(colours)
};

fn picture(command: &str) -> String {
    let mut arguments: Vec<&str> = command.split_whitespace().filter(|word| *word != "\\").collect();
    arguments.extend(["--as-of", "2026-11-24", "--color", "always"]);
    let printed = stdout(&root().join("examples/plan"), &arguments);
    let term = Term::new()
        .palette(PALETTE)
        .fg_color(Color::Rgb(RgbColor(0xe6, 0xed, 0xf3)))
        .bg_color(Color::Rgb(RgbColor(0x16, 0x1b, 0x22)));
    let svg = term.render_svg(&format!("\u{1b}[2m$ costplan {command}\u{1b}[0m\n{printed}"));
    svg.replace("opacity: 0.4", "opacity: 0.7")
}

fn chart(command: &str) -> String {
    let mut arguments = vec!["chart"];
    arguments.extend(command.split_whitespace());
    arguments.extend(["--as-of", "2026-11-24"]);
    stdout(&root().join("examples/plan"), &arguments)
}

#[test]
fn the_pictures_show_what_the_program_prints() {
    let pictures = PICTURES.map(|(name, command)| (name, picture(command)));
    for (name, drawn) in pictures.into_iter().chain(CHARTS.map(|(name, command)| (name, chart(command)))) {
        let file = root().join(format!("docs/pictures/{name}.svg"));
        if std::env::var_os("COSTPLAN_UPDATE").is_some() {
            fs::write(&file, drawn).unwrap();
        } else {
            assert_eq!(fs::read_to_string(&file).unwrap_or_default(), drawn, "{}", file.display());
        }
    }
}
