//! A plan as rows of FOCUS, the format in which providers export their bills (<https://focus.finops.org>).
//!
//! The columns are one list: each with the versions of FOCUS that have it, its type, and its value in a row. What FOCUS has no
//! column for begins with `x_Costplan`.

use std::borrow::Cow;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::calculate::{BillPrice, PlannedBill, PlannedCharge};
use crate::model::{
    ChargeKind, ChargeLine, Currency, Fraction, LineItem, LinePricing, Month, Stage, add, exact_product,
};
use crate::view::actuals::focus_services::{OTHER, Service, service};
use crate::view::page::finding::{unknown_in_stage, unknown_names};
use crate::view::page::typed_table::{ColumnType, TypedTable, TypedValue};

/// A version of FOCUS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FocusVersion {
    /// FOCUS 1.2.
    V1_2,
    /// FOCUS 1.4.
    V1_4,
}

impl FocusVersion {
    /// The versions by name.
    pub const WORDS: [(&'static str, Self); 2] = [("1.2", Self::V1_2), ("1.4", Self::V1_4)];
}

/// What a plan expects to be billed in a month.
#[derive(Debug)]
pub struct PlannedMonth {
    /// The month.
    pub month: Month,
    /// The number of customers.
    pub customers: u64,
    /// The stage, with the bill that it expects; `None` if no stage runs.
    pub stage: Option<(Stage, PlannedBill)>,
    /// Costs of this month alone, with what they are for, in the reporting currency.
    pub once: Vec<(&'static str, Decimal)>,
    /// The reporting currency.
    pub currency: Currency,
}

impl PlannedMonth {
    /// Which costs are unknown, in a sentence without a full stop; `None` if all are known.
    pub fn unknown(&self) -> Option<String> {
        let (stage, bill) = self.stage.as_ref()?;
        unknown_in_stage(stage, std::slice::from_ref(&bill.costing))
    }
}

/// The name of the account that a plan bills to.
const ACCOUNT: &str = "costplan";

/// The provider of what a plan names no vendor for.
const NO_VENDOR: &str = "Unspecified";

/// A row.
struct Row<'v> {
    month: &'v PlannedMonth,
    plan: &'v str,
    stage: Option<(&'v Stage, &'v PlannedBill)>,
    item: Option<&'v LineItem>,
    line: Option<&'v ChargeLine>,
    charge: Cow<'v, PlannedCharge>,
    /// The place of the row among those of its charge.
    part: usize,
    /// What a cost of one month is for.
    once: Option<&'static str>,
}

/// The rows of months in a version of FOCUS. `plan` is the name of the plan.
pub fn focus<'v>(months: &'v [PlannedMonth], version: FocusVersion, plan: &'v str) -> TypedTable<'v> {
    let columns: Vec<&FocusColumn> = COLUMNS.iter().filter(|column| column.versions.contains(&version)).collect();
    let rows = months.iter().flat_map(|month| rows(month, plan));
    let values = |row: Row<'v>| columns.iter().map(|column| (column.value)(&row)).collect();
    TypedTable {
        rows: rows.map(values).collect(),
        columns: columns.iter().map(|column| (column.name, column.kind)).collect(),
    }
}

fn rows<'v>(month: &'v PlannedMonth, plan: &'v str) -> Vec<Row<'v>> {
    let mut rows: Vec<Row<'v>> = Vec::new();
    let stage = month.stage.as_ref().map(|(stage, bill)| (stage, bill));
    for charge in stage.iter().flat_map(|(_, bill)| &bill.charges) {
        let item = charge.line_item.and_then(|place| stage?.0.line_items.get(place));
        let line = charge.charge.and_then(|place| item?.charges().get(place));
        let is_same = |row: &&Row<'_>| row.charge.line_item == charge.line_item && row.charge.charge == charge.charge;
        let part = rows.last().filter(is_same).map_or(0, |row| row.part + 1);
        rows.push(Row { month, plan, stage, item, line, charge: Cow::Borrowed(charge), part, once: None });
    }
    for (what, amount) in &month.once {
        let charge = Cow::Owned(PlannedCharge::once(*amount, month.currency));
        rows.push(Row { month, plan, stage, item: None, line: None, charge, part: 0, once: Some(what) });
    }
    rows
}

type Value<'v> = TypedValue<'v>;

/// A column of FOCUS.
struct FocusColumn {
    name: &'static str,
    versions: &'static [FocusVersion],
    kind: ColumnType,
    value: for<'r, 'v> fn(&'r Row<'v>) -> Value<'v>,
}

const BOTH: &[FocusVersion] = &[FocusVersion::V1_2, FocusVersion::V1_4];
const OLD: &[FocusVersion] = &[FocusVersion::V1_2];
const NEW: &[FocusVersion] = &[FocusVersion::V1_4];

/// Declares the columns: the versions, the type, the name and the value.
macro_rules! columns {
    ($($versions:ident $kind:ident $name:literal => $value:expr;)*) => {
        &[$(FocusColumn { name: $name, versions: $versions, kind: ColumnType::$kind, value: $value }),*]
    };
}

/// The columns, in the order of their names; those that are not of FOCUS come last.
const COLUMNS: &[FocusColumn] = columns! {
    BOTH Number "BilledCost" => |row| number(row.charge.cost);
    BOTH Text "BillingAccountId" => |_| Value::Text(ACCOUNT.into());
    BOTH Text "BillingAccountName" => |row| Value::Text(row.plan.into());
    BOTH Text "BillingAccountType" => |_| Value::Text("Plan".into());
    BOTH Text "BillingCurrency" => |row| Value::Text(row.month.currency.as_str().to_owned().into());
    BOTH Moment "BillingPeriodEnd" => |row| row.end();
    BOTH Moment "BillingPeriodStart" => |row| Value::Moment(row.month.month.first_day());
    BOTH Text "ChargeCategory" => |row| Value::Text(row.category().into());
    BOTH Text "ChargeClass" => |_| Value::Empty;
    BOTH Text "ChargeDescription" => |row| Value::Text(row.description().into());
    BOTH Text "ChargeFrequency" => |row| Value::Text(row.frequency().into());
    BOTH Moment "ChargePeriodEnd" => |row| row.end();
    BOTH Moment "ChargePeriodStart" => |row| Value::Moment(row.month.month.first_day());
    BOTH Number "ConsumedQuantity" => |row| number(row.charge.consumed);
    BOTH Text "ConsumedUnit" => |row| text(row.charge.consumed.and_then(|_| row.unit()));
    BOTH Number "ContractedCost" => |row| number(row.charge.cost);
    BOTH Number "ContractedUnitPrice" => |row| row.price(|price| Some(price.contracted));
    BOTH Number "EffectiveCost" => |row| number(row.charge.cost);
    NEW Text "HostProviderName" => |row| Value::Text(row.vendor());
    BOTH Text "InvoiceIssuerName" => |row| Value::Text(row.vendor());
    BOTH Number "ListCost" => |row| row.list_cost();
    BOTH Number "ListUnitPrice" => |row| row.price(|price| Some(price.list));
    BOTH Text "PricingCategory" => |row| text(row.is_bought().then_some("Standard"));
    BOTH Text "PricingCurrency" => |row| Value::Text(row.charge.currency.as_str().to_owned().into());
    BOTH Number "PricingCurrencyContractedUnitPrice" => |row| row.price(|price| Some(price.native));
    BOTH Number "PricingCurrencyEffectiveCost" => |row| row.native_cost();
    BOTH Number "PricingCurrencyListUnitPrice" => |row| row.price(|price| Some(price.native_list));
    BOTH Number "PricingQuantity" => |row| row.price(|price| Some(price.quantity));
    BOTH Text "PricingUnit" => |row| text(row.pricing_unit());
    OLD Text "ProviderName" => |row| Value::Text(row.vendor());
    OLD Text "PublisherName" => |row| Value::Text(row.vendor());
    BOTH Text "ServiceCategory" => |row| Value::Text(row.service().0.into());
    BOTH Text "ServiceName" => |row| Value::Text(row.service_name());
    NEW Text "ServiceProviderName" => |row| Value::Text(row.vendor());
    BOTH Text "ServiceSubcategory" => |row| Value::Text(row.service().1.into());
    BOTH Text "SkuId" => |row| text(row.sku());
    BOTH Text "SkuMeter" => |row| text(row.line.map(ChargeLine::meter));
    BOTH Text "SkuPriceId" => |row| text(row.sku_price());
    BOTH Text "Tags" => |row| text(row.tags());
    BOTH Number "x_CostplanBuffer" => |row| number(Some(row.charge.buffer));
    BOTH Text "x_CostplanCategory" => |row| text(row.plan_category());
    BOTH Count "x_CostplanCustomers" => |row| Value::Number(row.month.customers.into());
    BOTH Text "x_CostplanLineItem" => |row| text(row.item.map(|item| &*item.name));
    BOTH Truth "x_CostplanPlanned" => |_| Value::Truth(true);
    BOTH Number "x_CostplanPlannedCost" => |row| number(row.planned_cost());
    BOTH Number "x_CostplanRounding" => |row| number(Some(row.charge.rounding));
    BOTH Text "x_CostplanScenario" => |row| text(row.stage.and_then(|(stage, _)| Some(&*stage.scenario.as_deref()?.name)));
    BOTH Text "x_CostplanStage" => |row| text(row.stage.map(|(stage, _)| &*stage.name));
    BOTH Text "x_CostplanUnknown" => |row| text(row.unknown());
};

fn number(number: Option<Decimal>) -> Value<'static> {
    number.map_or(Value::Empty, Value::Number)
}

fn text<'v>(text: Option<impl Into<Cow<'v, str>>>) -> Value<'v> {
    text.map_or(Value::Empty, |text| Value::Text(text.into()))
}

impl<'v> Row<'v> {
    /// The first moment after the month.
    fn end(&self) -> Value<'v> {
        let last: Date = self.month.month.last_day();
        Value::Moment(last.tomorrow().unwrap_or(last))
    }

    fn category(&self) -> &'static str {
        match self.charge.kind {
            ChargeKind::Usage => "Usage",
            ChargeKind::Purchase => "Purchase",
            ChargeKind::Tax => "Tax",
            ChargeKind::Credit => "Credit",
            ChargeKind::Adjustment => "Adjustment",
        }
    }

    fn frequency(&self) -> &'static str {
        match (self.charge.kind, self.once) {
            (ChargeKind::Usage, _) => "Usage-Based",
            (_, Some(_)) => "One-Time",
            _ => "Recurring",
        }
    }

    /// Whether something is bought or used.
    fn is_bought(&self) -> bool {
        matches!(self.charge.kind, ChargeKind::Usage | ChargeKind::Purchase)
    }

    fn description(&self) -> String {
        let sku = self.item.and_then(LineItem::sku);
        let meter = self.line.map(ChargeLine::meter);
        let name = self.item.map(|item| &*item.name).or(self.once);
        let parts = [name, sku, meter, self.charge.label.as_deref()];
        let parts = parts.into_iter().flatten().chain(self.charge.cost.is_none().then_some("cost unknown"));
        parts.collect::<Vec<_>>().join(", ")
    }

    fn vendor(&self) -> Cow<'v, str> {
        self.item.and_then(LineItem::vendor).unwrap_or(NO_VENDOR).into()
    }

    /// The unit that the charge counts.
    fn unit(&self) -> Option<&'v str> {
        self.line.and_then(|line| line.charge.unit.as_ref()).map(|unit| &*unit.label)
    }

    fn pricing_unit(&self) -> Option<Cow<'v, str>> {
        let price = self.charge.price.as_ref()?;
        let unit = || self.unit().unwrap_or(self.charge.currency.as_str()).to_owned();
        Some(if price.per.is_zero() {
            "Month".into()
        } else if price.per == Decimal::ONE {
            unit().into()
        } else {
            format!("{} {}", price.per.normalize(), unit()).into()
        })
    }

    /// Something of the price.
    fn price(&self, of: impl Fn(&BillPrice) -> Option<Decimal>) -> Value<'v> {
        number(self.charge.price.as_ref().and_then(of))
    }

    /// The cost in the currency of the vendor.
    fn native_cost(&self) -> Value<'v> {
        let of_price = |price: &BillPrice| exact_product(price.native, price.quantity);
        let Some(native) = self.charge.price.as_ref().and_then(of_price) else {
            let rate = self.stage.and_then(|(stage, _)| stage.rate(self.charge.currency));
            let back = |cost: Decimal| match rate {
                Some(rate) => rate.convert_back(&Fraction::from(cost)).ok()?.to_decimal().ok(),
                None => Some(cost),
            };
            return number(self.charge.cost.and_then(back));
        };
        number(Some(native))
    }

    fn list_cost(&self) -> Value<'v> {
        let of_price = |price: &BillPrice| exact_product(price.list, price.quantity);
        number(self.charge.price.as_ref().and_then(of_price).or(self.charge.cost))
    }

    fn plan_category(&self) -> Option<&'v str> {
        Some(self.stage?.0.category(self.item?.category))
    }

    fn service(&self) -> Service {
        let of_sku = self.item.and_then(|item| match &item.pricing {
            LinePricing::Sku(line) => line.sku.category.as_deref(),
            LinePricing::Cost(_) => None,
        });
        self.plan_category().and_then(service).or_else(|| of_sku.and_then(service)).unwrap_or(OTHER)
    }

    fn service_name(&self) -> Cow<'v, str> {
        match self.item.map(|item| (&item.pricing, &item.name)) {
            Some((LinePricing::Sku(line), _)) => line.sku.name.as_deref().unwrap_or(&line.sku.id).into(),
            Some((LinePricing::Cost(_), name)) => (&**name).into(),
            None => match self.charge.kind {
                ChargeKind::Tax => "Tax".into(),
                _ => self.once.unwrap_or(NO_VENDOR).into(),
            },
        }
    }

    /// The SKU; what has none is identified by its name.
    fn sku(&self) -> Option<&'v str> {
        self.item.map(|item| item.sku().unwrap_or(&item.name)).or(self.once)
    }

    /// The price of the SKU.
    fn sku_price(&self) -> Option<String> {
        self.charge.price.as_ref()?;
        let meter = self.line.map(|line| format!("#{}", line.meter())).unwrap_or_default();
        let part = if self.part > 0 { format!(":{}", self.part + 1) } else { String::new() };
        Some(format!("{}{meter}{part}", self.sku()?))
    }

    fn tags(&self) -> Option<String> {
        let (stage, _) = self.stage?;
        let tags: serde_json::Map<String, serde_json::Value> =
            stage.tags_of(self.item?).map(|(name, value)| (name.to_owned(), value.into())).collect();
        (!tags.is_empty()).then(|| serde_json::Value::Object(tags).to_string())
    }

    /// The cost with the buffer and the roundings of the plan.
    fn planned_cost(&self) -> Option<Decimal> {
        let PlannedCharge { cost, rounding, buffer, .. } = &*self.charge;
        add(add((*cost)?, *rounding).ok()?, *buffer).ok()
    }

    /// What the cost depends on, where it is unknown.
    fn unknown(&self) -> Option<String> {
        let (_, bill) = self.stage?;
        let line = bill.costing.line_items.get(self.charge.line_item?)?;
        let item = self.item?;
        self.charge.cost.is_none().then(|| unknown_names(item, &line.unknown))
    }
}
