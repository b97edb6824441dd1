//! The screen of a sensitivity: the input that moves the total most, and the next ones.

use crate::calculate::{Basis, InputSensitivity};
use crate::view::page::layout::{Block, Column, Grid, Page};
use crate::view::page::number::{percent, signed, thousands};
use crate::view::page::screen::{Tone, customers, fold, folded, footer, grid, money, sentences, several, short};
use crate::view::page::section::amount;
use crate::view::plan::sensitivity::{SensitivityView, basis_words, outcome};

/// The most inputs, unless all are requested.
const ROWS: usize = 8;

impl SensitivityView<'_> {
    /// The page for a terminal.
    pub(crate) fn screen_page(&self) -> Page {
        let (still, moving): (Vec<&InputSensitivity>, Vec<_>) =
            self.sensitivity.inputs.iter().partition(|input| input.moves_nothing());
        let mut blocks = vec![Block::Headline(self.answer(&moving))];
        blocks.extend(sentences(self.remarks()));
        if !moving.is_empty() {
            blocks.push(Block::Grid(self.screen_grid(&moving)));
        }
        blocks.extend(self.chart());
        let still = (!still.is_empty())
            .then(|| format!("{} without effect on the total (--details)", several(still.len(), "input")));
        blocks.extend(footer(still));
        Page { blocks }
    }

    /// What moves the total most, in a sentence.
    fn answer(&self, moving: &[&InputSensitivity]) -> String {
        let (by, currency) = (self.by(), self.stage.currency);
        match moving.first().and_then(|input| Some((input, input.largest_move()?))) {
            Some((input, moved)) if self.sensitivity.total.is_some() => {
                let share = self.share(Some(moved)).map(|share| format!(", {}", percent(&share, 1)));
                let moved = money(moved, currency);
                let share = share.unwrap_or_default();
                format!("{} matters most: {by} more or less is {moved} a month{share}", input.label)
            }
            _ => "Nothing is known that moves the total".to_owned(),
        }
    }

    fn remarks(&self) -> Vec<(Tone, String)> {
        let stage = self.stage;
        let found = self.findings().into_iter();
        let mut remarks: Vec<(Tone, String)> =
            found.map(|finding| (Tone::of(finding.severity), short(&thousands(&finding.message)).to_owned())).collect();
        if let Some(total) = self.sensitivity.total {
            let total = money(total, stage.currency);
            let at = customers(self.costing.inputs.customers);
            remarks
                .push((Tone::Plain, format!("{} {} at {at}: {total} a month before rounding", stage.id, stage.name)));
        }
        remarks
    }

    fn screen_grid(&self, inputs: &[&InputSensitivity]) -> Grid {
        let (by, currency) = (self.by(), self.stage.currency);
        let mut grid = grid(vec![
            Column::left("Input").at_least(16),
            Column::right("Now"),
            Column::right(format!("{by} less")),
            Column::right(format!("{by} more")),
            Column::right("Of total"),
            Column::left("Known by").at_least(10).optional(),
        ]);
        let (shown, rest) = folded(inputs, ROWS);
        for input in shown {
            grid.cell(&input.label).cell(amount(&input.value));
            for end in [&input.low, &input.high] {
                let moved = outcome(end).map(|outcome| signed(outcome.moved, currency));
                grid.cell(moved.unwrap_or_else(|| "?".to_owned()));
            }
            let share = self.share(input.largest_move()).map(|share| percent(&share, 1));
            grid.cell(share.unwrap_or_default());
            grid.cell(match input.basis {
                Basis::ListPrice(_) => "list price".to_owned(),
                Basis::ExchangeRate(_) => "rate".to_owned(),
                basis => basis_words(basis),
            });
        }
        fold(&mut grid, rest.len(), "--details");
        grid
    }
}
