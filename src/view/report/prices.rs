//! The prices and exchange rates in use, each with its source and the day on which it was read.

use crate::calculate::{PriceAge, RateAge};
use crate::view::page::layout::{Block, Column, Grid, Mark, Page};
use crate::view::page::number::Number;
use crate::view::page::screen::several as several_of;
use crate::view::page::words::several;
use crate::view::prices::price_terms::one_in_short;

/// The prices, the oldest first, and the exchange rates.
pub(crate) fn prices_page(prices: &[PriceAge<'_>], rates: &[RateAge<'_>]) -> Page {
    let mut blocks = vec![Block::Text(in_short(prices))];
    let mut grid = Grid::new(vec![
        Column::left("What"),
        Column::left("Price"),
        Column::left("Used by"),
        Column::left("Read on"),
        Column::left("Source"),
    ]);
    for price in prices {
        if price.is_stale {
            grid.mark(Mark::Doubtful);
        }
        let charge = price.sku.charges.iter().find(|charge| &*charge.meter == price.meter);
        let words = charge.map(|charge| one_in_short(price.sku, charge, price.terms)).unwrap_or_default();
        let mut used_by: Vec<&str> = price.used_by.iter().map(|(_, item)| &*item.name).collect();
        used_by.dedup();
        let trust = price.citation.trust.as_str().replace('_', " ");
        grid.cell(&price.sku.id).cell(words).cell(several(&used_by));
        grid.cell(format!("{} ({trust})", price.citation.retrieved_on)).cell(&price.citation.source);
    }
    if !grid.is_empty() {
        blocks.push(Block::Grid(grid));
    }
    let mut grid = Grid::new(vec![
        Column::left("Exchange rate"),
        Column::right("Rate"),
        Column::left("Read on"),
        Column::left("Source"),
    ]);
    for age in rates {
        if age.is_stale {
            grid.mark(Mark::Doubtful);
        }
        let (from, into) = age.rate.written(age.into);
        grid.cell(format!("{from} to {into}")).cell(Number(age.rate.rate));
        grid.cell(age.rate.read_on).cell(&age.rate.source);
    }
    if !grid.is_empty() {
        blocks.push(Block::Grid(grid));
    }
    Page { blocks }
}

/// How many prices there are, and from when the oldest is.
fn in_short(prices: &[PriceAge<'_>]) -> String {
    let Some(oldest) = prices.first() else { return "No list price is used".to_owned() };
    let (stale, all) = (prices.iter().filter(|price| price.is_stale).count(), several_of(prices.len(), "list price"));
    let stale = if stale == 0 { String::new() } else { format!("; {stale} of them should be read again") };
    format!(
        "{all}, each with the address and the day of its source. The oldest was read on {}: {}{stale}",
        oldest.citation.retrieved_on, oldest.sku.id
    )
}
