//! What is made for others to look at.

mod parts;
mod report;
