//! What `costplan check` looks at: the scenarios and stages of a project, each once, at the points where they cost the most, with
//! its budget in one file or another.

use crate::project::{HEAD, costplan, project};
use tempfile::TempDir;

/// A stage that costs 10, and 100 at fifty customers.
const PEAK: &str = "line_items:\n  - { name: Host, category: compute, cost: \"10 + if(customers == 50, 90, 0)\" }\n";
const LOW: &str = "version: 1\nname: Low traffic\ncustomers: 10\n";

fn plan(settings: &str, more: &[(&str, &str)]) -> TempDir {
    let (settings, manifest) = (format!("version = 1\n{settings}"), format!("{HEAD}{PEAK}"));
    let mut files = vec![
        ("costplan.toml", settings.as_str()),
        ("stages/1-test.yaml", manifest.as_str()),
        ("scenarios/low.yaml", LOW),
    ];
    files.extend(more);
    project(&files)
}

fn run(directory: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let output = costplan(directory.path(), arguments);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_peak_between_the_ends_is_checked_too() {
    let directory = plan("[budget]\nmonthly = \"99 USD\"\n", &[]);
    let (code, text, _) = run(&directory, &["check", "--all"]);
    assert_eq!(code, 1);
    assert!(text.contains("Stage 1 Test at 50 customers, where it costs the most"), "{text}");
    assert_eq!(text.matches("Stage 1 Test at").count(), 3, "{text}");
    // With a number of customers there is no range to look at.
    assert_eq!(run(&directory, &["check", "--all", "--customers", "10"]).0, 0);
    let (_, text, _) = run(&directory, &["check", "--all", "--format", "json"]);
    assert_eq!(text.matches("\"is_peak\": true").count(), 1);
}

#[test]
fn what_is_exceeded_by_less_than_a_cent_shows() {
    let directory = plan("[budget]\nmonthly = \"99.999 USD\"\n", &[]);
    let (code, text, _) = run(&directory, &["check", "--all", "--customers", "50"]);
    assert_eq!(code, 1);
    assert!(text.contains("monthly budget  100.000 USD  99.999 USD  -0.001 USD  fail"), "{text}");
}

#[test]
fn scenarios_and_stages_are_checked_once_however_often_they_are_named() {
    let directory = plan(
        "[check]\nscenarios = [\"low\", \"Low traffic\", \"low\"]\nstages = [1, 1]\n[budget]\nmonthly = \"99 USD\"\n",
        &[],
    );
    let of_project = run(&directory, &["check", "--all", "--format", "csv"]).1;
    assert_eq!(of_project.lines().count(), 2, "{of_project}");
    let typed = run(
        &directory,
        &["check", "--all", "1", "test", "--scenario", "low", "--scenario", "Low traffic", "--format", "csv"],
    )
    .1;
    assert_eq!(typed, of_project);
}

#[test]
fn names_under_check_are_checked_by_validate_too() {
    let directory = plan("[check]\nscenarios = [\"lwo\"]\nstages = [1, 7]\n", &[]);
    for command in ["check", "validate"] {
        let (code, _, stderr) = run(&directory, &[command]);
        assert_eq!(code, 2);
        assert!(
            stderr.contains("error[unknown-scenario]: there is no scenario `lwo`\n --> costplan.toml:3:15"),
            "{stderr}"
        );
        assert!(stderr.contains("error[unknown-stage]: there is no stage `7`\n --> costplan.toml:4:14"), "{stderr}");
        assert!(stderr.contains("2 problems found"), "{stderr}");
    }
}

#[test]
fn a_budget_may_stand_in_a_file_of_its_own() {
    let own = "version: 1\nbudget:\n  monthly: 5 USD\ncheck:\n  scenarios: [low]\n";
    let directory = plan("", &[("budget.yaml", own)]);
    let (code, text, _) = run(&directory, &["check", "--all", "--format", "csv"]);
    assert_eq!(code, 1);
    assert!(text.contains("low,1,10,project-monthly-budget,monthly budget,10,5,-5,USD,fail"), "{text}");
    // A place in it is reported like one in any other file.
    let (_, text, _) = run(&directory, &["check", "--all", "--format", "github"]);
    assert!(text.contains("the limit is at budget.yaml:3\n"), "{text}");
    let both = plan("[budget]\nmonthly = \"5 USD\"\n", &[("budget.yaml", own)]);
    for command in ["check", "validate"] {
        let (code, _, stderr) = run(&both, &[command]);
        assert_eq!(code, 2);
        assert!(
            stderr.contains("error[conflicting-keys]: `budget` is in both costplan.toml and budget.yaml"),
            "{stderr}"
        );
        assert!(stderr.contains("--> budget.yaml:3:3") && stderr.contains("::: costplan.toml:2:1"), "{stderr}");
    }
    let wrong = plan("", &[("budget.yaml", "version: 1\nbudgte: {}\n")]);
    let (code, _, stderr) = run(&wrong, &["check", "--all"]);
    assert!(code == 2 && stderr.contains("unknown key `budgte` in budget.yaml"), "{stderr}");
    assert_eq!(run(&wrong, &["stage", "1", "--customers", "5"]).0, 0, "no other command reads it");
}

#[test]
fn limits_name_scenarios_as_the_command_line_does_and_what_is_not_used_is_told() {
    let settings = "[[budget.limits]]\nscenario = \"LOW TRAFFIC\"\nmonthly = \"5 USD\"\nseverity = \"warn\"\n\
        [budget.rules]\nlonely = [\"spot-gpu\"]\n";
    let directory = plan(settings, &[]);
    let (_, text, _) = run(&directory, &["check", "--all", "--scenario", "low", "--format", "csv"]);
    assert!(
        text.contains(",limit,limit of stage 1, scenario low,") || text.contains("\"limit of stage 1, scenario low\""),
        "{text}"
    );
    let (_, text, _) = run(&directory, &["check", "--all", "--format", "json"]);
    assert!(text.contains("\"because\": \"the scenario low is not checked\""), "{text}");
    assert!(text.contains("\"name\": \"lonely\""), "{text}");
    assert!(text.contains("\"place\": \"costplan.toml:2\""), "{text}");
}

#[test]
fn an_action_has_no_mark_that_would_make_two_of_it() {
    let settings = "[budget]\nmonthly = \"5 USD\"\n[[budget.alerts]]\nmetric = \"total_cost\"\nthreshold = \"50%\"\nactions = [\"a;b\"]\n";
    let (code, _, stderr) = run(&plan(settings, &[]), &["check", "--all"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("costplan.toml:7:13"), "{stderr}");
    assert!(stderr.contains("the name of an action cannot contain `;`"), "{stderr}");
    // Nor has a technique, whose name is that of a file.
    let settings = "[budget.rules]\nown = [\"a;b\"]\n";
    let (_, _, stderr) = run(&plan(settings, &[]), &["check", "--all"]);
    assert!(stderr.contains("the name of a technique cannot contain `;`"), "{stderr}");
}

#[test]
fn an_enormous_budget_is_compared_or_is_an_error_at_its_place() {
    let enormous = "79228162514264337593543950335";
    let run = |settings: &str| run(&plan(settings, &[]), &["check", "--format", "json", "--customers", "5"]);
    let (code, _, stderr) = run(&format!("[budget]\nmonthly = \"{enormous} EUR\"\n"));
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("--> costplan.toml:"), "{stderr}");
    // A third of it has decimals for which there is no room.
    let alert = "[[budget.alerts]]\nmetric = \"total_cost\"\nthreshold = \"33.3%\"\n";
    let (code, stdout, stderr) = run(&format!("[budget]\nmonthly = \"{enormous} USD\"\n{alert}"));
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("26382978117250024418650135462"), "{stdout}");
}

#[test]
fn an_enormous_budget_of_a_stage_has_a_margin_in_whole_units() {
    // 79228162514264337593543950335 - 10.01 needs more than 28 digits.
    let manifest = format!("{HEAD}monthly_budget: ..79228162514264337593543950335\nline_items:\n")
        + "  - { name: Host, category: c, cost: 10.01 }\n";
    let arguments = ["check", "--customers", "5", "--format", "json"];
    let (code, stdout, stderr) = run(&project(&[("stages/1-test.yaml", &manifest)]), &arguments);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("79228162514264337593543950325"), "{stdout}");
}

#[test]
fn a_limit_of_a_stage_that_is_checked_under_another_scenario_only_is_not_used() {
    let second = HEAD.replace("stage: 1", "stage: 2").replace("Test", "Second").replace("0..100", "101..200");
    let second = format!("{second}line_items:\n  - {{ name: Host, category: compute, cost: 5 }}\n");
    let settings = "[[budget.limits]]\nstage = 2\nscenario = \"low\"\nmonthly = \"5 USD\"\n\
        [check]\nscenarios = [\"low\", \"high\"]\n";
    let high = "version: 1\ncustomers: 150\n";
    let directory = plan(settings, &[("stages/2-second.yaml", &second), ("scenarios/high.yaml", high)]);
    // Ten customers are for stage 1 and 150 for stage 2.
    let (_, text, _) = run(&directory, &["check", "--all", "--format", "json"]);
    assert!(text.contains("\"because\": \"stage 2 is not checked under the scenario low\""), "{text}");
}

#[test]
fn a_range_that_is_too_long_to_be_computed_is_told() {
    let manifest = format!("{HEAD}monthly_budget: ..500\n{PEAK}").replace("0..100", "0..1_000_000_000_000");
    let directory = project(&[("stages/1-test.yaml", &manifest)]);
    let (code, text, _) = run(&directory, &["check", "--all"]);
    assert_eq!(code, 0);
    assert!(text.contains("stage 1 Test is checked only at"), "{text}");
}

#[test]
fn what_cannot_be_computed_between_the_ends_is_an_error() {
    let manifest = format!(
        "{HEAD}line_items:\n  - {{ name: Host, category: c, cost: \"100 / max(50 - customers, customers - 50)\" }}\n"
    );
    let (code, _, stderr) = run(&project(&[("stages/1-test.yaml", &manifest)]), &["check", "--all"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("error[division-by-zero]") && stderr.contains("--> stages/1-test.yaml:7:"), "{stderr}");
}

#[test]
fn a_check_that_compares_nothing_says_so() {
    let (code, text, _) = run(&plan("", &[]), &["check", "--all"]);
    assert_eq!(code, 0);
    assert!(text.contains("nothing is compared: no budget, goal or alert applies to what is checked"), "{text}");
}

#[test]
fn a_budget_that_only_high_prices_exceed_is_warned_of() {
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
        trust = \"fixture\"\n[[skus.s.charges]]\nmeter = \"m\"\nmodel = \"flat\"\nprice = \"8..14\"\n";
    let manifest = format!("{HEAD}monthly_budget: ..12\nline_items:\n  - {{ name: Host, category: c, sku: v/s }}\n");
    let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", sheet)]);
    let (code, text, _) = run(&directory, &["check", "--all", "--customers", "5", "--format", "csv"]);
    assert_eq!(code, 0);
    // 11 is expected, and 14 is more than 12.
    assert!(text.contains("monthly-budget,stage's budget,11,12,1,USD,pass"), "{text}");
    assert!(text.contains("price-range,stage's budget at high prices,14,12,-2,USD,warn"), "{text}");
}

#[test]
fn a_mistake_is_told_once_however_many_scenarios_meet_it() {
    let manifest = format!("{HEAD}line_items:\n  - {{ name: Host, category: c, cost: 3 GBP, colour: red }}\n");
    let directory = project(&[
        ("costplan.toml", "version = 1\n[check]\nscenarios = [\"high\", \"low\"]\n"),
        ("stages/1-test.yaml", &manifest),
        ("scenarios/high.yaml", "version: 1\ncustomers: 50\n"),
        ("scenarios/low.yaml", "version: 1\ncustomers: 5\n"),
    ]);
    for command in ["check", "validate", "snapshot"] {
        let (code, _, stderr) = run(&directory, &[command]);
        assert_eq!((code, stderr.matches("error[unknown-key]").count()), (2, 1), "{command}: {stderr}");
    }
}

#[test]
fn budgets_are_validated_under_the_scenarios_that_are_checked() {
    let manifest = format!("{HEAD}line_items:\n  - {{ name: Host, category: c, cost: 3 }}\n");
    let directory = project(&[
        ("costplan.toml", "version = 1\n[budget]\nmonthly = \"5 EUR\"\n[check]\nscenarios = [\"early\"]\n"),
        ("stages/1-test.yaml", &manifest),
        ("scenarios/early.yaml", "version: 1\nas_of: 2001-01-01\n"),
    ]);
    for command in ["check", "validate"] {
        let (code, _, stderr) = run(&directory, &[command]);
        assert_eq!((code, stderr.matches("error[missing-exchange-rate]").count()), (2, 1), "{command}: {stderr}");
    }
}

#[test]
fn a_technique_is_not_said_to_fit_nothing_where_no_stage_can_be_read() {
    let manifest = format!("{HEAD}line_items:\n  - {{ name: Host, category: compute, cost: 3 GBP }}\n");
    let directory =
        project(&[("stages/1-test.yaml", &manifest), ("scenarios/lean.yaml", "version: 1\ntechniques: [spot-gpu]\n")]);
    let (code, _, stderr) = run(&directory, &["validate"]);
    assert_eq!((code, stderr.matches("error[").count()), (2, 1), "{stderr}");
}
