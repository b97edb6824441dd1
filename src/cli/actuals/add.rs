//! `costplan actuals add`: types in what is on no file.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{Args, FromArgMatches as _};

use crate::app::{self, ReadCustomers, TypedActuals};
use crate::cli::args::{OrFail as _, OutputArgs, today, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{BilledCharge, BilledProduct, ChargeKind, Currency, Money, Month};
use crate::parse::AmountRaw;
use crate::resolve;
use crate::source::{Span, Spanned};
use crate::view::CustomersView;
use crate::workspace::Workspace;

pub(super) const COMMAND: Command =
    Command { name: "add", about: "Type in an amount, the customers or the revenue of a month", arguments, run };

#[derive(Clone, Debug, Args)]
struct AddArgs {
    /// The month
    #[arg(long, value_name = "YYYY-MM", required_unless_present = "from")]
    month: Option<String>,
    /// Read the customers and the revenue of months from a CSV with a row for each month
    #[arg(long, value_name = "FILE", conflicts_with_all = ["month", "vendor", "amount", "customers", "mrr"])]
    from: Option<PathBuf>,
    /// Replace recorded values that differ from those of the file
    #[arg(long, requires = "from")]
    replace: bool,
    /// The currency of revenue in the file without one
    #[arg(long, value_name = "CODE", requires = "from")]
    currency: Option<String>,
    /// Who billed it
    #[arg(long, value_name = "NAME", requires = "amount")]
    vendor: Option<String>,
    /// What was billed, with its currency; below zero for what the vendor gives back
    #[arg(long, value_name = "AMOUNT", requires = "vendor", allow_hyphen_values = true)]
    amount: Option<String>,
    /// The service
    #[arg(long, value_name = "NAME", requires = "vendor")]
    service: Option<String>,
    /// The SKU
    #[arg(long, value_name = "SKU", requires = "vendor")]
    sku: Option<String>,
    /// What it is for: usage, purchase, tax, credit or adjustment; credit if the amount is below zero, otherwise usage
    #[arg(long, value_name = "KIND", requires = "vendor")]
    kind: Option<String>,
    /// The number of customers of the month
    #[arg(long, value_name = "N")]
    customers: Option<String>,
    /// The monthly recurring revenue of the month, with its currency
    #[arg(long, value_name = "AMOUNT")]
    mrr: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(AddArgs::augment_args(command)).after_help("It is written to `actuals/2026-10.yaml`. What was typed before for the same vendor, service, SKU and kind is replaced.\n\nA file of `--from` has a column with the month and one with the customers, the MRR or both. If a recorded value would change, it is shown and nothing is written; `--replace` writes it.\n\nExamples:\n  costplan actuals add --month 2026-10 --vendor hetzner --amount 31.20EUR\n  costplan actuals add --month 2026-10 --customers 64 --mrr 6400USD\n  costplan actuals add --from customers.csv --currency USD")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = AddArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    workspace.require_project()?;
    if let Some(path) = &args.from {
        return read(&args, path, &mut workspace, terminal);
    }
    if invocation.matches.value_source("format") == Some(ValueSource::CommandLine) {
        anyhow::bail!("--format needs --from: what is typed in is only recorded");
    }
    let (month, typed) = typed(&args, &mut workspace).or_fail(&workspace)?;
    let (files, before) = app::add_actuals(&mut workspace, month, &typed, today())?;
    let mut said = Vec::new();
    if let Some(charge) = &typed.charge {
        let instead = before.map(|before| format!(", instead of {} {}", before.amount, before.currency));
        let Money { amount, currency, .. } = charge.cost;
        said.push(format!("{} billed {amount} {currency}{}", charge.product.vendor, instead.unwrap_or_default()));
    }
    said.extend(typed.customers.map(|customers| format!("{customers} customers")));
    said.extend(typed.mrr.map(|mrr| format!("{} {} of revenue", mrr.amount, mrr.currency)));
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    terminal.text(&format!("{month}: {}\nRecorded in {}\n", said.join(", "), files.join(", ")))?;
    Ok(ExitCode::SUCCESS)
}

/// Reads the customers and the revenue of months from a file, and shows them.
fn read(args: &AddArgs, path: &Path, workspace: &mut Workspace, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let currency = args.currency.as_deref().map(|code| workspace.typed("--currency", code));
    let currency: Option<Spanned<Currency>> = currency.transpose().or_fail(workspace)?;
    let currency = currency.map(|currency| currency.value);
    let ReadCustomers { months, notes, written, refused } =
        app::add_customers(workspace, path, currency, args.replace, today())?;
    let files: Vec<String> = written.iter().map(|file| file.display().to_string()).collect();
    let file = path.display().to_string();
    terminal.show(&CustomersView::new(&file, &months, &notes, &files, refused == 0), args.output.format())?;
    if refused > 0 {
        let message = format!("months whose recorded values would change: {refused}; nothing was written");
        let refusal =
            Diagnostic::new(Code::InvalidArgument, message).help("write the values of the file with `--replace`");
        return Err(workspace.failure(vec![refusal]).into());
    }
    Ok(ExitCode::SUCCESS)
}

/// What the flags say. Reports every error.
fn typed(args: &AddArgs, workspace: &mut Workspace) -> Result<(Month, TypedActuals), Vec<Diagnostic>> {
    let mut problems = Problems::default();
    let month = args.month.as_deref().map(|month| workspace.typed("--month", month));
    let month: Option<Spanned<Month>> = month.and_then(|month| problems.keep(month));
    let customers = args.customers.as_deref().map(|count| workspace.typed("--customers", count));
    let customers: Option<Spanned<u64>> = customers.and_then(|customers| problems.keep(customers));
    let mrr = money("--mrr", args.mrr.as_deref(), workspace, &mut problems);
    if let Some(negative) = mrr.filter(|mrr| mrr.amount.is_sign_negative() && !mrr.amount.is_zero()) {
        let message = format!("the revenue of a month is not below zero: {}", negative.amount);
        problems.push(Diagnostic::new(Code::NegativeAmount, message));
    }
    let amount = money("--amount", args.amount.as_deref(), workspace, &mut problems);
    let kind = args.kind.as_deref().map(|kind| workspace.typed("--kind", kind));
    let kind: Option<Spanned<ChargeKind>> = kind.and_then(|kind| problems.keep(kind));
    let mut name = |flag: &str, name: Option<&String>| {
        let read: Result<Spanned<String>, _> = workspace.typed(flag, name?);
        let read = problems.keep(read)?;
        match resolve::check_billed_name(&read.value) {
            Ok(()) => Some(read.value.trim().into()),
            Err(reason) => {
                problems.push(Diagnostic::at(Code::InvalidName, read.span, reason, ""));
                None
            }
        }
    };
    let vendor: Option<Box<str>> = name("--vendor", args.vendor.as_ref());
    let (service, sku) = (name("--service", args.service.as_ref()), name("--sku", args.sku.as_ref()));
    let charge = vendor.zip(amount).map(|(vendor, cost)| {
        let given_back = cost.amount.is_sign_negative() && !cost.amount.is_zero();
        let usual = if given_back { ChargeKind::Credit } else { ChargeKind::Usage };
        let kind = kind.map_or(usual, |kind| kind.value);
        // A bill that is typed in is that of a whole month.
        let product = BilledProduct { service, sku, is_monthly: true, ..BilledProduct::of_vendor(vendor, kind) };
        BilledCharge { product, cost, quantity: None, rows: 1, span: Span::NOWHERE }
    });
    let typed = TypedActuals { charge, customers: customers.map(|customers| customers.value), mrr };
    let is_empty = args.vendor.is_none() && args.customers.is_none() && args.mrr.is_none();
    if is_empty {
        let missing = Diagnostic::new(Code::InvalidArgument, "nothing is typed in about the month");
        problems.push(missing.help("add `--vendor NAME --amount AMOUNT`, `--customers N` or `--mrr AMOUNT`"));
    }
    match month {
        Some(month) if problems.is_empty() => Ok((month.value, typed)),
        _ => Err(problems.into_sorted()),
    }
}

/// An amount with its currency.
fn money(flag: &str, text: Option<&str>, workspace: &mut Workspace, problems: &mut Problems) -> Option<Money> {
    let raw: Option<AmountRaw> = problems.keep(workspace.typed(flag, text?));
    resolve::billed_amount(&raw?, problems)
}
