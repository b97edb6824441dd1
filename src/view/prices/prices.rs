//! The price book: one row for each SKU.

use jiff::civil::Date;
use serde::Serialize;

use crate::model::{Charge, Citation, Sku, Trust};
use crate::source::Sources;
use crate::view::View;
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};
use crate::view::page::screen::{LINES, fold, folded, footer};
use crate::view::page::specification::SpecificationJson;
use crate::view::prices::price_json::TermsJson;
use crate::view::prices::price_terms;
use crate::view::prices::search::Search;

/// The SKUs of a screen: besides them there are the title, the headers, the line for the others and the footer.
const ROWS: usize = LINES - 6;

/// Which SKUs of a price book are listed.
#[derive(Clone, Debug, Default)]
pub struct PriceFilter {
    /// The words that are searched for.
    pub search: Option<Search>,
    /// The category, in either case.
    pub category: Option<String>,
    /// How a price that is effective on the day must have been read.
    pub trust: Option<Trust>,
}

impl PriceFilter {
    /// The SKUs that are listed, given their prices on a day: those that fit the words best come first.
    pub fn listed<'a>(&self, skus: impl IntoIterator<Item = &'a Sku>, day: Date) -> Vec<&'a Sku> {
        let admitted = skus.into_iter().filter(|sku| self.is_in_category(sku) && self.is_trusted(sku, day));
        let rank = |sku: &Sku| self.search.as_ref().map_or(Some(0), |search| search.rank(sku));
        let mut ranked: Vec<(u32, &Sku)> = admitted.filter_map(|sku| Some((rank(sku)?, sku))).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, sku)| sku).collect()
    }

    fn is_in_category(&self, sku: &Sku) -> bool {
        let Some(wanted) = &self.category else { return true };
        sku.category.as_ref().is_some_and(|category| category.to_lowercase() == wanted.to_lowercase())
    }

    fn is_trusted(&self, sku: &Sku, day: Date) -> bool {
        let Some(trust) = self.trust else { return true };
        citations(sku, day).any(|citation| citation.trust == trust)
    }
}

/// Where the prices of a day were read.
fn citations(sku: &Sku, day: Date) -> impl Iterator<Item = &Citation> {
    let prices = sku.charges.iter().flat_map(move |charge| price_terms::held(charge, day));
    prices.filter_map(|terms| terms.citation.as_deref())
}

/// SKUs with their prices on one day.
#[derive(Debug)]
pub struct PricesView<'a> {
    skus: Vec<&'a Sku>,
    day: Date,
    sources: &'a Sources,
    folds: bool,
    beyond: usize,
}

impl<'a> PricesView<'a> {
    /// The most SKUs that a table shows.
    pub const MOST: usize = 1000;

    /// Shows SKUs in the given order.
    pub fn new(skus: impl IntoIterator<Item = &'a Sku>, day: Date, sources: &'a Sources) -> Self {
        Self { skus: skus.into_iter().collect(), day, sources, folds: false, beyond: 0 }
    }

    /// The same view, whose screen has the first SKUs or all of them.
    #[must_use]
    pub fn folding(self, folds: bool) -> Self {
        Self { folds, ..self }
    }

    /// The same view of the first SKUs, which as many others follow.
    #[must_use]
    pub fn before(self, beyond: usize) -> Self {
        Self { beyond, ..self }
    }

    /// Whether there are no SKUs to show.
    pub fn is_empty(&self) -> bool {
        self.skus.is_empty()
    }

    /// The earliest day on which a price of the day was read.
    fn read_on(&self, sku: &Sku) -> Option<Date> {
        citations(sku, self.day).map(|citation| citation.retrieved_on).min()
    }

    /// How the prices were read, without repetitions.
    fn trust(&self, sku: &Sku) -> Vec<&'static str> {
        let found: Vec<Trust> = citations(sku, self.day).map(|citation| citation.trust).collect();
        Trust::WORDS.iter().filter(|(_, trust)| found.contains(trust)).map(|(word, _)| *word).collect()
    }

    fn price(&self, sku: &Sku) -> String {
        price_terms::sku_in_short(sku, self.day)
    }

    fn title(&self) -> String {
        let count = self.skus.len() + self.beyond;
        format!("{count} SKU{}, prices of {}", if count == 1 { "" } else { "s" }, self.day)
    }

    fn grid(&self, skus: &[&Sku]) -> Grid {
        let has_category = self.skus.iter().any(|sku| sku.category.is_some());
        // The column that is left out first on a short line comes last.
        let mut columns = vec![
            Column::left("SKU").at_least(34),
            Column::left("Price").at_least(31),
            Column::left("Read on").at_least(10),
            Column::left("Trust").at_least(11).optional(),
        ];
        columns.extend(has_category.then(|| Column::left("Category").optional()));
        columns.push(Column::left("Name").at_least(20).optional());
        let mut grid = Grid::new(columns);
        grid.beyond = self.beyond;
        for sku in skus {
            grid.cell(&sku.id).cell(self.price(sku));
            grid.cell(self.read_on(sku).map(|day| day.to_string()).unwrap_or_default());
            grid.cell(self.trust(sku).join(", ").replace('_', " "));
            if has_category {
                grid.cell(sku.category.as_deref().unwrap_or_default());
            }
            grid.cell(sku.name.as_deref().unwrap_or_default());
        }
        grid
    }
}

fn text(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::Empty, Cell::text)
}

impl View for PricesView<'_> {
    /// Empty if there are no SKUs: the command says so on stderr.
    fn page(&self) -> Page {
        if self.is_empty() {
            return Page::default();
        }
        Page { blocks: vec![Block::Title(self.title()), Block::Grid(self.grid(&self.skus))] }
    }

    fn screen(&self) -> Page {
        if !self.folds || self.is_empty() {
            return self.page();
        }
        let (shown, rest) = folded(&self.skus, ROWS);
        let mut grid = self.grid(shown);
        grid.is_ruled = false;
        fold(&mut grid, rest.len(), "--all");
        let more = footer(["costplan prices show SKU: all prices of one, with their sources".to_owned()]);
        Page { blocks: [Block::Headline(self.title()), Block::Grid(grid)].into_iter().chain(more).collect() }
    }

    fn records(&self) -> Records<'_> {
        let header =
            vec!["sku", "vendor", "name", "category", "description", "price", "retrieved_on", "trust", "charges"];
        let rows = self.skus.iter().map(|sku| {
            vec![
                Cell::text(&*sku.id),
                Cell::text(sku.vendor()),
                text(sku.name.as_deref()),
                text(sku.category.as_deref()),
                text(sku.description.as_deref()),
                Cell::text(self.price(sku)),
                self.read_on(sku).map_or(Cell::Empty, |day| Cell::text(day.to_string())),
                Cell::text(self.trust(sku).join(",")),
                Cell::Number(sku.charges.len().into()),
            ]
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct PricesJson<'a> {
    schema: &'static str,
    as_of: String,
    skus: Vec<SkuJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SkuJson<'a> {
    sku: &'a str,
    vendor: &'a str,
    name: Option<&'a str>,
    category: Option<&'a str>,
    description: Option<&'a str>,
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, String>"))]
    specification: SpecificationJson<'a>,
    sold_until: Option<String>,
    price: String,
    retrieved_on: Option<String>,
    trust: Vec<&'static str>,
    charges: Vec<ChargeJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ChargeJson<'a> {
    meter: &'a str,
    unit: Option<&'a str>,
    prices: Vec<TermsJson>,
}

impl Serialize for PricesView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let prices = |charge: &Charge| {
            let held = price_terms::held(charge, self.day);
            held.map(|terms| TermsJson::new(charge, terms, self.sources)).collect()
        };
        let skus = self.skus.iter().map(|sku| SkuJson {
            sku: &sku.id,
            vendor: sku.vendor(),
            name: sku.name.as_deref(),
            category: sku.category.as_deref(),
            description: sku.description.as_deref(),
            specification: SpecificationJson(&sku.specification),
            sold_until: sku.sale.sold_until.map(|day| day.to_string()),
            price: self.price(sku),
            retrieved_on: self.read_on(sku).map(|day| day.to_string()),
            trust: self.trust(sku),
            charges: sku
                .charges
                .iter()
                .map(|charge| ChargeJson {
                    meter: &charge.meter,
                    unit: charge.unit.as_ref().map(|unit| &*unit.label),
                    prices: prices(charge),
                })
                .collect(),
        });
        PricesJson { schema: "costplan.prices.v1", as_of: self.day.to_string(), skus: skus.collect() }
            .serialize(serializer)
    }
}
