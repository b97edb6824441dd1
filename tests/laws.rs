//! What holds for any price: laws of the price models, of allowances, bounds, pools, discounts and credits.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod project;

use std::fmt::Write as _;

use costplan::model::Costing;
use project::{HEAD, computed, project, stdout};
use proptest::prelude::*;
use rust_decimal::Decimal;

const SHEET: &str =
    "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"fixture\"\n";

/// Each law is tried with so many random inputs.
const TRIES: u32 = 150;

/// The costs of line items of the SKU `v/s` whose usage of `m` is given, with the keys of its one charge.
fn costs(charge: &str, usages: &[Decimal]) -> Vec<Decimal> {
    let sheet = format!("{SHEET}[skus.s]\n[[skus.s.charges]]\nmeter = \"m\"\nunit = \"unit\"\n{charge}\n");
    let items: String = (0..)
        .zip(usages)
        .map(|(index, usage)| format!("  - {{ name: n{index}, category: c, sku: v/s, usage: {{ m: {usage} }} }}\n"))
        .collect();
    stage(&sheet, "", &items).line_items.iter().map(|line| line.exact).collect()
}

fn stage(sheet: &str, head: &str, items: &str) -> Costing {
    let manifest = format!("{HEAD}{head}line_items:\n{items}");
    computed(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", sheet)], 0).unwrap().1
}

fn number(end: i64, scale: u32) -> impl Strategy<Value = Decimal> {
    (0..end).prop_map(move |digits| Decimal::new(digits, scale))
}

/// A ladder of tiers: bounds that rise, prices, and fees.
#[derive(Clone, Debug)]
struct Ladder(Vec<(Decimal, Decimal, Decimal)>);

impl Ladder {
    fn written(&self, model: &str) -> String {
        let mut text = format!("model = \"{model}\"\ntiers = [");
        let mut bound = Decimal::ZERO;
        for (index, (width, price, fee)) in self.0.iter().enumerate() {
            bound += width;
            let up_to = if index + 1 < self.0.len() { format!("up_to = {bound}, ") } else { String::new() };
            let _ = write!(text, "{{ {up_to}price = {price}, flat = {fee} }}, ");
        }
        text.push(']');
        text
    }

    fn highest_price(&self) -> Decimal {
        self.0.iter().map(|tier| tier.1).max().unwrap()
    }

    fn fees(&self) -> Decimal {
        self.0.iter().map(|tier| tier.2).sum()
    }
}

fn ladder() -> impl Strategy<Value = Ladder> {
    let width = (1..5000_i64).prop_map(|digits| Decimal::new(digits, 2));
    prop::collection::vec((width, number(90_000, 4), number(2_000, 2)), 1..5).prop_map(Ladder)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: TRIES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn graduated_cost_rises_and_jumps_only_by_fees(ladder in ladder(), usage in number(20_000, 2), step in number(3_000, 2)) {
        let found = costs(&ladder.written("graduated"), &[usage, usage + step]);
        prop_assert!(found[0] <= found[1]);
        prop_assert!(found[1] - found[0] <= step * ladder.highest_price() + ladder.fees());
        let without_fees = Ladder(ladder.0.iter().map(|tier| (tier.0, tier.1, Decimal::ZERO)).collect());
        let found = costs(&without_fees.written("graduated"), &[usage, usage + step]);
        prop_assert!(found[1] - found[0] <= step * ladder.highest_price());
    }

    #[test]
    fn a_volume_price_per_unit_never_rises_within_falling_tiers(ladder in ladder(), usage in 1..20_000_i64, more in 0..9_000_i64) {
        let mut falling: Vec<Decimal> = ladder.0.iter().map(|tier| tier.1).collect();
        falling.sort_by(|a, b| b.cmp(a));
        let tiers = ladder.0.iter().zip(falling).map(|(tier, price)| (tier.0, price, Decimal::ZERO));
        let (usage, more) = (Decimal::new(usage, 2), Decimal::new(usage + more, 2));
        let found = costs(&Ladder(tiers.collect()).written("volume"), &[usage, more]);
        prop_assert!(found[1] * usage <= found[0] * more);
    }

    #[test]
    fn an_allowance_is_usage_less_and_never_below_zero(ladder in ladder(), usage in number(20_000, 2), free in number(20_000, 2)) {
        let with = costs(&format!("included = {free}\n{}", ladder.written("graduated")), &[usage]);
        let rest = (usage - free).max(Decimal::ZERO);
        let without = costs(&ladder.written("graduated"), &[rest]);
        prop_assert_eq!(with[0], without[0]);
        prop_assert!(with[0] >= Decimal::ZERO);
    }

    #[test]
    fn minimum_and_cap_hold(ladder in ladder(), usage in number(20_000, 2), least in number(50_000, 2), more in number(50_000, 2)) {
        let most = least + more;
        let found = costs(&format!("minimum = {least}\ncap = {most}\n{}", ladder.written("graduated")), &[usage]);
        prop_assert!(least <= found[0] && found[0] <= most);
        let free = costs(&ladder.written("graduated"), &[usage]);
        prop_assert_eq!(found[0], free[0].clamp(least, most));
    }

    #[test]
    fn a_package_is_paid_once_it_is_started(usage in number(2_000_000, 3), per in 1..5_000_i64, price in number(9_000, 2)) {
        let per = Decimal::new(per, 1);
        let found = costs(&format!("model = \"package\"\nprice = {price}\nper = {per}"), &[usage]);
        prop_assert_eq!(found[0], (usage / per).ceil() * price);
    }

    #[test]
    fn prices_times_a_rate_are_costs_times_the_rate(
        ladder in ladder(),
        usage in number(20_000, 2),
        least in number(5_000, 2),
        rate in 1..30_000_i64,
    ) {
        let rate = Decimal::new(rate, 4);
        let scaled = Ladder(ladder.0.iter().map(|tier| (tier.0, tier.1 * rate, tier.2 * rate)).collect());
        let charge = |ladder: &Ladder, least: Decimal| {
            format!("minimum = {least}\ncap = {}\n{}", least * Decimal::from(7), ladder.written("graduated"))
        };
        let plain = costs(&charge(&ladder, least), &[usage]);
        let converted = costs(&charge(&scaled, least * rate), &[usage]);
        prop_assert_eq!(plain[0] * rate, converted[0]);
    }

    #[test]
    fn discounts_and_credits_take_off_no_more_than_there_is(
        amounts in prop::collection::vec(number(20_000, 2), 1..6),
        rate in 0..=100_i64,
        discount in number(30_000, 2),
        credit in number(60_000, 2),
    ) {
        let items: String = (0..)
            .zip(&amounts)
            .map(|(index, amount)| format!("  - {{ name: n{index}, category: c, cost: {amount} }}\n"))
            .collect();
        let head = format!(
            "discounts: [{{ rate: {rate}%, reason: a }}, {{ amount: {discount} USD/month, reason: b }}]\n\
             credits: [{{ amount: {credit} USD/month, reason: c }}]\n"
        );
        let found = stage(SHEET, &head, &items);
        let all: Decimal = amounts.iter().sum();
        for (line, amount) in found.line_items.iter().zip(&amounts) {
            prop_assert!(line.exact >= Decimal::ZERO && line.exact + line.off == *amount);
        }
        let after_rate = all * (Decimal::ONE - Decimal::new(rate, 2));
        prop_assert_eq!(found.totals.total, (after_rate - discount - credit).max(Decimal::ZERO));
        prop_assert_eq!(found.adjustments.iter().sum::<Decimal>(), all - found.totals.total);
    }

    #[test]
    fn the_order_of_line_items_changes_no_total(amounts in prop::collection::vec(number(90_000, 3), 1..8), credit in number(60_000, 2)) {
        let head = format!("credits: [{{ amount: {credit} USD/month, reason: c }}]\nbuffer: 12.5%\n");
        let items = |amounts: &mut dyn Iterator<Item = (usize, &Decimal)>| -> String {
            amounts.map(|(index, amount)| format!("  - {{ name: n{index}, category: c, cost: {amount} }}\n")).collect()
        };
        let forth = stage(SHEET, &head, &items(&mut amounts.iter().enumerate()));
        let back = stage(SHEET, &head, &items(&mut amounts.iter().enumerate().rev()));
        prop_assert_eq!(forth.totals, back.totals);
    }

    #[test]
    fn a_pool_bills_what_all_use_beyond_all_that_is_brought(
        members in prop::collection::vec((0..4_u32, number(300_000, 2)), 1..6),
    ) {
        let sheet = format!(
            "{SHEET}[pools.p]\nunit = \"unit\"\n[skus.s]\n[[skus.s.charges]]\nmeter = \"m\"\nunit = \"unit\"\npool = \"p\"\n\
             included = \"500 * quantity\"\nmodel = \"per_unit\"\nprice = 1\n"
        );
        let items: String = (0..)
            .zip(&members)
            .map(|(index, (quantity, usage))| {
                format!("  - {{ name: n{index}, category: c, sku: v/s, quantity: {quantity}, usage: {{ m: {usage} }} }}\n")
            })
            .collect();
        let found = stage(&sheet, "", &items);
        let used: Decimal = members.iter().map(|member| member.1).sum();
        let brought: Decimal = members.iter().map(|member| Decimal::from(member.0 * 500)).sum();
        prop_assert_eq!(found.totals.total, (used - brought).max(Decimal::ZERO));
    }
}

#[test]
fn a_quote_is_the_line_item_of_a_stage() {
    let sheet = include_str!("everything/v.toml");
    let quoted = [
        (
            "server",
            "quantity: 3, usage: { server: 700.5 hours, egress: 5 TB }",
            "--quantity 3 --usage server=700.5hours --usage egress=5TB",
        ),
        ("yearly", "usage: { seats: 11.5 }", "--usage seats=11.5"),
        ("function", "usage: { requests: 4321, seconds: 333 ms }", "--usage requests=4321 --usage seconds=333ms"),
        (
            "committed",
            "options: { region: eu }, ordered_on: 2026-06-14, usage: { hours: 51 hours, spot: 7 hours }",
            "--option region=eu --ordered-on 2026-06-14 --usage hours=51hours --usage spot=7hours",
        ),
        (
            "committed",
            "options: { region: us }, usage: { hours: 1 hour, spot: 7 hours }",
            "--option region=us --usage hours=1hour --usage spot=7hours",
        ),
    ];
    let fx = include_str!("everything/fx.toml");
    for (sku, item, flags) in quoted {
        let manifest = format!("{HEAD}line_items:\n  - {{ name: A, category: c, sku: v/{sku}, {item} }}\n");
        let files = [("stages/1-test.yaml", manifest.as_str()), ("pricing/v.toml", sheet), ("pricing/fx.toml", fx)];
        let (_, costing) = computed(&files, 0).unwrap();
        let directory = project(&files);
        let id = format!("v/{sku}");
        let mut arguments =
            vec!["quote", id.as_str(), "--currency", "USD", "--as-of", "2026-11-24", "--format", "json"];
        arguments.extend(flags.split(' '));
        let quote: serde_json::Value = serde_json::from_str(&stdout(directory.path(), &arguments)).unwrap();
        let total: Decimal = quote["total"].to_string().parse().unwrap();
        assert_eq!(total, costing.line_items[0].exact, "{sku}, {flags}");
    }
}
