//! The help: commands by task, short and long, topics, and words that are understood.

use crate::project::{command, costplan, project, stderr, stdout};

#[test]
fn commands_are_listed_by_task() {
    let directory = project(&[]);
    for arguments in [&["help"][..], &["--help"], &["-h"]] {
        let text = stdout(directory.path(), arguments);
        let mut rest = &*text;
        for part in [
            "Cost:\n  stage ",
            "Plan ahead:\n",
            "\n  forecast ",
            "Save:\n",
            "\n  optimize ",
            "Keep watch:\n  check ",
            "Prices:\n",
            "Set up:\n  init ",
        ] {
            let at = rest.find(part).unwrap_or_else(|| panic!("{part} is not in the rest of {text}"));
            rest = &rest[at + part.len() - 1..];
        }
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(!text.contains("\n  complete "), "{text}");
        let has_topics = arguments != ["-h"];
        assert_eq!(text.contains("\n  exit-codes "), has_topics, "{text}");
    }
}

#[test]
fn the_short_help_is_shorter_and_the_flags_are_in_groups() {
    let directory = project(&[]);
    let lines = |text: &str| text.lines().count();
    for name in ["stage", "stages", "forecast", "sweep", "check", "diff", "recommend", "quote"] {
        let short = stdout(directory.path(), &[name, "-h"]);
        let long = stdout(directory.path(), &[name, "--help"]);
        assert!(lines(&short) * 2 < lines(&long), "{name}: {} and {} lines", lines(&short), lines(&long));
        assert!(lines(&short) <= 55, "{} lines: {short}", lines(&short));
        assert!(!short.contains("[env") && long.contains("[env"), "{short}");
        for group in ["Prices and terms:", "Output:", "Global options:"] {
            assert!(long.contains(&format!("\n{group}\n")), "{name} has no group {group}");
        }
        assert!(short.contains("Examples:\n  costplan"), "{short}");
        assert_eq!(stdout(directory.path(), &["help", name]), long);
    }
    assert!(stdout(directory.path(), &["stage", "-h"]).contains("\nInputs:\n"));
    assert!(stdout(directory.path(), &["prices", "list", "-h"]).contains("costplan prices list"));
    assert!(stdout(directory.path(), &["help", "prices", "list"]).contains("Usage: costplan prices list"));
}

#[test]
fn topics_are_pages_of_the_documents() {
    let directory = project(&[]);
    for (topic, sentence) in [
        ("formulas", "clamp(ceil(customers / 50), 2, 10)"),
        ("amounts", "900 EUR/3 years"),
        ("files", "The project is the first of these"),
        ("exit-codes", "wrong usage or wrong input"),
        ("environment", "COSTPLAN_AS_OF"),
    ] {
        let text = stdout(directory.path(), &["help", topic]);
        assert!(text.contains(sentence), "{text}");
        // Nothing of Markdown is left but backticks, and code is as wide as it is.
        for line in text.lines() {
            assert!(!line.contains("](") && !line.starts_with('|') && !line.starts_with('#'), "{line}");
            assert!(line.starts_with("    ") || line.chars().count() <= 80, "{topic}: {line}");
        }
    }
    assert!(stdout(directory.path(), &["help", "unknown-sku"]).starts_with("# unknown-sku"));
}

#[test]
fn a_name_without_help_gets_a_suggestion() {
    let directory = project(&[]);
    for (names, meant) in [
        (&["formulae"][..], "`formulas`"),
        (&["amount"], "`amounts`"),
        (&["exitcodes"], "`exit-codes`"),
        (&["forcast"], "`forecast`"),
        (&["prices", "lst"], "`list`"),
    ] {
        let output = costplan(directory.path(), &[&["help"], names].concat());
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(&format!("did you mean {meant}?")), "{names:?}: {text}");
    }
}

#[test]
fn usual_words_are_understood() {
    let directory = project(&[]);
    let version = stdout(directory.path(), &["--version"]);
    for arguments in [&["-V"], &["-v"], &["version"]] {
        assert_eq!(stdout(directory.path(), arguments), version);
    }
    let stages = |format: &str| stdout(directory.path(), &["stages", "--as-of", "2026-11-24", "--format", format]);
    assert_eq!(stages("md"), stages("markdown"));
    let of_environment = |name: &str| {
        let output =
            command(directory.path()).args(["stages", "--as-of", "2026-11-24"]).env(name, "md").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(of_environment("COSTPLAN_FORMAT"), stages("markdown"));
    let checked = crate::project::example_plan(&[]);
    let check = |format: &str| costplan(checked.path(), &["check", "--as-of", "2026-11-24", "--format", format]).stdout;
    assert_eq!(check("md"), check("markdown"));
    assert_eq!(
        stdout(directory.path(), &["runbook", "1", "--format", "md"]),
        stdout(directory.path(), &["runbook", "1", "--format", "markdown"])
    );
}

#[test]
fn each_command_has_a_manual_page() {
    let directory = project(&[]);
    let written = stdout(directory.path(), &["man", "-o", "man1"]);
    assert!(written.contains("wrote man1/costplan-prices-list.1\n"), "{written}");
    let page = |name: &str| std::fs::read_to_string(directory.path().join("man1").join(name)).unwrap();
    for (name, says) in [
        ("costplan.1", ".TH COSTPLAN 1"),
        ("costplan-stage.1", "\\-\\-customers"),
        ("costplan-prices-stale.1", "max\\-age"),
    ] {
        assert!(page(name).contains(says), "{name}: {}", page(name));
    }
    assert!(page("costplan-stage.1").contains(".TH COSTPLAN-STAGE 1"), "{}", page("costplan-stage.1"));
    assert_eq!(stdout(directory.path(), &["man", "stage"]), page("costplan-stage.1"));
    assert!(!written.contains("complete.1"), "{written}");
    let unknown = costplan(directory.path(), &["man", "stagee"]);
    assert!(stderr(&unknown).contains("did you mean `stage`?"), "{}", stderr(&unknown));
    // Written again, they are replaced.
    stdout(directory.path(), &["man", "-o", "man1"]);
}
