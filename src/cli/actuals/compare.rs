//! `costplan actuals` alone: the plan of a month against its bills.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app::{self, Request};
use crate::calculate::RowsBy;
use crate::cli::args::{InputArgs, OrFail as _, OutputArgs, SettingArgs, workspace};
use crate::cli::command::{Invocation, OUTPUT};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::model::Month;
use crate::source::Spanned;
use crate::view::ActualCostsView;
use crate::workspace::Workspace;

// Which month is compared with which stage.
#[derive(Clone, Debug, Args)]
pub(super) struct SideArgs {
    /// The month; the last one of which something is recorded if left out
    #[arg(long, value_name = "YYYY-MM")]
    month: Option<String>,
    /// The stage by number, name or file stem; the first that serves the customers of the month if left out
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// Compute the plan at this number of customers instead of that of the month
    #[arg(long, value_name = "N")]
    customers: Option<String>,
    /// Use the prices of the plan of this day instead of today's
    #[arg(long, value_name = "DATE", env = "COSTPLAN_AS_OF", hide_env_values = true)]
    as_of: Option<String>,
    /// Report in this currency instead of the manifest's
    #[arg(long, value_name = "CODE", env = "COSTPLAN_CURRENCY", hide_env_values = true)]
    currency: Option<String>,
}

/// The sides of a comparison as they are requested.
pub(super) struct Sides {
    pub(super) month: Option<Month>,
    pub(super) stage: Option<String>,
    pub(super) request: Request,
}

impl SideArgs {
    /// Reads the arguments.
    pub(super) fn read(self, invocation: &Invocation<'_>, workspace: &mut Workspace) -> Result<Sides, Failure> {
        let settings = SettingArgs::of_day(self.as_of, self.currency);
        let mut request = settings.request(&InputArgs::default(), invocation.matches, workspace)?;
        let month = self.month.as_deref().map(|month| workspace.typed("--month", month)).transpose();
        let month: Option<Spanned<Month>> = month.or_fail(workspace)?;
        let customers = self.customers.as_deref().map(|count| workspace.typed("--customers", count)).transpose();
        let customers: Option<Spanned<u64>> = customers.or_fail(workspace)?;
        request.customers = customers.map(|customers| customers.value).or(request.customers);
        Ok(Sides { month: month.map(|month| month.value), stage: self.stage, request })
    }
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum By {
    LineItem,
    Vendor,
    Category,
}

#[derive(Clone, Debug, Args)]
struct CompareArgs {
    #[command(flatten)]
    sides: SideArgs,
    /// Show a row for each of these
    #[arg(long, value_enum, default_value = "line-item", help_heading = OUTPUT)]
    by: By,
    /// Show every row, also the small ones
    #[arg(long, help_heading = OUTPUT)]
    all: bool,
    /// Show every row with the amount of each cause, and every bill
    #[arg(long, help_heading = OUTPUT)]
    details: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// The command with the arguments of a comparison.
pub(super) fn augmented(command: clap::Command) -> clap::Command {
    CompareArgs::augment_args(command)
}

pub(super) fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = CompareArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    workspace.require_project()?;
    let Sides { month, stage, request } = args.sides.read(invocation, &mut workspace)?;
    let costs = app::actual_costs(&mut workspace, month, stage.as_deref(), &request)?;
    let by = match args.by {
        By::LineItem => RowsBy::LineItem,
        By::Vendor => RowsBy::Vendor,
        By::Category => RowsBy::Category,
    };
    let too_large = |error: crate::model::ArithmeticError| vec![Diagnostic::new(Code::Overflow, error.to_string())];
    let rows = costs.comparison.rows_by(by).map_err(too_large).or_fail(&workspace)?;
    let view = ActualCostsView::new(&costs.month, (&costs.stage, &costs.plan), &costs.comparison, rows, &costs.notes);
    terminal.show_plan(&workspace, &view.listing(args.all).detailed(args.details), args.output.format())?;
    Ok(ExitCode::SUCCESS)
}
