//! A project as commands use it: finds a stage, reads just the files that it needs, and resolves it.
//!
//! ```text
//! load::Root -> Workspace::stage("2", request) -> the manifest, the sheets of its vendors -> Stage
//! ```
//!
//! A price sheet is parsed only where a stage names its vendor, and of a sheet only the SKUs that it names.
//!
//! May import `load`, `parse`, `resolve`, `model`, `source` and `diagnostic`.

use std::collections::BTreeMap;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Problems, closest};
use crate::load::{self, ProjectFile, Root};
use crate::model::{Revenue, Stage};
use crate::parse::{self, FromNode, PathsRaw, ProjectRaw, StageManifestRaw};
use crate::resolve::{self, PriceBook, Request};
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
        let mut sources = Sources::default();
        match Self::settings(explicit, &mut sources) {
            Ok((root, settings)) => Ok(Self { sources, settings, root }),
            Err(problems) => Err((problems, sources)),
        }
    }

    fn settings(explicit: Option<&Path>, sources: &mut Sources) -> Failed<(Root, Option<ProjectRaw>)> {
        let root = load::find_root(explicit).map_err(|problem| vec![problem])?;
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
        self.root.stages(given).map_err(|problem| vec![problem])
    }

    fn price_files(&self) -> Failed<Vec<ProjectFile>> {
        let given = self.path(|paths| paths.pricing.as_ref());
        self.root.pricing(given).map_err(|problem| vec![problem])
    }

    fn price_file(&self, stem: &str) -> Result<Option<ProjectFile>, Diagnostic> {
        self.root.price_file(self.path(|paths| paths.pricing.as_ref()), stem)
    }

    fn path(&self, wanted: fn(&PathsRaw) -> Option<&Spanned<String>>) -> Option<&str> {
        let paths = self.settings.as_ref()?.paths.as_ref()?;
        wanted(paths).map(|path| path.value.as_str())
    }

    /// Keeps a value that was typed for `flag` as a source and reads it.
    ///
    /// # Errors
    /// What is wrong with the value.
    pub fn argument<T: FromNode>(&mut self, flag: &str, text: &str) -> Failed<T> {
        let file = self.sources.add(flag, text.to_owned());
        let mut problems = Problems::default();
        let value = parse::argument(file, self.sources.text(file), &mut problems);
        value.ok_or_else(|| problems.into_sorted())
    }

    /// Resolves the stage with a number, a name or a file stem.
    ///
    /// # Errors
    /// `unknown-stage`, and everything that is wrong with the manifest and the parts of the sheets that it uses.
    pub fn stage(&mut self, name: &str, request: &Request) -> Failed<(Stage, Revenue)> {
        let (file, raw) = self.manifest(name)?;
        self.resolve(vec![(file, raw)], request).map(|mut stages| stages.swap_remove(0))
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

    /// Checks every file of the project, each of them whole.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn validate(&mut self, request: &Request) -> Failed<Validated> {
        let mut problems = Problems::default();
        let files = self.price_files()?;
        let mut book = PriceBook::new(vendors(&files));
        let mut counts = Validated::default();
        for file in files {
            let id = match load::read(&file, &mut self.sources) {
                Ok(id) => id,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            let text = self.sources.text(id);
            if file.stem == RATES {
                if let Some(raw) = parse::exchange_rates(id, text, &mut problems) {
                    book.rates = resolve::exchange_rates(raw, &mut problems);
                }
            } else if let Some(raw) = parse::price_sheet(id, text, &mut problems) {
                book.add(resolve::price_sheet(raw, &file.stem, &mut problems));
                counts.price_sheets += 1;
            } else {
                book.unreadable.push(file.stem);
            }
        }
        let mut names: Vec<(u64, String, Span)> = Vec::new();
        for file in self.stage_files()? {
            let id = match load::read(&file, &mut self.sources) {
                Ok(id) => id,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            let text = self.sources.text(id);
            let Some(raw) = parse::manifest(id, text, &mut problems) else { continue };
            names.push((raw.stage.value, raw.name.value.clone(), raw.stage.span));
            resolve::stage(raw, text, request, &book, &mut problems);
            counts.stages += 1;
        }
        duplicate_stages(&names, &mut problems);
        if problems.is_empty() { Ok(counts) } else { Err(problems.into_sorted()) }
    }

    /// Reads the manifest with a number, a name or a file stem. Looks first where the file's name says that it is.
    fn manifest(&mut self, name: &str) -> Failed<(FileId, StageManifestRaw)> {
        let files = self.stage_files()?;
        let likely: Vec<&ProjectFile> = files.iter().filter(|file| stem_fits(&file.stem, name)).collect();
        if let [file] = likely[..] {
            let (id, raw) = self.read_manifest(file)?;
            if file.stem == name || is_called(&raw, name) {
                return Ok((id, raw));
            }
        }
        let all = self.manifests()?;
        let known: Vec<String> =
            all.iter().map(|(_, raw)| format!("{} ({})", raw.stage.value, raw.name.value)).collect();
        let mut found: Vec<(FileId, StageManifestRaw)> =
            all.into_iter().filter(|(_, raw)| is_called(raw, name)).collect();
        match found.len() {
            1 => Ok(found.swap_remove(0)),
            0 => {
                let diagnostic = Diagnostic::new(Code::UnknownStage, format!("there is no stage `{name}`"));
                let names = files.iter().map(|file| file.stem.as_str());
                let help = match closest(name, names) {
                    Some(stem) => format!("did you mean `{stem}`?"),
                    None => format!("choose from {}", known.join(", ")),
                };
                Err(vec![diagnostic.help(help)])
            }
            _ => {
                let message = format!("several stages are called `{name}`");
                let mut diagnostic = Diagnostic::new(Code::DuplicateName, message);
                for (_, raw) in &found {
                    diagnostic = diagnostic.and_at(raw.stage.span, "this one");
                }
                Err(vec![diagnostic.help("name the stage by its file's stem")])
            }
        }
    }

    /// Reads every manifest of the project.
    fn manifests(&mut self) -> Failed<Vec<(FileId, StageManifestRaw)>> {
        let mut problems = Vec::new();
        let mut manifests = Vec::new();
        for file in self.stage_files()? {
            match self.read_manifest(&file) {
                Ok(manifest) => manifests.push(manifest),
                Err(found) => problems.extend(found),
            }
        }
        if problems.is_empty() { Ok(manifests) } else { Err(problems) }
    }

    fn read_manifest(&mut self, file: &ProjectFile) -> Failed<(FileId, StageManifestRaw)> {
        let id = load::read(file, &mut self.sources).map_err(|problem| vec![problem])?;
        let mut problems = Problems::default();
        let raw = parse::manifest(id, self.sources.text(id), &mut problems);
        raw.map(|raw| (id, raw)).ok_or_else(|| problems.into_sorted())
    }

    fn resolve(
        &mut self,
        manifests: Vec<(FileId, StageManifestRaw)>,
        request: &Request,
    ) -> Failed<Vec<(Stage, Revenue)>> {
        let mut problems = Problems::default();
        let book = self.price_book(&manifests, &mut problems);
        let mut stages = Vec::new();
        for (file, raw) in manifests {
            stages.extend(resolve::stage(raw, self.sources.text(file), request, &book, &mut problems));
        }
        if problems.is_empty() { Ok(stages) } else { Err(problems.into_sorted()) }
    }

    /// Reads the SKUs that manifests name, and the exchange rates.
    fn price_book(&mut self, manifests: &[(FileId, StageManifestRaw)], problems: &mut Problems) -> PriceBook {
        let mut wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (file, raw) in manifests {
            for id in raw.line_items.skus(self.sources.text(*file)) {
                let Some((vendor, sku)) = id.split_once('/') else { continue };
                match wanted.get_mut(vendor) {
                    Some(skus) if skus.iter().any(|known| known == sku) => {}
                    Some(skus) => skus.push(sku.to_owned()),
                    None => drop(wanted.insert(vendor.to_owned(), vec![sku.to_owned()])),
                }
            }
        }
        let mut book = PriceBook::default();
        let mut missing = false;
        for (vendor, skus) in wanted.iter().filter(|(vendor, _)| *vendor != RATES) {
            match self.price_file(vendor) {
                Ok(Some(file)) => self.add_sheet(&file, skus, &mut book, problems),
                Ok(None) => missing = true,
                Err(problem) => problems.push(problem),
            }
        }
        // Only a message about a vendor without a sheet needs to know which vendors have one.
        if missing && let Ok(files) = self.price_files() {
            book.vendors = vendors(&files);
        }
        match self.price_file(RATES) {
            Ok(Some(file)) => match load::read(&file, &mut self.sources) {
                Ok(id) => {
                    let raw = parse::exchange_rates(id, self.sources.text(id), problems);
                    book.rates = raw.map(|raw| resolve::exchange_rates(raw, problems)).unwrap_or_default();
                }
                Err(problem) => problems.push(problem),
            },
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
        book
    }

    /// Adds the wanted SKUs of a sheet; all of them where one is missing, so that the message can name what there is.
    fn add_sheet(&mut self, file: &ProjectFile, skus: &[String], book: &mut PriceBook, problems: &mut Problems) {
        let id = match load::read(file, &mut self.sources) {
            Ok(id) => id,
            Err(problem) => return problems.push(problem),
        };
        let text = self.sources.text(id);
        let wanted: Vec<&str> = skus.iter().map(String::as_str).collect();
        let Some(raw) = parse::price_sheet_part(id, text, &wanted, problems) else {
            return book.unreadable.push(file.stem.clone());
        };
        let sheet = resolve::price_sheet(raw, &file.stem, problems);
        let complete = wanted.iter().all(|name| {
            sheet.skus.iter().any(|sku| sku.id.strip_prefix(sku.vendor()).is_some_and(|rest| rest[1..] == **name))
        });
        book.vendors.push(file.stem.clone());
        book.add(sheet);
        if !complete && problems.is_empty() {
            let whole = parse::price_sheet(id, text, problems);
            if let Some(whole) = whole {
                book.add(resolve::price_sheet(whole, &file.stem, problems));
            }
        }
    }
}

/// What [`Workspace::validate`] looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validated {
    /// The stage manifests.
    pub stages: usize,
    /// The price sheets.
    pub price_sheets: usize,
}

fn vendors(files: &[ProjectFile]) -> Vec<String> {
    files.iter().map(|file| file.stem.clone()).filter(|stem| stem != RATES).collect()
}

fn duplicate_stages(names: &[(u64, String, Span)], problems: &mut Problems) {
    for (index, (number, name, span)) in names.iter().enumerate() {
        let same =
            |(other, other_name, _): &&(u64, String, _)| other == number || other_name.eq_ignore_ascii_case(name);
        if let Some((.., first)) = names[..index].iter().find(same) {
            let message = format!("two stages are numbered {number} or called `{name}`");
            let diagnostic = Diagnostic::at(Code::DuplicateName, *span, message, "again here");
            problems.push(diagnostic.and_at(*first, "first here"));
        }
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
