//! The numbers per customer of a plan against what was billed: what a manifest would be with those of the bills.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::app::actuals::actual_costs::{Sides, sides};
use crate::app::request::Request;
use crate::calculate::{self, COMPUTATIONS, Calibration, ChargeSays, CountedMonth, Evidence, PerCustomer};
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::model::{ActualMonth, Fraction, Inputs, Month, Stage, Unit};
use crate::parse::{LiteralRaw, literals};
use crate::source::{FileId, Span};
use crate::view::{CalibratedFile, CalibratedNumber, LeftOutMonth};
use crate::workspace::Workspace;

/// The significant digits of a number that is proposed; the exact one is a quotient.
const DIGITS: u32 = 6;

/// A plan against the bills of past months.
#[derive(Debug)]
pub struct Calibrated {
    /// The stage.
    pub stage: Stage,
    /// The months that are counted, in order.
    pub months: Vec<Month>,
    /// The months that are not, with the reason.
    pub left_out: Vec<LeftOutMonth>,
    /// What was found.
    pub calibration: Calibration,
    /// The numbers that the bills say, in the order of the calibration.
    pub numbers: Vec<CalibratedNumber>,
    /// The customers at which totals are computed: those of the last month.
    pub customers: u64,
    /// The total of the stage with the numbers of the plan, and with those of the bills.
    pub totals: [Decimal; 2],
    /// The files that would change.
    pub files: Vec<CalibratedFile>,
    /// What these files would be.
    texts: Vec<(FileId, String)>,
}

/// Compares the numbers per customer of a stage with the bills of the months that are over, from `since` on. The stage is
/// the one that is named, that of `[actuals]`, or the first that serves the customers of the last of these months.
///
/// # Errors
/// `no-actuals` if no month has bills and customers, and everything that is wrong with the months, the rules and the stage.
pub fn calibrate(
    workspace: &mut Workspace,
    stage: Option<&str>,
    since: Option<Month>,
    request: &Request,
) -> Result<Calibrated, Failure> {
    calibrated(workspace, stage, since, request).map_err(|wrong| workspace.failure(wrong))
}

/// Writes the files of a calibration, and names them.
///
/// # Errors
/// `file-not-readable`, also if a file was changed since it was read.
#[cfg(feature = "cli")]
pub(crate) fn write_calibrated(
    workspace: &mut Workspace,
    calibrated: &Calibrated,
) -> Result<Vec<std::path::PathBuf>, Failure> {
    workspace.replace_texts(&calibrated.texts).map_err(|wrong| workspace.failure(wrong))
}

fn calibrated(
    workspace: &mut Workspace,
    stage: Option<&str>,
    since: Option<Month>,
    request: &Request,
) -> Result<Calibrated, Vec<Diagnostic>> {
    let mut recorded = Vec::new();
    for month in workspace.recorded_months()? {
        if since.is_none_or(|since| month >= since) {
            recorded.extend(workspace.actual_month(month)?);
        }
    }
    let today = request.as_of.map_or(request.today, |day| day.value).min(request.today);
    let mut left_out = Vec::new();
    let mut counted: Vec<CountedMonth<'_>> = Vec::new();
    for month in &recorded {
        match customers_of(month, today) {
            Ok(customers) => counted.push(CountedMonth { month, customers }),
            Err(reason) => left_out.push(LeftOutMonth { month: month.month, reason }),
        }
    }
    let Some(last) = counted.last() else { return Err(vec![nothing(&left_out)]) };
    let Sides { stage, revenue, customers, rules, .. } = sides(workspace, Some(last.month.month), stage, request)?;
    let charges: usize = counted.iter().map(|counted| counted.month.charges().count()).sum();
    workspace.spend_on(&stage, (charges as u64).saturating_mul(COMPUTATIONS))?;
    let calibration = calculate::calibrate(&stage, &counted, &rules, revenue)?;
    let inputs = Inputs { customers, revenue };
    let mut numbers = Vec::new();
    let mut edits: Vec<(Span, String)> = Vec::new();
    for (number, evidence) in &calibration.numbers {
        let Evidence::Says(says, _) = evidence else { continue };
        let written = Written::of(number, &stage, workspace);
        let found = written.number((number, says), (&stage, inputs), workspace)?;
        if found.by_hand.is_none() && found.proposed != written.number {
            edits.extend(written.literal.as_ref().map(|literal| (literal.span, written.text(found.proposed))));
        }
        numbers.push(found);
    }
    let all: Vec<(&PerCustomer, Fraction)> =
        numbers.iter().map(|number| (&number.number, number.value.clone())).collect();
    let totals = calculate::calibrated_totals(&stage, inputs, &all)?;
    let texts = edited(workspace, edits);
    let files = texts.iter().map(|(file, text)| CalibratedFile {
        name: workspace.sources.name(*file).to_owned(),
        before: workspace.sources.text(*file).to_owned(),
        after: text.clone(),
    });
    let (files, months) = (files.collect(), counted.iter().map(|counted| counted.month.month).collect());
    Ok(Calibrated { stage, months, left_out, calibration, numbers, customers, totals, files, texts })
}

/// The customers of a month that is counted; otherwise why it is not.
fn customers_of(month: &ActualMonth, today: jiff::civil::Date) -> Result<u64, String> {
    if month.charges().next().is_none() {
        return Err("nothing was billed".to_owned());
    }
    if let Some(day) = month.through().filter(|day| *day < month.month.last_day()) {
        return Err(format!("its bills end on {day}"));
    }
    if month.month.last_day() >= today {
        return Err("it is not over".to_owned());
    }
    match month.customers {
        None => Err("its customers are not recorded".to_owned()),
        Some(0) => Err("it has no customers".to_owned()),
        Some(customers) => Ok(customers),
    }
}

fn nothing(left_out: &[LeftOutMonth]) -> Diagnostic {
    let reasons: Vec<String> = left_out.iter().map(|out| format!("{}: {}", out.month, out.reason)).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join("; ")) };
    let message = format!("no month that is over has bills and customers{reasons}");
    Diagnostic::new(Code::NoActuals, message).help(
        "`costplan actuals import FILE` reads bills, and `costplan actuals add --month MONTH --customers N` records customers",
    )
}

/// A number per customer as it is written in a file.
struct Written {
    literal: Option<LiteralRaw>,
    /// The number, without its unit.
    number: Decimal,
    /// How many canonical units one of its units is.
    factor: Fraction,
    /// The digits as they are written, and their file; `None` if the formula is written with escapes or over several lines.
    digits: Option<String>,
    file: FileId,
}

impl Written {
    fn of(number: &PerCustomer, stage: &Stage, workspace: &Workspace) -> Self {
        let formula = number.formula(stage);
        let span = formula.map_or(Span::NOWHERE, |formula| formula.span);
        let text = formula.map(|formula| formula.written(&workspace.sources)).unwrap_or_default();
        let literal = literals(text, span).and_then(|all| all.into_iter().nth(number.nth));
        let literal = literal.filter(|literal| canonical(literal).is_some_and(|value| value == number.value));
        let factor = literal.as_ref().and_then(factor).unwrap_or_else(|| Decimal::ONE.into());
        let value = || number.value.to_decimal().unwrap_or_default();
        let is_in_text = formula.is_some_and(|formula| formula.text.is_none());
        let digits = literal.as_ref().map(|literal| workspace.sources.slice(literal.span).to_owned());
        Self {
            number: literal.as_ref().map_or_else(value, |literal| literal.number),
            factor,
            digits: digits.filter(|_| is_in_text),
            literal,
            file: span.file,
        }
    }

    /// The number with that of the bills, and what it does to the total of the stage.
    fn number(
        &self,
        (number, says): (&PerCustomer, &ChargeSays),
        (stage, inputs): (&Stage, Inputs),
        workspace: &Workspace,
    ) -> Result<CalibratedNumber, Vec<Diagnostic>> {
        let proposed = self.proposed(&says.value);
        let value = self.canonical(proposed);
        Ok(CalibratedNumber {
            number: number.clone(),
            says: says.clone(),
            line: number.formula(stage).map(|formula| workspace.sources.origin(formula.span)).unwrap_or_default(),
            unit: self.unit(),
            factor: self.factor.clone(),
            plan: self.number,
            proposed,
            totals: calculate::calibrated_totals(stage, inputs, &[(number, value.clone())])?,
            value,
            by_hand: self.by_hand(workspace),
        })
    }

    /// The number of the bills in its unit: exact if it has few digits, otherwise rounded.
    fn proposed(&self, value: &Fraction) -> Decimal {
        let in_unit = value.divide(&self.factor).and_then(|value| value.to_decimal()).unwrap_or(self.number);
        let rounded = in_unit.round_sf_with_strategy(DIGITS, RoundingStrategy::MidpointAwayFromZero);
        rounded.unwrap_or(in_unit).normalize()
    }

    fn canonical(&self, number: Decimal) -> Fraction {
        Fraction::from(number).multiply(&self.factor).unwrap_or(Fraction::ZERO)
    }

    fn unit(&self) -> String {
        match &self.literal {
            Some(LiteralRaw { is_percent: true, .. }) => "%".to_owned(),
            Some(LiteralRaw { unit: Some(unit), .. }) => format!(" {unit}"),
            _ => String::new(),
        }
    }

    /// A number with underscores where the one that is written has some.
    fn text(&self, number: Decimal) -> String {
        let plain = number.to_string();
        if !self.digits.as_ref().is_some_and(|digits| digits.contains('_')) {
            return plain;
        }
        let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
        let mut grouped = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                grouped.push('_');
            }
            grouped.push(digit);
        }
        grouped + rest
    }

    /// Why the number has to be changed by hand, if it has to.
    fn by_hand(&self, workspace: &Workspace) -> Option<&'static str> {
        let sources = &workspace.sources;
        if self.digits.is_none() {
            return Some("it is written with escapes or over several lines");
        }
        if sources.is_argument(self.file) {
            return Some("it is set for this run");
        }
        (!workspace.is_own_text(self.file)).then_some("it is in no file of the project on disk")
    }
}

/// How many canonical units one unit of a number is.
fn factor(literal: &LiteralRaw) -> Option<Fraction> {
    let of_unit = literal.unit.as_ref().and_then(|unit| Unit::measured(unit)).map_or(Decimal::ONE, |unit| unit.factor);
    if literal.is_percent { Fraction::new(of_unit, Decimal::ONE_HUNDRED).ok() } else { Some(of_unit.into()) }
}

fn canonical(literal: &LiteralRaw) -> Option<Fraction> {
    Fraction::from(literal.number).multiply(&factor(literal)?).ok()
}

/// The texts with the edits in them; a place that is edited twice, as that of an anchor, is edited once.
fn edited(workspace: &Workspace, mut edits: Vec<(Span, String)>) -> Vec<(FileId, String)> {
    edits.sort_by_key(|(span, _)| (span.file, std::cmp::Reverse(span.start)));
    edits.dedup_by_key(|(span, _)| *span);
    let mut texts: Vec<(FileId, String)> = Vec::new();
    for (span, text) in edits {
        if texts.last().is_none_or(|(file, _)| *file != span.file) {
            texts.push((span.file, workspace.sources.text(span.file).to_owned()));
        }
        if let Some((_, whole)) = texts.last_mut().filter(|(_, whole)| whole.get(span.range()).is_some()) {
            whole.replace_range(span.range(), &text);
        }
    }
    texts
}
