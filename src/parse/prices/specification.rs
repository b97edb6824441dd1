//! What a SKU offers and what a line item or a component needs.

use crate::model::{Architecture, Cpu};
use crate::parse::stage::formula::FormulaRaw;
use crate::parse::syntax::node::table;
use crate::source::Spanned;

table! {
    /// What one unit of a SKU offers or of a line item needs; what is left out is unknown.
    pub struct SpecificationRaw is "`specification`" {
        /// What it is, in one word: `server`, `database`, `load-balancer`.
        pub role: Option<Spanned<String>>,
        /// Where it is, in one word: `eu`, `us`.
        pub location: Option<Spanned<String>>,
        /// The instructions that its processors run, `x86_64` or `arm64`; `x86_64` unless given.
        pub architecture: Option<Spanned<Architecture>>,
        /// Whether its processors are `shared` with other customers or `dedicated`.
        pub cpu: Option<Spanned<Cpu>>,
        /// What it has.
        pub sizes: SizesRaw = flatten,
        /// The memory of all its graphics processors: `80 GB`.
        pub gpu_memory: Option<FormulaRaw>,
        /// The outgoing traffic of a month that is included: `20 TB`.
        pub traffic: Option<FormulaRaw>,
        /// The number of regions that it is in.
        pub regions: Option<FormulaRaw>,
    }
}

table! {
    /// The sizes of a machine.
    pub struct SizesRaw is "sizes" {
        /// The number of virtual processors.
        pub vcpus: Option<FormulaRaw>,
        /// The memory: `8 GB`.
        pub memory: Option<FormulaRaw>,
        /// The disk space: `80 GB`.
        pub disk: Option<FormulaRaw>,
    }
}

table! {
    /// A component that runs on the stage.
    pub struct ServiceRaw is "a component" {
        /// The name: `PostgreSQL`.
        pub name: Spanned<String>,
        /// What it needs.
        pub needs: SizesRaw = flatten,
        /// The line item that it runs on; the servers of the stage together unless given.
        pub on: Option<Spanned<String>>,
    }
}
