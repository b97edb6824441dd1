//! What is made for others to look at.

mod report;
