//! What a cell computes: its text for a spreadsheet, and its value.
//!
//! Only functions that `LibreOffice` 7.4 and Excel 2016 have are used. A spreadsheet computes with binary numbers, in which
//! `0.1 + 0.2` is more than `0.3`. So whatever is compared or rounded to whole numbers is first rounded to nine decimals.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::places::{Place, Places, Run};
use crate::model::{ArithmeticError, Comparison, Direction, Fraction, Operator, Rounding};

/// The word in the cells of unknown costs.
pub(crate) const UNKNOWN: &str = "unknown";

/// The decimals to which a number is rounded before it is compared.
pub(crate) const NEAR: u32 = 9;

/// The most arguments of a function.
const MAX_ARGUMENTS: usize = 250;

/// The end of the last tier.
pub(crate) const NO_END: &str = "1E+300";

/// The columns of the tiers on their sheet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TierColumns {
    pub(crate) over: u16,
    pub(crate) up_to: u16,
    pub(crate) price: u16,
    pub(crate) fee: u16,
}

/// What is priced by tiers.
#[derive(Clone, Debug)]
pub(crate) struct Tiered {
    /// What is priced.
    pub(crate) amount: Calc,
    /// What chooses the tier of a volume price.
    pub(crate) size: Calc,
    /// How many units a price buys.
    pub(crate) per: Calc,
    /// The rows of the tiers.
    pub(crate) sheet: u16,
    pub(crate) rows: (u32, u32),
    pub(crate) columns: TierColumns,
}

/// A computation.
#[derive(Clone, Debug)]
pub(crate) enum Calc {
    Number(Fraction),
    /// The value that something has now, which a spreadsheet cannot compute.
    Kept(Fraction),
    Unknown,
    Cell(Place),
    Negate(Box<Calc>),
    Binary(Operator, Box<(Calc, Calc)>),
    Least(Vec<Calc>),
    Most(Vec<Calc>),
    Ceil(Box<Calc>),
    Floor(Box<Calc>),
    /// Half away from zero, to decimals.
    Round(Box<Calc>, u32),
    RoundTo(Box<Calc>, Rounding),
    /// `if(left < right, then, otherwise)`.
    If(Comparison, Box<[Calc; 4]>),
    /// The known numbers of cells.
    Sum(Vec<Run>),
    /// The same; unknown if there are none.
    SumOfKnown(Vec<Run>),
    /// The numbers of cells; unknown if one of them is.
    SumOfAll(Vec<Run>),
    /// Each part at the price of its tier.
    Graduated(Box<Tiered>),
    /// All at the price of the tier that it reaches.
    Volume(Box<Tiered>),
}

impl From<Decimal> for Calc {
    fn from(number: Decimal) -> Self {
        Self::Number(number.into())
    }
}

impl Calc {
    pub(crate) fn zero() -> Self {
        Self::Number(Fraction::ZERO)
    }

    fn binary(self, operator: Operator, other: Self) -> Self {
        Self::Binary(operator, Box::new((self, other)))
    }

    fn is_one(&self) -> bool {
        matches!(self, Self::Number(number) if number.is_one())
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        self.binary(Operator::Add, other)
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        self.binary(Operator::Subtract, other)
    }

    pub(crate) fn times(self, other: Self) -> Self {
        match (self, other) {
            (one, other) | (other, one) if one.is_one() => other,
            (own, other) => own.binary(Operator::Multiply, other),
        }
    }

    pub(crate) fn over(self, other: Self) -> Self {
        match (self, other) {
            (own, one) if one.is_one() => own,
            (Self::Number(own), Self::Number(other)) => match own.divide(&other) {
                Ok(quotient) => Self::Number(quotient),
                Err(_) => Self::Unknown,
            },
            (own, other) => own.binary(Operator::Divide, other),
        }
    }

    /// Not below zero.
    pub(crate) fn at_least_zero(self) -> Self {
        Self::Most(vec![Self::zero(), self])
    }

    /// `then` if it is above zero, otherwise `otherwise`.
    pub(crate) fn if_above_zero(self, then: Self, otherwise: Self) -> Self {
        Self::If(Comparison::Greater, Box::new([self, Self::zero(), then, otherwise]))
    }

    /// Whether it is a number that no cell changes.
    pub(crate) fn constant(&self) -> Option<&Fraction> {
        match self {
            Self::Number(number) | Self::Kept(number) => Some(number),
            _ => None,
        }
    }

    /// The parts that it is computed from, other than whole runs of cells.
    fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Number(_)
            | Self::Kept(_)
            | Self::Unknown
            | Self::Cell(_)
            | Self::Sum(_)
            | Self::SumOfKnown(_)
            | Self::SumOfAll(_) => Vec::new(),
            Self::Negate(inner)
            | Self::Ceil(inner)
            | Self::Floor(inner)
            | Self::Round(inner, _)
            | Self::RoundTo(inner, _) => vec![inner],
            Self::Binary(_, parts) => vec![&parts.0, &parts.1],
            Self::Least(parts) | Self::Most(parts) => parts.iter().collect(),
            Self::If(_, parts) => parts.iter().collect(),
            Self::Graduated(tiered) | Self::Volume(tiered) => vec![&tiered.amount, &tiered.size, &tiered.per],
        }
    }

    /// Whether a part of it keeps its value.
    pub(crate) fn is_kept(&self) -> bool {
        matches!(self, Self::Kept(_)) || self.parts().into_iter().any(Self::is_kept)
    }

    /// How deeply its functions are nested.
    pub(crate) fn depth(&self) -> usize {
        let own = usize::from(!matches!(self, Self::Binary(..) | Self::Negate(_)));
        own + self.parts().into_iter().map(Self::depth).max().unwrap_or(0)
    }

    /// Whether it may have no number, because a cell that it reads has none.
    pub(crate) fn is_doubtful(&self, places: &Places) -> bool {
        match self {
            Self::Unknown => true,
            Self::Cell(place) => places.is_doubtful(*place),
            Self::SumOfKnown(runs) => {
                let mut filled = runs.iter().flat_map(|run| run.places()).filter(|place| places.is_filled(*place));
                filled.all(|place| places.is_doubtful(place))
            }
            Self::SumOfAll(runs) => runs.iter().flat_map(|run| run.places()).any(|place| places.is_doubtful(place)),
            // A size that is unknown chooses the first tier.
            Self::Volume(tiered) => tiered.amount.is_doubtful(places) || tiered.per.is_doubtful(places),
            _ => self.parts().into_iter().any(|part| part.is_doubtful(places)),
        }
    }

    /// Its value; `None` if it is unknown.
    pub(crate) fn value(&self, places: &Places) -> Option<Fraction> {
        self.exact(places).ok().flatten()
    }

    fn exact(&self, places: &Places) -> Result<Option<Fraction>, ArithmeticError> {
        let of = |calc: &Self| calc.exact(places);
        Ok(match self {
            Self::Number(number) | Self::Kept(number) => Some(number.clone()),
            Self::Unknown => None,
            Self::Cell(place) => places.value(*place).cloned(),
            Self::Negate(inner) => of(inner)?.map(|value| value.negate()),
            Self::Binary(operator, parts) => {
                let (Some(left), Some(right)) = (of(&parts.0)?, of(&parts.1)?) else { return Ok(None) };
                Some(operated(*operator, &left, &right)?)
            }
            Self::Least(parts) => extreme(parts, Ordering::Less, places)?,
            Self::Most(parts) => extreme(parts, Ordering::Greater, places)?,
            Self::Ceil(inner) => of(inner)?.map(|value| value.ceil()).transpose()?,
            Self::Floor(inner) => of(inner)?.map(|value| value.floor()).transpose()?,
            Self::Round(inner, decimals) => of(inner)?.map(|value| value.rounded(*decimals)).transpose()?,
            Self::RoundTo(inner, rounding) => {
                of(inner)?.map(|value| rounding.apply(value)).transpose()?.map(Fraction::from)
            }
            Self::If(comparison, parts) => {
                let (Some(left), Some(right)) = (of(&parts[0])?, of(&parts[1])?) else { return Ok(None) };
                return of(if comparison.holds(left.cmp(&right)) { &parts[2] } else { &parts[3] });
            }
            Self::Sum(runs) => Some(sum(known(runs, places))?),
            Self::SumOfKnown(runs) => {
                let is_known = known(runs, places).next().is_some();
                is_known.then(|| sum(known(runs, places))).transpose()?
            }
            Self::SumOfAll(runs) => {
                let mut filled = runs.iter().flat_map(|run| run.places()).filter(|place| places.is_filled(*place));
                let is_known = filled.all(|place| places.value(place).is_some());
                is_known.then(|| sum(known(runs, places))).transpose()?
            }
            Self::Graduated(tiered) => tiered.graduated(places)?,
            Self::Volume(tiered) => tiered.volume(places)?,
        })
    }
}

fn operated(operator: Operator, left: &Fraction, right: &Fraction) -> Result<Fraction, ArithmeticError> {
    match operator {
        Operator::Add => left.add(right),
        Operator::Subtract => left.subtract(right),
        Operator::Multiply => left.multiply(right),
        Operator::Divide => left.divide(right),
    }
}

fn extreme(parts: &[Calc], wanted: Ordering, places: &Places) -> Result<Option<Fraction>, ArithmeticError> {
    let mut best: Option<Fraction> = None;
    for part in parts {
        let Some(value) = part.exact(places)? else { return Ok(None) };
        if best.as_ref().is_none_or(|best| value.cmp(best) == wanted) {
            best = Some(value);
        }
    }
    Ok(best)
}

fn known<'a>(runs: &'a [Run], places: &'a Places) -> impl Iterator<Item = &'a Fraction> {
    runs.iter().flat_map(|run| run.places()).filter_map(|place| places.value(place))
}

fn sum<'a>(mut numbers: impl Iterator<Item = &'a Fraction>) -> Result<Fraction, ArithmeticError> {
    numbers.try_fold(Fraction::ZERO, |sum, number| sum.add(number))
}

/// A tier as its row has it.
struct TierRow {
    over: Fraction,
    up_to: Option<Fraction>,
    price: Fraction,
    fee: Fraction,
}

impl Tiered {
    fn run(&self, column: u16) -> Run {
        Run { sheet: self.sheet, column, first: self.rows.0, last: self.rows.1 }
    }

    fn tiers(&self, places: &Places) -> Vec<TierRow> {
        let at = |row: u32, column: u16| places.value(Place { sheet: self.sheet, row, column }).cloned();
        let columns = self.columns;
        let tier = |row: u32| TierRow {
            over: at(row, columns.over).unwrap_or(Fraction::ZERO),
            up_to: at(row, columns.up_to),
            price: at(row, columns.price).unwrap_or(Fraction::ZERO),
            fee: at(row, columns.fee).unwrap_or(Fraction::ZERO),
        };
        (self.rows.0..=self.rows.1).map(tier).collect()
    }

    fn graduated(&self, places: &Places) -> Result<Option<Fraction>, ArithmeticError> {
        let (Some(amount), Some(per)) = (self.amount.exact(places)?, self.per.exact(places)?) else { return Ok(None) };
        let mut total = Fraction::ZERO;
        for (index, tier) in self.tiers(places).iter().enumerate() {
            if index > 0 && amount.cmp(&tier.over).is_le() {
                break;
            }
            let end = tier.up_to.as_ref().filter(|end| amount.cmp(end).is_gt()).unwrap_or(&amount);
            let part = end.subtract(&tier.over)?.divide(&per)?.multiply(&tier.price)?;
            total = total.add(&part)?.add(&tier.fee)?;
        }
        Ok(Some(total))
    }

    fn volume(&self, places: &Places) -> Result<Option<Fraction>, ArithmeticError> {
        let (Some(amount), Some(per)) = (self.amount.exact(places)?, self.per.exact(places)?) else { return Ok(None) };
        let size = self.size.exact(places)?.unwrap_or(Fraction::ZERO);
        let tiers = self.tiers(places);
        let fits = |tier: &&TierRow| tier.up_to.as_ref().is_none_or(|end| size.cmp(end).is_le());
        let Some(tier) = tiers.iter().find(fits) else { return Ok(Some(Fraction::ZERO)) };
        Ok(Some(amount.divide(&per)?.multiply(&tier.price)?.add(&tier.fee)?))
    }
}

/// How strongly the outermost sign of a text binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binds {
    Sum,
    Product,
    Alone,
}

/// A text that is being written for a sheet.
#[derive(Clone, Copy)]
struct Writing<'p> {
    places: &'p Places,
    sheet: u16,
}

impl Calc {
    /// Its text in a cell of a sheet. Where it may have no number, the word for it is what the cell shows.
    pub(crate) fn text(&self, places: &Places, sheet: u16) -> String {
        let text = Writing { places, sheet }.text(self);
        if self.may_fail(places, true) { format!("IFERROR({text},\"{UNKNOWN}\")") } else { text }
    }

    /// Whether it may compute with a text. Where it only passes one on, as `is_result` says, it does not.
    fn may_fail(&self, places: &Places, is_result: bool) -> bool {
        match self {
            Self::Unknown | Self::Cell(_) | Self::SumOfKnown(_) | Self::SumOfAll(_) => {
                !is_result && self.is_doubtful(places)
            }
            Self::If(_, parts) => {
                let [left, right, then, otherwise] = &**parts;
                [left, right].iter().any(|part| part.may_fail(places, false))
                    || [then, otherwise].iter().any(|part| part.may_fail(places, is_result))
            }
            Self::Volume(tiered) => [&tiered.amount, &tiered.per].iter().any(|part| part.may_fail(places, false)),
            _ => self.parts().into_iter().any(|part| part.may_fail(places, false)),
        }
    }
}

impl Writing<'_> {
    fn text(self, calc: &Calc) -> String {
        self.bound(calc, Binds::Sum)
    }

    /// A part of an operation that binds at least as strongly as `least`, in parentheses if it does not.
    fn bound(self, calc: &Calc, least: Binds) -> String {
        let (text, binds) = self.written(calc);
        if binds < least { format!("({text})") } else { text }
    }

    fn written(self, calc: &Calc) -> (String, Binds) {
        let alone = |text: String| (text, Binds::Alone);
        match calc {
            Calc::Number(number) | Calc::Kept(number) => number_text(number),
            Calc::Unknown => alone(format!("\"{UNKNOWN}\"")),
            Calc::Cell(place) => alone(self.places.written(*place, self.sheet)),
            Calc::Negate(inner) => (format!("-{}", self.bound(inner, Binds::Alone)), Binds::Sum),
            Calc::Binary(operator, parts) => self.operation(*operator, &parts.0, &parts.1),
            Calc::Least(parts) => alone(self.call("MIN", parts)),
            Calc::Most(parts) => alone(self.call("MAX", parts)),
            Calc::Ceil(inner) => (format!("-INT(-{})", self.near(inner)), Binds::Sum),
            Calc::Floor(inner) => alone(format!("INT({})", self.near(inner))),
            Calc::Round(inner, decimals) if *decimals == NEAR => alone(self.near(inner)),
            Calc::Round(inner, decimals) => alone(format!("ROUND({},{decimals})", self.near(inner))),
            Calc::RoundTo(inner, rounding) => self.rounded(inner, *rounding),
            Calc::If(comparison, parts) => {
                let sign = match comparison {
                    Comparison::Less => "<",
                    Comparison::LessOrEqual => "<=",
                    Comparison::Greater => ">",
                    Comparison::GreaterOrEqual => ">=",
                    Comparison::Equal => "=",
                    Comparison::NotEqual => "<>",
                };
                let (left, right) = (self.near(&parts[0]), self.near(&parts[1]));
                alone(format!("IF({left}{sign}{right},{},{})", self.text(&parts[2]), self.text(&parts[3])))
            }
            Calc::Sum(runs) => alone(format!("SUM({})", self.runs(runs))),
            Calc::SumOfKnown(runs) => alone(self.sum_of_known(calc, runs)),
            Calc::SumOfAll(runs) => (self.sum_of_all(calc, runs), Binds::Sum),
            Calc::Graduated(tiered) => self.graduated(tiered),
            Calc::Volume(tiered) => alone(self.volume(tiered)),
        }
    }

    fn operation(self, operator: Operator, left: &Calc, right: &Calc) -> (String, Binds) {
        let (sign, binds, of_right) = match operator {
            Operator::Add => ("+", Binds::Sum, Binds::Sum),
            Operator::Subtract => ("-", Binds::Sum, Binds::Product),
            Operator::Multiply => ("*", Binds::Product, Binds::Product),
            Operator::Divide => ("/", Binds::Product, Binds::Alone),
        };
        // A sign at the start of the right part would stand next to that of the operation.
        let right = match right {
            Calc::Negate(_) | Calc::Ceil(_) => self.bound(right, Binds::Alone),
            _ => self.bound(right, of_right),
        };
        (format!("{}{sign}{right}", self.bound(left, binds)), binds)
    }

    /// A function. An argument that may be a text is added to zero: these functions leave out the texts of cells.
    fn call(self, name: &str, parts: &[Calc]) -> String {
        let argument = |part: &Calc| match part {
            Calc::Cell(place) if self.places.is_doubtful(*place) => format!("{}+0", self.text(part)),
            _ => self.text(part),
        };
        format!("{name}({})", parts.iter().map(argument).collect::<Vec<_>>().join(","))
    }

    /// A number without the errors of binary ones.
    fn near(self, calc: &Calc) -> String {
        match calc {
            Calc::Number(_) => self.bound(calc, Binds::Alone),
            Calc::Cell(place) if self.places.is_given(*place) => self.text(calc),
            _ => format!("ROUND({},{NEAR})", self.text(calc)),
        }
    }

    fn rounded(self, inner: &Calc, rounding: Rounding) -> (String, Binds) {
        let function = match rounding.direction {
            Direction::Nearest => "ROUND",
            Direction::Up => "ROUNDUP",
            Direction::Down => "ROUNDDOWN",
        };
        if let Some(decimals) = power_of_ten(rounding.to) {
            return (format!("{function}({},{decimals})", self.near(inner)), Binds::Alone);
        }
        let step = rounding.to.normalize();
        let steps = inner.clone().over(step.into());
        (format!("{function}({},0)*{step}", self.near(&steps)), Binds::Product)
    }

    fn runs(self, runs: &[Run]) -> String {
        runs.iter().map(|run| self.places.run(*run, self.sheet)).collect::<Vec<_>>().join(",")
    }

    fn sum_of_known(self, calc: &Calc, runs: &[Run]) -> String {
        if let [one] = runs
            && one.first == one.last
        {
            return self.runs(runs);
        }
        let runs = self.runs(runs);
        if calc.is_doubtful(self.places) {
            format!("IF(COUNT({runs})=0,\"{UNKNOWN}\",SUM({runs}))")
        } else {
            format!("SUM({runs})")
        }
    }

    fn sum_of_all(self, calc: &Calc, runs: &[Run]) -> String {
        let sums = runs.chunks(MAX_ARGUMENTS).map(|part| format!("SUM({})", self.runs(part)));
        let sum = sums.collect::<Vec<_>>().join("+");
        if !calc.is_doubtful(self.places) {
            return sum;
        }
        let count = |run: &Run| format!("COUNTIF({},\"{UNKNOWN}\")", self.places.run(*run, self.sheet));
        let counts = runs.iter().map(count).collect::<Vec<_>>().join("+");
        format!("IF({counts}=0,{sum},\"{UNKNOWN}\")")
    }

    /// Each part that is over the start of a tier, up to its end, at its price; and its fee. The first tier has its fee
    /// even if nothing is used.
    fn graduated(self, tiered: &Tiered) -> (String, Binds) {
        let column = |column: u16| self.places.run(tiered.run(column), self.sheet);
        let TierColumns { over, up_to, price, fee } = tiered.columns;
        let (over, up_to, price, fee) = (column(over), column(up_to), column(price), column(fee));
        let (amount, near) = (self.bound(&tiered.amount, Binds::Alone), self.near(&tiered.amount));
        if tiered.rows.0 == tiered.rows.1 {
            let units = self.bound(&tiered.amount.clone().over(tiered.per.clone()), Binds::Product);
            return (format!("{units}*{price}+{fee}"), Binds::Sum);
        }
        let units =
            format!("(({near}>{over})*({near}<={up_to})*({amount}-{over})+({near}>{up_to})*({up_to}-{over}))*{price}");
        let per =
            if tiered.per.is_one() { String::new() } else { format!("/{}", self.bound(&tiered.per, Binds::Alone)) };
        (format!("SUMPRODUCT({units}{per}+(({near}>{over})+({over}=0)>0)*{fee})"), Binds::Alone)
    }

    fn volume(self, tiered: &Tiered) -> String {
        let column = |column: u16| self.places.run(tiered.run(column), self.sheet);
        let TierColumns { over, up_to, price, fee } = tiered.columns;
        let (over, up_to, price, fee) = (column(over), column(up_to), column(price), column(fee));
        let near = self.near(&tiered.size);
        let size = if tiered.size.is_doubtful(self.places) { format!("IFERROR({near},0)") } else { near };
        let amount = tiered.amount.clone().over(tiered.per.clone());
        let amount = self.bound(&amount, Binds::Product);
        format!("SUMPRODUCT(((({size}>{over})+({over}=0))>0)*({size}<={up_to})*({amount}*{price}+{fee}))")
    }
}

/// The exponent by which a function rounds to this step: 2 for `0.01`, -1 for `10`.
fn power_of_ten(step: Decimal) -> Option<i32> {
    let step = step.normalize();
    let decimals = i32::try_from(step.scale()).ok()?;
    let mantissa = step.mantissa();
    let zeros = mantissa.unsigned_abs().checked_ilog10()?;
    (10_i128.checked_pow(zeros)? == mantissa).then(|| decimals - i32::try_from(zeros).unwrap_or_default())
}

/// The digits that a number of a spreadsheet holds.
const DIGITS: usize = 17;

fn number_text(number: &Fraction) -> (String, Binds) {
    let binds = if number.is_negative() { Binds::Sum } else { Binds::Alone };
    if let Some(exact) = number.exact() {
        return (exact.normalize().to_string(), binds);
    }
    let (over, under) = number.in_lowest_terms();
    let (over, under) = (over.to_string(), under.to_string());
    if over.len() < DIGITS && under.len() < DIGITS {
        return (format!("{over}/{under}"), if number.is_negative() { Binds::Sum } else { Binds::Product });
    }
    (number.to_decimal().map_or_else(|_| "0/0".to_owned(), |kept| kept.normalize().to_string()), binds)
}
