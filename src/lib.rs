//! costplan answers, offline and exactly: what will our infrastructure cost at N customers, and can we afford it?
//!
//! A pure core with a thin command line on top. Data flows one way, and each module may use only what stands left of it
//! (and `model`, `source` and `diagnostic`); a test holds this.
//!
//! ```text
//! files -> load -> parse -> resolve -> calculate -> view -> render -> cli
//!          (IO)   (spans)  (all errors)  (pure)    (rows)  (text)    (stdout)
//!                      \______ workspace ______/
//! ```
//!
//! | module | what it does |
//! |---|---|
//! | [`load`] | finds the project and reads its files; the only file IO |
//! | [`parse`] | texts into raw structs, with the place of every value |
//! | [`resolve`] | raw structs into the valid [`model`]; reports every problem |
//! | [`calculate`] | a stage and its inputs into a costing; exact or an error |
//! | [`workspace`] | finds a stage and reads just the files that it needs |
//! | [`view`] | what is shown of a costing, whatever the format |
//! | [`render`] | views and diagnostics into tables, JSON, CSV and Markdown |
//! | [`cli`] | arguments, exit codes, standard output and standard error |
//! | [`model`], [`source`], [`diagnostic`] | the words of the domain, the texts, and what is wrong with them |
//!
//! A stage of the bundled plan, as the library computes it:
//!
//! ```
//! use costplan::calculate;
//! use costplan::calculate::Unobserved;
//! use costplan::model::{Inputs, Revenue};
//! use costplan::resolve::Request;
//! use costplan::workspace::Workspace;
//!
//! let mut workspace = Workspace::bundled();
//! let request = Request::on("2026-11-24".parse().unwrap());
//! let (stage, _) = workspace.stage("growth", &request).unwrap();
//! let inputs = Inputs { customers: 60, revenue: Revenue::Unknown };
//! let costing = calculate::stage(&stage, inputs, &mut Unobserved).unwrap();
//! assert_eq!(costing.totals.subtotal.to_string(), "172");
//! assert_eq!(costing.totals.total.to_string(), "225");
//! assert_eq!(costing.totals.subtotal_exact.to_string(), "171.800");
//! ```

pub mod app;
pub mod calculate;
#[cfg(feature = "cli")]
pub mod cli;
pub mod diagnostic;
pub mod load;
pub mod model;
pub mod parse;
pub mod render;
pub mod resolve;
pub mod source;
pub mod view;
pub mod workspace;
