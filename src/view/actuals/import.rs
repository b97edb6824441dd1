//! Bills that were imported, with their control totals.

use serde::{Serialize, Serializer};

use crate::model::{ControlTotal, Month, add};
use crate::view::View;
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};
use crate::view::page::number::{Number, thousands};
use crate::view::page::screen::{Tone, footer, grid, sentences, several};

/// A bill that was imported.
#[derive(Clone, Debug)]
pub struct ImportedBill {
    name: String,
    format: String,
    /// What is to be said of how it was read, in sentences.
    notes: Vec<String>,
    /// Its rows by month.
    pub months: Vec<ImportedMonth>,
}

impl ImportedBill {
    /// A bill by the name of its file; its months follow.
    pub fn new(name: &str, format: &str, notes: &[String]) -> Self {
        Self { name: name.to_owned(), format: format.to_owned(), notes: notes.to_vec(), months: Vec::new() }
    }
}

/// The rows of a bill that belong to a month.
#[derive(Clone, Debug)]
pub struct ImportedMonth {
    /// The month.
    pub month: Month,
    /// How many rows there are.
    pub rows: u64,
    /// How many charges they were added up to.
    pub charges: usize,
    /// What they add up to.
    pub totals: Vec<ControlTotal>,
    /// What the import changed.
    pub change: ImportChange,
    /// The other bills of the month that have charges of the same vendors: one of them may have the same rows.
    pub others: Vec<String>,
}

/// What an import changed in a month.
#[derive(Clone, Debug)]
pub enum ImportChange {
    /// The bill was not there before.
    New,
    /// Another file of the same name was there.
    Replaced {
        /// Its rows.
        rows: u64,
        /// What they added up to.
        totals: Vec<ControlTotal>,
    },
    /// The same file was there.
    Unchanged,
    /// The same file was there under another name.
    SameAs(String),
}

impl ImportChange {
    fn word(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Replaced { .. } => "replaced",
            Self::Unchanged => "unchanged",
            Self::SameAs(_) => "same as another",
        }
    }

    fn in_words(&self) -> String {
        match self {
            Self::New | Self::Unchanged => self.word().to_owned(),
            Self::Replaced { rows, totals } => format!("replaces {} rows, {}", rows, billed(totals)),
            Self::SameAs(name) => format!("not imported: the same file is there as {name}"),
        }
    }
}

/// The sums of control totals, one for each currency. A sum that is too large is left out.
fn added<'t>(totals: impl Iterator<Item = &'t ControlTotal>) -> Vec<ControlTotal> {
    let mut sums: Vec<ControlTotal> = Vec::new();
    for total in totals {
        match sums.iter_mut().find(|sum| sum.currency == total.currency) {
            Some(sum) => sum.billed = add(sum.billed, total.billed).unwrap_or(sum.billed),
            None => sums.push(*total),
        }
    }
    sums
}

/// What rows add up to, in words.
fn billed(totals: &[ControlTotal]) -> String {
    let one = |total: &ControlTotal| format!("{} {}", thousands(&Number(total.billed).to_string()), total.currency);
    totals.iter().map(one).collect::<Vec<_>>().join(" + ")
}

/// An import with its control totals.
#[derive(Debug)]
pub struct BillImportView<'a> {
    bills: &'a [ImportedBill],
    files: &'a [String],
}

impl<'a> BillImportView<'a> {
    /// Shows bills that were imported, and the files that were written.
    pub fn new(bills: &'a [ImportedBill], files: &'a [String]) -> Self {
        Self { bills, files }
    }

    fn headline(&self) -> String {
        let rows: u64 = self.months().map(|(_, month)| month.rows).sum();
        let rows = usize::try_from(rows).unwrap_or(usize::MAX);
        let read = format!("Read {} in {}", several(rows, "row"), several(self.bills.len(), "bill"));
        format!("{read}: {}", billed(&added(self.months().flat_map(|(_, month)| &month.totals))))
    }

    fn months(&self) -> impl Iterator<Item = (&'a ImportedBill, &'a ImportedMonth)> {
        self.bills.iter().flat_map(|bill| bill.months.iter().map(move |month| (bill, month)))
    }

    fn grid(&self) -> Grid {
        let mut grid = grid(vec![
            Column::left("Bill").at_least(12),
            Column::left("Month").at_least(7),
            Column::right("Rows"),
            Column::right("Billed").at_least(16),
            Column::left("Change").at_least(14),
        ]);
        for (bill, month) in self.months() {
            grid.cell(&bill.name).cell(month.month).cell(thousands(&month.rows.to_string()));
            grid.cell(billed(&month.totals)).cell(month.change.in_words());
        }
        grid
    }
}

impl View for BillImportView<'_> {
    fn page(&self) -> Page {
        let written = match self.files {
            [] => "Nothing was written".to_owned(),
            files => format!("Recorded in {}", files.join(", ")),
        };
        let mut blocks = vec![Block::Headline(self.headline()), Block::Grid(self.grid())];
        let doubtful = self.months().filter(|(_, month)| !month.others.is_empty()).map(|(bill, month)| {
            let others = month.others.join(", ");
            (Tone::Doubtful, format!("{} also has {others} of the vendors of {}: both count", month.month, bill.name))
        });
        let of_bill = |bill: &ImportedBill| {
            let note = |note: &String| (Tone::Doubtful, format!("{}: {note}", bill.name));
            bill.notes.iter().map(note).collect::<Vec<_>>()
        };
        blocks.extend(sentences(doubtful.chain(self.bills.iter().flat_map(of_bill))));
        blocks.extend(footer([written]));
        Page { blocks }
    }

    fn records(&self) -> Records<'_> {
        let header = vec!["bill", "format", "month", "rows", "charges", "currency", "billed", "effective", "change"];
        let rows = self.months().flat_map(|(bill, month)| {
            month.totals.iter().map(move |total| {
                vec![
                    Cell::text(&*bill.name),
                    Cell::text(&*bill.format),
                    Cell::text(month.month.to_string()),
                    Cell::Number(month.rows.into()),
                    Cell::Number(month.charges.into()),
                    Cell::text(total.currency.to_string()),
                    Cell::Number(total.billed),
                    total.effective.map_or(Cell::Empty, Cell::Number),
                    Cell::text(month.change.word()),
                ]
            })
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ImportJson<'a> {
    schema: &'static str,
    bills: Vec<BillJson<'a>>,
    files: &'a [String],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct BillJson<'a> {
    bill: &'a str,
    format: &'a str,
    months: Vec<MonthJson<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MonthJson<'a> {
    month: String,
    rows: u64,
    charges: usize,
    totals: Vec<TotalJson>,
    change: &'static str,
    others: &'a [String],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TotalJson {
    currency: String,
    billed: Number,
    effective: Option<Number>,
}

fn total(total: &ControlTotal) -> TotalJson {
    TotalJson {
        currency: total.currency.to_string(),
        billed: Number(total.billed),
        effective: total.effective.map(Number),
    }
}

fn month(month: &ImportedMonth) -> MonthJson<'_> {
    MonthJson {
        month: month.month.to_string(),
        rows: month.rows,
        charges: month.charges,
        totals: month.totals.iter().map(total).collect(),
        change: month.change.word(),
        others: &month.others,
    }
}

impl Serialize for BillImportView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bills = self.bills.iter().map(|of| BillJson {
            bill: &of.name,
            format: &of.format,
            months: of.months.iter().map(month).collect(),
            notes: &of.notes,
        });
        ImportJson { schema: "costplan.actuals_import.v1", bills: bills.collect(), files: self.files }
            .serialize(serializer)
    }
}
