//! What is due in a month of a forecast: the bills with their tax, and what credits pay of them.

use rust_decimal::Decimal;

use crate::calculate::charge::currency::convert;
use crate::calculate::charge::exact::ExactCost;
use crate::calculate::cost::costing::Costing;
use crate::calculate::cost::tax::{Bill, tax_on};
use crate::calculate::cost::trace::{Subject, Unobserved};
use crate::calculate::fault::Fault;
use crate::model::{Deduction, Fraction, Stage, add, subtract};

/// What is due in a month, and what of it no credit has paid yet.
#[derive(Debug, Default)]
pub(crate) struct Due {
    /// The bills of the running stage.
    bills: Vec<DueBill>,
    /// The running costs before tax: the bills, the buffer and an overlap.
    net: Decimal,
    /// The tax on all bills.
    tax: Decimal,
}

/// A bill for a line item.
#[derive(Debug)]
struct DueBill {
    line_item: usize,
    vendor: Option<Box<str>>,
    net: Decimal,
    tax: Decimal,
}

/// The bills that a credit is for.
pub(crate) enum CreditScope<'s> {
    /// All running costs.
    All,
    /// The bills of a vendor.
    Vendor(&'s str),
    /// The bills for the line items with `true`, by place.
    LineItems(&'s [bool]),
}

impl Due {
    /// The bills of a stage whose known rows cost what `costing` says, and `more` by the places of line items that are
    /// paid in advance. `net` are all running costs before tax, and `tax` is the tax on them.
    pub(crate) fn of(stage: &Stage, bills: &[Bill], net: Decimal, tax: Decimal) -> Result<Self, Fault> {
        let due = |bill: &Bill| {
            let item = &stage.line_items[bill.line_item];
            let rate = stage.tax.as_ref().and_then(|tax| tax.rate_on(item));
            let rate = rate.map_or(Decimal::ZERO, |rate| rate.value);
            let tax = Fraction::from(bill.net).multiply(&rate.into())?.to_decimal()?;
            let vendor = item.vendor().map(Box::from);
            Ok::<_, Fault>(DueBill { line_item: bill.line_item, vendor, net: bill.net, tax })
        };
        let bills = bills.iter().map(due).collect::<Result<Vec<_>, Fault>>()?;
        Ok(Self { bills, net, tax })
    }

    /// Pays bills with at most `balance`, before tax or with it. Returns what is used of the balance.
    pub(crate) fn pay(
        &mut self,
        balance: Decimal,
        scope: &CreditScope<'_>,
        is_after_tax: bool,
    ) -> Result<Decimal, Fault> {
        let net = pay_part(&mut self.net, &mut self.bills, |bill| &mut bill.net, balance, scope)?;
        if !is_after_tax {
            return Ok(net);
        }
        let rest = subtract(balance, net)?;
        let tax = pay_part(&mut self.tax, &mut self.bills, |bill| &mut bill.tax, rest, scope)?;
        Ok(add(net, tax)?)
    }

    /// What the monthly credits of a stage after its tax pay.
    pub(crate) fn pay_with_credits_of(&mut self, stage: &Stage) -> Result<Decimal, Fault> {
        let mut all = Decimal::ZERO;
        for credit in stage.tax.iter().flat_map(|tax| &tax.credits) {
            let Deduction::Amount { amount, currency } = credit.off else { continue };
            let amount = ExactCost { value: amount.into(), currency };
            let amount = convert(stage, amount, Subject::CreditsAfterTax, &mut Unobserved)?.value.to_decimal()?;
            let fits = |(place, item)| credit.on.fits(place, item);
            let line_items: Vec<bool> = stage.line_items.iter().enumerate().map(fits).collect();
            all = add(all, self.pay(amount, &CreditScope::LineItems(&line_items), true)?)?;
        }
        Ok(all)
    }
}

/// Pays the net amounts or the taxes of bills. A credit for all running costs takes from their sum alone.
fn pay_part(
    sum: &mut Decimal,
    bills: &mut [DueBill],
    amount: fn(&mut DueBill) -> &mut Decimal,
    balance: Decimal,
    scope: &CreditScope<'_>,
) -> Result<Decimal, Fault> {
    let mut rest = balance.min(*sum).max(Decimal::ZERO);
    let mut used = rest;
    let fits = |bill: &DueBill| match scope {
        CreditScope::All => false,
        CreditScope::Vendor(vendor) => bill.vendor.as_deref() == Some(*vendor),
        CreditScope::LineItems(line_items) => line_items.get(bill.line_item) == Some(&true),
    };
    if !matches!(scope, CreditScope::All) {
        for bill in bills.iter_mut().filter(|bill| fits(bill)) {
            let due = amount(bill);
            let paid = rest.min(*due).max(Decimal::ZERO);
            (*due, rest) = (subtract(*due, paid)?, subtract(rest, paid)?);
        }
        used = subtract(used, rest)?;
    }
    *sum = subtract(*sum, used)?;
    Ok(used)
}

/// The bills for the known rows of a stage, each changed by what is paid in advance or has been.
pub(crate) fn bills(stage: &Stage, costing: &Costing, change: &[(usize, Decimal)]) -> Result<Vec<Bill>, Fault> {
    let known = stage.rows(&costing.line_items).filter(|(_, _, line)| line.is_known);
    let bill = |(line_item, _, line): (usize, _, &crate::calculate::cost::costing::LineCost)| {
        let of_line = change.iter().filter(|(place, _)| *place == line_item);
        let net = of_line.into_iter().try_fold(line.monthly, |sum, (_, change)| add(sum, *change))?;
        Ok(Bill { line_item, net })
    };
    known.map(bill).collect()
}

/// The tax on bills; zero without a tax.
pub(crate) fn tax_of(stage: &Stage, bills: &[Bill]) -> Result<Decimal, Fault> {
    let Some(tax) = &stage.tax else { return Ok(Decimal::ZERO) };
    let rates = tax_on(stage, tax, bills, &mut Unobserved)?;
    Ok(rates.iter().try_fold(Decimal::ZERO, |sum, of| add(sum, of.tax))?)
}
