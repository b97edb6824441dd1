//! Bills whose exact numbers need more than 28 digits: computed in full, and stored once.

use crate::project::{HEAD, computed, rational, scaled};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::One as _;
use rust_decimal::Decimal;

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

const SHEET: &str = "version = 1\nvendor = \"v\"\ncurrency = \"GBP\"\nsource = \"t\"\nretrieved_on = 2026-01-01\n\
                     trust = \"fixture\"\n";

fn rates(rate: &str) -> String {
    format!(
        "version = 1\n[[rates]]\nfrom = \"GBP\"\nto = \"EUR\"\nrate = {rate}\neffective_from = 2025-01-01\nsource = \"t\"\n"
    )
}

/// A price for GiB with a commitment and tax, a percentage of it, another currency, a discount and an amount off.
#[test]
fn a_bill_of_gibibytes_taxes_currencies_and_discounts_is_exact() {
    let sheet = format!(
        "{SHEET}[[skus.s.charges]]\nmeter = \"m0\"\nunit = \"GiB\"\nmodel = \"per_unit\"\n\
         prices = [{{ price = 12, per = 1000, commitment = {{ usage = 295.55, overage_factor = 1.2, true_up = true }}, \
         includes_tax = \"7.7%\" }}]\n[[skus.s.charges]]\nmeter = \"m2\"\nmodel = \"percentage\"\nof = \"m0\"\n\
         prices = [{{ tiers = [{{ up_to = 822.964, percent = \"3.99%\" }}, {{ percent = \"40.269%\" }}] }}]\n"
    );
    // 2230.4 GB are 2077.2218704223632... GiB, which cost 29.2026749340820... GBP with tax and 27.1148328078756... without it.
    // With 3.99% of it, times 1.1585, that is 32.6658939068600567... EUR, of which 22.6443% are
    // 7.3969630139511118... and the rest is 25.2689308929089449...
    for (off, taken, left) in [("158.18", "25.268930892909", "0"), ("1.18", "1.18", "24.088930892909")] {
        let manifest = format!(
            "version: 1\nstage: 1\nname: X\ncustomers: 1..1000\ncurrency: EUR\ndiscounts:\n\
             - {{ rate: 22.6443%, reason: r, vendor: v }}\n- {{ amount: {off} EUR/month, reason: r }}\n\
             line_items:\n- {{ name: i0, category: misc, sku: v/s, quantity: 2, usage: {{ m0: 2230.4 GB }} }}\n"
        );
        let rates = rates("1.1585");
        let files = [("stages/1-test.yaml", &*manifest), ("pricing/v.toml", &*sheet), ("pricing/fx.toml", &*rates)];
        let (_, costing) = computed(&files, 28).unwrap();
        assert_eq!(costing.adjustments, [decimal("7.396963013951"), decimal(taken)]);
        assert_eq!(costing.totals.total_exact, decimal(left));
        assert_eq!(costing.line_items[0].off + costing.line_items[0].exact, decimal("32.665893906860"));
    }
}

/// 0.123456789012 times 0.987654321098 times 12345.6789012 has 31 decimals: it is stored with twelve.
#[test]
fn a_product_of_more_than_28_digits_is_stored_with_twelve_decimals() {
    let item = "- name: A\n  category: c\n  cost: 0.123456789012 * 0.987654321098\n  quantity: 12345.6789012\n";
    let (_, costing) = computed(&[("stages/1-test.yaml", &format!("{HEAD}line_items:\n{item}"))], 1).unwrap();
    // 0.121932631136585886175176 * 12345.6789012 = 1505.34111159075055...
    assert_eq!(costing.line_items[0].exact, decimal("1505.341111590751"));
}

/// A quantity of 10^20 is divided again before anything is stored.
#[test]
fn a_number_may_grow_beyond_a_decimal_on_the_way() {
    let item = "- name: A\n  category: c\n  cost: 2 * customers * 1e20 * 1e20 / 1e20 / 1e20\n";
    let (_, costing) = computed(&[("stages/1-test.yaml", &format!("{HEAD}line_items:\n{item}"))], 7).unwrap();
    assert_eq!(costing.line_items[0].exact, decimal("14"));
}

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 16) % end
    }

    /// A number of up to twelve digits, above zero, as text; at most `whole` of them stand before the point.
    fn number(&mut self, whole: u64) -> String {
        let before = 1 + self.below(whole);
        let decimals = u32::try_from(self.below(13 - before)).unwrap();
        let part = self.below(10u64.pow(decimals));
        let before = 1 + self.below(10u64.pow(u32::try_from(before).unwrap()) - 1);
        if decimals == 0 { before.to_string() } else { format!("{before}.{part:0places$}", places = decimals as usize) }
    }
}

fn value(text: &str) -> BigRational {
    rational(decimal(text))
}

fn percent(text: &str) -> BigRational {
    value(text) / BigRational::from(BigInt::from(100))
}

/// The value, unless it is longer than a decimal or a quotient: then twelve decimals, half away from zero.
fn is_stored(found: Decimal, exact: &BigRational) -> bool {
    let scale = BigRational::from(BigInt::from(10).pow(12));
    rational(found) == *exact || rational(found) == (exact * &scale).round() / scale
}

/// One line item with everything that multiplies or divides its cost, and what comes after it.
#[test]
fn random_bills_of_twelve_digits_are_neither_refused_nor_rounded_twice() {
    let mut dice = Dice(11);
    for case in 0..scaled(2_000) {
        let of = |dice: &mut Dice, whole| dice.number(whole);
        let [usage, price, per, rate] = [8, 4, 4, 2].map(|whole| of(&mut dice, whole));
        let [included, first, second, third, buffer, tax, quantity] =
            [2, 1, 1, 1, 2, 2, 3].map(|whole| of(&mut dice, whole));
        let amount = of(&mut dice, 1);
        let unit = ["GiB", "GB", "TiB"][usize::try_from(dice.below(3)).unwrap()];
        let with_tax = dice.below(2) == 0;
        let taxed = if with_tax { format!(", includes_tax = \"{included}%\"") } else { String::new() };
        let sheet = format!(
            "{SHEET}[[skus.s.charges]]\nmeter = \"m\"\nunit = \"{unit}\"\nmodel = \"per_unit\"\neach = true\n\
             prices = [{{ price = {price}, per = {per}{taxed} }}]\n"
        );
        let manifest = format!(
            "version: 1\nstage: 1\nname: X\ncustomers: 1..1000\ncurrency: EUR\nbuffer: {buffer}%\ntax: {{ rate: {tax}% }}\n\
             discounts:\n- {{ rate: {first}%, reason: r }}\n- {{ rate: {second}%, reason: r }}\n\
             - {{ rate: {third}%, reason: r, vendor: v }}\ncredits:\n- {{ amount: {amount} GBP/month, reason: r }}\n\
             line_items:\n- {{ name: A, category: c, sku: v/s, quantity: {quantity}, usage: {{ m: {usage} GB }} }}\n"
        );
        let rates = rates(&rate);
        let files = [("stages/1-test.yaml", &*manifest), ("pricing/v.toml", &*sheet), ("pricing/fx.toml", &*rates)];
        let (_, costing) =
            computed(&files, 1).unwrap_or_else(|error| panic!("case {case}: {error}\n{manifest}{sheet}"));

        let one = BigRational::one();
        let of_unit = match unit {
            "GB" => one.clone(),
            "GiB" => value("1.073741824"),
            _ => value("1099.511627776"),
        };
        let mut cost = value(&usage) / of_unit * value(&price) / value(&per);
        if with_tax {
            cost /= &one + percent(&included);
        }
        let mut cost = cost * value(&quantity) * value(&rate);
        for rate in [&first, &second, &third] {
            cost *= &one - percent(rate);
        }
        let credit = value(&amount) * value(&rate);
        cost = if cost > credit { cost - credit } else { &one - &one };
        let row = &costing.line_items[0];
        let totals = &costing.totals;
        let of_taxes = costing.taxed.as_ref().unwrap();
        let buffered = |base: Decimal| rational(base) * percent(&buffer);
        for (name, found, exact) in [
            ("row", row.exact, cost),
            ("subtotal", totals.subtotal_exact, rational(row.exact)),
            ("buffer", totals.buffer, buffered(totals.subtotal)),
            ("total", totals.total, rational(totals.subtotal) + rational(totals.buffer)),
            ("total_exact", totals.total_exact, rational(totals.subtotal_exact) + buffered(totals.subtotal_exact)),
            ("tax", of_taxes.tax, rational(row.monthly) * percent(&tax)),
            ("taxed", of_taxes.total, rational(totals.total) + rational(of_taxes.tax)),
        ] {
            assert!(is_stored(found, &exact), "case {case}, {name}: {found} instead of {exact}\n{manifest}{sheet}");
        }
    }
}
