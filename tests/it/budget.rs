//! Budgets and their checks.

mod check;
mod check_formats;
mod check_project;
mod comments;
mod not_checked;
mod one_verdict;
mod periods;
mod places;
