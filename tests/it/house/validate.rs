//! `costplan validate` reports all problems of all files at once, and what is not known.

use crate::project::{costplan, project, stderr, stdout};

const STAGE: &str = "version: 1\nstage: 1\nname: Test\ncustomers: 1..100\ncurrency: EUR\n";

/// The codes of what is wrong with a project, with the line of each.
fn wrong(files: &[(&str, &str)]) -> Vec<String> {
    let output = costplan(project(files).path(), &["validate"]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    let codes = said.lines().filter_map(|line| line.strip_prefix("error[")?.split(']').next());
    let places = said.lines().filter_map(|line| line.trim_start().strip_prefix("--> "));
    codes.zip(places).map(|(code, place)| format!("{code} {}", place.rsplit_once(':').unwrap().0)).collect()
}

#[test]
fn mistakes_of_the_settings_and_of_stages_are_reported_together() {
    let stage = format!("{STAGE}line_items: [{{ name: A, category: auth, sku: auth0/esentials }}]\n");
    let settings = "version = 1\n[defaults]\ncurrency = \"EUR\"\nmrr = \"5 EUR\"\narpu = \"5 EUR\"\n[defaults.tax]\nrate = \"20%\"\n\
        reverse_charge = [\"hezner\"]\n[forecast]\nmonths = 12\ngrowth = \"+5/month\"\nother_costs = \"-5 EUR\"\n\
        [budget]\nmonthly = \"100 EUR\"\n[[budget.alerts]]\nmetric = \"total_cost\"\nthreshold = 50\nactions = [\"nobody\"]\n";
    let found = wrong(&[("stages/1-test.yaml", &stage), ("costplan.toml", settings)]);
    for expected in [
        "conflicting-keys costplan.toml:5",
        "unknown-name costplan.toml:8",
        "negative-amount costplan.toml:12",
        "unknown-sku stages/1-test.yaml:6",
    ] {
        assert!(found.iter().any(|found| found == expected), "{expected} is not in {found:?}");
    }
}

#[test]
fn settings_that_cannot_be_read_in_full_do_not_hide_the_stages() {
    let stage = format!("{STAGE}buffer: lots\nline_items: [{{ name: A, category: auth, cost: own_driver }}]\n");
    let settings = "version = 1\n[drivers]\nown_driver = \"3 +\"\n[forecast]\nmonths = -3\n";
    let found = wrong(&[("stages/1-test.yaml", &stage), ("costplan.toml", settings)]);
    // The driver is defined, although it cannot be read: it is not said to be unknown.
    assert_eq!(
        found,
        ["invalid-formula costplan.toml:3", "invalid-number costplan.toml:5", "invalid-number stages/1-test.yaml:6"]
    );
    // What no stage depends on hides nothing of them.
    let mistyped = format!("{STAGE}line_items: [{{ name: A, category: auth, sku: auth0/esentials }}]\n");
    let found =
        wrong(&[("stages/1-test.yaml", &mistyped), ("costplan.toml", "version = 1\n[forecast]\nmonths = -3\n")]);
    assert_eq!(found, ["invalid-number costplan.toml:3", "unknown-sku stages/1-test.yaml:6"]);
    let found = wrong(&[("stages/1-test.yaml", &mistyped), ("costplan.toml", "version = 1\n[drivrs]\nx = 1\n")]);
    assert_eq!(found, ["unknown-key costplan.toml:2", "unknown-sku stages/1-test.yaml:6"]);
    // Where the files are is not known.
    let found =
        wrong(&[("stages/1-test.yaml", &mistyped), ("costplan.toml", "version = 1\n[paths]\npricng = \"p\"\n")]);
    assert_eq!(found, ["unknown-key costplan.toml:3"]);
    // No other command works with half of the settings.
    let directory = project(&[("stages/1-test.yaml", &stage), ("costplan.toml", settings)]);
    assert_eq!(costplan(directory.path(), &["stages"]).status.code(), Some(2));
}

#[test]
fn a_name_that_a_broken_stage_may_have_is_not_said_to_be_unknown() {
    let stage = format!("{STAGE}line_items: [{{ name: A, category: rare, cost: 1 +, tags: {{ env: prod }} }}]\n");
    let settings = "version = 1\n[budget]\nlimits = [{ stage = 1, where = \"env=prod\", monthly = \"50 EUR\" }]\n";
    assert_eq!(
        wrong(&[("stages/1-test.yaml", &stage), ("costplan.toml", settings)]),
        ["invalid-formula stages/1-test.yaml:6"]
    );
}

#[test]
fn a_valid_project_says_what_is_unknown() {
    let stage = format!(
        "{STAGE}line_items:\n  - {{ name: Sign-in, category: auth, sku: auth0/essentials, usage: {{ users: customers * 10 }} }}\n  \
         - {{ name: Mail, category: email, sku: resend/pro }}\n  - {{ name: Rent, category: c, cost: 5 }}\n"
    );
    let said = stdout(project(&[("stages/1-test.yaml", &stage)]).path(), &["validate"]);
    assert!(said.starts_with("valid: "), "{said}");
    let note = "note: stages/1-test.yaml:4: a part of the cost of stage 1 Test is unknown, and its total a lower bound: Sign-in \
                (by price of users), Mail (by emails)";
    assert!(said.contains(note), "{said}");
    let known = format!("{STAGE}line_items: [{{ name: Rent, category: c, cost: 5 }}]\n");
    assert!(!stdout(project(&[("stages/1-test.yaml", &known)]).path(), &["validate"]).contains("unknown"));
}
