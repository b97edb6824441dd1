//! The state of a plan, and what to try next.

use jiff::civil::Date;

use crate::calculate::{Costing, Finding};
use crate::model::{Month, Stage};
use crate::view::cost::stages::StagesView;
use crate::view::page::layout::{Block, Column, Page};
use crate::view::page::screen::{Tone, grid, sentences, several};

/// The first line.
const WHAT: &str = "costplan: what your infrastructure costs at N customers, and why";

/// The plan of a project.
#[derive(Debug)]
pub struct OverviewView<'a> {
    name: Option<&'a str>,
    stages: StagesView<'a>,
    today: Date,
    forecast: Option<&'a str>,
    billed: Option<Month>,
}

impl<'a> OverviewView<'a> {
    /// Shows the stages of a project on a day.
    pub fn new(
        name: Option<&'a str>,
        stages: impl IntoIterator<Item = (&'a Stage, &'a [Costing], Option<&'a Finding>)>,
        today: Date,
    ) -> Self {
        Self { name, stages: StagesView::new(stages), today, forecast: None, billed: None }
    }

    /// With the flags that a forecast still needs, if the project says a part of it, and the last month with bills.
    #[must_use]
    pub fn of_project(self, forecast: Option<&'a str>, billed: Option<Month>) -> Self {
        Self { forecast, billed, ..self }
    }

    /// The page for a terminal.
    pub fn page(&self) -> Page {
        let mut blocks = vec![Block::Headline(WHAT.to_owned())];
        blocks.extend(sentences([(Tone::Plain, self.plan())]));
        blocks.extend(self.stages.body());
        let first = self.stages.rows.first().map(|row| row.stage);
        let (id, customers) = first.map_or((1, 0), |stage| {
            let range = stage.customers.value;
            (stage.id, range.middle().unwrap_or(range.low))
        });
        let stage = format!("costplan stage {id} --customers {customers}");
        let from = format!("--from {}", customers.max(1));
        let flags = self.forecast.unwrap_or("--from --growth").replace("--from", &from);
        let flags = flags.replace("--growth", "--growth 10%/month");
        let forecast = format!("costplan forecast {flags}");
        let explain = format!("costplan explain {id} total");
        let bill = self.billed.map(|month| format!("what {month} really cost"));
        let mut next = vec![
            (stage.as_str(), "what it costs, and why"),
            (&explain, "where a number comes from"),
            (forecast.trim_end(), "month by month"),
        ];
        next.extend(bill.as_deref().map(|what| ("costplan actuals", what)));
        next.extend([("costplan check", "whether budgets are kept"), ("costplan help", "all commands")]);
        blocks.extend(ways("Next", &next));
        Page { blocks }
    }

    /// The name of the plan, its size, and the age of its prices.
    fn plan(&self) -> String {
        let stages = || self.stages.rows.iter().map(|row| row.stage);
        let mut currencies: Vec<String> = stages().map(|stage| stage.currency.to_string()).collect();
        currencies.dedup();
        let name = self.name.map(|name| format!("{name}, ")).unwrap_or_default();
        let oldest = stages().filter_map(|stage| Some(stage.oldest_price()?.0)).min();
        let age = oldest.and_then(|day| u64::try_from((self.today - day).get_days()).ok());
        let age = age.map(|days| format!("; its oldest price was read {} ago", several_days(days)));
        let count = several(self.stages.rows.len(), "stage");
        format!("Plan: {name}{count}, {}{}", currencies.join(", "), age.unwrap_or_default())
    }
}

fn several_days(days: u64) -> String {
    several(usize::try_from(days).unwrap_or(usize::MAX), "day")
}

/// What is said where there is no plan.
pub fn no_plan() -> Page {
    let here = "There is no plan here: no costplan.toml in this directory or above it";
    let ways = ways(
        "Ways on",
        &[
            ("costplan init my-plan", "start a plan of your own"),
            ("costplan stage 2 --customers 60", "what a stage of the example plan costs"),
            ("costplan prices list", "what vendors charge"),
            ("costplan help", "all commands"),
        ],
    );
    let what = [Block::Headline(WHAT.to_owned())].into_iter();
    Page { blocks: what.chain(sentences([(Tone::Plain, here.to_owned())])).chain(ways).collect() }
}

/// Commands and what they are for.
fn ways(title: &str, commands: &[(&str, &str)]) -> [Block; 2] {
    // A command that is broken over two lines is a different one.
    let longest = commands.iter().map(|(command, _)| command.len()).max().unwrap_or_default();
    let mut grid = grid(vec![Column::left("").at_least(longest), Column::left("").at_least(20)]);
    grid.indent = 2;
    for (command, what) in commands {
        grid.cell(command).cell(what);
    }
    [Block::Title(title.to_owned()), Block::Grid(grid)]
}
