//! What holds for any price: laws of the price models, of allowances, bounds, pools, discounts and credits.

use std::fmt::Write as _;

use crate::project::{EVERYTHING, HEAD, computed, in_memory, project, stdout};
use costplan::calculate::{Costing, Unobserved};
use costplan::model::{Inputs, Revenue};
use costplan::resolve::{QuoteRaw, Request};
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

    /// The fees of the tiers that usage reaches within a range, the lower end left out.
    fn fees_between(&self, low: Decimal, high: Decimal) -> Decimal {
        let mut bound = Decimal::ZERO;
        let reached = self.0.windows(2).map(|pair| {
            bound += pair[0].0;
            if low <= bound && bound < high { pair[1].2 } else { Decimal::ZERO }
        });
        reached.sum()
    }

    /// The ladder with all prices and fees at a rate.
    fn times(&self, rate: Decimal) -> Self {
        Self(self.0.iter().map(|tier| (tier.0, tier.1 * rate, tier.2 * rate)).collect())
    }
}

/// A price model of usage.
#[derive(Clone, Debug)]
enum Model {
    PerUnit { price: Decimal, per: Decimal },
    Package { price: Decimal, per: Decimal },
    Graduated(Ladder),
    Volume(Ladder),
}

impl Model {
    fn written(&self) -> String {
        match self {
            Self::PerUnit { price, per } => format!("model = \"per_unit\"\nprice = {price}\nper = {per}"),
            Self::Package { price, per } => format!("model = \"package\"\nprice = {price}\nper = {per}"),
            Self::Graduated(ladder) => ladder.written("graduated"),
            Self::Volume(ladder) => ladder.written("volume"),
        }
    }

    /// The model with all prices and fees at a rate.
    fn times(&self, rate: Decimal) -> Self {
        match self {
            Self::PerUnit { price, per } => Self::PerUnit { price: price * rate, per: *per },
            Self::Package { price, per } => Self::Package { price: price * rate, per: *per },
            Self::Graduated(ladder) => Self::Graduated(ladder.times(rate)),
            Self::Volume(ladder) => Self::Volume(ladder.times(rate)),
        }
    }
}

/// A model of which every cost terminates.
fn model() -> impl Strategy<Value = Model> {
    let per = || prop::sample::select(vec!["1", "2", "2.5", "10", "64", "1000"]).prop_map(|per| per.parse().unwrap());
    prop_oneof![
        (number(90_000, 4), per()).prop_map(|(price, per)| Model::PerUnit { price, per }),
        (number(90_000, 4), per()).prop_map(|(price, per)| Model::Package { price, per }),
        ladder().prop_map(Model::Graduated),
        ladder().prop_map(Model::Volume),
    ]
}

/// What `Workspace::quote` says of the SKU `v/s`, whose charge counts `m`.
fn quoted(sheet: &str, quantity: Decimal, usage: Decimal) -> Decimal {
    let mut workspace = in_memory(&[("pricing/v.toml", sheet)]).unwrap();
    let mut raw = QuoteRaw::of(workspace.argument("SKU", "v/s").unwrap());
    raw.quantity = Some(workspace.argument("--quantity", &quantity.to_string()).unwrap());
    let meter = workspace.argument("--usage", "m").unwrap();
    raw.usage.push((meter, workspace.argument("--usage", &usage.to_string()).unwrap()));
    let stage = workspace.quote(raw, &Request::on("2026-11-24".parse().unwrap())).unwrap();
    let inputs = Inputs { customers: 0, revenue: Revenue::Unknown };
    costplan::calculate::stage(&stage, inputs, &mut Unobserved).unwrap().line_items[0].exact
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
        let fees = ladder.fees_between(usage, usage + step);
        prop_assert!(found[1] - found[0] <= step * ladder.highest_price() + fees);
        prop_assert!(found[1] - found[0] >= fees);
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
    fn graduated_cost_is_continuous_at_each_bound_but_for_its_fee(ladder in ladder()) {
        let (mut bound, step) = (Decimal::ZERO, Decimal::new(1, 6));
        for pair in ladder.0.windows(2) {
            bound += pair[0].0;
            let found = costs(&ladder.written("graduated"), &[bound - step, bound, bound + step]);
            prop_assert_eq!(found[1] - found[0], step * pair[0].1);
            prop_assert_eq!(found[2] - found[1], step * pair[1].1 + pair[1].2);
        }
    }

    #[test]
    fn an_allowance_is_usage_less_and_never_below_zero(model in model(), usage in number(20_000, 2), free in number(20_000, 2)) {
        let with = costs(&format!("included = {free}\n{}", model.written()), &[usage, free]);
        let rest = (usage - free).max(Decimal::ZERO);
        let without = costs(&model.written(), &[rest, Decimal::ZERO]);
        prop_assert_eq!(&with, &without);
        prop_assert!(with[0] >= Decimal::ZERO);
    }

    #[test]
    fn minimum_and_cap_hold(model in model(), usage in number(20_000, 2), least in number(50_000, 2), more in number(50_000, 2)) {
        let most = least + more;
        let found = costs(&format!("minimum = {least}\ncap = {most}\n{}", model.written()), &[usage]);
        prop_assert!(least <= found[0] && found[0] <= most);
        let free = costs(&model.written(), &[usage]);
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
        model in model(),
        usage in number(20_000, 2),
        least in number(5_000, 2),
        rate in 1..30_000_i64,
    ) {
        let rate = Decimal::new(rate, 4);
        let charge = |model: &Model, least: Decimal| {
            format!("minimum = {least}\ncap = {}\n{}", least * Decimal::from(7), model.written())
        };
        let plain = costs(&charge(&model, least), &[usage]);
        let converted = costs(&charge(&model.times(rate), least * rate), &[usage]);
        prop_assert_eq!(plain[0] * rate, converted[0]);
    }

    #[test]
    fn a_quote_is_the_line_item_of_a_stage_for_any_usage(
        model in model(),
        quantity in number(50, 1),
        usage in number(20_000, 2),
        free in number(9_000, 2),
        each in any::<bool>(),
    ) {
        let sheet = format!(
            "{SHEET}[skus.s]\n[[skus.s.charges]]\nmeter = \"m\"\nunit = \"unit\"\neach = {each}\nincluded = \"{free} * quantity\"\n{}\n",
            model.written()
        );
        let item = format!("  - {{ name: A, category: c, sku: v/s, quantity: {quantity}, usage: {{ m: {usage} }} }}\n");
        prop_assert_eq!(quoted(&sheet, quantity, usage), stage(&sheet, "", &item).line_items[0].exact);
    }

    #[test]
    fn what_is_off_one_meter_is_no_more_than_it_costs(
        usages in prop::collection::vec((number(20_000, 2), number(20_000, 2)), 1..5),
        rate in 0..=100_i64,
        discount in number(60_000, 2),
        credit in number(60_000, 2),
    ) {
        let charge = |meter: &str| {
            format!("[[skus.s.charges]]\nmeter = \"{meter}\"\nunit = \"unit\"\nmodel = \"per_unit\"\nprice = 1\n")
        };
        let sheet = format!("{SHEET}[skus.s]\n{}{}", charge("m"), charge("other"));
        let items: String = (0..)
            .zip(&usages)
            .map(|(index, (m, other))| {
                format!("  - {{ name: n{index}, category: c, sku: v/s, usage: {{ m: {m}, other: {other} }} }}\n")
            })
            .collect();
        let head = format!(
            "discounts: [{{ rate: {rate}%, reason: a, sku: v/s, meter: m }}, {{ amount: {discount} USD/month, reason: b, meter: m }}]\n\
             credits: [{{ amount: {credit} USD/month, reason: c, meter: m }}]\n"
        );
        let found = stage(&sheet, &head, &items);
        for (line, (m, other)) in found.line_items.iter().zip(&usages) {
            prop_assert!(Decimal::ZERO <= line.off && line.off <= *m);
            prop_assert_eq!(line.exact + line.off, m + other);
        }
        let of_meter: Decimal = usages.iter().map(|usage| usage.0).sum();
        let rest: Decimal = usages.iter().map(|usage| usage.1).sum();
        let after_rate = of_meter * (Decimal::ONE - Decimal::new(rate, 2));
        prop_assert_eq!(found.totals.total, rest + (after_rate - discount - credit).max(Decimal::ZERO));
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
    fn the_order_of_line_items_changes_no_total(
        (forth, back) in prop::collection::vec(number(20_000, 2), 1..8).prop_flat_map(|usages| {
            let items: Vec<(usize, Decimal)> = usages.into_iter().enumerate().collect();
            (Just(items.clone()), Just(items).prop_shuffle())
        }),
        model in model(),
        credit in number(60_000, 2),
    ) {
        let sheet = format!("{SHEET}[skus.s]\n[[skus.s.charges]]\nmeter = \"m\"\nunit = \"unit\"\n{}\n", model.written());
        let head = format!("credits: [{{ amount: {credit} USD/month, reason: c }}]\nbuffer: 12.5%\n");
        // Every other line item has a plain cost.
        let item = |(index, amount): &(usize, Decimal)| match index % 2 {
            0 => format!("  - {{ name: n{index}, category: c, sku: v/s, usage: {{ m: {amount} }} }}\n"),
            _ => format!("  - {{ name: n{index}, category: c, cost: {amount} }}\n"),
        };
        let totals = |items: &[(usize, Decimal)]| stage(&sheet, &head, &items.iter().map(item).collect::<String>()).totals;
        prop_assert_eq!(totals(&forth), totals(&back));
    }

    #[test]
    fn a_pool_bills_what_all_use_beyond_all_that_it_holds(
        members in prop::collection::vec((0..4_u32, number(300_000, 2), number(90_000, 2)), 1..6),
        own in prop::option::of(number(900_000, 2)),
    ) {
        let (of_pool, of_charge) = match own {
            Some(size) => (format!("included = {size}\n"), ""),
            None => (String::new(), "included = \"500 * quantity\"\n"),
        };
        let charge = |meter: &str, included: &str| {
            format!("[[skus.s.charges]]\nmeter = \"{meter}\"\nunit = \"unit\"\npool = \"p\"\n{included}model = \"per_unit\"\nprice = 1\n")
        };
        let charges = [charge("m", of_charge), charge("other", "")].concat();
        let sheet = format!("{SHEET}[pools.p]\nunit = \"unit\"\n{of_pool}[skus.s]\n{charges}");
        let items: String = (0..)
            .zip(&members)
            .map(|(index, (quantity, m, other))| {
                format!(
                    "  - {{ name: n{index}, category: c, sku: v/s, quantity: {quantity}, usage: {{ m: {m}, other: {other} }} }}\n"
                )
            })
            .collect();
        let found = stage(&sheet, "", &items);
        let used: Decimal = members.iter().map(|member| member.1 + member.2).sum();
        let brought: Decimal = members.iter().map(|member| Decimal::from(member.0 * 500)).sum();
        prop_assert_eq!(found.totals.total, (used - own.unwrap_or(brought)).max(Decimal::ZERO));
        prop_assert!(found.line_items.iter().all(|line| line.exact >= Decimal::ZERO));
    }
}

#[test]
fn a_quote_is_the_line_item_of_a_stage() {
    let [(_, sheet), (_, fx), _] = EVERYTHING;
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
