//! What `costplan init` writes where the vendors have nothing to say: `words/new-plan.yaml`.

use crate::diagnostic::Problems;
use crate::model::CountRange;
use crate::parse::syntax::node::{Mapping, table};
use crate::parse::other_kind;
use crate::source::{FileId, Spanned};

table! {
    /// What a new plan has unless its owner says otherwise, and the drivers of its formulas.
    pub struct NewPlanRaw is "the guesses of a new plan" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The currency.
        pub currency: Spanned<String>,
        /// The customers now and in a year.
        pub customers: Spanned<CountRange>,
        /// The vendors.
        pub vendors: Vec<Spanned<String>>,
        /// The drivers that formulas of new line items may use, by name.
        pub drivers: Mapping<GuessedDriverRaw>,
    }
}

table! {
    /// A driver whose value is guessed.
    pub struct GuessedDriverRaw is "a guessed driver" {
        /// Its formula.
        pub formula: Spanned<String>,
        /// What it counts, and why this many.
        pub guess: Spanned<String>,
    }
}

/// Reads the guesses of a new plan.
pub fn new_plan(file: FileId, text: &str, problems: &mut Problems) -> Option<NewPlanRaw> {
    other_kind::of_yaml(file, text, "the guesses of a new plan", problems)
}
