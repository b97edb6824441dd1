//! A plan as rows of FOCUS: they add up to the plan, and as a bill they are no different from it.

use std::collections::BTreeMap;

use costplan::app::{Request, forecast_bills, planned_bills};
use costplan::calculate::{Unobserved, compare_actuals};
use costplan::model::{ActualMonth, Currency, Inputs, Revenue};
use costplan::parse::{BillCsv, BillLayout, ForecastRaw};
use costplan::render::{self, CsvDialect};
use costplan::resolve::{self, BillRequest};
use costplan::view::{FocusVersion, PlannedMonth, TypedTable, TypedValue, focus};
use costplan::workspace::Workspace;
use rust_decimal::Decimal;

use crate::project::{EVERYTHING, HEAD, in_memory, root};

fn request() -> Request {
    Request::on("2026-11-24".parse().unwrap())
}

/// The rows by the names of their columns.
fn rows<'t>(table: &'t TypedTable<'_>) -> Vec<BTreeMap<&'static str, &'t TypedValue<'t>>> {
    let names = || table.columns.iter().map(|(name, _)| *name);
    table.rows.iter().map(|row| names().zip(row).collect()).collect()
}

fn number(value: &TypedValue<'_>) -> Option<Decimal> {
    match value {
        TypedValue::Number(number) => Some(*number),
        _ => None,
    }
}

fn sum(table: &TypedTable<'_>, column: &str) -> Decimal {
    rows(table).iter().filter_map(|row| number(row[column])).sum()
}

fn csv(table: &TypedTable<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    render::records(table.records(), CsvDialect::default(), &mut bytes).unwrap();
    bytes
}

/// Each price times its quantity is its cost, the costs add up to those of the stage, and with the buffer and the roundings to
/// its total.
fn check(month: &PlannedMonth) {
    for version in [FocusVersion::V1_2, FocusVersion::V1_4] {
        let months = std::slice::from_ref(month);
        let table = focus(months, version, "plan");
        for row in rows(&table) {
            for (price, cost) in [("ContractedUnitPrice", "ContractedCost"), ("ListUnitPrice", "ListCost")] {
                if let (Some(price), Some(quantity)) = (number(row[price]), number(row["PricingQuantity"])) {
                    assert_eq!(Some(price * quantity), number(row[cost]), "{row:?}");
                }
            }
            assert_eq!(row["BilledCost"], row["EffectiveCost"]);
        }
        let (stage, bill) = month.stage.as_ref().unwrap();
        let exact: Decimal = stage.rows(&bill.costing.line_items).map(|(_, _, line)| line.exact).sum();
        let tax = bill.costing.taxed.as_ref().map(|taxed| taxed.tax).unwrap_or_default();
        assert_eq!(sum(&table, "BilledCost"), exact + tax, "{}", stage.name);
        assert_eq!(sum(&table, "x_CostplanPlannedCost"), bill.costing.totals.total + tax, "{}", stage.name);
        assert_eq!(sum(&table, "x_CostplanBuffer"), bill.costing.totals.buffer, "{}", stage.name);
    }
}

/// A bill that has the rows of a stage is as planned.
fn check_as_bill(month: &PlannedMonth) {
    let (stage, bill) = month.stage.as_ref().unwrap();
    let table = focus(std::slice::from_ref(month), FocusVersion::V1_2, "plan");
    let text = csv(&table);
    let rows = BillCsv::new(&*text, &BillLayout::known(), None).unwrap();
    let today = "2027-12-31".parse().unwrap();
    let request = BillRequest { format: None, vendor: None, currency: None, tags: Vec::new(), today };
    let read = resolve::bill(rows, &request).unwrap();
    assert_eq!(&*read.format, "focus");
    let mut actual = ActualMonth::new(month.month);
    for of_month in read.months.into_values() {
        actual.sources.push(of_month.into_source("plan.csv", "focus", ""));
    }
    let compared = compare_actuals(stage, &bill.costing, &actual, &[], &[]).unwrap();
    for row in &compared.rows {
        assert_eq!(row.difference().unwrap_or_default(), Decimal::ZERO, "{}: {row:?}", stage.name);
        assert_eq!(row.billed, Some(row.planned), "{}: {row:?}", stage.name);
        let causes: Vec<_> = row.causes.iter().filter(|(_, amount)| !amount.is_zero()).collect();
        assert!(causes.is_empty(), "{}: {row:?}", stage.name);
    }
}

fn example(name: &str) -> Workspace {
    Workspace::open(Some(&root().join("examples").join(name))).unwrap()
}

#[test]
fn the_rows_of_a_plan_add_up_to_it_and_are_no_different_as_a_bill() {
    for mut workspace in
        [Workspace::bundled(), example("saas"), example("ai"), example("auto-scaling"), example("price-models")]
    {
        for request in [request(), request().currency(Currency::parse("EUR").unwrap()).customers(77).mrr(9000.into())] {
            let months = planned_bills(&mut workspace, &[], &request).unwrap();
            assert!(!months.is_empty());
            for month in &months {
                check(month);
                let is_known = month.unknown().is_none();
                if is_known {
                    check_as_bill(month);
                }
            }
        }
    }
}

#[test]
fn every_key_of_a_manifest_is_billed() {
    let mut workspace = in_memory(&EVERYTHING).unwrap();
    let months = planned_bills(&mut workspace, &[], &request().customers(60).mrr(6000.into())).unwrap();
    months.iter().for_each(check);
}

const SHEET: &str = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"https://example.com\"\nretrieved_on = 2026-10-01\ntrust = \"vendor\"\n\
    [skus.pipe]\nname = \"Pipe\"\n[[skus.pipe.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = 120\nperiod = \"year\"\n\
    [[skus.pipe.charges]]\nmeter = \"egress\"\nunit = \"GB\"\nincluded = 50\nmodel = \"graduated\"\n\
    tiers = [{ up_to = 100, price = 0.10 }, { price = 0.05 }]\n\
    [[skus.pipe.charges]]\nmeter = \"calls\"\nunit = \"call\"\nmodel = \"package\"\nper = 1000\nprice = 0.4\n\
    [[skus.pipe.charges]]\nmeter = \"seats\"\nunit = \"seat\"\nmodel = \"per_unit\"\nprice = 3\ncap = 5\n";

/// A year of 120 is 10 a month. 200 GB are 50 included, 100 at 0.10 and 50 at 0.05. 2,500 calls are three packages of 0.4. Four
/// seats at 3 would be 12, and the cap is 5. With a buffer of 10 %: 28.70 and 2.87.
#[test]
fn a_row_is_a_tier() {
    let stage = format!(
        "{HEAD}buffer: 10%\nline_items:\n  - {{ name: \"=Pipe\", category: cdn, sku: v/pipe, tags: {{ env: prod }}, usage: {{ egress: 200 GB, calls: 2500, seats: 4 }} }}\n"
    );
    let mut workspace = in_memory(&[("stages/1-test.yaml", &stage), ("pricing/v.toml", SHEET)]).unwrap();
    let months = planned_bills(&mut workspace, &["1".to_owned()], &request()).unwrap();
    let table = focus(&months, FocusVersion::V1_4, "plan");
    let shown = |value: &TypedValue<'_>| match value {
        TypedValue::Number(number) => number.normalize().to_string(),
        TypedValue::Text(text) => text.to_string(),
        TypedValue::Empty => "-".to_owned(),
        other => format!("{other:?}"),
    };
    let columns = [
        "SkuPriceId",
        "ChargeCategory",
        "PricingQuantity",
        "PricingUnit",
        "ContractedUnitPrice",
        "BilledCost",
        "ConsumedQuantity",
        "x_CostplanPlannedCost",
    ];
    let lines: Vec<String> =
        rows(&table).iter().map(|row| columns.map(|column| shown(row[column])).join(" ")).collect();
    assert_eq!(
        lines,
        [
            "v/pipe#plan Purchase 1 Month 10 10 - 12.87",
            "v/pipe#egress Usage 50 GB 0 0 50 0",
            "v/pipe#egress:2 Usage 100 GB 0.1 10 100 10",
            "v/pipe#egress:3 Usage 50 GB 0.05 2.5 50 2.5",
            "v/pipe#calls Usage 3 1000 call 0.4 1.2 2500 1.2",
            "v/pipe#seats Usage 1 Month 5 5 4 5",
        ]
    );
    let first = &rows(&table)[0];
    assert_eq!(shown(first["ServiceCategory"]), "Networking");
    assert_eq!(shown(first["Tags"]), "{\"env\":\"prod\"}");
    assert!(String::from_utf8(csv(&table)).unwrap().contains("\"'=Pipe, v/pipe, plan\""));
    months.iter().for_each(check);
    months.iter().for_each(check_as_bill);
}

#[test]
fn what_is_unknown_has_no_cost() {
    let stage = format!(
        "{HEAD}line_items:\n  - {{ name: Pipe, category: cdn, sku: v/pipe, usage: {{ egress: 200 GB, calls: 2500 }} }}\n"
    );
    let mut workspace = in_memory(&[("stages/1-test.yaml", &stage), ("pricing/v.toml", SHEET)]).unwrap();
    let months = planned_bills(&mut workspace, &[], &request()).unwrap();
    check(&months[0]);
    let table = focus(&months, FocusVersion::V1_2, "plan");
    let unknown: Vec<_> = rows(&table).into_iter().filter(|row| *row["BilledCost"] == TypedValue::Empty).collect();
    assert_eq!(unknown.len(), 1);
    assert_eq!(*unknown[0]["x_CostplanUnknown"], TypedValue::Text("seats".into()));
    assert!(months[0].unknown().unwrap().contains("a lower bound"));
}

#[test]
fn discounts_and_taxes_are_rows_of_their_own() {
    let stage = format!(
        "{HEAD}tax: 20%\ndiscounts:\n  - {{ reason: partner, rate: 50% }}\nline_items:\n  - {{ name: Mail, category: email, cost: 30 }}\n"
    );
    let mut workspace = in_memory(&[("stages/1-test.yaml", &stage)]).unwrap();
    let months = planned_bills(&mut workspace, &[], &request()).unwrap();
    months.iter().for_each(check);
    months.iter().for_each(check_as_bill);
    let table = focus(&months, FocusVersion::V1_2, "plan");
    let costs: Vec<_> =
        rows(&table).iter().map(|row| (row["ChargeCategory"].clone(), number(row["BilledCost"]).unwrap())).collect();
    let text = |word: &'static str| TypedValue::Text(word.into());
    assert_eq!(costs, [(text("Purchase"), 30.into()), (text("Credit"), (-15).into()), (text("Tax"), 3.into())]);
}

#[test]
fn the_months_of_a_forecast_add_up_to_it() {
    let mut workspace = example("runway");
    let raw = ForecastRaw::nothing(costplan::source::Span::NOWHERE);
    let forecasted = costplan::app::forecast(&mut workspace, &request().arpu(49.into()), raw.clone()).unwrap();
    let months = forecast_bills(&mut workspace, &request().arpu(49.into()), raw).unwrap();
    assert_eq!(months.len(), forecasted.forecast.months.len());
    for (month, planned) in forecasted.forecast.months.iter().zip(&months) {
        let table = focus(std::slice::from_ref(planned), FocusVersion::V1_2, "plan");
        let tax = planned.stage.as_ref().and_then(|(_, bill)| bill.costing.taxed.as_ref()).map(|taxed| taxed.tax);
        let expected = month.total.unwrap_or_default() + month.extra + tax.unwrap_or_default();
        assert_eq!(sum(&table, "x_CostplanPlannedCost"), expected, "{}", month.month);
    }
}

#[test]
fn a_computed_stage_is_the_same_with_and_without_its_bill() {
    let mut workspace = Workspace::bundled();
    let months = planned_bills(&mut workspace, &["2".to_owned()], &request().customers(60)).unwrap();
    let (stage, bill) = months[0].stage.as_ref().unwrap();
    let inputs = Inputs { customers: 60, revenue: Revenue::Unknown };
    let costing = costplan::calculate::stage(stage, inputs, &mut Unobserved).unwrap();
    assert_eq!(costing.totals, bill.costing.totals);
    assert_eq!(costing.totals.total.to_string(), "225");
}
