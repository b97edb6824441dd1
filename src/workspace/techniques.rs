//! The techniques of a project: its own and the bundled ones.

use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostic::{Code, Diagnostic, Failure, Problems};
use crate::load::ProjectFile;
use crate::model::{ExchangeRate, Stage, Substitute, Technique};
use crate::parse::{self, FormulaRaw};
use crate::resolve::{self, ChosenTechnique, ExchangeRates, RatesOn, Request, TechniqueSetRaw};
use crate::source::{Span, Spanned, shell_word};
use crate::workspace::project::{Failed, Workspace, by_stem, named_at, text};

impl Workspace {
    pub(super) fn technique_files(&self) -> Failed<Vec<ProjectFile>> {
        let given = self.path(|paths| paths.techniques.as_ref());
        self.root.techniques(given.map(text)).map_err(|problem| vec![named_at(problem, given)])
    }

    /// Reads the technique with a file stem, and sets its inputs to the values of `set`, converted at the rates of a day.
    ///
    /// # Errors
    /// `unknown-technique`, and everything that is wrong with the file and the values.
    pub fn technique(
        &mut self,
        name: &str,
        set: &[(Spanned<String>, FormulaRaw)],
        day: Date,
    ) -> Result<Technique, Failure> {
        self.technique_named(name, set, day).map_err(|wrong| self.failure(wrong))
    }

    /// As [`Self::technique`].
    fn technique_named(&mut self, name: &str, set: &[(Spanned<String>, FormulaRaw)], day: Date) -> Failed<Technique> {
        let files = self.technique_files()?;
        let file = by_stem(&files, name, Code::UnknownTechnique, "technique")?;
        let mut problems = Problems::default();
        let found = self.read_technique(file, (set, day), &files, &mut problems);
        found.filter(|_| problems.is_empty()).ok_or_else(|| problems.into_sorted())
    }

    /// Reads every technique, in the order of their files, and reports what is wrong with them.
    pub fn techniques(&mut self, problems: &mut Problems) -> Vec<Technique> {
        let files = problems.keep(self.technique_files()).unwrap_or_default();
        // Without values to convert, no rate of that day is used.
        let none = (&[][..], Date::MIN);
        files.iter().filter_map(|file| self.read_technique(file, none, &files, problems)).collect()
    }

    /// Reads every technique with its set inputs, to be used on a stage.
    ///
    /// # Errors
    /// Everything that is wrong with the files and the values, and `unknown-technique`, also for line items of the stage.
    pub fn all_techniques(&mut self, stage: &Stage, set: &[TechniqueSetRaw]) -> Result<Vec<ChosenTechnique>, Failure> {
        self.techniques_for(stage, set).map_err(|wrong| self.failure(wrong))
    }

    /// As [`Self::all_techniques`].
    pub(crate) fn techniques_for(&mut self, stage: &Stage, set: &[TechniqueSetRaw]) -> Failed<Vec<ChosenTechnique>> {
        let files = self.technique_files()?;
        let mut problems = Problems::default();
        let stems: Vec<&str> = files.iter().map(|file| file.stem.as_str()).collect();
        check_set(set, &stems, &stems, &mut problems);
        resolve::check_wishes(stage, &stems, &mut problems);
        let mut chosen: Vec<ChosenTechnique> = files
            .iter()
            .filter_map(|file| self.choose(file, (set, stage.as_of), &files, Span::NOWHERE, &mut problems))
            .collect();
        self.add_books(&mut chosen, &[stage], &mut problems);
        resolve::check_wish_inputs(stage, &chosen, &mut problems);
        if problems.is_empty() { Ok(chosen) } else { Err(problems.into_sorted()) }
    }

    /// Other ways to buy what the line items of a stage provide, from all price sheets, and the exchange rates they
    /// need.
    ///
    /// # Errors
    /// Everything that is wrong with a sheet.
    pub(crate) fn substitutes(
        &mut self,
        stage: &Stage,
        request: &Request,
    ) -> Failed<(Vec<Substitute>, Vec<ExchangeRate>)> {
        let whole = self.price_sheets(None)?;
        Ok(resolve::substitutes(stage, request, &whole.book))
    }

    /// Applies the techniques of a request to stages, and checks those that line items name.
    pub(super) fn use_techniques(&mut self, stages: &mut [&mut Stage], request: &Request, problems: &mut Problems) {
        // Techniques in line items change nothing else; `validate` checks them too.
        if request.apply.is_empty() && request.technique_set.is_empty() {
            return;
        }
        let Some(files) = problems.keep(self.technique_files()) else { return };
        let known: Vec<&str> = files.iter().map(|file| file.stem.as_str()).collect();
        for stage in stages.iter() {
            resolve::check_wishes(stage, &known, problems);
        }
        let mut chosen = self.chosen(request, &files, problems);
        let of_stages: Vec<&Stage> = stages.iter().map(|stage| &**stage).collect();
        self.add_books(&mut chosen, &of_stages, problems);
        for stage in stages.iter() {
            resolve::check_wish_inputs(stage, &chosen, problems);
        }
        if problems.is_empty() && !chosen.is_empty() {
            resolve::apply(stages, &chosen, problems);
        }
    }

    /// Reads the techniques of a request, with the inputs that it sets.
    pub(super) fn chosen(
        &mut self,
        request: &Request,
        files: &[ProjectFile],
        problems: &mut Problems,
    ) -> Vec<ChosenTechnique> {
        let stems: Vec<&str> = files.iter().map(|file| file.stem.as_str()).collect();
        let asked: Vec<&str> = request.apply.iter().map(|name| name.value.as_str()).collect();
        check_set(&request.technique_set, &asked, &stems, problems);
        let mut chosen: Vec<ChosenTechnique> = Vec::with_capacity(request.apply.len());
        for name in &request.apply {
            if chosen.iter().any(|other| *other.technique.id == *name.value) {
                continue;
            }
            match files.iter().find(|file| file.stem == name.value) {
                Some(file) => {
                    let set = (request.technique_set.as_slice(), request.as_of);
                    chosen.extend(self.choose(file, set, files, name.span, problems));
                }
                None => {
                    let message = format!("there is no technique `{}`", name.value);
                    let diagnostic = Diagnostic::at(Code::UnknownTechnique, name.span, message, "");
                    problems.push(diagnostic.suggest(&name.value, stems.iter().copied()));
                }
            }
        }
        chosen
    }

    /// Adds what techniques need of the price sheets: the SKUs that replace others, all of the vendors whose line items could
    /// get smaller, and the exchange rates.
    fn add_books(&mut self, chosen: &mut [ChosenTechnique], stages: &[&Stage], problems: &mut Problems) {
        let techniques: Vec<&Technique> = chosen.iter().map(|chosen| &*chosen.technique).collect();
        let (skus, vendors) = resolve::needed_prices(&techniques, stages);
        let mut book = self.price_book(skus, problems);
        for vendor in vendors {
            self.add_offer(&vendor, None, &mut book);
        }
        let book = Arc::new(book);
        for chosen in chosen {
            chosen.book = Arc::clone(&book);
        }
    }

    /// Reads a technique with its set inputs, converted at the rates of a day.
    fn choose(
        &mut self,
        file: &ProjectFile,
        (set, day): (&[TechniqueSetRaw], Date),
        files: &[ProjectFile],
        named_at: Span,
        problems: &mut Problems,
    ) -> Option<ChosenTechnique> {
        let (share, inputs) = resolve::share_of(set, &file.stem, problems);
        let technique = self.read_technique(file, (&inputs, day), files, problems)?;
        Some(ChosenTechnique { named_at, share, ..ChosenTechnique::plain(technique) })
    }

    fn read_technique(
        &mut self,
        file: &ProjectFile,
        (set, day): (&[(Spanned<String>, FormulaRaw)], Date),
        files: &[ProjectFile],
        problems: &mut Problems,
    ) -> Option<Technique> {
        let rates = if set.is_empty() { ExchangeRates::default() } else { self.all_rates(problems) };
        let id = self.read(file, problems)?;
        let raw = parse::technique(id, self.sources.text(id), problems)?;
        let known: Vec<&str> = files.iter().map(|file| file.stem.as_str()).collect();
        resolve::technique(raw, &file.stem, (set, RatesOn { rates: &rates, day }), &known, problems)
    }
}

/// Reports inputs that are set for techniques that are not in use.
fn check_set(set: &[TechniqueSetRaw], asked: &[&str], known: &[&str], problems: &mut Problems) {
    for TechniqueSetRaw { technique, is_typed, .. } in set.iter().filter(|set| !asked.contains(&&*set.technique.value))
    {
        let (name, span) = (&technique.value, technique.span);
        if !is_typed && known.contains(&name.as_str()) {
            continue;
        }
        problems.push(if known.contains(&name.as_str()) {
            let message = format!("`{name}` is not used, so its inputs change nothing");
            let diagnostic = Diagnostic::at(Code::TechniqueNotUsed, span, message, "sets an input of it");
            diagnostic.help(format!("use it: `--apply {}`", shell_word(name)))
        } else {
            let message = format!("there is no technique `{name}`");
            Diagnostic::at(Code::UnknownTechnique, span, message, "").suggest(name, known.iter().copied())
        });
    }
}
