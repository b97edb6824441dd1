//! The ways to buy the line items of a stage, side by side: by month, customer and call.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::calculate::AlternativeCost;
use crate::model::{Fraction, LineItem, Stage};
use crate::view::View;
use crate::view::cost::alternatives::{AlternativeJson, note, way};
use crate::view::cost::stage_json::StageReference;
use crate::view::page::layout::{Block, Cell, Column, Grid, Mark, Page, Records};
use crate::view::page::number::{Number, quotient, with_decimals};
use crate::view::page::screen::{amount, customers, grid};

/// Every way to buy the line items of a stage that have alternatives, side by side.
#[derive(Debug)]
pub struct AlternativesView<'a> {
    stage: &'a Stage,
    /// At one number of customers; each line item before its alternatives.
    costs: &'a [AlternativeCost],
}

/// What one way to buy a line item costs.
struct Way<'a> {
    cost: &'a AlternativeCost,
    item: &'a LineItem,
    /// Whether no other way costs less, and all are known.
    is_least: bool,
}

impl Way<'_> {
    fn per_customer(&self) -> Option<Fraction> {
        Fraction::new(self.cost.cost?, self.cost.customers.into()).ok()
    }

    fn per_1000_calls(&self) -> Option<Fraction> {
        let thousands = self.cost.calls.as_ref()?.divide(&Decimal::from(1000).into()).ok()?;
        Fraction::from(self.cost.cost?).divide(&thousands).ok()
    }
}

impl<'a> AlternativesView<'a> {
    /// A view of what [`alternative_costs`](crate::calculate::alternative_costs) found at one number of customers.
    pub fn new(stage: &'a Stage, costs: &'a [AlternativeCost]) -> Self {
        Self { stage, costs }
    }

    /// The ways to buy each line item.
    fn line_items(&self) -> impl Iterator<Item = Vec<Way<'a>>> {
        let stage = self.stage;
        self.costs.chunk_by(|first, second| first.line_item == second.line_item).map(move |ways| {
            let least = ways.iter().map(|way| way.cost).collect::<Option<Vec<_>>>();
            let least = least.and_then(|costs| costs.into_iter().min());
            let way = |cost: &'a AlternativeCost| Way {
                cost,
                item: way(stage, cost),
                is_least: least.is_some() && cost.cost == least,
            };
            ways.iter().map(way).collect()
        })
    }

    fn headline(&self) -> String {
        let at = self.costs.first().map(|cost| customers(cost.customers)).unwrap_or_default();
        format!("{} {} at {at}: ways to buy what it has", self.stage.id, self.stage.name)
    }

    /// A table for each line item, which is the header of its ways.
    fn tables(&self, new: fn(Vec<Column>) -> Grid) -> impl Iterator<Item = Block> {
        self.line_items().map(move |ways| Block::Grid(self.table(&ways, new)))
    }

    fn table(&self, ways: &[Way<'_>], new: fn(Vec<Column>) -> Grid) -> Grid {
        let currency = self.stage.currency;
        let name = ways.first().map_or("", |way| &self.stage.line_items[way.cost.line_item].name);
        let has_calls = ways.iter().any(|way| way.cost.calls.is_some());
        let mut columns = vec![
            Column::left(name).at_least(18),
            Column::right(format!("{currency} a month")),
            Column::right("a customer"),
        ];
        columns.extend(has_calls.then(|| Column::right("1,000 calls")));
        columns.push(Column::left(""));
        let mut table = new(columns);
        let quotient = |value: Option<Fraction>| {
            let shown = value.and_then(|value| with_decimals(&value, currency.decimals()));
            shown.map_or_else(|| "-".to_owned(), |shown| amount(shown, currency))
        };
        for way in ways {
            if way.is_least {
                table.mark(Mark::Strong);
            }
            let is_planned = way.cost.alternative.is_none();
            table.cell(if is_planned { way.item.sku().unwrap_or("a plain cost") } else { &way.item.name });
            table.cell(way.cost.cost.map_or_else(|| "?".to_owned(), |cost| amount(cost, currency)));
            table.cell(quotient(way.per_customer()));
            if has_calls {
                table.cell(quotient(way.per_1000_calls()));
            }
            table.cell(match (is_planned, way.is_least) {
                (true, true) => "planned, least",
                (true, false) => "planned",
                (false, true) => "least",
                (false, false) => "",
            });
        }
        table
    }

    fn remark(&self) -> String {
        format!("Prices of {}; each way on its own, without shared allowances, discounts and credits", self.stage.as_of)
    }
}

impl View for AlternativesView<'_> {
    fn page(&self) -> Page {
        let title = Block::Title(self.headline());
        Page { blocks: [title].into_iter().chain(self.tables(Grid::new)).chain([Block::Text(self.remark())]).collect() }
    }

    fn screen(&self) -> Page {
        let title = Block::Headline(self.headline());
        Page { blocks: [title].into_iter().chain(self.tables(grid)).chain([Block::Text(self.remark())]).collect() }
    }

    fn records(&self) -> Records<'_> {
        let header = vec![
            "line_item",
            "alternative",
            "vendor",
            "sku",
            "currency",
            "customers",
            "monthly_cost_exact",
            "cost_per_customer",
            "calls",
            "cost_per_1000_calls",
            "least",
            "note",
        ];
        let text = |text: Option<&str>| text.map_or(Cell::Empty, |text| Cell::text(text.to_owned()));
        let number = |value: Option<Fraction>| Cell::number(value.and_then(|value| Some(quotient(&value)?.0)));
        let rows = self.line_items().flatten().map(move |way| {
            vec![
                Cell::text(&*self.stage.line_items[way.cost.line_item].name),
                text(way.cost.alternative.map(|_| &*way.item.name)),
                text(way.item.vendor()),
                text(way.item.sku()),
                Cell::text(self.stage.currency.to_string()),
                Cell::Number(way.cost.customers.into()),
                Cell::number(way.cost.cost),
                number(way.per_customer()),
                number(way.cost.calls.clone()),
                number(way.per_1000_calls()),
                Cell::truth(way.is_least),
                text(note(way.item)),
            ]
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct AlternativesJson<'a> {
    schema: &'static str,
    stage: StageReference<'a>,
    currency: String,
    as_of: String,
    ways: Vec<WayJson<'a>>,
}

/// One way to buy a line item, beside the others.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct WayJson<'a> {
    #[serde(flatten)]
    way: AlternativeJson<'a>,
    cost_per_customer: Option<Number>,
    /// Null where the SKU counts no calls.
    calls: Option<Number>,
    cost_per_1000_calls: Option<Number>,
    least: bool,
}

impl Serialize for AlternativesView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ways = self.line_items().flatten().map(|way| WayJson {
            way: AlternativeJson::new(self.stage, way.cost),
            cost_per_customer: way.per_customer().as_ref().and_then(quotient),
            calls: way.cost.calls.as_ref().and_then(quotient),
            cost_per_1000_calls: way.per_1000_calls().as_ref().and_then(quotient),
            least: way.is_least,
        });
        AlternativesJson {
            schema: "costplan.alternatives.v1",
            stage: StageReference { id: self.stage.id, name: &self.stage.name },
            currency: self.stage.currency.to_string(),
            as_of: self.stage.as_of.to_string(),
            ways: ways.collect(),
        }
        .serialize(serializer)
    }
}
