//! Compiled formulas: names are slots, units are factors, and dimensions are checked.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::model::formula::load_profile::LoadProfile;
use crate::model::number::fraction::Fraction;
use crate::model::number::unit::Dimension;
use crate::source::{Sources, Span, Spanned};

/// A name of a [`Scope`], by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u16);

impl Slot {
    /// The place as an index.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// The names that a formula may use, each with its dimension. Values are kept in a list of the same order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    names: Vec<(Box<str>, Dimension)>,
    /// The name that is a unit after a slash: `month`, as in `10 EUR/month`.
    unit: Option<Slot>,
}

impl Scope {
    /// Adds a name and returns its slot; `None` if there are 65,536 names already.
    pub fn add(&mut self, name: &str, dimension: Dimension) -> Option<Slot> {
        let slot = u16::try_from(self.names.len()).ok()?;
        self.names.push((name.into(), dimension));
        Some(Slot(slot))
    }

    /// As [`Self::add`], for a number whose name is a unit after a slash.
    pub fn add_unit(&mut self, name: &str) -> Option<Slot> {
        self.unit = self.add(name, Dimension::PLAIN);
        self.unit
    }

    /// Whether a word after a slash is a name and not a unit.
    pub fn divides(&self, word: &str) -> bool {
        let slot = self.find(word);
        slot.is_some() && slot != self.unit
    }

    /// The first `count` names.
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        let unit = self.unit.filter(|slot| slot.index() < count);
        Self { names: self.names.iter().take(count).cloned().collect(), unit }
    }

    /// The slot of a name; of several with that name the last one, since a driver may take the place of a built-in name.
    pub fn find(&self, name: &str) -> Option<Slot> {
        let index = self.names.iter().rposition(|(known, _)| &**known == name)?;
        u16::try_from(index).ok().map(Slot)
    }

    /// The name of a slot.
    pub fn name(&self, slot: Slot) -> &str {
        &self.names[slot.index()].0
    }

    /// The dimension of a slot.
    pub fn dimension(&self, slot: Slot) -> Dimension {
        self.names[slot.index()].1
    }

    /// All names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, _)| &**name)
    }

    /// The number of names.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are no names.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// A comparison of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

impl Comparison {
    /// Whether it holds of two numbers in this order.
    pub fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
        }
    }
}

/// A function of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The smallest of its arguments.
    Min,
    /// The largest of its arguments.
    Max,
    /// Rounds up to a whole number.
    Ceil,
    /// Rounds down to a whole number.
    Floor,
    /// Rounds to the nearest whole number, half away from zero; a second argument gives the number of decimals.
    Round,
    /// `clamp(value, low, high)`.
    Clamp,
}

impl Function {
    /// Every function with its name and its minimum and maximum number of arguments.
    pub const ALL: &'static [(&'static str, Self, usize, usize)] = &[
        ("ceil", Self::Ceil, 1, 1),
        ("clamp", Self::Clamp, 3, 3),
        ("floor", Self::Floor, 1, 1),
        ("max", Self::Max, 1, 64),
        ("min", Self::Min, 1, 64),
        ("round", Self::Round, 1, 2),
    ];
}

/// A formula as a tree over slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// A literal, in canonical units (GB, seconds).
    Number(Fraction),
    /// The value of a name.
    Name(Slot),
    /// The operand with the opposite sign.
    Negate(Box<Expression>),
    /// An operator with its two operands.
    Binary(Operator, Box<(Expression, Expression)>),
    /// A function call with its arguments.
    Call(Function, Box<[Expression]>),
    /// `if(left < right, then, otherwise)`.
    If(Comparison, Box<[Expression; 4]>),
    /// The average number of replicas of an auto-scaled line item; no user writes it in a formula.
    Replicas(Box<Autoscaling>),
}

/// A number of replicas that follows the load of each hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autoscaling {
    /// The mean load of an hour, in the dimension of the capacity.
    pub load: Formula,
    /// The load that one replica can handle.
    pub capacity: Formula,
    /// The ratio of their capacity that the replicas should use.
    pub target: Formula,
    /// The number of replicas that always run.
    pub minimum: Formula,
    /// The number of replicas that run at most.
    pub maximum: Formula,
    /// How long the load must be lower until replicas are stopped, in seconds.
    pub delay: Formula,
    /// How the load is spread over a week.
    pub profile: LoadProfile,
    /// The name of the deployment that is scaled.
    pub deployment: Option<Spanned<Box<str>>>,
}

impl Autoscaling {
    /// Its formulas, in the order of their declaration.
    pub fn formulas(&self) -> [&Formula; 6] {
        [&self.load, &self.capacity, &self.target, &self.minimum, &self.maximum, &self.delay]
    }
}

/// A compiled formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    /// The root of the tree.
    pub expression: Expression,
    /// The dimension of the result, in canonical units (GB, seconds).
    pub dimension: Dimension,
    /// The place of the formula; its text is the formula unless `text` is given.
    pub span: Span,
    /// The text of the formula if it has escapes or several lines.
    pub text: Option<Box<str>>,
}

impl Formula {
    /// The text of the formula as written.
    pub fn written<'f>(&'f self, sources: &'f Sources) -> &'f str {
        self.text.as_deref().unwrap_or_else(|| sources.slice(self.span))
    }

    /// A formula for a constant value, in canonical units (GB, seconds).
    pub fn constant(value: Fraction, dimension: Dimension, span: Span) -> Self {
        Self { expression: Expression::Number(value), dimension, span, text: None }
    }

    /// The slots that the formula reads, in order of appearance, each once.
    pub fn slots(&self) -> Vec<Slot> {
        let mut found = Vec::new();
        collect_slots(&self.expression, &mut found);
        found
    }

    /// The number of literals, names and operations.
    pub fn nodes(&self) -> u64 {
        nodes(&self.expression)
    }

    /// The auto-scaling that gives the value, if it does.
    pub fn autoscaling(&self) -> Option<&Autoscaling> {
        match &self.expression {
            Expression::Replicas(scaling) => Some(scaling),
            _ => None,
        }
    }

    /// The value, if the formula is a literal.
    pub fn literal(&self) -> Option<Decimal> {
        match &self.expression {
            Expression::Number(value) => value.exact(),
            _ => None,
        }
    }
}

fn nodes(expression: &Expression) -> u64 {
    let inner: u64 = match expression {
        Expression::Number(_) | Expression::Name(_) => 0,
        Expression::Negate(inner) => nodes(inner),
        Expression::Binary(_, operands) => nodes(&operands.0) + nodes(&operands.1),
        Expression::Call(_, arguments) => arguments.iter().map(nodes).sum(),
        Expression::If(_, parts) => parts.iter().map(nodes).sum(),
        // The hours of a week are compared with those before them.
        Expression::Replicas(scaling) => {
            scaling.formulas().iter().map(|formula| formula.nodes()).sum::<u64>() + LoadProfile::HOURS as u64
        }
    };
    inner + 1
}

fn collect_slots(expression: &Expression, found: &mut Vec<Slot>) {
    match expression {
        Expression::Number(_) => {}
        Expression::Name(slot) => {
            if !found.contains(slot) {
                found.push(*slot);
            }
        }
        Expression::Negate(inner) => collect_slots(inner, found),
        Expression::Binary(_, operands) => {
            collect_slots(&operands.0, found);
            collect_slots(&operands.1, found);
        }
        Expression::Call(_, arguments) => arguments.iter().for_each(|argument| collect_slots(argument, found)),
        Expression::If(_, parts) => parts.iter().for_each(|part| collect_slots(part, found)),
        Expression::Replicas(scaling) => {
            scaling.formulas().iter().for_each(|formula| collect_slots(&formula.expression, found));
        }
    }
}
