//! What a check and a difference say to other programs: by typed readers of the formats, and by the limits of their vendors.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::project::{HEAD, command, costplan, project};
use costplan::calculate::BudgetVerdict;
use costplan::render;
use costplan::view::Annotation;
use quick_junit::{NonSuccessKind, Report, TestCaseStatus};
use serde_json::Value;
use serde_sarif::sarif::Sarif;
use tempfile::TempDir;

/// Two scenarios of one name, two limits of one stage, nothing to compare without customers, and an unknown cost.
fn plan() -> TempDir {
    let settings = "version = 1\n[budget]\nmonthly = \"1 USD\"\ncost_per_customer = \"1 USD\"\n\
        [[budget.limits]]\nstage = 1\nmonthly = \"500 USD\"\n[[budget.limits]]\nstage = 1\nmonthly = \"2 USD\"\nseverity = \"warn\"\n\
        [check]\nscenarios = [\"a\", \"b\"]\n";
    let stage = HEAD.replace("name: Test", "name: \"<T> & 'x', 100%\"");
    project(&[
        ("costplan.toml", settings),
        ("stages/1-test.yaml", &format!("{stage}line_items:\n  - {{ name: Host, category: c, cost: 3 }}\n")),
        ("scenarios/a.yaml", "version: 1\nname: Same\ncustomers: 0\n"),
        ("scenarios/b.yaml", "version: 1\nname: Same\ncustomers: 7\n"),
    ])
}

fn said(directory: &Path, arguments: &[&str]) -> String {
    let output = costplan(directory, arguments);
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn junit_has_a_suite_for_each_stage_and_tells_what_was_skipped() {
    let directory = plan();
    let report = Report::deserialize_from_str(&said(directory.path(), &["check", "--format", "junit"])).unwrap();
    let names: BTreeSet<String> = report.test_suites.iter().map(|suite| suite.name.to_string()).collect();
    assert_eq!(names.len(), 2, "two suites of different names: {names:?}");
    let mut kinds = (0, 0, 0);
    for suite in &report.test_suites {
        let cases: BTreeSet<&str> = suite.test_cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(cases.len(), suite.test_cases.len(), "no two cases of a suite are called the same: {cases:?}");
        assert_eq!((suite.tests, suite.failures), (4, 1));
        for case in &suite.test_cases {
            match &case.status {
                TestCaseStatus::Success { .. } => kinds.0 += 1,
                TestCaseStatus::Skipped { .. } => kinds.1 += 1,
                TestCaseStatus::NonSuccess { kind, .. } => {
                    assert_eq!(*kind, NonSuccessKind::Failure);
                    kinds.2 += 1;
                }
            }
        }
    }
    // The month is 3 of 1 and fails; 3 of 500 pass, 3 of 2 are warned of. A customer costs 3 / 7; of none there is none.
    assert_eq!(kinds, (5, 1, 2));
    assert_eq!((report.tests, report.failures), (8, 2));
}

#[test]
fn sarif_is_read_by_types_made_of_its_schema() {
    let directory = plan();
    for arguments in [&["check", "--format", "sarif"][..], &["check", "--format", "sarif", "--project", "."]] {
        let text = said(directory.path(), arguments);
        let log: Sarif = serde_json::from_str(&text).unwrap();
        // What the types do not know would be lost on the way back.
        let (read, written): (Value, Value) =
            (serde_json::to_value(&log).unwrap(), serde_json::from_str(&text).unwrap());
        assert_eq!(read, written);
        let results = log.runs[0].results.as_ref().unwrap();
        assert_eq!(results.len(), 4, "two that fail and two to be warned of");
        for result in results {
            assert!(!result.locations.as_ref().unwrap().is_empty(), "every result is somewhere");
        }
    }
}

#[test]
fn places_are_paths_from_the_working_directory() {
    let directory = tempfile::tempdir().unwrap();
    let inner = plan();
    fs::rename(inner.path(), directory.path().join("infra")).unwrap();
    let whole = directory.path().canonicalize().unwrap().join("infra");
    for project in ["infra", "./infra", whole.to_str().unwrap()] {
        let text = said(directory.path(), &["check", "--project", project, "--format", "github"]);
        let first = text.lines().next().unwrap();
        let start = "::error title=costplan%3A project-monthly-budget,file=infra/stages/1-test.yaml,line=7,col=5::";
        assert!(first.starts_with(start), "{project}: {first}");
        assert!(first.contains("<T> & 'x', 100%25"), "{first}");
    }
}

#[test]
fn a_message_of_slack_keeps_within_the_limits_of_its_vendor() {
    let items: String = (0..60).map(|item| format!("  - {{ name: n{item}, category: c, sku: v/s }}\n")).collect();
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
        trust = \"fixture\"\n[[skus.s.charges]]\nmeter = \"m\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 1\n";
    let name = "x".repeat(4000);
    let manifest = format!("{}line_items:\n{items}", HEAD.replace("Test", &name));
    let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", sheet)]);
    let text = said(directory.path(), &["check", "--customers", "5", "--format", "slack"]);
    let message: Value = serde_json::from_str(&text).unwrap();
    let blocks = message["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 50, "{} blocks", blocks.len());
    for block in blocks {
        let most = if block["type"] == "header" { 150 } else { 3000 };
        let length = block["text"]["text"].as_str().unwrap_or_default().encode_utf16().count();
        assert!(length <= most, "a {} of {length}", block["type"]);
    }
}

#[test]
fn the_variable_of_all_commands_holds_a_format_that_all_of_them_have() {
    let directory = plan();
    let run = |name: &str, value: &str, arguments: &[&str]| {
        let output = command(directory.path()).env(name, value).args(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let json = run("COSTPLAN_FORMAT", "json", &["check"]);
    assert!(json.0 == 1 && json.1.starts_with('{'), "{json:?}");
    let github = run("COSTPLAN_CI_FORMAT", "github", &["check"]);
    assert!(github.0 == 1 && github.1.starts_with("::error "), "{github:?}");
    // Other commands do not look at it.
    let stage = run("COSTPLAN_CI_FORMAT", "github", &["stage", "1", "--customers", "5"]);
    assert!(stage.0 == 0 && stage.1.starts_with("1 "), "{stage:?}");
    for arguments in [&["check"][..], &["diff", ".", "."]] {
        let wrong = run("COSTPLAN_FORMAT", "github", arguments);
        assert!(wrong.0 == 2 && wrong.2.contains("`COSTPLAN_CI_FORMAT`"), "{wrong:?}");
    }
    let flag = run("COSTPLAN_CI_FORMAT", "github", &["check", "--format", "table"]);
    assert!(flag.1.contains("comparisons failed"), "{flag:?}");
}

#[test]
fn differences_are_read_by_the_same_types() {
    let directory = tempfile::tempdir().unwrap();
    for (side, cost) in [("a", "3"), ("b", "4")] {
        let text = format!("{HEAD}line_items:\n  - {{ name: Host, category: c, cost: {cost} }}\n");
        fs::create_dir_all(directory.path().join(side).join("stages")).unwrap();
        fs::write(directory.path().join(side).join("stages/1-test.yaml"), text).unwrap();
    }
    let arguments = ["diff", "a", "b", "--customers", "5", "--threshold", "10%", "--format"];
    let of = |format| said(directory.path(), &[&arguments[..], &[format]].concat());
    let report = Report::deserialize_from_str(&of("junit")).unwrap();
    assert_eq!((report.tests, report.failures), (2, 0));
    let text = of("sarif");
    let log: Sarif = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_value(&log).unwrap(), serde_json::from_str::<Value>(&text).unwrap());
    assert!(of("github").contains("file=b/stages/1-test.yaml,line=7,col=5::"), "{}", of("github"));
}

#[test]
fn no_format_depends_on_the_time_the_locale_the_path_or_the_machine() {
    let said = |commands: &[&[&str]], environment: &[(&str, &str)]| -> Vec<Vec<u8>> {
        let directory = plan();
        let first = command(directory.path()).args(["snapshot", "--update", "--as-of", "2026-11-24"]).output().unwrap();
        assert!(first.status.success());
        let sheet = directory.path().join("stages/1-test.yaml");
        fs::write(&sheet, fs::read_to_string(&sheet).unwrap().replace("cost: 3", "cost: 4")).unwrap();
        let run = |arguments: &&[&str]| {
            let mut command = command(directory.path());
            let output = command.envs(environment.iter().copied()).args(*arguments).output().unwrap();
            assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
            [output.stdout, output.stderr].concat()
        };
        commands.iter().map(run).collect()
    };
    for format in ["table", "json", "csv", "markdown", "github", "junit", "sarif", "slack"] {
        let commands: [&[&str]; 2] = [
            &["check", "--as-of", "2026-11-24", "--format", format],
            &["diff", "--as-of", "2026-11-24", "--format", format],
        ];
        let here = said(&commands, &[("LC_ALL", "C"), ("TZ", "UTC")]);
        let elsewhere =
            [("LC_ALL", "de_DE.UTF-8"), ("TZ", "Pacific/Kiritimati"), ("HOME", "/nowhere"), ("COLUMNS", "40")];
        assert_eq!(said(&commands, &elsewhere), here, "{format}");
        assert!(here.iter().all(|text| !text.is_empty()), "{format}");
    }
}

/// A comparison that failed at a place, in a text with every mark that a format could mistake for its own.
fn failed(place: Option<&str>) -> Annotation {
    Annotation {
        verdict: BudgetVerdict::Fail,
        place: place.map(|file| (file.to_owned(), 3, 12)),
        code: "limit".to_owned(),
        context: "stage 1".to_owned(),
        what: "limit".to_owned(),
        message: "100%, a:b\r\n\u{7}<&>\"'".to_owned(),
    }
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut text = Vec::new();
    write(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn marks_of_workflow_commands_are_escaped() {
    let text = written(|out| render::github(&[failed(Some("a,b:c%\n.yaml"))], out));
    let expected = "::error title=costplan%3A limit,file=a%2Cb%3Ac%25%0A.yaml,line=3,col=12::\
        100%25, a:b%0D%0A\u{7}<&>\"'\n";
    assert_eq!(text, expected);
}

#[test]
fn junit_holds_characters_of_xml_only_and_numbers_what_is_called_the_same() {
    let other = Annotation { context: "stage 2".to_owned(), ..failed(None) };
    let text = written(|out| render::junit(&[failed(None), failed(None), other, failed(None)], out));
    assert!(text.contains("message=\"100%, a:b  \u{fffd}&lt;&amp;&gt;&quot;&apos;\""), "{text}");
    let report = Report::deserialize_from_str(&text).unwrap();
    let suites: Vec<&str> = report.test_suites.iter().map(|suite| suite.name.as_str()).collect();
    assert_eq!(suites, ["stage 1", "stage 2", "stage 1 (2)"]);
    let cases: Vec<&str> = report.test_suites[0].test_cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(cases, ["limit", "limit (2)"]);
}

#[test]
fn sarif_has_addresses_of_files_and_a_logical_place_for_what_is_in_none() {
    let places = [
        Some("in fra/2.yaml"),
        Some("/home/a b/2.yaml"),
        Some("C:\\plan\\2.yaml"),
        None,
        Some("bundled:stages/2.yaml"),
    ];
    let text = written(|out| render::sarif(&places.map(failed), out));
    let log: Value = serde_json::from_str(&text).unwrap();
    let run = &log["runs"][0];
    let uri = |place: usize| {
        let location = &run["results"][place]["locations"][0];
        assert_eq!(location["logicalLocations"][0]["fullyQualifiedName"], "stage 1");
        location["physicalLocation"]["artifactLocation"]["uri"].as_str()
    };
    assert_eq!(
        [uri(0), uri(1), uri(2)],
        [Some("in%20fra/2.yaml"), Some("file:///home/a%20b/2.yaml"), Some("file:///C:/plan/2.yaml")]
    );
    assert_eq!([uri(3), uri(4)], [None, None]);
    // Code scanning wants to know of each rule what it is.
    let rule = &run["tool"]["driver"]["rules"][0];
    for key in ["shortDescription", "fullDescription", "help"] {
        assert!(rule[key]["text"].as_str().is_some_and(|text| !text.is_empty()), "{key}");
    }
}
