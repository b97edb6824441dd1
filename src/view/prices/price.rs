//! One SKU in full: its charges, all their dated prices with sources, and an example of its cost.

use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

use crate::model::{Charge, Citation, Direction, Formula, Sku, SkuCredit, Terms};
use crate::source::Sources;
use crate::view::View;
use crate::view::page::layout::{Block, Cell, Column, Grid, Mark, Page, Records};
use crate::view::page::number::{Number, WithCurrency};
use crate::view::page::specification::{SpecificationJson, in_words, sale};
use crate::view::prices::price_example::PriceExample;
use crate::view::prices::price_json::TermsJson;
use crate::view::prices::price_terms;

/// Everything in a price sheet about a SKU.
#[derive(Debug)]
pub struct PriceView<'a> {
    pub(crate) sku: &'a Sku,
    pub(crate) day: Date,
    example: Result<PriceExample, String>,
    pub(crate) sources: &'a Sources,
    details: bool,
}

impl<'a> PriceView<'a> {
    /// Shows a SKU on a day, with an example or the reason why there is none.
    pub fn new(sku: &'a Sku, day: Date, example: Result<PriceExample, String>, sources: &'a Sources) -> Self {
        Self { sku, day, example, sources, details: false }
    }

    /// The same view, whose screen has where each price is from, and those of other days.
    #[must_use]
    pub fn detailed(self, details: bool) -> Self {
        Self { details, ..self }
    }

    /// Each dated price with its charge, in the order of the sheet.
    fn prices(&self) -> impl Iterator<Item = (&'a Charge, &'a Arc<Terms>)> {
        self.sku.charges.iter().flat_map(|charge| charge.prices.iter().map(move |terms| (&**charge, terms)))
    }

    /// What there is to say of the SKU; where its prices are is the last line.
    pub(crate) fn head(&self) -> Vec<String> {
        let category = self.sku.category.as_ref().map(|category| format!("category {category}, "));
        let place = self.sources.origin(self.sku.span);
        let replaces = self.sku.replaces.map(|span| format!(", in place of {}", self.sources.origin(span)));
        let place = format!("{}prices of {}, in {place}", category.unwrap_or_default(), self.day);
        let place = place + &replaces.unwrap_or_default();
        let inputs: Vec<String> = self.sku.inputs.iter().map(|input| price_terms::input(input, self.sources)).collect();
        let inputs = (!inputs.is_empty()).then(|| format!("needs {}", inputs.join("; ")));
        let credits = self.sku.credits.iter().map(price_terms::credit);
        let specification = Some(in_words(&self.sku.specification)).filter(|words| !words.is_empty());
        let specification = specification.map(|words| format!("specification: {words}"));
        let addon_to = (!self.sku.addon_to.is_empty())
            .then(|| format!("an add-on, bought together with {}", self.sku.addon_to.join(", ")));
        let offer = [specification, addon_to, sale(&self.sku.sale, self.day)];
        let description = self.sku.description.iter().map(ToString::to_string);
        description.chain(offer.into_iter().flatten()).chain(inputs).chain(credits).chain([place]).collect()
    }

    fn charges(&self) -> Grid {
        let has_dates = self.prices().any(|(_, terms)| price_terms::days(terms).is_some());
        let has_choices = self.prices().any(|(_, terms)| price_terms::choice(terms).is_some());
        let has_allowance = self.prices().any(|(_, terms)| terms.included.is_some());
        let mut columns = vec![
            Column::left("Meter").at_least(26),
            Column::left("Model").at_least(9),
            Column::left("Price").at_least(20),
        ];
        columns.extend(has_allowance.then(|| Column::left("Included")));
        columns.extend(has_choices.then(|| Column::left("For")));
        columns.extend(has_dates.then(|| Column::left("Days")));
        let mut grid = Grid::new(columns);
        let mut shown: Vec<&Citation> = Vec::new();
        for charge in &self.sku.charges {
            for (index, terms) in charge.prices.iter().enumerate() {
                let unit = charge.unit.as_ref();
                let price = [
                    Some(price_terms::in_full(self.sku, charge, terms, self.sources)),
                    price_terms::bounds(charge, terms),
                ];
                grid.cell(if index == 0 { &charge.meter } else { "" });
                grid.cell(terms.pricing.name().replace('_', " "));
                grid.cell(price.into_iter().flatten().collect::<Vec<_>>().join(", "));
                if has_allowance {
                    grid.cell(price_terms::allowance(terms, unit, self.sources).unwrap_or_default());
                }
                if has_choices {
                    grid.cell(price_terms::choice(terms).unwrap_or_default());
                }
                if has_dates {
                    grid.cell(price_terms::days(terms).unwrap_or_default());
                }
                let conditions = if index == 0 { price_terms::conditions(charge, self.sources) } else { Vec::new() };
                if !conditions.is_empty() {
                    wide(&mut grid, &conditions.join("; "));
                }
                wide(&mut grid, &self.origin(terms, charge.prices.len() > 1, &mut shown));
            }
        }
        grid
    }

    /// Where a price is written and was read; a citation is shown once.
    fn origin<'t>(&self, terms: &'t Terms, has_several: bool, shown: &mut Vec<&'t Citation>) -> String {
        let held = if has_several && price_terms::is_held(terms, self.day) { "effective on this day, " } else { "" };
        let place = format!("{held}from {}", self.sources.origin(terms.span));
        match terms.citation.as_deref() {
            Some(citation) if !shown.contains(&citation) => {
                shown.push(citation);
                let trust = citation.trust.as_str().replace('_', " ");
                let note = citation.note.as_ref().map(|note| format!(" (note: {note})")).unwrap_or_default();
                format!("{place}; read on {} ({trust}): {}{note}", citation.retrieved_on, citation.source)
            }
            _ => place,
        }
    }

    /// The tiers of each price that has several.
    fn ladders(&self) -> impl Iterator<Item = Grid> {
        self.prices().filter(|(_, terms)| terms.pricing.tiers().len() > 1).map(|(charge, terms)| {
            let said = [price_terms::choice(terms), price_terms::days(terms)].into_iter().flatten();
            let said: String = said.map(|said| format!(", {said}")).collect();
            let (label, written) = price_terms::tier_price(self.sku, charge, terms);
            let mut grid = Grid::new(vec![
                Column::left(format!("Tiers of {}{said}", charge.meter)),
                Column::right("Above"),
                Column::right("Up to"),
                Column::right(label),
                Column::right(format!("{} for the tier", terms.currency)),
            ]);
            let mut above = Number(rust_decimal::Decimal::ZERO);
            for (index, tier) in terms.pricing.tiers().iter().enumerate() {
                let up_to = tier.up_to.map(Number);
                grid.cell(index + 1).cell(above);
                grid.cell(up_to.map_or_else(|| "-".to_owned(), |up_to| up_to.to_string()));
                grid.cell(written(tier.price)).cell(Number(tier.flat));
                above = up_to.unwrap_or(above);
            }
            grid
        })
    }

    pub(crate) fn example_blocks(&self) -> Vec<Block> {
        match &self.example {
            Ok(example) => {
                let unknown = if example.complete { "" } else { ", without what depends on unknown usage" };
                let revenue = match example.mrr {
                    Some(mrr) => format!(" at a revenue of {}", WithCurrency(mrr)),
                    None => String::new(),
                };
                let total = format!("{} a month{revenue}{unknown}", WithCurrency(example.total));
                let title = Block::Title(format!("For example, {total}"));
                vec![title, Block::Text(example.lines().join("\n"))]
            }
            Err(reason) => vec![Block::Text(format!("No example can be computed: {reason}"))],
        }
    }
}

fn wide(grid: &mut Grid, text: &str) {
    grid.mark(Mark::Wide);
    grid.cell(text);
    for _ in 1..grid.columns.len() {
        grid.cell("");
    }
}

impl View for PriceView<'_> {
    fn page(&self) -> Page {
        let name = self.sku.name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
        let mut blocks = vec![Block::Title(format!("{}{name}", self.sku.id))];
        blocks.extend(self.head().into_iter().map(Block::Text));
        blocks.push(Block::Grid(self.charges()));
        blocks.extend(self.ladders().map(Block::Grid));
        blocks.extend(self.example_blocks());
        Page { blocks }
    }

    fn screen(&self) -> Page {
        if self.details { self.page() } else { self.screen_page() }
    }

    fn records(&self) -> Records<'_> {
        let header = vec![
            "sku",
            "meter",
            "unit",
            "of",
            "each",
            "usage",
            "round_usage_up_to",
            "round_usage_down_to",
            "model",
            "currency",
            "price",
            "price_low",
            "price_high",
            "per",
            "period",
            "tier_up_to",
            "tier_price",
            "tier_flat",
            "included",
            "minimum",
            "cap",
            "when",
            "ordered_from",
            "ordered_to",
            "effective_from",
            "effective_to",
            "holds",
            "source",
            "retrieved_on",
            "trust",
            "note",
            "place",
        ];
        let rows = self.prices().flat_map(move |(charge, terms)| {
            // A price without tiers is one row too.
            let tiers = terms.pricing.tiers();
            let tiers: Vec<_> = if tiers.is_empty() { vec![None] } else { tiers.iter().map(Some).collect() };
            tiers.into_iter().map(move |tier| self.record(charge, terms, tier))
        });
        Records { header, rows: Box::new(rows) }
    }
}

impl<'a> PriceView<'a> {
    /// A formula as the sheet writes it.
    fn formula(&self, formula: Option<&Arc<Formula>>) -> Option<&'a str> {
        formula.map(|formula| self.sources.slice(formula.span))
    }

    fn charge_json(&self, charge: &'a Charge) -> ChargeJson<'a> {
        ChargeJson {
            meter: &charge.meter,
            description: charge.description.as_deref(),
            unit: charge.unit.as_ref().map(|unit| &*unit.label),
            of: charge.base.map(|of| of.word(self.sku)),
            each: charge.each,
            pool: charge.pool.as_deref().map(|pool| PoolJson {
                name: pool.name(),
                included: pool.included.as_ref().map(|included| self.sources.slice(included.span)),
            }),
            usage: self.formula(charge.default_usage.as_ref()),
            billed_usage: self.formula(charge.billed_usage.as_ref()),
            tier_by: self.formula(charge.tier_by.as_ref()),
            minimum_usage: self.formula(charge.minimum_usage.as_ref()),
            maximum_usage: self.formula(charge.maximum_usage.as_ref()),
            round_usage_up_to: price_terms::round_usage(charge, Direction::Up).map(Number),
            round_usage_down_to: price_terms::round_usage(charge, Direction::Down).map(Number),
            place: self.sources.origin(charge.span),
            prices: charge.prices.iter().map(|terms| self.dated_json(charge, terms)).collect(),
        }
    }

    fn dated_json(&self, charge: &'a Charge, terms: &'a Terms) -> DatedJson<'a> {
        let citation = terms.citation.as_deref();
        DatedJson {
            holds: price_terms::is_held(terms, self.day),
            terms: TermsJson::new(charge, terms, self.sources),
            source: citation.map(|citation| &*citation.source),
            note: citation.and_then(|citation| citation.note.as_deref()),
            place: self.sources.origin(terms.span),
        }
    }

    fn record(&self, charge: &'a Charge, terms: &'a Terms, tier: Option<&crate::model::Tier>) -> Vec<Cell<'a>> {
        let text = |text: Option<String>| text.map_or(Cell::Empty, Cell::text);
        let day = |day: Option<Date>| text(day.map(|day| day.to_string()));
        let number = |number: Option<Number>| Cell::number(number.map(|number| number.0));
        let citation = terms.citation.as_deref();
        let price = terms.pricing.price();
        let when: Vec<String> = terms.when.iter().map(|(name, value)| format!("{name}={value}")).collect();
        vec![
            Cell::text(&*self.sku.id),
            Cell::text(&*charge.meter),
            text(charge.unit.as_ref().map(|unit| unit.label.to_string())),
            text(charge.base.map(|of| of.word(self.sku).to_owned())),
            Cell::truth(charge.each),
            text(charge.default_usage.as_deref().map(|usage| self.sources.slice(usage.span).to_owned())),
            Cell::number(price_terms::round_usage(charge, Direction::Up)),
            Cell::number(price_terms::round_usage(charge, Direction::Down)),
            Cell::text(terms.pricing.name()),
            Cell::text(terms.currency.to_string()),
            Cell::number(price.map(|price| price.expected)),
            Cell::number(price.map(|price| price.low)),
            Cell::number(price.map(|price| price.high)),
            number(price_terms::per(terms)),
            text(terms.pricing.period().map(price_terms::period)),
            Cell::number(tier.and_then(|tier| tier.up_to)),
            Cell::number(tier.map(|tier| tier.price)),
            Cell::number(tier.map(|tier| tier.flat)),
            text(price_terms::allowance(terms, charge.unit.as_ref(), self.sources)),
            Cell::number(terms.minimum),
            Cell::number(terms.cap),
            text((!when.is_empty()).then(|| when.join(","))),
            day(terms.ordered_from),
            day(terms.ordered_to),
            day(terms.effective_from),
            day(terms.effective_to),
            Cell::truth(price_terms::is_held(terms, self.day)),
            text(citation.map(|citation| citation.source.to_string())),
            day(citation.map(|citation| citation.retrieved_on)),
            text(citation.map(|citation| citation.trust.as_str().to_owned())),
            text(citation.and_then(|citation| citation.note.as_deref()).map(str::to_owned)),
            Cell::text(self.sources.origin(terms.span)),
        ]
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct PriceJson<'a> {
    schema: &'static str,
    sku: &'a str,
    vendor: &'a str,
    name: Option<&'a str>,
    category: Option<&'a str>,
    description: Option<&'a str>,
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, String>"))]
    specification: SpecificationJson<'a>,
    sold_until: Option<String>,
    successor: Option<&'a str>,
    addon_to: &'a [Box<str>],
    as_of: String,
    place: String,
    replaces: Option<String>,
    inputs: Vec<InputJson<'a>>,
    credits: Vec<CreditJson<'a>>,
    charges: Vec<ChargeJson<'a>>,
    example: Option<ExampleJson<'a>>,
    no_example_because: Option<&'a str>,
}

/// What the SKU provides for other SKUs of its vendor.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CreditJson<'a> {
    reason: &'a str,
    amount: Number,
    currency: String,
    skus: &'a [Box<str>],
    from: Option<String>,
    until: Option<String>,
}

/// An allowance that charges share; `included` is null if the charges' own allowances fill it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PoolJson<'a> {
    name: &'a str,
    included: Option<&'a str>,
}

/// An input that is measured but has no price.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct InputJson<'a> {
    name: &'a str,
    description: Option<&'a str>,
    unit: &'a str,
    usage: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ChargeJson<'a> {
    meter: &'a str,
    description: Option<&'a str>,
    unit: Option<&'a str>,
    of: Option<&'a str>,
    each: bool,
    pool: Option<PoolJson<'a>>,
    usage: Option<&'a str>,
    billed_usage: Option<&'a str>,
    tier_by: Option<&'a str>,
    minimum_usage: Option<&'a str>,
    maximum_usage: Option<&'a str>,
    round_usage_up_to: Option<Number>,
    round_usage_down_to: Option<Number>,
    place: String,
    prices: Vec<DatedJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct DatedJson<'a> {
    holds: bool,
    #[serde(flatten)]
    terms: TermsJson,
    source: Option<&'a str>,
    note: Option<&'a str>,
    place: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ExampleJson<'a> {
    command: String,
    quantity: Number,
    usage: Vec<UsageJson<'a>>,
    total: Number,
    currency: String,
    /// Null where the cost does not depend on the revenue.
    mrr: Option<Number>,
    complete: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct UsageJson<'a> {
    meter: &'a str,
    usage: &'a str,
}

impl<'a> ExampleJson<'a> {
    fn new(example: &'a PriceExample) -> Self {
        Self {
            command: example.words().join(" "),
            quantity: Number(rust_decimal::Decimal::ONE),
            usage: example.usage.iter().map(|(meter, usage)| UsageJson { meter, usage }).collect(),
            total: Number(example.total.amount),
            currency: example.total.currency.to_string(),
            mrr: example.mrr.map(|mrr| Number(mrr.amount)),
            complete: example.complete,
        }
    }
}

impl Serialize for PriceView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inputs = self.sku.inputs.iter().map(|input| InputJson {
            name: &input.name,
            description: input.description.as_deref(),
            unit: &input.unit.label,
            usage: self.formula(input.default_usage.as_ref()),
        });
        PriceJson {
            schema: "costplan.price.v1",
            sku: &self.sku.id,
            vendor: self.sku.vendor(),
            name: self.sku.name.as_deref(),
            category: self.sku.category.as_deref(),
            description: self.sku.description.as_deref(),
            specification: SpecificationJson(&self.sku.specification),
            sold_until: self.sku.sale.sold_until.map(|day| day.to_string()),
            successor: self.sku.sale.successor.as_deref(),
            addon_to: &self.sku.addon_to,
            as_of: self.day.to_string(),
            place: self.sources.origin(self.sku.span),
            replaces: self.sku.replaces.map(|span| self.sources.origin(span)),
            inputs: inputs.collect(),
            credits: self.sku.credits.iter().map(CreditJson::new).collect(),
            charges: self.sku.charges.iter().map(|charge| self.charge_json(charge)).collect(),
            example: self.example.as_ref().ok().map(ExampleJson::new),
            no_example_because: self.example.as_ref().err().map(String::as_str),
        }
        .serialize(serializer)
    }
}

impl<'a> CreditJson<'a> {
    fn new(credit: &'a SkuCredit) -> Self {
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        Self {
            reason: &credit.reason,
            amount: Number(credit.amount),
            currency: credit.currency.to_string(),
            skus: &credit.skus,
            from: day(credit.from),
            until: day(credit.until),
        }
    }
}
