//! The screen of a difference: what changed by how much, and why.

use rust_decimal::Decimal;

use crate::calculate::LineChange;
use crate::model::Currency;
use crate::view::history::diff::DiffView;
use crate::view::history::diff_stage::ComparedStage;
use crate::view::history::diff_words::{reasons, reasons_of, shown_cost, shown_difference, shown_known, unknown};
use crate::view::page::layout::{Block, Column, Grid, Page};
use crate::view::page::number::thousands;
use crate::view::page::scenario::capitalised;
use crate::view::page::screen::{fold, folded, footer, grid};

/// The most stages, and the most line items of the stage that changed most.
const ROWS: usize = 7;

impl DiffView<'_> {
    /// The page for a terminal.
    pub(crate) fn screen_page(&self) -> Page {
        let mut changed: Vec<&ComparedStage<'_>> = self.shown().collect();
        let size = |stage: &ComparedStage<'_>| stage.difference().map_or(Decimal::MAX, |difference| difference.abs());
        changed.sort_by_key(|stage| std::cmp::Reverse(size(stage)));
        let headline = match &changed[..] {
            [only] if self.stages.len() == 1 => capitalised(&self.headline(only)),
            _ => self.sentence(),
        };
        let mut blocks = vec![Block::Headline(thousands(&headline).into_owned())];
        if !changed.is_empty() {
            blocks.push(Block::Grid(self.stages_grid(&changed)));
        }
        let most = changed.first().filter(|stage| stage.base.is_some() && stage.head.is_some());
        if let Some((stage, currency)) = most.and_then(|stage| Some((stage, stage.currency()?))) {
            let (lines, _) = self.lines(stage);
            if !lines.is_empty() {
                let title = capitalised(&self.context(stage));
                blocks.push(Block::Title(thousands(&title).into_owned()));
                blocks.push(Block::Grid(lines_grid(stage, lines, currency)));
            }
        }
        let hint = "--all for every stage, line item, cause and effect".to_owned();
        blocks.extend(footer((!changed.is_empty()).then_some(hint)));
        Page { blocks }
    }

    /// The stages whose totals changed, the largest change first, with the causes.
    fn stages_grid(&self, changed: &[&ComparedStage<'_>]) -> Grid {
        let mut grid = grid(vec![
            Column::left("Stage").at_least(12),
            Column::right("Before"),
            Column::right("After"),
            Column::right("Difference"),
            Column::left("Because").at_least(16),
        ]);
        let (shown, rest) = folded(changed, ROWS);
        for stage in shown {
            let Some(currency) = stage.currency() else { continue };
            let side = |is_there: bool, total| if is_there { shown_known(total, currency) } else { "none".to_owned() };
            let [before, after] = stage.known_totals();
            grid.cell(capitalised(&self.context(stage)));
            grid.cell(side(stage.base.is_some(), before)).cell(side(stage.head.is_some(), after));
            let difference = stage.difference().map(|of| shown_difference(stage.totals(), of, currency));
            let open = if stage.is_complete() { "" } else { " + ?" };
            grid.cell(format_args!("{}{open} {currency}", difference.unwrap_or_else(unknown)));
            let causes = stage.attribution.as_ref().map(|of| reasons(&of.contributions, currency));
            grid.cell(causes.map(|causes| thousands(&causes).into_owned()).unwrap_or_default());
        }
        fold(&mut grid, rest.len(), "--all");
        grid
    }
}

/// The line items of a stage that changed, the largest change first.
fn lines_grid(stage: &ComparedStage<'_>, mut lines: Vec<&LineChange>, currency: Currency) -> Grid {
    lines.sort_by_key(|line| std::cmp::Reverse((line.unknown.is_some(), line.difference.abs())));
    let mut grid = grid(vec![
        Column::left("Item").at_least(14),
        Column::right("Before"),
        Column::right("After"),
        Column::right("Difference"),
        Column::left("Because").at_least(16),
    ]);
    let (shown, rest) = folded(&lines, ROWS);
    for line in shown {
        let [before, after] = stage.lines_of(line).map(|line| shown_cost(line, currency));
        let amounts = stage.costs_of(line).map(Option::unwrap_or_default);
        let difference = stage.difference_of(line).map(|difference| {
            format!("{}{}", shown_difference(amounts, difference, currency), stage.unknown_part_of(line))
        });
        grid.cell(&line.name).cell(before).cell(after).cell(difference.unwrap_or_else(unknown));
        grid.cell(thousands(&reasons_of(line, currency)));
    }
    fold(&mut grid, rest.len(), "--all");
    grid
}
