//! The parts of price sheets that stages use, and the exchange rates.
//!
//! A sheet is read only if a SKU of its vendor is named, and only for the named SKUs.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::load::{ProjectFile, Root};
use crate::model::{Currency, ExchangeRate, PriceSheet};
use crate::parse::{self, PriceSheetRaw, SheetBaseRaw};
use crate::resolve::{self, ExchangeRates, PriceBook};
use crate::source::{FileId, Spanned};
use crate::workspace::project::{Failed, ReadSheet, Workspace, named_at, text};

/// The file of exchange rates among the price sheets.
pub(in crate::workspace) const RATES: &str = "fx";

impl Workspace {
    pub(in crate::workspace) fn price_files(&self) -> Failed<Vec<ProjectFile>> {
        let given = self.path(|paths| paths.pricing.as_ref());
        let mut files = self.root.pricing(given.map(text)).map_err(|problem| vec![named_at(problem, given)])?;
        for replaced in &self.replaced_prices {
            match files.binary_search_by(|file| file.stem.cmp(&replaced.stem)) {
                Ok(place) => files[place] = replaced.clone(),
                Err(place) => files.insert(place, replaced.clone()),
            }
        }
        Ok(files)
    }

    pub(in crate::workspace) fn price_file(&self, stem: &str) -> Result<Option<ProjectFile>, Diagnostic> {
        if let Some(replaced) = self.replaced_prices.iter().find(|file| file.stem == stem) {
            return Ok(Some(replaced.clone()));
        }
        let given = self.path(|paths| paths.pricing.as_ref());
        self.root.price_file(given.map(text), stem).map_err(|problem| named_at(problem, given))
    }

    /// Adds what the sheets of vendors say besides the wanted SKUs: of the vendor itself, each other SKU where a line item
    /// says what it needs, and the successors of the wanted SKUs. What is wrong with the rest of a sheet is not reported here.
    pub(in crate::workspace) fn add_offers(&mut self, vendors: BTreeMap<String, bool>, book: &mut PriceBook) {
        for (vendor, needs) in vendors.into_iter().filter(|(vendor, _)| *vendor != RATES) {
            let is_read = book.skus_of(&vendor).next().is_some() || book.unreadable.contains(&vendor);
            if needs {
                self.add_offer(&vendor, None, book);
            } else if !is_read {
                self.add_offer(&vendor, Some(BTreeSet::new()), book);
            } else {
                let successors = book.missing_successors(&vendor);
                if !successors.is_empty() {
                    self.add_offer(&vendor, Some(successors), book);
                }
                // A chain of successors is followed in the whole sheet.
                if !book.missing_successors(&vendor).is_empty() {
                    self.add_offer(&vendor, None, book);
                }
            }
        }
    }

    /// Adds the wanted SKUs of a vendor, or all of them, if its sheet can be read.
    pub(in crate::workspace) fn add_offer(
        &mut self,
        vendor: &str,
        wanted: Option<BTreeSet<String>>,
        book: &mut PriceBook,
    ) {
        if let Ok(Some(file)) = self.price_file(vendor)
            && let Ok(id) = self.text_of(&file)
        {
            book.add(self.sheet(id, &file.stem, wanted).sheet.clone());
        }
    }

    /// Reads SKUs from the sheets of their vendors, and the exchange rates.
    pub(in crate::workspace) fn price_book(
        &mut self,
        skus: impl IntoIterator<Item = String>,
        problems: &mut Problems,
    ) -> PriceBook {
        let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for id in skus {
            if let Some((vendor, sku)) = id.split_once('/') {
                wanted.entry(vendor.to_owned()).or_default().insert(sku.to_owned());
            }
        }
        let mut book = PriceBook::default();
        let mut missing = false;
        for (vendor, skus) in wanted.into_iter().filter(|(vendor, _)| *vendor != RATES) {
            match self.price_file(&vendor) {
                Ok(Some(file)) => self.add_sheet(&file, skus, &mut book, problems),
                Ok(None) => missing = true,
                Err(problem) => {
                    problems.push(problem);
                    book.unreadable.push(vendor);
                }
            }
        }
        // Only a message about a vendor without a sheet needs to know which vendors have one.
        if missing && let Ok(files) = self.price_files() {
            book.vendors = vendors(&files);
        }
        book.rates = self.all_rates(problems);
        book
    }

    /// The exchange rates of the project.
    pub(in crate::workspace) fn all_rates(&mut self, problems: &mut Problems) -> ExchangeRates {
        match self.price_file(RATES) {
            Ok(Some(file)) => self.exchange_rates(&file, problems),
            Ok(None) => ExchangeRates::default(),
            Err(problem) => {
                problems.push(problem);
                ExchangeRates::default()
            }
        }
    }

    /// The exchange rates into a currency on a day, from every currency that has one by then.
    ///
    /// # Errors
    /// What is wrong with the file of exchange rates.
    pub(crate) fn rates_on(&mut self, into: Currency, day: Date) -> Failed<Vec<ExchangeRate>> {
        let mut problems = Problems::default();
        let rates = self.all_rates(&mut problems).all_into(into, day).collect();
        if problems.is_empty() { Ok(rates) } else { Err(problems.into_sorted()) }
    }

    /// Reads the file of exchange rates.
    pub(in crate::workspace) fn exchange_rates(
        &mut self,
        file: &ProjectFile,
        problems: &mut Problems,
    ) -> ExchangeRates {
        let Some(id) = self.read(file, problems) else { return ExchangeRates::unreadable() };
        let (rates, wrong) = self.rates.entry(id).or_insert_with(|| {
            let mut problems = Problems::default();
            let raw = parse::exchange_rates(id, self.sources.text(id), &mut problems);
            let rates = raw.map(|raw| resolve::exchange_rates(raw, &mut problems));
            (rates.unwrap_or_else(ExchangeRates::unreadable), problems)
        });
        problems.append(wrong.clone());
        rates.clone()
    }

    /// The wanted SKUs of a sheet, or all of them.
    pub(in crate::workspace) fn sheet(
        &mut self,
        id: FileId,
        vendor: &str,
        wanted: Option<BTreeSet<String>>,
    ) -> &ReadSheet {
        let key = (id, wanted);
        if !self.sheets.contains_key(&key) {
            let read = self.read_sheet(id, vendor, key.1.as_ref());
            self.sheets.insert(key.clone(), read);
        }
        &self.sheets[&key]
    }

    /// Resolves the wanted SKUs of a sheet; all of its SKUs if none is named, or if one is missing, so that the message can
    /// name them.
    fn read_sheet(&mut self, id: FileId, vendor: &str, wanted: Option<&BTreeSet<String>>) -> ReadSheet {
        let read = self.part_of_sheet(id, vendor, wanted);
        let known: BTreeSet<&str> = read.sheet.skus.iter().map(|sku| &*sku.id).collect();
        let is_complete = wanted.into_iter().flatten().all(|name| known.contains(&*format!("{vendor}/{name}")));
        if is_complete || !read.problems.is_empty() {
            return read;
        }
        self.part_of_sheet(id, vendor, None)
    }

    /// Resolves some SKUs of a sheet and of the bundled one, if it extends that.
    fn part_of_sheet(&mut self, id: FileId, vendor: &str, wanted: Option<&BTreeSet<String>>) -> ReadSheet {
        let mut problems = Problems::default();
        let raw = raw_part(id, self.sources.text(id), wanted, &mut problems);
        let Some(raw) = raw else { return ReadSheet { sheet: PriceSheet::default(), problems } };
        let base = raw.extends.and_then(|asked| self.bundled_part(asked, vendor, wanted, &mut problems));
        let sheet = resolve::price_sheet(raw, vendor, base, &mut problems);
        ReadSheet { sheet, problems }
    }

    /// Resolves some SKUs of the bundled sheet that a sheet of the project extends.
    fn bundled_part(
        &mut self,
        asked: Spanned<SheetBaseRaw>,
        vendor: &str,
        wanted: Option<&BTreeSet<String>>,
        problems: &mut Problems,
    ) -> Option<PriceSheet> {
        let Some(file) = Root::bundled_price_file(vendor) else {
            let message = format!("there is no bundled price sheet for the vendor `{vendor}`");
            let diagnostic = Diagnostic::at(Code::UnknownVendor, asked.span, message, "nothing to extend");
            problems.push(diagnostic.help("leave `extends` out: this sheet is then the only one of the vendor"));
            return None;
        };
        let id = self.read(&file, problems)?;
        let raw = raw_part(id, self.sources.text(id), wanted, problems)?;
        Some(resolve::price_sheet(raw, vendor, None, problems))
    }

    /// Adds the wanted SKUs of a sheet.
    fn add_sheet(
        &mut self,
        file: &ProjectFile,
        wanted: BTreeSet<String>,
        book: &mut PriceBook,
        problems: &mut Problems,
    ) {
        let before = problems.len();
        if let Some(id) = self.read(file, problems) {
            let read = self.sheet(id, &file.stem, Some(wanted));
            book.add(read.sheet.clone());
            problems.append(read.problems.clone());
        }
        book.vendors.push(file.stem.clone());
        if problems.len() > before {
            book.unreadable.push(file.stem.clone());
        }
    }
}

/// Reads some SKUs of a sheet, or all of them.
fn raw_part(
    id: FileId,
    text: &str,
    wanted: Option<&BTreeSet<String>>,
    problems: &mut Problems,
) -> Option<PriceSheetRaw> {
    match wanted {
        Some(wanted) => parse::price_sheet_part(id, text, wanted, problems),
        None => parse::price_sheet(id, text, problems),
    }
}

/// The vendors that have a sheet.
pub(in crate::workspace) fn vendors(files: &[ProjectFile]) -> Vec<String> {
    files.iter().map(|file| file.stem.clone()).filter(|stem| stem != RATES).collect()
}
