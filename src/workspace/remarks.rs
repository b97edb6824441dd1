//! What in a project has no effect, or takes the place of something: nothing that is wrong, and nothing to be silent about.

use std::collections::{BTreeSet, HashSet};

use crate::diagnostic::Problems;
use crate::load::{FOLDERS, Folder};
use crate::model::{Formula, LineItem, LinePricing, Slot, Stage, Usage};
use crate::parse::{DiscountRaw, FromNode as _, LineItemRaw, PathsRaw, Reader, ScalarOr, StageManifestRaw};
use crate::source::{FileId, Span, Spanned};
use crate::workspace::prices::price_book::RATES;
use crate::workspace::project::{Manifest, Workspace, text};

/// Something in a project that has no effect, or takes the place of something else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
        let drivers = used_drivers(stages);
        remarks.extend(self.idle_facts(&manifests, stages, &drivers));
        for manifest in &manifests {
            let number = manifest.raw.as_ref().map(|raw| raw.stage.value);
            if let Some(stage) = stages.iter().find(|stage| number == Some(stage.id.into())) {
                remarks.extend(self.idle_in_stage(manifest, stage, &drivers));
            }
        }
        remarks.extend(self.without_limits(&manifests));
        remarks.extend(self.idle_in_runbooks());
        // Several stages may inherit a key.
        let mut known = HashSet::new();
        remarks.retain(|remark| known.insert(remark.clone()));
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
            if let Ok(id) = self.text_of(&file)
                && self.sources.text(id) != bundled
            {
                let (name, stem) = (folder.name, &file.stem);
                let extends = folder.name == "pricing" && stem != RATES;
                let extended = if extends { self.replaced(id, stem) } else { None };
                let message = extended.unwrap_or_else(|| {
                    format!("read instead of the bundled `{stem}` of `{name}`, of which nothing counts")
                });
                remarks.push(Remark { place: file.name, message });
            }
        }
        remarks
    }

    /// Which SKUs of the bundled sheet the sheet of a vendor replaces, if it extends that.
    fn replaced(&mut self, id: FileId, vendor: &str) -> Option<String> {
        let sheet = &self.sheet(id, vendor, None).sheet;
        if !sheet.extends_bundled {
            return None;
        }
        let names = sheet.skus.iter().filter(|sku| sku.replaces.is_some());
        let names: Vec<String> = names.map(|sku| format!("`{}`", sku.name_in_sheet())).collect();
        let replaced = if names.is_empty() { "none of its SKUs".to_owned() } else { names.join(", ") };
        Some(format!("added to the bundled sheet of `{vendor}`, of which it replaces {replaced}"))
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
        let yearly = defaults.yearly_payers.as_ref().map(|key| key.span);
        let keys: [(&str, Option<Span>, IsOwn); 5] = [
            ("paying", defaults.paying.map(|key| key.span), |raw| raw.paying.is_some()),
            ("yearly_payers", yearly, |raw| raw.yearly_payers.is_some()),
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

    /// Facts of the project that no stage inherits, or that nothing depends on. `drivers` has the places of those in use.
    fn idle_facts(&self, manifests: &[Manifest], stages: &[&Stage], drivers: &HashSet<Span>) -> Vec<Remark> {
        let Some(settings) = &self.settings else { return Vec::new() };
        let in_tables =
            [settings.drivers.as_ref().map(|table| table.span), settings.tags.as_ref().map(|table| table.span)];
        if !self.has_own_stages() {
            let first = settings.line_items.first().map(|item| item.span);
            let facts = ["drivers", "tags", "line_items"].into_iter().zip(in_tables.into_iter().chain([first]));
            let idle =
                facts.filter_map(|(key, span)| Some((span?, format!("`{key}` has no effect on the bundled plan"))));
            return idle.map(|(span, message)| self.remark(span, message)).collect();
        }
        let mut remarks = Vec::new();
        let defined = settings.drivers.iter().flat_map(|table| &table.entries);
        for (name, driver) in defined.filter(|(_, driver)| !drivers.contains(&driver.formula.span)) {
            remarks.push(self.remark(driver.formula.span, idle_driver(&name.value)));
        }
        let of_stages = manifests.iter().filter_map(|manifest| manifest.raw.as_ref()?.tags.as_ref());
        let tags: HashSet<Span> = of_stages.flat_map(|tags| &tags.entries).map(|(_, value)| value.span).collect();
        let defined = settings.tags.iter().flat_map(|table| &table.entries);
        for (name, value) in defined.filter(|(_, value)| !tags.contains(&value.span)) {
            let message = format!("the tag `{}` has no effect: every stage has its own", name.value);
            remarks.push(self.remark(value.span, message));
        }
        let line_items: HashSet<Span> =
            stages.iter().flat_map(|stage| &stage.line_items).map(|item| item.span).collect();
        for item in settings.line_items.iter().filter(|item| !line_items.contains(&item.span)) {
            let message = format!("the line item `{}` has no effect: every stage removes it", item.name.value);
            remarks.push(self.remark(item.name.span, message));
        }
        remarks.extend(settings.line_items.iter().filter_map(|item| self.of_several_currencies(item, stages)));
        remarks
    }

    /// A line item of the project whose cost names no currency, and is in that of each stage.
    fn of_several_currencies(&self, item: &LineItemRaw, stages: &[&Stage]) -> Option<Remark> {
        let cost = item.purchase.cost.as_ref()?;
        let of_stages = stages.iter().flat_map(|stage| &stage.line_items).filter_map(|item| match &item.pricing {
            LinePricing::Cost(plain) if plain.amount.span == cost.span => Some(plain.currency.to_string()),
            LinePricing::Cost(_) | LinePricing::Sku(_) => None,
        });
        let currencies: Vec<String> = of_stages.collect::<BTreeSet<_>>().into_iter().collect();
        let message = format!(
            "the cost of `{}` names no currency, and is in {} by the stage",
            item.name.value,
            currencies.join(" and in ")
        );
        (currencies.len() > 1).then(|| self.remark(cost.span, message))
    }

    /// Keys of a manifest that nothing depends on. `drivers` has the places of the drivers in use.
    fn idle_in_stage(&self, manifest: &Manifest, stage: &Stage, drivers: &HashSet<Span>) -> Vec<Remark> {
        let mut remarks = Vec::new();
        for driver in &stage.drivers {
            let span = driver.formula.span;
            if span.file != manifest.file {
                continue;
            }
            let name = stage.scope.name(driver.slot);
            if Stage::BUILT_IN.contains(&name) {
                let message = format!(
                    "the driver `{name}` takes the place of the built-in `{name}`: formulas of this stage do not see the \
                     latter"
                );
                remarks.push(self.remark(span, message));
            }
            if !drivers.contains(&span) {
                remarks.push(self.remark(span, idle_driver(name)));
            }
        }
        let Some(raw) = &manifest.raw else { return remarks };
        remarks.extend(self.ended(raw, stage));
        remarks.extend(stage.line_items.iter().filter_map(|item| self.of_parts(item)));
        let reader = &mut Reader { text: self.text_of_manifest(manifest.file), problems: &mut Problems::default() };
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

    /// Discounts and credits that have ended.
    fn ended(&self, raw: &StageManifestRaw, stage: &Stage) -> Vec<Remark> {
        let kinds = [("discount", &raw.discounts), ("credit", &raw.credits)];
        let all = kinds.into_iter().flat_map(|(kind, all)| all.iter().map(move |one| (kind, one)));
        let ended = all.filter_map(|(kind, one)| Some((kind, one, one.until.filter(|day| day.value < stage.as_of)?)));
        let remark = |(kind, one, until): (&str, &DiscountRaw, Spanned<jiff::civil::Date>)| {
            let message = format!("the {kind} `{}` has no effect: it ended on {}", one.reason.value, until.value);
            self.remark(until.span, message)
        };
        ended.map(remark).collect()
    }

    /// A line item that buys a part of something that is sold whole: a server, a plan.
    fn of_parts(&self, item: &LineItem) -> Option<Remark> {
        let quantity = item.quantity.as_ref().filter(|_| item.autoscaling().is_none())?;
        let literal = quantity.literal().filter(|literal| !literal.fract().is_zero())?;
        let is_whole = item
            .charges()
            .iter()
            .any(|charge| charge.charge.each || charge.terms().is_some_and(|terms| terms.pricing.period().is_some()));
        let message = format!(
            "the quantity of `{}` is {literal}: what is sold whole is bought {} times, unless this is an average",
            item.name,
            literal.ceil().normalize()
        );
        is_whole.then(|| self.remark(quantity.span, message))
    }

    /// Stages without a limit of their size that the stage which they extend has: it is not inherited.
    fn without_limits(&mut self, manifests: &[Manifest]) -> Vec<Remark> {
        let keys: [(&str, IsOwn); 2] =
            [("monthly_budget", |raw| raw.monthly_budget.is_some()), ("capacity", |raw| raw.capacity.is_some())];
        let mut remarks = Vec::new();
        for manifest in manifests {
            let extends = self.trees.get(&manifest.file).and_then(|tree| tree.extends.clone());
            let (Some(extends), Some(raw)) = (extends, &manifest.raw) else { continue };
            let Ok(base) = self.extended(&extends) else { continue };
            let base = manifests.iter().find(|manifest| manifest.file == base).and_then(|base| base.raw.as_ref());
            for (key, has) in keys {
                if base.is_some_and(has) && !has(raw) {
                    let message =
                        format!("the stage has no `{key}`: that of the stage which it extends is not inherited");
                    remarks.push(self.remark(extends.span, message));
                }
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

fn idle_driver(name: &str) -> String {
    format!("the driver `{name}` has no effect: no formula and no capacity uses it")
}

/// The places of the drivers that a stage uses.
fn used_drivers(stages: &[&Stage]) -> HashSet<Span> {
    let of_stage = |stage: &&Stage| {
        let used = stage.drivers.iter().filter(|driver| is_used(stage, driver.slot));
        used.map(|driver| driver.formula.span).collect::<Vec<_>>()
    };
    stages.iter().flat_map(of_stage).collect()
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
        "runbooks" => |paths| paths.runbooks.as_ref(),
        "actuals" => |paths| paths.actuals.as_ref(),
        _ => |paths| paths.records.as_ref(),
    }
}
