//! What a spreadsheet holds adds up: the rows that are no totals, added up, give the total that is shown.

use std::collections::HashMap;

use crate::history::random::{change, project};
use crate::project::{self, EVERYTHING, json, scaled, stdout};
use costplan::calculate::{self, CostedStage, Unobserved};
use costplan::model::Inputs;
use costplan::render::{self, Charts, CsvDialect, Format, Layout};
use costplan::source::Sources;
use costplan::view::{CompareView, ComparedStage, DiffView, StageView, Threshold, View};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;

const DAY: [&str; 2] = ["--as-of", "2026-11-24"];

/// The rows of a spreadsheet, by the names of their columns.
type Rows = Vec<HashMap<String, String>>;

fn rows(text: &str) -> Rows {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap()
}

fn shown(view: &impl View, format: Format) -> String {
    let mut out = Vec::new();
    render::write(view, format, Layout { width: 80, styled: false, charts: Charts::None }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn number(text: &str) -> Decimal {
    if text.is_empty() { Decimal::ZERO } else { text.parse().unwrap_or_else(|_| panic!("{text}")) }
}

/// The sum of a column over the rows of some kinds.
fn sum(rows: &[HashMap<String, String>], column: &str, is_wanted: impl Fn(&str) -> bool) -> Decimal {
    rows.iter().filter(|row| is_wanted(&row["kind"])).map(|row| number(&row[column])).sum()
}

fn one<'r>(rows: &'r [HashMap<String, String>], kind: &str) -> &'r HashMap<String, String> {
    let mut found = rows.iter().filter(|row| row["kind"] == kind);
    let row = found.next().unwrap_or_else(|| panic!("no row of kind {kind}"));
    assert!(found.next().is_none(), "several rows of kind {kind}");
    row
}

/// A short number of JSON.
fn short(value: &Value) -> Decimal {
    number(&value.to_string())
}

fn is_part(kind: &str) -> bool {
    !kind.starts_with("total") && !["tax", "credit_after_tax"].contains(&kind)
}

/// Whether each cost column of a stage's rows adds up to that of the total.
fn adds_up(rows: &[HashMap<String, String>]) {
    let total = one(rows, "total");
    for column in ["monthly_cost", "monthly_cost_exact", "monthly_cost_low", "monthly_cost_high"] {
        assert_eq!(sum(rows, column, is_part), number(&total[column]), "{column}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: scaled(200), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_stages_add_up(project in project(), change in change()) {
        let mut sources = Sources::default();
        let Ok(base) = project.costed(&mut sources) else { return Ok(()) };
        let view = StageView::new(&base.stage, std::slice::from_ref(&base.costing), true);
        let text = shown(&view, Format::Csv(CsvDialect::default()));
        let rows = rows(&text);
        adds_up(&rows);
        let parts = sum(&rows, "monthly_cost", is_part);
        prop_assert_eq!(parts, base.costing.totals.total);
        let table = shown(&view, Format::Table);
        let last = table.lines().find(|line| line.trim_start().starts_with("Total")).unwrap();
        let last = last.split_whitespace().next_back().unwrap().replace(['?', ','], "");
        prop_assert!((parts - number(&last)).abs() <= Decimal::new(5, 3), "{}\n{}", table, text);
        let taken: Decimal = rows.iter().filter(|row| row["kind"] == "line_item").map(|row| number(&row["taken_off"])).sum();
        // A quotient is rounded to 12 decimals once for each row.
        let of_all = sum(&rows, "taken_off", |kind| kind == "discount" || kind == "credit");
        prop_assert!((taken - of_all).abs() <= Decimal::new(1, 11), "{}", text);

        let mut later = project.clone();
        change.apply(&mut later);
        let mut sources = Sources::default();
        let Ok(head) = later.costed(&mut sources) else { return Ok(()) };
        compared_adds_up(&base, &head);
        changes_add_up(&base, &head, &sources);
    }
}

fn compared_adds_up(base: &CostedStage, head: &CostedStage) {
    let view = CompareView::new(vec![(&base.stage, &base.costing), (&head.stage, &head.costing)]);
    let rows = rows(&shown(&view, Format::Csv(CsvDialect::default())));
    for (column, side) in [("first", base), ("second", head)] {
        assert_eq!(number(&one(&rows, "total")[column]), side.costing.totals.total);
        assert_eq!(sum(&rows, column, is_part), side.costing.totals.total);
    }
    if base.costing.is_complete() && head.costing.is_complete() {
        assert_eq!(sum(&rows, "difference", is_part), head.costing.totals.total - base.costing.totals.total);
    }
}

fn changes_add_up(base: &CostedStage, head: &CostedStage, sources: &Sources) {
    let Ok(attribution) = calculate::attribution(base, head) else { return };
    let stages = [ComparedStage { base: Some(base), head: Some(head), attribution: Some(attribution) }];
    for threshold in [Threshold::Nothing, Threshold::Amount(Decimal::TEN)] {
        let rows =
            rows(&shown(&DiffView::new(["a", "b"], &stages, threshold, sources), Format::Csv(CsvDialect::default())));
        if rows.is_empty() {
            continue;
        }
        let total = one(&rows, "total");
        let is_line = |kind: &str| ["line_item", "other_line_items", "buffer", "rounding"].contains(&kind);
        for column in ["before", "after"] {
            assert_eq!(sum(&rows, column, is_line), number(&total[column]), "{column}");
        }
        if total["complete"] == "true" {
            assert_eq!(sum(&rows, "difference", is_line), number(&total["difference"]));
            assert_eq!(sum(&rows, "difference", |kind| kind == "cause"), number(&total["difference"]));
        }
    }
}

/// The bundled Growth stage at 60 customers: 172.00 of line items, a buffer of 30 % which is 51.60, and 1.40 to the next 5
/// are 225; with 19 % they are 267.75.
#[test]
fn a_stage_sums_to_its_total_and_to_that_with_tax() {
    let directory = project::project(&[]);
    let arguments = ["stage", "2", "--customers", "60", "--mrr", "6000", "--tax", "19%", "--format", "csv"];
    let rows = rows(&stdout(directory.path(), &[&arguments[..], &DAY].concat()));
    let cost = |kind: &str| number(&one(&rows, kind)["monthly_cost"]);
    assert_eq!(sum(&rows, "monthly_cost", |kind| kind == "line_item"), Decimal::from(172));
    assert_eq!(
        [cost("buffer"), cost("rounding"), cost("total")],
        [Decimal::new(516, 1), Decimal::new(14, 1), 225.into()]
    );
    assert_eq!([cost("tax"), cost("total_with_tax")], [Decimal::new(3268, 2), Decimal::new(25768, 2)]);
    assert_eq!(sum(&rows, "monthly_cost", |kind| !kind.starts_with("total")), Decimal::new(25768, 2));
    let total = one(&rows, "total");
    let economics = ["cost_per_customer", "share_of_mrr", "gross_profit", "gross_margin"].map(|name| &*total[name]);
    // 225 / 60, 225 / 6000, 6000 - 225, and that of 6000.
    assert_eq!(economics, ["3.75", "0.0375", "5775", "0.9625"]);
}

#[test]
fn discounts_and_credits_have_rows_and_ends_of_a_range_each_their_sums() {
    let directory = project::project(&EVERYTHING);
    let rows = rows(&stdout(directory.path(), &[&["stage", "1", "--format", "csv"], &DAY[..]].concat()));
    let at = |customers: &str| -> Rows { rows.iter().filter(|row| row["customers"] == customers).cloned().collect() };
    for end in [at("0"), at("2000")] {
        adds_up(&end);
        let to_pay = sum(&end, "monthly_cost", |kind| !kind.starts_with("total"));
        assert_eq!(to_pay, number(&one(&end, "total_to_pay")["monthly_cost"]));
        let after_tax = number(&one(&end, "credit_after_tax")["monthly_cost"]);
        assert_eq!(to_pay - after_tax, number(&one(&end, "total_with_tax")["monthly_cost"]));
        let kinds: Vec<&str> = end.iter().map(|row| &*row["kind"]).filter(|kind| *kind != "line_item").collect();
        let before = ["discount", "discount", "credit", "buffer", "rounding", "total"];
        let after = ["tax", "total_with_tax", "credit_after_tax", "total_to_pay"];
        assert_eq!(kinds, [&before[..], &after].concat());
    }
}

#[test]
fn values_of_a_tag_sum_to_the_total() {
    let manifest = format!(
        "{}buffer: 10%\nrounding: {{ total: {{ to: 5, direction: up }} }}\nline_items:\n  - {{ name: A, category: c, cost: 7.77, tags: {{ env: prod }} }}\n  - {{ name: B, category: c, cost: 1.11 }}\n",
        project::HEAD
    );
    let directory = project::project(&[("stages/1-test.yaml", &manifest)]);
    for command in [&["stage", "1", "--customers", "10"][..], &["stages"]] {
        let rows = rows(&stdout(directory.path(), &[command, &["--by", "env", "--format", "csv"], &DAY].concat()));
        for customers in ["0", "10", "50", "100"] {
            let of: Rows = rows.iter().filter(|row| row["customers"] == customers).cloned().collect();
            if !of.is_empty() {
                // 8.88 and a tenth are 9.768, up to the next 5.
                assert_eq!(sum(&of, "monthly_cost", is_part), Decimal::TEN);
                assert_eq!(number(&one(&of, "total")["monthly_cost"]), Decimal::TEN);
            }
        }
    }
}

/// In a row with the figures of one stage, the subtotal, the buffer and the rounding add up to the total.
#[test]
fn rows_of_figures_add_up() {
    let directory = project::project(&[]);
    for command in [
        &["stages"][..],
        &["recommend", "--customers", "60"],
        &["sweep", "2", "--customers", "10..20"],
        &["sweep", "--all", "--customers", "10..20"],
    ] {
        let rows = rows(&stdout(directory.path(), &[command, &["--format", "csv"], &DAY].concat()));
        assert!(!rows.is_empty());
        for row in rows {
            let parts = ["subtotal", "buffer", "rounding"].map(|name| number(&row[name])).iter().sum::<Decimal>();
            assert_eq!(parts, number(&row["total"]), "{command:?}: {row:?}");
        }
    }
}

/// The plan of `optimize`: the cost before, less what each technique saves, is the cost after.
#[test]
fn a_plan_of_techniques_adds_up() {
    let directory = project::project(&[]);
    let arguments = [&["optimize", "3", "--customers", "300"], &DAY[..]].concat();
    let rows = rows(&stdout(directory.path(), &[&arguments[..], &["--format", "csv"]].concat()));
    assert!(rows.iter().any(|row| row["kind"] == "planned"));
    let after = one(&rows, "total");
    assert_eq!(sum(&rows, "amount", |kind| kind != "total"), number(&after["amount"]));
    let found = json(directory.path(), &arguments);
    assert_eq!(number(&after["amount"]), short(&found["after"]["total_exact"]));
    assert_eq!(number(&after["total"]), short(&found["after"]["total"]));
}

/// The months of a forecast: all costs add up to the last sum, and the cash follows from what is paid and earned.
#[test]
fn months_add_up() {
    let directory = project::project(&[]);
    let arguments = ["forecast", "--from", "30", "--growth", "20%", "--arpu", "9", "--months", "14", "--cash", "9000"];
    let rows = rows(&stdout(directory.path(), &[&arguments[..], &["--format", "csv"], &DAY].concat()));
    let (mut sum, mut cash) = (Decimal::ZERO, Decimal::from(9000));
    for row in &rows {
        let of = |name: &str| number(&row[name]);
        sum += of("total") + of("overlap") + of("once");
        cash += of("mrr") + of("credits") - of("to_pay") - of("other_costs");
        assert_eq!((sum, cash), (of("cumulative"), of("balance")), "{row:?}");
    }
    assert_eq!(rows.len(), 14);
}

/// A whole stage whose cost is unknown has sums without amounts, and a partly known one says what is missing.
#[test]
fn an_unknown_cost_is_in_no_sum() {
    let directory = project::project(&[]);
    let rows =
        rows(&stdout(directory.path(), &[&["stage", "2", "--customers", "60", "--format", "csv"], &DAY[..]].concat()));
    assert_eq!(one(&rows, "total")["depends_on"], "");
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-11-01\ntrust = \"vendor\"\n\n[[skus.a.charges]]\nmeter = \"requests\"\nunit = \"request\"\nmodel = \"per_unit\"\nprice = 1\n";
    let manifest = format!("{}line_items:\n  - {{ name: A, category: c, sku: v/a }}\n", project::HEAD);
    let files = [("stages/1-test.yaml", &*manifest), ("pricing/v.toml", sheet)];
    let (stage, costing) = project::computed(&files, 10).unwrap();
    let text =
        shown(&StageView::new(&stage, std::slice::from_ref(&costing), false), Format::Csv(CsvDialect::default()));
    let rows = self::rows(&text);
    let total = one(&rows, "total");
    assert_eq!((&*total["monthly_cost"], &*total["depends_on"]), ("", "A"));
    let more = Inputs { customers: 20, revenue: costplan::model::Revenue::Unknown };
    let more = calculate::stage(&stage, more, &mut Unobserved).unwrap();
    let text = shown(&CompareView::new(vec![(&stage, &costing), (&stage, &more)]), Format::Csv(CsvDialect::default()));
    assert!(text.contains(",Total,,,,total\r\n"), "{text}");
}
