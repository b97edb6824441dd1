//! Tags: totals by tag, and the part of a stage that `--where` counts.

use crate::project::{HEAD, costplan, in_memory, project, stdout};
use costplan::calculate::{self, SweepPlan};
use costplan::calculate::{Change, Completeness, Costing, Finding, Trace, Unobserved};
use costplan::model::{Fraction, Inputs, Progress, Revenue, Setting, Stage};
use costplan::resolve::Request;
use proptest::prelude::*;
use rust_decimal::Decimal;

const SHEET: &str = r#"
version = 1
vendor = "v"
currency = "USD"
source = "s"
retrieved_on = 2026-01-01
trust = "fixture"

[pools.transfer]
unit = "GB"

[skus.server]
[[skus.server.charges]]
meter = "server"
model = "flat"
price = 5
each = true
[[skus.server.charges]]
meter = "egress"
unit = "GB"
pool = "transfer"
included = "100 GB * quantity"
model = "per_unit"
price = 1

[skus.support]
[[skus.support.charges]]
meter = "support"
model = "percentage"
of = "subtotal"
percent = "10%"

[skus.ranged]
[[skus.ranged.charges]]
meter = "gpu"
model = "flat"
price = "10..20"
"#;

type Resolved = Result<(Stage, Revenue), String>;

/// Resolves the one stage of a project for conditions such as `env=prod`.
fn resolved(head: &str, items: &str, conditions: &[&str]) -> Resolved {
    let manifest = format!("{HEAD}{head}line_items:\n{items}");
    let mut workspace = in_memory(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", SHEET)])?;
    let mut request = Request::on("2026-11-24".parse().unwrap());
    for condition in conditions {
        request.conditions.push(workspace.argument("--where", condition).unwrap());
    }
    workspace.stage("1", &request).map_err(|failure| format!("{:?}", failure.diagnostics))
}

fn costed(head: &str, items: &str, conditions: &[&str], customers: u64) -> (Stage, Costing) {
    let (stage, revenue) = resolved(head, items, conditions).unwrap();
    let costing = calculate::stage(&stage, Inputs { customers, revenue }, &mut Unobserved).unwrap();
    (stage, costing)
}

/// The rows of a costing: name and monthly cost.
fn rows(stage: &Stage, costing: &Costing) -> Vec<String> {
    let rows = stage.rows(&costing.line_items);
    rows.map(|(_, item, line)| {
        let cost = if line.is_known { line.monthly.normalize().to_string() } else { "?".to_owned() };
        format!("{} {cost}", item.name)
    })
    .collect()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// What each value of a tag costs, and what is not tagged, as `value: cost of line items`.
fn by(stage: &Stage, costing: &Costing, tag: &str) -> Vec<String> {
    let id = stage.tag(tag).unwrap();
    let costs = &costing.tags[id.index()];
    let names = stage.tags[id.index()].values.iter().map(|value| &**value).chain(["-"]);
    let all = costs.values.iter().chain([&costs.untagged]);
    let shown = |cost: &costplan::calculate::TaggedCost| match cost.cost.completeness {
        Completeness::Full => cost.cost.monthly.normalize().to_string(),
        Completeness::Part => format!("{} + ?", cost.cost.monthly.normalize()),
        Completeness::Nothing => "?".to_owned(),
    };
    names.zip(all).map(|(name, cost)| format!("{name}: {} of {}", shown(cost), cost.line_items)).collect()
}

const ITEMS: &str = "  - { name: A, category: compute, cost: 10.004, tags: { team: web } }\n  \
    - { name: B, category: compute, cost: 20.004, tags: { env: staging } }\n  \
    - { name: C, category: storage, vendor: acme, cost: 30.004, tags: { env: staging, team: data } }\n  \
    - { name: D, category: mail, cost: 40 }\n";

#[test]
fn a_line_item_has_the_tags_of_its_stage_and_its_own() {
    let (stage, costing) = costed("tags: { env: prod }\nrounding: { line_items: 0.01 }\n", ITEMS, &[], 0);
    let tags = |index: usize| stage.tags_of(&stage.line_items[index]).collect::<Vec<_>>();
    assert_eq!(tags(0), [("env", "prod"), ("team", "web")]);
    assert_eq!(tags(1), [("env", "staging")]);
    assert_eq!(tags(2), [("env", "staging"), ("team", "data")]);
    assert_eq!(tags(3), [("env", "prod")]);
    // Sums of the rounded rows: 10 + 40, and 20 + 30.
    assert_eq!(by(&stage, &costing, "env"), ["prod: 50 of 2", "staging: 50 of 2", "-: 0 of 0"]);
    assert_eq!(by(&stage, &costing, "team"), ["web: 10 of 1", "data: 30 of 1", "-: 60 of 2"]);
    assert_eq!(costing.totals.subtotal, decimal("100"));
}

#[test]
fn a_stage_without_tags_has_none() {
    let (stage, costing) = costed("", "  - { name: A, category: c, cost: 1 }\n", &[], 0);
    assert!(stage.tags.is_empty() && costing.tags.is_empty() && stage.part.is_none());
    assert!(stage.line_items[0].tags.is_none());
    // Line items with the same tags share them.
    let (stage, _) = costed(
        "tags: { env: prod }\n",
        "  - { name: A, category: c, cost: 1 }\n  - { name: B, category: c, cost: 1, tags: { env: prod } }\n",
        &[],
        0,
    );
    assert!(std::sync::Arc::ptr_eq(
        stage.line_items[0].tags.as_ref().unwrap(),
        stage.line_items[1].tags.as_ref().unwrap()
    ));
}

#[test]
fn a_value_of_the_stage_that_every_line_item_overrides_is_no_value() {
    let items = "  - { name: A, category: c, cost: 1, tags: { env: a } }\n";
    let (stage, _) = costed("tags: { env: prod }\n", items, &[], 0);
    assert_eq!(stage.tags[0].values, ["a".into()]);
    assert!(resolved("tags: { env: prod }\n", items, &["env=prod"]).unwrap_err().contains("UnknownTag"));
}

#[test]
fn unknown_costs_are_never_zero_in_a_total_by_tag() {
    let items = "  - { name: A, category: c, cost: 7, tags: { env: a } }\n  \
        - { name: B, category: c, sku: v/server, tags: { env: a } }\n  \
        - { name: C, category: c, sku: v/support, tags: { env: b } }\n  \
        - { name: D, category: c, cost: 3 }\n";
    let (stage, costing) = costed("", items, &[], 0);
    // The egress of B is unknown, and so is what the support is a percentage of.
    assert_eq!(by(&stage, &costing, "env"), ["a: 12 + ? of 2", "b: ? of 1", "-: 3 of 1"]);
    // The part that is known in full is; its share of a stage that is not is unknown.
    let (stage, costing) = costed("", items, &["env!=a,b"], 0);
    assert_eq!(rows(&stage, &costing), ["D 3"]);
    assert!(stage.oldest_price().is_none());
    assert!(costing.completeness() == Completeness::Full && costing.share_of_stage.is_none());
    let (stage, costing) = costed("", items, &["env=b"], 0);
    assert_eq!(stage.oldest_price().unwrap().1, "v/support");
    assert_eq!((costing.completeness(), costing.known_totals()), (Completeness::Nothing, None));
    assert!(costing.findings.iter().any(|finding| finding.code().as_str() == "unknown-base"));
    assert!(costing.findings.iter().all(|finding| finding.code().as_str() != "unknown-usage"));
}

#[test]
fn where_keeps_the_rows_that_fit_and_their_sums() {
    let head = "tags: { env: prod }\nbuffer: 10%\nrounding: { line_items: 0.01, total: { to: 5, direction: up } }\n\
        monthly_budget: 1..2\ntargets: { cost_per_customer: 1..2, share_of_mrr: 1%, category_share: { compute: 1%..2% } }\n";
    let (stage, costing) = costed(head, ITEMS, &["env=staging"], 10);
    assert_eq!(rows(&stage, &costing), ["B 20", "C 30"]);
    // 20 + 30 and a tenth of it: 55, which is a multiple of 5.
    let totals = costing.totals;
    assert_eq!(
        [totals.subtotal, totals.buffer, totals.rounding, totals.total],
        ["50", "5.0", "0.0", "55"].map(decimal)
    );
    assert_eq!(totals.subtotal_exact, decimal("50.008"));
    assert_eq!(costing.economics.cost_per_customer.unwrap().exact(), Some(decimal("5.5")));
    // 50 of 100.
    assert_eq!(costing.share_of_stage.unwrap().exact(), Some(decimal("0.5")));
    // What is left out leaves no trace in the rows.
    assert_eq!(costing.line_items[0], costplan::calculate::LineCost::left_out());
    let codes: Vec<&str> = costing.findings.iter().map(|finding| finding.code().as_str()).collect();
    assert_eq!(codes, ["part-of-stage", "customers-in-range"]);
    assert!(matches!(costing.findings[0], Finding::PartOfStage { selected: 2, line_items: 4, .. }));
    assert!(calculate::target_reach(&stage).unwrap().is_none());
    let (_, whole) = costed(head, ITEMS, &[], 10);
    assert!(whole.findings.iter().any(|finding| finding.code().as_str() == "monthly-budget"));
    assert!(whole.share_of_stage.is_none());
}

#[test]
fn conditions_on_tags_categories_and_vendors() {
    let found = |conditions: &[&str]| {
        let (stage, costing) = costed("tags: { env: prod }\n", ITEMS, conditions, 0);
        rows(&stage, &costing).iter().map(|row| row[..1].to_owned()).collect::<String>()
    };
    assert_eq!(found(&["env=prod"]), "AD");
    assert_eq!(found(&["env = prod"]), "AD");
    assert_eq!(found(&["env!=prod"]), "BC");
    assert_eq!(found(&["team=web,data"]), "AC");
    // What is not tagged has no value, so none of these.
    assert_eq!(found(&["team!=web"]), "BCD");
    assert_eq!(found(&["team!=web,data"]), "BD");
    assert_eq!(found(&["category=compute"]), "AB");
    assert_eq!(found(&["category=compute,mail", "env=prod"]), "AD");
    assert_eq!(found(&["category!=compute", "env=prod"]), "D");
    assert_eq!(found(&["vendor=acme"]), "C");
    assert_eq!(found(&["vendor!=acme"]), "ABD");
}

#[test]
fn a_shared_allowance_is_that_of_the_whole_stage() {
    // The pool holds 200 GB. A uses 150 of it, B the other 50, and pays for 70.
    let items = "  - { name: A, category: c, sku: v/server, usage: { egress: 150 GB }, tags: { env: a } }\n  \
        - { name: B, category: c, sku: v/server, usage: { egress: 120 GB }, tags: { env: b } }\n";
    let (stage, costing) = costed("", items, &[], 0);
    assert_eq!(rows(&stage, &costing), ["A 5", "B 75"]);
    let (stage, costing) = costed("", items, &["env=b"], 0);
    assert_eq!((rows(&stage, &costing), costing.totals.total), (vec!["B 75".to_owned()], decimal("75")));
    let (stage, costing) = costed("", items, &["env=a"], 0);
    assert_eq!((rows(&stage, &costing), costing.totals.total), (vec!["A 5".to_owned()], decimal("5")));
}

#[test]
fn a_percentage_of_the_subtotal_is_of_the_whole_stage() {
    let items = "  - { name: A, category: c, cost: 100, tags: { env: a } }\n  \
        - { name: B, category: c, cost: 300, tags: { env: b } }\n  \
        - { name: Support, category: c, sku: v/support, tags: { env: b } }\n";
    // A tenth of 100 + 300.
    let (stage, costing) = costed("", items, &["env=b"], 0);
    assert_eq!(rows(&stage, &costing), ["B 300", "Support 40"]);
    // 340 of 440.
    let share = costing.share_of_stage.unwrap();
    assert_eq!(share, Fraction::new(decimal("340"), decimal("440")).unwrap());
}

#[test]
fn a_credit_is_used_up_by_the_whole_stage() {
    // 15 of the credit go off A, and the other 5 off B.
    let items = "  - { name: A, category: c, cost: 15, tags: { env: a } }\n  \
        - { name: B, category: d, cost: 30, tags: { env: b } }\n";
    let head = "credits: [{ amount: 20 USD/month, reason: start }]\n";
    let (stage, costing) = costed(head, items, &["env=b"], 0);
    assert_eq!(rows(&stage, &costing), ["B 25"]);
    assert_eq!(costing.adjustments, [decimal("5")]);
    let (_, costing) = costed(head, items, &[], 0);
    assert_eq!((costing.adjustments, costing.totals.total), (vec![decimal("20")], decimal("25")));
}

#[test]
fn tax_and_ranges_are_those_of_the_part() {
    let items = "  - { name: A, category: c, vendor: x, cost: 100, tags: { env: a } }\n  \
        - { name: B, category: c, vendor: y, cost: 200, tags: { env: a } }\n  \
        - { name: G, category: c, sku: v/ranged, tags: { env: b } }\n";
    let head = "tax: { rate: 20%, reverse_charge: [y] }\n";
    let (_, costing) = costed(head, items, &["env=a"], 0);
    // A fifth of 100, since nothing is paid on B.
    let taxed = costing.taxed.as_ref().unwrap();
    assert_eq!((taxed.taxable, taxed.tax, taxed.total), (decimal("100"), decimal("20"), decimal("320")));
    assert!(!costing.has_range());
    let (_, costing) = costed(head, items, &["env=b"], 0);
    let range = costing.range.as_ref().unwrap();
    assert_eq!([range.low.total, costing.totals.total, range.high.total], ["10", "15", "20"].map(decimal));
    // All of it is taxed.
    assert_eq!(costing.taxed.unwrap().tax, decimal("3"));
}

#[test]
fn a_part_is_not_rated() {
    let (stage, _) = resolved("", ITEMS, &["vendor=acme"]).unwrap();
    let revenue = Revenue::Mrr(Setting::default_value(decimal("1000")));
    let costing = calculate::stage(&stage, Inputs { customers: 1, revenue }, &mut Unobserved).unwrap();
    // 30.004 of 1000.
    assert_eq!(costing.economics.share_of_mrr.unwrap().round(6).unwrap(), decimal("0.030004"));
    assert_eq!(costing.economics.rating, None);
}

/// The totals of a sweep, and at which customers rows break: `150 A`.
fn swept(items: &str, head: &str, conditions: &[&str], low: u64, high: u64) -> (Vec<Decimal>, Vec<String>) {
    let (stage, revenue) = resolved(head, items, conditions).unwrap();
    let plan = SweepPlan {
        stages: vec![(&stage, revenue)],
        driver: None,
        customers: 0,
        low,
        high,
        step: 1,
        progress: Progress::default(),
    };
    let (mut totals, mut breaks) = (Vec::new(), Vec::new());
    for point in plan.points() {
        let point = point.unwrap();
        totals.extend(point.stages[0].totals.map(|totals| totals.total));
        breaks.extend(point.breaks.into_iter().map(|found| match found.change {
            Change::Row { key, .. } => format!("{} {}", found.at, stage.line_items[key.line_item].name),
            other => format!("{} {other:?}", found.at),
        }));
    }
    (totals, breaks)
}

#[test]
fn a_sweep_of_a_part_is_that_of_its_rows() {
    let items = "  - { name: A, category: c, cost: 10, quantity: ceil(customers / 4), tags: { env: a } }\n  \
        - { name: B, category: c, cost: 1, quantity: ceil(customers / 3), tags: { env: b } }\n  \
        - { name: S, category: c, sku: v/support, tags: { env: s } }\n";
    let (totals, breaks) = swept(items, "monthly_budget: ..11\n", &["env=b"], 1, 8);
    assert_eq!(totals, [1, 1, 1, 2, 2, 2, 3, 3].map(Decimal::from));
    // Neither the steps of A nor the budget of the stage break the curve of B.
    assert_eq!(breaks, ["4 B", "7 B"]);
    // The support is a tenth of both, so that each of their steps is one of its own.
    let (totals, breaks) = swept(items, "", &["env=s"], 1, 8);
    let expected = ["1.1", "1.1", "1.1", "1.2", "2.2", "2.2", "2.3", "2.3"].map(decimal);
    assert_eq!(totals, expected);
    assert_eq!(breaks, ["4 B", "5 A", "7 B"]);
    // The points of a sweep are those of single computations.
    for (customers, expected) in (1..=8).zip(expected) {
        let (stage, costing) = costed("", items, &["env=s"], customers);
        assert_eq!((rows(&stage, &costing).len(), costing.totals.total), (1, expected));
    }
}

#[test]
fn a_sweep_of_a_part_tells_what_breaks_it_from_outside() {
    // A fills the pool of 200 GB, 10 more with each customer, so that B pays for its 50 GB from the 16th customer on. F is
    // in no pool.
    let items = "  - { name: A, category: c, sku: v/server, usage: { egress: customers * 10 GB }, tags: { env: a } }\n  \
        - { name: B, category: c, sku: v/server, usage: { egress: 50 GB }, tags: { env: b } }\n  \
        - { name: F, category: c, cost: 10, quantity: ceil(customers / 17), tags: { env: f } }\n";
    let (totals, breaks) = swept(items, "", &["env=b"], 13, 19);
    assert_eq!(totals, [5, 5, 5, 15, 25, 35, 45].map(Decimal::from));
    assert_eq!(breaks, ["16 B"]);
    // The credit of 30 is used up by A first; from the fourth customer on B has less of it, and from the seventh nothing.
    let items = "  - { name: A, category: c, cost: customers * 5, tags: { env: a } }\n  \
        - { name: B, category: c, cost: 15, tags: { env: b } }\n  \
        - { name: F, category: other, cost: 10, quantity: ceil(customers / 2), tags: { env: f } }\n";
    let head = "credits: [{ amount: 30 USD/month, category: c, reason: start }]\n";
    let (totals, breaks) = swept(items, head, &["env=b"], 1, 8);
    assert_eq!(totals, [0, 0, 0, 5, 10, 15, 15, 15].map(Decimal::from));
    assert!(breaks.iter().all(|found| !found.contains('F')), "{breaks:?}");
    let (_, whole) = swept(items, head, &[], 1, 8);
    assert!(whole.iter().any(|found| found.contains('F')), "{whole:?}");
}

#[test]
fn a_sweep_over_fixed_rows_computes_percentages_of_all() {
    // A does not depend on customers, and is in the base of the support all the same.
    let items = "  - { name: A, category: c, cost: 100, tags: { env: a } }\n  \
        - { name: B, category: c, cost: customers, tags: { env: a } }\n  \
        - { name: S, category: c, sku: v/support, tags: { env: s } }\n";
    let (totals, _) = swept(items, "", &["env=s"], 10, 12);
    assert_eq!(totals, ["11", "11.1", "11.2"].map(decimal));
    let (stage, revenue) = resolved("", items, &["env=s"]).unwrap();
    let plan = SweepPlan {
        stages: vec![(&stage, revenue)],
        driver: None,
        customers: 0,
        low: 10,
        high: 12,
        step: 1,
        progress: Progress::default(),
    };
    // 11 of 121, a part of the whole at every point.
    let shares: Vec<Decimal> = plan
        .points()
        .map(|point| point.unwrap().stages[0].share_of_stage.as_ref().unwrap().round(6).unwrap())
        .collect();
    assert_eq!(shares, ["0.090909"; 3].map(decimal));
}

#[test]
fn explain_tells_the_sum_and_the_share_of_a_tag() {
    let manifest = format!("{HEAD}tags: {{ env: prod }}\nrounding: {{ line_items: 1 }}\nline_items:\n{ITEMS}");
    let directory = project(&[("stages/1-test.yaml", &manifest)]);
    let text = stdout(directory.path(), &["explain", "1", "env=staging", "--details", "--as-of", "2026-11-24"]);
    assert!(text.contains("env=staging\nmonthly cost  B 20 USD + C 30 USD = 50 USD\n"), "{text}");
    assert!(text.contains("share of the subtotal  monthly cost 50 USD / subtotal 100 USD = 50%\n"), "{text}");
    let text = stdout(directory.path(), &["explain", "1", "team=", "--details", "--as-of", "2026-11-24"]);
    assert!(text.contains("team=\nmonthly cost  B 20 USD + D 40 USD = 60 USD\n"), "{text}");
    let text = stdout(directory.path(), &["explain", "1", "total", "--where", "team=data", "--as-of", "2026-11-24"]);
    assert!(
        text.contains("Only the line items where team=data\n") && text.contains("\nsubtotal  C 30.00 USD\n"),
        "{text}"
    );
    let text = stdout(directory.path(), &["explain", "1", "--where", "team=data", "--as-of", "2026-11-24"]);
    assert!(!text.contains("compute") && !text.contains("env=prod"), "{text}");
}

/// A project of two stages, of which only the second has the tag `team`.
fn two_stages() -> tempfile::TempDir {
    let first = format!("{HEAD}line_items:\n  - {{ name: A, category: c, cost: 10, tags: {{ env: prod }} }}\n");
    let second = format!(
        "{}line_items:\n  - {{ name: A, category: c, cost: 1.005, tags: {{ env: prod, team: data }} }}\n  \
         - {{ name: B, category: c, cost: 2.005, tags: {{ env: staging }} }}\n  \
         - {{ name: C, category: d, sku: v/server }}\n",
        HEAD.replace("stage: 1\nname: Test", "stage: 2\nname: Other")
    );
    project(&[("stages/1-test.yaml", &first), ("stages/2-other.yaml", &second), ("pricing/v.toml", SHEET)])
}

fn printed(directory: &tempfile::TempDir, arguments: &[&str]) -> String {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--as-of", "2026-11-24"]).collect();
    stdout(directory.path(), &arguments)
}

fn json(directory: &tempfile::TempDir, arguments: &[&str]) -> serde_json::Value {
    serde_json::from_str(&printed(directory, &[arguments, &["--format", "json"]].concat())).unwrap()
}

#[test]
fn a_table_by_tag_adds_up_as_it_is_shown() {
    // Each row is shown half a cent too high: 1.01 + 2.01 + 5.00, and 8.01 in all.
    let text = printed(&two_stages(), &["stage", "2", "--details", "--customers", "5", "--by", "env", "--by", "env"]);
    let expected = "\
By env                      Line items   Monthly  Share
───────────────────────────────────────────────────────
prod                                 1      1.01  12.5%
staging                              1      2.01  25.0%
not tagged                           1  5.00 + ?  62.4%
Rounding of the rows shown                 -0.01
───────────────────────────────────────────────────────
Subtotal                             3      8.01
";
    assert!(text.contains(expected), "{text}");
    assert_eq!(text.matches("By env").count(), 1);
    let markdown = printed(&two_stages(), &["stage", "2", "--customers", "5", "--by", "env", "--format", "markdown"]);
    assert!(markdown.contains("| By env") && markdown.contains("62.4%"), "{markdown}");
}

#[test]
fn json_keeps_what_is_not_tagged_apart_from_every_value() {
    let directory = two_stages();
    let found = json(&directory, &["stage", "2", "--customers", "5"]);
    let of = |line_items: u32, monthly_cost: serde_json::Value, share: serde_json::Value, complete: bool| serde_json::json!({ "line_items": line_items, "monthly_cost": monthly_cost, "share": share, "complete": complete });
    let number = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(
        found["tags"],
        serde_json::json!({
            "env": {
                "values": {
                    "prod": of(1, number("1.005"), number("0.125468"), true),
                    "staging": of(1, number("2.005"), number("0.250312"), true),
                },
                "untagged": of(1, number("5"), number("0.62422"), false),
            },
            "team": {
                "values": { "data": of(1, number("1.005"), number("0.125468"), true) },
                "untagged": of(2, number("7.005"), number("0.874532"), false),
            },
        })
    );
    assert_eq!(found["line_items"][0]["tags"], serde_json::json!({ "env": "prod", "team": "data" }));
    assert_eq!(found["line_items"][2]["tags"], serde_json::json!({}));
    assert!(found.get("where").is_none() && found.get("share_of_stage").is_none());
    let found = json(&directory, &["stage", "2", "--customers", "5", "--where", "env=prod,staging"]);
    assert_eq!(found["where"], serde_json::json!(["env=prod,staging"]));
    // The cost of the whole stage is not known in full.
    assert_eq!((&found["share_of_stage"], &found["complete"]), (&serde_json::Value::Null, &true.into()));
    assert_eq!(found["categories"], serde_json::from_str::<serde_json::Value>("{\"c\": 3.01}").unwrap());
    let found = json(&directory, &["stage", "1", "--where", "env=prod"]);
    assert_eq!((&found["share_of_stage"], &found["ends"][1]["share_of_stage"]), (&number("1"), &number("1")));
}

#[test]
fn csv_has_the_tags_of_each_line_item_or_a_record_for_each_value() {
    let directory = two_stages();
    let text = printed(&directory, &["stage", "2", "--customers", "5", "--format", "csv"]);
    let tags: Vec<&str> = text.lines().map(|line| line.split(',').nth(19).unwrap()).take(4).collect();
    assert_eq!(tags, ["tags", "env=prod;team=data", "env=staging", ""]);
    let text = printed(&directory, &["stage", "2", "--customers", "5", "--format", "csv", "--where", "env=staging"]);
    assert_eq!(text.lines().filter(|line| line.contains(",line_item,")).count(), 1);
    let text = printed(&directory, &["stage", "2", "--customers", "5", "--format", "csv", "--by", "env"]);
    let expected = "stage,customers,tag,value,line_items,monthly_cost,currency,share,complete,kind\r\n\
        2,5,env,prod,1,1.005,USD,0.125468,true,value\r\n\
        2,5,env,staging,1,2.005,USD,0.250312,true,value\r\n\
        2,5,env,,1,5,USD,0.62422,false,value\r\n\
        2,5,env,,,0,USD,,false,buffer\r\n\
        2,5,env,,,0,USD,,false,rounding\r\n\
        2,5,env,,,8.01,USD,,false,total\r\n";
    assert_eq!(text, expected);
}

#[test]
fn several_stages_by_tag() {
    let directory = two_stages();
    // The middle of 0..100 is 50.
    let text = printed(&directory, &["stages", "--by", "team"]);
    let expected = "\
By team  Customers  Value       Line items   Monthly   Share
────────────────────────────────────────────────────────────
1 Test          50  not tagged           1     10.00  100.0%
2 Other         50  data                 1      1.01   12.5%
                    not tagged           2  7.01 + ?   87.5%
";
    assert!(text.contains(expected), "{text}");
    let found = json(&directory, &["stages", "--by", "team", "--where", "env=staging,prod"]);
    let point = &found["stages"][1]["points"][1];
    assert_eq!((&point["customers"], &found["where"][0]), (&50.into(), &"env=staging,prod".into()));
    assert_eq!(point["tags"]["team"]["values"]["data"]["line_items"], 1);
    assert!(json(&directory, &["stages"])["stages"][0]["points"][0].get("tags").is_none());
    // Only the second stage has a line item of the team, which is enough.
    let found = json(&directory, &["stages", "--where", "team=data"]);
    assert_eq!(
        (&found["stages"][0]["total"], &found["stages"][0]["points"][0]["share_of_stage"]),
        (&0.into(), &0.into())
    );
    // Which stage is the cheapest, and what revenue and budget allow, is judged by all that a stage costs.
    for arguments in [
        &["recommend", "--customers", "5", "--where", "env=prod"][..],
        &["sweep", "--all", "--where", "env=prod"],
        &["breakeven", "1", "--arpu", "5", "--where", "env=prod"],
    ] {
        let output = costplan(directory.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains("by the whole cost of a stage"), "{stderr}");
    }
    let found = json(&directory, &["sweep", "1", "--customers", "1..2", "--where", "env=prod"]);
    assert_eq!((&found["where"][0], &found["points"][0]["share_of_stage"]), (&"env=prod".into(), &1.into()));
}

#[test]
fn stages_are_compared_by_tag() {
    let directory = two_stages();
    let text = printed(&directory, &["compare", "1", "2", "--customers", "5", "--by", "env", "--details"]);
    for row in [
        "prod                                     10.00      1.01       -8.99",
        "                            A            10.00      1.01       -8.99",
        "staging                                      -      2.01       +2.01",
        "not tagged                                   -  5.00 + ?           ?",
    ] {
        assert!(text.contains(row), "no {row}\n{text}");
    }
    let found = json(&directory, &["compare", "1", "2", "--customers", "5", "--by", "env"]);
    assert_eq!(found["tags"]["env"][2]["value"], serde_json::Value::Null);
    assert_eq!(found["tags"]["env"][0]["line_items"][0]["name"], "A");
    assert_eq!(found["categories"][0]["name"], "c");
    let text = printed(&directory, &["compare", "1", "2", "--customers", "5", "--by", "env", "--format", "csv"]);
    assert_eq!(text.lines().next(), Some("tag,value,line_item,first,second,difference,kind"));
    assert_eq!(text.lines().nth(1), Some("env,prod,A,10,1.005,-8.995,line_item"));
}

/// The tags of a line item in a random stage, by the letters of `env` and `team`; `None` has none.
type Drawn = (i64, Option<u8>, Option<u8>, u8);

fn item(index: usize, (cost, env, team, kind): &Drawn) -> String {
    let letter = |name: &str, value: &Option<u8>| value.map(|value| format!("{name}: v{value}"));
    let tags: Vec<String> = [letter("env", env), letter("team", team)].into_iter().flatten().collect();
    let tags = if tags.is_empty() { String::new() } else { format!(", tags: {{ {} }}", tags.join(", ")) };
    let cost = Decimal::new(*cost, 3);
    let pricing = match kind {
        0 => format!("sku: v/server, quantity: 2, usage: {{ egress: {cost} GB }}"),
        1 if index == 0 => "sku: v/support".to_owned(),
        _ => format!("cost: {cost}"),
    };
    format!("  - {{ name: n{index}, category: c{kind}, {pricing}{tags} }}\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_parts_of_a_stage_add_up_to_it(
        drawn in prop::collection::vec((0..900_000_i64, prop::option::of(0..3_u8), prop::option::of(0..2_u8), 0..4_u8), 1..8),
        credit in 0..200_i64,
        by_stage in any::<bool>(),
    ) {
        let items: String = drawn.iter().enumerate().map(|(index, drawn)| item(index, drawn)).collect();
        let tags = if by_stage { "tags: { env: v9 }\n" } else { "" };
        let head = format!("{tags}rounding: {{ line_items: 0.01 }}\ncredits: [{{ amount: {credit}.5 USD/month, reason: c }}]\nbuffer: 10%\n");
        let (stage, whole) = costed(&head, &items, &[], 0);
        for (place, tag) in stage.tags.iter().enumerate() {
            let costs = &whole.tags[place];
            let sum: Decimal = costs.values.iter().chain([&costs.untagged]).map(|cost| cost.cost.monthly).sum();
            prop_assert_eq!(sum, whole.totals.subtotal);
            let counted: usize = costs.values.iter().chain([&costs.untagged]).map(|cost| cost.line_items).sum();
            prop_assert_eq!(counted, drawn.len());
            let mut conditions: Vec<String> = tag.values.iter().map(|value| format!("{}={value}", tag.name)).collect();
            if costs.untagged.line_items > 0 {
                conditions.push(format!("{}!={}", tag.name, tag.values.join(",")));
            }
            let (mut parts, mut adjustments, mut share) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
            for (place, condition) in conditions.iter().enumerate() {
                let (stage, part) = costed(&head, &items, &[condition], 0);
                let expected = costs.values.get(place).unwrap_or(&costs.untagged);
                prop_assert_eq!(part.totals.subtotal, expected.cost.monthly);
                prop_assert_eq!(part.categories.iter().map(|cost| cost.monthly).sum::<Decimal>(), part.totals.subtotal);
                prop_assert_eq!(stage.selected().count(), expected.line_items);
                for (index, _, line) in stage.rows(&part.line_items) {
                    prop_assert_eq!(line, &whole.line_items[index]);
                }
                parts += part.totals.subtotal;
                adjustments += part.adjustments.iter().sum::<Decimal>();
                share += part.share_of_stage.map_or(Decimal::ZERO, |share| share.round(12).unwrap());
            }
            prop_assert_eq!(parts, whole.totals.subtotal);
            prop_assert_eq!(adjustments, whole.adjustments.iter().sum::<Decimal>());
            prop_assert!(whole.totals.subtotal.is_zero() || (share - Decimal::ONE).abs() < Decimal::new(1, 10));
        }
        // Who listens changes nothing.
        let mut trace = Trace::default();
        let inputs = Inputs { customers: 0, revenue: Revenue::Unknown };
        let traced = calculate::stage(&stage, inputs, &mut trace).unwrap();
        prop_assert_eq!(traced.tags, whole.tags);
    }
}
