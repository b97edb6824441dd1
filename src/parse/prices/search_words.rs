//! Words that mean the same where prices are searched: `words/search.yaml`.

use crate::diagnostic::Problems;
use crate::parse::other_kind;
use crate::parse::syntax::node::table;
use crate::source::{FileId, Spanned};

table! {
    /// Groups of words that mean the same.
    pub struct SearchWordsRaw is "words of a search" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// Each group; a word may be several words, and be in several groups.
        pub same: Vec<Vec<Spanned<String>>>,
    }
}

/// Reads the words of a search.
pub fn search_words(file: FileId, text: &str, problems: &mut Problems) -> Option<SearchWordsRaw> {
    other_kind::of_yaml(file, text, "words of a search", problems)
}
