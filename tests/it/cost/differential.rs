//! The calculation against an independent one: random price models and quantities, written as price sheets and
//! manifests, computed by costplan and here in rational numbers by a second program that shares nothing with it.

use std::array;

use super::independent::drawn::{self, Dice};
use super::independent::evaluated::{self, Point};
use super::independent::{Case, Q, Sku, written};
use crate::project::{HEAD, computed, rational, scaled};
use costplan::calculate::Costing;
use rust_decimal::Decimal;

/// Where the random numbers begin.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
/// How many of them one stage has.
const OF_STAGE: usize = 12_600;
/// How many of them one SKU has.
const OF_SKU: usize = 36;

const SHEET: &str =
    "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"fixture\"\n";

#[test]
fn random_price_models_cost_what_an_independent_calculation_says() {
    let mut dice = Dice(SEED);
    let mut compared = 0;
    let cases = scaled(12_600) as usize;
    while compared < cases {
        let skus: [Sku; OF_STAGE / OF_SKU] = array::from_fn(|_| drawn::sku(&mut dice));
        let cases: Vec<(&Sku, Case)> =
            skus.iter().flat_map(|sku| [sku; OF_SKU]).map(|sku| (sku, drawn::case(&mut dice, sku))).collect();
        let costing = costing(&skus, &cases);
        assert_eq!(costing.line_items.len(), cases.len(), "every case is a line item");
        for (index, (sku, case)) in cases.iter().enumerate() {
            compare(sku, case, &costing, index);
            compared += 1;
        }
    }
}

/// What costplan says of the cases, written as a price sheet and a manifest.
fn costing(skus: &[Sku], cases: &[(&Sku, Case)]) -> Costing {
    let sheet: String = skus.iter().enumerate().map(|(place, sku)| written::sku(&format!("s{place}"), sku)).collect();
    let items = cases.iter().enumerate();
    let items: String =
        items.map(|(name, (sku, case))| written::line_item(name, &format!("s{}", name / OF_SKU), sku, case)).collect();
    let (sheet, manifest) = (format!("{SHEET}{sheet}"), format!("{HEAD}line_items:\n{items}"));
    let files = [("stages/1-test.yaml", manifest.as_str()), ("pricing/v.toml", sheet.as_str())];
    computed(&files, 0).unwrap_or_else(|problems| panic!("seed {SEED:#x}: {problems:.3000}")).1
}

/// Compares a line item at the low end of the prices, as expected and at the high end.
fn compare(sku: &Sku, case: &Case, costing: &Costing, index: usize) {
    let line = &costing.line_items[index];
    let (low, high) = costing.range.as_ref().unwrap().line_items[index];
    let check = |found: Decimal, expected: &Q, point: Point| {
        assert!(
            rational(found) == *expected || rational(found) == evaluated::kept(expected),
            "seed {SEED:#x}, {point:?}: costplan says {found} instead of {expected}:\n{}{}",
            written::line_item(index, "s", sku, case),
            written::sku("s", sku)
        );
    };
    let expected = |point: Point| evaluated::cost(sku, case, point);
    let known = expected(Point::Expected);
    check(line.exact, &known, Point::Expected);
    for (point, found) in [(Point::Low, low), (Point::High, high)] {
        let expected = if sku.has_range() { expected(point) } else { known.clone() };
        check(found, &expected, point);
    }
    assert!(line.is_known && line.unknown.is_empty(), "nothing is left out of a cost");
}
