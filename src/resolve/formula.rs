//! Formulas: turns names into slots and units into factors, and checks that dimensions match.

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    Currency, Dimension, Expression, Formula, Fraction, Function, Operator, Period, PricingUnit, Scope, Unit,
    spelled_out,
};
use crate::parse::{CurrencyRaw, ExpressionRaw, FormulaRaw};
use crate::resolve::amount;
use crate::source::{Span, Spanned};

/// Compiles a formula over a scope. Reports every unknown name, unknown unit and unit mismatch.
pub(super) fn compile(raw: &FormulaRaw, scope: &Scope, problems: &mut Problems) -> Option<Formula> {
    let before = problems.len();
    let compiled = Compiler { scope, problems }.number(&raw.root);
    let (expression, dimension) = compiled.filter(|_| problems.len() == before)?;
    Some(Formula { expression, dimension, span: raw.span, text: raw.text.clone() })
}

/// Compiles a formula that must give a plain number, not below zero.
pub(super) fn compile_plain(raw: &FormulaRaw, scope: &Scope, what: &str, problems: &mut Problems) -> Option<Formula> {
    let formula = compile(raw, scope, problems)?;
    not_below_zero(&formula, problems)?;
    if formula.dimension == Dimension::PLAIN {
        return Some(formula);
    }
    let message = format!("{what} must be a plain number, and this is {}", formula.dimension);
    problems.push(Diagnostic::at(Code::UnitMismatch, raw.span, message, format!("{}", formula.dimension)));
    None
}

/// Compiles an amount of usage for a charge; its unit must have the charge's dimension.
pub(super) fn compile_usage(
    raw: &FormulaRaw,
    scope: &Scope,
    unit: &PricingUnit,
    problems: &mut Problems,
) -> Option<Formula> {
    let formula = compile(raw, scope, problems)?;
    not_below_zero(&formula, problems)?;
    if formula.dimension == unit.dimension {
        return is_count_of(raw, unit, problems).then_some(formula);
    }
    let message =
        format!("usage counted in {} must be {}, and this is {}", unit.label, unit.dimension, formula.dimension);
    let diagnostic = Diagnostic::at(Code::UnitMismatch, raw.span, message, format!("{}", formula.dimension));
    let parts: Vec<&str> = unit.label.split('-').collect();
    let example = parts.first().copied().unwrap_or_default();
    let is_over_time = Dimension::DATA.multiply(Dimension::TIME) == Some(unit.dimension);
    problems.push(match (&raw.root.value, formula.literal()) {
        (ExpressionRaw::Quantity(number, data), _) if is_over_time && formula.dimension == Dimension::DATA => {
            diagnostic.help(format!("write how long it is kept: `{number} {} * 730 hours`", data.value))
        }
        _ if is_over_time && formula.dimension == Dimension::DATA => {
            diagnostic.help("multiply by how long it is kept: `... * hours_per_month`")
        }
        (_, Some(number)) if is_over_time && formula.dimension == Dimension::PLAIN => {
            diagnostic.help(format!("write the units: `{number} {example} * 730 hours`"))
        }
        (_, Some(number)) if formula.dimension == Dimension::PLAIN => {
            diagnostic.help(format!("write the unit: `{number} {example}`"))
        }
        _ if formula.dimension == Dimension::PLAIN => {
            diagnostic.help(format!("multiply by a unit: `... * 1 {example}`"))
        }
        _ if unit.dimension == Dimension::PLAIN => diagnostic.help("write a number without a unit"),
        _ => diagnostic.help(format!("write it in {example}")),
    });
    None
}

/// A literal count with the word for what it counts.
pub(super) fn counted(raw: &FormulaRaw) -> Option<(Decimal, &Spanned<Box<str>>)> {
    match &raw.root.value {
        ExpressionRaw::Quantity(number, unit)
            if Unit::is_counted(&unit.value) && CurrencyRaw::parse(&unit.value).is_err() =>
        {
            Some((*number, unit))
        }
        _ => None,
    }
}

/// Whether a literal count is one of what a charge counts; reports another one, since `5 seats` are not 5 requests.
fn is_count_of(raw: &FormulaRaw, unit: &PricingUnit, problems: &mut Problems) -> bool {
    let Some((number, counted)) = counted(raw) else { return true };
    let counts = |part: &str| part == "unit" || Unit::is_same_count(part, &counted.value);
    if unit.dimension != Dimension::PLAIN || unit.label.split('-').any(counts) {
        return true;
    }
    let message = format!("usage counted in {} is not an amount of {}", unit.label, counted.value);
    let diagnostic = Diagnostic::at(Code::UnitMismatch, counted.span, message, format!("not {}", unit.label));
    problems.push(diagnostic.help(format!("write `{number}`, or `{number} {}`", unit.label)));
    false
}

/// Compiles an allowance: like usage, but a number without a unit counts pricing units.
pub(super) fn compile_allowance(
    raw: &FormulaRaw,
    scope: &Scope,
    unit: &PricingUnit,
    problems: &mut Problems,
) -> Option<Formula> {
    let ExpressionRaw::Number(number) = raw.root.value else { return compile_usage(raw, scope, unit, problems) };
    crate::resolve::checks::not_negative(Some(Spanned::new(number, raw.span)), problems)?;
    let value = scaled(number, unit.factor, raw.span, problems)?;
    let expression = Expression::Number(value);
    Some(Formula { expression, dimension: unit.dimension, span: raw.span, text: raw.text.clone() })
}

/// A formula for money per time, over the hours of a month.
pub(super) fn over_month(formula: Formula, scope: &Scope) -> Option<Formula> {
    let slot = scope.find("hours_per_month")?;
    let dimension = formula.dimension.multiply(scope.dimension(slot))?;
    let operands = Box::new((formula.expression, Expression::Name(slot)));
    Some(Formula { expression: Expression::Binary(Operator::Multiply, operands), dimension, ..formula })
}

/// Reports a literal amount that is below zero.
pub(super) fn not_below_zero(formula: &Formula, problems: &mut Problems) -> Option<()> {
    let literal = match &formula.expression {
        Expression::Number(number) => number.clone(),
        Expression::Negate(inner) => match &**inner {
            Expression::Number(number) => number.negate(),
            _ => return Some(()),
        },
        _ => return Some(()),
    };
    let shown = literal.to_decimal().unwrap_or_default();
    crate::resolve::checks::not_negative(Some(Spanned::new(shown, formula.span)), problems).map(drop)
}

fn scaled(number: Decimal, factor: Decimal, span: Span, problems: &mut Problems) -> Option<Fraction> {
    match Fraction::from(number).multiply(&factor.into()) {
        Ok(value) => Some(value),
        Err(error) => {
            let message = "the amount cannot be kept exactly";
            problems.push(Diagnostic::at(Code::InvalidNumber, span, message, error.to_string()));
            None
        }
    }
}

struct Compiler<'a> {
    scope: &'a Scope,
    problems: &'a mut Problems,
}

type Typed = (Expression, Dimension);

impl Compiler<'_> {
    fn report<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.problems.push(diagnostic);
        None
    }

    fn number(&mut self, raw: &Spanned<ExpressionRaw>) -> Option<Typed> {
        match &raw.value {
            ExpressionRaw::Number(number) => Some((Expression::Number((*number).into()), Dimension::PLAIN)),
            ExpressionRaw::Quantity(number, unit) => self.quantity(*number, unit),
            ExpressionRaw::Name(name) => self.name(name, raw.span),
            ExpressionRaw::Negate(inner) => {
                let (expression, dimension) = self.number(inner)?;
                Some((Expression::Negate(Box::new(expression)), dimension))
            }
            ExpressionRaw::Binary(operator, operands) => self.binary(*operator, operands, raw.span),
            ExpressionRaw::Call(name, arguments) if &*name.value == "if" => self.condition(name.span, arguments),
            ExpressionRaw::Call(name, arguments) => self.call(name, arguments),
            ExpressionRaw::Compare(..) => {
                let message = "a comparison is not a number";
                let diagnostic = Diagnostic::at(Code::InvalidFormula, raw.span, message, "outside of an `if`");
                self.report(diagnostic.help("write `if(customers > 100, 2, 1)`"))
            }
        }
    }

    fn quantity(&mut self, number: Decimal, unit: &Spanned<Box<str>>) -> Option<Typed> {
        let symbol = &*unit.value;
        if let Some(measured) = Unit::measured(symbol) {
            let value = scaled(number, measured.factor, unit.span, self.problems)?;
            return Some((Expression::Number(value), measured.dimension));
        }
        let other_case = Unit::measured_symbols().find(|known| known.eq_ignore_ascii_case(symbol));
        if other_case.is_none()
            && let Ok(currency) = CurrencyRaw::parse(symbol)
        {
            return Some((Expression::Number(number.into()), Dimension::money(currency.code())));
        }
        if Unit::is_counted(symbol) {
            return Some((Expression::Number(number.into()), Dimension::PLAIN));
        }
        if let Err(refused) = CurrencyRaw::parse(symbol)
            && CurrencyRaw::is_sign(symbol)
        {
            return self.report(refused.at(Code::InvalidCurrency, unit.span, "a currency"));
        }
        let diagnostic = Diagnostic::at(Code::UnknownUnit, unit.span, format!("unknown unit `{symbol}`"), "");
        self.report(match (symbol, Unit::mistaken(symbol).or_else(|| Unit::mistaken(&symbol.to_ascii_lowercase()))) {
            ("k" | "K" | "m" | "M" | "bn", _) => {
                diagnostic.help(format!("write it next to the number: `{number}{symbol}`, or write the unit in full"))
            }
            (_, Some("week" | "month" | "quarter" | "year")) => {
                diagnostic.help("`day` is the longest unit; `hours_per_month` is the length of a month")
            }
            (_, Some(known)) => diagnostic.help(format!("did you mean `{known}`?")),
            _ => unknown_unit(diagnostic, symbol),
        })
    }

    fn name(&mut self, name: &str, span: Span) -> Option<Typed> {
        if let Some(slot) = self.scope.find(name) {
            return Some((Expression::Name(slot), self.scope.dimension(slot)));
        }
        let diagnostic = Diagnostic::at(Code::UnknownName, span, format!("unknown name `{name}`"), "");
        let names: &mut dyn Iterator<Item = &str> = &mut self.scope.names();
        self.report(if self.problems.are_many() { diagnostic } else { diagnostic.suggest(name, names) })
    }

    fn binary(&mut self, operator: Operator, operands: &[Spanned<ExpressionRaw>; 2], span: Span) -> Option<Typed> {
        let left = self.number(&operands[0]);
        let right = match (operator, &operands[1].value) {
            (Operator::Divide, ExpressionRaw::Name(per)) if !self.scope.divides(per) => match spelled_out(per) {
                // Every amount is one of a month.
                "month" => return left,
                word => one_of(word).or_else(|| self.name(per, operands[1].span)),
            },
            (Operator::Divide, ExpressionRaw::Quantity(count, per)) if Period::months_of(&per.value).is_some() => {
                let months = Decimal::from(Period::months_of(&per.value).unwrap_or(1));
                scaled(*count, months, operands[1].span, self.problems)
                    .map(|months| (Expression::Number(months), Dimension::PLAIN))
            }
            _ => self.number(&operands[1]),
        };
        let ((left, a), (right, b)) = (left?, right?);
        let dimension = match operator {
            Operator::Add | Operator::Subtract if a == b => Some(a),
            Operator::Add | Operator::Subtract => {
                let verb = if operator == Operator::Add { "added to" } else { "subtracted from" };
                let (first, second) = if operator == Operator::Add { (a, b) } else { (b, a) };
                let diagnostic =
                    Diagnostic::at(Code::UnitMismatch, span, format!("{first} cannot be {verb} {second}"), "");
                return self.report(
                    diagnostic.and_at(operands[0].span, a.to_string()).and_at(operands[1].span, b.to_string()),
                );
            }
            Operator::Multiply => a.multiply(b),
            Operator::Divide => b.invert().and_then(|b| a.multiply(b)),
        };
        let Some(dimension) = dimension else {
            let message = format!("{a} and {b} cannot be multiplied or divided");
            return self.report(Diagnostic::at(Code::UnitMismatch, span, message, ""));
        };
        Some((Expression::Binary(operator, Box::new((left, right))), dimension))
    }

    fn call(&mut self, name: &Spanned<Box<str>>, arguments: &[Spanned<ExpressionRaw>]) -> Option<Typed> {
        let Some((_, function, least, most)) = Function::ALL.iter().find(|(known, ..)| *known == &*name.value) else {
            let message = format!("there is no function `{}`", name.value);
            let known: Vec<&str> = Function::ALL.iter().map(|(known, ..)| *known).chain(["if"]).collect();
            let diagnostic = Diagnostic::at(Code::UnknownName, name.span, message, "");
            return self.report(diagnostic.suggest(&name.value, known));
        };
        if !(*least..=*most).contains(&arguments.len()) {
            let wanted = if least == most { least.to_string() } else { format!("{least} to {most}") };
            let message = format!("`{}` takes {wanted} arguments, not {}", name.value, arguments.len());
            return self.report(Diagnostic::at(Code::InvalidFormula, name.span, message, ""));
        }
        let compiled: Vec<Option<Typed>> = arguments.iter().map(|argument| self.number(argument)).collect();
        let compiled = compiled.into_iter().collect::<Option<Vec<Typed>>>()?;
        let is_places = |(places, _): &Typed| match places {
            Expression::Number(places) => (0..=12).any(|whole| *places == Decimal::from(whole).into()),
            _ => false,
        };
        if *function == Function::Round && !compiled.get(1).is_none_or(is_places) {
            let message = "`round` takes a whole number of decimals from 0 to 12";
            return self.report(Diagnostic::at(Code::InvalidFormula, arguments[1].span, message, ""));
        }
        let dimension = compiled[0].1;
        let rounds = matches!(function, Function::Ceil | Function::Floor | Function::Round);
        for (argument, (_, found)) in arguments.iter().zip(&compiled) {
            if rounds && *found != Dimension::PLAIN {
                let message = format!("`{}` rounds only plain numbers, and this is {found}", name.value);
                let diagnostic = Diagnostic::at(Code::UnitMismatch, argument.span, message, found.to_string());
                return self.report(diagnostic.help("divide by a unit first: `ceil(storage / 1 TB) * 1 TB`"));
            }
            if *found != dimension {
                let message = format!("the arguments of `{}` have different units", name.value);
                let diagnostic = Diagnostic::at(Code::UnitMismatch, argument.span, message, found.to_string());
                return self.report(diagnostic.and_at(arguments[0].span, dimension.to_string()));
            }
        }
        let arguments = compiled.into_iter().map(|(expression, _)| expression).collect();
        Some((Expression::Call(*function, arguments), dimension))
    }

    fn condition(&mut self, name: Span, arguments: &[Spanned<ExpressionRaw>]) -> Option<Typed> {
        let [condition, then, otherwise] = arguments else {
            let message = format!("`if` takes 3 arguments, a comparison and two values, not {}", arguments.len());
            return self.report(Diagnostic::at(Code::InvalidFormula, name, message, ""));
        };
        let ExpressionRaw::Compare(comparison, sides) = &condition.value else {
            let message = "the first argument of `if` must be a comparison";
            let diagnostic = Diagnostic::at(Code::InvalidFormula, condition.span, message, "not a comparison");
            return self.report(diagnostic.help("write `if(customers > 100, 2, 1)`"));
        };
        let (left, right) = self.same_kind("compared with", &sides[0], &sides[1])?;
        let (then, otherwise) = self.same_kind("an alternative to", then, otherwise)?;
        let dimension = then.1;
        let parts = Box::new([left.0, right.0, then.0, otherwise.0]);
        Some((Expression::If(*comparison, parts), dimension))
    }

    fn same_kind(
        &mut self,
        relation: &str,
        left: &Spanned<ExpressionRaw>,
        right: &Spanned<ExpressionRaw>,
    ) -> Option<(Typed, Typed)> {
        let (a, b) = (self.number(left), self.number(right));
        let (a, b) = (a?, b?);
        if a.1 == b.1 {
            return Some((a, b));
        }
        let message = format!("{} cannot be {relation} {}", a.1, b.1);
        let diagnostic = Diagnostic::at(Code::UnitMismatch, right.span, message, b.1.to_string());
        self.report(diagnostic.and_at(left.span, a.1.to_string()))
    }
}

/// Adds how to write a unit: as a known one, or as any word for a count.
pub(super) fn unknown_unit(diagnostic: Diagnostic, symbol: &str) -> Diagnostic {
    let lower = symbol.to_ascii_lowercase();
    if lower != symbol && Unit::is_counted(&lower) {
        return diagnostic.help(format!("write what is counted in lower case: `{lower}`"));
    }
    diagnostic.suggest(symbol, Unit::measured_symbols().chain(Unit::counted_words()))
}

/// What a word after a slash divides by, where it is no name: a year has twelve of the months that amounts are of, a
/// quarter three, and a unit is one of it, as in `0.05 USD/hour`.
fn one_of(word: &str) -> Option<Typed> {
    if let Some(months) = Period::months_of(word) {
        return Some((Expression::Number(Decimal::from(months).into()), Dimension::PLAIN));
    }
    Unit::measured(word).map(|unit| (Expression::Number(unit.factor.into()), unit.dimension))
}

/// Reports `$` in a formula where it could be another dollar: `bare` is the currency of an amount without one.
pub(super) fn check_dollars(raw: &Spanned<ExpressionRaw>, bare: Currency, problems: &mut Problems) {
    match &raw.value {
        ExpressionRaw::Quantity(_, unit) => {
            if let Ok(written) = CurrencyRaw::parse(&unit.value) {
                amount::currency(Some(written), bare, raw.span, problems);
            }
        }
        ExpressionRaw::Number(_) | ExpressionRaw::Name(_) => {}
        ExpressionRaw::Negate(inner) => check_dollars(inner, bare, problems),
        ExpressionRaw::Binary(_, operands) | ExpressionRaw::Compare(_, operands) => {
            for operand in operands.iter() {
                check_dollars(operand, bare, problems);
            }
        }
        ExpressionRaw::Call(_, arguments) => {
            for argument in arguments {
                check_dollars(argument, bare, problems);
            }
        }
    }
}

/// The names that a raw formula uses, with their places.
pub(super) fn names<'r>(raw: &'r Spanned<ExpressionRaw>, found: &mut Vec<(&'r str, Span)>) {
    match &raw.value {
        ExpressionRaw::Number(_) | ExpressionRaw::Quantity(..) => {}
        ExpressionRaw::Name(name) => found.push((name, raw.span)),
        ExpressionRaw::Negate(inner) => names(inner, found),
        ExpressionRaw::Binary(_, operands) | ExpressionRaw::Compare(_, operands) => {
            operands.iter().for_each(|operand| names(operand, found));
        }
        ExpressionRaw::Call(_, arguments) => arguments.iter().for_each(|argument| names(argument, found)),
    }
}
