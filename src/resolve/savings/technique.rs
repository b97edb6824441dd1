//! Techniques: compiles formulas over inputs, checks units, and applies values that the user sets.

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Band, Dimension, Effect, Formula, Scope, ShownUnit, Snippet, Technique, TechniqueInput, Unit};
use crate::parse::{BandRaw, EffectRaw, FormulaRaw, Paragraph, TechniqueInputRaw, TechniqueRaw};
use crate::resolve::savings::replacement::replacement;
use crate::resolve::savings::retention::retention;
use crate::resolve::savings::technique_money::{RatesOn, in_currency_of, is_of};
use crate::resolve::savings::technique_scope::scopes;
use crate::resolve::{check_identifier, check_version, formula};
use crate::source::Spanned;

/// The most inputs of a technique.
const MAX_INPUTS: usize = 100;

/// The name that `--set` accepts besides inputs: the share of the usage, quantity or cost that a technique applies to.
pub(crate) const SHARE: &str = "share";

/// Resolves a technique. `stem` is the stem of its file. `set` overrides values of inputs and may use earlier inputs; money in
/// another currency is converted by the rates. `known` are the stems of all technique files.
pub fn technique(
    raw: TechniqueRaw,
    stem: &str,
    set: (&[(Spanned<String>, FormulaRaw)], RatesOn<'_>),
    known: &[&str],
    problems: &mut Problems,
) -> Option<Technique> {
    let (set, on) = set;
    let before = problems.len();
    check_version(raw.version, problems);
    check_parts(&raw, set, problems)?;
    let names = raw.inputs.entries.iter().map(|(name, _)| name.value.clone()).collect();
    let mut inputs = Inputs { names, set, on, scope: Scope::default(), resolved: Vec::new(), are_names_known: true };
    for (place, (name, input)) in raw.inputs.entries.into_iter().enumerate() {
        inputs.add(place, &name, input, problems);
    }
    let Inputs { scope: names_of_inputs, resolved: inputs, mut are_names_known, .. } = inputs;
    let mut scope = names_of_inputs.clone();
    let keeps = raw.retention.filter(|_| are_names_known).map(|raw| retention(raw, &mut scope, problems));
    are_names_known &= keeps.as_ref().is_none_or(Option::is_some);
    // Effects are compiled only if every name has a value: otherwise their dimensions cannot be checked.
    let effects = raw.effects.into_iter().filter(|_| are_names_known);
    let effects: Vec<Effect> = effects.filter_map(|raw| effect(raw, &scope, problems)).collect();
    let replaces = raw.replaces_sku.filter(|_| are_names_known);
    let replaces = replaces.map(|raw| replacement(raw, &effects, &names_of_inputs, problems));
    let mut applies_to = scopes(raw.applies_to, &effects, (&inputs, replaces.is_some()), &scope, problems);
    for scope_of_one in &mut applies_to {
        // A value that the user sets wins over the quantity of a line item.
        let is_set = |place: &usize| set.iter().any(|(name, _)| name.value == scope.name(inputs[*place].slot));
        scope_of_one.counts = scope_of_one.counts.filter(|place| !is_set(place));
    }
    let requires = other_techniques(raw.requires, stem, known, problems);
    let conflicts = other_techniques(raw.conflicts, stem, known, problems);
    (problems.len() == before).then(|| Technique {
        id: stem.into(),
        name: raw.name.value.into(),
        area: raw.area.value.into(),
        summary: raw.summary.0.into(),
        effort: raw.effort.value,
        risk: raw.risk.value,
        focus: raw.focus.map(|focus| focus.value),
        needs: raw.needs.into_iter().map(|need| need.value.into()).collect(),
        steps: raw.steps.into_iter().map(|step| step.value.into()).collect(),
        snippet: raw
            .snippet
            .map(|snippet| Snippet { language: snippet.language.value.into(), code: snippet.code.0.into() }),
        applies_to,
        requires,
        conflicts,
        claim: raw.claim.map(|claim| claim.0.into()),
        scope,
        inputs,
        replacement: replaces.flatten(),
        retention: keeps.flatten(),
        effects,
    })
}

/// Reports a technique without effects, and values for inputs that it does not have; `None` if it has too many inputs.
fn check_parts(raw: &TechniqueRaw, set: &[(Spanned<String>, FormulaRaw)], problems: &mut Problems) -> Option<()> {
    if let Some((name, _)) = raw.inputs.entries.get(MAX_INPUTS) {
        let message = format!("a technique can have at most {MAX_INPUTS} inputs");
        problems.push(Diagnostic::at(Code::TooManyNames, name.span, message, "one too many"));
        return None;
    }
    if raw.effects.is_empty() {
        let message = "a technique needs `effects`";
        let diagnostic = Diagnostic::at(Code::MissingKey, raw.name.span, message, "has none");
        problems.push(diagnostic.help("write `effects: [{ name: cost a month, before: ..., after: ... }]`"));
    }
    let known = || raw.inputs.entries.iter().map(|(known, _)| known.value.as_str());
    for (name, _) in set.iter().filter(|(name, _)| known().all(|other| other != name.value)) {
        let message = format!("the technique has no input `{}`", name.value);
        problems.push(Diagnostic::at(Code::UnknownName, name.span, message, "").suggest(&name.value, known()));
    }
    Some(())
}

/// The stems of the techniques that a technique with the stem `own` needs or excludes. Reports those that are not `known`.
fn other_techniques(stems: Vec<Spanned<String>>, own: &str, known: &[&str], problems: &mut Problems) -> Vec<Box<str>> {
    for name in stems.iter().filter(|name| !known.contains(&name.value.as_str()) || name.value == own) {
        let message = format!("no other technique is called `{}`", name.value);
        let diagnostic = Diagnostic::at(Code::UnknownTechnique, name.span, message, "");
        problems.push(diagnostic.suggest(&name.value, known.iter().copied().filter(|other| *other != own)));
    }
    stems.into_iter().map(|stem| stem.value.into()).collect()
}

/// The inputs of a technique, each compiled over the earlier ones.
struct Inputs<'t> {
    /// The names of all inputs.
    names: Vec<String>,
    /// The values that the user sets.
    set: &'t [(Spanned<String>, FormulaRaw)],
    on: RatesOn<'t>,
    /// The names of the inputs so far.
    scope: Scope,
    /// The inputs so far, without those that have a problem.
    resolved: Vec<TechniqueInput>,
    /// Whether every name so far has a value.
    are_names_known: bool,
}

impl Inputs<'_> {
    /// Adds the input at a place in the list of names.
    fn add(&mut self, place: usize, name: &Spanned<String>, input: TechniqueInputRaw, problems: &mut Problems) {
        check_identifier(name, "an input", problems);
        if name.value == SHARE {
            let message = format!("an input cannot be called `{SHARE}`");
            let diagnostic = Diagnostic::at(Code::InvalidName, name.span, message, "reserved");
            problems.push(
                diagnostic.help("`--set NAME.share=40%` sets the share of a line item that a technique applies to"),
            );
        }
        let compiled =
            |raw: &FormulaRaw, problems: &mut Problems| formula_over(raw, &self.scope, &self.names[place..], problems);
        let set = self.set.iter().find(|(set, _)| set.value == name.value).map(|(_, formula)| formula);
        // Keep the name known, so that a bad input is reported once and not at every use.
        let default = compiled(&input.default, problems);
        let dimension = default.as_ref().map_or(Dimension::PLAIN, |default| default.dimension);
        self.are_names_known &= default.is_some();
        let is_given = set.is_some();
        let set = set.map(|set| (set, compiled(set, problems)));
        let own = input.on_line_items.as_ref().map(|own| (own, compiled(own, problems)));
        let on_line_items = own.and_then(|own| value(&input, default.clone()?, Some(own), self.on, problems));
        let formula = default.and_then(|default| value(&input, default, set, self.on, problems));
        let slot = self.scope.add(&name.value, dimension);
        let (Some(formula), Some(slot)) = (formula, slot) else { return };
        let unit = input.unit.as_ref().and_then(|unit| shown_unit(unit, formula.dimension, problems));
        let with = input.with.as_ref().and_then(|with| place_of(with, &self.names, problems));
        self.resolved.push(TechniqueInput {
            slot,
            formula,
            meaning: input.meaning.value.into(),
            source: input.source.map(|source| source.value.into()),
            unit,
            is_given,
            is_example: input.example == Some(true),
            on_line_items,
            with,
        });
    }
}

/// The place of the input that `with` names.
fn place_of(with: &Spanned<String>, names: &[String], problems: &mut Problems) -> Option<usize> {
    let place = names.iter().position(|name| *name == with.value);
    if place.is_none() {
        let message = format!("the technique has no input `{}`", with.value);
        let diagnostic = Diagnostic::at(Code::UnknownName, with.span, message, "");
        problems.push(diagnostic.suggest(&with.value, names.iter().map(String::as_str)));
    }
    place
}

/// Compiles a formula over the earlier inputs; `not_yet` are the names of this input and the later ones.
fn formula_over(raw: &FormulaRaw, scope: &Scope, not_yet: &[String], problems: &mut Problems) -> Option<Formula> {
    let mut used = Vec::new();
    formula::names(&raw.root, &mut used);
    used.retain(|(name, _)| not_yet.iter().any(|other| other == name));
    for (name, span) in &used {
        let message = format!("`{name}` has no value here yet");
        let diagnostic = Diagnostic::at(Code::UnknownName, *span, message, "not before this input");
        problems.push(diagnostic.help("an input may use only earlier inputs: change their order"));
    }
    if used.is_empty() { formula::compile(raw, scope, problems) } else { None }
}

/// The value of an input: its default, or the value that is set, of the same dimension.
fn value(
    input: &TechniqueInputRaw,
    default: Formula,
    set: Option<(&FormulaRaw, Option<Formula>)>,
    on: RatesOn<'_>,
    problems: &mut Problems,
) -> Option<Formula> {
    let Some((set, other)) = set else { return Some(default) };
    let other = other?;
    if is_of(other.dimension, default.dimension) {
        return in_currency_of(other, default.dimension, on, problems);
    }
    if let Some((currency, 1)) = default.dimension.money
        && default.dimension == Dimension::money_per_time(currency)
        && is_of(other.dimension, Dimension::money(currency))
    {
        let message = "the input is a price of time, and this does not say of how much time";
        let diagnostic = Diagnostic::at(Code::AgreedPriceBasis, set.span, message, "an hour or a month?");
        let help = format!("write `1.50 {currency}/hour`, or divide by the hours: `1095 {currency} / 730 hours`");
        problems.push(diagnostic.and_at(input.default.span, "the default").help(help));
        return None;
    }
    let message = format!("the input must be {}, and this is {}", default.dimension, other.dimension);
    let diagnostic = Diagnostic::at(Code::UnitMismatch, set.span, message, other.dimension.to_string());
    problems.push(diagnostic.and_at(input.default.span, "the default"));
    None
}

fn effect(raw: EffectRaw, scope: &Scope, problems: &mut Problems) -> Option<Effect> {
    let before = formula::compile(&raw.before, scope, problems);
    let after = formula::compile(&raw.after, scope, problems);
    let (before, after) = (before?, after?);
    if before.dimension != after.dimension {
        let message = format!("`before` is {}, and `after` is {}", before.dimension, after.dimension);
        let diagnostic = Diagnostic::at(Code::UnitMismatch, after.span, message, after.dimension.to_string());
        problems.push(diagnostic.and_at(before.span, before.dimension.to_string()));
        return None;
    }
    let unit = raw.unit.as_ref().and_then(|unit| shown_unit(unit, before.dimension, problems));
    let claimed = raw.claimed.and_then(|claimed| share(&claimed, problems));
    Some(Effect {
        name: raw.name.value.into(),
        before,
        after,
        unit,
        claimed,
        reason: raw.reason.map(|Paragraph(reason)| reason.into()),
    })
}

/// The claimed saving; a lone number is both ends.
fn share(raw: &BandRaw, problems: &mut Problems) -> Option<Band> {
    let band = if raw.lone { Band { low: raw.band.high, ..raw.band } } else { raw.band };
    let is_share = |end: Option<Decimal>| end.is_none_or(|end| end <= Decimal::ONE);
    if is_share(band.low) && is_share(band.high) {
        return Some(band);
    }
    let message = "a saving can be at most 100%";
    let diagnostic = Diagnostic::at(Code::InvalidRange, raw.span, message, "more than 100%");
    problems.push(diagnostic.help("write `80%` or `0.8`"));
    None
}

/// Resolves the unit for display: a unit of data or time must match the dimension, a plain number takes any other word,
/// and money is shown in its currency.
fn shown_unit(unit: &Spanned<String>, dimension: Dimension, problems: &mut Problems) -> Option<ShownUnit> {
    let label = unit.value.as_str();
    let (found, factor) = match Unit::measured(label) {
        // Plain numbers may count hours and days.
        Some(measured) if dimension != Dimension::PLAIN || measured.dimension == Dimension::DATA => {
            (measured.dimension, measured.factor)
        }
        _ => (Dimension::PLAIN, Decimal::ONE),
    };
    if found == dimension {
        return Some(ShownUnit { label: label.into(), factor });
    }
    let message = format!("`{label}` is a unit of {found}, and this is {dimension}");
    problems.push(Diagnostic::at(Code::UnitMismatch, unit.span, message, found.to_string()));
    None
}
