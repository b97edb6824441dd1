//! The source of a price and the day on which it was read.

use std::sync::Arc;

use jiff::civil::Date;

use crate::model::{Citation, Trust};
use crate::source::Spanned;

/// The citation of a part: its own source, date, trust and note, otherwise those of the whole.
pub(crate) fn cite(
    whole: &Arc<Citation>,
    source: Option<Spanned<String>>,
    retrieved_on: Option<Spanned<Date>>,
    trust: Option<Spanned<Trust>>,
    note: Option<Spanned<String>>,
) -> Arc<Citation> {
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
