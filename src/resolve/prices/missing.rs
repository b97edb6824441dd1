//! What no price sheet has, and the two ways on: a sheet, or a price in the line item.

use crate::diagnostic::{Code, Diagnostic, Problems, closest};
use crate::resolve::{check_id, is_id};
use crate::source::Spanned;

/// The error for a vendor without a price sheet: the name that was probably meant, or the ways on.
pub fn unknown_vendor<'k>(
    code: Code,
    vendor: Spanned<&str>,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Diagnostic {
    let message = format!("there is no price sheet for the vendor `{}`", vendor.value);
    let diagnostic = Diagnostic::at(code, vendor.span, message, "");
    if let Some(close) = closest(vendor.value, known.clone()) {
        return diagnostic.help(format!("did you mean `{close}`? Otherwise {}", ways_on(vendor.value)));
    }
    if !is_id(vendor.value) {
        return diagnostic.suggest(vendor.value, known);
    }
    diagnostic.help(format!("{}; `costplan prices vendors` lists those that have one", ways_on(vendor.value)))
}

/// The two ways on for what a vendor without a price sheet sells. A text that can be no vendor's id is not repeated.
pub fn ways_on(vendor: &str) -> String {
    let vendor = if is_id(vendor) { vendor } else { "VENDOR" };
    format!(
        "`costplan prices new {vendor}` writes a sheet to fill in, or write its price in the line item: `cost: 20 USD` \
         instead of `sku`"
    )
}

/// Checks the id of a vendor that gets a sheet.
pub fn check_new_vendor(vendor: &Spanned<String>, problems: &mut Problems) {
    check_id(vendor, "a vendor", problems);
    if vendor.value == "fx" {
        let diagnostic = Diagnostic::at(Code::InvalidName, vendor.span, "`fx` is the file of exchange rates", "");
        problems.push(diagnostic.help("`costplan prices export fx` copies the bundled one"));
    }
}

/// The error for a SKU that the sheet of its vendor does not have: the one that was probably meant, or the ways on.
pub(crate) fn unknown_sku<'k>(
    id: &Spanned<String>,
    vendor: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Diagnostic {
    let diagnostic = Diagnostic::at(
        Code::UnknownSku,
        id.span,
        format!("no price sheet has the SKU `{}`", id.value),
        format!("not in pricing/{vendor}.toml"),
    );
    let diagnostic = diagnostic.suggest(&id.value, known.clone());
    if closest(&id.value, known).is_some() {
        return diagnostic;
    }
    let listed = diagnostic.help.as_ref().map(|help| format!("{help}; ")).unwrap_or_default();
    let ways =
        format!("{listed}or add it to pricing/{vendor}.toml, or write its price in the line item: `cost: 20 USD`");
    diagnostic.help(ways)
}
