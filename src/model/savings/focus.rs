//! What the plan says to focus on to pay less, in its order.

use crate::model::words::words;

words! {
    /// A part of the costs on which the plan says to focus; the first has the biggest impact, as the plan says.
    #[derive(PartialOrd, Ord)]
    pub enum Focus is "a focus" {
        /// Database optimisation.
        Database = "database",
        /// Smart caching.
        Caching = "caching",
        /// Auto-scaling.
        AutoScaling = "auto-scaling",
        /// Tiered storage.
        Tiering = "tiering",
        /// Spot instances for machine learning.
        Spot = "spot",
    }
}
