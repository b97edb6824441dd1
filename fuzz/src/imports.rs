//! An answer of a vendor, whose prices are imported.
//!
//! | promise | how |
//! |---|---|
//! | an import is refused with errors, or gives sheets that can be read | the import reads them itself |
//! | the same answer again changes nothing | it is imported twice |

use std::io::BufReader;

use costplan::app::{self, ImportedPrices, PriceImport, Request};
use costplan::source::Spanned;
use costplan::workspace::Workspace;
use jiff::civil::date;

use crate::refused;

/// Who may have answered, by the first byte of an input.
const SOURCES: [&str; 12] = [
    "hetzner", "digitalocean", "linode", "vultr", "upcloud", "scaleway", "azure", "gcp", "oracle", "litellm", "models-dev",
    "genai-prices",
];

/// Imports an answer, which comes after a byte that says who gave it.
pub fn answer(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let vendor = SOURCES[usize::from(*first) % SOURCES.len()];
    let stage = "version: 1\nstage: 1\nname: A\ncustomers: 0..10\ncurrency: USD\nline_items:\n  - { name: A, category: c, cost: 1 }\n";
    let mut workspace = Workspace::in_memory([("stages/1-a.yaml", stage)]).expect("a project");
    let first = import(&mut workspace, vendor, text);
    if let Some(first) = first {
        assert!(first.sheets.iter().all(|sheet| sheet.is_new), "a project without sheets gets new ones");
        let again = import(&mut workspace, vendor, text).expect("what was read once is read again");
        for sheet in &again.sheets {
            assert!(!sheet.is_changed, "the same answer changes the sheet of {}", sheet.vendor);
        }
    }
}

fn import(workspace: &mut Workspace, vendor: &str, text: &str) -> Option<ImportedPrices> {
    let (day, is_list) = (date(2026, 11, 24), app::is_aws_list(text.as_bytes()));
    let mut import = PriceImport {
        vendor: Spanned::given(if is_list { "aws" } else { vendor }.to_owned()),
        answers: Vec::new(),
        mapping: None,
        select: Vec::new(),
        day,
        is_part: false,
        schema: None,
    };
    let request = Request::on(day);
    let imported = if is_list {
        import.select.push(("sku".to_owned(), "*".to_owned()));
        let lists = [("answer".to_owned(), BufReader::new(text.as_bytes()))];
        app::import_aws(workspace, &request, &import, lists)
    } else {
        import.answers.push(workspace.sources.add("answer", text.to_owned()));
        app::import_prices(workspace, &request, &import)
    };
    match imported {
        Ok(imported) => Some(imported),
        Err(failure) => {
            refused::failure(&failure);
            None
        }
    }
}
