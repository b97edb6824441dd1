//! How much a run computes, whatever its files say.
//!
//! A short file can mean a lot of work: thousands of stages, each under thousands of scenarios and over thousands of
//! numbers of customers. Work is counted before it is done, in the operations of [`Stage::operations`].

use crate::diagnostic::{Code, Diagnostic};
use crate::model::Stage;
use crate::workspace::project::{Failed, Workspace};

/// The operations of resolving a line item, compared with those of computing it.
const OF_RESOLVING: u64 = 20;

impl Workspace {
    /// Counts operations that are to be done.
    ///
    /// # Errors
    /// `too-much-work` if a run may not do so many.
    pub(crate) fn spend(&mut self, operations: u64) -> Failed<()> {
        if let Some(left) = self.operations_left.checked_sub(operations) {
            self.operations_left = left;
            return Ok(());
        }
        let diagnostic = Diagnostic::new(Code::TooMuchWork, "this takes more computing than a run may do");
        Err(vec![diagnostic.help("compute fewer stages, scenarios, months or numbers of customers at a time")])
    }

    /// Sets how many operations, as [`Stage::operations`] counts them, may still be done in this workspace; 50 million
    /// unless it is set, which is about ten seconds.
    pub fn allow_operations(&mut self, most: u64) {
        self.operations_left = most;
    }

    /// Counts the operations of resolving line items.
    ///
    /// # Errors
    /// As [`Self::spend`].
    pub(super) fn spend_on_resolving(&mut self, line_items: usize) -> Failed<()> {
        self.spend((line_items as u64 + 1).saturating_mul(OF_RESOLVING))
    }

    /// Counts the operations of computing a stage several times.
    ///
    /// # Errors
    /// As [`Self::spend`].
    pub(crate) fn spend_on(&mut self, stage: &Stage, times: u64) -> Failed<()> {
        self.spend(stage.operations().saturating_mul(times))
    }
}
