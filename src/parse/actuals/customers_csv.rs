//! The customers and the revenue of months as CSV: which column has which of them.

use crate::model::Currency;
use crate::parse::actuals::bill::{BillFault, BillHead, check_width};
use crate::parse::actuals::bill_layout::{BillField, place};

/// What a project says of its CSV of customers.
#[derive(Clone, Debug, Default)]
pub struct CustomersLayout {
    /// The columns that it names.
    pub columns: Vec<(BillField, Box<str>)>,
    /// The currency of amounts without one.
    pub currency: Option<Currency>,
    /// Whether numbers have a decimal comma.
    pub has_decimal_comma: bool,
}

/// What is in each column of a CSV of customers, with the words by which a header names it.
const FIELDS: &[(BillField, &str, &str, &[&str])] = &[
    (
        BillField::Period,
        "month",
        "date",
        &[
            "month",
            "date",
            "day",
            "period",
            "year month",
            "billing month",
            "reporting month",
            "month start",
            "month end",
            "month ending",
            "period start",
            "period end",
        ],
    ),
    (
        BillField::Customers,
        "customers",
        "customers",
        &[
            "customers",
            "customer",
            "customer count",
            "customers count",
            "number of customers",
            "no of customers",
            "total customers",
            "active customers",
            "subscribers",
            "active subscribers",
        ],
    ),
    (
        BillField::Mrr,
        "revenue",
        "mrr",
        &["mrr", "total mrr", "monthly recurring revenue", "recurring revenue", "monthly revenue", "revenue"],
    ),
    (BillField::Currency, "currency", "currency", &["currency", "currency code", "mrr currency"]),
];

/// The words of the name of a column in lower case, and the currency that it ends with: `MRR (EUR)`, `mrr_eur`, `MRR in €`.
fn words(column: &str) -> (String, Option<Currency>) {
    let sign = column.split([' ', '(', '[', '_', '-']).map(|part| part.trim_end_matches([')', ']']));
    let mut currency = sign.filter_map(Currency::of_sign).next_back();
    let parts = column.split(|one: char| !one.is_alphanumeric()).filter(|part| !part.is_empty());
    let mut parts: Vec<String> = parts.map(str::to_lowercase).collect();
    if parts.len() > 1
        && let Some(code) = parts.last().and_then(|last| Currency::known(last))
    {
        currency = Some(code);
        parts.pop();
    }
    if currency.is_some() && parts.last().is_some_and(|last| last == "in") {
        parts.pop();
    }
    (parts.join(" "), currency)
}

/// Whether a header is that of a CSV of customers.
pub(super) fn has_customers(header: &[String]) -> bool {
    customers_head(header, &CustomersLayout::default()).is_ok()
}

/// Finds the columns of a CSV of customers, and notes which they are.
///
/// # Errors
/// A header without months, or with neither customers nor revenue, and one in which two columns may be meant.
pub fn customers_head(header: &[String], layout: &CustomersLayout) -> Result<BillHead, BillFault> {
    check_width(header)?;
    let (mut found, mut of_column) = (Vec::new(), None);
    for (field, what, key, names) in FIELDS {
        let named = layout.columns.iter().find(|(of, _)| of == field).map(|(_, name)| name);
        let all: Vec<usize> = match named {
            Some(name) if place(header, name).is_none() => {
                let message = format!("the header has no column `{name}`, which costplan.toml names");
                return Err(BillFault::at(1, message));
            }
            Some(name) => (0..header.len()).filter(|at| header[*at].eq_ignore_ascii_case(name)).collect(),
            None => (0..header.len()).filter(|at| names.contains(&&*words(&header[*at]).0)).collect(),
        };
        match all[..] {
            [] => {}
            [at] => {
                found.push((*field, at));
                if *field == BillField::Mrr {
                    of_column = words(&header[at]).1;
                }
            }
            [first, second, ..] => {
                let message =
                    format!("the columns `{}` and `{}` may both be the {what}", header[first], header[second]);
                return Err(BillFault::at(1, message).help(name_it(key)));
            }
        }
    }
    let has = |field: BillField| found.iter().any(|(of, _)| *of == field);
    if !has(BillField::Period) {
        return Err(BillFault::at(1, "the header has no column with the month").help(name_it("date")));
    }
    if !has(BillField::Customers) && !has(BillField::Mrr) {
        return Err(
            BillFault::at(1, "the header has a column neither of customers nor of MRR").help(name_it("customers"))
        );
    }
    let columns: Vec<String> = found.iter().map(|(_, at)| format!("`{}`", header[*at])).collect();
    let mut head = BillHead::of_columns("customers", &found);
    head.currency = of_column.or(layout.currency);
    head.has_decimal_comma = layout.has_decimal_comma;
    head.notes = vec![format!("Read from the columns {}", columns.join(", "))];
    Ok(head)
}

fn name_it(key: &str) -> String {
    format!("name the column in costplan.toml: `[actuals.customers]` with `columns = {{ {key} = \"...\" }}`")
}
