//! Long output goes through a pager on a terminal, and long work shows how far it is.

use std::process::Stdio;
use std::sync::{Arc, Mutex};

use costplan::app::{self, Request};
use costplan::model::Progress;
use costplan::workspace::Workspace;

use super::pseudo_terminal::{PseudoTerminal, SMALL, shown};
use crate::project::{HEAD, command, example_plan, project};

/// A pager that marks its lines.
const MARKS: &str = "sed 's/^/paged /'";

fn paged(arguments: &[&str], environment: &[(&str, &str)]) -> (String, Option<i32>) {
    let directory = example_plan(&[]);
    let mut command = command(directory.path());
    command.env_remove("PAGER").env_remove("LESS").env_remove("NO_COLOR").args(arguments);
    command.args(["--color", "never"]).envs(environment.iter().copied());
    shown(command, SMALL)
}

const LONG: [&str; 5] = ["explain", "2", "--details", "--as-of", "2026-11-24"];

#[test]
fn what_is_longer_than_the_screen_goes_through_the_pager() {
    let (text, code) = paged(&LONG, &[("COSTPLAN_PAGER", MARKS), ("PAGER", "false")]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.lines().count() > 24 && text.lines().all(|line| line.starts_with("paged ")), "{text}");
    let (of_pager, _) = paged(&LONG, &[("PAGER", MARKS)]);
    assert_eq!(of_pager, text);
    // Help and topics too.
    for arguments in [&["--help"][..], &["help", "amounts"], &["stage", "--help"]] {
        let (text, code) = paged(arguments, &[("PAGER", MARKS)]);
        assert!(code == Some(0) && text.lines().all(|line| line.starts_with("paged ")), "{arguments:?}: {text}");
    }
}

#[test]
fn what_fits_the_screen_is_only_printed() {
    let (text, code) = paged(&["stages", "--as-of", "2026-11-24"], &[("COSTPLAN_PAGER", MARKS)]);
    assert!(code == Some(0) && !text.contains("paged ") && text.contains("Enterprise"), "{text}");
}

#[test]
fn a_pager_is_left_out_where_none_is_wanted_or_there_is_none() {
    let (plain, _) = paged(&[&LONG[..], &["--no-pager"]].concat(), &[("COSTPLAN_PAGER", MARKS)]);
    assert!(plain.lines().count() > 24 && !plain.contains("paged "), "{plain}");
    for environment in [
        &[("PAGER", "cat")][..],
        &[("PAGER", "")],
        &[("COSTPLAN_PAGER", "/no/such/pager --flag")],
        &[("COSTPLAN_PAGER", "an 'open quote")],
        &[("COSTPLAN_PAGER", MARKS), ("TERM", "dumb")],
    ] {
        let directory = example_plan(&[]);
        let mut command = command(directory.path());
        command.env_remove("PAGER").args(LONG).args(["--color", "never"]);
        let terminal = PseudoTerminal::new(SMALL);
        command.env("TERM", "xterm").envs(environment.iter().copied());
        let mut child = command.stdin(terminal.side()).stdout(terminal.side()).stderr(terminal.side()).spawn().unwrap();
        drop(command);
        assert_eq!(child.wait().unwrap().code(), Some(0), "{environment:?}");
        assert_eq!(terminal.screen(), plain, "{environment:?}");
    }
}

#[test]
fn less_gets_its_options_unless_they_are_set() {
    let options = ("COSTPLAN_PAGER", "echo \"options $LESS\"; cat > /dev/null");
    assert_eq!(paged(&LONG, &[options]).0, "options FRX\n");
    assert_eq!(paged(&LONG, &[options, ("LESS", "R")]).0, "options R\n");
}

#[test]
fn a_pager_that_is_left_early_ends_quietly() {
    let (text, code) = paged(&LONG, &[("COSTPLAN_PAGER", "sed q")]);
    assert_eq!((text.lines().count(), code), (1, Some(0)), "{text}");
    // A check that fails, fails, and says why below what the pager showed.
    let limits = "version = 1\n[budget]\nmonthly = \"1 USD\"\n";
    let directory = example_plan(&[("costplan.toml", limits)]);
    for pager in ["sed q", MARKS] {
        let mut check = command(directory.path());
        check.args(["check", "--all", "--color", "never"]).env("COSTPLAN_PAGER", pager);
        let (text, code) = shown(check, SMALL);
        assert_eq!(code, Some(1), "{text}");
        assert!(text.lines().last().unwrap().starts_with("check failed: "), "{text}");
    }
}

#[test]
fn data_for_a_program_is_never_paged() {
    let directory = example_plan(&[]);
    let output = command(directory.path()).args(LONG).env("COSTPLAN_PAGER", MARKS).output().unwrap();
    assert!(!String::from_utf8(output.stdout).unwrap().contains("paged "));
}

#[test]
fn long_work_shows_how_far_it_is_on_a_terminal_only() {
    // Each number is computed, and the line items make each of them slow.
    let items: String = (0..150)
        .map(|item| format!("  - {{ name: I{item}, category: c, cost: ceil(customers / {}) }}\n", item + 3))
        .collect();
    let manifest = format!("{}line_items:\n{items}", HEAD.replace("0..100", "0..2m"));
    let directory = project(&[("stages/1.yaml", &manifest)]);
    // Which work is long depends on the machine: as much is done as it takes.
    let mut customers = 2_000;
    let screen = loop {
        customers *= 2;
        let sweep = || {
            let mut command = command(directory.path());
            command.args(["sweep", "1", "--step", "1000", "--customers", &format!("0..{customers}")]);
            command.env("TERM", "xterm");
            command
        };
        let terminal = PseudoTerminal::new(SMALL);
        let on_terminal = sweep().stdin(Stdio::null()).stderr(terminal.side()).output().unwrap();
        assert!(on_terminal.status.success());
        let screen = terminal.screen();
        if screen.contains("computing: ") {
            let piped = sweep().output().unwrap();
            assert_eq!(piped.stdout, on_terminal.stdout);
            assert_eq!(String::from_utf8(piped.stderr).unwrap(), "");
            break screen;
        }
        assert!(customers < 2_000_000, "nothing is shown: {screen:?}");
    };
    assert!(screen.contains("\rcomputing: ") && screen.contains("%, about "), "{screen:?}");
    assert!(screen.ends_with("\r\u{1b}[K"), "the line is not taken back: {screen:?}");
}

#[test]
fn a_library_hears_of_each_step() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let mut workspace = Workspace::bundled();
    workspace.progress = Progress::to({
        let heard = Arc::clone(&heard);
        move |done, all| heard.lock().unwrap().push((done, all))
    });
    let request = Request::on("2026-11-24".parse().unwrap()).customers(60);
    app::sensitivity(&mut workspace, "2", &request, "0.2".parse().unwrap()).unwrap();
    let heard = std::mem::take(&mut *heard.lock().unwrap());
    let all = heard.len() as u64;
    assert!(all > 5);
    assert_eq!(heard, (0..all).map(|done| (done, all)).collect::<Vec<_>>());
}
