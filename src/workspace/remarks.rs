//! What in a project has no effect, or takes the place of something: nothing that is wrong, and nothing to be silent about.

use crate::diagnostic::Problems;
use crate::load::{FOLDERS, Folder};
use crate::model::{Formula, Slot, Stage, Usage};
use crate::parse::{FromNode as _, LineItemRaw, PathsRaw, Reader, ScalarOr, StageManifestRaw};
use crate::source::{Span, Spanned};
use crate::workspace::project::{Manifest, Workspace, text};

/// Something in a project that has no effect, or takes the place of something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The file, with its line if the remark is about a part of it.
    pub place: String,
    /// What is to be known, in a sentence without a capital and a full stop.
    pub message: String,
}

/// Whether a manifest has a key of its own, so that a default has no effect on it.
type IsOwn = fn(&StageManifestRaw) -> bool;

impl Workspace {
    /// What in the project has no effect or takes the place of something: files and keys. `stages` are its stages, as they
    /// are resolved from its manifests. What cannot be read is reported elsewhere.
    pub(crate) fn remarks(&mut self, stages: &[&Stage]) -> Vec<Remark> {
        let mut remarks = Vec::new();
        for folder in &FOLDERS {
            remarks.extend(self.of_folder(folder));
        }
        let manifests = self.all_manifests().unwrap_or_default();
        remarks.extend(self.idle_in_settings(&manifests));
        for manifest in manifests {
            let number = manifest.raw.as_ref().map(|raw| raw.stage.value);
            if let Some(stage) = stages.iter().find(|stage| number == Some(stage.id.into())) {
                remarks.extend(self.idle_in_stage(&manifest, stage));
            }
        }
        remarks.extend(self.idle_in_runbooks());
        remarks
    }

    /// Files of a folder that are not read, and those that are read instead of bundled ones.
    fn of_folder(&mut self, folder: &Folder) -> Vec<Remark> {
        let given = self.path(named(folder)).map(|given| text(given).to_owned());
        let endings: Vec<String> = folder.endings.iter().map(|ending| format!(".{ending}")).collect();
        let unread = self.root.unread(given.as_deref(), folder).unwrap_or_default().into_iter().map(|place| {
            let message = format!("not read: only files that end in {} are read here", endings.join(" or "));
            Remark { place, message }
        });
        let mut remarks: Vec<Remark> = unread.collect();
        for (file, bundled) in self.root.replacing(given.as_deref(), folder).unwrap_or_default() {
            // A copy says the same, and hides nothing.
            if self.text_of(&file).is_ok_and(|id| self.sources.text(id) != bundled) {
                let (name, stem) = (folder.name, &file.stem);
                let message = format!("read instead of the bundled `{stem}` of `{name}`, of which nothing counts");
                remarks.push(Remark { place: file.name, message });
            }
        }
        remarks
    }

    fn remark(&self, span: Span, message: String) -> Remark {
        Remark { place: self.sources.origin(span), message }
    }

    /// Keys of the settings that nothing depends on.
    fn idle_in_settings(&self, manifests: &[Manifest]) -> Vec<Remark> {
        let Some(settings) = &self.settings else { return Vec::new() };
        let mut remarks = Vec::new();
        if let Some(forecast) = &settings.forecast
            && let Some(month) = forecast.plan_month
            && forecast.stages.as_ref().is_none_or(|stages| stages.value != "calendar")
        {
            let message = "`plan_month` has no effect: only `stages = \"calendar\"` counts the months of the plan";
            remarks.push(self.remark(month.span, message.to_owned()));
        }
        let raws: Vec<&StageManifestRaw> = manifests.iter().filter_map(|manifest| manifest.raw.as_ref()).collect();
        let Some(defaults) = settings.defaults.as_ref().filter(|_| !raws.is_empty()) else { return remarks };
        // A table has more than the rate, which a stage may take from it.
        let tax = match &defaults.tax {
            Some(ScalarOr::Scalar(rate)) => Some(rate.span),
            Some(ScalarOr::Table(_)) | None => None,
        };
        let keys: [(&str, Option<Span>, IsOwn); 3] = [
            ("buffer", defaults.buffer.map(|key| key.span), |raw| raw.buffer.is_some()),
            ("hours_per_month", defaults.hours_per_month.map(|key| key.span), |raw| raw.hours_per_month.is_some()),
            ("tax", tax, |raw| matches!(raw.tax, Some(ScalarOr::Scalar(_)))),
        ];
        for (key, span, is_own) in keys {
            if let Some(span) = span.filter(|_| raws.iter().all(|raw| is_own(raw))) {
                remarks.push(self.remark(span, format!("the default `{key}` has no effect: every stage has its own")));
            }
        }
        remarks
    }

    /// Keys of a manifest that nothing depends on.
    fn idle_in_stage(&self, manifest: &Manifest, stage: &Stage) -> Vec<Remark> {
        let mut remarks = Vec::new();
        for driver in &stage.drivers {
            let name = stage.scope.name(driver.slot);
            if driver.formula.span.file == manifest.file && !is_used(stage, driver.slot) {
                let message = format!("the driver `{name}` has no effect: no formula and no capacity uses it");
                remarks.push(self.remark(driver.formula.span, message));
            }
        }
        let Some(raw) = &manifest.raw else { return remarks };
        let reader = &mut Reader {
            file: manifest.file,
            text: self.sources.text(manifest.file),
            problems: &mut Problems::default(),
        };
        for (node, item) in raw.line_items.clone().into_nodes().zip(&stage.line_items) {
            let Some(LineItemRaw { purchase, .. }) = LineItemRaw::from_node(node, reader) else { continue };
            let is_within = |usage: &Usage| usage.within_allowance().is_some();
            if let Some(Spanned { span, .. }) = purchase.other_usage
                && !item.charges().iter().any(|charge| is_within(&charge.usage))
            {
                let message = format!("`other_usage` of `{}` has no effect: all of its usage is known", item.name);
                remarks.push(self.remark(span, message));
            }
            if let Some(Spanned { span, .. }) = purchase.ordered_on
                && !item.depends_on_order()
            {
                let message =
                    format!("`ordered_on` of `{}` has no effect: none of its prices depends on it", item.name);
                remarks.push(self.remark(span, message));
            }
        }
        remarks
    }

    /// Inputs of the project's runbooks that no command uses.
    fn idle_in_runbooks(&mut self) -> Vec<Remark> {
        let runbooks = self.runbooks(&mut Problems::default());
        let unused = runbooks.iter().flat_map(|runbook| {
            runbook.inputs.iter().filter(|input| !input.is_read && !input.is_bought).map(|input| &input.name)
        });
        let remark = |name: &Spanned<Box<str>>| {
            self.remark(name.span, format!("the input `{}` has no effect: no command uses it", name.value))
        };
        unused.map(remark).collect()
    }
}

/// Whether a formula of a stage or a capacity uses a driver.
fn is_used(stage: &Stage, slot: Slot) -> bool {
    let uses = |formula: &Formula| formula.slots().contains(&slot);
    let items = || stage.line_items.iter().flat_map(|item| std::iter::once(item).chain(item.alternatives()));
    stage.capacity.iter().any(|capacity| capacity.driver == Some(slot))
        || stage.drivers.iter().any(|driver| uses(&driver.formula))
        || items().any(|item| item.formulas().any(uses))
}

/// The setting that names a folder.
fn named(folder: &Folder) -> fn(&PathsRaw) -> Option<&Spanned<String>> {
    match folder.name {
        "stages" => |paths| paths.stages.as_ref(),
        "pricing" => |paths| paths.pricing.as_ref(),
        "scenarios" => |paths| paths.scenarios.as_ref(),
        "techniques" => |paths| paths.techniques.as_ref(),
        "checklists" => |paths| paths.checklists.as_ref(),
        _ => |paths| paths.runbooks.as_ref(),
    }
}
