//! What bills say of the numbers per customer of a plan, as JSON.

use serde::{Serialize, Serializer};

use crate::calculate::{ChargeSays, Evidence};
use crate::model::{Fraction, LinePricing};
use crate::view::actuals::calibration::{AROUND, CalibratedNumber, CalibrationView};
use crate::view::page::number::Number;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct CalibrationJson<'a> {
    schema: &'static str,
    stage: StageJson<'a>,
    currency: String,
    months: Vec<String>,
    left_out: Vec<LeftOutJson<'a>>,
    customers: u64,
    total: Number,
    proposed_total: Number,
    numbers: Vec<NumberJson<'a>>,
    without: Vec<WithoutJson>,
    diff: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct StageJson<'a> {
    id: u32,
    name: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LeftOutJson<'a> {
    month: String,
    reason: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct NumberJson<'a> {
    name: String,
    line: &'a str,
    unit: &'a str,
    plan: Number,
    proposed: Number,
    /// The exact number of the bills, in lowest terms: `1000/3`.
    exact: Option<String>,
    line_item: &'a str,
    meter: &'a str,
    total: Number,
    proposed_total: Number,
    by_hand: Option<&'static str>,
    months: Vec<MonthJson>,
    months_without_usage: Vec<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MonthJson {
    month: String,
    customers: u64,
    usage: Option<Number>,
    value: Option<Number>,
}

/// A number that bills do not say.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct WithoutJson {
    name: String,
    reason: &'static str,
}

fn exact(value: &Fraction, number: &CalibratedNumber) -> Option<String> {
    let (over, under) = value.divide(&number.factor).ok()?.in_lowest_terms();
    Some(if under == 1u8.into() { over.to_string() } else { format!("{over}/{under}") })
}

fn months(says: &ChargeSays, number: &CalibratedNumber) -> Vec<MonthJson> {
    let decimal = |of: &Fraction| of.to_decimal().ok().map(Number);
    let month = |month: &crate::calculate::MonthSays| MonthJson {
        month: month.month.to_string(),
        customers: month.customers,
        usage: decimal(&month.usage),
        value: month.value.divide(&number.factor).ok().and_then(|value| decimal(&value)),
    };
    says.months.iter().map(month).collect()
}

impl Serialize for CalibrationView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stage = self.plan.stage;
        let numbers = self.numbers.iter().map(|number| {
            let says = &number.says;
            let item = &stage.line_items[says.charge.0];
            let meter = match &item.pricing {
                LinePricing::Sku(line) => line.charges[says.charge.1].meter(),
                LinePricing::Cost(_) => "",
            };
            NumberJson {
                name: number.number.name(stage),
                line: &number.line,
                unit: number.unit.trim(),
                plan: Number(number.plan),
                proposed: Number(number.proposed),
                exact: exact(&says.value, number),
                line_item: &item.name,
                meter,
                total: Number(number.totals[0]),
                proposed_total: Number(number.totals[1]),
                by_hand: number.by_hand,
                months: months(says, number),
                months_without_usage: says.without.iter().map(ToString::to_string).collect(),
            }
        });
        let without = self.calibration.numbers.iter().filter_map(|(number, evidence)| {
            let reason = match evidence {
                Evidence::Says(..) => return None,
                Evidence::Disagrees(_) => "charges say different numbers",
                Evidence::Unsaid(reasons) if reasons.is_empty() => "no bill counts it",
                Evidence::Unsaid(_) => "no charge says it alone",
            };
            Some(WithoutJson { name: number.name(stage), reason })
        });
        let left_out = self.plan.left_out.iter();
        CalibrationJson {
            schema: "costplan.calibration.v1",
            stage: StageJson { id: stage.id, name: &stage.name },
            currency: stage.currency.to_string(),
            months: self.plan.months.iter().map(ToString::to_string).collect(),
            left_out: left_out.map(|out| LeftOutJson { month: out.month.to_string(), reason: &out.reason }).collect(),
            customers: self.plan.customers,
            total: Number(self.plan.totals[0]),
            proposed_total: Number(self.plan.totals[1]),
            numbers: numbers.collect(),
            without: without.collect(),
            diff: self.diff(AROUND),
        }
        .serialize(serializer)
    }
}
