//! Line items: a plain cost, or a SKU.

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    CategoryId, Currency, Dimension, Formula, LineDetails, LineItem, LinePricing, Offer, PlainCost, Scope, Setting,
    Specification,
};
use crate::parse::{AlternativeRaw, FormulaRaw, LineItemRaw, PurchaseRaw};
use crate::resolve::formula;
use crate::resolve::prices::book::PriceBook;
use crate::resolve::prices::exchange_rates::Conversions;
use crate::resolve::prices::specification::specification;
use crate::resolve::savings::technique_scope::wishes;
use crate::resolve::stage::autoscaling::average_replicas;
use crate::resolve::stage::request::Request;
use crate::source::Spanned;

/// The values that all line items of a stage are resolved against.
pub(crate) struct LineContext<'s, 'b> {
    pub(crate) scope: &'s Scope,
    pub(crate) book: &'b PriceBook,
    pub(crate) request: &'s Request,
    pub(crate) currency: Currency,
    pub(crate) hours_per_month: Setting<Decimal>,
    pub(crate) conversions: &'s mut Conversions<'b>,
    /// The names of the line items that percentages are taken of, with the place of the line item that names them.
    pub(crate) named: Vec<(usize, Vec<Spanned<String>>)>,
    /// The place of the line item that is being resolved.
    pub(crate) place: usize,
}

impl LineContext<'_, '_> {
    /// Resolves one line item.
    pub(crate) fn line_item(
        &mut self,
        raw: LineItemRaw,
        category: CategoryId,
        problems: &mut Problems,
    ) -> Option<LineItem> {
        let before = problems.len();
        let quantity = self.quantity(&raw.purchase, problems);
        if problems.len() > before {
            return None;
        }
        let scaled_at = raw.purchase.autoscaling.as_ref().map(|scaling| scaling.span);
        let is_plain = raw.features.is_empty()
            && raw.note.is_none()
            && raw.alternatives.is_empty()
            && raw.techniques.is_none()
            && scaled_at.is_none();
        let alternatives = raw.alternatives.into_iter().enumerate();
        let alternatives = alternatives.filter_map(|(place, alternative)| {
            let name = format!("alternative {} of {}", place + 1, raw.name.value);
            self.alternative(alternative, name, &raw.purchase, &raw.category, category, problems)
        });
        let alternatives: Vec<LineItem> = alternatives.collect();
        let purchase = raw.purchase;
        let ordered_on = purchase.ordered_on.map_or(self.request.as_of, |day| day.value);
        let pricing = self.pricing(&raw.name, purchase, raw.of, problems)?;
        let specification = specification(raw.specification, problems);
        let offer = self.offer(&pricing, &specification, ordered_on);
        let is_plain = is_plain && specification == Specification::default() && offer == Offer::default();
        let details = (!is_plain).then(|| {
            Box::new(LineDetails {
                specification,
                offer,
                features: raw.features.into_iter().map(|feature| feature.value.into()).collect(),
                note: raw.note.map(|note| note.value.into()),
                alternatives,
                techniques: wishes(raw.techniques, &pricing, self.scope, scaled_at, problems),
            })
        });
        Some(LineItem {
            name: raw.name.value.into(),
            category,
            quantity,
            pricing,
            details,
            tags: None,
            techniques: Box::default(),
            span: raw.span,
        })
    }

    /// What a line item is bought as: a SKU, or a plain cost. `of` are the line items that a percentage is taken of.
    fn pricing(
        &mut self,
        name: &Spanned<String>,
        purchase: PurchaseRaw,
        of: Vec<Spanned<String>>,
        problems: &mut Problems,
    ) -> Option<LinePricing> {
        match (&purchase.sku, &purchase.cost) {
            (Some(sku), None) => {
                if let Some(vendor) = &purchase.vendor {
                    let message = "the SKU names the vendor already";
                    problems.push(Diagnostic::at(Code::ConflictingKeys, vendor.span, message, "remove this"));
                }
                let sku = sku.clone();
                Some(LinePricing::Sku(Box::new(self.sku_line(&sku, purchase, of, problems)?)))
            }
            (None, Some(cost)) => {
                let only_with_sku = [
                    ("usage", purchase.usage.as_ref().map(|usage| usage.span)),
                    ("other_usage", purchase.other_usage.map(|rule| rule.span)),
                    ("options", purchase.options.as_ref().map(|options| options.span)),
                    ("ordered_on", purchase.ordered_on.map(|day| day.span)),
                    ("of", of.first().map(|of| of.span)),
                    ("agreed_price", purchase.agreed_price.as_ref().map(|agreed| agreed.span)),
                ];
                for (key, span) in only_with_sku {
                    if let Some(span) = span {
                        let message = format!("`{key}` needs a SKU, and this line item has a plain `cost`");
                        problems.push(Diagnostic::at(Code::ConflictingKeys, span, message, "remove this"));
                    }
                }
                self.plain_cost(cost, purchase.vendor.as_ref(), problems).map(LinePricing::Cost)
            }
            (Some(sku), Some(cost)) => {
                let message = "a line item takes a `sku` or a `cost`, not both";
                let diagnostic = Diagnostic::at(Code::ConflictingKeys, cost.span, message, "this");
                problems.push(diagnostic.and_at(sku.span, "or this"));
                None
            }
            (None, None) => {
                let message = format!("the line item `{}` needs a `sku` or a `cost`", name.value);
                let diagnostic = Diagnostic::at(Code::MissingKey, name.span, message, "its cost is unknown");
                problems.push(diagnostic.help("write `cost: 10` for a plain monthly amount"));
                None
            }
        }
    }

    /// The quantity: a formula, or the average number of replicas; `None` if neither is given, or with a problem.
    fn quantity(&self, purchase: &PurchaseRaw, problems: &mut Problems) -> Option<Formula> {
        match (&purchase.quantity, &purchase.autoscaling) {
            (Some(quantity), Some(scaling)) => {
                let message = "a line item takes a `quantity` or `autoscaling`, not both";
                let diagnostic = Diagnostic::at(Code::ConflictingKeys, scaling.span, message, "this");
                let help = "the average number of replicas that run is the quantity";
                problems.push(diagnostic.and_at(quantity.span, "or this").help(help));
                None
            }
            (Some(quantity), None) => formula::compile_plain(quantity, self.scope, "a quantity", problems),
            (None, Some(scaling)) => average_replicas(scaling.clone(), self.scope, problems),
            (None, None) => None,
        }
    }

    /// Resolves an alternative to a line item; it has the line item's quantity unless it gives its own.
    fn alternative(
        &mut self,
        raw: AlternativeRaw,
        fallback: String,
        of_line_item: &PurchaseRaw,
        category_name: &Spanned<String>,
        category: CategoryId,
        problems: &mut Problems,
    ) -> Option<LineItem> {
        let mut purchase = raw.purchase;
        let name = raw.name.or_else(|| purchase.sku.clone()).unwrap_or_else(|| Spanned::new(fallback, raw.span));
        if purchase.quantity.is_none() && purchase.autoscaling.is_none() {
            purchase.quantity.clone_from(&of_line_item.quantity);
            purchase.autoscaling.clone_from(&of_line_item.autoscaling);
        }
        let item = LineItemRaw { note: raw.note, ..LineItemRaw::of_purchase(name, category_name.clone(), purchase) };
        let named = self.named.len();
        let item = self.line_item(item, category, problems)?;
        self.named.truncate(named);
        if item.is_percentage_of_others() {
            let message = "an alternative cannot be a percentage of other line items";
            problems.push(Diagnostic::at(Code::ConflictingKeys, raw.span, message, "this alternative"));
            return None;
        }
        Some(item)
    }

    fn plain_cost(
        &mut self,
        raw: &FormulaRaw,
        vendor: Option<&Spanned<String>>,
        problems: &mut Problems,
    ) -> Option<PlainCost> {
        let before = problems.len();
        formula::check_dollars(&raw.root, self.currency, problems);
        if let Some((number, unit)) = formula::counted(raw) {
            let message = format!("a cost must be an amount of money, and this is one of {}", unit.value);
            let diagnostic = Diagnostic::at(Code::UnitMismatch, unit.span, message, "not a currency");
            problems.push(diagnostic.help(format!("write `{number} {}`", self.currency)));
        }
        if problems.len() > before {
            return None;
        }
        let mut amount = formula::compile(raw, self.scope, problems)?;
        let dimension = amount.dimension;
        let currency = match dimension.money {
            Some((currency, 1)) if dimension == Dimension::money(currency) => currency,
            Some((currency, 1)) if dimension == Dimension::money_per_time(currency) => {
                amount = formula::over_month(amount, self.scope)?;
                currency
            }
            None if dimension == Dimension::PLAIN => self.currency,
            _ => {
                let message = format!("a cost must be an amount of money, and this is {dimension}");
                problems.push(Diagnostic::at(Code::UnitMismatch, raw.span, message, dimension.to_string()));
                return None;
            }
        };
        if amount.literal().is_some_and(|amount| amount < Decimal::ZERO) {
            let message = "a cost must be at least zero";
            problems.push(Diagnostic::at(Code::NegativeAmount, raw.span, message, "below zero"));
            return None;
        }
        self.conversions.need(currency, raw.span, problems)?;
        Some(PlainCost { amount, currency, vendor: vendor.map(|vendor| vendor.value.as_str().into()) })
    }
}
