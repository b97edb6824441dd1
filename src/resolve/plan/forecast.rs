//! The assumptions of a forecast: checks them and converts amounts into the reporting currency.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    CreditBalance, Currency, CustomerPath, ForecastPlan, Growth, Migration, Month, OnceCost, PrepaidCost, StageChoice,
};
use crate::parse::{AmountRaw, CreditBalanceRaw, ForecastRaw, ListedRaw, MigrationRaw, MonthlyRateRaw, PrepaidRaw};
use crate::resolve::amount;
use crate::resolve::checks::{check_days, not_negative, share};
use crate::resolve::plan::season::{introductory, season};
use crate::resolve::prices::exchange_rates::{Conversions, ExchangeRates};
use crate::source::Spanned;

/// The number of months of a forecast if none is given.
const MONTHS: u64 = 12;
/// The most months of a forecast: 50 years.
const MAX_MONTHS: u64 = 600;
/// The most weeks for which two stages can run in parallel.
const MAX_OVERLAP: Decimal = Decimal::from_parts(4, 0, 0, false, 0);

/// What a forecast is resolved against.
#[derive(Clone, Copy, Debug)]
pub struct ForecastContext<'a> {
    /// The reporting currency.
    pub currency: Currency,
    /// The day whose exchange rates are used; the forecast starts in its month unless it names another.
    pub as_of: Date,
    /// The exchange rates for amounts in other currencies.
    pub rates: &'a ExchangeRates,
    /// Whether the assumptions are complete, so that a missing one is an error.
    pub is_whole: bool,
}

/// Checks the assumptions of a forecast. `listed` are the customers of a file, if one is named.
///
/// Reports every problem; returns `None` if there is one.
pub fn forecast(
    raw: &ForecastRaw,
    listed: Option<Vec<ListedRaw>>,
    context: ForecastContext<'_>,
    problems: &mut Problems,
) -> Option<ForecastPlan> {
    let before = problems.len();
    let first_listed = listed.as_ref().and_then(|listed| listed.first()?.month);
    let start = raw.start.or(first_listed).map_or(Month::of(context.as_of), |month| month.value);
    let customers = customers(raw, listed, start, context.is_whole, problems);
    let known = match &customers {
        Some(CustomerPath::Listed(counts)) => Some(counts.len() as u64),
        _ => None,
    };
    let months = months(raw.months, known, problems);
    if let Some(months) = months.filter(|months| start.later(months - 1).is_none()) {
        let message = format!("{months} months from {start} go beyond the calendar");
        problems.push(match raw.start {
            Some(start) => Diagnostic::at(Code::InvalidDate, start.span, message, "too late"),
            None => Diagnostic::new(Code::InvalidDate, message),
        });
    }
    let mut amounts =
        Amounts { conversions: Conversions::new(context.rates, context.currency, context.as_of), problems };
    let cash = raw.cash.as_ref().map(|cash| amounts.once(cash));
    let other_costs = raw.other_costs.as_ref().map(|costs| amounts.monthly(costs));
    let credits = raw.credits.iter().filter_map(|credit| amounts.credit(credit)).collect();
    let once = raw.once.iter().filter_map(|cost| {
        let (month, reason) = (cost.month.value, cost.reason.value.as_str().into());
        Some(OnceCost { month, amount: amounts.once(&cost.amount)?, reason })
    });
    let once = once.collect();
    let migrations = raw.migrations.iter().filter_map(|migration| amounts.migration(migration)).collect();
    let prepaid = raw.prepaid.iter().filter_map(|item| prepaid(item, amounts.problems)).collect();
    let season = season(raw.season.as_ref(), amounts.problems);
    let introductory = introductory(raw.introductory.as_ref(), amounts.problems);
    let choice = raw.stages.as_ref().map_or(StageChoice::Fit, |stages| StageChoice::named(&stages.value));
    let first_number = first_number(raw.plan_month, amounts.problems);
    let plan = ForecastPlan {
        as_of: context.as_of,
        start,
        months: months?,
        first_number: first_number?,
        customers: customers?,
        is_under_way: false,
        choice,
        cash: cash.flatten(),
        other_costs: other_costs.flatten().unwrap_or_default(),
        credits,
        once,
        migrations,
        prepaid,
        season,
        introductory,
    };
    (problems.len() == before).then_some(plan)
}

/// The number of months of a forecast: the requested number, the length of the list, or 12. Reports a number above the
/// length of the list, or outside 1 to 600.
pub fn months(asked: Option<Spanned<u64>>, listed: Option<u64>, problems: &mut Problems) -> Option<u32> {
    let months = asked.map_or(listed.unwrap_or(MONTHS), |asked| asked.value);
    let mut wrong = |message: String, help: &str| {
        let diagnostic = match asked {
            Some(asked) => Diagnostic::at(Code::InvalidArgument, asked.span, message, "this number"),
            None => Diagnostic::new(Code::InvalidArgument, message),
        };
        problems.push(diagnostic.help(help));
        None
    };
    if let Some(listed) = listed.filter(|listed| *listed < months) {
        let message = format!("the forecast has {months} months, and the customer list has {listed}");
        return wrong(message, "request fewer months, or extend the list");
    }
    if months == 0 || months > MAX_MONTHS {
        return wrong(format!("a forecast can have 1 to {MAX_MONTHS} months"), "request another number");
    }
    u32::try_from(months).ok()
}

/// The number of the first month in the months of the plan.
fn first_number(given: Option<Spanned<u64>>, problems: &mut Problems) -> Option<u32> {
    let Some(given) = given else { return Some(1) };
    let number = u32::try_from(given.value).ok().filter(|number| *number > 0);
    if number.is_none() {
        let message = "the months of a plan count from 1";
        problems.push(Diagnostic::at(Code::InvalidNumber, given.span, message, ""));
    }
    number
}

/// A cost that is prepaid, if its months are in the limits.
fn prepaid(raw: &PrepaidRaw, problems: &mut Problems) -> Option<PrepaidCost> {
    let Some(months) = u32::try_from(raw.months.value).ok().filter(|months| (1..=120).contains(months)) else {
        let message = "a cost can be prepaid for 1 to 120 months";
        problems.push(Diagnostic::at(Code::InvalidNumber, raw.months.span, message, ""));
        return None;
    };
    let line_item = raw.line_item.value.as_str().into();
    Some(PrepaidCost { line_item, months, month: raw.month.map(|month| month.value) })
}

/// The customers month by month: a list, in the file or in the forecast itself, or a rule of growth.
fn customers(
    raw: &ForecastRaw,
    listed: Option<Vec<ListedRaw>>,
    start: Month,
    is_whole: bool,
    problems: &mut Problems,
) -> Option<CustomerPath> {
    let before = problems.len();
    if let (Some(file), Some(first)) = (&raw.customers_file, raw.customers.first()) {
        let message = "customers are listed both here and in a file";
        let diagnostic = Diagnostic::at(Code::ConflictingKeys, first.span, message, "remove this, or the file");
        problems.push(diagnostic.and_at(file.span, "the file"));
    }
    let inline: Vec<ListedRaw> =
        raw.customers.iter().map(|customers| ListedRaw { month: None, customers: *customers }).collect();
    let path = match listed.or((!inline.is_empty()).then_some(inline)) {
        Some(listed) => {
            check_listed(raw, &listed, start, problems);
            CustomerPath::Listed(listed.into_iter().map(|entry| entry.customers.value).collect())
        }
        None => growing(raw, is_whole, problems)?,
    };
    (problems.len() == before).then_some(path)
}

/// Reports a rule of growth beside a list of customers, and a list whose months do not follow each other from the start.
fn check_listed(raw: &ForecastRaw, listed: &[ListedRaw], start: Month, problems: &mut Problems) {
    let of_rule = [
        raw.from.map(|from| from.span),
        raw.growth.map(|growth| growth.span),
        raw.market.map(|market| market.span),
        raw.churn.map(|MonthlyRateRaw(churn)| churn.span),
    ];
    for span in of_rule.into_iter().flatten() {
        let message = "customers are listed month by month, so growth and churn do not apply";
        problems.push(Diagnostic::at(Code::ConflictingKeys, span, message, "remove this, or the list"));
    }
    for (index, entry) in listed.iter().enumerate() {
        let expected = u32::try_from(index).ok().and_then(|index| start.later(index));
        if let Some(month) = entry.month.filter(|month| Some(month.value) != expected) {
            let expected = expected.map_or_else(String::new, |month| month.to_string());
            let message = match index {
                0 => format!("the forecast begins with {expected}, but the list with {}", month.value),
                _ => format!("expected {expected} next in the list, found {}", month.value),
            };
            let diagnostic = Diagnostic::at(Code::InvalidDate, month.span, message, "not the next month");
            problems.push(diagnostic.help("list every month once, starting with the first month of the forecast"));
            return;
        }
    }
}

/// Customers that grow from a number, which only assumptions that are not complete may leave out.
fn growing(raw: &ForecastRaw, is_whole: bool, problems: &mut Problems) -> Option<CustomerPath> {
    let start_of_part = Spanned::new(0, raw.span);
    let Some(from) = raw.from.or((!is_whole).then_some(start_of_part)) else {
        let missing = Diagnostic::new(Code::InvalidArgument, "the number of customers at the start is missing");
        problems.push(missing.help("add `--from N`, or list the customers with `--customers-file FILE`"));
        return None;
    };
    let churn = raw.churn.map(|MonthlyRateRaw(churn)| churn);
    share(churn, "a churn", problems);
    if let Some(market) = raw.market.filter(|market| market.value < from.value) {
        let message = format!("the market has {} customers, but the forecast starts with {}", market.value, from.value);
        problems.push(Diagnostic::at(Code::InvalidNumber, market.span, message, "fewer than at the start"));
    }
    Some(CustomerPath::Growing {
        from: from.value,
        growth: raw.growth.map_or(Growth::Count(Decimal::ZERO), |growth| growth.value),
        market: raw.market.map(|market| market.value),
        churn: churn.map_or(Decimal::ZERO, |churn| churn.value),
    })
}

/// Converts the amounts of a forecast, and checks what they are for.
struct Amounts<'b, 'p> {
    conversions: Conversions<'b>,
    problems: &'p mut Problems,
}

impl Amounts<'_, '_> {
    /// The balance of a credit.
    fn credit(&mut self, raw: &CreditBalanceRaw) -> Option<CreditBalance> {
        check_days("a credit", raw.from, raw.until, self.problems);
        Some(CreditBalance {
            reason: raw.reason.value.as_str().into(),
            amount: self.once(&raw.amount)?,
            vendor: raw.vendor.as_ref().map(|vendor| vendor.value.as_str().into()),
            from: raw.from.map(|day| day.value),
            until: raw.until.map(|day| day.value),
            is_after_tax: raw.after_tax == Some(true),
        })
    }

    /// A migration, with the cost of it and the weeks in which both stages run.
    fn migration(&mut self, raw: &MigrationRaw) -> Option<Migration> {
        let cost = raw.cost.as_ref().map_or(Some(Decimal::ZERO), |cost| self.once(cost));
        let overlap_weeks = not_negative(raw.overlap_weeks, self.problems).unwrap_or_default();
        if let Some(given) = raw.overlap_weeks.filter(|weeks| weeks.value > MAX_OVERLAP) {
            let message = "two stages can run in parallel for at most 4 weeks";
            self.problems.push(Diagnostic::at(Code::InvalidNumber, given.span, message, "longer than 4 weeks"));
        }
        let to = raw.to.and_then(|to| u32::try_from(to.value).ok());
        Some(Migration { to, cost: cost?, overlap_weeks, reason: raw.reason.value.as_str().into() })
    }

    /// Converts an amount that is due once.
    fn once(&mut self, raw: &AmountRaw) -> Option<Decimal> {
        if raw.per.is_some() {
            let message = "this must be a single amount, without a period";
            self.problems.push(Diagnostic::at(
                Code::UnitMismatch,
                raw.span,
                message,
                "remove the slash and the period",
            ));
            return None;
        }
        self.monthly(raw)
    }

    /// Converts a monthly amount.
    fn monthly(&mut self, raw: &AmountRaw) -> Option<Decimal> {
        converted(raw, "this", &mut self.conversions, self.problems)
    }
}

/// Converts a monthly amount into a currency at the rates of a day.
pub fn monthly_amount(
    raw: &AmountRaw,
    what: &str,
    (currency, day): (Currency, Date),
    rates: &ExchangeRates,
    problems: &mut Problems,
) -> Option<Decimal> {
    converted(raw, what, &mut Conversions::new(rates, currency, day), problems)
}

fn converted(
    raw: &AmountRaw,
    what: &str,
    conversions: &mut Conversions<'_>,
    problems: &mut Problems,
) -> Option<Decimal> {
    let number = amount::monthly(raw, what, problems)?;
    let currency = amount::currency(raw.currency, conversions.to(), raw.span, problems)?;
    conversions.convert(number, currency, raw.span, problems)
}
