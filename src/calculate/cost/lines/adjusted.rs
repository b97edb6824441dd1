//! The rows to which a discount or a credit applies.

use crate::model::{Adjustment, Stage};

/// The places of the rows to which a discount or credit applies.
pub(crate) fn rows_of<'a>(stage: &'a Stage, adjustment: &'a Adjustment) -> impl Iterator<Item = usize> + 'a {
    let rows = stage.line_items.iter().enumerate();
    rows.filter(|(index, item)| adjustment.on.fits(*index, item)).map(|(index, _)| index)
}
