//! What a forecast assumes, with the files that it names.

use std::path::Path;

use crate::diagnostic::Problems;
use crate::model::{Budget, Currency, ForecastPlan, Revenue, Stage};
use crate::parse::{self, AmountRaw, BudgetRaw, ForecastRaw, ListedRaw};
use crate::resolve::{self, BudgetContext, ForecastContext, Request, ScenarioFile};
use crate::source::{Span, Spanned};
use crate::workspace::project::{Failed, Workspace};
use crate::workspace::stages::Selection;
use crate::workspace::validate::is_certain;
use jiff::civil::Date;
use rust_decimal::Decimal;

impl Workspace {
    /// How many months are ahead: the given number, otherwise that of the scenario or the project, otherwise 12.
    ///
    /// # Errors
    /// `invalid-argument` for a number of months that a forecast cannot have.
    pub(crate) fn months_ahead(&self, given: Option<Spanned<u64>>, scenario: Option<&ForecastRaw>) -> Failed<u32> {
        let of_project = self.settings.as_ref().and_then(|settings| settings.forecast.as_ref());
        let of_forecast = scenario.into_iter().chain(of_project).find_map(|forecast| forecast.months);
        let mut problems = Problems::default();
        resolve::months(given.or(of_forecast), None, &mut problems).ok_or_else(|| problems.into_sorted())
    }

    /// A monthly amount in a currency, at the rates of a day.
    ///
    /// # Errors
    /// An amount below zero or of another period, a missing exchange rate.
    pub(crate) fn monthly_amount(
        &mut self,
        raw: &AmountRaw,
        what: &str,
        currency: Currency,
        day: Date,
    ) -> Failed<Decimal> {
        let mut problems = Problems::default();
        let book = self.price_book([], &mut problems);
        let amount = resolve::monthly_amount(raw, what, (currency, day), &book.rates, &mut problems);
        amount.filter(|_| problems.is_empty()).ok_or_else(|| problems.into_sorted())
    }

    /// Converts a budget to the currency of a stage.
    ///
    /// # Errors
    /// Errors in its amounts, missing exchange rates, and `too-much-work`.
    pub(crate) fn budget(&mut self, raw: &BudgetRaw, stage: &Stage) -> Failed<Budget> {
        // Each may select every line item.
        let selecting = raw.limits.iter().filter(|limit| limit.r#where.is_some()).count() + raw.alerts.len();
        self.spend((selecting * stage.line_items.len()) as u64)?;
        let mut problems = Problems::default();
        let book = self.price_book([], &mut problems);
        match resolve::budget(raw, BudgetContext { stage, rates: &book.rates }, &mut problems) {
            Some(budget) if problems.is_empty() => Ok(budget),
            _ => Err(problems.into_sorted()),
        }
    }

    /// Checks what a forecast assumes and converts its amounts to the reporting currency. `listed` are the customers of
    /// a file. Names are looked up in `stages`, if these are all stages of the plan.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub(crate) fn forecast_plan(
        &mut self,
        raw: &ForecastRaw,
        listed: Option<Vec<ListedRaw>>,
        currency: Currency,
        as_of: Date,
        stages: Option<&[&Stage]>,
    ) -> Failed<ForecastPlan> {
        let mut problems = Problems::default();
        let book = self.price_book([], &mut problems);
        let context = ForecastContext { currency, as_of, rates: &book.rates, is_whole: true };
        if let Some(stages) = stages {
            resolve::forecast_names(raw, stages, &mut problems);
        }
        match resolve::forecast(raw, listed, context, &mut problems) {
            Some(plan) if problems.is_empty() => Ok(plan),
            _ => Err(problems.into_sorted()),
        }
    }

    /// Checks what the project and its scenarios assume of the months ahead, each on its own: flags may add what is
    /// missing.
    pub(super) fn check_forecasts(
        &mut self,
        request: &Request,
        scenarios: &[(ScenarioFile, Request)],
        problems: &mut Problems,
    ) {
        let of_project = self.settings.as_ref().and_then(|settings| settings.forecast.clone());
        let of_scenarios = scenarios.iter().filter_map(|(file, request)| Some((file.raw.forecast.as_ref()?, request)));
        let all: Vec<_> = of_project.iter().map(|raw| (raw, request)).chain(of_scenarios).collect();
        for (raw, request) in all {
            let (stages, are_all) = match self.resolved(Selection::all().in_one_currency(), request) {
                Ok(stages) => (stages, true),
                Err(_) => (self.sound(request).0, false),
            };
            let listed = raw.customers_file.as_ref().map(|file| {
                let listed = self.customer_list(Path::new(&file.value), file.span, true);
                listed.map_err(|wrong| problems.extend(wrong))
            });
            let Ok(listed) = listed.transpose() else { continue };
            let book = self.price_book([], &mut Problems::default());
            let context = ForecastContext {
                currency: currency_of(&stages),
                as_of: request.as_of,
                rates: &book.rates,
                is_whole: false,
            };
            let all: Vec<&Stage> = stages.iter().map(|(stage, _)| stage).collect();
            let mut found = Problems::default();
            resolve::forecast_names(raw, &all, &mut found);
            resolve::forecast(raw, listed, context, &mut found);
            problems.extend(found.into_sorted().into_iter().filter(|problem| are_all || is_certain(problem)));
        }
    }

    /// Reads the customers month by month from a file: YAML by its extension, otherwise CSV. The path is relative to
    /// the project's directory if the project names it, at `named`, otherwise to the working directory.
    ///
    /// # Errors
    /// `file-not-readable`, and everything that is wrong with the file.
    pub(crate) fn customer_list(&mut self, path: &Path, named: Span, is_of_project: bool) -> Failed<Vec<ListedRaw>> {
        let file = if is_of_project { self.root.file(path) } else { self.root.named_file(path) };
        let id = self
            .text_of(&file)
            .map_err(|problem| vec![if is_of_project { problem.and_at(named, "named here") } else { problem }])?;
        let is_yaml = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
        let mut problems = Problems::default();
        let listed = parse::customer_list(id, self.sources.text(id), is_yaml, &mut problems);
        listed.ok_or_else(|| problems.into_sorted())
    }
}

/// The common currency of stages.
fn currency_of(stages: &[(Stage, Revenue)]) -> Currency {
    stages.first().map_or(Currency::USD, |(stage, _)| stage.currency)
}
