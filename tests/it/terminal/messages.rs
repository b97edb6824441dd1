//! Messages on a terminal and in a pipe: lines of the width of the one, whole lines in the other.

use super::pseudo_terminal::{SMALL, shown};
use crate::project::{command, costplan, example_plan, stderr};

/// What a command says on a small terminal.
fn said(arguments: &[&str]) -> String {
    let directory = example_plan(&[]);
    let mut command = command(directory.path());
    command.args(arguments).args(["--color", "never"]);
    shown(command, SMALL).0
}

#[test]
fn messages_keep_within_the_width_of_a_terminal_below_their_indentation() {
    for arguments in [
        &["help", "nothing"][..],
        &["explain", "2", "nothing"],
        &["stage", "nothing"],
        &["runbook", "nothing"],
        &["diff", "stages", "stages"],
        &["validate"],
        &["prices", "new", "somebody-with-a-long-name"],
        &["explain-error", "unknown-sku"],
        &["check", "--arpu", "0.01"],
    ] {
        let text = said(arguments);
        assert!(!text.is_empty(), "{arguments:?}");
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{} columns in {arguments:?}: {line}", line.chars().count());
        }
    }
    let text = said(&["help", "nothing"]);
    assert!(text.contains("\n = help: choose from") && text.contains("\n         `environment`"), "{text}");
}

#[test]
fn a_message_in_a_pipe_is_one_line() {
    let directory = example_plan(&[]);
    let text = stderr(&costplan(directory.path(), &["help", "nothing"]));
    let help = text.lines().find(|line| line.contains("= help: ")).unwrap();
    assert!(help.len() > 100 && help.ends_with("more"), "{text}");
}

#[test]
fn a_group_of_commands_fits_the_screen() {
    let directory = example_plan(&[]);
    let mut command = command(directory.path());
    command.arg("prices").env("NO_COLOR", "1");
    let (text, code) = shown(command, SMALL);
    assert_eq!(code, Some(2));
    assert!(text.lines().count() <= 22 && text.contains("  search "), "{} lines:\n{text}", text.lines().count());
}
