//! Calculations that were published with their answers, most by vendors and billing systems, reproduced to the cent.
//!
//! Each example has a price sheet with the published prices and the line items of the published bill. Where the page
//! rounds lines, the sheet or the manifest says so. What is compared are the lines before credits and discounts, charge
//! by charge and tier by tier, and the total.

mod billing_systems;
mod cloudflare;
mod clouds;
mod monitoring;
mod providers;
mod supabase;
mod supabase_disks;
mod tiers_at_their_bounds;

use std::collections::BTreeSet;

use crate::project::{HEAD, resolved};
use costplan::calculate;
use costplan::calculate::{Costing, LineCost, Operation, Subject, Trace};
use costplan::model::{Inputs, Revenue};
use rust_decimal::Decimal;

/// The head of a price sheet; SKUs follow.
const SHEET: &str = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"the example's\"\nretrieved_on = 2026-09-20\ntrust = \"vendor\"\n";

/// What examples exercise. Each of these has at least one.
const FEATURES: [&str; 32] = [
    "agreed discount",
    "allowance",
    "allowance a day",
    "allowance by meter",
    "allowance by quantity",
    "billed usage",
    "cap",
    "chosen price",
    "commitment",
    "credit",
    "credit of a plan",
    "derived usage",
    "flat fee",
    "graduated",
    "hours",
    "lines rounded to a whole",
    "lines rounded to cents",
    "lines rounded up",
    "minimum",
    "minimum duration",
    "package",
    "per unit",
    "percentage of line items",
    "percentage of the vendor",
    "pool",
    "retrieval",
    "started hours",
    "tax",
    "tier fee",
    "upfront",
    "volume",
    "zero usage",
];

/// Calculations with the prices of one sheet.
struct Group {
    /// The SKUs of the vendor `v`, as a price sheet has them.
    sheet: &'static str,
    examples: &'static [Example],
}

/// A published calculation.
struct Example {
    /// What is computed.
    title: &'static str,
    /// Where it is published.
    source: &'static str,
    /// What it exercises: some of [`FEATURES`], with commas between them.
    exercises: &'static str,
    /// Keys of the manifest before the line items.
    head: &'static str,
    /// The line items, one a line: name, SKU and keys.
    items: &'static [&'static str],
    /// What each line item costs before credits and discounts: its charges, or the tiers of its one charge, `25 + 4.5`.
    /// Those that come to nothing are left out.
    lines: &'static [&'static str],
    /// The total, with tax if there is one; `None` where the page has a result for each line and no sum of them.
    total: Option<&'static str>,
}

/// A calculation whose manifest has nothing but line items.
const fn bill(
    title: &'static str,
    source: &'static str,
    exercises: &'static str,
    items: &'static [&'static str],
    lines: &'static [&'static str],
    total: &'static str,
) -> Example {
    Example { title, source, exercises, head: "", items, lines, total: Some(total) }
}

/// Calculations that the page shows side by side, each with a result of its own.
const fn results(
    title: &'static str,
    source: &'static str,
    exercises: &'static str,
    items: &'static [&'static str],
    lines: &'static [&'static str],
) -> Example {
    Example { title, source, exercises, head: "", items, lines, total: None }
}

impl Example {
    /// The same with keys before the line items of its manifest.
    const fn with(mut self, head: &'static str) -> Self {
        self.head = head;
        self
    }

    /// Says what differs from the published calculation, if anything does.
    fn check(&self, sheet: &str) -> Result<(), String> {
        let (costing, trace) = self.computed(sheet)?;
        if !costing.is_complete() {
            return Err("something is unknown".to_owned());
        }
        let lines = costing.line_items.iter().enumerate();
        let lines: Vec<String> = lines.map(|(index, line)| parts(line, index, &trace)).collect();
        if lines != self.lines {
            return Err(format!("the lines are {lines:?}, published are {:?}", self.lines));
        }
        let total = costing.taxed.map_or(costing.totals.total, |taxed| taxed.total).normalize().to_string();
        match self.total {
            Some(published) if total != published => Err(format!("the total is {total}, published is {published}")),
            _ => Ok(()),
        }
    }

    fn computed(&self, sheet: &str) -> Result<(Costing, Trace), String> {
        let items = self.items.iter().zip(1..).map(|(item, number)| {
            let name = if item.contains("name:") { String::new() } else { format!("name: n{number}, ") };
            format!("  - {{ {name}category: c, {item} }}\n")
        });
        let manifest = format!("{HEAD}{}line_items:\n{}", self.head, items.collect::<String>());
        let sheet = format!("{SHEET}{sheet}");
        let stage = resolved(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", &sheet)])?;
        let mut trace = Trace::default();
        let inputs = Inputs { customers: 0, revenue: Revenue::Unknown };
        let costing = calculate::stage(&stage, inputs, &mut trace).map_err(|problems| format!("{problems:?}"))?;
        Ok((costing, trace))
    }
}

/// What a line item costs before credits and discounts, in the parts that add up to it.
fn parts(line: &LineCost, index: usize, trace: &Trace) -> String {
    let whole = line.monthly + line.off;
    let sums = trace.of(Subject::LineItem(index)).filter_map(|step| match &step.operation {
        Operation::Sum(parts) if is_sum(&step.label) => Some(parts),
        _ => None,
    });
    let amounts = |parts: &Vec<costplan::calculate::Operand>| -> Option<Vec<Decimal>> {
        parts.iter().map(|part| part.amount.value.to_decimal().ok()).collect()
    };
    let sum = sums.last().and_then(amounts).filter(|parts| parts.iter().sum::<Decimal>() == whole);
    let parts = sum.unwrap_or_else(|| vec![whole]).into_iter().filter(|part| !part.is_zero());
    let parts: Vec<String> = parts.map(|part| part.normalize().to_string()).collect();
    if parts.is_empty() { "0".to_owned() } else { parts.join(" + ") }
}

/// Whether a step adds up the charges of a line item, the tiers of a charge, or a tier and its fee.
fn is_sum(label: &str) -> bool {
    ["all charges", "all tiers", "with the fee of the tier"].iter().any(|sum| label.ends_with(sum))
}

/// Checks all examples of a group, and reports all that differ.
fn check(group: &Group) {
    let differing: Vec<String> = group
        .examples
        .iter()
        .filter_map(|example| {
            let difference = example.check(group.sheet).err()?;
            Some(format!("{} ({}): {difference}", example.title, example.source))
        })
        .collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

const GROUPS: [Group; 8] = [
    supabase::GROUP,
    supabase_disks::GROUP,
    cloudflare::GROUP,
    clouds::GROUP,
    providers::GROUP,
    monitoring::GROUP,
    billing_systems::GROUP,
    tiers_at_their_bounds::GROUP,
];

#[test]
fn plans_with_quotas_and_credits() {
    check(&supabase::GROUP);
}

#[test]
fn disks_by_the_hour_and_by_the_month() {
    check(&supabase_disks::GROUP);
}

#[test]
fn usage_by_the_million() {
    check(&cloudflare::GROUP);
}

#[test]
fn clouds_by_the_unit_in_tiers_and_in_per_cent() {
    check(&clouds::GROUP);
}

#[test]
fn throughput_terms_pools_and_caps() {
    check(&providers::GROUP);
}

#[test]
fn allowances_that_grow_with_hosts() {
    check(&monitoring::GROUP);
}

#[test]
fn commitments_and_the_order_of_an_invoice() {
    check(&billing_systems::GROUP);
}

#[test]
fn tiers_and_packages_at_their_bounds() {
    check(&tiers_at_their_bounds::GROUP);
}

#[test]
fn there_are_116_and_each_feature_has_one() {
    let all: Vec<&Example> = GROUPS.iter().flat_map(|group| group.examples).collect();
    let titles: BTreeSet<&str> = all.iter().map(|example| example.title).collect();
    assert_eq!(titles.len(), all.len(), "two examples have one title");
    assert_eq!(all.len(), 116, "the examples of the groups");
    assert!(all.iter().all(|example| example.source.len() > 10 && example.items.len() == example.lines.len()));
    let exercised: BTreeSet<&str> = all.iter().flat_map(|example| example.exercises.split(", ")).collect();
    assert_eq!(exercised, BTreeSet::from(FEATURES));
}
