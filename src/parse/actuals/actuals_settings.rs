//! How bills are read and put to line items: `[actuals]` of `costplan.toml`.

use crate::model::{ChargeKind, Currency};
use crate::parse::syntax::node::{Mapping, table};
use crate::source::Spanned;

table! {
    /// How bills are read and put to line items.
    pub struct ActualsRaw is "`[actuals]`" {
        /// The stage with which bills are compared; otherwise the first one that serves the customers of the month.
        pub stage: Option<Spanned<String>>,
        /// The tags of bills that are kept; no other tag is.
        pub tags: Vec<Spanned<String>>,
        /// Which line item a charge belongs to: the first rule that fits decides.
        pub r#match: Vec<MatchRuleRaw>,
        /// The columns of CSV files of vendors, by a name of your own.
        pub csv: Option<Mapping<CsvLayoutRaw>>,
        /// The columns of the CSV file with the customers and the revenue of months.
        pub customers: Option<CustomersCsvRaw>,
    }
}

table! {
    /// The CSV file with the customers and the revenue of months.
    pub struct CustomersCsvRaw is "the CSV file of customers" {
        /// The currency of amounts without one.
        pub currency: Option<Spanned<Currency>>,
        /// Whether numbers have a decimal comma: `1.234,50`.
        pub decimal_comma: Option<bool>,
        /// The names of the columns that are not called as usual.
        pub columns: Option<CustomersColumnsRaw>,
    }
}

table! {
    /// The columns of the CSV file with the customers and the revenue of months.
    pub struct CustomersColumnsRaw is "the columns of the CSV file of customers" {
        /// The month, or a day of it.
        pub date: Option<Spanned<String>>,
        /// The number of customers.
        pub customers: Option<Spanned<String>>,
        /// The monthly recurring revenue.
        pub mrr: Option<Spanned<String>>,
        /// The currency of the revenue.
        pub currency: Option<Spanned<String>>,
    }
}

table! {
    /// A rule: charges for which everything fits belong to a line item. In a pattern, `*` is any text.
    pub struct MatchRuleRaw is "a rule for charges" {
        /// A pattern of the vendor.
        pub vendor: Option<Spanned<String>>,
        /// A pattern of the service.
        pub service: Option<Spanned<String>>,
        /// A pattern of the vendor's id of what was bought.
        pub sku: Option<Spanned<String>>,
        /// A pattern of what was counted.
        pub meter: Option<Spanned<String>>,
        /// A pattern of the type of the resource.
        pub resource_type: Option<Spanned<String>>,
        /// Patterns of tags that are kept.
        pub tags: Option<Mapping<Spanned<String>>>,
        /// The kind of charge.
        pub kind: Option<Spanned<ChargeKind>>,
        /// The line item, by its name in the stage.
        pub line_item: Spanned<String>,
    }
}

table! {
    /// A CSV file of a vendor.
    pub struct CsvLayoutRaw is "a CSV file of a vendor" {
        /// The vendor of every row.
        pub vendor: Option<Spanned<String>>,
        /// The currency of every row.
        pub currency: Option<Spanned<Currency>>,
        /// Whether numbers have a decimal comma: `1.234,50`.
        pub decimal_comma: Option<bool>,
        /// The names of the columns.
        pub columns: CsvColumnsRaw,
    }
}

table! {
    /// The columns of a CSV file, by what is in them.
    pub struct CsvColumnsRaw is "the columns of a CSV file" {
        /// A day of the month that the row belongs to, or the month: `2026-10`.
        pub date: Spanned<String>,
        /// The last day that the row covers.
        pub until: Option<Spanned<String>>,
        /// The amount.
        pub cost: Spanned<String>,
        /// The tax on the amount, if the amount does not have it.
        pub tax: Option<Spanned<String>>,
        /// The currency.
        pub currency: Option<Spanned<String>>,
        /// The vendor.
        pub vendor: Option<Spanned<String>>,
        /// The service.
        pub service: Option<Spanned<String>>,
        /// The vendor's id of what was bought.
        pub sku: Option<Spanned<String>>,
        /// What was counted.
        pub meter: Option<Spanned<String>>,
        /// What the row is for: usage, purchase, tax, credit or adjustment.
        pub kind: Option<Spanned<String>>,
        /// The quantity.
        pub quantity: Option<Spanned<String>>,
        /// The unit of the quantity.
        pub unit: Option<Spanned<String>>,
    }
}
