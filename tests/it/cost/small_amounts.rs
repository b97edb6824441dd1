//! A figure that is not zero never shows as zero, and amounts have the decimals of their currency.

use crate::project::{self, stdout};
use costplan::model::Currency;
use proptest::prelude::*;
use rust_decimal::Decimal;

const DAY: [&str; 2] = ["--as-of", "2026-11-24"];

fn manifest(currency: &str, more: &str, costs: &[&str]) -> String {
    let items: Vec<String> = costs
        .iter()
        .enumerate()
        .map(|(place, cost)| format!("  - {{ name: Item{place}, category: c{place}, cost: {cost} }}\n"))
        .collect();
    format!(
        "version: 1\nstage: 1\nname: Test\ncustomers: 0..2000\ncurrency: {currency}\n{more}line_items:\n{}",
        items.concat()
    )
}

/// The lines of an output, with single spaces.
fn lines(text: &str) -> String {
    text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect()
}

fn shown(manifest: &str, arguments: &[&str]) -> String {
    let directory = project::project(&[("stages/1-test.yaml", manifest)]);
    lines(&stdout(directory.path(), &[arguments, &DAY].concat()))
}

#[test]
fn a_cost_per_customer_of_a_fraction_of_a_cent_is_shown() {
    // 0.48 USD for 1,000 customers are 0.00048 each; of 100 each they are 0.00048 %.
    let plan = manifest("USD", "", &["0.48"]);
    for command in [
        &["stage", "1", "--details", "--customers", "1000", "--arpu", "100"][..],
        &["stages", "--details"],
        &["recommend", "--details", "--customers", "1000", "--arpu", "100"],
        &["sweep", "1", "--details", "--customers", "1000..1001", "--arpu", "100"],
        &["forecast", "--details", "--from", "1000", "--months", "2", "--arpu", "100"],
        &["breakeven", "1", "--details", "--customers", "1000"],
    ] {
        for format in ["table", "markdown"] {
            let text = shown(&plan, &[command, &["--format", format]].concat());
            assert!(command[0] == "breakeven" || text.contains("0.00048"), "{command:?}\n{text}");
            assert!(!text.contains(" 0.00%"), "{command:?}\n{text}");
        }
    }
    let text = shown(&plan, &["stage", "1", "--details", "--customers", "1000", "--arpu", "100"]);
    assert!(text.contains("Share of MRR 0.00048%") && text.contains("Gross margin 99.99952%"), "{text}");
    // Of 10,000 each they are 0.000000048: more than the six decimals of other quotients.
    let json = shown(&plan, &["stage", "1", "--details", "--customers", "1000", "--arpu", "10000", "--format", "json"]);
    assert!(json.contains("\"share_of_mrr\": 0.000000048"), "{json}");
}

#[test]
fn the_next_customer_costs_what_one_pays_for_it() {
    let plan = manifest("USD", "buffer: 10%\n", &["customers * 0.0004 + 3"]);
    let text = shown(&plan, &["stage", "1", "--details", "--customers", "100"]);
    assert!(text.contains("Next customer costs 0.00044 USD"), "{text}");
    // 0.0149 is not 0.01: a figure for one customer has two digits.
    let text = shown(&manifest("USD", "", &["customers * 0.0149"]), &["stage", "1", "--details", "--customers", "100"]);
    assert!(text.contains("Cost per customer 0.015 USD"), "{text}");
}

#[test]
fn small_rows_and_shares_are_shown_and_rows_still_add_up() {
    // 100.004: the row of 0.004 is 0.004 % of it, and 0.004 is not in the subtotal that is shown.
    let text = shown(&manifest("USD", "", &["100", "0.004"]), &["stage", "1", "--details", "--customers", "0"]);
    for line in [
        "c0 Item0 1 100.00 USD 100.00 99.996%",
        "c1 Item1 1 0.004 USD 0.004 0.004%",
        "\nRounding of the rows shown -0.004\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn amounts_have_the_decimals_of_their_currency() {
    for (currency, cost, expected) in
        [("JPY", "1234.5", "1,235"), ("KWD", "1.2345", "1.235"), ("CLF", "0.00016", "0.0002"), ("EUR", "1.005", "1.01")]
    {
        let text = shown(&manifest(currency, "", &[cost]), &["stage", "1", "--details", "--customers", "0"]);
        let total = text.lines().find(|line| line.trim_start().starts_with("Total")).unwrap();
        assert_eq!(total.split_whitespace().last(), Some(expected), "{text}");
        assert!(text.contains(&format!("{expected} {currency}")), "{text}");
    }
    // What one customer costs is no payment: 3.456 JPY are 3.5 and not 3.
    let text = shown(&manifest("JPY", "", &["34.56"]), &["stage", "1", "--details", "--customers", "10"]);
    assert!(text.contains("Cost per customer 3.5 JPY"), "{text}");
    // At 20 % of 100 customers: more than 61.725 yen each, in whole yen.
    let text = shown(&manifest("JPY", "", &["1234.5"]), &["breakeven", "1", "--details", "--customers", "100"]);
    assert!(text.contains("at least 62 "), "{text}");
}

#[test]
fn a_difference_is_not_zero_unless_nothing_changed() {
    let low = "version: 1\nname: Low\ncustomers: 10\n";
    let high = "version: 1\nname: High\ncustomers: 20\n";
    let plan = manifest("USD", "", &["customers * 0.0001 + 10", "5"]);
    let files = [("stages/1-test.yaml", &*plan), ("scenarios/low.yaml", low), ("scenarios/high.yaml", high)];
    let directory = project::project(&files);
    let arguments = ["compare", "1", "--scenario", "low", "--scenario", "high", "--details"];
    let text = lines(&stdout(directory.path(), &[&arguments[..], &DAY].concat()));
    for line in [
        "Item0 10.00 10.00 +0.001",
        "Item1 5.00 5.00 0.00",
        "Total 15.00 15.00 +0.001",
        "Per customer 1.50 at 10 0.75 at 20 -0.75",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

fn currency() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("USD"), Just("JPY"), Just("KWD"), Just("CLF")]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// No row of a cost shows zero, and the rows add up to the total.
    #[test]
    fn rows_are_not_zero_and_add_up(
        costs in prop::collection::vec((1i64..2_000_000, 0u32..9), 1..6),
        currency in currency(),
        buffer in 0u32..40,
    ) {
        let written: Vec<String> = costs.iter().map(|(digits, scale)| Decimal::new(*digits, *scale).to_string()).collect();
        let written: Vec<&str> = written.iter().map(String::as_str).collect();
        let plan = manifest(currency, &format!("buffer: {buffer}%\n"), &written);
        let (stage, costing) = project::computed(&[("stages/1-test.yaml", &plan)], 0).unwrap();
        let view = costplan::view::StageView::new(&stage, std::slice::from_ref(&costing), false);
        let page = costplan::view::View::page(&view);
        let grid = page.blocks.iter().find_map(|block| match block {
            costplan::view::Block::Grid(grid) => Some(grid),
            _ => None,
        }).unwrap();
        let (mut sum, mut subtotal) = (Decimal::ZERO, Decimal::ZERO);
        for row in 0..grid.len() {
            let cells: Vec<&str> = grid.cells(row).collect();
            let amount: Decimal = cells[4].parse().unwrap();
            match cells[1] {
                "Subtotal" => { prop_assert_eq!(sum, amount); subtotal = amount; }
                "Total" => prop_assert_eq!(sum, amount, "{:?}", cells),
                name => {
                    sum += amount;
                    if name.starts_with("Item") || name.starts_with("Buffer") {
                        prop_assert!(!amount.is_zero(), "{:?}", cells);
                        prop_assert!(amount.scale() >= Currency::parse(currency).unwrap().decimals());
                    }
                    if name.starts_with("Item") {
                        prop_assert!(cells[5] != "0.0%" && (costs.len() == 1 || cells[5] != "100.0%"), "{:?}", cells);
                    }
                }
            }
        }
        prop_assert!(!subtotal.is_zero());
    }
}
