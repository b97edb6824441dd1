//! A month as it was planned and as it was billed. Amounts are monthly and in the reporting currency of the stage.

use rust_decimal::Decimal;

use crate::model::words::words;
use crate::model::{ArithmeticError, Fraction, add, subtract};

words! {
    /// Why a month cost something else than planned.
    #[derive(PartialOrd, Ord)]
    pub enum DifferenceCause {
        /// Other prices than those of the plan.
        Price = "price",
        /// Another usage.
        Usage = "usage",
        /// Usage or prices: the bill does not say how much was used in the unit of the plan.
        UsageOrPrice = "usage_or_price",
        /// Another quantity.
        Quantity = "quantity",
        /// Other exchange rates.
        ExchangeRate = "exchange_rate",
        /// Credits, discounts and refunds, less those of the plan.
        Credits = "credits",
        /// Corrections of earlier bills and other adjustments.
        Corrections = "corrections",
        /// Taxes, less those of the plan.
        Tax = "tax",
        /// What no line item stands for.
        NotInPlan = "not_in_plan",
        /// What is planned and not billed, or not yet.
        NotBilled = "not_billed",
        /// What is billed of a line item whose planned cost is not known.
        NotKnown = "plan_not_known",
    }
}

/// What a row of a comparison stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowSubject {
    /// A line item, by its place in the stage.
    LineItem(usize),
    /// Several line items of a vendor, whose bill names none of them.
    Vendor(Vec<usize>),
    /// Charges that no line item stands for.
    NotInPlan,
    /// The taxes.
    Tax,
    /// Rows that were added up, by vendor or category.
    Sum,
}

/// A row: what was planned, what was billed, and why they differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedRow {
    /// What it stands for.
    pub subject: RowSubject,
    /// Its name: that of the line item, or of what was billed.
    pub name: Box<str>,
    /// The vendor, if there is one.
    pub vendor: Option<Box<str>>,
    /// The category of the line item; `None` for what is not in the plan.
    pub category: Option<Box<str>>,
    /// The planned cost after discounts and credits, not rounded; the known part of it if `is_known` is false.
    pub planned: Decimal,
    /// Whether the planned cost is fully known.
    pub is_known: bool,
    /// What was billed up to now; `None` if nothing was.
    pub billed: Option<Decimal>,
    /// What the bill ends at if it goes on by days.
    pub projected: Decimal,
    /// The causes of `billed - planned`, each once and none of them zero; they add up to it.
    pub causes: Vec<(DifferenceCause, Decimal)>,
}

/// A month as it was planned and as it was billed.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The rows: line items in the order of the stage, then what is not in the plan, then the tax.
    pub rows: Vec<ComparedRow>,
    /// The sums of all rows.
    pub total: ComparedRow,
    /// What was billed without taxes.
    pub billed_before_tax: Decimal,
    /// What the bill without taxes ends at.
    pub projected_before_tax: Decimal,
    /// The bill without taxes for each customer of the month; `None` if their number is not recorded, or zero.
    pub cost_per_customer: Option<Fraction>,
    /// The bill without taxes as a share of the revenue of the month; `None` if that is not recorded, or zero.
    pub share_of_mrr: Option<Fraction>,
}

impl RowSubject {
    /// Whether it stands for a line item, alone or with others.
    pub fn has(&self, line_item: usize) -> bool {
        match self {
            Self::LineItem(place) => *place == line_item,
            Self::Vendor(places) => places.contains(&line_item),
            Self::NotInPlan | Self::Tax | Self::Sum => false,
        }
    }
}

impl ComparedRow {
    /// A row without any cost.
    pub(super) fn new(subject: RowSubject, name: &str) -> Self {
        Self {
            subject,
            name: name.into(),
            vendor: None,
            category: None,
            planned: Decimal::ZERO,
            is_known: true,
            billed: None,
            projected: Decimal::ZERO,
            causes: Vec::new(),
        }
    }

    /// What was billed, less what was planned.
    ///
    /// # Errors
    /// A result that is too large.
    pub fn difference(&self) -> Result<Decimal, ArithmeticError> {
        subtract(self.billed.unwrap_or_default(), self.planned)
    }

    /// Adds an amount to a cause; nothing if it is zero.
    pub(super) fn cause(&mut self, cause: DifferenceCause, amount: Decimal) -> Result<(), ArithmeticError> {
        match self.causes.iter_mut().find(|(known, _)| *known == cause) {
            Some((_, sum)) => *sum = add(*sum, amount)?,
            None => self.causes.push((cause, amount)),
        }
        self.causes.retain(|(_, amount)| !amount.is_zero());
        self.causes.sort_by_key(|(cause, _)| *cause);
        Ok(())
    }

    /// Puts what the causes leave of the difference to a cause.
    pub(super) fn rest(&mut self, cause: DifferenceCause) -> Result<(), ArithmeticError> {
        let named = self.causes.iter().try_fold(Decimal::ZERO, |sum, (_, amount)| add(sum, *amount))?;
        self.cause(cause, subtract(self.difference()?, named)?)
    }

    /// Adds another row.
    pub(super) fn add(&mut self, other: &Self) -> Result<(), ArithmeticError> {
        self.planned = add(self.planned, other.planned)?;
        self.is_known &= other.is_known;
        self.projected = add(self.projected, other.projected)?;
        self.billed = match (self.billed, other.billed) {
            (Some(one), Some(two)) => Some(add(one, two)?),
            (one, two) => one.or(two),
        };
        other.causes.iter().try_for_each(|(cause, amount)| self.cause(*cause, *amount))
    }
}

/// By what rows are added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsBy {
    /// Not at all: a row for each line item.
    LineItem,
    /// By vendor.
    Vendor,
    /// By category.
    Category,
}

impl Comparison {
    /// What is planned of the rows that have a bill: only that can be held against what was billed.
    ///
    /// # Errors
    /// A sum that is too large.
    pub fn planned_with_bill(&self) -> Result<Decimal, ArithmeticError> {
        let billed = self.rows.iter().filter(|row| row.billed.is_some());
        billed.map(|row| row.planned).try_fold(Decimal::ZERO, add)
    }

    /// The rows by line item, vendor or category, in the order in which the first of each appears.
    ///
    /// # Errors
    /// A sum that is too large.
    pub fn rows_by(&self, by: RowsBy) -> Result<Vec<ComparedRow>, ArithmeticError> {
        let mut rows: Vec<ComparedRow> = Vec::new();
        for row in &self.rows {
            let name = match by {
                RowsBy::LineItem => {
                    rows.push(row.clone());
                    continue;
                }
                _ if row.subject == RowSubject::Tax => "Tax",
                RowsBy::Vendor => row.vendor.as_deref().unwrap_or("no vendor"),
                RowsBy::Category => row.category.as_deref().unwrap_or("not in the plan"),
            };
            let place = rows.iter().position(|known| *known.name == *name).unwrap_or_else(|| {
                rows.push(ComparedRow::new(RowSubject::Sum, name));
                rows.len() - 1
            });
            rows[place].add(row)?;
        }
        Ok(rows)
    }
}
