//! The example of another program that uses the library, and what such a program relies on.

#[path = "../../../examples/embed/main.rs"]
#[allow(dead_code, reason = "its `main` is for the example")]
mod example;

use costplan::app::{self, Request};
use costplan::diagnostic::Code;
use costplan::workspace::Workspace;
use jiff::civil::date;
use rust_decimal::Decimal;

#[test]
fn the_example_computes_a_stage_and_a_forecast() {
    // At n customers: 2 servers at 7.50, and 2 n GB at 0.01; the buffer adds 10%.
    // n = 60: 15.00 + 1.20 = 16.20, and 17.82 with the buffer.
    // n = 80: 15.00 + 1.60 = 16.60, and 18.26 with the buffer.
    // n = 100: 15.00 + 2.00 = 17.00, and 18.70 with the buffer.
    let expected = "60 customers: 16.2 USD, with the buffer 17.82 USD\n\
                    2026-11: 60 customers, 17.82 USD\n\
                    2026-12: 80 customers, 18.26 USD\n\
                    2027-01: 100 customers, 18.7 USD\n";
    assert_eq!(example::report().unwrap(), expected);
}

#[test]
fn a_mistake_names_its_place_in_the_text() {
    assert_eq!(example::mistake(), "stages/1-start.yaml:9:46: no price sheet has the SKU `acme/sever`");
}

/// Two stages of two boxes at 10, in a project with a scenario and a budget.
fn project() -> Workspace {
    let stage = "version: 1\nstage: 1\nname: One\ncustomers: 0..100\ncurrency: USD\ndrivers: { boxes: 2 }\n\
                 line_items:\n  - { name: Boxes, category: compute, quantity: boxes, cost: 10 }\n";
    let second = stage.replace("stage: 1", "stage: 2").replace("One", "Two").replace("0..100", "101..1000");
    let scenario = "version: 1\nname: Busy\ncustomers: 50\nset: { boxes: 7 }\n";
    Workspace::in_memory([
        ("costplan.toml", "version = 1\n\n[budget]\nmonthly = \"60 USD\"\n".to_owned()),
        ("stages/1-one.yaml", stage.to_owned()),
        ("stages/2-two.yaml", second),
        ("scenarios/busy.yaml", scenario.to_owned()),
    ])
    .unwrap()
}

fn request() -> Request {
    Request::on(date(2026, 11, 24))
}

fn totals(costed: &app::CostedRange) -> Vec<String> {
    costed.costings.iter().map(|costing| costing.totals.total.normalize().to_string()).collect()
}

#[test]
fn a_value_of_the_request_is_before_that_of_the_scenario() {
    let mut workspace = project();
    // 2 boxes at 10, at both ends of the range.
    assert_eq!(totals(&app::stage(&mut workspace, "1", &request()).unwrap()), ["20", "20"]);
    // 7 boxes, at the customers of the scenario.
    let busy = request().scenario("busy");
    assert_eq!(totals(&app::stage(&mut workspace, "1", &busy).unwrap()), ["70"]);
    // 3 boxes of the request.
    let three = busy.set("boxes", Decimal::from(3));
    assert_eq!(totals(&app::stage(&mut workspace, "1", &three).unwrap()), ["30"]);
}

#[test]
fn one_workspace_answers_many_requests() {
    let mut workspace = project();
    assert_eq!(app::stages(&mut workspace, &[], &request()).unwrap().len(), 2);
    let (of_plan, _) = app::recommend(&mut workspace, &request().customers(50)).unwrap();
    assert_eq!(of_plan.len(), 2);
    let compared = app::compare_stages(&mut workspace, ["1", "2"], &request().customers(50)).unwrap();
    assert_eq!(compared.len(), 2);
    // The one stage that is meant for 50 customers is compared with the budget, each time.
    for _ in 0..2 {
        let checked = app::check(&mut workspace, &[], &request().customers(50)).unwrap();
        assert_eq!(checked.stages.len(), 1);
        assert!(!checked.stages[0].checks.is_empty());
    }
    assert!(app::validate(&mut workspace, &request()).is_ok());
    let snapshot = app::snapshot(&mut workspace, &[], &request().customers(50)).unwrap();
    assert!(snapshot.contains("name: Boxes"), "{snapshot}");
}

#[test]
fn what_is_wrong_with_a_request_is_an_error_with_its_texts() {
    let mut workspace = project();
    let unknown = app::stage(&mut workspace, "1", &request().set("crates", Decimal::ONE)).unwrap_err();
    assert_eq!(unknown.diagnostics[0].code, Code::UnknownName);
    assert!(unknown.to_string().starts_with("the request: "), "{unknown}");
    let no_scenario = app::stage(&mut workspace, "1", &request().scenario("calm")).unwrap_err();
    assert_eq!(no_scenario.diagnostics[0].code, Code::UnknownScenario);
    let none = app::recommend(&mut workspace, &request()).unwrap_err();
    assert_eq!(none.diagnostics[0].code, Code::InvalidArgument);
    // The workspace can be used as before.
    assert_eq!(totals(&app::stage(&mut workspace, "1", &request()).unwrap()), ["20", "20"]);
}
