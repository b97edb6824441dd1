//! The screen of a SKU: what it costs on the day, where that was read, and an example.

use crate::model::{Charge, Terms};
use crate::view::page::layout::{Block, Column, Grid, Page};
use crate::view::page::number::thousands;
use crate::view::page::screen::{COLUMNS, LINES, Tone, elided, fold, folded, footer, grid, lines_of, sentences};
use crate::view::prices::price::PriceView;
use crate::view::prices::price_terms;

/// The fewest and the most prices before others are folded.
const ROWS: (usize, usize) = (4, 12);
/// The columns of a price next to an allowance.
const PRICE: usize = 30;
/// The columns of a sentence below the answer.
const SENTENCE: usize = COLUMNS - 2;
/// The flag that shows everything.
const DETAILS: &str = "--details";

impl PriceView<'_> {
    /// The page for a terminal.
    pub(crate) fn screen_page(&self) -> Page {
        let sku = self.sku;
        let name = sku.name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
        let price = price_terms::sku_in_short(sku, self.day);
        let mut remarks = self.head();
        let place = remarks.pop();
        let remarks: Vec<(Tone, String)> =
            remarks.into_iter().map(|text| (Tone::Plain, elided(&text, SENTENCE).into_owned())).collect();
        let more = format!("Every price with its source: {DETAILS}");
        let footers: Vec<String> = self.source().into_iter().chain(place).chain([more]).collect();
        let mut example = self.example_blocks();
        let of_example = |blocks: &[Block]| -> usize {
            let lines = |block: &Block| if let Block::Text(text) = block { text.lines().count() } else { 1 };
            1 + blocks.iter().map(lines).sum::<usize>()
        };
        let taken = 5 + remarks.len() + footers.iter().map(|text| lines_of(text)).sum::<usize>();
        let held: Vec<(&Charge, &Terms)> = sku
            .charges
            .iter()
            .flat_map(|charge| price_terms::held(charge, self.day).map(move |terms| (&**charge, terms)))
            .collect();
        // A price with a long block takes a second line next to its allowance.
        let is_long = |(charge, terms): &&(&Charge, &Terms)| {
            terms.included.is_some() && price_terms::in_full(sku, charge, terms, self.sources).len() > PRICE
        };
        let taken = taken + held.iter().filter(is_long).count().min(2);
        if taken + held.len().min(ROWS.1) + of_example(&example) > LINES {
            // Its command is long: the amount is enough.
            example.truncate(1);
        }
        let most = LINES.saturating_sub(taken + of_example(&example)).clamp(ROWS.0, ROWS.1);
        let headline = thousands(&format!("{}{name}: {price}", sku.id)).into_owned();
        let mut blocks = vec![Block::Headline(headline)];
        blocks.extend(sentences(remarks));
        blocks.push(Block::Grid(self.held_grid(&held, most)));
        blocks.extend(example);
        blocks.extend(footer(footers));
        Page { blocks }
    }

    /// The prices of the day.
    fn held_grid(&self, held: &[(&Charge, &Terms)], most: usize) -> Grid {
        let has_allowance = held.iter().any(|(_, terms)| terms.included.is_some());
        let has_choices = held.iter().any(|(_, terms)| price_terms::choice(terms).is_some());
        let mut columns = vec![Column::left("Meter").at_least(26), Column::left("Price").at_least(PRICE)];
        columns.extend(has_allowance.then(|| Column::left("Included").at_least(16)));
        columns.extend(has_choices.then(|| Column::left("For").at_least(16)));
        let mut grid = grid(columns);
        let (shown, rest) = folded(held, most);
        for (charge, terms) in shown {
            let price = price_terms::in_full(self.sku, charge, terms, self.sources);
            grid.cell(&charge.meter).cell(thousands(&price));
            if has_allowance {
                let unit = charge.unit.as_ref();
                grid.cell(price_terms::allowance(terms, unit, self.sources).unwrap_or_default());
            }
            if has_choices {
                grid.cell(price_terms::choice(terms).unwrap_or_default());
            }
        }
        fold(&mut grid, rest.len(), DETAILS);
        grid
    }

    /// Where the first price of the day was read.
    fn source(&self) -> Option<String> {
        let mut held = self.sku.charges.iter().flat_map(|charge| price_terms::held(charge, self.day));
        let citation = held.find_map(|terms| terms.citation.as_deref())?;
        let trust = citation.trust.as_str().replace('_', " ");
        Some(format!("Read on {} ({trust}): {}", citation.retrieved_on, citation.source))
    }
}
