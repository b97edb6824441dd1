//! The cost of tag values, and the part of a stage that figures cover.

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::calculate::{Completeness, Costing, KnownCost, TaggedCost};
use crate::model::{Currency, Fraction, LineItem, Stage, StagePart, TagId, subtract, sum};
use crate::view::cost::sum_record::SumRecord;
use crate::view::page::layout::{Block, Cell, Column, Grid, Mark, Records};
use crate::view::page::number::{Number, displayed, percent, quotient};
use crate::view::page::shown::{KnownOrUnknown, is_nothing};

/// The name of line items without the tag. JSON and CSV distinguish them from a value of this name.
pub(crate) const UNTAGGED: &str = "not tagged";

/// Which part of a stage the figures cover, in words.
pub(crate) fn part_words(part: &StagePart) -> String {
    format!("Only the line items where {}", part.conditions.join(" and "))
}

/// The same as a paragraph below a headline.
pub(crate) fn part_block(stage: Option<&Stage>) -> Option<Block> {
    stage.and_then(|stage| stage.part.as_ref()).map(|part| Block::Text(part_words(part)))
}

/// The requested conditions on line items, for JSON.
pub(crate) fn conditions(stage: Option<&Stage>) -> Option<&[Box<str>]> {
    stage?.part.as_ref().map(|part| part.conditions.as_slice())
}

/// The part as a share of the whole stage, for JSON; null if it is unknown.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ShareJson(pub(crate) Option<Number>);

/// The share of the whole stage, where the figures cover a part.
pub(crate) fn share_of_stage(stage: &Stage, share: Option<&Fraction>) -> Option<ShareJson> {
    stage.part.as_ref().map(|_| ShareJson(share.and_then(quotient)))
}

/// The tags of a line item as one text: `env=prod;team=data`.
pub(crate) fn tags_text(stage: &Stage, item: &LineItem) -> String {
    let tags: Vec<String> = stage.tags_of(item).map(|(name, value)| format!("{name}={value}")).collect();
    tags.join(";")
}

/// The tags of a line item, for JSON.
pub(crate) struct LineTagsJson<'a>(pub(crate) &'a Stage, pub(crate) &'a LineItem);

impl Serialize for LineTagsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.tags_of(self.1))
    }
}

/// The cost of one tag value, or of untagged line items, in each of several costings.
pub(crate) struct TagRow<'a> {
    pub(crate) tag: &'a str,
    /// The value; `None` for line items without the tag.
    pub(crate) value: Option<&'a str>,
    costs: Vec<(TaggedCost, Decimal)>,
}

impl<'a> TagRow<'a> {
    /// The rows of a tag: the values that counted line items have, and always a row for untagged ones. In a stage
    /// without the tag, every line item is untagged.
    pub(crate) fn of_tag(stage: &'a Stage, costings: &[Costing], tag: &'a str) -> Vec<Self> {
        let id = stage.tag(tag);
        if let (None, Some(name)) = (id, built_in(tag)) {
            return Self::of_built_in(stage, costings, tag, |item| name(stage, item));
        }
        let values = id.map(|id| stage.tags[id.index()].values.as_slice()).unwrap_or_default();
        let places = values.iter().enumerate().map(|(place, value)| (Some(place), Some(&**value)));
        let rows = places.chain([(None, None)]).map(|(place, value)| {
            let of = |costing: &Costing| (cost(costing, id, place), costing.totals.subtotal);
            Self { tag, value, costs: costings.iter().map(of).collect() }
        });
        rows.filter(|row| row.value.is_none() || row.line_items() > 0).collect()
    }

    /// The rows of a name that every line item has, by cost, with a row for line items that have none if there are any.
    fn of_built_in(
        stage: &'a Stage,
        costings: &[Costing],
        tag: &'a str,
        name: impl Fn(&'a LineItem) -> Option<&'a str>,
    ) -> Vec<Self> {
        let mut names: Vec<Option<&str>> = stage.selected().map(|(_, item)| name(item)).collect();
        names.sort_unstable_by_key(|name| (name.is_none(), *name));
        names.dedup();
        let row = |value: Option<&'a str>| {
            let of = |costing: &Costing| {
                let items = stage.selected().filter(|(_, item)| name(item) == value);
                let places: Vec<usize> = items.map(|(place, _)| place).collect();
                let lines = || places.iter().map(|place| &costing.line_items[*place]);
                // Part of a sum that is known to fit.
                let monthly = sum(lines().map(|line| line.monthly)).unwrap_or_default();
                let completeness = Completeness::of(lines());
                let cost = KnownCost { monthly, completeness };
                (TaggedCost { cost, line_items: places.len() }, costing.totals.subtotal)
            };
            Self { tag, value, costs: costings.iter().map(of).collect() }
        };
        let mut rows: Vec<Self> = names.into_iter().map(row).collect();
        rows.sort_by_key(|row| (row.value.is_none(), row.cost().map(|cost| std::cmp::Reverse(cost.monthly))));
        rows
    }

    /// How many line items there are.
    pub(crate) fn line_items(&self) -> usize {
        self.costs.first().map_or(0, |(cost, _)| cost.line_items)
    }

    /// Their cost in the first costing.
    pub(crate) fn cost(&self) -> Option<KnownCost> {
        self.costs.first().map(|(cost, _)| cost.cost)
    }

    /// The name as a table shows it.
    fn label(&self) -> &'a str {
        self.value.unwrap_or(if built_in(self.tag).is_some() { "none" } else { UNTAGGED })
    }

    /// The known costs, where any cost is known.
    fn known(&self) -> impl Iterator<Item = Option<Decimal>> {
        self.costs
            .iter()
            .map(|(cost, _)| (cost.cost.completeness != Completeness::Nothing).then_some(cost.cost.monthly))
    }

    /// The shares of the subtotal.
    fn shares(&self) -> impl Iterator<Item = Option<Fraction>> {
        self.known().zip(&self.costs).map(|(known, (_, subtotal))| Fraction::new(known?, *subtotal).ok())
    }

    /// Adds the cost and the share in each costing to a table.
    fn cells(&self, grid: &mut Grid, currency: Currency) {
        for ((cost, _), share) in self.costs.iter().zip(self.shares()) {
            grid.cell(shown_cost(displayed(cost.cost.monthly, currency), cost.cost.completeness));
            grid.cell(match (share, cost.cost.completeness) {
                (Some(share), _) => percent(&share, 1),
                (None, Completeness::Nothing) => "?".to_owned(),
                (None, _) => String::new(),
            });
        }
    }

    fn is_complete(&self) -> bool {
        self.costs.iter().all(|(cost, _)| cost.cost.completeness == Completeness::Full)
    }
}

/// A name of a line item that is no tag.
type NameOf = for<'s> fn(&'s Stage, &'s LineItem) -> Option<&'s str>;

/// How a line item is called by one of the names that all of them have.
fn built_in(name: &str) -> Option<NameOf> {
    match name {
        "category" => Some(|stage, item| Some(stage.category(item.category))),
        "vendor" => Some(|_, item| item.vendor()),
        _ => None,
    }
}

/// The cost of one value.
fn cost(costing: &Costing, tag: Option<TagId>, value: Option<usize>) -> TaggedCost {
    let costs = tag.and_then(|tag| costing.tags.get(tag.index()));
    match (costs, value) {
        (Some(costs), Some(value)) => costs.values[value],
        (Some(costs), None) => costs.untagged,
        // In a stage without the tag, every line item is untagged.
        (None, _) => {
            let cost = KnownCost { monthly: costing.totals.subtotal, completeness: costing.completeness() };
            let counted = costing.line_items.iter().filter(|line| !line.is_left_out);
            TaggedCost { cost, line_items: counted.count() }
        }
    }
}

/// A cost as a table shows it, by its known part.
pub(crate) fn shown_cost(shown: Decimal, completeness: Completeness) -> String {
    match completeness {
        Completeness::Full => shown.to_string(),
        Completeness::Part => format!("{shown} + ?"),
        Completeness::Nothing => "?".to_owned(),
    }
}

/// A table of the cost of a tag's values, which add up to the subtotal.
pub(crate) fn tag_grid(stage: &Stage, costings: &[Costing], tag: &str) -> Grid {
    let several = costings.len() > 1;
    let mut columns = vec![Column::left(format!("By {tag}")), Column::right("Line items")];
    for costing in costings {
        let at = if several { format!(" at {}", costing.inputs.customers) } else { String::new() };
        columns.extend([Column::right(format!("Monthly{at}")), Column::right("Share")]);
    }
    let mut grid = Grid::new(columns);
    let currency = stage.currency;
    let rows = TagRow::of_tag(stage, costings, tag);
    for row in &rows {
        grid.cell(row.label()).cell(row.line_items());
        row.cells(&mut grid, stage.currency);
    }
    let subtotals: Vec<Option<Decimal>> = costings
        .iter()
        .map(|costing| costing.known_totals().map(|totals| displayed(totals.subtotal, currency)))
        .collect();
    let missed = |(place, subtotal): (usize, &Option<Decimal>)| {
        let shown = sum(rows.iter().map(|row| displayed(row.costs[place].0.cost.monthly, currency))).ok()?;
        subtract((*subtotal)?, shown).ok()
    };
    let missed: Vec<Option<Decimal>> = subtotals.iter().enumerate().map(missed).collect();
    let line_items: usize = rows.iter().map(TagRow::line_items).sum();
    let sums = |grid: &mut Grid, label: &str, line_items: String, amounts: Vec<Option<Decimal>>| {
        grid.cell(label).cell(line_items);
        for amount in amounts {
            grid.cell(KnownOrUnknown(amount)).cell("");
        }
    };
    if !is_nothing(&missed) {
        sums(&mut grid, "Rounding of the rows shown", String::new(), missed);
    }
    grid.mark(Mark::Rule).mark(Mark::Strong);
    sums(&mut grid, "Subtotal", line_items.to_string(), subtotals);
    grid
}

/// A table of the cost of a tag's values in several stages, each at one costing.
pub(crate) fn tag_grid_of_stages<'a>(stages: impl Iterator<Item = (&'a Stage, &'a Costing)>, tag: &str) -> Grid {
    let mut grid = Grid::new(vec![
        Column::left(format!("By {tag}")),
        Column::right("Customers"),
        Column::left("Value"),
        Column::right("Line items"),
        Column::right("Monthly"),
        Column::right("Share"),
    ]);
    for (stage, costing) in stages {
        for (place, row) in TagRow::of_tag(stage, std::slice::from_ref(costing), tag).iter().enumerate() {
            let is_first = place == 0;
            grid.cell(if is_first { format!("{} {}", stage.id, stage.name) } else { String::new() });
            grid.cell(if is_first { costing.inputs.customers.to_string() } else { String::new() });
            grid.cell(row.label()).cell(row.line_items());
            row.cells(&mut grid, stage.currency);
        }
    }
    grid
}

/// The cost of tag values, for spreadsheets: a record for each value of each tag at each costing, and after the values
/// of a tag those of the sums.
pub(crate) fn tag_records<'v>(
    stages: impl Iterator<Item = (&'v Stage, &'v [Costing])> + 'v,
    tags: &'v [String],
) -> Records<'v> {
    let header = vec![
        "stage",
        "customers",
        "tag",
        "value",
        "line_items",
        "monthly_cost",
        "currency",
        "share",
        "complete",
        "kind",
    ];
    let of_tag = move |stage: &'v Stage, costing: &'v Costing, tag: &'v str| {
        let rows = TagRow::of_tag(stage, std::slice::from_ref(costing), tag).into_iter().map(move |row| {
            let number = |value: Option<Decimal>| Cell::number(value);
            vec![
                Cell::Number(stage.id.into()),
                Cell::Number(costing.inputs.customers.into()),
                Cell::text(row.tag),
                row.value.map_or(Cell::Empty, Cell::text),
                Cell::Number(Decimal::from(row.line_items())),
                number(row.known().next().flatten()),
                Cell::text(stage.currency.to_string()),
                number(row.shares().next().flatten().as_ref().and_then(quotient).map(|share| share.0)),
                Cell::truth(row.is_complete()),
                Cell::text("value"),
            ]
        });
        rows.chain(SumRecord::all(stage, costing).into_iter().map(move |sum| {
            vec![
                Cell::Number(stage.id.into()),
                Cell::Number(costing.inputs.customers.into()),
                Cell::text(tag),
                Cell::Empty,
                Cell::Empty,
                Cell::number(sum.monthly),
                Cell::text(stage.currency.to_string()),
                Cell::Empty,
                Cell::truth(costing.is_complete()),
                Cell::text(sum.kind),
            ]
        }))
    };
    let of_costing = move |stage, costing| tags.iter().flat_map(move |tag| of_tag(stage, costing, tag));
    let rows =
        stages.flat_map(move |(stage, costings)| costings.iter().flat_map(move |costing| of_costing(stage, costing)));
    Records { header, rows: Box::new(rows) }
}

/// The cost of tag values, for JSON. Keys that differ between several costings are null.
pub(crate) struct TagsJson<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) costings: &'a [Costing],
    /// The names of the tags.
    pub(crate) tags: Vec<&'a str>,
}

impl<'a> TagsJson<'a> {
    /// All tags of a stage.
    pub(crate) fn all(stage: &'a Stage, costings: &'a [Costing]) -> Self {
        Self { stage, costings, tags: stage.tags.iter().map(|tag| &*tag.name).collect() }
    }
}

impl<'a> Serialize for TagsJson<'a> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let of = |tag: &'a str| (tag, TagJson::from(TagRow::of_tag(self.stage, self.costings, tag)));
        serializer.collect_map(self.tags.iter().copied().map(of))
    }
}

/// One tag. Its values are in an object of their own, so that none can be confused with the untagged entry.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct TagJson<'a> {
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, CostJson>"))]
    values: ValuesJson<'a>,
    untagged: Option<CostJson>,
}

impl<'a> From<Vec<TagRow<'a>>> for TagJson<'a> {
    fn from(rows: Vec<TagRow<'a>>) -> Self {
        let untagged = rows.iter().find(|row| row.value.is_none()).map(CostJson::from);
        Self { values: ValuesJson(rows), untagged }
    }
}

struct ValuesJson<'a>(Vec<TagRow<'a>>);

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CostJson {
    line_items: usize,
    monthly_cost: Option<Number>,
    share: Option<Number>,
    complete: bool,
}

impl From<&TagRow<'_>> for CostJson {
    fn from(row: &TagRow<'_>) -> Self {
        let monthly_cost = shared(row.known()).flatten().map(Number);
        let share = shared(row.shares().map(|share| share.as_ref().and_then(quotient))).flatten();
        Self { line_items: row.line_items(), monthly_cost, share, complete: row.is_complete() }
    }
}

/// The common value, if all are equal.
fn shared<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

impl Serialize for ValuesJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().filter_map(|row| Some((row.value?, CostJson::from(row)))))
    }
}
