//! The customers and the revenue of months that were read from a file.

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::model::{Money, Month};
use crate::view::View;
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};
use crate::view::page::number::{Number, thousands};
use crate::view::page::screen::{Tone, footer, grid, sentences, several};

/// The customers and the revenue of a month, before a file was read and after it.
#[derive(Clone, Copy, Debug)]
pub struct ReadMonth {
    /// The month.
    pub month: Month,
    /// The customers before and after.
    pub customers: [Option<u64>; 2],
    /// The revenue before and after.
    pub mrr: [Option<Money>; 2],
}

impl ReadMonth {
    /// Whether a value that was recorded becomes another one.
    pub fn is_changed(&self) -> bool {
        let [customers, customers_after] = self.customers;
        let [mrr, mrr_after] = self.mrr;
        (customers.is_some() && customers != customers_after) || (mrr.is_some() && mrr != mrr_after)
    }

    /// Whether nothing becomes other than it was.
    pub fn is_unchanged(&self) -> bool {
        self.customers[0] == self.customers[1] && self.mrr[0] == self.mrr[1]
    }

    fn word(&self) -> &'static str {
        if self.is_unchanged() {
            "unchanged"
        } else if self.is_changed() {
            "changed"
        } else if self.customers[0].is_none() && self.mrr[0].is_none() {
            "new"
        } else {
            "completed"
        }
    }
}

/// The customers and the revenue of months that were read from a file.
#[derive(Debug)]
pub struct CustomersView<'a> {
    file: &'a str,
    months: &'a [ReadMonth],
    notes: &'a [String],
    /// The files that were written; none if a recorded value would change.
    files: &'a [String],
    /// Whether the months are recorded as they are shown.
    is_recorded: bool,
}

impl<'a> CustomersView<'a> {
    /// Shows what was read from a file, what is to be said of it, and the files that were written.
    pub fn new(
        file: &'a str,
        months: &'a [ReadMonth],
        notes: &'a [String],
        files: &'a [String],
        is_recorded: bool,
    ) -> Self {
        Self { file, months, notes, files, is_recorded }
    }

    fn headline(&self) -> String {
        let count = |word: &str| self.months.iter().filter(|month| month.word() == word).count();
        let parts = ["new", "changed", "completed", "unchanged"].into_iter().filter(|word| count(word) > 0);
        let parts: Vec<String> = parts.map(|word| format!("{} {word}", count(word))).collect();
        format!("{} in {}: {}", several(self.months.len(), "month"), self.file, parts.join(", "))
    }

    fn grid(&self) -> Grid {
        let mut grid = grid(vec![
            Column::left("Month").at_least(7),
            Column::right("Customers").at_least(9),
            Column::right("Revenue").at_least(10),
            Column::left("Change").at_least(9),
        ]);
        for month in self.months {
            let customers = month.customers.map(|count| count.map(|count| thousands(&count.to_string()).into_owned()));
            let mrr = month
                .mrr
                .map(|mrr| mrr.map(|mrr| format!("{} {}", thousands(&Number(mrr.amount).to_string()), mrr.currency)));
            grid.cell(month.month).cell(step(customers)).cell(step(mrr)).cell(month.word());
        }
        grid
    }
}

/// A value, or what it was and what it becomes.
fn step([before, after]: [Option<String>; 2]) -> String {
    match (before, after) {
        (Some(before), Some(after)) if before != after => format!("{before} -> {after}"),
        (_, after) => after.unwrap_or_default(),
    }
}

impl View for CustomersView<'_> {
    fn page(&self) -> Page {
        let mut blocks = vec![Block::Headline(self.headline()), Block::Grid(self.grid())];
        blocks.extend(sentences(self.notes.iter().map(|note| (Tone::Plain, note.clone()))));
        let end = match self.files {
            _ if !self.is_recorded => "Nothing was written: recorded values would change".to_owned(),
            [] => "Nothing was written: every value is recorded".to_owned(),
            files => format!("Recorded in {}", files.join(", ")),
        };
        blocks.extend(footer([end]));
        Page { blocks }
    }

    fn records(&self) -> Records<'_> {
        let header = vec![
            "month",
            "customers",
            "mrr",
            "currency",
            "customers_before",
            "mrr_before",
            "currency_before",
            "change",
        ];
        let count = |count: Option<u64>| Cell::number(count.map(Decimal::from));
        let rows = self.months.iter().map(move |month| {
            let amount = |mrr: Option<Money>| Cell::number(mrr.map(|mrr| mrr.amount));
            let currency = |mrr: Option<Money>| mrr.map_or(Cell::Empty, |mrr| Cell::text(mrr.currency.to_string()));
            vec![
                Cell::text(month.month.to_string()),
                count(month.customers[1]),
                amount(month.mrr[1]),
                currency(month.mrr[1]),
                count(month.customers[0]),
                amount(month.mrr[0]),
                currency(month.mrr[0]),
                Cell::text(month.word()),
            ]
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct CustomersJson<'a> {
    schema: &'static str,
    file: &'a str,
    months: Vec<MonthJson>,
    notes: &'a [String],
    recorded: bool,
    files: &'a [String],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MonthJson {
    month: String,
    customers: Option<u64>,
    mrr: Option<RevenueJson>,
    customers_before: Option<u64>,
    mrr_before: Option<RevenueJson>,
    change: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RevenueJson {
    amount: Number,
    currency: String,
}

fn month(month: &ReadMonth) -> MonthJson {
    let revenue = |mrr: Option<Money>| {
        mrr.map(|mrr| RevenueJson { amount: Number(mrr.amount), currency: mrr.currency.to_string() })
    };
    MonthJson {
        month: month.month.to_string(),
        customers: month.customers[1],
        mrr: revenue(month.mrr[1]),
        customers_before: month.customers[0],
        mrr_before: revenue(month.mrr[0]),
        change: month.word(),
    }
}

impl Serialize for CustomersView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        CustomersJson {
            schema: "costplan.actuals_customers.v1",
            file: self.file,
            months: self.months.iter().map(month).collect(),
            notes: self.notes,
            recorded: self.is_recorded,
            files: self.files,
        }
        .serialize(serializer)
    }
}
