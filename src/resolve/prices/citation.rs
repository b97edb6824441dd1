//! The source of a price and the day on which it was read.

use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Citation, Trust};
use crate::source::Spanned;

/// The mark of `costplan prices new` for what is to be filled in.
const TO_FILL_IN: &str = "FILL IN";

/// Reports a source that nobody has filled in.
pub(crate) fn check_source(source: &Spanned<String>, problems: &mut Problems) {
    if source.value.trim_start().starts_with(TO_FILL_IN) {
        let message = "the source of these prices is not filled in";
        let diagnostic = Diagnostic::at(Code::NotFilledIn, source.span, message, "still to be filled in");
        problems.push(diagnostic.help("write where you read the prices: the address of a page, or a contract"));
    }
}

/// The citation of a part: its own source, date, trust and note, otherwise those of the whole.
pub(crate) fn cite(
    whole: &Arc<Citation>,
    source: Option<Spanned<String>>,
    retrieved_on: Option<Spanned<Date>>,
    trust: Option<Spanned<Trust>>,
    note: Option<Spanned<String>>,
    problems: &mut Problems,
) -> Arc<Citation> {
    if let Some(source) = &source {
        check_source(source, problems);
    }
    if source.is_none() && retrieved_on.is_none() && trust.is_none() && note.is_none() {
        return Arc::clone(whole);
    }
    Arc::new(Citation {
        source: source.map_or_else(|| whole.source.clone(), |source| source.value.into()),
        retrieved_on: retrieved_on.map_or(whole.retrieved_on, |day| day.value),
        trust: trust.map_or(whole.trust, |trust| trust.value),
        note: note.map(|note| note.value.into()).or_else(|| whole.note.clone()),
    })
}
