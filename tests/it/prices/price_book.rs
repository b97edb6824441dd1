//! The bundled price book: a bill of each vendor worked out by hand, and the list of vendors in the documents.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use costplan::calculate::{self, Unobserved};
use costplan::model::{Inputs, Revenue, Setting};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::project::{HEAD, json, project, resolved, root};

const BILLS: &str = include_str!("price_book.txt");

/// A line of the bills: a SKU, what a line item says of it, the amount and its currency.
struct Bill<'a> {
    sku: &'a str,
    keys: &'a str,
    amount: &'a str,
    currency: &'a str,
}

fn bills() -> impl Iterator<Item = Bill<'static>> {
    let lines = BILLS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| {
        let columns: Vec<&str> = line.splitn(4, '|').map(str::trim).collect();
        let [sku, keys, amount, _] = columns[..] else { panic!("not four columns: {line}") };
        let (amount, currency) = amount.split_once(' ').unwrap();
        Bill { sku, keys, amount, currency }
    })
}

/// What the SKU costs a month with a revenue of 4,900, or `unknown`.
fn cost(bill: &Bill) -> Result<String, String> {
    let head = HEAD.replace("USD", bill.currency);
    let comma = if bill.keys.is_empty() { "" } else { ", " };
    let manifest = format!("{head}line_items: [{{ name: A, category: c, sku: {}{comma}{} }}]\n", bill.sku, bill.keys);
    let stage = resolved(&[("stages/1-test.yaml", &manifest)])?;
    let inputs = Inputs { customers: 100, revenue: Revenue::Mrr(Setting::default_value(Decimal::from(4900))) };
    let costing = calculate::stage(&stage, inputs, &mut Unobserved).map_err(|problems| format!("{problems:?}"))?;
    let line = &costing.line_items[0];
    Ok(if line.unknown.is_empty() { line.exact.normalize().to_string() } else { "unknown".to_owned() })
}

#[test]
fn the_bundled_prices_give_the_bills_worked_out_by_hand() {
    for bill in bills() {
        let expected = bill.amount.parse().map(|amount: Decimal| amount.normalize().to_string());
        let expected = expected.unwrap_or_else(|_| bill.amount.to_owned());
        assert_eq!(cost(&bill), Ok(expected), "{} with {}", bill.sku, bill.keys);
    }
}

#[test]
fn every_vendor_has_a_bill() {
    let billed: BTreeSet<&str> = bills().map(|bill| bill.sku.split('/').next().unwrap()).collect();
    let sheets = fs::read_dir(root().join("pricing")).unwrap().map(|entry| entry.unwrap().path());
    let vendors: BTreeSet<String> =
        sheets.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).filter(|stem| stem != "fx").collect();
    let without: Vec<&String> = vendors.iter().filter(|vendor| !billed.contains(vendor.as_str())).collect();
    assert!(without.is_empty(), "no line of tests/it/prices/price_book.txt is about {without:?}");
}

/// Every SKU of the bundled sheets, as `costplan prices list` has it.
fn book() -> Value {
    json(project(&[]).path(), &["prices", "list", "--as-of", "2026-11-24"])
}

/// The vendors with the categories and the number of their SKUs, as a table.
fn vendors() -> String {
    let list = book();
    let mut vendors: BTreeMap<&str, (usize, BTreeSet<&str>, &str)> = BTreeMap::new();
    for sku in list["skus"].as_array().unwrap() {
        let vendor = vendors.entry(sku["vendor"].as_str().unwrap()).or_default();
        vendor.0 += 1;
        vendor.1.extend(sku["category"].as_str());
        vendor.2 = vendor.2.max(sku["retrieved_on"].as_str().unwrap_or_default());
    }
    let rows = vendors.iter().map(|(vendor, (skus, categories, newest))| {
        let categories = categories.iter().copied().collect::<Vec<_>>().join(", ");
        format!("| `{vendor}` | {categories} | {skus} | {newest} |\n")
    });
    format!("| vendor | of what | SKUs | newest price read on |\n|---|---|---|---|\n{}", rows.collect::<String>())
}

#[test]
fn the_list_of_vendors_is_that_of_the_book() {
    const BEGIN: &str = "<!-- vendors -->\n";
    const END: &str = "<!-- end of vendors -->";
    let page = root().join("docs/price-book.md");
    let text = fs::read_to_string(&page).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let right = format!("{before}{BEGIN}\n{}\n{END}{after}", vendors());
    if std::env::var_os("COSTPLAN_UPDATE").is_some() {
        fs::write(&page, right).unwrap();
        return;
    }
    assert_eq!(text, right, "write the list again with COSTPLAN_UPDATE=1");
}

#[test]
fn every_price_says_when_and_how_it_was_read() {
    for sku in book()["skus"].as_array().unwrap() {
        assert!(sku["category"].is_string(), "{} has no category", sku["sku"]);
        for price in sku["charges"].as_array().unwrap().iter().flat_map(|charge| charge["prices"].as_array().unwrap()) {
            assert!(price["retrieved_on"].is_string() && price["trust"].is_string(), "{} has no source", sku["sku"]);
        }
    }
}
