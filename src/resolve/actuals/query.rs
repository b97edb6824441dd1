//! The query that adds a FOCUS bill up where it lies. Its answer is FOCUS again, with a row for each charge, so that the reader
//! of bills makes of it what it would make of the bill. The columns are those of the reader, and so are the rules:
//!
//! - the first column of a field that has a value counts, and a quantity has the unit of its own column;
//! - a row without a cost leaves its charge without one, which is refused when it is read;
//! - a row without a kind keeps its sign, which says what it is;
//! - a row for the whole month is apart from rows for a part of it, of which the last day is kept.

use std::fmt::Write as _;

use crate::parse::{BillField, BillLayout};
use crate::resolve::actuals::engine::{Engine, TagsAs};

/// A query for a bill.
#[derive(Clone, Debug)]
pub struct BillQuery {
    /// Who answers it.
    pub engine: Engine,
    /// The table, or the files.
    pub from: String,
    /// The version of FOCUS that the table has: the 2 of 1.2.
    pub version: u8,
    /// How the tags are kept.
    pub tags_as: TagsAs,
    /// The tags that are kept.
    pub tags: Vec<Box<str>>,
}

/// The fields that are texts of a charge, each with its name within the query.
const TEXTS: &[(BillField, &str)] = &[
    (BillField::Vendor, "vendor"),
    (BillField::Service, "service"),
    (BillField::Sku, "sku"),
    (BillField::Meter, "meter"),
    (BillField::ResourceType, "resource_type"),
    (BillField::Kind, "kind"),
    (BillField::Class, "class"),
    (BillField::Currency, "currency"),
];

/// The other fields that the query reads as they are.
const VALUES: &[(BillField, &str)] = &[
    (BillField::Period, "period"),
    (BillField::Start, "starts"),
    (BillField::End, "ends"),
    (BillField::Cost, "cost"),
    (BillField::Effective, "effective"),
    (BillField::Quantity, "quantity"),
];

/// The times at which a day begins.
const MIDNIGHT: &str = "('', '00:00', '00:00Z', '00:00:00')";

impl BillQuery {
    /// The query.
    pub fn text(&self) -> String {
        let layout = BillLayout::focus();
        let engine = self.engine;
        let mut text = "-- What a bill adds up to. Save the answer as CSV with a header, and read it with `costplan actuals import`.\n".to_owned();
        text.push_str(engine.before());
        let _ = writeln!(
            text,
            "WITH cells AS (\n  SELECT\n    {}\n  FROM {}\n),",
            self.cells(&layout),
            engine.source(&self.from, &layout)
        );
        let _ = writeln!(text, "days AS (\n  SELECT\n    cells.*,\n    {}\n  FROM cells\n),", self.days());
        let _ = writeln!(text, "parts AS (\n  SELECT\n    days.*,\n    {}\n  FROM days\n),", self.parts());
        let _ = writeln!(text, "covered AS (\n  SELECT\n    parts.*,\n    {}\n  FROM parts\n)", self.covered());
        let keys = self.keys().join(", ");
        let _ = write!(text, "SELECT\n  {}\nFROM covered\nGROUP BY {keys}\nORDER BY {keys}", self.answer(&layout));
        text + engine.behind() + ";\n"
    }

    /// Whether the table has a column. What a version has in place of another column is read alone.
    fn has(&self, column: &str) -> bool {
        match column {
            _ if self.engine == Engine::DuckDb => true,
            "SkuMeter" => self.version >= 1,
            "ServiceProviderName" => self.version >= 3,
            "ProviderName" => self.version < 3,
            _ => true,
        }
    }

    /// The first of the columns of a field that has a value.
    fn first_of(&self, layout: &BillLayout, field: BillField) -> String {
        let cells: Vec<String> =
            layout.names(field).iter().filter(|name| self.has(name)).map(|name| self.engine.cell(name)).collect();
        match &cells[..] {
            [] => self.engine.no_text().to_owned(),
            [one] => one.clone(),
            several => format!("COALESCE({})", several.join(", ")),
        }
    }

    /// The values of each row as texts.
    fn cells(&self, layout: &BillLayout) -> String {
        let fields = TEXTS.iter().chain(VALUES);
        let mut cells: Vec<String> =
            fields.map(|(field, name)| format!("{} AS {name}", self.first_of(layout, *field))).collect();
        let units = layout.names(BillField::Quantity).iter().zip(layout.names(BillField::Unit));
        let units: String = units
            .map(|(quantity, unit)| {
                format!("WHEN {} IS NOT NULL THEN {} ", self.engine.cell(quantity), self.engine.cell(unit))
            })
            .collect();
        cells.push(format!("CASE {units}END AS unit"));
        for (column, tag) in self.tag_columns() {
            for name in layout.names(BillField::Tags) {
                let value = format!("TRIM({})", self.engine.tag(name, tag, self.tags_as));
                cells.push(format!("NULLIF({value}, '') AS {column}"));
            }
        }
        cells.join(",\n    ")
    }

    /// The tags that are kept, each with the name of its column.
    fn tag_columns(&self) -> impl Iterator<Item = (String, &str)> {
        (1..).zip(&self.tags).map(|(number, tag)| (format!("tag_{number}"), &**tag))
    }

    /// The month of each row, and the days that it covers: an end at the very start of a day belongs to the day before.
    fn days(&self) -> String {
        let engine = self.engine;
        let end = engine.day("SUBSTR(ends, 1, 10)");
        let days = [
            format!("{} AS first_day", engine.day("SUBSTR(period, 1, 7) || '-01'")),
            format!("{} AS from_day", engine.day("SUBSTR(starts, 1, 10)")),
            format!(
                "CASE WHEN SUBSTR(ends, 12, 8) IN {MIDNIGHT} THEN {} ELSE {end} END AS end_day",
                engine.later(&end, -1)
            ),
            "CASE WHEN kind IS NULL AND SUBSTR(cost, 1, 1) = '-' THEN 1 ELSE 0 END AS is_negative".to_owned(),
            "CASE WHEN quantity IS NULL THEN 0 ELSE 1 END AS has_quantity".to_owned(),
        ];
        days.join(",\n    ")
    }

    /// Whether each row is for the whole month, and the last day that it covers.
    fn parts(&self) -> String {
        let last = self.engine.last_day("first_day");
        format!(
            "CASE WHEN from_day <= first_day AND end_day >= {last} THEN 1 ELSE 0 END AS is_monthly,\n    \
             CASE WHEN end_day < from_day THEN from_day ELSE end_day END AS until_day"
        )
    }

    /// Up to which day of the month the rows for a part of it go.
    fn covered(&self) -> String {
        let last = self.engine.last_day("first_day");
        format!(
            "CASE WHEN is_monthly = 0 AND until_day >= first_day AND from_day <= {last} \
             THEN LEAST(until_day, {last}) END AS through_day"
        )
    }

    /// What the rows of a charge have in common.
    fn keys(&self) -> Vec<String> {
        let texts = TEXTS.iter().map(|(_, name)| (*name).to_owned());
        let flags = ["unit", "is_negative", "has_quantity", "is_monthly"].map(str::to_owned);
        let tags = self.tag_columns().map(|(column, _)| column);
        ["first_day".to_owned()].into_iter().chain(texts).chain(flags).chain(tags).collect()
    }

    /// A row of FOCUS for each charge.
    fn answer(&self, layout: &BillLayout) -> String {
        let engine = self.engine;
        let name = |field: BillField| layout.names(field).first().map_or("", |name| &**name);
        let of_month = |monthly: &str, other: &str| format!("CASE WHEN is_monthly = 1 THEN {monthly} ELSE {other} END");
        let through = "MAX(through_day)";
        let end = engine.later(&engine.last_day("first_day"), 1);
        let mut columns = vec![
            ("first_day".to_owned(), name(BillField::Period)),
            (of_month("first_day", through), name(BillField::Start)),
            (of_month(&end, &engine.later(through, 1)), name(BillField::End)),
        ];
        columns.extend(TEXTS.iter().map(|(field, of)| ((*of).to_owned(), name(*field))));
        columns
            .push((format!("CASE WHEN COUNT(cost) = COUNT(*) THEN {} END", engine.sum("cost")), name(BillField::Cost)));
        columns.push((engine.sum("effective"), name(BillField::Effective)));
        columns.push((engine.sum("quantity"), name(BillField::Quantity)));
        columns.push(("unit".to_owned(), name(BillField::Unit)));
        columns.push(("COUNT(*)".to_owned(), name(BillField::Rows)));
        let tags: Vec<(&str, String)> = self.tag_columns().map(|(column, tag)| (tag, column)).collect();
        if !tags.is_empty() {
            columns.push((engine.tags(&tags), name(BillField::Tags)));
        }
        columns.iter().map(|(of, name)| format!("{of} AS {name}")).collect::<Vec<_>>().join(",\n  ")
    }
}
