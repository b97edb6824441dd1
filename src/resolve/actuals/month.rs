//! The file of a month: its charges, which have to add up to its control totals.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    ActualMonth, BillSource, BilledCharge, BilledProduct, ChargeKind, ControlTotal, Money, Month, subtract, sum,
};
use crate::parse::{ActualMonthRaw, AmountRaw, BillSourceRaw, BilledChargeRaw, ControlTotalRaw};
use crate::resolve::check_version;
use crate::source::{Span, Spanned};

/// The first month of which there can be a bill.
const FIRST_YEAR: i16 = 2000;

/// The last month of which there can be a bill: some are for a year to come.
pub fn latest_month(today: Date) -> Month {
    Month::of(today).later(12).unwrap_or_else(|| Month::of(today))
}

/// Checks that a month can be billed by now.
///
/// # Errors
/// Why it cannot.
pub fn check_month(month: Month, latest: Month) -> Result<(), String> {
    if month > latest {
        return Err(format!("the month is {month}, more than a year from now"));
    }
    if month.first_day().year() < FIRST_YEAR {
        return Err(format!("the month is {month}, before the year {FIRST_YEAR}"));
    }
    Ok(())
}

/// Checks that a month has begun, so that it can have customers and revenue.
///
/// # Errors
/// Why it cannot.
pub fn check_begun(month: Month, today: Date) -> Result<(), String> {
    if month > Month::of(today) {
        return Err(format!("{month} has not begun: its customers and its revenue are a plan"));
    }
    check_month(month, latest_month(today))
}

/// Resolves the file of a month, which its name says.
pub fn actual_month(raw: ActualMonthRaw, of_name: Month, problems: &mut Problems) -> ActualMonth {
    check_version(raw.version, problems);
    if raw.month.value != of_name {
        let message = format!("the file is named after {of_name}, and its month is {}", raw.month.value);
        let diagnostic = Diagnostic::at(Code::ConflictingKeys, raw.month.span, message, "another month");
        problems.push(diagnostic.help("name the file after its month: `actuals/2026-10.yaml`"));
    }
    let mut names: Vec<Spanned<String>> = Vec::new();
    for source in &raw.sources {
        match names.iter().find(|name| name.value == source.name.value) {
            Some(first) => {
                let message = format!("the bill `{}` is in the month twice", source.name.value);
                let diagnostic = Diagnostic::at(Code::DuplicateName, source.name.span, message, "again here");
                problems.push(diagnostic.and_at(first.span, "first here"));
            }
            None => names.push(source.name.clone()),
        }
    }
    ActualMonth {
        month: raw.month.value,
        customers: raw.customers.map(|customers| customers.value),
        mrr: raw.mrr.and_then(|mrr| billed_amount(&mrr, problems)),
        sources: raw.sources.into_iter().map(|source| self::source(source, problems)).collect(),
        typed: raw.typed.into_iter().filter_map(|raw| charge(raw, problems)).collect(),
    }
}

fn source(raw: BillSourceRaw, problems: &mut Problems) -> BillSource {
    let place = raw.name.span;
    let before = problems.len();
    let totals: Vec<ControlTotal> = raw.totals.iter().filter_map(|raw| total(raw, problems)).collect();
    let charges: Vec<BilledCharge> = raw.charges.into_iter().filter_map(|raw| charge(raw, problems)).collect();
    let source = BillSource {
        name: raw.name.value.into(),
        format: raw.format.value.into(),
        digest: raw.digest.value.into(),
        rows: raw.rows.value,
        totals,
        through: raw.through.map(|day| day.value),
        charges,
    };
    if problems.len() == before {
        check_totals(&source, place, problems);
    }
    source
}

fn total(raw: &ControlTotalRaw, problems: &mut Problems) -> Option<ControlTotal> {
    let billed = billed_amount(&raw.billed, problems)?;
    let effective = match &raw.effective {
        Some(effective) => Some(billed_amount(effective, problems)?.amount),
        None => None,
    };
    Some(ControlTotal { currency: billed.currency, billed: billed.amount, effective })
}

/// Reports charges that do not add up to the control totals: a line was changed or lost.
fn check_totals(source: &BillSource, place: Span, problems: &mut Problems) {
    // Sums of more than 28 digits are written rounded.
    let tolerance = Decimal::new(1, 6);
    let mut currencies: Vec<_> = source.charges.iter().map(|charge| charge.cost.currency).collect();
    currencies.extend(source.totals.iter().map(|total| total.currency));
    currencies.sort_unstable();
    currencies.dedup();
    for currency in currencies {
        let of_currency = source.charges.iter().filter(|charge| charge.cost.currency == currency);
        let charged = sum(of_currency.map(|charge| charge.cost.amount));
        let billed = sum(source.totals.iter().filter(|total| total.currency == currency).map(|total| total.billed));
        let (Ok(charged), Ok(billed)) = (charged, billed) else { continue };
        if subtract(charged, billed).is_ok_and(|difference| difference.abs() <= tolerance) {
            continue;
        }
        let message = format!(
            "the charges of `{}` add up to {charged} {currency}, and its control total is {billed} {currency}",
            source.name
        );
        let diagnostic = Diagnostic::at(Code::ControlTotal, place, message, "a charge was changed or is missing");
        problems.push(diagnostic.help("import the bill again; type what is not on a bill with `costplan actuals add`"));
    }
}

fn charge(raw: BilledChargeRaw, problems: &mut Problems) -> Option<BilledCharge> {
    let text = |text: Option<Spanned<String>>| text.map(|text| Box::from(text.value));
    let tags = raw.tags.map(|tags| tags.entries).unwrap_or_default();
    let product = BilledProduct {
        vendor: raw.vendor.value.into(),
        service: text(raw.service),
        sku: text(raw.sku),
        meter: text(raw.meter),
        resource_type: text(raw.resource_type),
        tags: tags.into_iter().map(|(name, value)| (name.value.into(), value.value.into())).collect(),
        kind: raw.kind.map_or(ChargeKind::Usage, |kind| kind.value),
        is_correction: raw.correction.unwrap_or(false),
        is_monthly: raw.monthly.unwrap_or(false),
        unit: text(raw.unit),
    };
    let cost = billed_amount(&raw.cost, problems)?;
    let quantity = raw.quantity.map(|quantity| quantity.value);
    Some(BilledCharge { product, cost, quantity, rows: raw.rows.map_or(1, |rows| rows.value), span: raw.span })
}

/// An amount of a bill with its currency, which may be below zero.
pub fn billed_amount(raw: &AmountRaw, problems: &mut Problems) -> Option<Money> {
    let wrong = |message: &str| {
        let diagnostic = Diagnostic::at(Code::InvalidCurrency, raw.span, message, "");
        diagnostic.help("write the amount with the code of its currency: `31.20 EUR`")
    };
    match (raw.currency, &raw.per) {
        (Some(currency), None) => return Some(Money::new(raw.number, currency.code())),
        (None, _) => problems.push(wrong("an amount of a bill needs its currency")),
        (Some(_), Some(_)) => problems.push(wrong("an amount of a bill is that of the month, and not per anything")),
    }
    None
}
