//! Techniques: the catalogue, and one of them with its working.

use crate::calculate::{EffectResult, Operation, Step, TechniqueResult};
use crate::model::{
    Amount, Band, Effect, Fraction, LowersKind, SkuReplacement, Technique, TechniqueInput, TechniqueScope,
};
use crate::source::Sources;
use crate::view::View;
use crate::view::page::layout::{Block, Cell, Code, Column, Grid, Page, Records};
use crate::view::page::number::{Number, exact_percent, percent, percent_band, quotient};
use crate::view::page::section::{AmountJson, amount, amount_json, rounded_amount, working};
use crate::view::savings::retention;

/// The decimals of a change in per cent.
const DECIMALS: u32 = 1;

/// The decimals of amounts shown side by side; their working has all decimals.
const SHOWN_DECIMALS: u32 = 6;

/// One technique: its inputs and its effects; in full also its steps, working and claims.
#[derive(Debug)]
pub struct TechniqueView<'a> {
    pub(crate) technique: &'a Technique,
    pub(crate) result: &'a TechniqueResult,
    /// The places of the inputs that were set.
    is_set: Vec<bool>,
    is_full: bool,
    is_every_month: bool,
    pub(crate) sources: &'a Sources,
}

impl<'a> TechniqueView<'a> {
    /// Shows the values of a technique. `set` names the inputs that differ from their defaults.
    pub fn new(technique: &'a Technique, result: &'a TechniqueResult, set: &[&str], sources: &'a Sources) -> Self {
        let is_set = technique.inputs.iter().map(|input| set.contains(&technique.scope.name(input.slot)));
        Self { technique, result, is_set: is_set.collect(), is_full: false, is_every_month: false, sources }
    }

    /// The same with steps, working and claims.
    #[must_use]
    pub fn in_full(self) -> Self {
        Self { is_full: true, ..self }
    }

    /// The same with every month of the stored data.
    #[must_use]
    pub fn month_by_month(self) -> Self {
        Self { is_every_month: true, ..self }
    }

    fn inputs(&self) -> impl Iterator<Item = (&'a TechniqueInput, &'a Step, bool)> {
        let inputs = self.technique.inputs.iter().zip(&self.result.inputs);
        inputs.zip(&self.is_set).map(|((input, step), is_set)| (input, step, *is_set))
    }

    /// Whether any input differs from its default, so that the claims are for other inputs.
    fn is_changed(&self) -> bool {
        self.is_set.contains(&true)
    }

    fn effects(&self) -> impl Iterator<Item = (&'a Effect, &'a EffectResult)> {
        self.technique.effects.iter().zip(&self.result.effects)
    }

    fn input_grid(&self) -> Grid {
        let mut grid = Grid::new(vec![Column::left("Input"), Column::right("Value"), Column::left("Meaning")]);
        for (input, step, is_set) in self.inputs() {
            grid.cell(self.technique.scope.name(input.slot)).cell(amount(&step.result));
            grid.cell(match &input.source {
                _ if is_set => format!("{} (set)", input.meaning),
                Some(source) => format!("{} ({source})", input.meaning),
                None => input.meaning.to_string(),
            });
        }
        grid
    }

    fn working_grid(&self) -> Grid {
        let mut grid = Grid::new(vec![Column::left("How it is computed"), Column::left("")]);
        for (input, step, _) in self.inputs().filter(|(_, step, _)| !matches!(step.operation, Operation::Given)) {
            grid.cell(self.technique.scope.name(input.slot)).cell(self.equation(step));
        }
        for step in self.result.retention.iter().flat_map(|kept| &kept.steps) {
            grid.cell(&step.label).cell(self.equation(step));
        }
        for step in self.result.effects.iter().flat_map(|result| [&result.before, &result.after]) {
            grid.cell(&step.label).cell(self.equation(step));
        }
        grid
    }

    fn equation(&self, step: &Step) -> String {
        let working = working(&step.operation, self.sources);
        let result = amount(&step.result);
        if working.is_empty() { result } else { format!("{working} = {result}") }
    }

    /// Prerequisites, related techniques, and the line items to which it applies.
    fn around(&self) -> Vec<String> {
        let technique = self.technique;
        let mut lines = Vec::new();
        let mut line = |name: &str, words: &[Box<str>], separator: &str| {
            if !words.is_empty() {
                lines.push(format!("{name}: {}", words.join(separator)));
            }
        };
        line("Before", &technique.needs, "; ");
        line("Requires", &technique.requires, ", ");
        line("Conflicts on one line item with", &technique.conflicts, ", ");
        lines.extend(technique.replacement.as_ref().map(|replacement| match replacement {
            SkuReplacement::With { sku, usage, .. } => {
                let names: Vec<&str> = usage.iter().map(|(name, _)| &*name.value).collect();
                format!("A line item becomes {}, with {} from the inputs", sku.value, names.join(", "))
            }
            SkuReplacement::Smaller { property, effect, .. } => format!(
                "A line item becomes the smallest SKU of its vendor that then fits, with less `{}` by the effect `{}`",
                property.as_str(),
                technique.effects[*effect].name
            ),
        }));
        lines.extend(technique.applies_to.iter().map(|scope| {
            let because = scope.because.as_deref().map_or_else(String::new, |because| format!(" ({because})"));
            format!("For {}{because}", scope_words(scope))
        }));
        lines
    }

    /// Where claimed and computed savings differ, and why.
    fn differences(&self) -> Vec<String> {
        let differs = self.effects().filter(|(_, result)| result.is_as_claimed == Some(false));
        let sentence = |(effect, result): (&Effect, &EffectResult)| {
            let name = &effect.name;
            let saved = result.change.as_ref().map_or_else(String::new, |change| percent(&change.negate(), DECIMALS));
            let claimed = claimed(effect).unwrap_or_default();
            let reason = effect.reason.as_deref().filter(|_| !self.is_changed());
            let because = reason.map_or_else(String::new, |reason| format!(" {reason}"));
            format!("{name}: claimed {claimed} less, computed {saved} less.{because}")
        };
        differs.map(sentence).collect()
    }
}

/// Which line items a technique is for, and what it reduces.
fn scope_words(scope: &TechniqueScope) -> String {
    let part = |name: &str, value: &Option<Box<str>>| value.as_deref().map(|value| format!("{name} {value}"));
    let parts = [
        part("category", &scope.category),
        part("vendor", &scope.vendor),
        part("SKU", &scope.sku),
        part("meter", &scope.meter),
    ];
    let lowers = match scope.lowers {
        LowersKind::Cost => "reduces the cost",
        LowersKind::Quantity => "reduces the quantity",
        LowersKind::Usage => "reduces the usage",
        LowersKind::Sku => "replaces the SKU",
        LowersKind::Nothing => "reduces nothing that is billed",
    };
    let share = scope.share.map_or_else(String::new, |share| format!(" of {}", exact_percent(share.value)));
    format!("{}: {lowers}{share}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// The claimed saving: `80%`, `60% to 70%`.
fn claimed(effect: &Effect) -> Option<String> {
    let band = effect.claimed?;
    Some(match (band.low, band.high) {
        (Some(low), Some(high)) if low == high => exact_percent(low),
        _ => percent_band(band),
    })
}

/// The change with its sign; `-` if there was nothing before.
fn signed_percent(change: Option<&Fraction>) -> String {
    let Some(change) = change else { return "-".to_owned() };
    let text = percent(change, DECIMALS);
    if *change > Fraction::ZERO { format!("+{text}") } else { text }
}

fn effect_grid(effects: &[(&Effect, &EffectResult)]) -> Grid {
    let are_claimed = effects.iter().any(|(effect, _)| effect.claimed.is_some());
    let mut columns = vec![
        Column::left("What changes"),
        Column::right("Before"),
        Column::right("After"),
        Column::right("Difference"),
        Column::right("Change"),
    ];
    columns.extend(are_claimed.then(|| Column::right("Claimed")));
    let mut grid = Grid::new(columns);
    for (effect, result) in effects {
        let shown = |of: &Amount| rounded_amount(of, SHOWN_DECIMALS);
        grid.cell(&effect.name).cell(shown(&result.before.result)).cell(shown(&result.after.result));
        grid.cell(shown(&result.difference)).cell(signed_percent(result.change.as_ref()));
        if are_claimed {
            grid.cell(claimed(effect).map_or_else(String::new, |claimed| format!("{claimed} less")));
        }
    }
    grid
}

impl View for TechniqueView<'_> {
    fn page(&self) -> Page {
        let technique = self.technique;
        let mut blocks = vec![Block::Title(technique.name.to_string()), Block::Text(technique.summary.to_string())];
        if self.is_full {
            let (effort, risk) = (technique.effort.as_str(), technique.risk.as_str());
            blocks.push(Block::Text(format!("Area {}, effort {effort}, risk {risk}", technique.area)));
        }
        if !technique.inputs.is_empty() {
            blocks.push(Block::Grid(self.input_grid()));
        }
        blocks.push(Block::Grid(effect_grid(&self.effects().collect::<Vec<_>>())));
        if let Some(kept) = &self.result.retention {
            blocks.extend(retention::blocks(kept, self.is_every_month));
        }
        if self.is_full {
            blocks.push(Block::Grid(self.working_grid()));
            if let Some(claim) = &technique.claim {
                blocks.push(Block::Text(format!("Claimed: {claim}")));
            }
            blocks.extend(self.differences().into_iter().map(Block::Text));
            blocks.extend(self.around().into_iter().map(Block::Text));
            if !technique.steps.is_empty() {
                let mut grid = Grid::new(vec![Column::right("Step"), Column::left("What to do")]);
                for (place, step) in technique.steps.iter().enumerate() {
                    grid.cell(place + 1).cell(step);
                }
                blocks.push(Block::Grid(grid));
            }
            blocks.extend(technique.snippet.as_ref().map(|snippet| {
                Block::Code(Code { language: snippet.language.to_string(), text: snippet.code.to_string() })
            }));
        }
        Page { blocks }
    }

    fn records(&self) -> Records<'_> {
        let header = [&["technique", "kind", "name", "value"][..], &EFFECT_COLUMNS].concat();
        let id = &*self.technique.id;
        let inputs = self.inputs().map(move |(input, step, _)| {
            let AmountJson { value, unit } = amount_json(&step.result);
            let mut row = vec![Cell::text(id), Cell::text("input")];
            row.push(Cell::text(self.technique.scope.name(input.slot)));
            row.extend([number(value), Cell::Empty, Cell::Empty, Cell::Empty, unit.map_or(Cell::Empty, Cell::text)]);
            row.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
            row
        });
        let effects = self.effects().map(move |(effect, result)| {
            let named = [Cell::text(id), Cell::text("effect"), Cell::text(&*effect.name), Cell::Empty];
            named.into_iter().chain(effect_cells(effect, result)).collect()
        });
        let months = self.result.retention.iter().flat_map(retention::records);
        let months = months.map(move |cells| [Cell::text(id)].into_iter().chain(cells).collect());
        Records { header, rows: Box::new(inputs.chain(effects).chain(months)) }
    }
}

/// The columns of [`effect_cells`].
const EFFECT_COLUMNS: [&str; 8] =
    ["before", "after", "difference", "unit", "change", "claimed_low", "claimed_high", "as_claimed"];

fn effect_cells<'v>(effect: &Effect, result: &EffectResult) -> [Cell<'v>; 8] {
    let claimed = effect.claimed.unwrap_or(Band { low: None, high: None });
    let value = |amount: &Amount| number(amount_json(amount).value);
    [
        value(&result.before.result),
        value(&result.after.result),
        value(&result.difference),
        amount_json(&result.before.result).unit.map_or(Cell::Empty, Cell::text),
        number(result.change.as_ref().and_then(quotient)),
        Cell::number(claimed.low),
        Cell::number(claimed.high),
        result.is_as_claimed.map_or(Cell::Empty, Cell::truth),
    ]
}

fn number(number: Option<Number>) -> Cell<'static> {
    Cell::number(number.map(|number| number.0))
}

/// The longest name of what changes.
const WHAT: usize = 24;

/// All techniques, each with its first effect.
#[derive(Debug)]
pub struct TechniquesView<'a> {
    techniques: &'a [(Technique, TechniqueResult)],
    pub(crate) sources: &'a Sources,
}

impl<'a> TechniquesView<'a> {
    /// Shows techniques by area.
    pub fn new(techniques: &'a [(Technique, TechniqueResult)], sources: &'a Sources) -> Self {
        Self { techniques, sources }
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new(vec![
            Column::left("Area").at_least(8),
            Column::left("Technique").at_least(20),
            Column::left("What changes").at_least(16),
            Column::right("Before"),
            Column::right("After"),
            Column::right("Change"),
            Column::left("Effort").at_least(6).optional(),
            Column::left("Risk").at_least(6).optional(),
        ]);
        let mut area = "";
        for (technique, result) in self.by_area() {
            let Some((effect, first)) = technique.effects.first().zip(result.effects.first()) else { continue };
            grid.cell(if area == &*technique.area { "" } else { &technique.area }).cell(&technique.id);
            grid.cell(&effect.name).cell(amount(&first.before.result)).cell(amount(&first.after.result));
            grid.cell(signed_percent(first.change.as_ref()))
                .cell(technique.effort.as_str())
                .cell(technique.risk.as_str());
            area = &technique.area;
        }
        grid
    }

    pub(crate) fn by_area(&self) -> Vec<&'a (Technique, TechniqueResult)> {
        let mut all: Vec<&(Technique, TechniqueResult)> = self.techniques.iter().collect();
        all.sort_by_key(|(technique, _)| &technique.area);
        all
    }
}

impl View for TechniquesView<'_> {
    fn page(&self) -> Page {
        let title = Block::Title("Techniques that make a stage cheaper".to_owned());
        let text =
            Block::Text("Each with its own default inputs; `costplan techniques show NAME` shows more".to_owned());
        if self.techniques.is_empty() {
            return Page { blocks: vec![title, Block::Text("There are none.".to_owned())] };
        }
        Page { blocks: vec![title, text, Block::Grid(self.grid())] }
    }

    fn screen(&self) -> Page {
        let mut page = self.page();
        for block in &mut page.blocks {
            if let Block::Grid(grid) = block {
                grid.is_ruled = false;
                // The names of techniques say as much, and their rows are in order of it.
                grid.columns[0].is_hidden = true;
                grid.columns[2].least = WHAT;
            }
        }
        page
    }

    fn records(&self) -> Records<'_> {
        let header = [&["technique", "name", "area", "effort", "risk", "effect"][..], &EFFECT_COLUMNS].concat();
        let rows = self.by_area().into_iter().flat_map(|(technique, result)| {
            technique.effects.iter().zip(&result.effects).map(move |(effect, result)| {
                let named = [
                    Cell::text(&*technique.id),
                    Cell::text(&*technique.name),
                    Cell::text(&*technique.area),
                    Cell::text(technique.effort.as_str()),
                    Cell::text(technique.risk.as_str()),
                    Cell::text(&*effect.name),
                ];
                named.into_iter().chain(effect_cells(effect, result)).collect()
            })
        });
        Records { header, rows: Box::new(rows) }
    }
}
