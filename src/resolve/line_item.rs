//! Line items: a plain cost, or a SKU with its usage and its agreed prices.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::exchange_rates::Conversions;
use super::formula;
use super::price_sheet::PriceBook;
use super::request::Request;
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    CategoryId, Charge, ChargeLine, Currency, Dimension, Fraction, LineDetails, LineItem, LinePricing, Period,
    PlainCost, Pricing, PricingUnit, Scope, Setting, Sku, SkuLine, Terms, Usage, multiply,
};
use crate::parse::{
    AgreedAmountRaw, AgreedPricesRaw, AmountRaw, FormulaRaw, LineItemRaw, Mapping, ScalarOr, UsageRuleRaw,
};
use crate::source::{Span, Spanned};

/// What all line items of a stage are resolved against.
pub(super) struct LineContext<'s, 'b> {
    pub(super) scope: &'s Scope,
    pub(super) book: &'b PriceBook,
    pub(super) request: &'s Request,
    pub(super) currency: Currency,
    pub(super) hours_per_month: Setting<Decimal>,
    pub(super) conversions: &'s mut Conversions<'b>,
}

impl LineContext<'_, '_> {
    /// Resolves one line item.
    pub(super) fn line_item(
        &mut self,
        raw: LineItemRaw,
        category: CategoryId,
        problems: &mut Problems,
    ) -> Option<LineItem> {
        let quantity = match &raw.quantity {
            Some(quantity) => Some(formula::compile_plain(quantity, self.scope, "a quantity", problems)?),
            None => None,
        };
        let details = (!raw.features.is_empty() || raw.note.is_some()).then(|| {
            Box::new(LineDetails {
                features: raw.features.into_iter().map(|feature| feature.value.into()).collect(),
                note: raw.note.map(|note| note.value.into()),
            })
        });
        let pricing = match (raw.sku, raw.cost) {
            (Some(sku), None) => {
                if let Some(vendor) = raw.vendor {
                    let message = "the SKU names the vendor already";
                    problems.push(Diagnostic::at(Code::ConflictingKeys, vendor.span, message, "remove this"));
                }
                let wishes = Wishes { usage: raw.usage, other_usage: raw.other_usage, agreed: raw.agreed_price };
                LinePricing::Sku(Box::new(self.sku_line(&sku, wishes, problems)?))
            }
            (None, Some(cost)) => {
                let only_with_sku = [
                    ("usage", raw.usage.map(|usage| usage.span)),
                    ("other_usage", raw.other_usage.map(|rule| rule.span)),
                    ("agreed_price", raw.agreed_price.map(|agreed| agreed.span)),
                ];
                for (key, span) in only_with_sku {
                    if let Some(span) = span {
                        let message = format!("`{key}` goes with a SKU, and this line item has a plain `cost`");
                        problems.push(Diagnostic::at(Code::ConflictingKeys, span, message, "remove this"));
                    }
                }
                LinePricing::Cost(self.plain_cost(&cost, raw.vendor, problems)?)
            }
            (Some(sku), Some(cost)) => {
                let message = "a line item has a `sku` or a `cost`, not both";
                let diagnostic = Diagnostic::at(Code::ConflictingKeys, cost.span, message, "this");
                problems.push(diagnostic.and_at(sku.span, "or this"));
                return None;
            }
            (None, None) => {
                let message = format!("the line item `{}` needs a `sku` or a `cost`", raw.name.value);
                let diagnostic =
                    Diagnostic::at(Code::MissingKey, raw.name.span, message, "costs nothing that anyone knows");
                problems.push(diagnostic.help("write `cost: 10` for a plain monthly amount"));
                return None;
            }
        };
        Some(LineItem { name: raw.name.value.into(), category, quantity, pricing, details, span: raw.span })
    }

    fn plain_cost(
        &mut self,
        raw: &FormulaRaw,
        vendor: Option<Spanned<String>>,
        problems: &mut Problems,
    ) -> Option<PlainCost> {
        let amount = formula::compile(raw, self.scope, problems)?;
        let dimension = amount.dimension;
        let currency = match dimension.money {
            Some((currency, 1)) if dimension == Dimension::money(currency) => currency,
            None if dimension == Dimension::PLAIN => self.currency,
            _ => {
                let message = format!("a cost is an amount of money, and this is {dimension}");
                problems.push(Diagnostic::at(Code::UnitMismatch, raw.span, message, dimension.to_string()));
                return None;
            }
        };
        if amount.literal().is_some_and(|amount| amount < Decimal::ZERO) {
            let message = "a cost is at least zero";
            problems.push(Diagnostic::at(Code::NegativeAmount, raw.span, message, "below zero"));
            return None;
        }
        self.conversions.need(currency, raw.span, problems)?;
        Some(PlainCost { amount, currency, vendor: vendor.map(|vendor| vendor.value.into()) })
    }

    fn sku_line(&mut self, id: &Spanned<String>, wishes: Wishes, problems: &mut Problems) -> Option<SkuLine> {
        let vendor = id.value.split_once('/').map(|(vendor, _)| vendor);
        if vendor.is_some_and(|vendor| self.book.unreadable.iter().any(|known| known == vendor)) {
            // What is wrong with the sheet has been reported; what the line item asks of it cannot be checked.
            return None;
        }
        let Some(sku) = self.book.sku(&id.value) else {
            let unknown = self.unknown_sku(id, problems);
            problems.push(unknown);
            return None;
        };
        let mut usage = wishes.usage.map(|usage| usage.entries).unwrap_or_default();
        let agreed = wishes.agreed.filter(|_| !self.request.list_prices);
        let (mut prices, reason) = match agreed {
            Some(agreed) => (agreed.prices, Some(agreed.reason.value.into())),
            None => (Vec::new(), None),
        };
        let before = problems.len();
        let mut charges = Vec::with_capacity(sku.charges.len());
        for charge in &sku.charges {
            let given = take(&mut usage, &charge.meter);
            let agreed = take(&mut prices, &charge.meter);
            charges.extend(self.charge_line(id.span, sku, charge, given, wishes.other_usage, agreed, problems));
        }
        let left_over = usage.iter().map(|(name, _)| name).chain(prices.iter().map(|(name, _)| name));
        for name in left_over {
            let message = format!("`{}` has no meter `{}`", sku.id, name.value);
            let diagnostic = Diagnostic::at(Code::UnknownMeter, name.span, message, "");
            problems.push(diagnostic.suggest(&name.value, sku.charges.iter().map(|charge| &*charge.meter)));
        }
        let hours_per_month = match (self.hours_per_month.span, sku.hours_per_month) {
            (None, Some(hours)) => Setting::from(hours),
            _ => self.hours_per_month,
        };
        let line = SkuLine { sku: Arc::clone(sku), charges, hours_per_month, reason, span: id.span };
        (problems.len() == before).then_some(line)
    }

    fn unknown_sku(&self, id: &Spanned<String>, problems: &Problems) -> Diagnostic {
        let vendor = id.value.split_once('/').map(|(vendor, _)| vendor);
        match vendor {
            Some(vendor) if self.book.vendors.iter().any(|known| known == vendor) => {
                let message = format!("no price sheet has the SKU `{}`", id.value);
                let label = format!("not in pricing/{vendor}.toml");
                let diagnostic = Diagnostic::at(Code::UnknownSku, id.span, message, label);
                if problems.are_many() { diagnostic } else { diagnostic.suggest(&id.value, self.book.skus_of(vendor)) }
            }
            Some(vendor) => {
                let message = format!("there is no price sheet for the vendor `{vendor}`");
                Diagnostic::at(Code::UnknownSku, id.span, message, "")
                    .suggest(vendor, self.book.vendors.iter().map(String::as_str))
            }
            None => {
                let message = format!("`{}` is not the id of a SKU", id.value);
                Diagnostic::at(Code::UnknownSku, id.span, message, "").help("a SKU is named `vendor/sku`")
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what the manifest says of one charge, and where to report")]
    fn charge_line(
        &mut self,
        named_at: Span,
        sku: &Sku,
        charge: &Charge,
        given: Option<FormulaRaw>,
        rule: Option<Spanned<UsageRuleRaw>>,
        agreed: Option<ScalarOr<AmountRaw, AgreedAmountRaw>>,
        problems: &mut Problems,
    ) -> Option<ChargeLine> {
        let usage = match (&charge.unit, given) {
            (None, Some(given)) => {
                let message = format!("`{}` is flat and takes no usage", charge.meter);
                problems.push(Diagnostic::at(Code::UnknownMeter, given.span, message, "remove this"));
                return None;
            }
            (None, None) => Usage::Flat,
            (Some(unit), Some(given)) => Usage::Given(formula::compile_usage(&given, self.scope, unit, problems)?),
            (Some(_), None) => match (&charge.default_usage, rule) {
                (Some(usage), _) => Usage::Default(usage.clone()),
                (None, Some(rule)) => match rule.value {
                    UsageRuleRaw::WithinAllowance => Usage::WithinAllowance(rule.span),
                },
                (None, None) => Usage::Unknown,
            },
        };
        let as_of = self.request.as_of;
        let listed = charge.prices.iter().find(|price| price.holds_on(as_of)).map(Arc::clone);
        let list = listed.clone().filter(|terms| terms.pricing != Pricing::Quote);
        let agreed = match agreed {
            Some(agreed) => {
                let terms = agreed_terms(&agreed, sku, charge, listed.as_deref(), self.currency, problems)?;
                self.conversions.need(terms.currency, terms.span, problems)?;
                Some(Arc::new(terms))
            }
            None => None,
        };
        match (&listed, &list, &agreed) {
            (None, _, None) => {
                let message = format!("`{}` has no price for `{}` on {as_of}", sku.id, charge.meter);
                let diagnostic = Diagnostic::at(Code::NoPriceOnDate, named_at, message, "used here");
                let diagnostic = diagnostic.and_at(charge.span, "none of its prices holds on that day");
                problems.push(diagnostic.help("compute for another day with `--as-of`, or write an `agreed_price`"));
                return None;
            }
            (Some(_), None, None) => {
                let message = format!("the vendor publishes no price for `{}` of `{}`", charge.meter, sku.id);
                let diagnostic = Diagnostic::at(Code::UnknownPrice, named_at, message, "used here");
                let help = if self.request.list_prices {
                    "`--list-prices` leaves agreed prices aside, and this charge has no other"
                } else {
                    "write what you pay as `agreed_price`, or as a plain `cost`"
                };
                problems.push(diagnostic.and_at(charge.span, "on request only").help(help));
                return None;
            }
            _ => {}
        }
        if let (Some(terms), None) = (&list, &agreed) {
            self.conversions.need(terms.currency, named_at, problems)?;
        }
        Some(ChargeLine {
            meter: charge.meter.clone(),
            unit: charge.unit.clone(),
            each: charge.each,
            round_usage_up_to: charge.round_usage_up_to,
            usage,
            list,
            agreed,
            span: charge.span,
        })
    }
}

/// What a line item says about its SKU.
struct Wishes {
    usage: Option<Mapping<FormulaRaw>>,
    other_usage: Option<Spanned<UsageRuleRaw>>,
    agreed: Option<AgreedPricesRaw>,
}

fn take<T>(entries: &mut Vec<(Spanned<String>, T)>, name: &str) -> Option<T> {
    let index = entries.iter().position(|(known, _)| known.value == name)?;
    Some(entries.swap_remove(index).1)
}

/// The terms of an agreed price. It replaces price, tiers, minimum and cap of the list; the allowance stays unless the
/// manifest says another.
fn agreed_terms(
    raw: &ScalarOr<AmountRaw, AgreedAmountRaw>,
    sku: &Sku,
    charge: &Charge,
    listed: Option<&Terms>,
    manifest_currency: Currency,
    problems: &mut Problems,
) -> Option<Terms> {
    let (amount, included) = match raw {
        ScalarOr::Scalar(amount) => (amount, None),
        ScalarOr::Table(table) => (&table.price, table.included.as_ref()),
    };
    super::price::not_negative(Some(Spanned::new(amount.number, amount.span)), problems)?;
    let pricing = agreed_pricing(amount, charge, listed, problems)?;
    let included = match (included, &charge.unit) {
        (Some(included), Some(unit)) => {
            Some(Arc::new(formula::compile_allowance(included, &sku.scope, unit, problems)?))
        }
        (Some(included), None) => {
            let message = "a flat charge has no allowance";
            problems.push(Diagnostic::at(Code::ConflictingKeys, included.span, message, "remove this"));
            return None;
        }
        (None, _) => listed.map_or(&charge.included, |listed| &listed.included).clone(),
    };
    let of_sheet = charge.prices.first().map(|terms| terms.currency);
    let currency = amount.currency.or(of_sheet).unwrap_or(manifest_currency);
    Some(Terms {
        effective_from: None,
        effective_to: None,
        included,
        currency,
        pricing,
        minimum: None,
        cap: None,
        citation: None,
        span: amount.span,
    })
}

fn agreed_pricing(
    amount: &AmountRaw,
    charge: &Charge,
    listed: Option<&Terms>,
    problems: &mut Problems,
) -> Option<Pricing> {
    let price = amount.number;
    let basis = |label: String, help: String| {
        let message = format!("the agreed price of `{}` does not say what it buys", charge.meter);
        Diagnostic::at(Code::AgreedPriceBasis, amount.span, message, label).help(help)
    };
    let shown = amount.currency.map(|currency| format!(" {currency}")).unwrap_or_default();
    match (amount.per.as_deref(), &charge.unit) {
        (Some("month"), _) => Some(Pricing::Flat { price, period: Period::Month }),
        (Some("year"), _) => Some(Pricing::Flat { price, period: Period::Year }),
        (Some(per), Some(unit)) => match PricingUnit::parse(per).filter(|per| per.dimension == unit.dimension) {
            Some(per) => match Fraction::new(per.factor, unit.factor).map(Fraction::exact) {
                Ok(Some(per)) => Some(Pricing::PerUnit { price, per }),
                _ => {
                    let label = format!("not an exact number of {}", unit.label);
                    problems.push(basis(label, format!("write the price per {}", unit.label)));
                    None
                }
            },
            None => {
                let label = format!("the charge is counted in {}", unit.label);
                problems.push(basis(label, format!("write `{price}{shown}/{}` or `{price}{shown}/month`", unit.label)));
                None
            }
        },
        (Some(_), None) => {
            let label = "the charge is flat".to_owned();
            problems.push(basis(label, format!("write `{price}{shown}/month` or `{price}{shown}/year`")));
            None
        }
        (None, None) => Some(Pricing::Flat { price, period: charge.period }),
        (None, Some(unit)) => match listed {
            Some(Terms { pricing: Pricing::PerUnit { per, .. }, cap: None, minimum: None, .. })
                if multiply(*per, Decimal::ONE) == Ok(Decimal::ONE) =>
            {
                Some(Pricing::PerUnit { price, per: Decimal::ONE })
            }
            _ => {
                let help = format!("write `{price}{shown}/month` or `{price}{shown}/{}`", unit.label);
                problems.push(basis("per month, or per unit?".to_owned(), help));
                None
            }
        },
    }
}
