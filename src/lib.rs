//! costplan answers, offline and exactly: what will our infrastructure cost at N customers, and can we afford it?
//!
//! A pure core with a thin command line on top. Data flows one way, and each module may use only modules to its left
//! (and
//! `model`, `source` and `diagnostic`); a test checks this.
//!
//! ```text
//! files -> load -> parse -> resolve -> calculate -> view -> render -> app -> cli
//!          (IO)   (spans)  (all errors)  (pure)    (rows)  (text)  (use cases) (stdout)
//!                      \______ workspace ______/
//! ```
//!
//! | module | what it does |
//! |---|---|
//! | `load` | finds the project and reads its files; the only file IO |
//! | [`parse`] | turns texts into raw structs, with the place of every value |
//! | [`resolve`] | turns raw structs into the valid [`model`]; reports every problem |
//! | [`calculate`] | turns a stage and its inputs into a costing; exact or an error |
//! | [`workspace`] | finds stages, reads only the files that they need, and reads each of them once |
//! | [`view`] | what is shown of a costing, whatever the format |
//! | [`render`] | turns views and diagnostics into tables, JSON, CSV and Markdown |
//! | [`app`] | the use cases: functions from a request to a result |
//! | `cli` | arguments, exit codes, standard output and standard error |
//! | [`model`], [`source`], [`diagnostic`] | the terms of the domain, the texts, and the errors in them |
//!
//! Another program opens a [`Workspace`](workspace::Workspace), from disk or from texts in memory, and calls the functions
//! of [`app`]. A stage of the bundled plan:
//!
//! ```
//! use costplan::app::{self, Request};
//! use costplan::workspace::Workspace;
//!
//! let mut workspace = Workspace::bundled();
//! let request = Request::on("2026-11-24".parse().unwrap()).customers(60);
//! let costed = app::stage(&mut workspace, "growth", &request).unwrap();
//! let totals = &costed.costings[0].totals;
//! assert_eq!(totals.subtotal.to_string(), "172");
//! assert_eq!(totals.total.to_string(), "225");
//! assert_eq!(totals.subtotal_exact.to_string(), "171.800");
//! ```
//!
//! Without files, [`app::answer`] answers questions in JSON about a project in memory; in a browser as well.
//!
//! | feature | what it adds; the first three are on by default |
//! |---|---|
//! | `cli` | the program, with its arguments, terminal, help and manual |
//! | `files` | projects on disk; without it the library builds for `wasm32-unknown-unknown` |
//! | `git` | projects at a revision, read by running `git` |
//! | `page-core` | pages of `costplan report` with the core in them, which `page-core/build` has to build before |

#![forbid(unsafe_code)]

pub mod app;
pub mod calculate;
#[cfg(feature = "cli")]
pub mod cli;
pub mod diagnostic;
mod import;
#[cfg(not(fuzzing))]
mod load;
#[cfg(fuzzing)]
pub mod load;
pub mod model;
pub mod parse;
pub mod render;
pub mod resolve;
pub mod source;
pub mod view;
pub mod workspace;
