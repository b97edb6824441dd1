//! What a new plan is made from: guesses, and the line items that price sheets have for it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::diagnostic::Problems;
use crate::load;
use crate::model::Currency;
use crate::parse::{self, NewPlanRaw};
use crate::workspace::project::{Failed, Workspace};

impl Workspace {
    /// The guesses of new plans.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub(crate) fn new_plan_guesses(&mut self) -> Failed<NewPlanRaw> {
        let mut problems = Problems::default();
        let id = self.sources.add("bundled:words/new-plan.yaml", load::NEW_PLAN);
        let raw = parse::new_plan(id, self.sources.text(id), &mut problems);
        raw.filter(|_| problems.is_empty()).ok_or_else(|| problems.into_sorted())
    }

    /// The groups of words that mean the same where prices are searched.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    #[cfg(feature = "cli")]
    pub(crate) fn search_words(&mut self) -> Failed<Vec<Vec<String>>> {
        let mut problems = Problems::default();
        let id = self.sources.add("bundled:words/search.yaml", load::SEARCH_WORDS);
        let raw = parse::search_words(id, self.sources.text(id), &mut problems);
        let raw = raw.filter(|_| problems.is_empty()).ok_or_else(|| problems.into_sorted())?;
        Ok(raw.same.into_iter().map(|group| group.into_iter().map(|word| word.value).collect()).collect())
    }

    /// Those of some currencies from which there is no exchange rate into another one on a day.
    ///
    /// # Errors
    /// Everything that is wrong with the rates.
    pub(crate) fn without_rate(
        &mut self,
        currencies: impl IntoIterator<Item = Currency>,
        into: Currency,
        day: Date,
    ) -> Failed<BTreeSet<Currency>> {
        let mut problems = Problems::default();
        let book = self.price_book([], &mut problems);
        if !problems.is_empty() {
            return Err(problems.into_sorted());
        }
        let is_missing = |from: &Currency| *from != into && book.rates.find(*from, into, day).is_none();
        Ok(currencies.into_iter().filter(is_missing).collect())
    }
}
