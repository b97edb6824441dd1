//! The screen of an explanation: one number as on a bill, or what all rows come from.

use crate::calculate::Subject;
use crate::view::cost::explain::ExplainView;
use crate::view::cost::stage::StageView;
use crate::view::page::layout::{Block, Column, Grid, Mark, Page};
use crate::view::page::number::{displayed, thousands};
use crate::view::page::screen::{
    COLUMNS, LINES, Tone, amount, customers, elided, fold, folded, footer, grid, lines_of, sentences,
};
use crate::view::page::section::Section;
use crate::view::page::selection::is_remark;

/// The longest name of a row.
const NAME: usize = 30;
/// The fewest rows before small ones are folded.
const ROWS: usize = 3;
/// The flag that shows every step.
const DETAILS: &str = "--details";

impl ExplainView<'_> {
    /// The page for a terminal.
    pub(crate) fn screen_page(&self) -> Page {
        match self.asked {
            Some(subject) => self.bill(subject),
            None => self.rows(),
        }
    }

    fn section(&self, of: Subject) -> Option<&Section<'_>> {
        self.sections.iter().find(|section| section.subject == of)
    }

    /// The steps of one number, and below them what they use.
    fn bill(&self, subject: Subject) -> Page {
        let stage = self.stage;
        let at = customers(self.costing.inputs.customers);
        let asked = self.section(subject);
        let title = asked.map(|section| section.title.clone()).unwrap_or_default();
        let result = asked.and_then(Section::result).unwrap_or_else(|| "unknown".to_owned());
        let headline = format!("{title}: {result}, in stage {} {} at {at}", stage.id, stage.name);
        let mut blocks = vec![Block::Headline(headline)];
        let view = StageView::new(stage, std::slice::from_ref(self.costing), false);
        blocks.extend(sentences(view.context().into_iter().map(|text| (Tone::Plain, text))));
        let mut shown = Vec::new();
        let mut steps = Grid::new(vec![Column::left(""), Column::left("")]);
        let of_asked = |section: &&Section<'_>| section.subject == subject || is_remark(section.subject);
        for section in self.sections.iter().filter(of_asked) {
            section.add_bill(&mut steps, &mut shown);
        }
        blocks.push(Block::Grid(steps));
        let mut used = Grid::new(vec![Column::left(""), Column::left("")]);
        for section in self.sections.iter().filter(|section| !of_asked(section)) {
            section.add_bill(&mut used, &mut shown);
        }
        if !used.is_empty() {
            blocks.extend([Block::Title("Computed from".to_owned()), Block::Grid(used)]);
        }
        blocks.extend(footer([format!("Rounded for reading: {DETAILS} has every digit, step and source")]));
        Page { blocks }
    }

    /// The total, the rows that it is the sum of, and how each of them comes about.
    fn rows(&self) -> Page {
        let stage = self.stage;
        let view = StageView::new(stage, std::slice::from_ref(self.costing), false);
        let notes: Vec<(Tone, String)> = view.context().into_iter().map(|text| (Tone::Plain, text)).collect();
        let footers = [
            format!("The steps of one number: costplan explain {} NAME, where NAME is that of a row,", stage.id),
            elided(&format!("of a figure or a driver: {}", self.names().join(", ")), COLUMNS).into_owned(),
            format!("Every step of every number: {DETAILS}"),
        ];
        let of_notes: usize = notes.iter().map(|(_, note)| lines_of(note)).sum();
        let taken = 4 + of_notes + view.sums().len() + 1 + footers.len() + 1;
        let mut blocks = vec![Block::Headline(view.headline())];
        blocks.extend(sentences(notes));
        blocks.push(Block::Grid(self.rows_grid(&view, LINES.saturating_sub(taken).max(ROWS))));
        blocks.extend(footer(footers));
        Page { blocks }
    }

    /// The names of figures and drivers, those first that people ask for.
    fn names(&self) -> Vec<&str> {
        let is_figure = |section: &&Section<'_>| {
            let subjects = [Subject::Total, Subject::CostPerCustomer, Subject::MarginalCost, Subject::ShareOfMrr];
            subjects.contains(&section.subject)
        };
        let is_driver = |section: &&Section<'_>| matches!(section.subject, Subject::Driver(_));
        let figures = self.sections.iter().filter(is_figure).chain(self.sections.iter().filter(is_driver));
        figures.map(|section| section.title.as_str()).collect()
    }

    fn rows_grid(&self, view: &StageView<'_>, most: usize) -> Grid {
        let (stage, currency) = (self.stage, self.stage.currency);
        let mut rows: Vec<(usize, &str, bool)> = stage
            .selected()
            .map(|(place, item)| (place, &*item.name, self.costing.line_items[place].is_known))
            .collect();
        rows.sort_by_key(|(place, _, is_known)| {
            (*is_known, std::cmp::Reverse(self.costing.line_items[*place].monthly))
        });
        let (shown, rest) = folded(&rows, most);
        let name = rows.iter().map(|(_, name, _)| name.chars().count()).max().unwrap_or(0).min(NAME);
        let header = format!("{currency} a month");
        let largest = amount(self.costing.totals.total, currency);
        let number = header.len().max(largest.chars().count());
        let how = COLUMNS.saturating_sub(name + number + 4);
        let columns = [Column::left("Item").at_least(name), Column::left("How it comes about").at_least(how)];
        let mut grid = grid(columns.into_iter().chain([Column::right(header)]).collect());
        for (place, name, is_known) in shown {
            let section = self.section(Subject::LineItem(*place));
            grid.cell(elided(name, NAME)).cell(section.map(|section| section.in_short(how)).unwrap_or_default());
            let known = || amount(displayed(self.costing.line_items[*place].monthly, currency), currency);
            grid.cell(if *is_known { known() } else { "?".to_owned() });
        }
        if !rest.is_empty() {
            fold(&mut grid, rest.len(), DETAILS);
        }
        for sum in view.sums() {
            let is_total = sum.label.starts_with("Total");
            let of_buffer = || self.section(Subject::Buffer).map(|section| section.in_short(how)).unwrap_or_default();
            let remark = if sum.label.starts_with("Buffer") { of_buffer() } else { sum.remark };
            if is_total {
                grid.mark(Mark::Strong);
            }
            grid.cell(&sum.label).cell(thousands(&remark));
            let shown = sum.amounts.first().copied().flatten();
            grid.cell(shown.map_or_else(|| "?".to_owned(), |shown| amount(shown, currency)));
        }
        grid
    }
}
