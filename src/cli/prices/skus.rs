//! What a vendor sells, listed.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::process::ExitCode;

use jiff::civil::Date;

use crate::cli::args::OrFail as _;
use crate::cli::terminal::Terminal;
use crate::render::Format;
use crate::source::Spanned;
use crate::view::PricesView;
use crate::workspace::Workspace;

/// Lists the SKUs of a vendor with their prices on a day.
pub(super) fn skus_of(
    vendor: &str,
    day: Date,
    workspace: &mut Workspace,
    terminal: &mut Terminal,
    format: Format,
) -> anyhow::Result<ExitCode> {
    let vendor = workspace.typed::<Spanned<String>>("VENDOR", vendor).or_fail(workspace)?;
    let page = FirstPage::new(format == Format::Table);
    let whole = workspace.price_sheets_with(Some(&vendor), Some(&|_, _, skus| page.of(skus))).or_fail(workspace)?;
    let view = PricesView::new(whole.book.skus().map(|sku| &**sku), day, &workspace.sources).before(page.beyond());
    terminal.show(&view, format)?;
    Ok(ExitCode::SUCCESS)
}

/// The SKUs that a table has room for: of a long sheet no others are read.
pub(super) struct FirstPage {
    is_wanted: bool,
    beyond: Cell<usize>,
}

impl FirstPage {
    /// Reads no more than a page if that is wanted.
    pub(super) fn new(is_wanted: bool) -> Self {
        Self { is_wanted, beyond: Cell::new(0) }
    }

    /// The SKUs of a sheet that are read, by their names and texts; `None` for all of them.
    pub(super) fn of(&self, skus: &[(&str, &str)]) -> Option<BTreeSet<String>> {
        if !self.is_wanted || skus.len() <= PricesView::MOST {
            return None;
        }
        // An add-on is not listed.
        let listed: BTreeSet<&str> =
            skus.iter().filter(|(_, text)| !text.contains("addon_to")).map(|(name, _)| *name).collect();
        let read: BTreeSet<String> = listed.iter().take(PricesView::MOST).map(|name| (*name).to_owned()).collect();
        self.beyond.set(self.beyond.get() + listed.len() - read.len());
        Some(read)
    }

    /// How many SKUs were not read.
    pub(super) fn beyond(&self) -> usize {
        self.beyond.get()
    }
}
