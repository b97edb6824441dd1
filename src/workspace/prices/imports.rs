//! What an import reads and replaces: mappings, the sheet of a vendor, and what it would be afterwards.

use std::path::Path;

use crate::diagnostic::Problems;
use crate::load::{self, Root};
use crate::model::PriceSheet;
use crate::parse::{self, PriceMappingRaw};
use crate::resolve::{self, ExchangeRates};
use crate::source::FileId;
use crate::workspace::prices::price_book::RATES;
use crate::workspace::project::{Failed, Workspace};

/// The sheet of a vendor as it is before an import.
#[derive(Debug)]
pub(crate) struct SheetBefore {
    /// Its text, if the project has the sheet.
    pub(crate) own: Option<FileId>,
    /// The text of the bundled sheet of the vendor.
    pub(crate) bundled: Option<FileId>,
    /// Whether the sheet of the project is a part of the bundled one, or there is only that.
    pub(crate) is_bundled_read: bool,
    /// What is known of the vendor's prices.
    pub(crate) known: PriceSheet,
}

impl Workspace {
    /// The bundled mappings of vendors' answers, by name.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub(crate) fn bundled_mappings(&mut self) -> Failed<Vec<(&'static str, PriceMappingRaw)>> {
        let read = |(name, text): (&'static str, &'static str)| {
            let file = self.sources.add(format!("bundled:imports/{name}.toml"), text);
            self.mapping(file).map(|mapping| (name, mapping))
        };
        load::bundled_mappings().map(read).collect()
    }

    /// Reads a mapping.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn mapping(&self, file: FileId) -> Failed<PriceMappingRaw> {
        let mut problems = Problems::default();
        let mapping = parse::price_mapping(file, self.sources.text(file), &mut problems);
        if let Some(mapping) = &mapping {
            resolve::check_mapping(mapping, &mut problems);
        }
        mapping.filter(|_| problems.is_empty()).ok_or_else(|| problems.into_sorted())
    }

    /// Whether there is a bundled sheet of a vendor.
    pub(crate) fn is_bundled_vendor(vendor: &str) -> bool {
        Root::bundled_price_file(vendor).is_some()
    }

    /// The sheet of a vendor before an import.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn sheet_before(&mut self, vendor: &str) -> Failed<SheetBefore> {
        let mut problems = Problems::default();
        let file = self.price_file(vendor).map_err(|problem| vec![problem])?;
        let bundled = Root::bundled_price_file(vendor).and_then(|file| self.text_of(&file).ok());
        let Some(file) = file else {
            return Ok(SheetBefore { own: None, bundled, is_bundled_read: false, known: PriceSheet::default() });
        };
        let id = self.text_of(&file).map_err(|problem| vec![problem])?;
        let read = self.sheet(id, vendor, None);
        problems.append(read.problems.clone());
        let known = read.sheet.clone();
        if !problems.is_empty() {
            return Err(problems.into_sorted());
        }
        let own = (!file.is_bundled()).then_some(id);
        let is_bundled_read = own.is_none() || known.extends_bundled;
        Ok(SheetBefore { own, bundled, is_bundled_read, known })
    }

    /// The exchange rates that are read.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub(crate) fn rates_before(&mut self) -> Failed<ExchangeRates> {
        let mut problems = Problems::default();
        let file = self.price_file(RATES).map_err(|problem| vec![problem])?;
        let rates = file.map(|file| self.exchange_rates(&file, &mut problems)).unwrap_or_default();
        if problems.is_empty() { Ok(rates) } else { Err(problems.into_sorted()) }
    }

    /// The text of the file of exchange rates: that of the project, or else the bundled one, which it replaces.
    ///
    /// # Errors
    /// As for any other file.
    pub(crate) fn rates_text(&mut self) -> Failed<String> {
        let Some(file) = self.price_file(RATES).map_err(|problem| vec![problem])? else {
            return Ok("version = 1\n".to_owned());
        };
        let id = self.text_of(&file).map_err(|problem| vec![problem])?;
        Ok(self.sources.text(id).to_owned())
    }

    /// Uses a text in place of a file of prices from now on.
    pub(crate) fn replace_prices(&mut self, stem: &str, text: String) {
        let name = Path::new("pricing").join(format!("{stem}.toml")).display().to_string();
        let file = load::replaced_file(stem, format!("{name} after the import"), text);
        self.replaced_prices.retain(|known| known.stem != stem);
        self.replaced_prices.push(file);
    }
}
