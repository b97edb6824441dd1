//! Stages: which are selected, in which currency, and how they are resolved.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Failure, Problems, closest};
use crate::load::ProjectFile;
use crate::model::{Currency, Revenue, Stage};
use crate::parse::StageManifestRaw;
use crate::resolve::{self, QuoteRaw, Request};
use crate::source::{FileId, Span, Spanned};
use crate::workspace::project::{Failed, Manifest, Workspace, named_at, text};

/// Which stages of a project are resolved, and in which currency.
///
/// A stage is named by its number, its name or the stem of its file.
///
/// ```
/// use costplan::resolve::Request;
/// use costplan::workspace::{Selection, Workspace};
///
/// let mut workspace = Workspace::bundled();
/// let request = Request::on("2026-11-24".parse().unwrap());
/// let stages = workspace.stages(Selection::all().in_one_currency(), &request).unwrap();
/// assert_eq!(stages.iter().map(|(stage, _)| stage.id).collect::<Vec<_>>(), [1, 2, 3, 4]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    which: Which<'a>,
    currency: CurrencyRule,
}

#[derive(Clone, Copy, Debug)]
enum Which<'a> {
    /// Every stage, by number.
    All,
    /// One stage.
    One(&'a str),
    /// Two stages in this order, which may be the same.
    Pair([&'a str; 2]),
    /// These stages, each once, by number.
    Named(&'a [String]),
}

/// The currency of stages for which the request names none.
#[derive(Clone, Copy, Debug)]
enum CurrencyRule {
    /// Each is in the currency of its manifest.
    Own,
    /// All are in the currency of the first manifest: the first named, or that with the lowest number.
    First,
    /// All are in this currency, even if the request names another.
    Given(Currency),
}

impl<'a> Selection<'a> {
    fn of(which: Which<'a>) -> Self {
        Self { which, currency: CurrencyRule::Own }
    }

    /// Every stage of the project, by number.
    pub fn all() -> Self {
        Self::of(Which::All)
    }

    /// One stage.
    pub fn one(name: &'a str) -> Self {
        Self::of(Which::One(name))
    }

    /// Two stages in this order, possibly the same one twice.
    pub fn pair(names: [&'a str; 2]) -> Self {
        Self::of(Which::Pair(names))
    }

    /// These stages, each once, by number; every stage of the project if none is named.
    pub fn named(names: &'a [String]) -> Self {
        Self::of(if names.is_empty() { Which::All } else { Which::Named(names) })
    }

    /// All in the currency of the first of them, unless the request names one.
    #[must_use]
    pub fn in_one_currency(self) -> Self {
        Self { currency: CurrencyRule::First, ..self }
    }

    /// All in this currency, even if the request names another.
    #[must_use]
    pub fn in_currency(self, currency: Currency) -> Self {
        Self { currency: CurrencyRule::Given(currency), ..self }
    }
}

impl Workspace {
    /// Resolves the selected stages. Only one of them needs to have a driver that the request sets.
    ///
    /// # Errors
    /// `unknown-stage`, and everything that is wrong with the manifests and the parts of the sheets that they use.
    pub fn stages(&mut self, selection: Selection<'_>, request: &Request) -> Result<Vec<(Stage, Revenue)>, Failure> {
        self.resolved(selection, request).map_err(|wrong| self.failure(wrong))
    }

    /// Resolves the stage with a number, a name or a file stem.
    ///
    /// # Errors
    /// As [`Self::stages`].
    pub fn stage(&mut self, name: &str, request: &Request) -> Result<(Stage, Revenue), Failure> {
        self.stages(Selection::one(name), request).map(|mut stages| stages.swap_remove(0))
    }

    /// As [`Self::stages`].
    pub(crate) fn resolved(&mut self, selection: Selection<'_>, request: &Request) -> Failed<Vec<(Stage, Revenue)>> {
        let manifests = self.selected(selection.which)?;
        let currency = match selection.currency {
            CurrencyRule::Own => None,
            CurrencyRule::Given(currency) => {
                manifests.first().map(|first| Spanned::new(currency, Span::new(first.file, 0, 0)))
            }
            CurrencyRule::First => request.currency.or_else(|| first_currency(&manifests, selection.which)),
        };
        let request = match currency {
            Some(currency) => Cow::Owned(Request { currency: Some(currency), ..request.clone() }),
            None => Cow::Borrowed(request),
        };
        let mut stages = self.resolve_all(manifests, &request)?;
        if !matches!(selection.which, Which::Pair(_)) {
            stages.sort_by_key(|(stage, _)| stage.id);
        }
        Ok(stages)
    }

    /// The stages of the project that can be resolved, each in its own currency, and whether these are all.
    pub(super) fn sound(&mut self, request: &Request) -> (Vec<(Stage, Revenue)>, bool) {
        if let Ok(stages) = self.resolved(Selection::all(), request) {
            return (stages, true);
        }
        let manifests = self.all_manifests().unwrap_or_default();
        let each = manifests.into_iter().filter_map(|manifest| self.resolve_all(vec![manifest], request).ok()?.pop());
        (each.collect(), false)
    }

    /// The manifests of the selected stages.
    fn selected(&mut self, which: Which<'_>) -> Failed<Vec<Manifest>> {
        let found: Vec<Failed<Manifest>> = match which {
            Which::All => return self.all_manifests(),
            Which::One(name) => return self.manifest(name).map(|manifest| vec![manifest]),
            Which::Pair(names) => names.map(|name| self.manifest(name)).into(),
            Which::Named(names) => names.iter().map(|name| self.manifest(name)).collect(),
        };
        let is_each_once = matches!(which, Which::Named(_));
        let mut manifests: Vec<Manifest> = Vec::new();
        let mut wrong = Vec::new();
        for found in found {
            match found {
                Ok(manifest) if is_each_once && manifests.iter().any(|known| known.file == manifest.file) => {}
                Ok(manifest) => manifests.push(manifest),
                Err(problems) => wrong.extend(problems),
            }
        }
        if wrong.is_empty() { Ok(manifests) } else { Err(wrong) }
    }

    /// Resolves one SKU on its own.
    ///
    /// # Errors
    /// Everything that is wrong with the request and with the part of the sheet that it uses.
    pub fn quote(&mut self, raw: QuoteRaw, request: &Request) -> Result<Stage, Failure> {
        self.quoted(raw, request).map_err(|wrong| self.failure(wrong))
    }

    /// As [`Self::quote`].
    pub(crate) fn quoted(&mut self, raw: QuoteRaw, request: &Request) -> Failed<Stage> {
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
    #[cfg(feature = "files")]
    pub(crate) fn stage_number(&mut self, name: &str) -> Failed<u64> {
        let Manifest { raw, problems, .. } = self.manifest(name)?;
        match raw {
            Some(raw) => Ok(raw.stage.value),
            None => Err(problems.into_sorted()),
        }
    }

    pub(super) fn stage_files(&self) -> Failed<Vec<ProjectFile>> {
        let given = self.path(|paths| paths.stages.as_ref());
        self.root.stages(given.map(text)).map_err(|problem| vec![named_at(problem, given)])
    }

    /// Reads the manifest with a number, a name or a file stem. Looks first in files whose name matches.
    pub(super) fn manifest(&mut self, name: &str) -> Failed<Manifest> {
        let files = self.stage_files()?;
        let likely: Vec<&ProjectFile> = files.iter().filter(|file| stem_fits(&file.stem, name)).collect();
        let exact: Vec<&ProjectFile> = files.iter().filter(|file| file.stem == name).collect();
        let likely = if exact.len() == 1 { exact } else { likely };
        if let [file] = likely[..] {
            let manifest = self.read_manifest(file)?;
            if file.stem == name || manifest.raw.as_ref().is_none_or(|raw| is_stage(raw, name)) {
                return Ok(manifest);
            }
        }
        let all = self.all_manifests()?;
        let known: Vec<String> = all
            .iter()
            .filter_map(|manifest| manifest.raw.as_ref())
            .map(|raw| format!("{} ({})", raw.stage.value, raw.name.value))
            .collect();
        let is_meant = |manifest: &Manifest| manifest.raw.as_ref().is_some_and(|raw| is_stage(raw, name));
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
                // It may be a stage that could not be read.
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

    /// Reads every manifest of the project; the last one also holds conflicts between them.
    pub(super) fn all_manifests(&mut self) -> Failed<Vec<Manifest>> {
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

    pub(super) fn read_manifest(&mut self, file: &ProjectFile) -> Failed<Manifest> {
        let id = self.text_of(file).map_err(|problem| vec![problem])?;
        if let Some(known) = self.manifests.get(&id) {
            return Ok(known.clone());
        }
        let manifest = self.parsed_manifest(file, id)?;
        self.manifests.insert(id, manifest.clone());
        Ok(manifest)
    }

    fn resolve_all(&mut self, manifests: Vec<Manifest>, request: &Request) -> Failed<Vec<(Stage, Revenue)>> {
        let raws = manifests.iter().filter_map(|manifest| manifest.raw.as_ref());
        self.spend_on_resolving(raws.map(|raw| raw.line_items.len()).sum())?;
        let mut problems = Problems::default();
        let skus = self.skus(&manifests);
        let mut book = self.price_book(skus, &mut problems);
        self.add_offers(self.vendors(&manifests), &mut book);
        let mut stages = Vec::with_capacity(manifests.len());
        self.check_scenario_drivers(&request.scenario_set, &manifests, &mut problems);
        let requests = requests(request, &manifests);
        let share_of_mrr = self.own_share_of_mrr();
        for (manifest, request) in manifests.into_iter().zip(requests) {
            problems.append(manifest.problems);
            if let Some(raw) = manifest.raw {
                let text = self.text_of_manifest(manifest.file);
                let request = request_to(&raw, &request);
                let resolved = resolve::stage(raw, text, &request, &book, &mut problems);
                let targets = |stage: Stage| self.with_own_share_of_mrr(stage, manifest.file, share_of_mrr);
                stages.extend(resolved.map(|(stage, revenue)| (targets(stage), revenue)));
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

    /// The share of MRR that the project's budget allows.
    pub(crate) fn own_share_of_mrr(&mut self) -> Option<Decimal> {
        self.of_budget(|budget| budget.share_of_mrr).map(|share| share.value)
    }

    /// A stage by the user's own share of MRR: the target of a bundled manifest is not the user's.
    fn with_own_share_of_mrr(&self, mut stage: Stage, manifest: FileId, of_project: Option<Decimal>) -> Stage {
        let targets = &mut stage.targets;
        if self.sources.is_bundled(manifest) {
            targets.own_share_of_mrr = None;
            targets.share_of_mrr = targets.share_of_mrr.filter(|_| of_project.is_none());
        }
        targets.own_share_of_mrr = targets.own_share_of_mrr.or(of_project);
        stage
    }

    /// The vendors that manifests name, and whether a line item of theirs says what it needs.
    fn vendors(&self, manifests: &[Manifest]) -> BTreeMap<String, bool> {
        let mut found = BTreeMap::new();
        for (file, raw) in manifests.iter().filter_map(|manifest| Some((manifest.file, manifest.raw.as_ref()?))) {
            for (vendor, needs) in raw.line_items.vendors(self.text_of_manifest(file)) {
                match found.get_mut(vendor) {
                    Some(known) => *known |= needs,
                    None => drop(found.insert(vendor.to_owned(), needs)),
                }
            }
        }
        found
    }

    /// The SKUs that manifests name.
    fn skus(&self, manifests: &[Manifest]) -> BTreeSet<String> {
        let named = manifests.iter().filter_map(|manifest| Some((manifest.file, manifest.raw.as_ref()?)));
        let skus = named.flat_map(|(file, raw)| raw.line_items.skus(self.text_of_manifest(file)));
        let mut found = BTreeSet::new();
        for sku in skus {
            if !found.contains(sku) {
                found.insert(sku.to_owned());
            }
        }
        found
    }
}

/// The currency of the first manifest: the first of a pair, otherwise the one with the lowest number.
fn first_currency(manifests: &[Manifest], which: Which<'_>) -> Option<Spanned<Currency>> {
    let read = manifests.iter().filter_map(|manifest| manifest.raw.as_ref());
    let first = match which {
        Which::Pair(_) => manifests.first().and_then(|manifest| manifest.raw.as_ref()),
        _ => read.min_by_key(|raw| raw.stage.value),
    };
    first.map(|raw| raw.currency)
}

/// The request to each manifest. If there are several, each sets the drivers that it has; a driver that none of them
/// has is passed to the first, which reports it.
fn requests<'r>(request: &'r Request, manifests: &[Manifest]) -> Vec<Cow<'r, Request>> {
    if request.set.is_empty() || manifests.len() == 1 {
        return vec![Cow::Borrowed(request); manifests.len()];
    }
    let knows = |manifest: &Manifest, name: &str| manifest.raw.as_ref().is_some_and(|raw| raw.knows_driver(name));
    let of = |(index, manifest): (usize, &Manifest)| {
        let is_set = |name: &str| {
            knows(manifest, name) || (index == 0 && !manifests.iter().any(|manifest| knows(manifest, name)))
        };
        let set = request.set.iter().filter(|(name, _)| is_set(&name.value)).cloned().collect();
        Cow::Owned(Request { set, ..request.clone() })
    };
    manifests.iter().enumerate().map(of).collect()
}

/// The request to a stage, with the drivers of the scenario that the stage has.
pub(super) fn request_to<'r>(raw: &StageManifestRaw, request: &'r Request) -> Cow<'r, Request> {
    let known = request.scenario_set.iter().filter(|(name, _)| raw.knows_driver(&name.value));
    let known: Vec<_> = known.cloned().collect();
    if known.is_empty() {
        return Cow::Borrowed(request);
    }
    let set = request.set.iter().cloned().chain(known).collect();
    Cow::Owned(Request { set, ..request.clone() })
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
pub(super) fn stem_fits(stem: &str, name: &str) -> bool {
    let (number, rest) = stem.split_once('-').unwrap_or((stem, ""));
    stem == name || number == name || rest.eq_ignore_ascii_case(name)
}

/// Whether a stage with a number and a name is the one that `wanted` means.
pub(super) fn is_called(number: Option<u64>, name: &str, wanted: &str) -> bool {
    wanted.parse().is_ok_and(|wanted| number == Some(wanted)) || name.eq_ignore_ascii_case(wanted)
}

fn is_stage(raw: &StageManifestRaw, name: &str) -> bool {
    is_called(Some(raw.stage.value), &raw.name.value, name)
}
