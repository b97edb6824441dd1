//! `costplan optimize`: which techniques save how much on a stage, and the best set of them.

use std::process::ExitCode;

use crate::app::{self, Focused, FocusedStage, Optimize, Optimized};
use crate::cli::args::{InputArgs, OrFail as _, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::terminal::Terminal;
use crate::model::PlanOrder;
use crate::view::{FocusStage, FocusView, OptimizeView};
use clap::{Args, FromArgMatches as _};

pub(crate) const COMMAND: Command =
    Command { name: "optimize", about: "Find the techniques that save the most on a stage", arguments, run };

#[derive(Clone, Debug, Args)]
struct OptimizeArgs {
    /// The stage by number, name or file stem
    #[arg(required_unless_present = "all_stages")]
    stage: Option<String>,
    /// Rank what the plan says to focus on by what it saves on all stages
    #[arg(long, conflicts_with_all = ["stage", "by", "months"])]
    all_stages: bool,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    /// Order the plan by what is saved, or by what is saved per effort
    #[arg(long, value_enum, default_value = "saving")]
    by: ByArg,
    /// Apply techniques to this share of a line item where no share is given: 30%
    #[arg(long, value_name = "RATE", allow_hyphen_values = true)]
    share: Option<String>,
    /// Look this many months ahead, for terms of a year or more; as many as the project's forecast, or 12, if left out
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    months: Option<String>,
    /// Show everything, as Markdown does
    #[arg(long, help_heading = OUTPUT)]
    details: bool,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum ByArg {
    Saving,
    Effort,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(OptimizeArgs::augment_args(command)).after_help("Without --customers the stage is computed at the number that its manifest is `sized_for`, otherwise at the low end of its range.\n\nExamples:\n  costplan optimize 3 --customers 300 --mrr 15000\n  costplan optimize 3 --customers 300 --by effort --share 30%\n  costplan optimize 3 --set query-optimization.share=40% --format json\n  costplan optimize --all-stages\n  costplan stage 3 --customers 300 --apply spot-gpu,image-optimization")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = OptimizeArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let months = args.months.as_deref().map(|months| workspace.typed("--months", months));
    let months = months.transpose().or_fail(&workspace)?;
    let share = args.share.as_deref().map(|share| workspace.typed("--share", share));
    let share = share.transpose().or_fail(&workspace)?;
    let request = args.settings.request(&args.inputs, invocation.matches, &mut workspace)?;
    let Some(stage) = args.stage.as_deref() else {
        let Focused { stages, savings } = app::focus(&mut workspace, &request, share)?;
        let stages = stages.iter().map(|FocusedStage { stage, offers, costing }| FocusStage { stage, offers, costing });
        let view = FocusView::new(stages.collect(), &savings).detailed(args.details);
        terminal.show_plan(&workspace, &view, args.output.format())?;
        return Ok(ExitCode::SUCCESS);
    };
    let order = match args.by {
        ByArg::Saving => PlanOrder::Saving,
        ByArg::Effort => PlanOrder::Effort,
    };
    workspace.progress = terminal.progress();
    let optimized = app::optimize(&mut workspace, stage, &request, Optimize { order, share, months })?;
    let Optimized { stage, offers, found, opportunities, not_compared } = &optimized;
    let view = OptimizeView::new(stage, offers, found, order)
        .with_opportunities(opportunities, not_compared.as_deref())
        .detailed(args.details);
    terminal.show_plan(&workspace, &view, args.output.format())?;
    Ok(ExitCode::SUCCESS)
}
