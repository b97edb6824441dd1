//! What months really cost: bills are imported, and amounts are typed in.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::diagnostic::{Code, Diagnostic, Failure, Problems};
use crate::model::{ActualMonth, BillSource, BilledCharge, Currency, Money, Month};
use crate::resolve::{
    Bill, BillRequest, CustomersFile, MonthOfBill, check_begun, check_billed_name, check_month, customers_layout,
    latest_month,
};
use crate::view::{ImportChange, ImportedBill, ImportedMonth, ReadMonth};
use crate::workspace::Workspace;

/// What is typed in about a month.
#[derive(Clone, Debug, Default)]
pub struct TypedActuals {
    /// A charge.
    pub charge: Option<BilledCharge>,
    /// The number of customers.
    pub customers: Option<u64>,
    /// The monthly recurring revenue.
    pub mrr: Option<Money>,
}

/// A bill that was read, by the name of its file.
struct ReadBill {
    name: String,
    digest: String,
    bill: Bill,
}

/// Imports bills: their rows, added up, become the sources of their months. A file that is a source already changes nothing;
/// another file of the same name takes the place of the rows that it had in the months of which it has rows.
///
/// # Errors
/// `no-project`, `invalid-bill`, and what is wrong with the files of the months. Nothing is written then.
pub(crate) fn import_bills(
    workspace: &mut Workspace,
    paths: &[PathBuf],
    mut request: BillRequest,
) -> Result<(Vec<ImportedBill>, Vec<PathBuf>), Failure> {
    workspace.require_project()?;
    let mut problems = Problems::default();
    let formats = workspace.bill_layouts(&mut problems);
    request.tags = kept_tags(workspace);
    check_file_names(paths, &mut problems);
    let mut bills = Vec::new();
    if problems.is_empty() {
        for path in paths {
            let read = workspace.read_bill(path, &formats, &request);
            let name = source_name(path);
            bills.extend(problems.keep(read).map(|(bill, digest)| ReadBill { name, digest, bill }));
        }
    }
    if !problems.is_empty() {
        return Err(workspace.failure(problems.into_sorted()));
    }
    let totals = bills.iter().flat_map(|read| read.bill.months.values()).flat_map(|month| &month.totals);
    workspace.check_billed_currencies(totals.map(|total| total.currency)).map_err(|wrong| workspace.failure(wrong))?;
    let months: BTreeSet<Month> = bills.iter().flat_map(|read| read.bill.months.keys().copied()).collect();
    let months: Vec<Month> = months.into_iter().collect();
    let mut imported: Vec<ImportedBill> =
        bills.iter().map(|read| ImportedBill::new(&read.name, &read.bill.format, &read.bill.notes)).collect();
    let written = workspace.change_months(&months, |month| {
        let mut is_changed = false;
        for (read, imported) in bills.iter().zip(&mut imported) {
            let Some(of_month) = put(read, month) else { continue };
            is_changed |= matches!(of_month.change, ImportChange::New | ImportChange::Replaced { .. });
            imported.months.push(of_month);
        }
        is_changed
    });
    written.map(|written| (imported, written)).map_err(|wrong| workspace.failure(wrong))
}

/// The tags of bills that the project keeps.
pub(crate) fn kept_tags(workspace: &Workspace) -> Vec<Box<str>> {
    let settings = workspace.settings.as_ref().and_then(|settings| settings.actuals.as_ref());
    settings.map_or(&[][..], |settings| &settings.tags).iter().map(|tag| tag.value.trim().into()).collect()
}

/// Puts the rows of a bill into a month; `None` if it has none of that month.
fn put(read: &ReadBill, month: &mut ActualMonth) -> Option<ImportedMonth> {
    let of_month = read.bill.months.get(&month.month)?;
    let source = of_month.clone().into_source(&read.name, &read.bill.format, &read.digest);
    let same = month.sources.iter().find(|known| known.digest == source.digest);
    let change = match same {
        // Other tags or columns may be kept by now.
        Some(known) if *known.name == *read.name && *known == with_spans_of(&source, known) => ImportChange::Unchanged,
        Some(known) if *known.name != *read.name => ImportChange::SameAs(known.name.to_string()),
        _ => match month.sources.iter().position(|known| *known.name == *read.name) {
            Some(place) => {
                let before = std::mem::replace(&mut month.sources[place], source);
                ImportChange::Replaced { rows: before.rows, totals: before.totals }
            }
            None => {
                let place = month.sources.partition_point(|known| *known.name < *read.name);
                month.sources.insert(place, source);
                ImportChange::New
            }
        },
    };
    let (rows, charges) = (of_month.rows, of_month.charges.len());
    let others = if matches!(change, ImportChange::SameAs(_)) { Vec::new() } else { others(read, of_month, month) };
    Some(ImportedMonth { month: month.month, rows, charges, totals: of_month.totals.clone(), change, others })
}

/// The other bills of a month that have charges of the same vendors.
fn others(read: &ReadBill, of_month: &MonthOfBill, month: &ActualMonth) -> Vec<String> {
    let vendors: BTreeSet<String> = of_month.charges.iter().map(|charge| charge.product.vendor_id()).collect();
    let is_of_same = |source: &&BillSource| {
        *source.name != *read.name && source.charges.iter().any(|charge| vendors.contains(&charge.product.vendor_id()))
    };
    month.sources.iter().filter(is_of_same).map(|source| source.name.to_string()).collect()
}

/// A source whose charges have the places of those of another, which are no part of what is compared.
fn with_spans_of(source: &BillSource, other: &BillSource) -> BillSource {
    let mut source = source.clone();
    for (charge, known) in source.charges.iter_mut().zip(&other.charges) {
        charge.span = known.span;
    }
    source
}

/// The name by which a bill is known: that of its file, packed or not.
fn source_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    name.strip_suffix(".gz").map(str::to_owned).unwrap_or(name)
}

/// Refuses files that would be one source, and names that cannot be written.
fn check_file_names(paths: &[PathBuf], problems: &mut Problems) {
    let mut known = BTreeSet::new();
    for path in paths {
        let name = source_name(path);
        if name.is_empty() {
            problems.push(Diagnostic::new(Code::NotAFile, format!("`{}` is not a file", path.display())));
            continue;
        }
        if let Err(reason) = check_billed_name(&name) {
            problems.push(Diagnostic::new(Code::InvalidArgument, format!("the name of a bill: {reason}")));
        }
        if !known.insert(name.clone()) {
            let message = format!("two of the bills are called `{name}`, and a bill is known by its name");
            problems.push(Diagnostic::new(Code::InvalidArgument, message).help("rename one of them"));
        }
    }
}

/// Types in a charge, the customers or the revenue of a month. What was typed before of the same product is replaced. Names
/// the file, and gives the amount that was replaced.
///
/// # Errors
/// `no-project`, and what is wrong with the file of the month.
pub(crate) fn add_actuals(
    workspace: &mut Workspace,
    month: Month,
    typed: &TypedActuals,
    today: Date,
) -> Result<(Vec<PathBuf>, Option<Money>), Failure> {
    workspace.require_project()?;
    let amounts = typed.charge.iter().map(|charge| charge.cost).chain(typed.mrr);
    let known = workspace.check_billed_currencies(amounts.map(|amount| amount.currency));
    let known = known.and_then(|()| {
        let has_figures = typed.customers.is_some() || typed.mrr.is_some();
        let checked = if has_figures { check_begun(month, today) } else { check_month(month, latest_month(today)) };
        checked.map_err(|reason| vec![Diagnostic::new(Code::InvalidDate, reason)])
    });
    known.map_err(|wrong| workspace.failure(wrong))?;
    let mut before = None;
    let written = workspace.change_months(&[month], |actual| {
        actual.customers = typed.customers.or(actual.customers);
        actual.mrr = typed.mrr.or(actual.mrr);
        if let Some(charge) = &typed.charge {
            match actual.typed.iter_mut().find(|known| known.product == charge.product) {
                Some(known) => before = Some(std::mem::replace(known, charge.clone()).cost),
                None => actual.typed.push(charge.clone()),
            }
        }
        true
    });
    written.map(|written| (written, before)).map_err(|wrong| workspace.failure(wrong))
}

/// What was read of the customers and the revenue of months.
#[derive(Debug)]
pub(crate) struct ReadCustomers {
    /// The months of the file.
    pub(crate) months: Vec<ReadMonth>,
    /// What is to be said of how it was read, in sentences.
    pub(crate) notes: Vec<String>,
    /// The files that were written.
    pub(crate) written: Vec<PathBuf>,
    /// How many months have a recorded value that would change: nothing was written then.
    pub(crate) refused: usize,
}

/// Records the customers and the revenue of months of a CSV. If a recorded value would change, nothing is written unless
/// `replaces` is set.
///
/// # Errors
/// `no-project`, `invalid-csv`, and what is wrong with the files of the months. Nothing is written then.
pub(crate) fn add_customers(
    workspace: &mut Workspace,
    path: &Path,
    currency: Option<Currency>,
    replaces: bool,
    today: Date,
) -> Result<ReadCustomers, Failure> {
    workspace.require_project()?;
    let settings = workspace.settings.as_ref().and_then(|settings| settings.actuals.as_ref());
    let layout = customers_layout(settings, currency);
    let recorded = Workspace::read_customers(path, &layout, today).and_then(|file| {
        let currencies = file.months.values().filter_map(|figures| figures.mrr);
        workspace.check_billed_currencies(currencies.map(|mrr| mrr.currency))?;
        let months = put_customers(workspace, &file, false)?.0;
        let refused = if replaces { 0 } else { months.iter().filter(|month| month.is_changed()).count() };
        let written = if refused == 0 { put_customers(workspace, &file, true)?.1 } else { Vec::new() };
        Ok(ReadCustomers { months, notes: file.notes, written, refused })
    });
    recorded.map_err(|wrong| workspace.failure(wrong))
}

/// Compares what a file says of its months with what is recorded, and records it if `writes` is set.
fn put_customers(
    workspace: &mut Workspace,
    file: &CustomersFile,
    writes: bool,
) -> Result<(Vec<ReadMonth>, Vec<PathBuf>), Vec<Diagnostic>> {
    let mut read = Vec::new();
    let months: Vec<Month> = file.months.keys().copied().collect();
    let written = workspace.change_months(&months, |actual| {
        let Some(figures) = file.months.get(&actual.month) else { return false };
        let after = (figures.customers.or(actual.customers), figures.mrr.or(actual.mrr));
        let month =
            ReadMonth { month: actual.month, customers: [actual.customers, after.0], mrr: [actual.mrr, after.1] };
        (actual.customers, actual.mrr) = after;
        read.push(month);
        writes && !month.is_unchanged()
    })?;
    Ok((read, written))
}

/// Adds rules for charges, as TOML, to the end of the settings of the project, and names the file.
///
/// # Errors
/// `no-project`, and what is wrong with the settings after that: nothing is written then.
pub(crate) fn add_rules(workspace: &mut Workspace, rules: &str) -> Result<PathBuf, Failure> {
    workspace.require_project()?;
    workspace.add_to_settings(rules).map_err(|wrong| workspace.failure(wrong))
}
