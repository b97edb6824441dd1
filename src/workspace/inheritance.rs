//! Stages that inherit: the facts of the project, and those of the stages that they extend.

use crate::diagnostic::{Code, Diagnostic, Problems, closest};
use crate::load::ProjectFile;
use crate::parse::{self, ManifestTree};
use crate::source::{FileId, Spanned, Text};
use crate::workspace::project::{Failed, Manifest, Workspace};
use crate::workspace::stages::{is_called, stem_fits};

/// The most stages that a stage extends, one after another.
const MAX_EXTENDED: usize = 100;

/// The operations of combining a key or value with what is inherited, compared with those of computing a line item.
const OF_COMBINING: u64 = 2;

impl Workspace {
    /// Parses a manifest with all that it inherits.
    pub(super) fn parsed_manifest(&mut self, file: &ProjectFile, id: FileId) -> Failed<Manifest> {
        if !self.has_shared_facts(file) {
            let mut problems = Problems::default();
            let text = self.sources.text(id);
            let raw = parse::manifest(id, text, &mut problems);
            let inherits = match &raw {
                Some(raw) => raw.extends.is_some() || !raw.remove.is_empty(),
                None => ManifestTree::read(id, text, &mut Problems::default()).is_some_and(|tree| tree.inherits()),
            };
            if !inherits {
                return Ok(Manifest { file: id, raw, problems, inherits });
            }
        }
        match self.extended_by(id) {
            Ok(chain) => self.combined(id, &chain),
            Err(wrong) => {
                let mut problems = Problems::default();
                problems.extend(wrong);
                Ok(Manifest { file: id, raw: None, problems, inherits: true })
            }
        }
    }

    /// The text that the places of a manifest's values refer to.
    pub(super) fn text_of_manifest(&self, file: FileId) -> Text<'_> {
        if self.manifests.get(&file).is_some_and(|manifest| manifest.inherits) {
            return self.joined.as_text();
        }
        Text::of(file, self.sources.text(file))
    }

    /// Whether the project has facts for the stage of this file: the bundled plan is that of its author.
    fn has_shared_facts(&self, file: &ProjectFile) -> bool {
        let has = |settings: &parse::ProjectRaw| {
            settings.drivers.is_some() || settings.tags.is_some() || !settings.line_items.is_empty()
        };
        !file.is_bundled() && self.settings.as_ref().is_some_and(has)
    }

    /// A stage over the stages of `chain` that it extends, which begins with itself, and over the facts of the project.
    fn combined(&mut self, id: FileId, chain: &[FileId]) -> Failed<Manifest> {
        if let (None, Some(settings)) = (&self.shared_facts, &self.settings) {
            let file = settings.span.file;
            let begin = self.joined.add(file, self.sources.text(file));
            self.shared_facts = parse::shared_facts(file, self.sources.text(file), begin);
        }
        let of_stages = chain.iter().filter_map(|file| self.trees.get(file)).map(|tree| tree.values);
        let values = of_stages.chain(self.shared_facts.as_ref().map(|shared| shared.values)).sum::<usize>();
        self.spend((values as u64).saturating_mul(OF_COMBINING))?;
        let begins: Vec<u32> = chain.iter().map(|file| self.joined.add(*file, self.sources.text(*file))).collect();
        let trees: Vec<(&ManifestTree, u32)> =
            chain.iter().zip(begins).filter_map(|(file, begin)| Some((self.trees.get(file)?, begin))).collect();
        let (text, shared) = (self.joined.as_text(), self.shared_facts.as_ref());
        let tree = |problems: &mut Problems| parse::inherited(shared, &trees, text, problems);
        let mut problems = Problems::default();
        let raw = parse::inheriting_manifest(tree, (id, self.sources.text(id)), text, &mut problems);
        Ok(Manifest { file: id, raw, problems, inherits: true })
    }

    /// The files of a stage and of the stages that it extends, one after another.
    fn extended_by(&mut self, id: FileId) -> Failed<Vec<FileId>> {
        let mut chain = vec![id];
        let mut last = id;
        while let Some(extends) = self.tree(last)?.extends.clone() {
            last = self.extended(&extends)?;
            if let Some(place) = chain.iter().position(|known| *known == last) {
                return Err(vec![self.circle(&chain[place..])]);
            }
            if chain.len() > MAX_EXTENDED {
                let message = format!("a stage extends at most {MAX_EXTENDED} others, one after another");
                return Err(vec![Diagnostic::at(Code::TooManyNames, extends.span, message, "one more")]);
            }
            chain.push(last);
        }
        Ok(chain)
    }

    /// The file of the stage with a number, a name or a file stem, of which no more is read than the keys that say so.
    pub(super) fn extended(&mut self, name: &Spanned<String>) -> Failed<FileId> {
        let files = self.stage_files()?;
        let wanted = name.value.as_str();
        let mut likely: Vec<&ProjectFile> = files.iter().filter(|file| stem_fits(&file.stem, wanted)).collect();
        if likely.iter().any(|file| file.stem == wanted) {
            likely.retain(|file| file.stem == wanted);
        }
        if let [file] = likely[..] {
            let id = self.text_of(file).map_err(|problem| vec![problem])?;
            let tree = self.tree(id)?;
            if file.stem == wanted || tree.is_called(wanted) {
                return Ok(id);
            }
        }
        let (mut found, mut known, mut unread) = (Vec::new(), Vec::new(), Vec::new());
        for file in &files {
            let id = self.text_of(file).map_err(|problem| vec![problem])?;
            match self.tree(id) {
                Ok(tree) if tree.is_called(wanted) => found.push(id),
                Ok(tree) => known.push(tree.shown()),
                // It may be the stage that is meant.
                Err(wrong) => unread.extend(wrong),
            }
        }
        match found[..] {
            [id] => Ok(id),
            [] => {
                let message = format!("there is no stage `{wanted}`");
                let help = match closest(wanted, files.iter().map(|file| file.stem.as_str())) {
                    Some(stem) => format!("did you mean `{stem}`?"),
                    None => format!("choose from {}", known.join(", ")),
                };
                let unknown = Diagnostic::at(Code::UnknownStage, name.span, message, "extended here").help(help);
                Err(std::iter::once(unknown).chain(unread).collect())
            }
            _ => {
                let message = format!("several stages are called `{wanted}`");
                let diagnostic = Diagnostic::at(Code::DuplicateName, name.span, message, "extended here");
                Err(vec![diagnostic.help("name the stage by its file's stem")])
            }
        }
    }

    /// The tree of a manifest whose text was read.
    fn tree(&mut self, id: FileId) -> Failed<&ManifestTree> {
        if !self.trees.contains_key(&id) {
            let mut problems = Problems::default();
            let tree = ManifestTree::read(id, self.sources.text(id), &mut problems);
            let tree = tree.ok_or_else(|| problems.into_sorted())?;
            self.trees.insert(id, tree);
        }
        Ok(&self.trees[&id])
    }

    fn circle(&self, circle: &[FileId]) -> Diagnostic {
        let trees: Vec<&ManifestTree> = circle.iter().filter_map(|file| self.trees.get(file)).collect();
        let shown: Vec<String> = trees.iter().cycle().take(trees.len() + 1).map(|tree| tree.shown()).collect();
        let message = format!("stages extend each other in a circle: {}", shown.join(" -> "));
        let mut diagnostic = Diagnostic::new(Code::ExtendsCycle, message);
        for extends in trees.iter().filter_map(|tree| tree.extends.as_ref()) {
            diagnostic = diagnostic.and_at(extends.span, format!("extends `{}`", extends.value));
        }
        diagnostic.help("remove `extends` from one of them")
    }
}

impl ManifestTree {
    /// Whether the stage has this number or name.
    fn is_called(&self, name: &str) -> bool {
        is_called(self.number, self.name.as_deref().unwrap_or_default(), name)
    }

    /// The stage in messages: `2 (Growth)`.
    fn shown(&self) -> String {
        match (self.number, &self.name) {
            (Some(number), Some(name)) => format!("{number} ({name})"),
            (Some(number), None) => number.to_string(),
            (None, name) => name.clone().unwrap_or_default(),
        }
    }
}
