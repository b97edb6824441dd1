//! No number is broken over two lines, however narrow the terminal is.

use std::collections::BTreeSet;

use costplan::render::{self, Charts, Format, Layout};
use costplan::view::{Block, Column, Grid, Page, Records, View};

use crate::project::{costplan, project, root};

/// The numbers of a text, without separators of thousands.
fn numbers(text: &str) -> BTreeSet<String> {
    let text = text.replace(',', "");
    let is_part = |character: char| character.is_ascii_digit() || character == '.';
    let parts = text.split(|character: char| !is_part(character));
    let trimmed = parts.map(|part| part.trim_matches('.'));
    trimmed.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn written(view: &impl View, width: usize) -> String {
    let mut out = Vec::new();
    render::write(view, Format::Table, Layout { width, styled: false, charts: Charts::None }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A grid of ranges of numbers.
#[derive(serde::Serialize)]
struct Numbers(usize);

impl View for Numbers {
    fn page(&self) -> Page {
        let mut columns = vec![Column::left("Item")];
        columns.extend((0..self.0).map(|place| Column::right(format!("Number {place}"))));
        let mut grid = Grid::new(columns);
        for row in 1..=3_u64 {
            grid.cell(format!("row {row} of 1234567.89 USD"));
            for place in 1..=self.0 as u64 {
                grid.cell(format!("{}.50 to {}.25", row * 1_000_003 * place, row * 2_000_003 * place));
            }
        }
        Page { blocks: vec![Block::Grid(grid)] }
    }

    fn records(&self) -> Records<'_> {
        Records { header: Vec::new(), rows: Box::new(std::iter::empty()) }
    }
}

#[test]
fn a_grid_that_is_too_wide_is_written_one_cell_below_the_other() {
    for columns in 1..9 {
        let wide = numbers(&written(&Numbers(columns), 10_000));
        for width in [10, 20, 40, 60, 80, 120] {
            let text = written(&Numbers(columns), width);
            assert_eq!(numbers(&text), wide, "{columns} columns of numbers at {width}:\n{text}");
        }
    }
    let text = written(&Numbers(8), 80);
    assert!(text.starts_with("row 1 of 1234567.89 USD\n  Number 0: 1,000,003.50 to 2,000,003.25\n"), "{text}");
}

/// The pages that a terminal shows as a whole; Markdown has each cell on one line.
const PAGES: [&[&str]; 17] = [
    &["stages", "--details", "--arpu", "49"],
    &["stages", "--details", "--by", "vendor"],
    &["stage", "2", "--customers", "60", "--mrr", "6000", "--details"],
    &["stage", "4", "--details", "--tax", "19%"],
    &["compare", "2", "3", "--customers", "100", "--arpu", "49", "--details"],
    &["explain", "4", "total", "--details"],
    &["recommend", "--customers", "60", "--mrr", "600", "--details"],
    &["breakeven", "2", "--arpu", "10", "--customers", "60", "--details"],
    &["forecast", "--from", "500", "--growth", "15%/month", "--arpu", "49", "--cash", "12M", "--details"],
    &["sweep", "4", "--arpu", "3", "--step", "500", "--details"],
    &["sensitivity", "4", "--customers", "1250", "--details"],
    &["optimize", "3", "--customers", "300", "--details"],
    &["afford", "--mrr", "10000", "--details"],
    &["techniques", "show", "tiered-storage"],
    &["techniques", "show", "serverless"],
    &["prices", "show", "stripe/cards-eur", "--details"],
    &["prices", "show", "aws/s3-standard", "--details"],
];

#[test]
fn no_page_breaks_a_number_at_80_columns() {
    let empty = project(&[]);
    let mut found = Vec::new();
    for directory in [empty.path(), &root().join("examples/saas")] {
        for arguments in PAGES {
            let on = |format: &str| {
                let day: &[&str] = if arguments[0] == "techniques" { &[] } else { &["--as-of", "2026-11-24"] };
                let output = costplan(directory, &[arguments, day, &["--format", format]].concat());
                let code = output.status.code();
                (code, String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
            };
            let (code, table, said) = on("table");
            if code == Some(2) {
                assert!(said.contains("stage") || said.contains("SKU"), "{arguments:?}: {said}");
                continue;
            }
            let whole = numbers(&on("markdown").1);
            let broken: Vec<String> = numbers(&table).difference(&whole).cloned().collect();
            if !broken.is_empty() {
                found.push(format!("{broken:?} in {arguments:?}"));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
