//! Line items of a SKU: their usage, the price that applies, and agreed prices.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Base, Charge, ChargeLine, Formula, PricingUnit, Setting, Sku, SkuInput, SkuLine, Terms, Usage};
use crate::parse::{AgreedAmountRaw, AmountRaw, FormulaRaw, PurchaseRaw, ScalarOr, UsageRuleRaw};
use crate::resolve::formula;
use crate::resolve::prices::agreed_price::agreed_terms;
use crate::resolve::prices::far_from_list::far_from_list;
use crate::resolve::prices::missing::{unknown_sku, unknown_vendor};
use crate::resolve::stage::line_item::LineContext;
use crate::source::{Span, Spanned};

/// What decides which price of a charge applies.
struct Order<'r> {
    /// The place of the SKU's name in the line item.
    named_at: Span,
    sku: &'r Sku,
    options: Vec<(Spanned<String>, Spanned<String>)>,
    ordered_on: Date,
    rule: Option<Spanned<UsageRuleRaw>>,
    hours_per_month: Decimal,
    /// Whether an invalid choice has been reported, so that it is not reported again for each charge.
    has_unknown_option: bool,
}

impl LineContext<'_, '_> {
    pub(crate) fn sku_line(
        &mut self,
        id: &Spanned<String>,
        purchase: PurchaseRaw,
        of: Vec<Spanned<String>>,
        problems: &mut Problems,
    ) -> Option<SkuLine> {
        let vendor = id.value.split_once('/').map(|(vendor, _)| vendor);
        if vendor.is_some_and(|vendor| self.book.unreadable.iter().any(|known| known == vendor)) {
            // The problems of the sheet have been reported; the line item cannot be checked against it.
            return None;
        }
        let Some(sku) = self.book.sku(&id.value) else {
            let unknown = self.unknown_sku(id, problems);
            problems.push(unknown);
            return None;
        };
        let mut usage = purchase.usage.map(|usage| usage.entries).unwrap_or_default();
        let agreed = purchase.agreed_price.filter(|_| !self.request.list_prices);
        let (mut prices, reason) = agreed.map(|agreed| (agreed.prices, agreed.reason.value.into())).unzip();
        let prices = prices.get_or_insert_default();
        let before = problems.len();
        let hours_per_month = match (self.hours_per_month.span, sku.hours_per_month) {
            (None, Some(length)) => Setting::from(length.map(|length| length.hours(self.request.as_of))),
            _ => self.hours_per_month,
        };
        let mut order = Order {
            named_at: id.span,
            sku,
            options: purchase.options.map(|options| options.entries).unwrap_or_default(),
            ordered_on: purchase.ordered_on.map_or(self.request.as_of, |day| day.value),
            rule: purchase.other_usage,
            hours_per_month: hours_per_month.value,
            has_unknown_option: false,
        };
        order.has_unknown_option = check_options(&order, problems);
        let mut inputs = Vec::with_capacity(sku.inputs.len());
        for input in &sku.inputs {
            inputs.extend(self.input(input, take(&mut usage, &input.name), problems));
        }
        let mut charges = Vec::with_capacity(sku.charges.len());
        for charge in &sku.charges {
            let (given, agreed) = (take(&mut usage, &charge.meter), take(prices, &charge.meter));
            charges.extend(self.charge_line(&order, charge, given, agreed, problems));
        }
        let left_over = usage.iter().map(|(name, _)| name).chain(prices.iter().map(|(name, _)| name));
        left_over.for_each(|name| problems.push(unknown_meter(sku, name, id.span)));
        self.check_of(sku, of, id.span, problems);
        let line = SkuLine {
            sku: Arc::clone(sku),
            inputs,
            charges,
            of: Vec::new(),
            hours_per_month,
            ordered_on: purchase.ordered_on.map(|day| day.value),
            reason,
            span: id.span,
        };
        (problems.len() == before).then_some(line)
    }

    /// Records the names of the line items that percentages of the SKU are taken of; their places are found later.
    fn check_of(&mut self, sku: &Sku, of: Vec<Spanned<String>>, named_at: Span, problems: &mut Problems) {
        let needs = sku.charges.iter().find(|charge| charge.base == Some(Base::LineItems));
        match (needs, of.first()) {
            (Some(_), Some(_)) => self.named.push((self.place, of)),
            (Some(charge), None) => {
                let message =
                    format!("`{}` of `{}` is a percentage of line items, which `of` must name", charge.meter, sku.id);
                let diagnostic = Diagnostic::at(Code::MissingKey, named_at, message, "`of` is missing");
                problems.push(diagnostic.and_at(charge.span, "this charge").help("name them: `of: [API servers]`"));
            }
            (None, Some(name)) => {
                let message = format!("`{}` has no percentage of line items", sku.id);
                problems.push(Diagnostic::at(Code::ConflictingKeys, name.span, message, "remove `of`"));
            }
            (None, None) => {}
        }
    }

    fn unknown_sku(&self, id: &Spanned<String>, problems: &Problems) -> Diagnostic {
        let vendor = id.value.split_once('/').map(|(vendor, _)| vendor);
        match vendor {
            Some(vendor) if self.book.vendors.iter().any(|known| known == vendor) => {
                let known: Vec<&str> =
                    if problems.are_many() { Vec::new() } else { self.book.skus_of(vendor).collect() };
                unknown_sku(id, vendor, known.into_iter())
            }
            Some(vendor) => {
                let named = Spanned::new(vendor, id.span);
                unknown_vendor(Code::UnknownSku, named, self.book.vendors.iter().map(String::as_str))
            }
            None => {
                let message = format!("`{}` is not a SKU id", id.value);
                Diagnostic::at(Code::UnknownSku, id.span, message, "").help("write it as `vendor/sku`")
            }
        }
    }

    fn input(&self, input: &SkuInput, given: Option<FormulaRaw>, problems: &mut Problems) -> Option<Usage> {
        Some(match (given, &input.default_usage) {
            (Some(given), _) => self.given(&given, &input.unit, problems)?,
            (None, Some(usage)) => Usage::Default(Arc::clone(usage)),
            (None, None) => Usage::Unknown,
        })
    }

    fn given(&self, given: &FormulaRaw, unit: &PricingUnit, problems: &mut Problems) -> Option<Usage> {
        let formula: Formula = formula::compile_usage(given, self.scope, unit, problems)?;
        Some(Usage::Given(formula))
    }

    fn charge_line(
        &mut self,
        order: &Order<'_>,
        charge: &Arc<Charge>,
        given: Option<FormulaRaw>,
        agreed: Option<ScalarOr<AmountRaw, AgreedAmountRaw>>,
        problems: &mut Problems,
    ) -> Option<ChargeLine> {
        let usage = match (&charge.unit, given) {
            (None, Some(given)) => {
                let message = format!("`{}` does not count usage", charge.meter);
                problems.push(Diagnostic::at(Code::UnknownMeter, given.span, message, "remove this"));
                return None;
            }
            (None, None) => Usage::Flat,
            (Some(unit), Some(given)) => self.given(&given, unit, problems)?,
            (Some(_), None) => match (&charge.default_usage, order.rule) {
                (Some(usage), _) => Usage::Default(Arc::clone(usage)),
                (None, Some(rule)) => match rule.value {
                    UsageRuleRaw::WithinAllowance => Usage::WithinAllowance(rule.span),
                },
                (None, None) => Usage::Unknown,
            },
        };
        let listed = self.listed(order, charge);
        let terms = listed.as_ref().ok().cloned();
        let list = terms.clone().filter(|terms| !terms.pricing.is_quote());
        let agreed = match agreed {
            Some(agreed) => {
                let terms = agreed_terms(&agreed, order.sku, charge, terms.as_deref(), self.currency, problems)?;
                self.conversions.need(terms.currency, terms.span, problems)?;
                Some(Arc::new(terms))
            }
            None => None,
        };
        if let (Err(missing), None) = (listed, &agreed) {
            if !order.has_unknown_option {
                problems.push(missing);
            }
            return None;
        }
        // A percentage at list price may be taken of costs in other currencies.
        if let (Some(terms), true) = (&list, agreed.is_none() || charge.base.is_some()) {
            self.conversions.need(terms.currency, order.named_at, problems)?;
        }
        let is_limit = agreed.is_none() && list.is_none() && charge.unit.is_some();
        if let Some(terms) = terms.as_ref().filter(|_| is_limit) {
            // Usage within what is included costs nothing, in the currency of the sheet.
            self.conversions.need(terms.currency, order.named_at, problems)?;
        }
        let far_from_list = agreed.as_ref().zip(list.as_ref()).and_then(|(agreed, list)| {
            far_from_list(agreed, list, charge.unit.as_ref(), order.hours_per_month, self.conversions)
        });
        Some(ChargeLine { charge: Arc::clone(charge), usage, list, chosen: terms, agreed, far_from_list })
    }

    /// The price of the sheet that applies on the day to the order, or the diagnostic if none does.
    fn listed(&self, order: &Order<'_>, charge: &Charge) -> Result<Arc<Terms>, Diagnostic> {
        let day = self.request.as_of;
        let holds = |terms: &&Arc<Terms>| terms.holds_on(day) && terms.holds_for_order(order.ordered_on);
        let of_day: Vec<&Arc<Terms>> = charge.prices.iter().filter(holds).collect();
        let chosen =
            |name: &str| order.options.iter().find(|(option, _)| option.value == name).map(|(_, value)| &*value.value);
        let fits = |terms: &&&Arc<Terms>| terms.when.iter().all(|(name, value)| chosen(name) == Some(value));
        if let Some(terms) = of_day.iter().find(fits) {
            return Ok(Arc::clone(terms));
        }
        let (sku, meter) = (&order.sku.id, &charge.meter);
        if of_day.is_empty() {
            let message = format!("`{sku}` has no price for `{meter}` on {day}");
            let diagnostic = Diagnostic::at(Code::NoPriceOnDate, order.named_at, message, "used here");
            let none = if charge.prices.iter().any(|terms| terms.holds_on(day)) {
                format!("none of its prices applies to an order of {}", order.ordered_on)
            } else {
                "none of its prices applies on that day".to_owned()
            };
            let diagnostic = diagnostic.and_at(charge.span, none);
            return Err(diagnostic.help("compute for another day with `--as-of`, or write an `agreed_price`"));
        }
        let asked = of_day.iter().flat_map(|terms| &*terms.when);
        let mut missing: Vec<&str> = asked.map(|(name, _)| &**name).filter(|name| chosen(name).is_none()).collect();
        missing.sort_unstable();
        missing.dedup();
        let values = |name: &str| {
            let mut values: Vec<&str> = of_day
                .iter()
                .flat_map(|terms| &*terms.when)
                .filter(|(other, _)| **other == *name)
                .map(|(_, value)| &**value)
                .collect();
            values.sort_unstable();
            values.dedup();
            values.join(", ")
        };
        if missing.is_empty() {
            let chosen: Vec<String> =
                order.options.iter().map(|(name, value)| format!("{} = {}", name.value, value.value)).collect();
            let message = format!("`{sku}` has no price for `{meter}` with {}", chosen.join(" and "));
            let diagnostic = Diagnostic::at(Code::UnknownOption, order.named_at, message, "chosen here");
            return Err(diagnostic.and_at(charge.span, "none of its prices matches these options"));
        }
        let message = format!("the price of `{meter}` of `{sku}` depends on {}", missing.join(" and "));
        let diagnostic = Diagnostic::at(Code::MissingOption, order.named_at, message, "not chosen here");
        let choices: Vec<String> = missing.iter().map(|name| format!("`{name}` ({})", values(name))).collect();
        Err(diagnostic
            .and_at(charge.span, "has several prices")
            .help(format!("choose with `options`: {}", choices.join(", "))))
    }
}

/// Reports options and values that no price of the SKU has. Returns whether there are any.
fn check_options(order: &Order<'_>, problems: &mut Problems) -> bool {
    let before = problems.len();
    let known = || order.sku.charges.iter().flat_map(|charge| &charge.prices).flat_map(|terms| &*terms.when);
    for (name, value) in &order.options {
        let sku = &order.sku.id;
        if !known().any(|(other, _)| **other == *name.value) {
            let message = format!("no price of `{sku}` depends on `{}`", name.value);
            let diagnostic = Diagnostic::at(Code::UnknownOption, name.span, message, "");
            let mut names: Vec<&str> = known().map(|(other, _)| &**other).collect();
            names.dedup();
            problems.push(of_sku(diagnostic.suggest(&name.value, names), order.named_at));
        } else if !known().any(|(other, asked)| **other == *name.value && **asked == *value.value) {
            let message = format!("no price of `{sku}` is for {} `{}`", name.value, value.value);
            let diagnostic = Diagnostic::at(Code::UnknownOption, value.span, message, "");
            let mut values: Vec<&str> =
                known().filter(|(other, _)| **other == *name.value).map(|(_, value)| &**value).collect();
            values.sort_unstable();
            values.dedup();
            problems.push(of_sku(diagnostic.suggest(&value.value, values), order.named_at));
        }
    }
    problems.len() > before
}

fn unknown_meter(sku: &Sku, name: &Spanned<String>, named_at: Span) -> Diagnostic {
    let message = format!("`{}` has no meter `{}`", sku.id, name.value);
    let diagnostic = Diagnostic::at(Code::UnknownMeter, name.span, message, "");
    let meters = sku.charges.iter().map(|charge| &*charge.meter);
    let meters = meters.chain(sku.inputs.iter().map(|input| &*input.name));
    of_sku(diagnostic.suggest(&name.value, meters), named_at)
}

/// What is wrong with a line item of a SKU, with the place of the SKU if it is in another file: that of a stage which
/// inherits the rest.
fn of_sku(diagnostic: Diagnostic, named_at: Span) -> Diagnostic {
    match diagnostic.labels.first() {
        Some(label) if label.span.file != named_at.file => diagnostic.and_at(named_at, "the SKU is named here"),
        _ => diagnostic,
    }
}

fn take<T>(entries: &mut Vec<(Spanned<String>, T)>, name: &str) -> Option<T> {
    let index = entries.iter().position(|(known, _)| known.value == name)?;
    Some(entries.swap_remove(index).1)
}
