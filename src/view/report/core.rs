//! What a page computes with what its reader changes.

/// The core, and the plan for it.
#[derive(Clone, Debug)]
pub struct ReportCore {
    /// The core as WebAssembly, compressed with gzip.
    pub program: &'static [u8],
    /// The files of the plan, as JSON.
    pub project: String,
    /// What was requested of every stage, as the JSON of a question.
    pub question: String,
}
