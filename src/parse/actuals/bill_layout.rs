//! The columns of bills: which format a header belongs to, and where each value is.

use crate::model::Currency;

/// What a column of a bill holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillField {
    /// The vendor.
    Vendor,
    /// The service.
    Service,
    /// The vendor's id of what was bought.
    Sku,
    /// A text that may end in such an id in parentheses: `worker (s-2vcpu-4gb)`. Nothing else of it is kept.
    SkuInText,
    /// What was counted.
    Meter,
    /// The type of the resource.
    ResourceType,
    /// The kind of charge, in words that are all known.
    Kind,
    /// A text that may be the word of a kind of charge.
    KindIfKnown,
    /// Whether the row corrects an earlier bill.
    Class,
    /// What was billed.
    Cost,
    /// The tax on what was billed, which is not in it.
    Tax,
    /// The cost in which purchases in advance are spread over their term.
    Effective,
    /// The currency.
    Currency,
    /// The quantity.
    Quantity,
    /// The unit of the quantity; its columns belong to those of the quantity, in the same order.
    Unit,
    /// The month in which it is billed, or a day of it.
    Period,
    /// The first day that the row covers.
    Start,
    /// The moment at which what the row covers ends.
    End,
    /// The last day that the row covers.
    LastDay,
    /// How many rows of a bill it was added up from, by the query of `costplan actuals sql`.
    Rows,
    /// The number of customers of a month.
    Customers,
    /// The monthly recurring revenue of a month.
    Mrr,
    /// Tags, as JSON.
    Tags,
}

impl BillField {
    /// How many fields there are.
    pub(super) const COUNT: usize = Self::Tags as usize + 1;
}

/// The columns of a format.
#[derive(Clone, Debug)]
pub struct BillLayout {
    /// The name of the format: `focus`.
    pub name: Box<str>,
    /// The columns by which a file of the format is known; it has all of them.
    pub signs: Vec<Box<str>>,
    /// The columns of each field: the first one that has a value counts.
    pub columns: Vec<(BillField, Vec<Box<str>>)>,
    /// The vendor of every row, unless a column has it.
    pub vendor: Option<Box<str>>,
    /// The currency of every row, unless a column has it.
    pub currency: Option<Currency>,
    /// Whether numbers have a decimal comma.
    pub has_decimal_comma: bool,
    /// Whether a row without an amount and a currency is a day without costs.
    pub has_empty_days: bool,
}

type Columns = &'static [(BillField, &'static [&'static str])];

/// FOCUS 1.0 to 1.4. The provider has other columns from 1.3 on.
const FOCUS: Columns = &[
    (BillField::Vendor, &["ServiceProviderName", "ProviderName", "InvoiceIssuerName"]),
    (BillField::Service, &["ServiceName"]),
    (BillField::Sku, &["SkuId"]),
    (BillField::Meter, &["SkuMeter"]),
    (BillField::ResourceType, &["ResourceType"]),
    (BillField::Kind, &["ChargeCategory"]),
    (BillField::Class, &["ChargeClass"]),
    (BillField::Cost, &["BilledCost"]),
    (BillField::Effective, &["EffectiveCost"]),
    (BillField::Currency, &["BillingCurrency"]),
    (BillField::Quantity, &["ConsumedQuantity", "PricingQuantity"]),
    (BillField::Unit, &["ConsumedUnit", "PricingUnit"]),
    (BillField::Period, &["BillingPeriodStart"]),
    (BillField::Start, &["ChargePeriodStart"]),
    (BillField::End, &["ChargePeriodEnd"]),
    (BillField::Rows, &["x_CostplanRows"]),
    (BillField::Tags, &["Tags"]),
];

/// The exports of Azure with actual costs: those of enterprise agreements and of customer agreements.
const AZURE: Columns = &[
    (BillField::Service, &["MeterCategory"]),
    (BillField::Sku, &["PartNumber", "MeterId"]),
    (BillField::Meter, &["MeterName"]),
    (BillField::Kind, &["ChargeType"]),
    (BillField::Cost, &["CostInBillingCurrency", "Cost", "PreTaxCost"]),
    (BillField::Currency, &["BillingCurrency", "BillingCurrencyCode", "Currency"]),
    (BillField::Quantity, &["Quantity", "UsageQuantity"]),
    (BillField::Unit, &["UnitOfMeasure"]),
    (BillField::Period, &["BillingPeriodStartDate", "Date", "UsageDateTime"]),
    (BillField::Start, &["Date", "UsageDateTime"]),
    (BillField::LastDay, &["Date", "UsageDateTime"]),
    (BillField::Tags, &["Tags"]),
];

/// The invoices of DigitalOcean.
const DIGITALOCEAN: Columns = &[
    (BillField::Service, &["product"]),
    (BillField::SkuInText, &["description"]),
    (BillField::KindIfKnown, &["product"]),
    (BillField::Cost, &["USD"]),
    (BillField::Quantity, &["hours"]),
    (BillField::Period, &["start"]),
    (BillField::Start, &["start"]),
    (BillField::End, &["end"]),
];

/// The export of costs of OpenAI's dashboard: a row for each day and line item.
const OPENAI: Columns = &[
    (BillField::Service, &["line_item"]),
    (BillField::Cost, &["amount_value"]),
    (BillField::Currency, &["amount_currency"]),
    (BillField::Quantity, &["quantity"]),
    (BillField::Unit, &["quantity_unit"]),
    (BillField::Period, &["start_time_iso"]),
    (BillField::Start, &["start_time_iso"]),
    (BillField::End, &["end_time_iso"]),
];

/// Stripe's itemised fees. A fee counts in the month in which it is taken from the balance.
const STRIPE: Columns = &[
    (BillField::Service, &["product_feature_description"]),
    (BillField::Cost, &["amount"]),
    (BillField::Tax, &["tax"]),
    (BillField::Currency, &["currency"]),
    (BillField::Period, &["balance_transaction_created", "incurred_at"]),
];

impl BillLayout {
    /// The formats that are always known, in the order in which a header is compared with them.
    pub fn known() -> Vec<Self> {
        let azure = Self::of("azure", &["MeterCategory", "ConsumedService"], AZURE);
        let digitalocean = Self::of("digitalocean", &["product", "group_description", "USD"], DIGITALOCEAN);
        let openai = Self::of("openai", &["start_time_iso", "amount_value", "amount_currency"], OPENAI);
        let stripe = Self::of("stripe", &["product_feature_description", "incurred_by", "amount"], STRIPE);
        vec![
            Self::focus(),
            Self { vendor: Some("Microsoft".into()), ..azure },
            Self { vendor: Some("DigitalOcean".into()), currency: Some(Currency::USD), ..digitalocean },
            Self { vendor: Some("OpenAI".into()), has_empty_days: true, ..openai },
            Self { vendor: Some("Stripe".into()), ..stripe },
        ]
    }

    /// FOCUS.
    pub fn focus() -> Self {
        Self::of("focus", &["BilledCost", "BillingPeriodStart"], FOCUS)
    }

    /// The columns of a field.
    pub fn names(&self, field: BillField) -> &[Box<str>] {
        self.columns.iter().find(|(of, _)| *of == field).map_or(&[], |(_, names)| names)
    }

    fn of(name: &str, signs: &[&str], columns: Columns) -> Self {
        let texts = |texts: &[&str]| texts.iter().map(|text| Box::from(*text)).collect();
        Self {
            name: name.into(),
            signs: texts(signs),
            columns: columns.iter().map(|(field, names)| (*field, texts(names))).collect(),
            vendor: None,
            currency: None,
            has_decimal_comma: false,
            has_empty_days: false,
        }
    }

    /// Whether a header has the columns by which the format is known.
    pub(super) fn fits(&self, header: &[String]) -> bool {
        self.signs.iter().all(|sign| place(header, sign).is_some())
    }
}

/// The place of a column in a header, in any case.
pub(super) fn place(header: &[String], name: &str) -> Option<usize> {
    header.iter().position(|column| column.eq_ignore_ascii_case(name))
}
