//! Reads the machine-readable answers of vendors, and merges their prices into a price sheet.
//!
//! ```text
//! answer -> records -> imported prices -> dated merge -> text of a price sheet
//!           (mapping)  (one neutral list)  (by days)
//! ```
//!
//! A mapping is data: `imports/<name>.toml`. Nothing here reads a file or the clock.
//!
//! May import `diagnostic`, `model`, `parse`, `resolve` and `source`.

mod answer;
mod bundled_part;
mod csv_rows;
mod edit;
mod imported;
mod mapped;
mod measure;
mod merge;
mod record;
mod same_price;
mod sheet_text;
mod sku_name;

pub(crate) use answer::{ReadAnswers, read_answers};
pub(crate) use bundled_part::{head_of, head_values};
pub(crate) use imported::ImportedSku;
pub(crate) use mapped::ImportTerms;
pub(crate) use merge::{Merged, Target, merge};
pub(crate) use sheet_text::{Head, quoted};
