//! The screen of a recommendation: the stage, and why not the others.

use crate::calculate::Standing;
use crate::view::page::layout::{Block, Column, Grid, Mark, Page};
use crate::view::page::number::{displayed, per_unit, percent, thousands};
use crate::view::page::scenario::scenario_texts;
use crate::view::page::screen::{Tone, grid, sentences, short};
use crate::view::plan::recommend::RecommendView;

impl RecommendView<'_> {
    /// The page for a terminal.
    pub(crate) fn screen_page(&self) -> Page {
        let said = self.sentences(1).into_iter().map(|text| thousands(&text).into_owned());
        let of_rule: Vec<String> = self.rule_sentences(1).iter().map(|text| thousands(text).into_owned()).collect();
        let mut said = said.filter(|text| !of_rule.contains(text) && text != "No other stage serves");
        let headline = said.next().unwrap_or_else(|| "There is no stage".to_owned());
        let bad = of_rule.iter().take(1).map(|text| (Tone::Bad, text.clone()));
        let help = of_rule.iter().skip(1).map(|text| (Tone::Plain, text.clone()));
        let found = self.findings().into_iter();
        let found = found.map(|finding| (Tone::of(finding.severity), short(&thousands(&finding.message)).to_owned()));
        let first = self.rows().next().map(|(stage, _)| stage);
        let context = first.into_iter().flat_map(scenario_texts);
        let plain = said.chain(context).map(|text| (Tone::Plain, text));
        let remarks: Vec<(Tone, String)> = bad.chain(help).chain(found).chain(plain).collect();
        let blocks = [Block::Headline(headline)].into_iter();
        Page { blocks: blocks.chain(sentences(remarks)).chain([Block::Grid(self.screen_grid())]).collect() }
    }

    fn screen_grid(&self) -> Grid {
        let currency = self.rows().next().map(|(stage, _)| stage.currency);
        let a_month = currency.map(|currency| format!("{currency} a month")).unwrap_or_default();
        let has_revenue = self.rows().any(|(_, candidate)| candidate.costing.economics.share_of_mrr.is_some());
        let mut columns = vec![Column::left("Stage"), Column::right(a_month), Column::right("Per customer").optional()];
        columns.extend(has_revenue.then(|| Column::right("Of revenue")));
        columns.push(Column::left("").at_least(16));
        let mut grid = grid(columns);
        for ((stage, candidate), reasons) in self.rows().zip(self.reasons()) {
            let (costing, economics) = (&candidate.costing, &candidate.costing.economics);
            if candidate.standing == Standing::Chosen {
                grid.mark(Mark::Strong);
            }
            let open = if costing.is_complete() { "" } else { " + ?" };
            let total = costing.known_totals().map(|totals| displayed(totals.total, stage.currency));
            grid.cell(format_args!("{} {}", stage.id, stage.name));
            grid.cell(total.map_or_else(|| "?".to_owned(), |total| format!("{total}{open}")));
            let each = economics.cost_per_customer.as_ref().map(|each| per_unit(each, stage.currency));
            grid.cell(each.map(|each| format!("{each}{open}")).unwrap_or_default());
            if has_revenue {
                grid.cell(economics.share_of_mrr.as_ref().map(|share| percent(share, 1)).unwrap_or_default());
            }
            grid.cell(thousands(&reasons.join("; ")));
        }
        grid
    }
}
