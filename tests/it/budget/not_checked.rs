//! What a check could not compare: never silent, never passed, and a failure where it is required.

use costplan::app::{self, Request};
use costplan::model::Requirement;
use costplan::view::{CheckView, CiView as _};
use serde_json::Value;

use crate::project::{costplan, in_memory, project};

const STAGE: &str = "version: 1\nstage: 1\nname: Test\ncustomers: RANGE\nmonthly_budget: ..500\n\
    capacity: { transactions: 30_000 }\ntargets: { cost_per_customer: ..9, share_of_mrr: 20% }\ncurrency: USD\n\
    line_items:\n\
    \x20 - { name: Hosts, category: compute, cost: 10, quantity: customers / 5 }\n";

fn stage(range: &str) -> String {
    STAGE.replace("RANGE", range)
}

/// The JSON of a check of a project in memory.
fn checked(range: &str, settings: &str, request: &Request, required: &[Requirement]) -> Value {
    let settings = format!("version = 1\n{settings}");
    let mut workspace = in_memory(&[("stages/1-test.yaml", &stage(range)), ("costplan.toml", &settings)]).unwrap();
    let checked = app::check_requiring(&mut workspace, &[], request, required).unwrap();
    let view = CheckView::new(&checked.stages, &workspace.sources).with(&checked.unused, &checked.notes);
    let mut json = serde_json::to_value(&view).unwrap();
    json["summary"] = view.summary().into();
    json
}

fn request() -> Request {
    Request::today("2026-11-24".parse().unwrap())
}

/// The code, verdict and reason of each comparison that is not checked.
fn not_checked(json: &Value) -> Vec<[String; 2]> {
    let rows = json["checks"].as_array().unwrap().iter().filter(|row| row["verdict"] == "not_checked");
    rows.map(|row| ["code", "reason"].map(|key| row[key].as_str().unwrap_or_default().to_owned())).collect()
}

fn pair(code: &str, reason: &str) -> [String; 2] {
    [code, reason].map(str::to_owned)
}

#[test]
fn without_revenue_and_drivers_their_rules_are_not_checked() {
    let fifty = request().customers(50);
    let json = checked("1..100", "", &fifty, &[]);
    let missing = [pair("capacity", "unknown-driver"), pair("share-of-mrr", "unknown-revenue")];
    assert_eq!(not_checked(&json), missing);
    assert_eq!((&json["passed"], &json["not_checked"]), (&true.into(), &2.into()));
    assert_eq!(json["summary"], "0 of 2 comparisons failed, 2 not checked");
    let remarks: Vec<&str> =
        json["checks"].as_array().unwrap().iter().filter_map(|row| row["remark"].as_str()).collect();
    assert_eq!(
        remarks,
        ["nothing gives `transactions` a value: use --set transactions=N", "no revenue is given: use --mrr or --arpu"]
    );
    let strict = checked("1..100", "", &fifty, &[Requirement::All]);
    assert_eq!((&strict["passed"], &strict["failed"]), (&false.into(), &0.into()));
    assert_eq!(strict["summary"], "0 of 2 comparisons failed, 2 not checked but required");
    // 100 of 1000 is 10 %.
    let complete = fifty.set("transactions", 20_000.into()).mrr(1000.into());
    let complete = checked("1..100", "", &complete, &[Requirement::All]);
    assert_eq!((&complete["passed"], &complete["not_checked"]), (&true.into(), &0.into()));
    assert_eq!(complete["summary"], "0 of 4 comparisons failed");
}

#[test]
fn where_nothing_is_compared_nothing_passes_in_silence() {
    let bare = "version: 1\nstage: 1\nname: A\ncustomers: 1..10\ncurrency: USD\nline_items: [{ name: A, category: c, cost: 1 }]\n";
    let directory = project(&[("stages/1-a.yaml", bare)]);
    for (arguments, code) in [(&["check"][..], 0), (&["check", "--strict"], 1)] {
        let output = costplan(directory.path(), arguments);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(code), "{said}");
        for part in ["Nothing was checked", "`monthly_budget`", "`[budget]`"] {
            assert!(said.contains(part), "{said}");
        }
        assert!(!said.contains("0 of 0"), "{said}");
    }
}

#[test]
fn the_project_requires_kinds_of_comparisons() {
    let fifty = request().customers(50);
    let required = |kinds: &str| checked("1..100", &format!("[check]\nrequire = [{kinds}]\n"), &fifty, &[]);
    assert_eq!(required("\"cost-per-customer\", \"monthly_budget\"")["passed"], true);
    let json = required("\"share_of_mrr\"");
    assert_eq!(json["passed"], false);
    assert_eq!(json["summary"], "0 of 2 comparisons failed, 2 not checked (1 of them required)");
    // Nothing limits the growth, so nothing compares it.
    let json = required("\"growth\"");
    assert_eq!((&json["passed"], &json["unused"][0]["name"]), (&false.into(), &"growth".into()));
    assert_eq!(json["summary"], "0 of 2 comparisons failed, 3 not checked (1 of them required)");
    assert_eq!(required("\"customer-range\"")["passed"], true, "50 customers are all that is requested");
}

#[test]
fn a_range_whose_numbers_are_not_all_computed_is_not_checked() {
    let request = request().set("transactions", 1.into()).mrr(1_000_000.into());
    let strict = |range: &str| checked(range, "", &request, &[Requirement::CustomerRange]);
    assert_eq!(not_checked(&strict("1..100")), [] as [[String; 2]; 0]);
    assert_eq!(strict("1..100")["passed"], true);
    assert_eq!(not_checked(&strict("1..100000000")), [pair("customer-range", "too-many-numbers")]);
    assert_eq!(strict("1..100000000")["passed"], false);
    assert_eq!(not_checked(&strict("50..")), [pair("customer-range", "open-range")]);
    assert_eq!(strict("50..")["passed"], false);
}

#[test]
fn revenue_of_zero_is_not_compared_with() {
    let json = checked("0..100", "", &request().customers(50).mrr(0.into()), &[]);
    assert_eq!(not_checked(&json)[1], pair("share-of-mrr", "zero-mrr"));
    // Without customers there is nothing to compare.
    let json = checked("0..100", "", &request().customers(0).mrr(0.into()), &[]);
    let verdicts = json["checks"].as_array().unwrap().iter().map(|row| row["verdict"].as_str().unwrap());
    assert_eq!(verdicts.collect::<Vec<&str>>(), ["not_checked", "pass", "not_applicable", "not_applicable"]);
}

#[test]
fn what_is_not_checked_is_in_every_format() {
    let directory = project(&[("stages/1-test.yaml", &stage("1..100")), ("costplan.toml", "version = 1\n")]);
    for format in ["table", "json", "csv", "markdown", "github", "junit", "sarif", "slack"] {
        for (strict, code) in [(&[][..], 0), (&["--strict"], 1)] {
            let arguments = [&["check", "--customers", "50", "--format", format], strict].concat();
            let output = costplan(directory.path(), &arguments);
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(text.contains("not checked") || text.contains("not_checked"), "{format}: {text}");
            assert!(text.contains("--mrr or --arpu"), "{format}: {text}");
            assert_eq!(output.status.code(), Some(code), "{format}");
        }
    }
}

#[test]
fn a_blank_value_is_never_not_given() {
    let directory = project(&[("stages/1-test.yaml", &stage("1..100"))]);
    let refused = |arguments: &[&str], variable: Option<(&str, &str)>, expected: &str| {
        let mut command = crate::project::command(directory.path());
        let output = command.args(arguments).envs(variable).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(message.contains(expected), "{arguments:?}: {message}");
    };
    for flag in [
        "--customers",
        "--mrr",
        "--arpu",
        "--set",
        "--buffer",
        "--currency",
        "--as-of",
        "--hours-per-month",
        "--scenario",
        "--apply",
    ] {
        for blank in ["", " ", "\u{a0}"] {
            refused(&["check", flag, blank], None, &format!("`{flag}` is empty"));
        }
    }
    refused(&["stage", "1", "--where", ""], None, "`--where` is empty");
    refused(&["stage", "1", "--tax", ""], None, "`--tax` is empty");
    refused(&["stage", ""], None, "the argument `STAGE` is empty");
    refused(&["prices", "list", "--vendor", " "], None, "`--vendor` is empty");
    refused(&["check", "--set", "transactions="], None, "lacks a name or a value");
    refused(&["check", "--project", ""], None, "a value is required for '--project <DIR>'");
    for name in ["CUSTOMERS", "MRR", "ARPU", "BUFFER", "FORMAT", "CI_FORMAT", "SCENARIO", "PROJECT", "TAX", "CHART"] {
        let name = format!("COSTPLAN_{name}");
        for arguments in [&["check"][..], &["stage", "1"], &["prices", "list"]] {
            refused(arguments, Some((&name, " ")), &format!("the variable `{name}` is empty"));
        }
    }
}
