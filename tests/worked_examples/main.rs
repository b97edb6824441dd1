//! Calculations that vendors and billing systems published with their answers, reproduced to the cent.
//!
//! Each example has a price sheet with the published prices and the line items of the published bill. Where the page
//! rounds lines, the sheet or the manifest says so. What is compared are the lines before credits and the total.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../project/mod.rs"]
mod project;

mod billing_systems;
mod cloudflare;
mod clouds;
mod monitoring;
mod supabase;

use project::{HEAD, computed};

/// The head of a price sheet; SKUs follow.
const SHEET: &str = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"the example's\"\nretrieved_on = 2026-09-20\ntrust = \"vendor\"\n";

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
    /// Keys of the manifest before the line items.
    head: &'static str,
    /// The line items, one a line: name, SKU and keys.
    items: &'static [&'static str],
    /// What each line item costs before credits and discounts.
    lines: &'static [&'static str],
    /// The total, with tax if there is one.
    total: &'static str,
}

/// A calculation whose manifest has nothing but line items.
const fn bill(
    title: &'static str,
    source: &'static str,
    items: &'static [&'static str],
    lines: &'static [&'static str],
    total: &'static str,
) -> Example {
    Example { title, source, head: "", items, lines, total }
}

impl Example {
    fn check(&self, sheet: &str) {
        let items = self.items.iter().zip(1..).map(|(item, number)| {
            let name = format!("n{number}");
            if item.contains("name:") {
                format!("  - {{ category: c, {item} }}\n")
            } else {
                format!("  - {{ name: {name}, category: c, {item} }}\n")
            }
        });
        let manifest = format!("{HEAD}{}line_items:\n{}", self.head, items.collect::<String>());
        let sheet = format!("{SHEET}{sheet}");
        let found = computed(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", &sheet)], 0);
        let (stage, costing) = found.unwrap_or_else(|problems| panic!("{}: {problems}", self.title));
        assert!(costing.is_complete(), "{}: something is unknown", self.title);
        let lines = costing.line_items.iter().map(|line| (line.monthly + line.off).normalize().to_string());
        assert_eq!(lines.collect::<Vec<_>>(), self.lines, "{} ({})", self.title, self.source);
        assert_eq!(stage.line_items.len(), self.lines.len(), "{}", self.title);
        let total = costing.taxed.map_or(costing.totals.total, |taxed| taxed.total);
        assert_eq!(total.normalize().to_string(), self.total, "{} ({})", self.title, self.source);
    }
}

const GROUPS: [Group; 5] =
    [supabase::GROUP, cloudflare::GROUP, clouds::GROUP, monitoring::GROUP, billing_systems::GROUP];

#[test]
fn every_published_calculation_is_reproduced_to_the_cent() {
    for group in GROUPS {
        group.examples.iter().for_each(|example| example.check(group.sheet));
    }
}

#[test]
fn there_are_the_eight_of_the_collection_and_many_more() {
    let all: Vec<&Example> = GROUPS.iter().flat_map(|group| group.examples).collect();
    let titles: std::collections::BTreeSet<&str> = all.iter().map(|example| example.title).collect();
    assert_eq!(titles.len(), all.len(), "two examples have one title");
    assert!(titles.len() >= 80, "only {} examples", titles.len());
    assert!(all.iter().all(|example| example.source.len() > 10));
}
