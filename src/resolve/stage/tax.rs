//! The tax of a stage: from the request, the manifest and the project, key by key.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems, closest};
use crate::model::{Adjustment, CategoryId, LineItem, ReverseCharge, Setting, Tax, TaxRate};
use crate::parse::{ReverseChargeRaw, ScalarOr, TaxRateRaw, TaxRaw};
use crate::resolve::checks::share;
use crate::resolve::prices::rounding::rounding;
use crate::resolve::stage::request::Request;
use crate::source::{FileId, Spanned};

/// The months after which tax is paid back unless given: it is declared in the month after the bill.
const RECOVERED_AFTER: u32 = 1;
/// The most months after which tax can be paid back.
const MAX_RECOVERED_AFTER: u32 = 60;

/// A tax that is written as a rate or as a table.
pub fn tax_table(raw: ScalarOr<Spanned<rust_decimal::Decimal>, TaxRaw>) -> TaxRaw {
    match raw {
        ScalarOr::Scalar(rate) => TaxRaw::of_rate(rate),
        ScalarOr::Table(table) => table,
    }
}

/// What a tax is resolved against.
pub(crate) struct TaxContext<'s> {
    pub(crate) request: &'s Request,
    /// The file of the stage, unlike those of what it inherits.
    pub(crate) manifest: FileId,
    pub(crate) line_items: &'s [LineItem],
    pub(crate) categories: &'s [Box<str>],
}

impl TaxContext<'_> {
    /// The tax of a stage with its credits after tax. A rate of the request replaces all other rates.
    pub(crate) fn tax(&self, raw: Option<TaxRaw>, credits: Vec<Adjustment>, problems: &mut Problems) -> Option<Tax> {
        let request = self.request;
        if let Some(raw) = &raw {
            self.check_names(raw, problems);
        }
        let written = raw.as_ref().or(request.fallbacks.tax.as_ref()).map(|raw| raw.span);
        let [own, base] = [raw, request.fallbacks.tax.clone()].map(Option::into_iter);
        let mut all: Vec<TaxRaw> = own.chain(base).collect();
        let rate = request.tax.or(all.iter().find_map(|raw| raw.rate));
        let rates = all.iter_mut().map(|raw| std::mem::take(&mut raw.rates)).find(|rates| !rates.is_empty());
        let rates = rates.filter(|_| request.tax.is_none()).unwrap_or_default();
        share(rate, "a tax", problems);
        for other in &rates {
            share(Some(other.rate), "a tax", problems);
        }
        if let (None, Some(span), false) = (rate, written, rates.is_empty()) {
            let message = "the rate of the tax for all other line items is missing";
            let diagnostic = Diagnostic::at(Code::MissingKey, span, message, "`rate` is missing");
            problems.push(diagnostic.help("write `rate: 19%`, or `rate: 0%` if all others are untaxed"));
        }
        if request.reverse_charge && rate.is_none() {
            let diagnostic = Diagnostic::new(Code::InvalidArgument, "`--reverse-charge` has no effect without a tax");
            problems.push(diagnostic.help("set a tax with `--tax 19%` or in the manifest"));
        }
        let rounding = all.iter().find_map(|raw| raw.rounding.as_ref()).and_then(|raw| rounding(raw, problems));
        let recovered_after = recovered_after(&all, problems);
        let reverse_charge = all.iter_mut().find_map(|raw| raw.reverse_charge.take());
        if rate.is_none() && credits.is_empty() {
            return None;
        }
        Some(Tax {
            // A credit after tax is deducted from the bill even where there is no tax.
            rate: rate.map_or_else(|| Setting::default_value(Decimal::ZERO), Setting::from),
            rates: rates.iter().filter_map(|raw| self.rate(raw)).collect(),
            reverse_charge: self.reverse_charge(reverse_charge),
            rounding,
            recovered_after,
            credits,
        })
    }

    fn is_vendor(&self, id: &str) -> bool {
        self.line_items.iter().any(|item| item.vendor() == Some(id))
    }

    /// Reports vendors and categories of a manifest's tax that no line item has. A list that is inherited, or the
    /// project's, is for several stages.
    fn check_names(&self, raw: &TaxRaw, problems: &mut Problems) {
        let is_own = |name: &&Spanned<String>| name.span.file == self.manifest;
        for vendor in vendors(raw).filter(is_own).filter(|vendor| !self.is_vendor(&vendor.value)) {
            let message = format!("no line item is from the vendor `{}`", vendor.value);
            let known = self.line_items.iter().filter_map(LineItem::vendor);
            let diagnostic = Diagnostic::at(Code::UnknownName, vendor.span, message, "");
            problems.push(of_several_stages(diagnostic, &vendor.value, known));
        }
        for category in categories(raw).filter(is_own).filter(|category| self.category(category).is_none()) {
            let message = format!("no line item has the category `{}`", category.value);
            let known = self.categories.iter().map(|name| &**name);
            let diagnostic = Diagnostic::at(Code::UnknownName, category.span, message, "");
            problems.push(of_several_stages(diagnostic, &category.value, known));
        }
    }

    fn category(&self, name: &Spanned<String>) -> Option<CategoryId> {
        let place = self.categories.iter().position(|known| **known == *name.value)?;
        u32::try_from(place).ok().map(CategoryId)
    }

    /// A rate, if it is for a vendor or a category of the stage.
    fn rate(&self, raw: &TaxRateRaw) -> Option<TaxRate> {
        let vendor: Option<Box<str>> = raw.vendor.as_ref().map(|vendor| vendor.value.as_str().into());
        if vendor.as_deref().is_some_and(|vendor| !self.is_vendor(vendor)) {
            return None;
        }
        let category = match &raw.category {
            Some(name) => Some(self.category(name)?),
            None => None,
        };
        Some(TaxRate { rate: Setting::from(raw.rate), vendor, category })
    }

    /// The vendors of the stage that are under the reverse charge.
    fn reverse_charge(&self, raw: Option<ReverseChargeRaw>) -> ReverseCharge {
        match raw {
            _ if self.request.reverse_charge => ReverseCharge::All,
            Some(ReverseChargeRaw::All(_)) => ReverseCharge::All,
            Some(ReverseChargeRaw::Vendors(named)) => {
                let used = named.into_iter().filter(|vendor| self.is_vendor(&vendor.value));
                ReverseCharge::Vendors(used.map(|vendor| vendor.value.into()).collect())
            }
            None => ReverseCharge::Vendors(Vec::new()),
        }
    }
}

/// Adds what was probably meant by a name that a stage's tax has and the stage does not, otherwise where such a name belongs.
fn of_several_stages<'k>(
    diagnostic: Diagnostic,
    name: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Diagnostic {
    if closest(name, known.clone()).is_some() {
        return diagnostic.suggest(name, known);
    }
    diagnostic.help(format!(
        "remove `{name}`, or write the tax under `[defaults] tax` in costplan.toml: that of a project may name what a stage \
         does not use"
    ))
}

/// Reports names in a project's tax that are probably mistyped: no stage and no price sheet has such a vendor, or no
/// stage such a category, but one that is written almost the same. A list may be longer than what the project uses.
pub(crate) fn check_project_tax(
    raw: &TaxRaw,
    known_vendors: &BTreeSet<String>,
    known_categories: &BTreeSet<String>,
    problems: &mut Problems,
) {
    let mut check = |name: &Spanned<String>, known: &BTreeSet<String>, what: &str| {
        let close = closest(&name.value, known.iter().map(String::as_str)).filter(|_| !known.contains(&name.value));
        if let Some(close) = close {
            let message = format!("no {what} `{}`", name.value);
            let diagnostic = Diagnostic::at(Code::UnknownName, name.span, message, "");
            problems.push(diagnostic.help(format!("did you mean `{close}`?")));
        }
    };
    vendors(raw).for_each(|vendor| check(vendor, known_vendors, "stage and no price sheet has the vendor"));
    categories(raw).for_each(|category| check(category, known_categories, "stage has the category"));
}

/// The vendors that a tax names.
fn vendors(raw: &TaxRaw) -> impl Iterator<Item = &Spanned<String>> {
    let reversed = match &raw.reverse_charge {
        Some(ReverseChargeRaw::Vendors(vendors)) => vendors.as_slice(),
        Some(ReverseChargeRaw::All(_)) | None => &[],
    };
    reversed.iter().chain(raw.rates.iter().filter_map(|rate| rate.vendor.as_ref()))
}

/// The categories that a tax names.
fn categories(raw: &TaxRaw) -> impl Iterator<Item = &Spanned<String>> {
    raw.rates.iter().filter_map(|rate| rate.category.as_ref())
}

/// The months after which the tax is paid back, if it is. Reports a delay of a tax that is not.
fn recovered_after(all: &[TaxRaw], problems: &mut Problems) -> Option<u32> {
    let is_recoverable = all.iter().find_map(|raw| raw.recoverable) == Some(true);
    let Some(delay) = all.iter().find_map(|raw| raw.recovered_after) else {
        return is_recoverable.then_some(RECOVERED_AFTER);
    };
    if !all.iter().any(|raw| raw.recoverable == Some(true)) {
        let message = "`recovered_after` has no effect on a tax that is not recoverable";
        let diagnostic = Diagnostic::at(Code::ConflictingKeys, delay.span, message, "not recoverable");
        problems.push(diagnostic.help("add `recoverable: true`, or remove this"));
    }
    let months = u32::try_from(delay.value).ok().filter(|months| *months <= MAX_RECOVERED_AFTER);
    if months.is_none() {
        let message = format!("a tax is paid back after at most {MAX_RECOVERED_AFTER} months");
        problems.push(Diagnostic::at(Code::InvalidNumber, delay.span, message, "too late"));
    }
    months.filter(|_| is_recoverable)
}
