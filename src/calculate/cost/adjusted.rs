//! The rows that a discount or a credit is for.

use crate::model::{Adjustment, Stage};

/// The places of the rows that a discount or credit is for.
pub(crate) fn rows_of<'a>(stage: &'a Stage, adjustment: &'a Adjustment) -> impl Iterator<Item = usize> + 'a {
    let rows = stage.line_items.iter().enumerate();
    rows.filter(|(index, item)| adjustment.on.fits(*index, item)).map(|(index, _)| index)
}
