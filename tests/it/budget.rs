//! Budgets and their checks.

mod check;
mod check_formats;
mod check_project;
mod one_verdict;
