//! Price sheets and exchange rates of a project, and of the price book.

pub(crate) mod imports;
pub(crate) mod price_book;
#[cfg(feature = "cli")]
pub(crate) mod price_files;
pub(crate) mod prices;
