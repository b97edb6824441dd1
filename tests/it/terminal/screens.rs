//! The screens of the ten commands on a terminal: within its width and 24 lines, with colours and without.

use std::fmt::Write as _;
use std::path::Path;

use super::pseudo_terminal::shown;
use crate::project::{command, costplan, example_plan, root, stderr, write};

/// The commands, as a person types them; `diff` compares with a snapshot of before a change.
const COMMANDS: [(&str, &[&str]); 10] = [
    ("stage", &["stage", "2", "--customers", "60", "--mrr", "6000"]),
    ("stages", &["stages"]),
    ("recommend", &["recommend", "--customers", "60", "--mrr", "600"]),
    ("breakeven", &["breakeven", "2", "--arpu", "49", "--customers", "60"]),
    (
        "forecast",
        &[
            "forecast",
            "--from",
            "5",
            "--growth",
            "15%/month",
            "--arpu",
            "49",
            "--cash",
            "12000",
            "--other-costs",
            "2000",
        ],
    ),
    ("sweep", &["sweep", "2", "--customers", "20..500", "--arpu", "3"]),
    ("sensitivity", &["sensitivity", "2", "--customers", "60"]),
    ("check", &["check", "--arpu", "3"]),
    ("diff", &["diff", "before.yaml", "."]),
    ("optimize", &["optimize", "3", "--customers", "300"]),
];

/// A copy of a plan in which something changed since the snapshot `before.yaml`.
fn changed(stages: &Path, change: [&str; 2]) -> tempfile::TempDir {
    let directory = example_plan(&[]);
    if stages != root() {
        std::fs::remove_dir_all(directory.path().join("stages")).unwrap();
        for name in ["costplan.toml", "stages/1-start.yaml", "stages/2-growth.yaml", "stages/3-scale.yaml"] {
            write(directory.path(), name, std::fs::read_to_string(stages.join(name)).unwrap());
        }
    }
    let written = costplan(directory.path(), &["snapshot", "-o", "before.yaml", "--as-of", "2026-11-24"]);
    assert!(written.status.success(), "{}", stderr(&written));
    let path = directory.path().join("stages/2-growth.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(change[0]), "{text}");
    std::fs::write(path, text.replace(change[0], change[1])).unwrap();
    directory
}

/// What a command shows on a terminal that is as wide, without the escape sequences of colours.
fn screen(directory: &Path, arguments: &[&str], columns: u16, colour: &str) -> (String, String) {
    let mut command = command(directory);
    command.args(arguments).args(["--as-of", "2026-11-24", "--color", colour]).env_remove("NO_COLOR");
    // Longer than a screen would go through it.
    command.env("COSTPLAN_PAGER", "sed 's/^/too long: /'");
    let (text, code) = shown(command, [columns, 24]);
    assert!(matches!(code, Some(0 | 1)), "{arguments:?}: {text}");
    // The progress is taken back, and how much of it there is depends on the speed of the machine.
    let text = text.rsplit_once("\r\u{1b}[K").map_or(&*text, |(_, after)| after);
    let text: String =
        text.lines().filter(|line| !line.starts_with("check failed: ")).map(|line| format!("{line}\n")).collect();
    let plain = anstream::adapter::strip_str(&text).to_string();
    (text, plain)
}

#[test]
fn every_screen_fits_a_small_terminal_and_is_pinned() {
    let plans = [
        ("example", changed(root(), ["buffer: 30%", "buffer: 45%"])),
        ("saas", changed(&root().join("examples/saas"), ["buffer: 15%", "buffer: 25%"])),
    ];
    for (plan, directory) in &plans {
        for (name, arguments) in COMMANDS {
            let mut pinned = String::new();
            for columns in [80, 120] {
                let (coloured, plain) = screen(directory.path(), arguments, columns, "always");
                if columns == 80 {
                    let (without, _) = screen(directory.path(), arguments, columns, "never");
                    assert_eq!(without, plain, "{name} of {plan}: colours change the text");
                }
                assert!(plain.lines().count() <= 22 && !plain.contains("too long: "), "{name} of {plan}:\n{plain}");
                for line in plain.lines() {
                    let width = unicode_width::UnicodeWidthStr::width(line);
                    assert!(width <= usize::from(columns), "{width} of {columns} columns in {name} of {plan}: {line}");
                }
                let coloured = coloured.replace('\u{1b}', "^");
                writeln!(pinned, "{columns} columns\n{plain}\n{columns} columns, with colours\n{coloured}").unwrap();
            }
            insta::assert_snapshot!(format!("{plan}-{name}"), pinned);
        }
    }
}

#[test]
fn no_screen_is_wider_than_a_narrow_terminal() {
    let directory = changed(root(), ["buffer: 30%", "buffer: 45%"]);
    for (name, arguments) in COMMANDS {
        let (plain, _) = screen(directory.path(), arguments, 60, "never");
        for line in plain.lines().map(|line| line.trim_start_matches("too long: ")) {
            assert!(line.chars().count() <= 60, "{} columns in {name}: {line}", line.chars().count());
        }
    }
}

#[test]
fn pictures_are_drawn_where_there_is_room_or_where_they_are_wanted() {
    let directory = example_plan(&[]);
    let lines = |size: [u16; 2], rest: &[&str]| {
        let mut command = command(directory.path());
        command.args(["stage", "2", "--customers", "60", "--no-pager", "--as-of", "2026-11-24"]).args(rest);
        let (text, _) = shown(command, size);
        text.contains("Cost by category")
    };
    assert!(!lines([80, 24], &[]));
    assert!(lines([80, 60], &[]));
    assert!(lines([80, 24], &["--chart"]));
    assert!(!lines([80, 60], &["--chart", "never"]));
}
