//! What a forecast assumes, with the files that it names.

use std::path::Path;

use super::{Failed, Workspace};
use crate::diagnostic::Problems;
use crate::load;
use crate::model::{Currency, ForecastPlan, Stage};
use crate::parse::{self, ForecastRaw, ListedRaw};
use crate::resolve::{self, ForecastContext};
use crate::source::Span;
use jiff::civil::Date;

impl Workspace {
    /// A place for values that stand nowhere.
    pub fn nothing(&mut self) -> Span {
        Span::new(self.sources.add_argument("", ""), 0, 0)
    }

    /// Checks what a forecast assumes and puts its amounts into the reporting currency. `listed` are the customers of a file.
    /// What it names is looked up in `stages`, if these are all of the plan.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn forecast_plan(
        &mut self,
        raw: &ForecastRaw,
        listed: Option<Vec<ListedRaw>>,
        currency: Currency,
        as_of: Date,
        stages: Option<&[&Stage]>,
    ) -> Failed<ForecastPlan> {
        let mut problems = Problems::default();
        let book = self.price_book([], &mut problems);
        let context = ForecastContext { currency, as_of, rates: &book.rates };
        if let Some(stages) = stages {
            resolve::forecast_names(raw, stages, &mut problems);
        }
        match resolve::forecast(raw, listed, context, &mut problems) {
            Some(plan) if problems.is_empty() => Ok(plan),
            _ => Err(problems.into_sorted()),
        }
    }

    /// Reads the customers month by month from a file: YAML by its ending, otherwise CSV. The path is taken from the
    /// project's directory where the project names it, at `named`, otherwise from the working directory.
    ///
    /// # Errors
    /// `file-not-readable`, and everything that is wrong with the file.
    pub fn customer_list(&mut self, path: &Path, named: Span, is_of_project: bool) -> Failed<Vec<ListedRaw>> {
        let file = if is_of_project { self.root.file(path) } else { load::file(path) };
        let id = load::read(&file, &mut self.sources)
            .map_err(|problem| vec![if is_of_project { problem.and_at(named, "named here") } else { problem }])?;
        let is_yaml = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
        let mut problems = Problems::default();
        let listed = parse::customer_list(id, self.sources.text(id), is_yaml, &mut problems);
        listed.ok_or_else(|| problems.into_sorted())
    }
}
