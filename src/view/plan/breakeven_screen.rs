//! The screen of a break-even: from which customers, or from which revenue, it is enough.

use crate::view::page::layout::{Block, Page};
use crate::view::page::number::thousands;
use crate::view::page::scenario::scenario_texts;
use crate::view::page::screen::{Tone, footer, sentences};
use crate::view::plan::breakeven::BreakevenView;

impl BreakevenView<'_> {
    /// The page for a terminal.
    pub(crate) fn screen_page(&self) -> Page {
        let goals = self.goals_at_arpu().into_iter().chain(self.goals_at_customers());
        let mut answers = goals.chain(self.within_budget()).map(|text| thousands(&text).into_owned());
        let headline = answers.next().unwrap_or_else(|| "Nothing was requested".to_owned());
        let tone = |text: &str| if text.contains("at no number of customers") { Tone::Bad } else { Tone::Plain };
        let mut remarks: Vec<(Tone, String)> = answers.map(|text| (tone(&text), text)).collect();
        if !self.answer.is_complete {
            let text = "Part of the cost is unknown: only certain results are counted";
            remarks.push((Tone::Doubtful, text.to_owned()));
        }
        remarks.push((
            Tone::Plain,
            thousands(&format!("{} {} {}", self.stage.id, self.stage.name, self.serves())).into_owned(),
        ));
        remarks.extend(scenario_texts(self.stage).into_iter().map(|text| (Tone::Plain, text)));
        let mut blocks = vec![Block::Headline(headline)];
        blocks.extend(sentences(remarks));
        let has_ratings = self.answer.at_arpu.is_some() || self.answer.at_customers.is_some();
        let hint = "--details for the share of revenue that each number of customers reaches";
        blocks.extend(footer(has_ratings.then(|| hint.to_owned())));
        Page { blocks }
    }
}
