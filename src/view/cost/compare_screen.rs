//! The screen of a comparison: which side costs more, and by which categories.

use rust_decimal::Decimal;

use crate::model::subtract;
use crate::view::cost::compare::CompareView;
use crate::view::page::layout::{Block, Page};
use crate::view::page::number::thousands;
use crate::view::page::screen::{LINES, Tone, amount, footer, lines_of, sentences, short};
use crate::view::page::shown::ShownTotals;
use crate::view::page::verdict::worst;

/// The most sentences about what is wrong on a side.
const SENTENCES: usize = 3;
/// The flag that shows the line items.
const DETAILS: &str = "--details";

impl CompareView<'_> {
    /// The page for a terminal.
    pub(crate) fn screen_page(&self) -> Page {
        let text = |block: Block| if let Block::Text(text) = block { Some((Tone::Plain, text)) } else { None };
        let found = self
            .findings()
            .into_iter()
            .map(|finding| (Tone::of(finding.severity), short(&thousands(&finding.message)).to_owned()));
        let mut notes = worst(found.collect(), SENTENCES, DETAILS);
        notes.extend(self.scenario_lines().into_iter().filter_map(text));
        let taken: usize = notes.iter().map(|(_, note)| lines_of(note)).sum();
        // The answer, the headers, the sums, the footer, and what separates them.
        let most = LINES.saturating_sub(taken + 13).max(3);
        let grid = self.grid(Some(most));
        let as_of = self.joined(|(stage, _)| stage.as_of.to_string());
        let mut blocks = vec![Block::Headline(self.answer())];
        blocks.extend(sentences(notes));
        blocks.push(Block::Grid(grid));
        blocks.extend(footer([format!("Prices of {as_of}; the line items: {DETAILS}")]));
        Page { blocks }
    }

    /// Which side costs more.
    fn answer(&self) -> String {
        let customers = self.joined(|(_, costing)| costing.inputs.customers.to_string());
        let at = thousands(&format!("at {customers} customers")).into_owned();
        let totals = self.sides.iter().map(|(stage, costing)| Some(ShownTotals::of(stage, costing)?.total));
        let totals: Option<Vec<Decimal>> = totals.filter(|_| self.is_complete()).collect();
        let (Some(totals), Some(currency)) = (totals, self.currency()) else {
            return format!("{} {at}: part of the cost is unknown", self.title());
        };
        let name = |place: usize| match &self.sides[place].0 {
            stage if self.is_by_scenario() => self.label(stage),
            stage => format!("{} {}", stage.id, stage.name),
        };
        let shown = |total: Decimal| amount(total, currency);
        match totals[..] {
            [first, second] if first == second => {
                format!("{} and {} cost the same {at}: {} {currency} a month", name(0), name(1), shown(first))
            }
            [first, second] => {
                let word = if second > first { "more" } else { "less" };
                let by = subtract(second, first).unwrap_or_default().abs();
                format!("{} costs {} {currency} a month {word} than {} {at}", name(1), shown(by), name(0))
            }
            _ => {
                let sides =
                    totals.iter().enumerate().map(|(place, total)| format!("{} {}", name(place), shown(*total)));
                format!("{currency} a month {at}: {}", sides.collect::<Vec<_>>().join(", "))
            }
        }
    }
}
