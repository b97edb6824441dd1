//! Agreed prices: negotiated prices of a manifest that replace list prices.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Charge, Currency, Formula, Fraction, Period, Pricing, PricingUnit, Sku, Terms, multiply};
use crate::parse::{AgreedAmountRaw, AmountRaw, FormulaRaw, ScalarOr};
use crate::resolve::formula;
use crate::source::Spanned;

/// Resolves the terms of an agreed price. It replaces the list's price, tiers, minimum and cap, and its allowance if
/// the manifest gives one.
pub(crate) fn agreed_terms(
    raw: &ScalarOr<AmountRaw, AgreedAmountRaw>,
    sku: &Sku,
    charge: &Charge,
    listed: Option<&Terms>,
    manifest_currency: Currency,
    problems: &mut Problems,
) -> Option<Terms> {
    let (amount, table) = match raw {
        ScalarOr::Scalar(amount) => (amount, None),
        ScalarOr::Table(table) => (&table.price, Some(table)),
    };
    let included = table.and_then(|table| table.included.as_ref());
    let commitment = table.and_then(|table| table.commitment.as_ref());
    crate::resolve::checks::not_negative(Some(Spanned::new(amount.number, amount.span)), problems)?;
    let of_sheet = listed.or(charge.prices.first().map(|terms| &**terms)).map(|terms| terms.currency);
    let bare = of_sheet.unwrap_or(manifest_currency);
    let currency = crate::resolve::amount::currency(amount.currency, bare, amount.span, problems)?;
    let pricing = agreed_pricing(amount, currency, charge, listed, problems)?;
    let included = agreed_allowance(included, sku, charge, listed, problems)?;
    let takes_commitment = pricing.model().is_some_and(|model| model.traits().takes_commitment);
    let commitment = match commitment {
        Some(raw) if takes_commitment => {
            Some(crate::resolve::prices::price::commitment(raw, charge.unit.as_ref(), problems)?)
        }
        Some(raw) => {
            let message = "a `commitment` needs a price per unit";
            problems.push(Diagnostic::at(Code::ConflictingKeys, raw.span, message, "remove this"));
            return None;
        }
        None => None,
    };
    Some(Terms {
        effective_from: None,
        effective_to: None,
        ordered_from: None,
        ordered_to: None,
        when: Box::default(),
        included,
        currency,
        pricing,
        commitment,
        minimum: None,
        cap: None,
        includes_tax: crate::resolve::prices::price::tax_rate(table.and_then(|table| table.includes_tax), problems),
        buys: amount.per.clone(),
        citation: None,
        span: amount.span,
    })
}

/// The allowance of an agreed price: its own, or that of the list. `None` if it may have none.
#[allow(clippy::option_option, reason = "no allowance is one of the answers")]
fn agreed_allowance(
    included: Option<&FormulaRaw>,
    sku: &Sku,
    charge: &Charge,
    listed: Option<&Terms>,
    problems: &mut Problems,
) -> Option<Option<Arc<Formula>>> {
    if let (Some(included), Some(pool)) = (included, charge.pool.as_ref().filter(|pool| pool.included.is_some())) {
        let message = format!("the allowance of this charge belongs to the account, in the pool `{}`", pool.name());
        let diagnostic = Diagnostic::at(Code::ConflictingKeys, included.span, message, "remove this");
        problems.push(diagnostic.and_at(pool.span, "this pool"));
        return None;
    }
    Some(match (included, &charge.unit) {
        (Some(included), Some(unit)) => {
            Some(Arc::new(formula::compile_allowance(included, &sku.scope, unit, problems)?))
        }
        (Some(included), None) => {
            let message = "a flat charge cannot have an allowance";
            problems.push(Diagnostic::at(Code::ConflictingKeys, included.span, message, "remove this"));
            return None;
        }
        (None, _) => listed.map_or(&charge.included, |listed| &listed.included).clone(),
    })
}

fn agreed_pricing(
    amount: &AmountRaw,
    currency: Currency,
    charge: &Charge,
    listed: Option<&Terms>,
    problems: &mut Problems,
) -> Option<Pricing> {
    let price = amount.number.into();
    if let Some(period) = amount.per.as_deref().and_then(Period::parse) {
        return Some(Pricing::Flat { price, period });
    }
    let basis = Basis { amount, currency, meter: &charge.meter };
    let wrong = match (amount.per.as_deref(), &charge.unit) {
        (Some(written), Some(unit)) => match PricingUnit::parse(written).filter(|of| of.is_kind_of(unit)) {
            Some(of) => match Fraction::new(of.factor, unit.factor).map(|per| per.exact()) {
                Ok(Some(per)) => return Some(Pricing::PerUnit { price, per }),
                _ => {
                    let label = format!("not an exact number of {}", unit.label);
                    basis.wrong(label, format!("write the price per {}", unit.label))
                }
            },
            None => basis.other(format!("the charge is counted in {}", unit.label), [&unit.label, "month"]),
        },
        (Some(_), None) => basis.other("the charge is flat".to_owned(), ["month", "year"]),
        (None, None) if charge.period == Period::MONTH => {
            return Some(Pricing::Flat { price, period: Period::MONTH });
        }
        (None, None) => basis.unwritten(charge.period.to_string().trim_start_matches("a ")),
        (None, Some(unit)) => match listed {
            Some(Terms { pricing: Pricing::PerUnit { per, .. }, cap: None, minimum: None, .. })
                if !unit.counts_time() && multiply(*per, Decimal::ONE) == Ok(Decimal::ONE) =>
            {
                return Some(Pricing::PerUnit { price, per: Decimal::ONE });
            }
            _ => basis.unwritten(&unit.label),
        },
    };
    problems.push(wrong);
    None
}

/// An agreed price whose unit or period is missing or does not suit the charge.
struct Basis<'r> {
    amount: &'r AmountRaw,
    currency: Currency,
    meter: &'r str,
}

impl Basis<'_> {
    fn wrong(&self, label: String, help: String) -> Diagnostic {
        let message = format!("the agreed price of `{}` must name its unit or period", self.meter);
        Diagnostic::at(Code::AgreedPriceBasis, self.amount.span, message, label).help(help)
    }

    /// The price for one of these units or periods: `36 USD/hour`.
    fn per(&self, basis: &str) -> String {
        format!("{} {}/{basis}", self.amount.number, self.currency)
    }

    /// The unit or period is another than what the charge has.
    fn other(&self, label: String, [one, other]: [&str; 2]) -> Diagnostic {
        self.wrong(label, format!("write `{}` or `{}`", self.per(one), self.per(other)))
    }

    /// No unit or period is written: it could be that of the charge, or a month.
    fn unwritten(&self, of_charge: &str) -> Diagnostic {
        let question = format!("{} or {}?", self.per(of_charge), self.per("month"));
        self.other(question, [of_charge, "month"])
    }
}
