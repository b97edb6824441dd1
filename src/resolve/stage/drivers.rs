//! Drivers: sorts them so that each can be computed, and reports cycles.

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Dimension, Driver, Scope, Slot, Stage};
use crate::parse::{DriverRaw, FormulaRaw};
use crate::resolve::{check_identifier, formula};
use crate::source::Spanned;

/// The most drivers of a stage; also the longest chain of drivers that depend on each other.
const MAX_DRIVERS: usize = 1000;

/// Names that every stage has, and that no driver can have. Another built-in name is that of a driver where there is one.
pub(crate) const RESERVED: [&str; 2] = ["customers", "hours_per_month"];

/// Compiles the drivers of a stage in an order in which each needs only earlier ones.
///
/// `set` holds formulas that replace those of the manifest. It may also set one of `inputs`: names that the manifest
/// limits but does not define.
pub(crate) fn drivers(
    defined: &[(Spanned<String>, DriverRaw)],
    set: &[(Spanned<String>, FormulaRaw)],
    inputs: &[&str],
    problems: &mut Problems,
) -> (Scope, Vec<Driver>) {
    let mut scope = built_in();
    if let Some((name, _)) = defined.get(MAX_DRIVERS) {
        let message = format!("a stage can have at most {MAX_DRIVERS} drivers");
        problems.push(Diagnostic::at(Code::TooManyNames, name.span, message, "one too many"));
        return (scope, Vec::new());
    }
    for (name, _) in defined {
        check_identifier(name, "a driver", problems);
        if RESERVED.contains(&name.value.as_str()) {
            let message = format!("`{}` is built in and cannot be defined", name.value);
            problems.push(Diagnostic::at(Code::DuplicateName, name.span, message, "built in"));
        }
    }
    check_set(set, defined, inputs, problems);
    let given = |(name, formula)| Entry { name, formula, source: None };
    let replaced = |name: &str| set.iter().rev().find(|(other, _)| other.value == name);
    let from_manifest = defined.iter().map(|(name, driver)| match replaced(&name.value) {
        Some((name, formula)) => given((name, formula)),
        None => Entry { name, formula: &driver.formula, source: driver.source.as_ref() },
    });
    let only_set = set.iter().filter(|(name, _)| {
        inputs.contains(&name.value.as_str()) && !defined.iter().any(|(other, _)| other.value == name.value)
    });
    let entries: Vec<Entry<'_>> = from_manifest.chain(only_set.map(|(name, formula)| given((name, formula)))).collect();
    let (state, circular) = (vec![State::New; entries.len()], vec![false; entries.len()]);
    let mut sorter = Sorter { entries, state, circular, order: Vec::new() };
    for index in 0..sorter.entries.len() {
        sorter.visit(index, &mut Vec::new(), problems);
    }
    // Drivers of a cycle have been reported; keep their names known, so that their uses are not reported as well.
    for (entry, _) in sorter.entries.iter().zip(&sorter.circular).filter(|(_, circular)| **circular) {
        scope.add(&entry.name.value, Dimension::PLAIN);
    }
    let mut drivers = Vec::new();
    for index in sorter.order.into_iter().filter(|index| !sorter.circular[*index]) {
        let Entry { name, formula, source } = &sorter.entries[index];
        if let Some(formula) = formula::compile(formula, &scope, problems)
            && let Some(slot) = scope.add(&name.value, formula.dimension)
        {
            drivers.push(Driver { slot, formula, source: source.map(|source| source.value.as_str().into()) });
        } else {
            // Keep the name known, so that a bad driver is reported once and not at every use.
            scope.add(&name.value, Dimension::PLAIN);
        }
    }
    (scope, drivers)
}

/// The names that every stage has, by the slots of [`Stage`].
fn built_in() -> Scope {
    let mut scope = Scope::default();
    for name in Stage::BUILT_IN {
        match name {
            "hours_per_month" => scope.add(name, Dimension::TIME),
            "month" => scope.add_unit(name),
            _ => scope.add(name, Dimension::PLAIN),
        };
    }
    scope
}

/// Those of the slots that are built-in names other than [`RESERVED`], each once.
pub(crate) fn reads(slots: impl Iterator<Item = Slot>) -> Vec<Slot> {
    let is_read = |slot: &Slot| (RESERVED.len()..Stage::BUILT_IN.len()).contains(&slot.index());
    let mut found: Vec<Slot> = slots.filter(is_read).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn check_set(
    set: &[(Spanned<String>, FormulaRaw)],
    defined: &[(Spanned<String>, DriverRaw)],
    inputs: &[&str],
    problems: &mut Problems,
) {
    for (name, _) in set {
        let known = || defined.iter().map(|(name, _)| name.value.as_str()).chain(inputs.iter().copied());
        let is_driver = known().any(|other| other == name.value);
        let is_reserved = RESERVED.contains(&name.value.as_str());
        if is_reserved || !is_driver && Stage::BUILT_IN.contains(&name.value.as_str()) {
            let help = match name.value.as_str() {
                "paying_customers" => "write `paying`, the share of the customers who pay, in the manifest".to_owned(),
                "month" => "use `--as-of`: it is the month of that day".to_owned(),
                other => format!("use `--{}`", other.replace('_', "-")),
            };
            let message = format!("`{}` cannot be set like a driver", name.value);
            problems.push(Diagnostic::at(Code::InvalidArgument, name.span, message, "").help(help));
        } else if !is_driver {
            let message = format!("the stage has no driver `{}`", name.value);
            problems.push(Diagnostic::at(Code::UnknownName, name.span, message, "").suggest(&name.value, known()));
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

/// A driver of the manifest, or one that is set.
struct Entry<'r> {
    name: &'r Spanned<String>,
    formula: &'r FormulaRaw,
    source: Option<&'r Spanned<String>>,
}

struct Sorter<'r> {
    entries: Vec<Entry<'r>>,
    state: Vec<State>,
    circular: Vec<bool>,
    order: Vec<usize>,
}

impl Sorter<'_> {
    /// Adds a driver after the drivers that it needs. `path` holds the drivers that led here.
    fn visit(&mut self, index: usize, path: &mut Vec<usize>, problems: &mut Problems) {
        match self.state[index] {
            State::Done => return,
            State::Open => {
                let circle = &path[path.iter().position(|other| *other == index).unwrap_or(0)..];
                for index in circle {
                    self.circular[*index] = true;
                }
                problems.push(self.cycle(circle));
                return;
            }
            State::New => {}
        }
        self.state[index] = State::Open;
        path.push(index);
        let mut names = Vec::new();
        formula::names(&self.entries[index].formula.root, &mut names);
        for (name, _) in names {
            if let Some(needed) = self.entries.iter().position(|other| other.name.value == name) {
                self.visit(needed, path, problems);
            }
        }
        path.pop();
        self.state[index] = State::Done;
        self.order.push(index);
    }

    fn cycle(&self, circle: &[usize]) -> Diagnostic {
        let name = |index: usize| self.entries[index].name.value.as_str();
        let first = circle.first().copied().unwrap_or_default();
        let mut chain: Vec<&str> = circle.iter().map(|&index| name(index)).collect();
        chain.push(name(first));
        let message = format!("drivers depend on each other in a cycle: {}", chain.join(" -> "));
        let mut diagnostic = Diagnostic::new(Code::FormulaCycle, message);
        for (position, &index) in circle.iter().enumerate() {
            diagnostic =
                diagnostic.and_at(self.entries[index].formula.span, format!("needs `{}`", chain[position + 1]));
        }
        diagnostic.help("define one of them without the others")
    }
}
