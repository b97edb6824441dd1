//! Mappings of vendors' answers.

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::parse::PriceMappingRaw;
use crate::resolve::check_version;

/// Checks what a mapping says before it is applied.
pub fn check_mapping(mapping: &PriceMappingRaw, problems: &mut Problems) {
    check_version(mapping.version, problems);
    for record in &mapping.records {
        if record.charges.is_empty() || record.at.is_empty() {
            let key = if record.at.is_empty() { "at" } else { "charges" };
            let message = format!("a kind of record needs the key `{key}`");
            problems.push(Diagnostic::at(Code::MissingKey, record.span, message, "missing here"));
        }
    }
}
