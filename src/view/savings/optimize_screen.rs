//! The screen of the savings on a stage: what to do first, and what else may save.

use crate::model::FitStanding;
use crate::view::page::layout::{Block, Column, Grid, Page};
use crate::view::page::number::{displayed, percent};
use crate::view::page::scenario::scenario_texts;
use crate::view::page::screen::{Tone, customers, fold, folded, footer, grid, money, sentences, several};
use crate::view::page::words::several as names;
use crate::view::savings::opportunity::opportunity_grid;
use crate::view::savings::optimize::{FitRow, OptimizeView};

/// The most techniques, the most techniques whose share is not given, and the most other ways.
const ROWS: (usize, usize, usize) = (5, 3, 3);

impl OptimizeView<'_> {
    /// The page for a terminal.
    pub(crate) fn screen_page(&self) -> Page {
        let mut blocks = vec![Block::Headline(self.answer())];
        blocks.extend(sentences(self.remarks()));
        if !self.optimization.plan.is_empty() {
            blocks.push(Block::Grid(self.plan_grid()));
        }
        let rows = self.rows();
        let is_open = |row: &&FitRow<'_>| {
            matches!(row.fit.standing, FitStanding::ShareUnknown(_)) && row.saved.is_none_or(|saved| !saved.is_zero())
        };
        let open: Vec<&FitRow<'_>> = rows.iter().filter(is_open).collect();
        blocks.extend((!open.is_empty()).then(|| Block::Grid(self.open_grid(&open))));
        blocks.extend(self.others());
        let mut needing: Vec<&str> = rows
            .iter()
            .filter(|row| !row.fit.standing.needed_inputs().is_empty())
            .map(|row| &*row.offer.technique.id)
            .collect();
        needing.sort_unstable();
        needing.dedup();
        let needing = (!needing.is_empty()).then(|| {
            format!("{} may save if it is known how they are used (--details)", several(needing.len(), "technique"))
        });
        let share = open.first().map(|row| {
            format!("Say on how much of it a technique is used: --set {}.share=40%", row.offer.technique.id)
        });
        let hint = "--details for every technique on every line item".to_owned();
        blocks.extend(footer(share.into_iter().chain(needing).chain([hint])));
        Page { blocks }
    }

    /// What can be saved, in a sentence.
    fn answer(&self) -> String {
        let stage = self.stage;
        let at = format!("{} {} at {}", stage.id, stage.name, customers(self.optimization.before.inputs.customers));
        match (self.saved(), self.saved_share()) {
            (Some(saved), Some(share)) if !self.optimization.plan.is_empty() => {
                format!("{at}: save {} a month, {}", money(saved, stage.currency), percent(&share, 1))
            }
            _ if self.others().is_some() => {
                format!("{at}: no technique is known to save anything here; other SKUs may")
            }
            _ => format!("{at}: no technique is known to save anything here"),
        }
    }

    fn remarks(&self) -> Vec<(Tone, String)> {
        let (before, after) = (&self.optimization.before, &self.optimization.after);
        let mut remarks = Vec::new();
        let totals = before.known_totals().zip(after.known_totals());
        if let Some((before, after)) = totals.filter(|_| !self.optimization.plan.is_empty()) {
            let [before, after] = [before, after].map(|totals| money(totals.total, self.stage.currency));
            remarks.push((Tone::Plain, format!("{before} becomes {after}, both rounded as the manifest says")));
        }
        let shares = before.economics.share_of_mrr.clone().zip(after.economics.share_of_mrr.clone());
        if let Some((before, after)) = shares {
            let [before, after] = [before, after].map(|share| percent(&share, 1));
            remarks.push((
                Tone::Plain,
                if before == after {
                    format!("{before} of revenue")
                } else {
                    format!("{before} of revenue becomes {after}")
                },
            ));
        }
        if !self.optimization.is_best {
            let text = "There are too many sets to compute them all: techniques were added one at a time";
            remarks.push((Tone::Doubtful, text.to_owned()));
        }
        remarks.extend(self.not_compared.map(|why| (Tone::Doubtful, why.to_owned())));
        remarks.extend(scenario_texts(self.stage).into_iter().map(|text| (Tone::Plain, text)));
        remarks
    }

    /// The plan, in its order.
    fn plan_grid(&self) -> Grid {
        let currency = self.stage.currency;
        let mut grid = grid(vec![
            Column::left("Do").at_least(14),
            Column::left("On").at_least(14),
            Column::right("Saves"),
            Column::right("Cost after"),
            Column::left("Effort").at_least(6).optional(),
            Column::left("Risk").at_least(6).optional(),
        ]);
        let (shown, rest) = folded(&self.optimization.plan, ROWS.0);
        for planned in shown {
            let offer = &self.offers[planned.offer];
            let lowered = self.lowered(offer);
            let items = if lowered.is_empty() { "needed by another one".to_owned() } else { names(&lowered) };
            grid.cell(&offer.technique.id).cell(items);
            grid.cell(displayed(planned.saved, currency)).cell(displayed(planned.total, currency));
            grid.cell(offer.technique.effort.as_str()).cell(offer.technique.risk.as_str());
        }
        fold(&mut grid, rest.len(), "--details");
        grid
    }

    /// The techniques that save if it is given on how much of a line item they are used.
    fn open_grid(&self, rows: &[&FitRow<'_>]) -> Grid {
        let mut grid = grid(vec![
            Column::left("May save, given its share").at_least(18),
            Column::left("On").at_least(14),
            Column::right("At most"),
        ]);
        let (shown, rest) = folded(rows, ROWS.1);
        for row in shown {
            let id = &row.offer.technique.id;
            let most = row.saved.map(|saved| displayed(saved, self.stage.currency).to_string());
            grid.cell(id).cell(self.name(row.fit.line_item)).cell(most.unwrap_or_else(|| "?".to_owned()));
        }
        fold(&mut grid, rest.len(), "--details");
        grid
    }

    /// Other ways to save: those whose saving is known come first.
    fn others(&self) -> Option<Block> {
        let all = opportunity_grid(self.stage, self.opportunities)?;
        let mut grid = all.picked(&(0..all.len().min(ROWS.2)).collect::<Vec<usize>>());
        grid.is_ruled = false;
        fold(&mut grid, all.len().saturating_sub(ROWS.2), "--details");
        Some(Block::Grid(grid))
    }
}
