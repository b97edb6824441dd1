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
mod aws;
mod bundled_part;
mod csv_rows;
mod ecb;
mod edit;
mod imported;
mod json_stream;
mod mapped;
mod measure;
mod merge;
mod record;
mod same_price;
mod sheet_text;
mod sku_name;

pub(crate) use answer::{ReadAnswers, is_aws_list, read_answers, read_aws_lists};
pub(crate) use bundled_part::{head_of, head_values};
pub(crate) use ecb::{ReferenceRate, reference_rates};
pub(crate) use imported::ImportedSku;
pub(crate) use mapped::{ImportTerms, is_selected};
pub(crate) use merge::{Merged, Target, merge};
pub(crate) use sheet_text::{Head, quoted};
