//! The terms of a price in words, for all commands that show prices.
//!
//! ```text
//! 25 USD/month + usage                   a plan and what it includes too little of
//! 8.90 EUR/month cap, 0.014/hour         a price with a cap
//! 2.50 USD/1M messages above allowance   started packages
//! ```
//!
//! A new term of price sheets only has to be worded here.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::{
    Charge, ChargeLine, Currency, Dimension, Direction, Formula, Period, Price, Pricing, PricingUnit, Sku, SkuCredit,
    SkuInput, Terms, Tier, TiersOf, Unit,
};
use crate::source::Sources;
use crate::view::page::number::{Number, exact_percent};

/// Whether an order on a day gets a price on that day.
pub(crate) fn is_held(terms: &Terms, day: Date) -> bool {
    terms.holds_on(day) && terms.holds_for_order(day)
}

/// The prices of a charge that an order on a day gets on that day; several if they depend on options.
pub(crate) fn held(charge: &Charge, day: Date) -> impl Iterator<Item = &Terms> {
    charge.prices.iter().map(|terms| &**terms).filter(move |terms| is_held(terms, day))
}

/// `month`, `year`, `3 months`.
pub(crate) fn period(period: Period) -> String {
    let said = period.to_string();
    said.strip_prefix("a ").map_or_else(|| said.clone(), str::to_owned)
}

/// The prices of a SKU on a day in brief: the plan and whether usage is charged in addition, otherwise the first
/// charge that costs anything and how many more there are. What is charged for usage is the price of a unit of it.
pub(crate) fn sku_in_short(sku: &Sku, day: Date) -> String {
    let priced: Vec<(&Charge, Vec<&Terms>)> =
        sku.charges.iter().map(|charge| (&**charge, held(charge, day).collect())).collect();
    if priced.iter().all(|(_, terms)| terms.is_empty()) {
        return "none on this day".to_owned();
    }
    let is_free = |terms: &[&Terms]| !terms.is_empty() && terms.iter().all(|terms| terms.is_free());
    // What is beyond a limit is another plan.
    let is_limit = |terms: &[&Terms]| terms.iter().all(|terms| terms.pricing.is_quote() && terms.included.is_some());
    let has_others = priced.iter().any(|(_, terms)| !is_limit(terms));
    let is_shown = |terms: &[&Terms]| !(is_free(terms) || has_others && is_limit(terms));
    let costly: Vec<_> = priced.into_iter().filter(|(_, terms)| is_shown(terms)).collect();
    let Some(((charge, terms), others)) = costly.split_first() else { return "free".to_owned() };
    let first = in_short(sku, charge, terms);
    // A plan is paid whether or not anything is used: a flat price, or hours that accrue without usage.
    let is_plan = |charge: &Charge, terms: &[&Terms]| {
        charge.default_usage.is_some() || terms.iter().any(|terms| terms.pricing.period().is_some())
    };
    match others.len() {
        0 => first,
        _ if is_plan(charge, terms) && !others.iter().any(|(charge, terms)| is_plan(charge, terms)) => {
            format!("{first} + usage")
        }
        more => format!("{first} + {more} more"),
    }
}

/// The prices of one charge in brief; if they depend on options, their number.
fn in_short(sku: &Sku, charge: &Charge, held: &[&Terms]) -> String {
    match held {
        [] => format!("none for {}", charge.meter),
        [terms] => one_in_short(sku, charge, terms),
        many => {
            let mut options: Vec<&str> = many.iter().flat_map(|terms| &*terms.when).map(|(name, _)| &**name).collect();
            options.sort_unstable();
            options.dedup();
            format!("{} prices by {}", many.len(), options.join(" and "))
        }
    }
}

/// One price in brief.
pub(crate) fn one_in_short(sku: &Sku, charge: &Charge, terms: &Terms) -> String {
    let label = charge.unit.as_ref().map_or("", |unit| &*unit.label);
    let above = match terms.included.as_deref() {
        Some(included) => format!(" above {}", allowance_in_short(included, charge.unit.as_ref())),
        None => String::new(),
    };
    if terms.pricing.is_percentage() {
        return format!(
            "{} of {}{above}",
            percents(terms.pricing.tiers()),
            charge.base.map_or("", |of| of.word(sku)).replace('_', " ")
        );
    }
    let bound = match (terms.minimum, terms.cap) {
        (None, None) => return format!("{}{above}", rate(&terms.pricing, label, Some(terms.currency))),
        (_, Some(cap)) => format!("{} {}/month cap", Number(cap), terms.currency),
        (Some(minimum), None) => format!("{} {}/month minimum", Number(minimum), terms.currency),
    };
    format!("{bound}, {}{above}", rate(&terms.pricing, label, None))
}

/// `3%`, or `1%..3% in 2 tiers`.
fn percents(tiers: &[Tier]) -> String {
    let (low, high) = ends(tiers);
    if low == high {
        exact_percent(low)
    } else {
        format!("{}..{} in {} tiers", exact_percent(low), exact_percent(high), tiers.len())
    }
}

/// `10 GB`, or only the number for counts; an allowance that has to be computed is just named as one.
fn allowance_in_short(included: &Formula, unit: Option<&PricingUnit>) -> String {
    let units = included.literal().zip(unit).and_then(|(amount, unit)| amount.checked_div(unit.factor).zip(Some(unit)));
    match units {
        Some((amount, unit)) if unit.dimension == Dimension::PLAIN => scaled(amount),
        Some((amount, unit)) if amount.scale() <= 3 => {
            format!("{} {}", Number(amount), unit.label.strip_suffix("-month").unwrap_or(&unit.label))
        }
        _ => "allowance".to_owned(),
    }
}

/// How many units a price buys, in data; tiers that are prices of one unit have no such number.
pub(crate) fn per(terms: &Terms) -> Option<Number> {
    let is_written = |per: &Decimal| terms.pricing.tiers().is_empty() || *per != Decimal::ONE;
    terms.pricing.per().filter(is_written).map(Number)
}

/// The price of a unit of a line item's charge: `0.014 EUR/hour`.
pub(crate) fn rate_of(line: &ChargeLine, terms: &Terms) -> String {
    let label = line.charge.unit.as_ref().map_or("", |unit| &*unit.label);
    rate(&terms.pricing, label, Some(terms.currency))
}

/// The amount of a price and what it buys: `0.014` and `EUR/hour`; only the amount where that is all there is to say.
pub(crate) fn amount_and_unit(charge: &Charge, terms: &Terms) -> (String, String) {
    let label = charge.unit.as_ref().map_or("", |unit| &*unit.label);
    let text = rate(&terms.pricing, label, None);
    let Some((amount, unit)) = text.split_once('/') else { return (text, String::new()) };
    let unit = unit.split(" in ").next().unwrap_or(unit);
    (amount.to_owned(), format!("{}/{unit}", terms.currency))
}

/// The price of a unit: `0.014 EUR/hour`, `2.50/1M messages`, `1..3 USD/GB in 3 tiers`; without a currency if that was
/// already shown.
fn rate(pricing: &Pricing, label: &str, currency: Option<Currency>) -> String {
    let money = |amount: String| currency.map_or_else(|| amount.clone(), |currency| format!("{amount} {currency}"));
    match pricing {
        Pricing::Flat { price, period: of } => format!("{}/{}", money(range(*price)), period(*of)),
        Pricing::PerUnit { price, per } => format!("{}/{}", money(range(*price)), per_units(*per, label)),
        Pricing::Package { price, per } => format!("{}/started {}", money(range(*price)), per_units(*per, label)),
        Pricing::Graduated { tiers, per } | Pricing::Volume { tiers, per } => {
            let (low, high) = ends(tiers);
            let price = range(Price { low, expected: low, high });
            format!("{}/{} in {} tiers", money(price), per_units(*per, label), tiers.len())
        }
        Pricing::Percentage(tiers) => percents(tiers),
        Pricing::Quote => "on request".to_owned(),
    }
}

/// `0.20`, or `0.20..0.45` for a price range.
fn range(price: Price) -> String {
    if price.low == price.high {
        Number(price.low).to_string()
    } else {
        format!("{}..{}", Number(price.low), Number(price.high))
    }
}

/// The lowest price of a unit and the highest.
fn ends(tiers: &[Tier]) -> (Decimal, Decimal) {
    let prices = tiers.iter().map(|tier| tier.price);
    (prices.clone().min().unwrap_or_default(), prices.max().unwrap_or_default())
}

/// `hour` for one unit, `1M messages` for more.
fn per_units(per: Decimal, label: &str) -> String {
    if per == Decimal::ONE { label.to_owned() } else { counted(per, label, scaled) }
}

/// An amount of units: `10 GB`, `2 calls`.
fn counted(amount: Decimal, label: &str, digits: fn(Decimal) -> String) -> String {
    let label = if amount == Decimal::ONE { label.into() } else { plural(label) };
    format!("{} {label}", digits(amount))
}

/// Exact digits, with `k`, `M` or `bn` for thousands, millions or billions where these are whole.
fn scaled(amount: Decimal) -> String {
    for (power, suffix) in [(9, "bn"), (6, "M"), (3, "k")] {
        let part = amount.checked_div(Decimal::from(10_u64.pow(power))).unwrap_or_default();
        if part >= Decimal::ONE && part.normalize().scale() <= 1 {
            return format!("{}{suffix}", part.normalize());
        }
    }
    Number(amount).to_string()
}

/// The plural of a pricing unit; symbols and compound units are unchanged.
pub(crate) fn plural(label: &str) -> Cow<'_, str> {
    let is_word = label.bytes().all(|byte| byte.is_ascii_lowercase()) && !matches!(label, "ms" | "iops");
    if !is_word || label.ends_with('s') {
        return label.into();
    }
    match label.strip_suffix('y') {
        Some(stem) => format!("{stem}ies").into(),
        None => format!("{label}s").into(),
    }
}

/// A price with all digits: `0.014 EUR per hour`, `2.50 USD per started 1000000 messages`.
pub(crate) fn in_full(sku: &Sku, charge: &Charge, terms: &Terms, sources: &Sources) -> String {
    let label = charge.unit.as_ref().map_or("", |unit| &*unit.label);
    let units = |per: Decimal| if per == Decimal::ONE { label.to_owned() } else { counted(per, label, exact) };
    let money = |price: &Price| {
        let expected = format!("{} {}", Number(price.expected), terms.currency);
        if price.low == price.high {
            return expected;
        }
        format!("{expected} ({} to {})", Number(price.low), Number(price.high))
    };
    let of = || charge.base.map_or("", |of| of.word(sku));
    match &terms.pricing {
        Pricing::Flat { price, period } => format!("{} {}", money(price), per_period(*period)),
        Pricing::PerUnit { price, per } => format!("{} per {}", money(price), units(*per)),
        Pricing::Package { price, per } => format!("{} per started {}", money(price), units(*per)),
        Pricing::Graduated { .. } => "each part of usage at its tier's price".to_owned(),
        Pricing::Volume { .. } => match &charge.tier_by {
            Some(size) => format!("all usage at the price of the tier that {} reaches", sources.slice(size.span)),
            None => "all usage at the price of the tier it reaches".to_owned(),
        },
        Pricing::Percentage(tiers) => format!("{} of {}", percents(tiers), of()),
        Pricing::Quote => "on request, not published".to_owned(),
    }
}

/// `a month`, `for 3 months`.
fn per_period(period: Period) -> String {
    let said = period.to_string();
    if said.starts_with("a ") { said } else { format!("for {said}") }
}

fn exact(amount: Decimal) -> String {
    Number(amount).to_string()
}

/// Further terms of the cost: the monthly minimum and maximum, the commitment, and included tax.
pub(crate) fn bounds(charge: &Charge, terms: &Terms) -> Option<String> {
    let label = charge.unit.as_ref().map_or("", |unit| &*unit.label);
    let bound = |word: &str, amount: Option<Decimal>| {
        amount.map(|amount| format!("at {word} {} {} a month", Number(amount), terms.currency))
    };
    let commitment = terms.commitment.map(|commitment| {
        let paid = if commitment.true_up { " paid in any case" } else { "" };
        let usage = counted(commitment.usage, label, exact);
        format!("with a commitment to {usage}{paid}, beyond it {} times the price", Number(commitment.overage_factor))
    });
    let tax = terms.includes_tax.map(|rate| format!("tax of {} included", exact_percent(rate)));
    let parts = [bound("least", terms.minimum), bound("most", terms.cap), commitment, tax];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The choices and the order date that a price requires: `region = eu, ordered from 2026-06-15 on`.
pub(crate) fn choice(terms: &Terms) -> Option<String> {
    let options = terms.when.iter().map(|(name, value)| format!("{name} = {value}"));
    let ordered = between(terms.ordered_from, terms.ordered_to).map(|days| format!("ordered {days}"));
    let parts: Vec<String> = options.chain(ordered).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The days on which a price is effective; `None` for one without dates.
pub(crate) fn days(terms: &Terms) -> Option<String> {
    between(terms.effective_from, terms.effective_to)
}

fn between(first: Option<Date>, last: Option<Date>) -> Option<String> {
    match (first, last) {
        (Some(from), Some(to)) => Some(format!("{from} to {to}")),
        (Some(from), None) => Some(format!("from {from} on")),
        (None, Some(to)) => Some(format!("up to {to}")),
        (None, None) => None,
    }
}

/// The allowance as the sheet writes it, with the pricing unit after a lone number.
pub(crate) fn allowance(terms: &Terms, unit: Option<&PricingUnit>, sources: &Sources) -> Option<String> {
    terms.included.as_deref().map(|included| with_unit(included, unit, sources))
}

/// A formula as the sheet writes it, with the pricing unit after a lone number.
fn with_unit(formula: &Formula, unit: Option<&PricingUnit>, sources: &Sources) -> String {
    let text = sources.slice(formula.span);
    let is_lone_number = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_'));
    match unit {
        Some(unit) if is_lone_number => format!("{text} {}", plural(&unit.label)),
        _ => text.to_owned(),
    }
}

/// Terms of a charge that apply whatever its price: its description, usage, pool and rounding, and whether it is charged
/// for each unit.
pub(crate) fn conditions(charge: &Charge, sources: &Sources) -> Vec<String> {
    let label = charge.unit.as_ref().map_or("", |unit| &*unit.label);
    let formula = |formula: &Option<Arc<Formula>>| {
        formula.as_deref().map(|formula| with_unit(formula, charge.unit.as_ref(), sources))
    };
    let meter = charge.description.as_deref().map(str::to_owned);
    let usage = formula(&charge.default_usage).map(|usage| format!("usage is {usage} unless given"));
    let billed = formula(&charge.billed_usage).map(|usage| format!("{usage} is billed"));
    let least = formula(&charge.minimum_usage).map(|usage| format!("at least {usage} is billed"));
    let most = formula(&charge.maximum_usage).map(|usage| format!("at most {usage} is billed"));
    let increment = charge.usage_rounding.map(|rounding| match rounding.direction {
        Direction::Up if rounding.to == Decimal::ONE => format!("every started {label} is billed"),
        direction => {
            let step = counted(rounding.to, label, exact);
            format!("usage is rounded {} a multiple of {step}", direction_word(direction))
        }
    });
    let each = charge.each.then(|| "charged for each unit of the quantity".to_owned());
    let rounded = charge.cost_rounding.map(|rounding| {
        format!("the cost is rounded {} a multiple of {}", direction_word(rounding.direction), Number(rounding.to))
    });
    let pool = charge.pool.as_deref().map(|pool| match &pool.included {
        Some(included) => {
            let included = with_unit(included, Some(&pool.unit), sources);
            format!("the {included} of an account are shared with all charges of the pool {}", pool.name())
        }
        None => format!("what is included goes into the pool {} and is shared with its charges", pool.name()),
    });
    [meter, usage, pool, billed, least, most, increment, each, rounded].into_iter().flatten().collect()
}

/// The increment to which usage is rounded in a direction, in pricing units.
pub(crate) fn round_usage(charge: &Charge, direction: Direction) -> Option<Decimal> {
    charge.usage_rounding.filter(|rounding| rounding.direction == direction).map(|rounding| rounding.to)
}

fn direction_word(direction: Direction) -> &'static str {
    match direction {
        Direction::Nearest => "to the nearest",
        Direction::Up => "up to",
        Direction::Down => "down to",
    }
}

/// An input that formulas of the charges use and that has no price itself.
pub(crate) fn input(input: &SkuInput, sources: &Sources) -> String {
    let usage = input.default_usage.as_deref().map(|usage| format!(", {} unless given", sources.slice(usage.span)));
    let description = input.description.as_ref().map(|description| format!(": {description}")).unwrap_or_default();
    format!("{} in {}{}{description}", input.name, input.unit.label, usage.unwrap_or_default())
}

/// A credit that a SKU grants for others.
pub(crate) fn credit(credit: &SkuCredit) -> String {
    let days = between(credit.from, credit.until).map(|days| format!(", {days}")).unwrap_or_default();
    let skus = credit.skus.join(", ");
    format!(
        "brings a credit of {} {} a month for {skus}: {}{days}",
        Number(credit.amount),
        credit.currency,
        credit.reason
    )
}

/// An amount of usage in pricing units as a user types it: `251GB`, `5 GB * 1 second`, or a plain number for a count.
pub fn usage_argument(amount: Decimal, unit: &PricingUnit) -> String {
    let amount = Number(amount);
    let mut measured = unit.label.split('-').filter(|part| Unit::measured(part).is_some());
    let Some(first) = measured.next() else { return amount.to_string() };
    let others: Vec<String> = measured.map(|part| format!(" * 1 {part}")).collect();
    if others.is_empty() { format!("{amount}{first}") } else { format!("{amount} {first}{}", others.concat()) }
}

/// What a tier's price is called, and how it is written: an amount for a unit, or a share of another cost.
pub(crate) fn tier_price(sku: &Sku, charge: &Charge, terms: &Terms) -> (String, fn(Decimal) -> String) {
    let tiers = terms.pricing.model().and_then(|model| model.traits().tiers);
    match charge.base.filter(|_| tiers == Some(TiersOf::Cost)) {
        Some(of) => (format!("Share of {}", of.word(sku)), exact_percent),
        None => {
            let label = charge.unit.as_ref().map_or("", |unit| &*unit.label);
            let units = per_units(terms.pricing.per().unwrap_or(Decimal::ONE), label);
            (format!("{} per {units}", terms.currency), exact)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_short_and_stay_exact() {
        let shown = |digits: &str| scaled(Decimal::from_str_exact(digits).unwrap());
        assert_eq!(shown("1000000"), "1M");
        assert_eq!(shown("2500000"), "2.5M");
        assert_eq!(shown("10000"), "10k");
        assert_eq!(shown("1234567"), "1234567");
        assert_eq!(shown("6000000000"), "6bn");
        assert_eq!(shown("100"), "100");
        assert_eq!(shown("0.5"), "0.50");
        assert_eq!(shown("79228162514264337593543950335"), "79228162514264337593543950335");
    }

    #[test]
    fn units_have_a_plural() {
        for (one, many) in [
            ("query", "queries"),
            ("call", "calls"),
            ("GB", "GB"),
            ("GB-month", "GB-month"),
            ("iops", "iops"),
            ("series", "series"),
        ] {
            assert_eq!(plural(one), many);
        }
    }

    #[test]
    fn a_rate_names_what_it_buys() {
        let (million, price) = (Decimal::from(1_000_000), Price::from(Decimal::new(250, 2)));
        let package = Pricing::Package { price, per: million };
        assert_eq!(rate(&package, "message", Some(Currency::USD)), "2.50 USD/started 1M messages");
        let unit = Pricing::PerUnit { price, per: Decimal::ONE };
        assert_eq!(rate(&unit, "hour", None), "2.50/hour");
        let tier = |price: u32| Tier { up_to: None, price: price.into(), flat: Decimal::ZERO };
        let tiers = Pricing::Graduated { tiers: vec![tier(3), tier(1)], per: Decimal::ONE };
        assert_eq!(rate(&tiers, "GB", Some(Currency::USD)), "1..3 USD/GB in 2 tiers");
        let market = Price { low: Decimal::new(20, 2), expected: Decimal::new(30, 2), high: Decimal::new(45, 2) };
        let flat = Pricing::Flat { price: market, period: Period { months: 3 } };
        assert_eq!(rate(&flat, "", Some(Currency::USD)), "0.20..0.45 USD/3 months");
        let tiers = [Tier { price: Decimal::new(3, 2), ..tier(0) }, Tier { price: Decimal::new(1, 2), ..tier(0) }];
        assert_eq!(percents(&tiers), "1%..3% in 2 tiers");
        assert_eq!(percents(&tiers[..1]), "3%");
        assert_eq!(rate(&Pricing::Quote, "GB", Some(Currency::USD)), "on request");
    }
}
