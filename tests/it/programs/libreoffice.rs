//! `LibreOffice` computes with a workbook what costplan computes, at any number of customers and with any drivers.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::project::{EVERYTHING, in_memory, root};
use costplan::app::{self, Request};
use costplan::calculate::{self, Costing, Unobserved};
use costplan::model::{Dimension, Expression, Fraction, Inputs, Revenue, Setting, Stage};
use costplan::render;
use costplan::resolve;
use costplan::view::{CellValue, Workbook};
use costplan::workspace::{Selection, Workspace};
use rust_decimal::Decimal;
use serde_json::{Value, json};

const DAY: &str = "2026-11-24";
/// At how many points each stage is computed.
const POINTS: u64 = 50;
/// What literal drivers are multiplied by, in turn.
const FACTORS: [&str; 7] = ["1", "1.5", "0.25", "1", "3.7", "0", "1.01"];

/// Prices whose computation is not plain, at quantities and usage that may be zero or unknown.
const SHEET: &str = r#"version = 1
vendor = "m"
currency = "EUR"
source = "made for the test"
retrieved_on = 2026-01-01
trust = "fixture"

[pools.calls]
unit = "call"
included = "500"

[[skus.limited.charges]]
meter = "mail"
unit = "message"
included = 3000
model = "per_unit"
price = "quote"
[[skus.limited.charges]]
meter = "plan"
model = "flat"
period = "year"
price = 99

[[skus.committed.charges]]
meter = "hours"
unit = "hour"
model = "per_unit"
per = 10
price = 1.17
commitment = { usage = 100, overage_factor = 2.5, true_up = true }

[[skus.tiers.charges]]
meter = "calls"
unit = "call"
pool = "calls"
model = "graduated"
per = 100
tiers = [{ up_to = 1000, price = 0.17, flat = 1.5 }, { up_to = 5000, price = 0.13 }, { price = 0.07, flat = 4 }]
minimum = 2
cap = 60
[[skus.tiers.charges]]
meter = "reads"
unit = "call"
pool = "calls"
model = "volume"
tiers = [{ up_to = 700, price = 0.013 }, { up_to = 9000, price = 0.011, flat = 2 }, { price = 0.007 }]

[[skus.blocks.charges]]
meter = "events"
unit = "event"
included = 1000
model = "package"
per = 250
price = 0.3
round_cost_to = 0.05

[[skus.fees.charges]]
meter = "fees"
model = "percentage"
of = "mrr"
tiers = [{ up_to = 1000, percent = "2.9%" }, { percent = "2.1%" }]
[[skus.support.charges]]
meter = "support"
model = "percentage"
of = "subtotal"
percent = "3%"
minimum = 5
"#;
const MANIFEST: &str = r#"version: 1
stage: 1
name: Models
customers: 0..500
currency: USD
buffer: 10%
rounding: { line_items: 0.01 }
drivers: { share: 0.3, size: 2 GB, busy: "max(0, customers - 40)", nodes: "ceil(busy / 30 * share)" }
discounts: [{ rate: 7.5%, vendor: m, reason: loyalty }]
credits: [{ amount: 20 EUR/month, reason: start }]
line_items:
  - { name: Mail, category: tools, sku: m/limited, usage: { mail: customers * 25 } }
  - { name: Reserved, category: compute, sku: m/committed, quantity: nodes, usage: { hours: nodes * 33 hours } }
  - { name: Calls, category: compute, sku: m/tiers, quantity: nodes, usage: { calls: busy * 61, reads: busy * 17.5 } }
  - { name: More calls, category: compute, sku: m/tiers, usage: { calls: customers * 7, reads: 12 * size / 1 GB } }
  - { name: Events, category: tools, sku: m/blocks, usage: { events: "if(customers >= 100 * share, customers * 33, 0)" } }
  - { name: Payments, category: tools, sku: m/fees }
  - { name: Support, category: support, sku: m/support }
  - { name: Plain, category: tools, cost: "round(customers * 0.105, 2)" }
"#;
const RATES: &str = "version = 1\n[[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = 1.0837\neffective_from = 2026-01-01\nsource = \"made for the test\"\n";

/// A plan, its workbook, and what to compute with it.
struct Plan {
    workbook: Workbook,
    stages: Vec<(Stage, Costing)>,
}

fn plan(mut workspace: Workspace) -> Plan {
    let request = Request::on(DAY.parse().unwrap()).arpu(Decimal::from(49));
    let workbook = app::workbook(&mut workspace, &[], &request, None).unwrap();
    let stages = workspace.stages(Selection::all(), &resolve::Request::on(DAY.parse().unwrap())).unwrap();
    let revenue = Revenue::Arpu(Setting::default_value(Decimal::from(49)));
    let costed = |(stage, _): (Stage, Revenue)| {
        let inputs = Inputs { customers: stage.usual_customers(), revenue };
        let costing = calculate::stage(&stage, inputs, &mut Unobserved).unwrap();
        (stage, costing)
    };
    Plan { workbook, stages: stages.into_iter().map(costed).collect() }
}

/// The stage and its costing at a point, with what the point changes: names of cells with their numbers.
fn moved(stage: &Stage, base: &Costing, point: u64) -> (Costing, Vec<(String, Decimal)>) {
    let high = stage.customers.value.high.unwrap_or(2000);
    let customers = point * point * 7919 % (high + high / 4 + 2);
    let inputs = Inputs { customers, ..base.inputs };
    let name = |name: &str| format!("S{}_{name}", stage.id);
    let mut changed = vec![(name("customers"), Decimal::from(customers))];
    let factor: Decimal = FACTORS[usize::try_from(point).unwrap() % FACTORS.len()].parse().unwrap();
    let mut other = stage.clone();
    for driver in &mut other.drivers {
        let is_as_written = [Dimension::PLAIN, Dimension::DATA].contains(&driver.formula.dimension);
        let Some(value) = driver.formula.literal().filter(|_| is_as_written) else { continue };
        driver.formula.expression = Expression::Number(Fraction::from(value * factor));
        changed.push((name(stage.scope.name(driver.slot)), value * factor));
    }
    match calculate::stage(&other, inputs, &mut Unobserved) {
        Ok(costing) => (costing, changed),
        // A driver of zero may be a divisor.
        Err(_) => {
            let given = stage.drivers.iter().filter_map(|driver| Some((driver, driver.formula.literal()?)));
            let back = given.map(|(driver, value)| (name(stage.scope.name(driver.slot)), value));
            changed.truncate(1);
            changed.extend(back.filter(|(name, _)| changed_before(stage, name)));
            (calculate::stage(stage, inputs, &mut Unobserved).unwrap(), changed)
        }
    }
}

/// Whether a driver is one that points change.
fn changed_before(stage: &Stage, name: &str) -> bool {
    let driver = stage.drivers.iter().find(|driver| name == format!("S{}_{}", stage.id, stage.scope.name(driver.slot)));
    driver.is_some_and(|driver| [Dimension::PLAIN, Dimension::DATA].contains(&driver.formula.dimension))
}

/// The cells of a stage: the cost of each line item, the subtotal and the total.
fn cells(workbook: &Workbook, place: usize, stage: &Stage) -> Vec<(String, u16, u32)> {
    let sheet = &workbook.sheets[2 + place];
    let texts = sheet.cells.iter().filter_map(|cell| match &cell.value {
        CellValue::Text(text) => Some((cell.row, cell.column, text.as_str())),
        CellValue::Number(_) | CellValue::Formula { .. } => None,
    });
    let texts: Vec<(u32, u16, &str)> = texts.collect();
    let header = texts.iter().find(|(_, _, text)| *text == "Monthly cost").unwrap();
    let named = |wanted: &str| texts.iter().find(|(_, column, text)| *column == 0 && *text == wanted).unwrap().0;
    let rows = texts.iter().filter(|(row, column, _)| *column == 0 && *row > header.0).map(|(row, ..)| *row);
    let mut rows: Vec<u32> = rows.take(stage.line_items.len()).collect();
    rows.extend(["Subtotal", "Total"].map(named));
    rows.into_iter().map(|row| (sheet.name.clone(), header.1, row)).collect()
}

/// What costplan computes for the same cells; `None` for an unknown cost.
fn expected(costing: &Costing) -> Vec<Option<Decimal>> {
    let rows = costing.line_items.iter().map(|line| line.is_known.then_some(line.monthly));
    rows.chain([Some(costing.totals.subtotal), Some(costing.totals.total)]).collect()
}

/// Runs the script, which starts `LibreOffice` once for all.
fn recalculated(tasks: &Value) -> Value {
    let script = root().join("tests/it/programs/libreoffice.py");
    // The interpreter of the system has the module that talks to LibreOffice.
    let mut python = Command::new("/usr/bin/python3");
    let mut child = python.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(tasks.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "LibreOffice failed: is `libreoffice-calc` with `python3-uno` installed?");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn task(directory: &Path, name: &str, plan: &Plan) -> (Value, Vec<Vec<Option<Decimal>>>) {
    let file = directory.join(format!("{name}.xlsx"));
    std::fs::write(&file, render::workbook(&plan.workbook).unwrap()).unwrap();
    let all = plan.stages.iter().enumerate().flat_map(|(place, (stage, _))| cells(&plan.workbook, place, stage));
    let cells: Vec<_> = all.collect();
    let (mut points, mut wanted) = (Vec::new(), Vec::new());
    for point in 0..POINTS {
        let (mut point_map, mut costs) = (serde_json::Map::new(), Vec::new());
        for (stage, base) in &plan.stages {
            let (costing, changed) = moved(stage, base, point);
            for (name, number) in changed {
                point_map.insert(name, json!(number.to_string().parse::<f64>().unwrap()));
            }
            costs.extend(expected(&costing));
        }
        points.push(Value::Object(point_map));
        wanted.push(costs);
    }
    (json!({ "file": file, "points": points, "cells": cells }), wanted)
}

#[test]
#[ignore = "needs LibreOffice: apt-get install libreoffice-calc python3-uno"]
fn workbooks_compute_what_costplan_computes() {
    let directory = tempfile::tempdir().unwrap();
    let replicas = EVERYTHING[2].1.find("  - name: Pods").unwrap();
    let everything = [EVERYTHING[0], EVERYTHING[1], (EVERYTHING[2].0, &EVERYTHING[2].1[..replicas])];
    let models = [("pricing/m.toml", SHEET), ("pricing/fx.toml", RATES), ("stages/1-models.yaml", MANIFEST)];
    let plans = [
        ("bundled", Workspace::bundled()),
        ("saas", Workspace::open(Some(&root().join("examples/saas"))).unwrap()),
        ("everything", in_memory(&everything).unwrap()),
        ("models", in_memory(&models).unwrap()),
    ];
    let plans = plans.map(|(name, workspace)| (name, plan(workspace)));
    let (tasks, wanted): (Vec<_>, Vec<_>) = plans.iter().map(|(name, plan)| task(directory.path(), name, plan)).unzip();
    let answers = recalculated(&Value::Array(tasks.clone()));
    let mut compared = 0;
    for (place, (name, _)) in plans.iter().enumerate() {
        for (point, wanted) in wanted[place].iter().enumerate() {
            for (cell, wanted) in wanted.iter().enumerate() {
                let (found, of) = (&answers[place][point][cell], &tasks[place]["cells"][cell]);
                let at = || format!("{name}, {of}, {}: {found}, not {wanted:?}", tasks[place]["points"][point]);
                match wanted {
                    None => assert_eq!(found, "unknown", "{}", at()),
                    Some(wanted) => {
                        let wanted: f64 = wanted.to_string().parse().unwrap();
                        assert!((found.as_f64().unwrap_or(f64::NAN) - wanted).abs() < 0.005, "{}", at());
                    }
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 50 * 40, "only {compared} numbers were compared");
}
