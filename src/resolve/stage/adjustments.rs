//! Discounts and credits of a stage.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    Adjustment, AdjustmentScope, CategoryId, ChargeLine, Currency, Deduction, LineItem, LinePricing, SkuCredit, Tax,
};
use crate::parse::{AmountRaw, DiscountRaw, ScalarOr, TaxRaw};
use crate::resolve::amount;
use crate::resolve::checks::{check_days, share};
use crate::resolve::prices::exchange_rates::Conversions;
use crate::resolve::stage::request::Request;
use crate::resolve::stage::tax::{TaxContext, tax_table};
use crate::source::{FileId, Span, Spanned};

/// The values that discounts and credits of a stage are resolved against.
pub(crate) struct AdjustmentContext<'s, 'b> {
    pub(crate) line_items: &'s [LineItem],
    pub(crate) categories: &'s [Box<str>],
    pub(crate) currency: Currency,
    /// The file of the stage, unlike those of what it inherits.
    pub(crate) manifest: FileId,
    pub(crate) request: &'s Request,
    pub(crate) conversions: &'s mut Conversions<'b>,
}

/// The discounts and credits of a stage.
#[derive(Default)]
struct Adjustments {
    before_tax: Vec<Adjustment>,
    after_tax: Vec<Adjustment>,
}

impl AdjustmentContext<'_, '_> {
    /// The discounts and credits before tax, and the tax with the credits after it.
    pub(crate) fn with_tax(
        &mut self,
        discounts: Vec<DiscountRaw>,
        credits: Vec<DiscountRaw>,
        tax: Option<ScalarOr<Spanned<Decimal>, TaxRaw>>,
        problems: &mut Problems,
    ) -> (Vec<Adjustment>, Option<Tax>) {
        let Adjustments { before_tax, after_tax } = self.adjustments(discounts, credits, problems);
        let context = TaxContext {
            request: self.request,
            manifest: self.manifest,
            line_items: self.line_items,
            categories: self.categories,
        };
        (before_tax, context.tax(tax.map(tax_table), after_tax, problems))
    }

    /// The discounts and credits that apply on the day: those of the manifest in order, then the credits of SKUs.
    fn adjustments(
        &mut self,
        discounts: Vec<DiscountRaw>,
        credits: Vec<DiscountRaw>,
        problems: &mut Problems,
    ) -> Adjustments {
        let mut adjustments = Adjustments::default();
        let of_manifest =
            discounts.into_iter().map(|raw| (raw, false)).chain(credits.into_iter().map(|raw| (raw, true)));
        for (raw, is_credit) in of_manifest {
            let (from, until, after_tax) = (raw.from, raw.until, raw.after_tax);
            let resolved = self.adjustment(raw, is_credit, problems);
            let resolved =
                resolved.filter(|_| holds(from.map(|day| day.value), until.map(|day| day.value), self.request.as_of));
            if after_tax == Some(true) { &mut adjustments.after_tax } else { &mut adjustments.before_tax }
                .extend(resolved);
        }
        for (place, item) in self.line_items.iter().enumerate() {
            let LinePricing::Sku(line) = &item.pricing else { continue };
            let day = self.request.as_of;
            for credit in line.sku.credits.iter().filter(|credit| credit.holds_on(day)) {
                let of_sku = self.of_sku(place, credit, line.sku.vendor(), line.span, problems);
                adjustments.before_tax.extend(of_sku);
            }
        }
        adjustments
    }

    fn adjustment(&mut self, raw: DiscountRaw, is_credit: bool, problems: &mut Problems) -> Option<Adjustment> {
        let before = problems.len();
        check_days("this deduction", raw.from, raw.until, problems);
        if raw.after_tax == Some(true) {
            check_after_tax(&raw, is_credit, problems);
        }
        let off = self.off(&raw, is_credit, problems);
        let on = self.scope(&raw, problems);
        let adjustment = Adjustment { is_credit, reason: raw.reason.value.into(), off: off?, on, span: raw.span };
        (problems.len() == before).then_some(adjustment)
    }

    fn off(&mut self, raw: &DiscountRaw, is_credit: bool, problems: &mut Problems) -> Option<Deduction> {
        match (raw.rate, &raw.amount) {
            (Some(rate), None) if is_credit => {
                let message = "a credit takes an `amount`, not a `rate`";
                let diagnostic = Diagnostic::at(Code::ConflictingKeys, rate.span, message, "remove this");
                problems.push(diagnostic.help("write a rate under `discounts`"));
                None
            }
            (Some(rate), None) => {
                share(Some(rate), "a discount", problems);
                Some(Deduction::Rate(rate.value))
            }
            (None, Some(amount)) => {
                let currency = amount::currency(amount.currency, self.currency, amount.span, problems)?;
                let number = deducted(amount, currency, problems)?;
                self.conversions.need(currency, amount.span, problems)?;
                Some(Deduction::Amount { amount: number, currency })
            }
            (Some(rate), Some(amount)) => {
                let message = "a discount takes a `rate` or an `amount`, not both";
                let diagnostic = Diagnostic::at(Code::ConflictingKeys, amount.span, message, "this");
                problems.push(diagnostic.and_at(rate.span, "or this"));
                None
            }
            (None, None) => {
                let message = "the amount of the deduction is missing";
                let diagnostic = Diagnostic::at(Code::MissingKey, raw.span, message, "deducts nothing");
                problems.push(diagnostic.help(if is_credit {
                    "write `amount: 10 USD/month`"
                } else {
                    "write `rate: 12%` or `amount: 10 USD/month`"
                }));
                None
            }
        }
    }

    fn scope(&self, raw: &DiscountRaw, problems: &mut Problems) -> AdjustmentScope {
        let before = problems.len();
        let items = self.line_items;
        let mut unknown = |name: &Spanned<String>, message: String, known: Vec<&str>| {
            problems.push(Diagnostic::at(Code::UnknownName, name.span, message, "").suggest(&name.value, known));
        };
        let mut scope = AdjustmentScope::default();
        if let Some(sku) = &raw.sku {
            scope.skus.push(sku.value.as_str().into());
            if !items.iter().enumerate().any(|(place, item)| scope.fits(place, item)) {
                let known = items.iter().filter_map(LineItem::sku).collect();
                unknown(sku, format!("no line item has the SKU `{}`", sku.value), known);
            }
        }
        if let Some(vendor) = &raw.vendor {
            scope.vendor = Some(vendor.value.as_str().into());
            if !items.iter().any(|item| item.vendor() == Some(&vendor.value)) {
                let known = items.iter().filter_map(LineItem::vendor).collect();
                unknown(vendor, format!("no line item is from the vendor `{}`", vendor.value), known);
            }
        }
        if let Some(category) = &raw.category {
            let place = self.categories.iter().position(|name| **name == *category.value);
            scope.category = place.and_then(|place| u32::try_from(place).ok()).map(CategoryId);
            if scope.category.is_none() {
                let known = self.categories.iter().map(|name| &**name).collect();
                unknown(category, format!("no line item has the category `{}`", category.value), known);
            }
        }
        if let Some(name) = &raw.line_item {
            scope.line_item = items.iter().position(|item| *item.name == *name.value);
            if scope.line_item.is_none() {
                let known = items.iter().map(|item| &*item.name).collect();
                unknown(name, format!("no line item is called `{}`", name.value), known);
            }
        }
        let fits = |scope: &AdjustmentScope| items.iter().enumerate().any(|(place, item)| scope.fits(place, item));
        if problems.len() == before && !fits(&scope) {
            let message = "no line item matches all of these conditions";
            problems.push(Diagnostic::at(Code::ConflictingKeys, raw.span, message, "deducts nothing"));
        }
        if let Some(meter) = &raw.meter {
            let fitting = items.iter().enumerate().filter(|(place, item)| scope.fits(*place, item));
            let meters: Vec<&str> = fitting.flat_map(|(_, item)| item.charges()).map(ChargeLine::meter).collect();
            if problems.len() == before && !meters.contains(&&*meter.value) {
                let message = format!("no matching line item has the meter `{}`", meter.value);
                problems
                    .push(Diagnostic::at(Code::UnknownMeter, meter.span, message, "").suggest(&meter.value, meters));
            }
            scope.meter = Some(meter.value.as_str().into());
        }
        scope
    }

    /// The credit that comes with the SKU of a line item, if it applies to the SKU of some line item.
    fn of_sku(
        &mut self,
        place: usize,
        credit: &SkuCredit,
        vendor: &str,
        named_at: Span,
        problems: &mut Problems,
    ) -> Option<Adjustment> {
        let adjustment = Adjustment::of_sku_credit(credit, place, vendor);
        if !self.line_items.iter().enumerate().any(|(place, item)| adjustment.on.fits(place, item)) {
            return None;
        }
        self.conversions.need(credit.currency, named_at, problems)?;
        Some(adjustment)
    }
}

fn holds(from: Option<Date>, until: Option<Date>, day: Date) -> bool {
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
}

/// Reports what a deduction after tax cannot be.
fn check_after_tax(raw: &DiscountRaw, is_credit: bool, problems: &mut Problems) {
    if !is_credit {
        let message = "a discount is deducted before tax";
        let diagnostic = Diagnostic::at(Code::ConflictingKeys, raw.span, message, "has `after_tax`");
        problems.push(diagnostic.help("write a balance that is deducted after tax under `credits`"));
    } else if let Some(meter) = &raw.meter {
        let message = "a credit after tax cannot be for a meter, since tax is on whole bills";
        problems.push(Diagnostic::at(Code::ConflictingKeys, meter.span, message, "remove this"));
    }
}

/// The amount of a deduction a month, which must say that it is one.
fn deducted(raw: &AmountRaw, currency: Currency, problems: &mut Problems) -> Option<Decimal> {
    if raw.per.is_none() {
        let message = "a deduction must be an amount per month or year";
        let diagnostic = Diagnostic::at(Code::UnitMismatch, raw.span, message, "not per month or year");
        problems.push(diagnostic.help(format!("write `{} {currency}/month`", raw.number)));
        return None;
    }
    amount::monthly(raw, "a deduction", problems)
}
