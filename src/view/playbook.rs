//! What is shown of checklists, reviews and runbooks.

pub(crate) mod checklist;
pub(crate) mod checklist_status;
pub(crate) mod review;
mod review_bill;
pub(crate) mod review_month;
pub(crate) mod runbook;
pub(crate) mod saving_words;
