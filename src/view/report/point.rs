//! One number of customers, for the script of a page that has the core in it.

use serde::{Serialize, Serializer};

use crate::view::report::points::PointsJson;
use crate::view::report::stage::ReportStage;

/// A stage at one stop, as the page has all of them.
#[derive(Clone, Copy, Debug)]
pub struct PointView<'a>(pub &'a ReportStage);

#[derive(Serialize)]
struct PointJson {
    #[serde(flatten)]
    points: PointsJson,
    /// The places of the rows in the stage.
    order: Vec<usize>,
}

impl Serialize for PointView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        PointJson { points: PointsJson::of(self.0), order: self.0.order() }.serialize(serializer)
    }
}
