//! What a stage costs.

mod adjustments;
mod amounts;
mod assumptions;
mod autoscaling;
mod bills;
mod differential;
mod exactness;
mod explanations;
mod figures;
mod formulas;
mod independent;
mod inheritance;
mod laws;
mod long_lists;
mod long_numbers;
mod revenue;
mod sized_for;
mod small_amounts;
mod sources;
mod spreadsheets;
mod tags;
mod workbook;
mod worked_examples;
