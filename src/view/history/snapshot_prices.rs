//! The prices that stages use, in the words of price sheets: of each SKU only the prices that hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::model::{
    Charge, Citation, Commitment, Currency, Direction, Formula, LinePricing, MonthLength, Period, Pool, Price,
    PriceModel, Pricing, Rounding, Sku, SkuCredit, SkuInput, Stage, Terms, Tier,
};
use crate::source::Sources;
use crate::view::page::document::{Table, Value};
use crate::view::page::number::exact_percent;

/// The prices of a vendor.
pub(crate) struct SheetPrices {
    pub(crate) vendor: String,
    pub(crate) sheet: Table,
}

/// A SKU with the places of the prices that are used of each of its charges.
struct Used<'s> {
    sku: &'s Sku,
    prices: Vec<BTreeSet<usize>>,
}

/// The prices that stages use, by vendor and SKU.
pub(crate) fn prices<'s>(stages: impl Iterator<Item = &'s Stage>, sources: &Sources) -> Vec<SheetPrices> {
    let mut used: BTreeMap<&str, BTreeMap<&str, Used<'_>>> = BTreeMap::new();
    for item in stages.flat_map(|stage| &stage.line_items) {
        let LinePricing::Sku(line) = &item.pricing else { continue };
        let sku: &Sku = &line.sku;
        let of_vendor = used.entry(sku.vendor()).or_default();
        let none = || Used { sku, prices: vec![BTreeSet::new(); sku.charges.len()] };
        let of_sku = of_vendor.entry(sku.name_in_sheet()).or_insert_with(none);
        for (place, charge) in line.charges.iter().enumerate() {
            let Some(chosen) = &charge.chosen else { continue };
            of_sku.prices[place].extend(charge.charge.prices.iter().position(|terms| terms == chosen));
        }
    }
    let sheet = |(vendor, skus): (&str, BTreeMap<&str, Used<'_>>)| {
        let skus: Vec<Used<'_>> = skus.into_values().collect();
        SheetPrices { vendor: vendor.to_owned(), sheet: Sheet { currency: currency(&skus), sources }.table(&skus) }
    };
    used.into_iter().map(sheet).collect()
}

/// The currency of a sheet: that of its credits, which have no other, otherwise the first one of the prices that are written.
fn currency(skus: &[Used<'_>]) -> Currency {
    let of_credits = skus.iter().flat_map(|used| &used.sku.credits).map(|credit| credit.currency).next();
    let charges = skus.iter().flat_map(|used| used.sku.charges.iter().zip(&used.prices));
    let of_prices = charges.flat_map(|(charge, prices)| written(charge, prices)).map(|terms| terms.currency);
    of_credits.or(of_prices.min()).unwrap_or(Currency::USD)
}

/// The prices of a charge that are written: those that are used, otherwise the first one, which gives the currency.
fn written<'c>(charge: &'c Charge, used: &BTreeSet<usize>) -> Vec<&'c Terms> {
    if used.is_empty() {
        return charge.prices.first().map(|terms| &**terms).into_iter().collect();
    }
    used.iter().map(|place| &*charge.prices[*place]).collect()
}

struct Sheet<'s> {
    currency: Currency,
    sources: &'s Sources,
}

impl Sheet<'_> {
    fn table(&self, skus: &[Used<'_>]) -> Table {
        let mut table = Table::default();
        table.add("currency", Value::literal(self.currency));
        let hours = skus.iter().find_map(|used| used.sku.hours_per_month);
        table.add_some(
            "hours_per_month",
            hours.map(|length| match length.value {
                MonthLength::Hours(hours) => Value::number(hours),
                MonthLength::Calendar => Value::literal("calendar"),
            }),
        );
        let pools = skus.iter().flat_map(|used| &used.sku.charges).filter_map(|charge| charge.pool.as_deref());
        let pools: BTreeMap<&str, &Pool> = pools.map(|pool| (pool.name(), pool)).collect();
        let mut of_pools = Table::default();
        for (name, pool) in pools {
            let Pool { id: _, unit, included, span: _ } = pool;
            let mut of_pool = Table::default();
            of_pool.add("unit", Value::text(&*unit.label));
            of_pool.add_some("included", included.as_ref().map(|included| self.written(included)));
            of_pools.add(name, of_pool.into());
        }
        table.add_filled("pools", of_pools.into());
        let mut of_skus = Table::default();
        for used in skus {
            of_skus.add(used.sku.name_in_sheet(), self.sku(used).into());
        }
        table.add("skus", of_skus.into());
        table
    }

    fn written(&self, formula: &Formula) -> Value {
        Value::literal(formula.written(self.sources))
    }

    fn written_arc(&self, formula: Option<&Arc<Formula>>) -> Option<Value> {
        formula.map(|formula| self.written(formula))
    }

    fn sku(&self, used: &Used<'_>) -> Table {
        let sku = used.sku;
        // The hours of the month and the pools are written with the sheet; no cost depends on what a SKU is called.
        let Sku {
            id: _,
            vendor_len: _,
            name: _,
            category: _,
            description: _,
            keywords: _,
            specification: _,
            sale: _,
            addon_to: _,
            hours_per_month: _,
            scope: _,
            credits,
            inputs,
            charges,
            span: _,
            replaces: _,
        } = sku;
        let mut table = Table::default();
        table.add_filled("credits", Value::List(credits.iter().map(|of| credit(sku, of)).collect()));
        let mut of_inputs = Table::default();
        for SkuInput { name, description: _, unit, default_usage } in inputs {
            let mut of_input = Table::default();
            of_input.add("unit", Value::text(&*unit.label));
            of_input.add_some("usage", self.written_arc(default_usage.as_ref()));
            of_inputs.add(&**name, of_input.into());
        }
        table.add_filled("inputs", of_inputs.into());
        let charges = charges.iter().zip(&used.prices).map(|(charge, prices)| self.charge(sku, charge, prices));
        table.add("charges", Value::List(charges.collect()));
        table
    }

    fn charge(&self, sku: &Sku, charge: &Charge, used: &BTreeSet<usize>) -> Value {
        // What is included is written with each price.
        let Charge {
            meter,
            description: _,
            unit,
            each,
            base,
            default_usage,
            billed_usage,
            tier_by,
            minimum_usage,
            maximum_usage,
            usage_rounding,
            cost_rounding,
            period: of_flat,
            included: _,
            pool,
            prices,
            span: _,
        } = charge;
        let prices: Vec<&Terms> = used.iter().map(|place| &*prices[*place]).collect();
        let mut table = Table::default();
        table.add("meter", Value::text(&**meter));
        table.add_some("unit", unit.as_ref().map(|unit| Value::text(&*unit.label)));
        let published = prices.iter().find(|terms| !terms.pricing.is_quote());
        table.add("model", Value::literal(model(charge, published.copied()).as_str()));
        table.add_some("each", each.then(|| Value::literal(true)));
        table.add_some("usage", self.written_arc(default_usage.as_ref()));
        table.add_some("billed_usage", self.written_arc(billed_usage.as_ref()));
        table.add_some("tier_by", self.written_arc(tier_by.as_ref()));
        table.add_some("minimum_usage", self.written_arc(minimum_usage.as_ref()));
        table.add_some("maximum_usage", self.written_arc(maximum_usage.as_ref()));
        if let Some(Rounding { to, direction }) = usage_rounding {
            table.add(format!("round_usage_{}_to", direction.as_str()), Value::number(*to));
        }
        table.add_some("round_cost_to", cost_rounding.map(rounding));
        table.add_some("pool", pool.as_deref().map(|pool| Value::text(pool.name())));
        table.add_some("of", base.map(|base| Value::text(base.word(sku))));
        table.add_some("period", Some(*of_flat).filter(|of| *of != Period::MONTH).map(period));
        let prices: Vec<Value> = if prices.is_empty() {
            vec![self.no_price(charge)]
        } else {
            prices.into_iter().map(|terms| self.terms(terms).into()).collect()
        };
        table.add("prices", Value::List(prices));
        table.into()
    }

    /// The entry for a price that is unknown or replaced by an agreed one.
    fn no_price(&self, charge: &Charge) -> Value {
        let listed = charge.prices.first().map(|terms| &**terms);
        let mut table = Table::default();
        let other = listed.map(|terms| terms.currency).filter(|currency| *currency != self.currency);
        table.add_some("currency", other.map(Value::literal));
        table.add("price", Value::literal(Pricing::QUOTE));
        table.add_some(
            "included",
            self.written_arc(listed.map_or(charge.included.as_ref(), |terms| terms.included.as_ref())),
        );
        cite(&mut table, listed.and_then(|terms| terms.citation.as_deref()));
        table.into()
    }

    fn terms(&self, terms: &Terms) -> Table {
        // Only an agreed price says what it buys.
        let Terms {
            effective_from,
            effective_to,
            ordered_from,
            ordered_to,
            when,
            included,
            currency,
            pricing,
            commitment: committed,
            minimum,
            cap,
            includes_tax,
            buys: _,
            citation,
            span: _,
        } = terms;
        let mut table = Table::default();
        let mut options = Table::default();
        for (name, value) in when {
            options.add(&**name, Value::text(&**value));
        }
        table.add_filled("when", options.into());
        table.add_some("effective_from", effective_from.map(Value::literal));
        table.add_some("effective_to", effective_to.map(Value::literal));
        table.add_some("ordered_from", ordered_from.map(Value::literal));
        table.add_some("ordered_to", ordered_to.map(Value::literal));
        table.add_some("currency", Some(currency).filter(|other| **other != self.currency).map(Value::literal));
        add_price(&mut table, pricing);
        table.add_some("included", self.written_arc(included.as_ref()));
        table.add_some("minimum", minimum.map(Value::number));
        table.add_some("cap", cap.map(Value::number));
        table.add_some("commitment", committed.map(commitment));
        table.add_some("includes_tax", includes_tax.map(Value::number));
        cite(&mut table, citation.as_deref());
        table
    }
}

/// The keys of the price itself.
fn add_price(table: &mut Table, pricing: &Pricing) {
    match pricing {
        Pricing::Flat { price: of, .. } => {
            table.add("price", price(*of));
        }
        Pricing::PerUnit { price: of, per } | Pricing::Package { price: of, per } => {
            table.add("price", price(*of));
            table.add_some("per", (*per != Decimal::ONE).then(|| Value::number(*per)));
        }
        Pricing::Graduated { tiers: of, per } | Pricing::Volume { tiers: of, per } => {
            table.add("tiers", tiers(of, "price", Value::number));
            table.add_some("per", (*per != Decimal::ONE).then(|| Value::number(*per)));
        }
        Pricing::Percentage(of) => match &of[..] {
            [Tier { up_to: None, price, flat }] if flat.is_zero() => {
                table.add("percent", part(*price));
            }
            _ => {
                table.add("tiers", tiers(of, "percent", part));
            }
        },
        Pricing::Quote => {
            table.add("price", Value::literal(Pricing::QUOTE));
        }
    }
}

/// A part of another cost; more than all of it is written with its `%`.
fn part(of: Decimal) -> Value {
    if of > Decimal::ONE { Value::literal(exact_percent(of)) } else { Value::number(of) }
}

fn cite(table: &mut Table, citation: Option<&Citation>) {
    let Some(Citation { source, retrieved_on, trust, note: _ }) = citation else { return };
    table.add("source", Value::text(&**source)).add("retrieved_on", Value::literal(retrieved_on));
    table.add("trust", Value::literal(trust.as_str()));
}

/// The model of a charge: that of a price, otherwise one that the charge may have.
fn model(charge: &Charge, terms: Option<&Terms>) -> PriceModel {
    let of_price = terms.and_then(|terms| terms.pricing.model());
    of_price.unwrap_or(match (charge.base, &charge.unit) {
        (Some(_), _) => PriceModel::Percentage,
        (None, None) => PriceModel::Flat,
        (None, Some(_)) => PriceModel::PerUnit,
    })
}

fn period(of: Period) -> Value {
    Value::literal(if of.months == 12 {
        "year".to_owned()
    } else if of.months.is_multiple_of(12) {
        format!("{} years", of.months / 12)
    } else {
        format!("{} months", of.months)
    })
}

fn price(of: Price) -> Value {
    if of.low == of.high {
        return Value::number(of.expected);
    }
    let mut table = Table::default();
    table.add("low", Value::number(of.low)).add("expected", Value::number(of.expected));
    table.add("high", Value::number(of.high));
    table.into()
}

fn tiers(of: &[Tier], key: &str, written: fn(Decimal) -> Value) -> Value {
    let tier = |Tier { up_to, price, flat }: &Tier| {
        let mut table = Table::default();
        table.add_some("up_to", up_to.map(Value::number));
        table.add(key, written(*price));
        table.add_some("flat", (!flat.is_zero()).then(|| Value::number(*flat)));
        table.into()
    };
    Value::List(of.iter().map(tier).collect())
}

pub(crate) fn commitment(Commitment { usage, overage_factor, true_up }: Commitment) -> Value {
    let mut table = Table::default();
    table.add("usage", Value::number(usage)).add("overage_factor", Value::number(overage_factor));
    table.add("true_up", Value::literal(true_up));
    table.into()
}

fn credit(sku: &Sku, of: &SkuCredit) -> Value {
    // The currency is that of the sheet.
    let SkuCredit { reason, amount, currency: _, skus, from, until, span: _ } = of;
    let mut table = Table::default();
    table.add("reason", Value::text(&**reason)).add("amount", Value::number(*amount));
    let names = skus.iter().map(|id| Value::text(id.strip_prefix(sku.vendor()).map_or(&**id, |name| &name[1..])));
    table.add("skus", Value::List(names.collect()));
    table.add_some("from", from.map(Value::literal)).add_some("until", until.map(Value::literal));
    table.into()
}

pub(crate) fn rounding(Rounding { to, direction }: Rounding) -> Value {
    let mut table = Table::default();
    table.add("to", Value::number(to));
    if direction != Direction::Nearest {
        table.add("direction", Value::literal(direction.as_str()));
    }
    table.into()
}
