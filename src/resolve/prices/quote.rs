//! A quote for one SKU: a stage with a single line item, made without a manifest.

use jiff::civil::Date;

use crate::diagnostic::Problems;
use crate::model::{
    Base, CategoryId, CountRange, Currency, Description, Dimension, Payers, Revenue, Scope, Setting, Stage,
    StageRounding, Targets,
};
use crate::parse::{FormulaRaw, LineItemRaw, Mapping, PurchaseRaw, UsageRuleRaw};
use crate::resolve::prices::book::PriceBook;
use crate::resolve::prices::exchange_rates::Conversions;
use crate::resolve::stage::line_item::LineContext;
use crate::resolve::stage::request::{Request, RevenueRaw};
use crate::resolve::stage::stage::{hours_per_month, next_change, revenue};
use crate::source::Spanned;

/// The SKU to quote, with its quantity, usage and choices.
#[derive(Debug)]
pub struct QuoteRaw {
    /// The SKU, `vendor/name`.
    pub sku: Spanned<String>,
    /// How many; 1 unless given.
    pub quantity: Option<FormulaRaw>,
    /// The monthly usage by meter.
    pub usage: Vec<(Spanned<String>, FormulaRaw)>,
    /// The rule for usage that is not given.
    pub other_usage: Option<Spanned<UsageRuleRaw>>,
    /// The choices among prices of the SKU.
    pub options: Vec<(Spanned<String>, Spanned<String>)>,
    /// The day of the order; the day of the computation unless given.
    pub ordered_on: Option<Spanned<Date>>,
}

impl QuoteRaw {
    /// Requests one unit of a SKU without usage or choices.
    pub fn of(sku: Spanned<String>) -> Self {
        Self { sku, quantity: None, usage: Vec::new(), other_usage: None, options: Vec::new(), ordered_on: None }
    }

    /// The line item that a manifest would have for it.
    fn into_line_item(self) -> LineItemRaw {
        let span = self.sku.span;
        let purchase = PurchaseRaw {
            quantity: self.quantity,
            options: Some(Mapping { span, entries: self.options }),
            ordered_on: self.ordered_on,
            usage: Some(Mapping { span, entries: self.usage }),
            other_usage: self.other_usage,
            ..PurchaseRaw::of_sku(self.sku.clone())
        };
        LineItemRaw::of_purchase(self.sku, Spanned::new("quote".to_owned(), span), purchase)
    }
}

/// Binds a SKU to a request and a price book: returns a stage whose only line item is the SKU. Prices, usage and
/// quantity are resolved as for any line item, so a quote equals what a stage would show.
///
/// The currency is that of the request, otherwise that of the SKU's first price. Reports every problem.
pub fn quote(raw: QuoteRaw, request: &Request, book: &PriceBook, problems: &mut Problems) -> Option<Stage> {
    let currency = currency(&raw.sku.value, request, book);
    let mut conversions = Conversions::new(&book.rates, currency, request.as_of);
    let mut scope = Scope::default();
    scope.add("customers", Dimension::PLAIN);
    scope.add("hours_per_month", Dimension::TIME);
    let hours_per_month = hours_per_month(None, request, problems);
    let sku = raw.sku.clone();
    let mut context = LineContext {
        scope: &scope,
        book,
        request,
        currency,
        hours_per_month,
        conversions: &mut conversions,
        named: Vec::new(),
        place: 0,
    };
    let item = context.line_item(raw.into_line_item(), CategoryId(0), problems)?;
    // There are no customers who could pay an ARPU.
    let mrr = request.revenue.as_ref().filter(|raw| matches!(raw, RevenueRaw::Mrr(_)));
    let mrr = mrr.filter(|_| item.is_percentage_of(Base::Mrr));
    let revenue = mrr.and_then(|raw| revenue(raw, currency, &mut conversions, problems)).unwrap_or(Revenue::Unknown);
    let line_items = vec![item];
    let next_change = next_change(&line_items, [], request.as_of);
    Some(Stage {
        id: 0,
        name: sku.value.into(),
        description: Description::default(),
        months: None,
        sized_for: None,
        customers: Spanned::new(CountRange { low: 0, high: None }, sku.span),
        capacity: Vec::new(),
        currency,
        manifest_currency: currency,
        monthly_budget: None,
        buffer: Setting::default_value(rust_decimal::Decimal::ZERO),
        rounding: StageRounding::default(),
        targets: Targets::default(),
        hours_per_month,
        revenue,
        payers: Payers::default(),
        scope,
        reads: Vec::new(),
        drivers: Vec::new(),
        categories: vec!["quote".into()],
        tags: Vec::new(),
        line_items,
        part: None,
        order: None,
        adjustments: Vec::new(),
        tax: None,
        next_change: next_change.into_iter().chain(conversions.next_change()).min(),
        rates: conversions.into_rates(),
        as_of: request.as_of,
        list_prices: true,
        techniques: std::sync::Arc::default(),
        scenario: request.scenario.clone(),
    })
}

/// The currency of the request, otherwise that of the SKU's first price.
fn currency(sku: &str, request: &Request, book: &PriceBook) -> Currency {
    let prices = book.sku(sku).into_iter().flat_map(|sku| &sku.charges).flat_map(|charge| &charge.prices);
    let native = prices.map(|terms| terms.currency).next();
    request.currency.map(|currency| currency.value).or(native).unwrap_or(Currency::USD)
}
