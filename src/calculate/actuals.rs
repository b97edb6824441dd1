//! What did it really cost? Charges of bills are put to line items, and the difference to the plan is taken apart.

pub(crate) mod bill_checks;
pub(crate) mod billed_stage;
pub(crate) mod calibration;
pub(crate) mod compare;
pub(crate) mod comparison;
pub(crate) mod matching;
pub(crate) mod per_customer;
pub(crate) mod planned_bill;
pub(crate) mod planned_charge;
pub(crate) mod run_rate;
