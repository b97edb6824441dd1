//! What an import adds to the exchange rates, and what it does to the totals of the stages.

use serde::Serialize;

use crate::model::{RateChange, StageEffect};
use crate::view::View;
use crate::view::page::layout::{Block, Cell, Column, Mark, Page, Records};
use crate::view::page::number::Number;
use crate::view::page::screen;
use crate::view::prices::effect::{EffectJson, STAGES, effect_grid};

/// The rows of a screen for rates.
const RATES: usize = 10;

/// Exchange rates of an import.
#[derive(Debug)]
pub struct RateImportView<'a> {
    /// The rates that are new.
    pub changes: &'a [RateChange],
    /// How many rates were known.
    pub unchanged: usize,
    /// What they do to the stages.
    pub effects: &'a [StageEffect],
    /// Why that is not known.
    pub no_effects: Option<&'a str>,
    /// The file.
    pub file: String,
    /// Whether the file has another text afterwards.
    pub is_written: bool,
    /// Whether nothing is written.
    pub is_dry: bool,
    /// Whether a screen shows every rate.
    pub is_detailed: bool,
}

impl RateImportView<'_> {
    /// Whether a rate is new.
    pub fn have_moved(&self) -> bool {
        self.changes.iter().any(|change| !change.is_kept)
    }

    /// How many rates are new, in a sentence without a full stop.
    pub fn summary(&self) -> String {
        let kept = self.changes.iter().filter(|change| change.is_kept).count();
        let kept = match kept {
            0 => String::new(),
            1 => ", 1 differs from the rate of that day in the file, which stays".to_owned(),
            kept => format!(", {kept} differ from the rates of that day in the file, which stay"),
        };
        format!("{} new, {} known{kept}", self.changes.iter().filter(|change| !change.is_kept).count(), self.unchanged)
    }

    fn layout(&self, rates: usize, stages: usize) -> Page {
        let verb = if self.is_dry { "would be imported" } else { "imported" };
        let mut blocks = vec![Block::Headline(format!("Exchange rates {verb}: {}", self.summary()))];
        let columns = ["EUR to", "", "In the file", "Imported", "From"];
        let mut grid = screen::grid(vec![
            Column::left(columns[0]),
            Column::left(columns[1]).at_least(5),
            Column::right(columns[2]),
            Column::right(columns[3]),
            Column::left(columns[4]).at_least(10),
        ]);
        let (shown, more) = screen::folded(self.changes, rates);
        for change in shown {
            if change.is_kept {
                grid.mark(Mark::Faint);
            }
            grid.cell(change.to).cell(if change.is_kept { "stays" } else { "new" });
            grid.cell(change.old.map(|old| Number(old).to_string()).unwrap_or_default());
            grid.cell(Number(change.new)).cell(change.from);
        }
        screen::fold(&mut grid, more.len(), "--details");
        blocks.extend((!grid.is_empty()).then_some(Block::Grid(grid)));
        blocks.extend(effect_grid(self.effects, stages));
        let mut notes = vec![match (self.is_written, self.is_dry) {
            (false, _) => "no file has another text afterwards".to_owned(),
            (true, true) => format!("would write {}", self.file),
            (true, false) => format!("wrote {}", self.file),
        }];
        notes.extend(self.no_effects.map(|reason| format!("totals of stages are not compared: {reason}")));
        blocks.extend(screen::footer(notes));
        Page { blocks }
    }
}

impl View for RateImportView<'_> {
    fn page(&self) -> Page {
        self.layout(usize::MAX, usize::MAX)
    }

    fn screen(&self) -> Page {
        if self.is_detailed { self.page() } else { self.layout(RATES, STAGES) }
    }

    fn records(&self) -> Records<'_> {
        let header = vec!["from", "to", "old_rate", "new_rate", "effective_from", "change"];
        let rows = self.changes.iter().map(|change| {
            vec![
                Cell::text("EUR"),
                Cell::text(change.to.to_string()),
                Cell::number(change.old),
                Cell::Number(change.new),
                Cell::text(change.from.to_string()),
                Cell::text(if change.is_kept { "kept" } else { "added" }),
            ]
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RatesJson<'a> {
    schema: &'static str,
    dry_run: bool,
    moved: bool,
    file: &'a str,
    written: bool,
    unchanged: usize,
    rates: Vec<RateJson>,
    stages: Vec<EffectJson<'a>>,
    stages_unknown: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RateJson {
    from: &'static str,
    to: String,
    old: Option<Number>,
    new: Number,
    effective_from: String,
    change: &'static str,
}

impl Serialize for RateImportView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rates = self.changes.iter().map(|change| RateJson {
            from: "EUR",
            to: change.to.to_string(),
            old: change.old.map(Number),
            new: Number(change.new),
            effective_from: change.from.to_string(),
            change: if change.is_kept { "kept" } else { "added" },
        });
        RatesJson {
            schema: "costplan.rate_import.v1",
            dry_run: self.is_dry,
            moved: self.have_moved(),
            file: &self.file,
            written: self.is_written && !self.is_dry,
            unchanged: self.unchanged,
            rates: rates.collect(),
            stages: self.effects.iter().map(EffectJson::new).collect(),
            stages_unknown: self.no_effects,
        }
        .serialize(serializer)
    }
}
