//! Where the price sheets of a project are written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::load::Root;
use crate::model::Currency;
use crate::workspace::project::{Failed, Workspace, named_at, text};

/// The directory of price sheets unless the settings name another.
const PRICING: &str = "pricing";

/// The schema of price sheets.
const SCHEMA: &str = "price-sheet.schema.json";

impl Workspace {
    /// The directory of price sheets, from the working directory, in which files of these names are to be written.
    ///
    /// # Errors
    /// `file-not-readable`, `outside-of-project`.
    pub(crate) fn price_directory(&self, names: &[&str]) -> Failed<PathBuf> {
        let given = self.path(|paths| paths.pricing.as_ref());
        let directory = Path::new(given.map_or(PRICING, text));
        for name in names {
            self.root.place(&directory.join(name)).map_err(|problem| vec![named_at(problem, given)])?;
        }
        Ok(self.directory().unwrap_or(Path::new("")).join(directory))
    }

    /// How a price sheet of the project names its schema.
    pub(crate) fn schema_of_price_sheets(&self) -> String {
        let given = self.path(|paths| paths.pricing.as_ref());
        let depth = Path::new(given.map_or(PRICING, text)).components().count();
        // Projects of before have the schemas next to their own files.
        let before = Path::new("schemas").join(SCHEMA);
        let home = if self.root.holds(&before) { "schemas" } else { ".costplan" };
        format!("{}{home}/{SCHEMA}", "../".repeat(depth))
    }

    /// The currency of the bundled sheet of a vendor, if there is one.
    pub(crate) fn bundled_currency(&mut self, vendor: &str) -> Option<Currency> {
        let id = self.text_of(&Root::bundled_price_file(vendor)?).ok()?;
        self.sheet(id, vendor, Some(BTreeSet::new())).sheet.currency
    }

    /// The currency in which the project reports unless another one is requested.
    pub(crate) fn default_currency(&self) -> Option<Currency> {
        Some(self.settings.as_ref()?.defaults.as_ref()?.currency?.value)
    }
}
