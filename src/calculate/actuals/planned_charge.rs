//! What a charge of a plan would be on a bill: rows whose price times their quantity is their cost, to the last digit.

use rust_decimal::Decimal;

use crate::calculate::cost::trace::PricedPart;
use crate::calculate::fault::Fault;
use crate::model::{ChargeLine, Currency, Fraction, Stage, Terms, exact_product, subtract};

/// The decimals that a converted price keeps where it does not end: the first number of them with which price times
/// quantity has at most 28 digits.
const PRICE_DECIMALS: [u32; 4] = [20, 16, 12, 8];

/// The price of a row of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillPrice {
    /// How many times the price is paid.
    pub quantity: Decimal,
    /// How many units of usage one price buys; zero where it buys none, such as a month.
    pub per: Decimal,
    /// The price that is paid, in the reporting currency.
    pub contracted: Decimal,
    /// The list price, in the reporting currency: that of the vendor where another one is agreed.
    pub list: Decimal,
    /// The price that is paid, in the currency of the vendor.
    pub native: Decimal,
    /// The list price, in the currency of the vendor.
    pub native_list: Decimal,
}

impl BillPrice {
    /// An amount that is paid once, in both currencies.
    pub(super) fn once(amount: Decimal, native: Decimal) -> Self {
        Self {
            quantity: Decimal::ONE,
            per: Decimal::ZERO,
            contracted: amount,
            list: amount,
            native,
            native_list: native,
        }
    }
}

/// What amounts of a price are multiplied by: without the tax that they include, and from that into the reporting currency.
struct Factor {
    net: Fraction,
    rate: Fraction,
}

/// An amount in the currency of the vendor and in the reporting currency.
struct Converted {
    native: Fraction,
    price: Fraction,
}

impl Factor {
    fn apply(&self, price: &Fraction) -> Result<Converted, Fault> {
        let native = price.multiply(&self.net)?;
        Ok(Converted { price: native.multiply(&self.rate)?, native })
    }
}

/// A row of a charge.
#[derive(Clone, Debug)]
pub(super) struct ChargeRow {
    pub(super) label: Option<String>,
    pub(super) price: BillPrice,
    pub(super) consumed: Option<Decimal>,
    pub(super) cost: Decimal,
}

/// A charge with what it was computed from.
pub(super) struct BilledAs<'a> {
    pub(super) stage: &'a Stage,
    /// The charge of a SKU; `None` for a plain cost.
    pub(super) line: Option<&'a ChargeLine>,
    /// The currency of its prices.
    pub(super) currency: Currency,
    pub(super) parts: &'a [PricedPart],
    /// The parts at list prices, where a price is agreed.
    pub(super) list: &'a [PricedPart],
    /// How many units of the SKU the parts are for.
    pub(super) quantity: Fraction,
    /// The usage of all of them, in pricing units, if it is counted.
    pub(super) consumed: Option<Fraction>,
    /// The cost, in the reporting currency.
    pub(super) cost: Fraction,
}

impl BilledAs<'_> {
    /// The rows: one for each part, and one for what is included. It is one amount where the prices do not give the cost,
    /// since a minimum, a cap, a technique or a rounding applies.
    pub(super) fn rows(&self) -> Result<Vec<ChargeRow>, Fault> {
        let factor = self.factor(self.line.and_then(|line| line.terms()))?;
        let mut sum = Fraction::ZERO;
        for part in self.parts {
            let price = factor.apply(&part.price)?.price;
            sum = sum.add(&part.units.multiply(&self.quantity)?.multiply(&price)?)?;
        }
        let mut rows = Vec::new();
        if sum == self.cost {
            for (place, part) in self.parts.iter().enumerate() {
                let price = factor.apply(&part.price)?;
                rows.extend(self.row(part, &price, self.list_price(place, part)?.as_ref().unwrap_or(&price))?);
            }
        } else {
            rows.push(self.whole(&self.cost)?);
        }
        self.consume(rows)
    }

    /// What amounts of the prices are multiplied by.
    fn factor(&self, terms: Option<&std::sync::Arc<Terms>>) -> Result<Factor, Fault> {
        let one = Fraction::from(Decimal::ONE);
        let rate = match self.stage.rate(terms.map_or(self.currency, |terms| terms.currency)) {
            Some(rate) => rate.convert(&one)?,
            None => one.clone(),
        };
        let net = match terms.and_then(|terms| terms.includes_tax) {
            Some(tax) => one.divide(&one.add(&tax.into())?)?,
            None => one,
        };
        Ok(Factor { net, rate })
    }

    /// The list price of a part; `None` where the paid price is the list price, or the list has other parts.
    fn list_price(&self, place: usize, part: &PricedPart) -> Result<Option<Converted>, Fault> {
        let is_same = |list: &&PricedPart| list.units == part.units && list.per == part.per;
        let terms = self.line.and_then(|line| line.list.as_ref());
        let is_alike =
            self.list.len() == self.parts.len() && terms.is_some_and(|terms| terms.currency == self.currency);
        let Some(list) = self.list.get(place).filter(is_same).filter(|_| is_alike) else { return Ok(None) };
        self.factor(terms)?.apply(&list.price).map(Some)
    }

    /// The row of a part at its price; none for no units.
    fn row(&self, part: &PricedPart, price: &Converted, list: &Converted) -> Result<Option<ChargeRow>, Fault> {
        let units = part.units.multiply(&self.quantity)?;
        if units.is_zero() {
            return Ok(None);
        }
        let quantity = units.exact();
        let found = quantity.map(|quantity| price_of(&price.price, quantity)).transpose()?.flatten();
        let (Some(quantity), Some((contracted, cost))) = (quantity, found) else {
            return self.whole(&units.multiply(&price.price)?).map(Some);
        };
        let of_list = price_of(&list.price, quantity)?.map_or(contracted, |(list, _)| list);
        let (native, native_list) = (price.native.to_decimal()?, list.native.to_decimal()?);
        let price = BillPrice { quantity, per: part.per, contracted, list: of_list, native, native_list };
        Ok(Some(ChargeRow { label: part.tier.clone(), price, consumed: None, cost }))
    }

    /// An amount as one row.
    fn whole(&self, cost: &Fraction) -> Result<ChargeRow, Fault> {
        let native = match self.stage.rate(self.currency) {
            Some(rate) => rate.convert_back(cost)?,
            None => cost.clone(),
        };
        let cost = cost.to_decimal()?;
        Ok(ChargeRow { label: None, price: BillPrice::once(cost, native.to_decimal()?), consumed: None, cost })
    }

    /// The rows with what is consumed of each; what none of them bills is included in the price, and is the first row.
    fn consume(&self, mut rows: Vec<ChargeRow>) -> Result<Vec<ChargeRow>, Fault> {
        let Some(all) = &self.consumed else { return Ok(rows) };
        let mut left = all.to_decimal()?;
        let mut billed = Fraction::ZERO;
        for row in &rows {
            billed = billed.add(&Fraction::from(row.price.quantity).multiply(&row.price.per.into())?)?;
        }
        let included = all.subtract(&billed)?;
        let is_by_unit = rows.iter().all(|row| !row.price.per.is_zero());
        if is_by_unit && !included.is_negative() && !included.is_zero() {
            let quantity = included.to_decimal()?;
            let price = BillPrice { quantity, per: Decimal::ONE, ..BillPrice::once(Decimal::ZERO, Decimal::ZERO) };
            let label = Some("included".to_owned());
            rows.insert(0, ChargeRow { label, price, consumed: None, cost: Decimal::ZERO });
        }
        let last = rows.len().saturating_sub(1);
        for (place, row) in rows.iter_mut().enumerate() {
            let units = Fraction::from(row.price.quantity).multiply(&row.price.per.into())?.to_decimal()?;
            let consumed = if place == last { left } else { units.min(left) };
            left = subtract(left, consumed)?;
            row.consumed = Some(consumed);
        }
        Ok(rows)
    }
}

/// A price with the cost of a quantity of it, exactly; a price that does not end is cut off. `None` where their product
/// has too many digits.
fn price_of(price: &Fraction, quantity: Decimal) -> Result<Option<(Decimal, Decimal)>, Fault> {
    let with_cost = |price: Decimal| exact_product(price, quantity).map(|cost| (price, cost));
    if let Some(exact) = price.exact() {
        return Ok(with_cost(exact));
    }
    for decimals in PRICE_DECIMALS {
        let shift = Fraction::from(Decimal::ONE).divide(&Decimal::new(1, decimals).into())?;
        let cut = price.multiply(&shift)?.floor()?.divide(&shift)?;
        if let Some(found) = cut.exact().and_then(with_cost) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
