//! Every file of a project, each checked in full.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::parse::{FromNode as _, LineItemRaw, Reader};
use crate::resolve::{self, ChosenTechnique, Request, ScenarioFile};
use crate::workspace::prices::prices::WholeBook;
use crate::workspace::project::{Failed, Manifest, Workspace};

/// What `validate` checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validated {
    /// The stage manifests.
    pub stages: usize,
    /// The price sheets.
    pub price_sheets: usize,
    /// The scenarios.
    pub scenarios: usize,
    /// The techniques.
    pub techniques: usize,
    /// The checklists.
    pub checklists: usize,
    /// The runbooks.
    pub runbooks: usize,
    /// The months of which it is recorded what they really cost.
    pub actual_months: usize,
}

/// The vendors and categories that manifests name.
#[derive(Default)]
struct Named {
    vendors: BTreeSet<String>,
    categories: BTreeSet<String>,
}

/// Whether a problem is one whatever else a project has: not a name, or what needs one, that a part of it may define which
/// cannot be read.
pub(crate) fn is_certain(problem: &Diagnostic) -> bool {
    !matches!(
        problem.code,
        Code::UnknownName
            | Code::UnknownStage
            | Code::UnknownScenario
            | Code::UnknownTag
            | Code::MissingExchangeRate
            | Code::MissingKey
            | Code::UnitMismatch
    )
}

impl Workspace {
    /// Checks every file of the project in full, and each stage under each scenario with its request. `problems` holds
    /// the errors of the scenarios themselves.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub(crate) fn validate(
        &mut self,
        request: &Request,
        scenarios: &[(ScenarioFile, Request)],
        mut problems: Problems,
    ) -> Failed<Validated> {
        let files = self.price_files()?;
        let WholeBook { book, sheets } = self.whole_book(files, None, &mut problems);
        let book = Arc::new(book);
        let mut counts = Validated { price_sheets: sheets, scenarios: scenarios.len(), ..Validated::default() };
        let manifests = self.all_manifests()?;
        let raws = manifests.iter().filter_map(|manifest| manifest.raw.as_ref());
        let resolved: usize = raws.map(|raw| raw.line_items.len() + 1).sum();
        if problems.keep(self.spend_on_resolving(resolved.saturating_mul(scenarios.len() + 1))).is_none() {
            return Err(problems.into_sorted());
        }
        for (_, request) in scenarios {
            self.check_scenario_drivers(&request.scenario_set, &manifests, &mut problems);
        }
        let named = if request.fallbacks.tax.is_some() { self.named_in(&manifests) } else { Named::default() };
        let techniques = problems.keep(self.technique_files()).unwrap_or_default();
        let known: Vec<&str> = techniques.iter().map(|file| file.stem.as_str()).collect();
        // What is wrong with a technique is reported below.
        let chosen = self.techniques(&mut Problems::default()).into_iter().map(ChosenTechnique::plain);
        let chosen = chosen.map(|chosen| ChosenTechnique { book: Arc::clone(&book), ..chosen }).collect::<Vec<_>>();
        // Errors of a stage that do not depend on the scenario are not repeated under each.
        let mut sound = Vec::new();
        for manifest in manifests {
            counts.stages += usize::from(manifest.raw.is_some());
            let text = self.text_of_manifest(manifest.file);
            let before = problems.len();
            problems.append(manifest.problems);
            if let Some(raw) = manifest.raw {
                let resolved = resolve::stage(raw, text, request, &book, &mut problems);
                if let Some((stage, _)) = &resolved {
                    resolve::check_wishes(stage, &known, &mut problems);
                    resolve::check_wish_inputs(stage, &chosen, &mut problems);
                }
                sound.extend(resolved.filter(|_| problems.len() == before).map(|_| manifest.file));
            }
        }
        if let Some(tax) = &request.fallbacks.tax {
            let vendors = named.vendors.into_iter().chain(book.vendors.iter().cloned()).collect();
            resolve::check_project_tax(tax, &vendors, &named.categories, &mut problems);
        }
        for (scenario, request) in scenarios {
            self.check_scenario(&sound, (scenario, request), &techniques, &book, &mut problems);
        }
        counts.techniques = self.techniques(&mut problems).len();
        counts.checklists = self.check_records(&mut problems);
        counts.runbooks = self.runbooks(&mut problems).len();
        counts.actual_months = self.check_actuals(&mut problems);
        self.check_forecasts(request, scenarios, &mut problems);
        self.check_budgets(request, scenarios, &mut problems);
        if problems.is_empty() { Ok(counts) } else { Err(problems.into_sorted()) }
    }

    /// The vendors and categories of the line items of manifests, as they are written: also of stages that are wrong.
    fn named_in(&self, manifests: &[Manifest]) -> Named {
        let mut named = Named::default();
        for manifest in manifests {
            let Some(raw) = &manifest.raw else { continue };
            let reader = &mut Reader { text: self.text_of_manifest(manifest.file), problems: &mut Problems::default() };
            for node in raw.line_items.clone().into_nodes() {
                let Some(LineItemRaw { category, purchase, .. }) = LineItemRaw::from_node(node, reader) else {
                    continue;
                };
                named.categories.insert(category.value);
                let of_sku = purchase.sku.as_ref().and_then(|sku| sku.value.split_once('/')).map(|(vendor, _)| vendor);
                named.vendors.extend(of_sku.map(str::to_owned));
                named.vendors.extend(purchase.vendor.map(|vendor| vendor.value));
            }
        }
        named
    }

    /// Checks the checklists and what is recorded of them, and returns how many there are.
    fn check_records(&mut self, problems: &mut Problems) -> usize {
        let before = problems.len();
        let checklists = self.checklists(problems);
        self.check_record(problems);
        // A name of a list that cannot be read is unknown.
        if problems.len() == before {
            self.measured_months(&checklists, None, problems);
        }
        checklists.len()
    }
}
