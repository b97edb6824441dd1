//! What a project keeps of what months really cost: a file for each month.

#[cfg(feature = "cli")]
use std::collections::{BTreeMap, btree_map::Entry};
#[cfg(feature = "cli")]
use std::path::{Path, PathBuf};

#[cfg(feature = "cli")]
use jiff::civil::Date;

use crate::diagnostic::Problems;
#[cfg(feature = "cli")]
use crate::diagnostic::{Code, Diagnostic};
use crate::load::ProjectFile;
#[cfg(feature = "cli")]
use crate::load::{self, OpenBill};
#[cfg(feature = "cli")]
use crate::model::Currency;
use crate::model::{ActualMonth, MatchRule, Month};
use crate::parse::{self, BillLayout};
#[cfg(feature = "cli")]
use crate::parse::{BillCsv, BillFault, BillParquet, CustomersLayout, customers_head};
use crate::resolve;
#[cfg(feature = "cli")]
use crate::resolve::{Bill, BillRequest, CustomersFile};
#[cfg(feature = "cli")]
use crate::source::FileId;
#[cfg(feature = "cli")]
use crate::workspace::month_text::month_text;
use crate::workspace::project::{Failed, Workspace, named_at, text};

/// The directory of a project that names no other.
#[cfg(feature = "cli")]
const DIRECTORY: &str = "actuals";

impl Workspace {
    /// The files of months, in order.
    fn actual_files(&self) -> Failed<Vec<(Month, ProjectFile)>> {
        let given = self.path(|paths| paths.actuals.as_ref());
        let files = self.root.actuals(given.map(text)).map_err(|problem| vec![named_at(problem, given)])?;
        Ok(files.into_iter().filter_map(|file| Some((Month::parse(&file.stem)?, file))).collect())
    }

    /// The months of which something is recorded, in order.
    pub(crate) fn recorded_months(&self) -> Failed<Vec<Month>> {
        Ok(self.actual_files()?.into_iter().map(|(month, _)| month).collect())
    }

    /// What a month really cost; `None` if nothing is recorded of it.
    pub(crate) fn actual_month(&mut self, month: Month) -> Failed<Option<ActualMonth>> {
        let found = self.actual_files()?.into_iter().find(|(of, _)| *of == month);
        let Some((_, file)) = found else { return Ok(None) };
        let mut problems = Problems::default();
        let id = self.read(&file, &mut problems);
        let raw = id.and_then(|id| parse::actual_month(id, self.sources.text(id), &mut problems));
        let actual = raw.map(|raw| resolve::actual_month(raw, month, &mut problems));
        if problems.is_empty() { Ok(actual) } else { Err(problems.into_sorted()) }
    }

    /// Checks every file of a month and the settings for bills, and returns how many months there are.
    pub(crate) fn check_actuals(&mut self, problems: &mut Problems) -> usize {
        self.bill_layouts(problems);
        self.match_rules(problems);
        let months = problems.keep(self.recorded_months()).unwrap_or_default();
        for month in &months {
            let actual = self.actual_month(*month);
            problems.keep(actual);
        }
        months.len()
    }

    /// The formats of bills, those of the project first.
    pub(crate) fn bill_layouts(&self, problems: &mut Problems) -> Vec<BillLayout> {
        resolve::bill_layouts(self.settings.as_ref().and_then(|settings| settings.actuals.as_ref()), problems)
    }

    /// The rules that put charges to line items, in order.
    pub(crate) fn match_rules(&self, problems: &mut Problems) -> Vec<MatchRule> {
        resolve::match_rules(self.settings.as_ref().and_then(|settings| settings.actuals.as_ref()), problems)
    }
}

#[cfg(feature = "cli")]
impl Workspace {
    /// Whether a text is a file of the project on disk, in which formulas are written.
    pub(crate) fn is_own_text(&self, file: FileId) -> bool {
        self.own_file(file).is_some()
    }

    /// The stage, the scenario or the settings on disk that a text is.
    fn own_file(&self, file: FileId) -> Option<ProjectFile> {
        let stages = self.root.stages(self.path(|paths| paths.stages.as_ref()).map(text)).unwrap_or_default();
        let scenarios = self.root.scenarios(self.path(|paths| paths.scenarios.as_ref()).map(text)).unwrap_or_default();
        let mut all = stages.into_iter().chain(scenarios).chain(self.root.settings.clone());
        let name = self.sources.name(file);
        all.find(|known| known.is_on_disk() && known.name == name)
    }
}

#[cfg(feature = "cli")]
impl Workspace {
    /// Replaces the texts of files that were read, and names the files.
    ///
    /// # Errors
    /// `file-not-readable`, also for a file that was changed since; nothing is written then.
    pub(crate) fn replace_texts(&mut self, texts: &[(FileId, String)]) -> Failed<Vec<PathBuf>> {
        let mut places = Vec::new();
        let mut locks = BTreeMap::new();
        for (id, after) in texts {
            let file = self.own_file(*id);
            let path = file.as_ref().and_then(ProjectFile::path);
            let place = path.map(|path| self.root.place(path)).transpose().map_err(|problem| vec![problem])?;
            let name = self.sources.name(*id).to_owned();
            let (Some(file), Some(place)) = (file, place) else {
                let message = format!("`{name}` is no file of the project on disk");
                return Err(vec![Diagnostic::new(Code::FileNotReadable, message)]);
            };
            // A directory that is locked already cannot be locked again.
            if let Entry::Vacant(lock) = locks.entry(place.parent().map(Path::to_owned)) {
                lock.insert(load::lock_beside(&place).map_err(|problem| vec![problem])?);
            }
            let now = load::read(&file, &mut self.sources).map_err(|problem| vec![problem])?;
            if self.sources.text(now) != self.sources.text(*id) {
                let message = format!("`{name}` was changed by something else, and is left as it is");
                return Err(vec![Diagnostic::new(Code::FileNotReadable, message).help("run the command again")]);
            }
            places.push((place, after));
        }
        for (place, after) in &places {
            load::replace(place, after).map_err(|problem| vec![problem])?;
        }
        Ok(places.into_iter().map(|(place, _)| place).collect())
    }

    /// Reads a bill by the path that a user typed, and its digest.
    ///
    /// # Errors
    /// `invalid-bill`, and reasons why the file cannot be opened.
    pub(crate) fn read_bill(
        &self,
        path: &Path,
        formats: &[BillLayout],
        request: &BillRequest,
    ) -> Failed<(Bill, String)> {
        let name = path.display().to_string();
        let (progress, of_rows) = (self.progress.clone(), self.progress.clone());
        let named = request.format.as_deref();
        let open =
            load::open_bill(path, move |done, all| progress.report(done, all)).map_err(|problem| vec![problem])?;
        let wrong = |fault, place: &str| vec![faulty(Code::InvalidBill, &name, place, fault)];
        match open {
            OpenBill::Text(mut text) => {
                let rows = BillCsv::new(&mut text.input, formats, named);
                let bill = rows.and_then(|rows| resolve::bill(rows, request)).map_err(|fault| wrong(fault, ":"))?;
                let digest = text.digest().map_err(|error| {
                    vec![Diagnostic::new(Code::FileNotReadable, format!("`{name}` cannot be read: {error}"))]
                })?;
                Ok((bill, digest))
            }
            OpenBill::Parquet(file, digest) => {
                let heard = move |done, all| of_rows.report(done, all);
                let rows = BillParquet::new(file, formats, named, !request.tags.is_empty(), heard);
                let bill =
                    rows.and_then(|rows| resolve::bill(rows, request)).map_err(|fault| wrong(fault, ": row "))?;
                Ok((bill, digest))
            }
        }
    }

    /// Reads a CSV with the customers and the revenue of months by the path that a user typed.
    ///
    /// # Errors
    /// `invalid-csv`, and reasons why the file cannot be opened.
    pub(crate) fn read_customers(path: &Path, layout: &CustomersLayout, today: Date) -> Failed<CustomersFile> {
        let name = path.display().to_string();
        let read = match load::open_bill(path, |_, _| ()).map_err(|problem| vec![problem])? {
            OpenBill::Text(mut text) => {
                let rows = BillCsv::with_head(&mut text.input, |header| customers_head(header, layout));
                rows.map_err(|fault| vec![fault]).and_then(|rows| resolve::customers_file(rows, today))
            }
            OpenBill::Parquet(..) => Err(vec![BillFault::whole("the file is Parquet").help("write it as CSV")]),
        };
        read.map_err(|faults| faults.into_iter().map(|fault| faulty(Code::InvalidCsv, &name, ":", fault)).collect())
    }

    /// Checks that amounts in some currencies can be compared one day: each is one of the world, or has an exchange rate.
    ///
    /// # Errors
    /// `invalid-currency`, and what is wrong with the file of exchange rates.
    pub(crate) fn check_billed_currencies(&mut self, of: impl Iterator<Item = Currency>) -> Failed<()> {
        let mut unknown: Vec<Currency> = of.filter(|currency| Currency::known(currency.as_str()).is_none()).collect();
        unknown.sort_unstable();
        unknown.dedup();
        if unknown.is_empty() {
            return Ok(());
        }
        let mut problems = Problems::default();
        let rates = self.all_rates(&mut problems);
        for currency in unknown.into_iter().filter(|currency| !rates.names(*currency)) {
            let message =
                format!("`{currency}` is no currency of ISO 4217, and the project has no exchange rate for it");
            problems.push(Diagnostic::new(Code::InvalidCurrency, message).help("write a code such as `EUR`"));
        }
        if problems.is_empty() { Ok(()) } else { Err(problems.into_sorted()) }
    }

    /// Changes the files of some months: each is read, changed and written while no other run does the same, and none is
    /// written if one cannot be read. Names the files that were written.
    ///
    /// # Errors
    /// Errors of the files as they are, `outside-of-project`, `file-too-large`, `file-not-readable`.
    pub(crate) fn change_months(
        &mut self,
        months: &[Month],
        mut change: impl FnMut(&mut ActualMonth) -> bool,
    ) -> Failed<Vec<PathBuf>> {
        let given = self.path(|paths| paths.actuals.as_ref());
        let directory = Path::new(given.map_or(DIRECTORY, text)).to_owned();
        let place =
            |name: &str| self.root.place(&directory.join(name)).map_err(|problem| vec![named_at(problem, given)]);
        let _lock = load::lock_beside(&place("lock")?).map_err(|problem| vec![problem])?;
        let files = self.actual_files()?;
        let mut changed: Vec<(PathBuf, String)> = Vec::new();
        for month in months {
            let known = files.iter().find(|(of, _)| of == month).map(|(_, file)| file);
            if let Some(file) = known {
                self.forget(file);
            }
            let mut actual = self.actual_month(*month)?.unwrap_or_else(|| ActualMonth::new(*month));
            if change(&mut actual) {
                let name = known
                    .and_then(|file| Path::new(&file.name).file_name())
                    .map_or_else(|| format!("{month}.yaml"), |name| name.to_string_lossy().into_owned());
                let given = self.path(|paths| paths.actuals.as_ref());
                let path = self.root.place(&directory.join(name)).map_err(|problem| vec![named_at(problem, given)])?;
                let text = month_text(&actual);
                self.check_month_text(&path, &text, *month)?;
                changed.push((path, text));
            }
        }
        load::replace_all(&changed).map_err(|problem| vec![problem])?;
        Ok(changed.into_iter().map(|(path, _)| path).collect())
    }

    /// Checks that the file of a month can be read again as it would be written.
    fn check_month_text(&mut self, path: &Path, text: &str, month: Month) -> Failed<()> {
        let mut problems = Problems::default();
        let id = self.sources.add(path.display().to_string(), text.to_owned());
        let raw = parse::actual_month(id, self.sources.text(id), &mut problems);
        raw.map(|raw| resolve::actual_month(raw, month, &mut problems));
        if problems.is_empty() { Ok(()) } else { Err(problems.into_sorted()) }
    }

    /// Adds tables to the end of the settings, and names the file. Without settings they are the first.
    ///
    /// # Errors
    /// What is wrong with the settings after that, and `file-not-readable`; nothing is written then.
    pub(crate) fn add_to_settings(&mut self, tables: &str) -> Failed<PathBuf> {
        let name = Path::new(load::SETTINGS);
        let path = self.root.place(name).map_err(|problem| vec![problem])?;
        let _lock = load::lock_beside(&path).map_err(|problem| vec![problem])?;
        let before = match &self.root.settings {
            Some(file) => {
                let id = load::read(file, &mut self.sources).map_err(|problem| vec![problem])?;
                self.sources.text(id).to_owned()
            }
            None => "version = 1\n".to_owned(),
        };
        let after = format!("{}\n\n{}\n", before.trim_end(), tables.trim_end());
        let id = self.sources.add(path.display().to_string(), after.clone());
        let mut problems = Problems::default();
        let settings = parse::project(id, self.sources.text(id), &mut problems);
        resolve::match_rules(settings.as_ref().and_then(|settings| settings.actuals.as_ref()), &mut problems);
        if !problems.is_empty() {
            return Err(problems.into_sorted());
        }
        load::replace(&path, &after).map_err(|problem| vec![problem])?;
        Ok(path)
    }
}

/// What is wrong with a file that a user named.
#[cfg(feature = "cli")]
fn faulty(code: Code, name: &str, place: &str, fault: BillFault) -> Diagnostic {
    let place = fault.line.map(|line| format!("{place}{line}")).unwrap_or_default();
    let diagnostic = Diagnostic::new(code, format!("{name}{place}: {}", fault.message));
    match fault.help.filter(|help| !help.is_empty()) {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}
