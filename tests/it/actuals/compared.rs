//! A bill that is generated from the plan is no different from it; one change at a time is the cause that it is.

use std::fmt::Write as _;

use crate::project::{HEAD, costplan, in_memory, project};
use costplan::app::{ActualCosts, Request, actual_costs, check_actuals, matched_charges};
use costplan::calculate::{BudgetVerdict, Costing, DifferenceCause as Cause, RowSubject, RowsBy, Unobserved};
use costplan::model::{Inputs, Revenue, Stage};
use costplan::view::suggested_rules;
use costplan::workspace::{Selection, Workspace};
use rust_decimal::Decimal;

fn request() -> Request {
    Request::on("2026-11-24".parse().unwrap())
}

fn compared(files: &[(&str, &str)]) -> ActualCosts {
    let mut workspace = in_memory(files).unwrap();
    actual_costs(&mut workspace, None, Some("1"), &request()).unwrap()
}

/// The causes of the whole difference, which they add up to.
pub(super) fn causes(costs: &ActualCosts) -> Vec<(Cause, String)> {
    for row in costs.comparison.rows.iter().chain([&costs.comparison.total]) {
        let sum: Decimal = row.causes.iter().map(|(_, amount)| *amount).sum();
        assert_eq!(sum, row.difference().unwrap(), "{}", row.name);
    }
    let total = &costs.comparison.total;
    for by in [RowsBy::LineItem, RowsBy::Vendor, RowsBy::Category] {
        let rows = costs.comparison.rows_by(by).unwrap();
        assert_eq!(rows.iter().map(|row| row.planned).sum::<Decimal>(), total.planned);
        assert_eq!(rows.iter().filter_map(|row| row.billed).sum::<Decimal>(), total.billed.unwrap_or_default());
    }
    total.causes.iter().map(|(cause, amount)| (*cause, amount.normalize().to_string())).collect()
}

/// A bill that has exactly what a stage costs, and the rules that put it to the line items.
fn bill_of(stage: &Stage, costing: &Costing) -> (String, String) {
    let mut month = "version: 1\nmonth: 2026-10\ntyped:\n".to_owned();
    let mut rules = "version = 1\n".to_owned();
    for (item, line) in stage.line_items.iter().zip(&costing.line_items) {
        let vendor = item.vendor().unwrap_or("someone");
        let _ = writeln!(
            month,
            "  - {{ vendor: \"{vendor}\", service: \"{}\", cost: \"{} {}\" }}",
            item.name, line.exact, stage.currency
        );
        let _ = write!(rules, "[[actuals.match]]\nservice = \"{0}\"\nline_item = \"{0}\"\n", item.name);
    }
    (month, rules)
}

#[test]
fn a_bill_of_the_plan_is_as_planned() {
    let request = costplan::resolve::Request::on("2026-11-24".parse().unwrap());
    let stages = Workspace::bundled().stages(Selection::all(), &request).unwrap();
    for (number, (stage, _)) in stages.iter().enumerate() {
        let inputs = Inputs { customers: stage.usual_customers(), revenue: Revenue::Unknown };
        let costing = costplan::calculate::stage(stage, inputs, &mut Unobserved).unwrap();
        let (month, rules) = bill_of(stage, &costing);
        let mut workspace = in_memory(&[("actuals/2026-10.yaml", &month), ("costplan.toml", &rules)]).unwrap();
        let named = (number + 1).to_string();
        let costs = actual_costs(&mut workspace, None, Some(&named), &self::request()).unwrap();
        assert_eq!(causes(&costs), [], "stage {named}");
        assert_eq!(costs.comparison.total.billed, Some(costs.comparison.total.planned));
    }
}

const SHEET: &str = "version = 1\nvendor = \"v\"\ncurrency = \"EUR\"\nsource = \"https://example.com\"\nretrieved_on = 2026-10-01\ntrust = \"vendor\"\n\
    [skus.box]\nname = \"Big Box\"\n[[skus.box.charges]]\nmeter = \"hours\"\nunit = \"hour\"\neach = true\n\
    usage = \"hours_per_month\"\nmodel = \"per_unit\"\nprice = 0.01\n\
    [[skus.box.charges]]\nmeter = \"egress\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 0.10\n";
const RATES: &str = "version = 1\n[[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = 1.10\neffective_from = 2026-11-10\nsource = \"test\"\n\
    [[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = 1.20\neffective_from = 2026-10-01\nsource = \"test\"\n";

/// Two boxes of 730 hours and 100 GB: 2 * 7.30 + 10 = 24.60 EUR, which is 27.06 USD at 1.10; a plain cost of 12 USD.
fn month_of(charges: &str) -> ActualCosts {
    let stage = format!(
        "{HEAD}buffer: 10%\nline_items:\n  - {{ name: Boxes, category: compute, sku: v/box, quantity: 2, usage: {{ egress: 100 GB }} }}\n  \
         - {{ name: Queue, category: messaging, vendor: aws, cost: 12 }}\n"
    );
    let month = format!("version: 1\nmonth: 2026-10\ncustomers: 4\nmrr: 200 USD\ntyped:\n{charges}");
    compared(&[
        ("stages/1-test.yaml", &stage),
        ("pricing/v.toml", SHEET),
        ("pricing/fx.toml", RATES),
        ("actuals/2026-10.yaml", &month),
    ])
}

/// The charges of the boxes: the cost of their hours and of their traffic.
fn boxes((hours, of_hours): (u32, &str), (traffic, of_traffic): (u32, &str)) -> String {
    format!(
        "  - {{ vendor: V, sku: box, meter: hours, quantity: {hours}, unit: Hours, cost: {of_hours} EUR }}\n  \
         - {{ vendor: V, sku: box, meter: egress, quantity: {traffic}, unit: GB, cost: {of_traffic} EUR }}\n"
    )
}

const QUEUE: &str = "  - { vendor: Amazon Web Services, cost: 12 USD }\n";

#[test]
fn each_change_is_the_cause_that_it_is() {
    // In October a euro was 1.20 USD: 24.60 EUR are 2.46 USD more than planned.
    let rate = (Cause::ExchangeRate, "2.46".to_owned());
    let as_planned = boxes((1460, "14.60"), (100, "10"));
    let costs = month_of(&format!("{as_planned}{QUEUE}"));
    assert_eq!(causes(&costs), std::slice::from_ref(&rate));
    // A third box: 7.30 EUR * 1.20.
    let costs = month_of(&format!("{}{QUEUE}", boxes((2190, "21.90"), (100, "10"))));
    assert_eq!(causes(&costs), [(Cause::Quantity, "8.76".to_owned()), rate.clone()]);
    // 100 GB more: 10 EUR * 1.20.
    let costs = month_of(&format!("{}{QUEUE}", boxes((1460, "14.60"), (200, "20"))));
    assert_eq!(causes(&costs), [(Cause::Usage, "12".to_owned()), rate.clone()]);
    // 1 EUR more for the same: 1.20.
    let costs = month_of(&format!("{}{QUEUE}", boxes((1460, "15.60"), (100, "10"))));
    assert_eq!(causes(&costs), [(Cause::Price, "1.2".to_owned()), rate.clone()]);
    // Without quantities it is one or the other.
    let costs = month_of(&format!("  - {{ vendor: v, cost: 25.60 EUR }}\n{QUEUE}"));
    assert_eq!(causes(&costs), [(Cause::UsageOrPrice, "1.2".to_owned()), rate.clone()]);
    // A credit, a tax, something else of the vendor, and no queue.
    let others = "  - { vendor: v, sku: box, kind: credit, cost: -2 EUR }\n  - { vendor: v, kind: tax, cost: 5 EUR }\n  \
                  - { vendor: v, service: Snapshots, cost: 3 EUR }\n";
    let costs = month_of(&format!("{as_planned}{others}"));
    let expected = [
        rate,
        (Cause::Credits, "-2.4".to_owned()),
        (Cause::Tax, "6".to_owned()),
        (Cause::NotInPlan, "3.6".to_owned()),
        (Cause::NotBilled, "-12".to_owned()),
    ];
    assert_eq!(causes(&costs), expected);
    let names: Vec<&str> = costs.comparison.rows.iter().map(|row| &*row.name).collect();
    assert_eq!(names, ["Boxes", "Queue", "v: Snapshots", "Tax"]);
    // (24.60 - 2 + 3) * 1.20 = 30.72 without the tax, of 4 customers and 200 USD.
    assert_eq!(costs.comparison.billed_before_tax, Decimal::new(3072, 2));
    assert_eq!(costs.comparison.cost_per_customer.unwrap().exact(), Some(Decimal::new(768, 2)));
    assert_eq!(costs.comparison.share_of_mrr.unwrap().exact(), Some(Decimal::new(1536, 4)));
}

#[test]
fn a_month_that_is_not_over_goes_on_by_days() {
    // Ten of 31 days: 10 USD of usage end at 31; what is for the whole month, and a tax, stay.
    let stage = format!("{HEAD}line_items:\n  - {{ name: Queue, category: messaging, vendor: aws, cost: 40 }}\n");
    let month = "version: 1\nmonth: 2026-10\nsources:\n  - name: a.csv\n    format: focus\n    digest: x\n    rows: 3\n    \
        totals: [{ billed: 16 USD }]\n    through: 2026-10-10\n    charges:\n      \
        - { vendor: aws, sku: Queue, cost: 10 USD }\n      - { vendor: aws, sku: Queue, monthly: true, cost: 5 USD }\n      \
        - { vendor: aws, kind: tax, cost: 1 USD }\n";
    let costs = compared(&[("stages/1-test.yaml", &stage), ("actuals/2026-10.yaml", month)]);
    assert_eq!(costs.comparison.total.billed, Some(Decimal::from(16)));
    assert_eq!(costs.comparison.total.projected, Decimal::from(37));
    // 36 instead of 40, and 21 of it not billed yet.
    let expected =
        [(Cause::Price, "-4".to_owned()), (Cause::Tax, "1".to_owned()), (Cause::NotBilled, "-21".to_owned())];
    assert_eq!(causes(&costs), expected);
}

#[test]
fn a_bill_that_names_only_the_vendor_is_for_all_its_line_items() {
    let stage = format!(
        "{HEAD}line_items:\n  - {{ name: A, category: compute, vendor: aws, cost: 40 }}\n  \
         - {{ name: B, category: storage, vendor: aws, cost: 2 }}\n"
    );
    let month = "version: 1\nmonth: 2026-10\ntyped:\n  - { vendor: AWS, cost: 45 USD }\n";
    let costs = compared(&[("stages/1-test.yaml", &stage), ("actuals/2026-10.yaml", month)]);
    let [row] = &costs.comparison.rows[..] else { panic!("{:?}", costs.comparison.rows) };
    assert_eq!(row.subject, RowSubject::Vendor(vec![0, 1]));
    assert_eq!((row.planned, row.billed), (Decimal::from(42), Some(Decimal::from(45))));
}

#[test]
fn a_bill_is_held_against_budgets_and_alerts_at_what_it_ends_at() {
    // 15 days of 30 cost 60, so the month ends at 120: over the budget of 100. The database, at 50, is half of it.
    let stage = format!(
        "{HEAD}line_items:\n  - {{ name: DB, category: database, vendor: v, cost: 10 }}\n  \
         - {{ name: Queue, category: messaging, vendor: aws, cost: 10 }}\n"
    );
    let settings = "version = 1\n[budget]\nmonthly = \"100 USD\"\nyearly = \"200 USD\"\n\
        [[budget.alerts]]\nmetric = \"database_cost\"\nthreshold = \"40%\"\nactions = [\"email\"]\n";
    let month = "version: 1\nmonth: 2026-09\nsources:\n  - name: a.csv\n    format: focus\n    digest: x\n    rows: 2\n    \
        totals: [{ billed: 60 USD }]\n    through: 2026-09-15\n    charges:\n      \
        - { vendor: v, sku: DB, cost: 25 USD }\n      - { vendor: aws, service: Other, cost: 35 USD }\n";
    let mut workspace =
        in_memory(&[("stages/1-test.yaml", &stage), ("costplan.toml", settings), ("actuals/2026-09.yaml", month)])
            .unwrap();
    let checked = check_actuals(&mut workspace, None, None, &request(), &[]).unwrap();
    let [stage] = &checked.stages[..] else { panic!("{:?}", checked.stages) };
    let found: Vec<(BudgetVerdict, String)> = stage
        .checks
        .iter()
        .map(|check| (check.verdict, check.value.as_ref().unwrap().value.to_decimal().unwrap().normalize().to_string()))
        .collect();
    assert_eq!(found[0], (BudgetVerdict::Fail, "120".to_owned()));
    assert_eq!(found[1].1, "50");
    assert_ne!(found[1].0, BudgetVerdict::Pass);
    assert_eq!(found.len(), 2, "the budget of a year is no matter of a month: {found:?}");
}

#[test]
fn a_rule_is_suggested_as_clear_only_where_a_word_says_so() {
    let stage = format!(
        "{HEAD}line_items:\n  - {{ name: Queues, category: messaging, vendor: aws, cost: 12 }}\n  \
         - {{ name: Backup, category: backup, vendor: other, cost: 6 }}\n"
    );
    let month = "version: 1\nmonth: 2026-10\ntyped:\n  - { vendor: AWS, service: Simple Queue Service, cost: 3 USD }\n  \
                 - { vendor: AWS, service: Backup, cost: 9 USD }\n";
    let mut workspace = in_memory(&[("stages/1-test.yaml", &stage), ("actuals/2026-10.yaml", month)]).unwrap();
    let matched = matched_charges(&mut workspace, None, None, &request()).unwrap();
    let rules = suggested_rules(&matched.stage, &matched.charges());
    let found: Vec<(bool, &str)> = rules.iter().map(|rule| (rule.is_clear, rule.text.as_str())).collect();
    let backup =
        "# 9 USD\n# [[actuals.match]]\n# vendor = \"AWS\"\n# service = \"Backup\"\n# line_item = \"Queues\"\n\n";
    let queue =
        "# 3 USD\n[[actuals.match]]\nvendor = \"AWS\"\nservice = \"Simple Queue Service\"\nline_item = \"Queues\"\n\n";
    assert_eq!(found, [(false, backup), (true, queue)]);
}

#[test]
fn the_headline_is_no_verdict_that_missing_bills_make() {
    let stage = format!(
        "{HEAD}line_items:\n  - {{ name: A, category: compute, vendor: a, cost: 30 }}\n  \
         - {{ name: B, category: storage, vendor: b, cost: 70 }}\n"
    );
    let shown = |charges: &str, flags: &[&str]| {
        let month = format!("version: 1\nmonth: 2026-10\ncustomers: 4\n{charges}");
        let plan = project(&[("stages/1-test.yaml", &stage), ("actuals/2026-10.yaml", &month)]);
        let out = costplan(plan.path(), &[&["actuals", "--as-of", "2026-11-24"][..], flags].concat());
        String::from_utf8(out.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    // 33 of 30 are billed, and nothing of 70.
    let one = shown("typed: [{ vendor: a, cost: 33 USD }]\n", &[]);
    let expected = "2026-10 cost 33.00 USD, 3.00 over what was planned of it, 30.00; 30% of the plan has a bill (1 Test at 4 customers)";
    assert!(one.contains(expected), "{one}");
    let none = shown("", &[]);
    assert!(none.contains("2026-10: nothing is billed yet of 100.00 USD (1 Test at 4 customers)"), "{none}");
    let both = "typed: [{ vendor: a, cost: 33 USD }, { vendor: b, cost: 60 USD }]\n";
    let all = shown(both, &[]);
    assert!(all.contains("2026-10 cost 93.00 USD, 7.00 under the plan of 100.00 (1 Test"), "{all}");
    let details = shown(both, &["--details"]);
    assert!(details.contains("price -10.00") || details.contains("usage or price -10.00"), "{details}");
}

/// However much there is to say of a month, it fits on a small terminal; the details have all of it.
#[test]
fn a_screen_has_no_more_lines_than_a_small_terminal() {
    let items: String =
        (1..=30).map(|n| format!("  - {{ name: Item {n}, category: compute, vendor: v{n}, cost: {n} }}\n")).collect();
    let stage = format!("{HEAD}buffer: 10%\nline_items:\n{items}");
    let typed: String = (1..=25).map(|n| format!("  - {{ vendor: v{n}, cost: {} USD }}\n", n + 1)).collect();
    let month = format!("version: 1\nmonth: 2026-10\ncustomers: 4\nmrr: 900 USD\ntyped:\n{typed}");
    let rules: String =
        (1..=9).map(|n| format!("[[actuals.match]]\nvendor = \"x{n}\"\nline_item = \"None {n}\"\n")).collect();
    let settings = format!("version = 1\n{rules}");
    let plan =
        project(&[("stages/1-test.yaml", &stage), ("actuals/2026-10.yaml", &month), ("costplan.toml", &settings)]);
    let shown = |flags: &[&str]| {
        let out = costplan(plan.path(), &[&["actuals", "--as-of", "2026-11-24"][..], flags].concat());
        String::from_utf8(out.stdout).unwrap()
    };
    let screen = shown(&[]);
    assert!(screen.lines().count() <= 22, "{}\n{screen}", screen.lines().count());
    assert!(screen.contains("6 more notes (--details)"), "{screen}");
    let details = shown(&["--details"]);
    assert!(details.contains("`None 9`") && details.contains("Item 30"), "{details}");
}

/// A bill over its budget, in every format of a check.
#[test]
fn a_bill_is_checked_in_every_format() {
    let stage = format!("{HEAD}line_items:\n  - {{ name: A, category: compute, vendor: a, cost: 30 }}\n");
    let settings = "version = 1\n[budget]\nmonthly = \"40 USD\"\n[check]\nscenarios = [\"a\", \"b\"]\n";
    let month = "version: 1\nmonth: 2026-10\ncustomers: 4\ntyped: [{ vendor: a, cost: 50 USD }]\n";
    let plan = project(&[
        ("stages/1-test.yaml", &stage),
        ("costplan.toml", settings),
        ("actuals/2026-10.yaml", month),
        ("scenarios/a.yaml", "version: 1\nname: A\ncustomers: 90\n"),
        ("scenarios/b.yaml", "version: 1\nname: B\n"),
    ]);
    let checked = |format: &str| {
        let out = costplan(plan.path(), &["check", "--actuals", "--as-of", "2026-11-24", "--format", format]);
        assert_eq!(out.status.code(), Some(1), "{format}");
        String::from_utf8(out.stdout).unwrap()
    };
    let json: serde_json::Value = serde_json::from_str(&checked("json")).unwrap();
    let notes = json["notes"].to_string();
    assert!(notes.contains("what is checked is the bill of 2026-10"), "{notes}");
    assert!(notes.contains("the scenarios of `[check]` are of the plan: a bill is checked without them"), "{notes}");
    // The bill of 50 is 10 over the budget, whatever the plan or a scenario costs.
    let [check] = &json["checks"].as_array().unwrap()[..] else { panic!("{json}") };
    let figures = ["value", "limit", "margin"].map(|key| check[key]["value"].to_string());
    assert_eq!((figures, &check["scenario"]), (["50", "40", "-10"].map(str::to_owned), &serde_json::Value::Null));
    for (format, expected) in [
        ("table", "50.00"),
        ("csv", ",1,4,project-monthly-budget,monthly budget,50,40,-10,USD,fail"),
        ("markdown", "50.00"),
        ("github", "::error"),
        ("junit", "<failure"),
        ("sarif", "\"level\": \"error\""),
        ("slack", "50.00"),
    ] {
        let text = checked(format);
        assert!(text.contains(expected), "{format}: {text}");
        assert!(format == "csv" || text.contains("bill of 2026-10"), "{format} says which bill it is of: {text}");
    }
}

/// What is over a limit is caused by what was billed: 45 for what is in no plan, 6 for the first line item and 4 for two others that
/// the bill does not tell apart. The largest row of the plan has no bill.
#[test]
fn the_cause_of_an_exceeded_limit_was_billed() {
    let stage = format!(
        "{HEAD}line_items:\n  - {{ name: Unbilled, category: compute, vendor: u, cost: 900 }}\n  \
         - {{ name: A, category: compute, vendor: a, cost: 30 }}\n  \
         - {{ name: B1, category: database, vendor: b, cost: 20 }}\n  - {{ name: B2, category: database, vendor: b, cost: 10 }}\n"
    );
    let settings = "version = 1\n[budget]\nmonthly = \"40 USD\"\n[[budget.limits]]\nwhere = \"category=compute\"\nmonthly = \"5 USD\"\n\
                    [[budget.limits]]\nwhere = \"category=database\"\nmonthly = \"3 USD\"\n";
    let month = "version: 1\nmonth: 2026-10\ncustomers: 4\ntyped:\n  - { vendor: z, service: Queue, cost: 45 USD }\n  \
                 - { vendor: a, cost: 6 USD }\n  - { vendor: b, cost: 4 USD }\n";
    let plan = project(&[("stages/1-test.yaml", &stage), ("costplan.toml", settings), ("actuals/2026-10.yaml", month)]);
    let checked = |format: &str| {
        let out = costplan(plan.path(), &["check", "--actuals", "--as-of", "2026-11-24", "--format", format]);
        assert_eq!(out.status.code(), Some(1), "{format}");
        String::from_utf8(out.stdout).unwrap()
    };
    let json: serde_json::Value = serde_json::from_str(&checked("json")).unwrap();
    let causes: Vec<&str> =
        json["checks"].as_array().unwrap().iter().map(|check| check["cause"].as_str().unwrap()).collect();
    assert_eq!(causes[0], "z: Queue", "{json}");
    assert!(causes.contains(&"A") && causes.len() == 3, "{json}");
    for format in ["table", "csv", "markdown", "github", "junit", "sarif", "slack"] {
        let text = checked(format);
        assert!(!text.contains("Unbilled"), "{format}: {text}");
        assert!(text.contains("Queue"), "{format}: {text}");
    }
}
