//! A project as commands use it: finds a stage, reads just the files that it needs, and resolves it.
//!
//! ```text
//! load::Root -> Workspace::stage("2", request) -> the manifest, the sheets of its vendors -> Stage
//! ```
//!
//! A price sheet is parsed only where a stage names its vendor, and of a sheet only the SKUs that it names.
//!
//! May import `load`, `parse`, `resolve`, `model`, `source` and `diagnostic`.

mod check_plan;
mod checklists;
mod metrics;
mod plans;
mod prices;
mod read_stages;
mod runbooks;
mod scenarios;
mod snapshots;
mod techniques;
mod validate;

pub use check_plan::CheckPlan;
pub use prices::WholeBook;
pub use read_stages::ReadStages;
pub use runbooks::StageId;
pub use snapshots::SNAPSHOT_ANEW;
pub use validate::Validated;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Problems, closest};
use crate::load::{self, ProjectFile, Root};
use crate::model::{Revenue, Stage};
use crate::parse::{self, FromNode, PathsRaw, ProjectRaw, StageManifestRaw};
use crate::resolve::{self, ExchangeRates, PriceBook, QuoteRaw, Request};
use crate::source::{FileId, Sources, Span, Spanned};

/// The file of exchange rates among the price sheets.
const RATES: &str = "fx";

/// An open project.
#[derive(Debug)]
pub struct Workspace {
    /// Every text that was read.
    pub sources: Sources,
    /// The settings of `costplan.toml`, if there is one.
    pub settings: Option<ProjectRaw>,
    root: Root,
}

/// What went wrong, with the texts to show it in.
type Failed<T> = Result<T, Vec<Diagnostic>>;

impl Workspace {
    /// The bundled plan and price book, whatever project there is.
    pub fn bundled() -> Self {
        Self { sources: Sources::default(), settings: None, root: Root::bundled() }
    }

    /// Opens the project at `explicit`, or the one around the working directory, or the bundled plan.
    ///
    /// # Errors
    /// The problems of `costplan.toml` and of the directories, with the texts read so far.
    pub fn open(explicit: Option<&Path>) -> Result<Self, (Vec<Diagnostic>, Sources)> {
        Self::at(load::find_root(explicit))
    }

    /// Opens the project as it was at a revision of git, such as `HEAD~1`: the one at `explicit`, or the one around the
    /// working directory. The working tree is neither read nor touched.
    ///
    /// # Errors
    /// As [`Self::open`], and what keeps git from giving the revision. A revision without a project is an error.
    pub fn open_at(explicit: Option<&Path>, revision: &str) -> Result<Self, (Vec<Diagnostic>, Sources)> {
        Self::at(load::find_revision(explicit, revision))
    }

    fn at(root: Result<Root, Diagnostic>) -> Result<Self, (Vec<Diagnostic>, Sources)> {
        let mut sources = Sources::default();
        match Self::settings(root, &mut sources) {
            Ok((root, settings)) => Ok(Self { sources, settings, root }),
            Err(problems) => Err((problems, sources)),
        }
    }

    fn settings(root: Result<Root, Diagnostic>, sources: &mut Sources) -> Failed<(Root, Option<ProjectRaw>)> {
        let root = root.map_err(|problem| vec![problem])?;
        let Some(file) = &root.settings else { return Ok((root, None)) };
        let file = load::read(file, sources).map_err(|problem| vec![problem])?;
        let mut problems = Problems::default();
        let settings = parse::project(file, sources.text(file), &mut problems);
        let settings = settings.filter(|settings| {
            resolve::check_version(settings.version, &mut problems);
            problems.is_empty()
        });
        match settings {
            Some(settings) => Ok((root, Some(settings))),
            None => Err(problems.into_sorted()),
        }
    }

    fn stage_files(&self) -> Failed<Vec<ProjectFile>> {
        let given = self.path(|paths| paths.stages.as_ref());
        self.root.stages(given.map(text)).map_err(|problem| vec![named_at(problem, given)])
    }

    fn price_files(&self) -> Failed<Vec<ProjectFile>> {
        let given = self.path(|paths| paths.pricing.as_ref());
        self.root.pricing(given.map(text)).map_err(|problem| vec![named_at(problem, given)])
    }

    fn price_file(&self, stem: &str) -> Result<Option<ProjectFile>, Diagnostic> {
        let given = self.path(|paths| paths.pricing.as_ref());
        self.root.price_file(given.map(text), stem).map_err(|problem| named_at(problem, given))
    }

    fn path(&self, wanted: fn(&PathsRaw) -> Option<&Spanned<String>>) -> Option<&Spanned<String>> {
        wanted(self.settings.as_ref()?.paths.as_ref()?)
    }

    /// Reads a file; takes in what is wrong if that cannot be done.
    fn read(&mut self, file: &ProjectFile, problems: &mut Problems) -> Option<FileId> {
        problems.keep(load::read(file, &mut self.sources).map_err(|problem| vec![problem]))
    }

    /// Keeps a value that was typed for `flag` as a source and reads it.
    ///
    /// # Errors
    /// What is wrong with the value.
    pub fn argument<T: FromNode>(&mut self, flag: &str, text: &str) -> Failed<T> {
        let file = self.sources.add_argument(flag, text);
        let mut problems = Problems::default();
        let value = parse::argument(file, self.sources.text(file), &mut problems);
        value.ok_or_else(|| problems.into_sorted())
    }

    /// Resolves the stage with a number, a name or a file stem.
    ///
    /// # Errors
    /// `unknown-stage`, and everything that is wrong with the manifest and the parts of the sheets that it uses.
    pub fn stage(&mut self, name: &str, request: &Request) -> Failed<(Stage, Revenue)> {
        let manifest = self.manifest(name)?;
        self.resolve(vec![manifest], request).map(|mut stages| stages.swap_remove(0))
    }

    /// Resolves two stages in one currency: that of the first unless the request names one. A driver that is set need be
    /// known to one of them only.
    ///
    /// # Errors
    /// As [`Self::stage`], for both.
    pub fn pair(&mut self, names: [&str; 2], request: &Request) -> Failed<[(Stage, Revenue); 2]> {
        let manifests = match names.map(|name| self.manifest(name)) {
            [Ok(first), Ok(second)] => vec![first, second],
            found => return Err(found.into_iter().filter_map(Result::err).flatten().collect()),
        };
        let mut request = request.clone();
        request.currency = request.currency.or(manifests[0].raw.as_ref().map(|raw| raw.currency));
        let mut stages = self.resolve(manifests, &request)?;
        let second = stages.swap_remove(1);
        Ok([stages.swap_remove(0), second])
    }

    /// Resolves every stage of the project, by number.
    ///
    /// # Errors
    /// Everything that is wrong with the manifests and the parts of the sheets that they use.
    pub fn stages(&mut self, request: &Request) -> Failed<Vec<(Stage, Revenue)>> {
        let manifests = self.manifests()?;
        let mut stages = self.resolve(manifests, request)?;
        stages.sort_by_key(|(stage, _)| stage.id);
        Ok(stages)
    }

    /// Resolves every stage of the project, by number, in one currency: that of the first unless the request names one.
    ///
    /// # Errors
    /// As [`Self::stages`].
    pub fn stages_in_one_currency(&mut self, request: &Request) -> Failed<Vec<(Stage, Revenue)>> {
        let manifests = self.manifests()?;
        let raw = manifests.iter().filter_map(|manifest| manifest.raw.as_ref());
        let first = raw.min_by_key(|raw| raw.stage.value).map(|raw| raw.currency);
        let request = Request { currency: request.currency.or(first), ..request.clone() };
        let mut stages = self.resolve(manifests, &request)?;
        stages.sort_by_key(|(stage, _)| stage.id);
        Ok(stages)
    }

    /// Resolves every stage of the project, by number, in the currency of one of them.
    ///
    /// # Errors
    /// As [`Self::stages`].
    pub fn stages_in_currency(&mut self, stage: &Stage, request: &Request) -> Failed<Vec<(Stage, Revenue)>> {
        let currency = Spanned::new(stage.currency, stage.customers.span);
        self.stages(&Request { currency: Some(currency), ..request.clone() })
    }

    /// Resolves one SKU on its own.
    ///
    /// # Errors
    /// Everything that is wrong with what is asked and with the part of the sheet that it uses.
    pub fn quote(&mut self, raw: QuoteRaw, request: &Request) -> Failed<Stage> {
        let mut problems = Problems::default();
        let book = self.price_book([raw.sku.value.clone()], &mut problems);
        match resolve::quote(raw, request, &book, &mut problems) {
            Some(stage) if problems.is_empty() => Ok(stage),
            _ => Err(problems.into_sorted()),
        }
    }

    /// The number of the stage with a number, a name or a file stem.
    ///
    /// # Errors
    /// `unknown-stage`, `duplicate-name`, and what is wrong with the manifest.
    pub fn stage_number(&mut self, name: &str) -> Failed<u64> {
        let Manifest { raw, problems, .. } = self.manifest(name)?;
        match raw {
            Some(raw) => Ok(raw.stage.value),
            None => Err(problems.into_sorted()),
        }
    }

    /// Reads the manifest with a number, a name or a file stem. Looks first where the file's name says that it is.
    fn manifest(&mut self, name: &str) -> Failed<Manifest> {
        let files = self.stage_files()?;
        let likely: Vec<&ProjectFile> = files.iter().filter(|file| stem_fits(&file.stem, name)).collect();
        let exact: Vec<&ProjectFile> = files.iter().filter(|file| file.stem == name).collect();
        let likely = if exact.len() == 1 { exact } else { likely };
        if let [file] = likely[..] {
            let manifest = self.read_manifest(file)?;
            if file.stem == name || manifest.raw.as_ref().is_none_or(|raw| is_called(raw, name)) {
                return Ok(manifest);
            }
        }
        let all = self.manifests()?;
        let known: Vec<String> = all
            .iter()
            .filter_map(|manifest| manifest.raw.as_ref())
            .map(|raw| format!("{} ({})", raw.stage.value, raw.name.value))
            .collect();
        let is_meant = |manifest: &Manifest| manifest.raw.as_ref().is_some_and(|raw| is_called(raw, name));
        let (mut found, others): (Vec<Manifest>, Vec<Manifest>) = all.into_iter().partition(is_meant);
        match found.len() {
            1 => Ok(found.swap_remove(0)),
            0 => {
                let diagnostic = Diagnostic::new(Code::UnknownStage, format!("there is no stage `{name}`"));
                let names = files.iter().map(|file| file.stem.as_str());
                let help = match closest(name, names) {
                    Some(stem) => format!("did you mean `{stem}`?"),
                    None => format!("choose from {}", known.join(", ")),
                };
                // It may be one of those that could not be read.
                let unread = others.into_iter().filter(|manifest| manifest.raw.is_none());
                let unread = unread.flat_map(|manifest| manifest.problems.into_sorted());
                Err(std::iter::once(diagnostic.help(help)).chain(unread).collect())
            }
            _ => {
                let message = format!("several stages are called `{name}`");
                let mut diagnostic = Diagnostic::new(Code::DuplicateName, message);
                for raw in found.iter().filter_map(|manifest| manifest.raw.as_ref()) {
                    diagnostic = diagnostic.and_at(raw.stage.span, "this one");
                }
                Err(vec![diagnostic.help("name the stage by its file's stem")])
            }
        }
    }

    /// Reads every manifest of the project; the last one holds what is wrong with them together.
    fn manifests(&mut self) -> Failed<Vec<Manifest>> {
        let mut manifests = Vec::new();
        for file in self.stage_files()? {
            manifests.push(self.read_manifest(&file)?);
        }
        let mut together = Problems::default();
        duplicate_stages(manifests.iter().filter_map(|manifest| manifest.raw.as_ref()), &mut together);
        if let Some(last) = manifests.last_mut() {
            last.problems.append(together);
        }
        Ok(manifests)
    }

    fn read_manifest(&mut self, file: &ProjectFile) -> Failed<Manifest> {
        let file = load::read(file, &mut self.sources).map_err(|problem| vec![problem])?;
        let mut problems = Problems::default();
        let raw = parse::manifest(file, self.sources.text(file), &mut problems);
        Ok(Manifest { file, raw, problems })
    }

    fn resolve(&mut self, manifests: Vec<Manifest>, request: &Request) -> Failed<Vec<(Stage, Revenue)>> {
        let mut problems = Problems::default();
        let skus = self.skus(&manifests);
        let book = self.price_book(skus, &mut problems);
        self.resolve_with(manifests, &book, request, problems)
    }

    /// Resolves manifests against the prices that they use; `problems` are those of the sheets.
    fn resolve_with(
        &mut self,
        manifests: Vec<Manifest>,
        book: &PriceBook,
        request: &Request,
        mut problems: Problems,
    ) -> Failed<Vec<(Stage, Revenue)>> {
        let mut stages = Vec::with_capacity(manifests.len());
        self.check_scenario_drivers(&request.scenario_set, &manifests, &mut problems);
        let requests = requests(request, &manifests);
        for (manifest, request) in manifests.into_iter().zip(requests) {
            problems.append(manifest.problems);
            if let Some(raw) = manifest.raw {
                let text = self.sources.text(manifest.file);
                let request = scenarios::request_to(&raw, &request);
                stages.extend(resolve::stage(raw, text, &request, book, &mut problems));
            }
        }
        let mut found: Vec<&mut Stage> = stages.iter_mut().map(|(stage, _)| stage).collect();
        self.use_techniques(&mut found, request, &mut problems);
        if problems.is_empty() {
            let stages: Vec<&Stage> = stages.iter().map(|(stage, _)| stage).collect();
            resolve::check_conditions(&request.conditions, &stages, &mut problems);
        }
        if problems.is_empty() { Ok(stages) } else { Err(problems.into_sorted()) }
    }

    /// The SKUs that manifests name.
    fn skus(&self, manifests: &[Manifest]) -> BTreeSet<String> {
        let named = manifests.iter().filter_map(|manifest| Some((manifest.file, manifest.raw.as_ref()?)));
        let skus = named.flat_map(|(file, raw)| raw.line_items.skus(self.sources.text(file)));
        let mut found = BTreeSet::new();
        for sku in skus {
            if !found.contains(sku) {
                found.insert(sku.to_owned());
            }
        }
        found
    }

    /// Reads SKUs from the sheets of their vendors, and the exchange rates.
    fn price_book(&mut self, skus: impl IntoIterator<Item = String>, problems: &mut Problems) -> PriceBook {
        let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for id in skus {
            if let Some((vendor, sku)) = id.split_once('/') {
                wanted.entry(vendor.to_owned()).or_default().insert(sku.to_owned());
            }
        }
        let mut book = PriceBook::default();
        let mut missing = false;
        for (vendor, skus) in wanted.iter().filter(|(vendor, _)| *vendor != RATES) {
            match self.price_file(vendor) {
                Ok(Some(file)) => self.add_sheet(&file, skus, &mut book, problems),
                Ok(None) => missing = true,
                Err(problem) => {
                    problems.push(problem);
                    book.unreadable.push(vendor.clone());
                }
            }
        }
        // Only a message about a vendor without a sheet needs to know which vendors have one.
        if missing && let Ok(files) = self.price_files() {
            book.vendors = vendors(&files);
        }
        match self.price_file(RATES) {
            Ok(Some(file)) => {
                let id = self.read(&file, problems);
                let raw = id.and_then(|id| parse::exchange_rates(id, self.sources.text(id), problems));
                let rates = raw.map(|raw| resolve::exchange_rates(raw, problems));
                book.rates = rates.unwrap_or_else(ExchangeRates::unreadable);
            }
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
        book
    }

    /// Adds the wanted SKUs of a sheet; all of them where one is missing, so that the message can name what there is.
    fn add_sheet(
        &mut self,
        file: &ProjectFile,
        wanted: &BTreeSet<String>,
        book: &mut PriceBook,
        problems: &mut Problems,
    ) {
        let before = problems.len();
        if let Some(id) = self.read(file, problems) {
            let text = self.sources.text(id);
            let raw = parse::price_sheet_part(id, text, wanted, problems);
            let sheet = raw.map(|raw| resolve::price_sheet(raw, &file.stem, problems)).unwrap_or_default();
            book.add(sheet);
            let complete = wanted.iter().all(|name| book.sku(&format!("{}/{name}", file.stem)).is_some());
            if !complete
                && problems.len() == before
                && let Some(whole) = parse::price_sheet(id, text, problems)
            {
                book.add(resolve::price_sheet(whole, &file.stem, problems));
            }
        }
        book.vendors.push(file.stem.clone());
        if problems.len() > before {
            book.unreadable.push(file.stem.clone());
        }
    }
}

/// The request to each manifest. Of several each is asked to set the drivers that it knows; one that none of them knows is
/// asked of the first, which reports it.
fn requests<'r>(request: &'r Request, manifests: &[Manifest]) -> Vec<Cow<'r, Request>> {
    if request.set.is_empty() || manifests.len() == 1 {
        return vec![Cow::Borrowed(request); manifests.len()];
    }
    let knows = |manifest: &Manifest, name: &str| manifest.raw.as_ref().is_some_and(|raw| raw.knows_driver(name));
    let of = |(index, manifest): (usize, &Manifest)| {
        let is_asked = |name: &str| {
            knows(manifest, name) || (index == 0 && !manifests.iter().any(|manifest| knows(manifest, name)))
        };
        let set = request.set.iter().filter(|(name, _)| is_asked(&name.value)).cloned().collect();
        Cow::Owned(Request { set, ..request.clone() })
    };
    manifests.iter().enumerate().map(of).collect()
}

/// A manifest that was read.
#[derive(Debug)]
struct Manifest {
    file: FileId,
    /// `None` if it could not be read.
    raw: Option<StageManifestRaw>,
    problems: Problems,
}

fn text(path: &Spanned<String>) -> &str {
    &path.value
}

/// Adds where the settings name the directory that a problem is about.
fn named_at(problem: Diagnostic, path: Option<&Spanned<String>>) -> Diagnostic {
    match path {
        Some(path) => {
            problem.and_at(path.span, "named here").help("a path is taken from the directory of costplan.toml")
        }
        None => problem,
    }
}

/// The file with a stem; an error with `code` if there is none.
fn by_stem<'f>(files: &'f [ProjectFile], name: &str, code: Code, what: &str) -> Failed<&'f ProjectFile> {
    let unknown = || {
        let diagnostic = Diagnostic::new(code, format!("there is no {what} `{name}`"));
        vec![diagnostic.suggest(name, files.iter().map(|file| file.stem.as_str()))]
    };
    files.iter().find(|file| file.stem == name).ok_or_else(unknown)
}

fn vendors(files: &[ProjectFile]) -> Vec<String> {
    files.iter().map(|file| file.stem.clone()).filter(|stem| stem != RATES).collect()
}

fn duplicate_stages<'r>(manifests: impl Iterator<Item = &'r StageManifestRaw>, problems: &mut Problems) {
    let mut before: Vec<&StageManifestRaw> = Vec::new();
    for raw in manifests {
        let mut report = |first: Span, span: Span, message: String| {
            let diagnostic = Diagnostic::at(Code::DuplicateName, span, message, "again here");
            problems.push(diagnostic.and_at(first, "first here"));
        };
        if let Some(first) = before.iter().find(|first| first.stage.value == raw.stage.value) {
            report(first.stage.span, raw.stage.span, format!("two stages have the number {}", raw.stage.value));
        }
        if let Some(first) = before.iter().find(|first| first.name.value.eq_ignore_ascii_case(&raw.name.value)) {
            report(first.name.span, raw.name.span, format!("two stages are called `{}`", raw.name.value));
        }
        before.push(raw);
    }
}

/// Whether a file called `2-growth` may hold the stage `2`, `growth` or `2-growth`.
fn stem_fits(stem: &str, name: &str) -> bool {
    let (number, rest) = stem.split_once('-').unwrap_or((stem, ""));
    stem == name || number == name || rest.eq_ignore_ascii_case(name)
}

fn is_called(raw: &StageManifestRaw, name: &str) -> bool {
    name.parse() == Ok(raw.stage.value) || raw.name.value.eq_ignore_ascii_case(name)
}
