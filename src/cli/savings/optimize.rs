//! `costplan optimize`: which techniques save how much on a stage, and the best set of them.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};
use rust_decimal::Decimal;

use crate::calculate::{self, CheapestStage, Market, TechniqueSaving};
use crate::cli::args::{InputArgs, OrFail as _, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::Diagnostic;
use crate::model::{Inputs, PlanOrder, Revenue, Stage, TechniqueOffer};
use crate::resolve::{self, Request};
use crate::source::Spanned;
use crate::view::OptimizeView;
use crate::workspace::{Selection, Workspace};

pub(crate) const COMMAND: Command = Command {
    name: "optimize",
    about: "Find which techniques save how much on a stage, and the best set of them",
    arguments,
    run,
};

#[derive(Clone, Debug, Args)]
struct OptimizeArgs {
    /// The stage by number, name or file stem
    stage: String,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    /// Order the plan by what is saved, or by what is saved for the effort
    #[arg(long, value_enum, default_value = "saving")]
    by: ByArg,
    /// Take techniques of which nobody says on how much of a line item to be about this share of it: 30%
    #[arg(long, value_name = "RATE", allow_hyphen_values = true)]
    share: Option<String>,
    /// Take so many months to lie ahead, for terms of a year or more: those of the project's forecast, or 12
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    months: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum ByArg {
    Saving,
    Effort,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(OptimizeArgs::augment_args(command)).after_help("Without --customers the stage is computed at the low end of its range.\n\nExamples:\n  costplan optimize 3 --customers 300 --mrr 15000\n  costplan optimize 3 --customers 300 --by effort --share 30%\n  costplan optimize 3 --set query-optimization.share=40% --format json\n  costplan stage 3 --customers 300 --apply spot-gpu,image-optimization")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = OptimizeArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let scenario = args.settings.scenario(&args.inputs, invocation.matches, &mut workspace).or_fail(&mut workspace)?;
    let months = workspace.months_ahead(args.months.as_deref(), scenario.forecast.as_ref()).or_fail(&mut workspace)?;
    let assumed = args.share.as_deref().map(|share| workspace.argument("--share", share));
    let assumed = assumed.transpose().and_then(resolve::assumed_share).or_fail(&mut workspace)?;
    let offered = offered(&args.stage, scenario.request, assumed, &mut workspace).or_fail(&mut workspace)?;
    let Offered { stage, revenue, request, offers } = offered;
    let customers = scenario.customers.unwrap_or(stage.customers.value.low);
    let order = match args.by {
        ByArg::Saving => PlanOrder::Saving,
        ByArg::Effort => PlanOrder::Effort,
    };
    let found = calculate::optimize(&stage, &offers, Inputs { customers, revenue }, order);
    let found = found.or_fail(&mut workspace)?;
    let (substitutes, rates) = workspace.substitutes(&stage, &request).or_fail(&mut workspace)?;
    let cheapest = match &stage.part {
        Some(_) => Ok(None),
        None => workspace
            .stages(Selection::all().in_currency(stage.currency), &request)
            .map_err(Vec::from)
            .and_then(|all| CheapestStage::of(&all, customers)),
    };
    let market = Market {
        substitutes: &substitutes,
        rates: &rates,
        cheapest: cheapest.as_ref().ok().and_then(Option::as_ref),
        months,
    };
    let others = calculate::opportunities(&stage, &found.before, &market).or_fail(&mut workspace)?;
    let not_compared = cheapest.err().and_then(|wrong| Some(wrong.into_iter().next()?.message));
    let view = OptimizeView::new(&stage, &offers, &found, order).with_opportunities(&others, not_compared.as_deref());
    terminal.show(&view, args.output.format())?;
    Ok(ExitCode::SUCCESS)
}

/// A stage with every technique, and what may be used of it.
pub(crate) struct Offered {
    pub(crate) stage: Stage,
    pub(crate) revenue: Revenue,
    /// The request to the stage, and to others beside it.
    pub(crate) request: Request,
    pub(crate) offers: Vec<TechniqueOffer>,
}

/// Resolves a stage with every technique. What is set of techniques is for all of them here, whether they are in use or
/// not; what then changes nothing is refused. `assumed` is the share where nobody says one.
pub(crate) fn offered(
    stage: &str,
    mut request: Request,
    assumed: Option<Spanned<Decimal>>,
    workspace: &mut Workspace,
) -> Result<Offered, Vec<Diagnostic>> {
    let set = std::mem::take(&mut request.technique_set);
    let is_asked = |name: &str| request.apply.iter().any(|asked| asked.value == name);
    let (asked, unasked): (Vec<_>, Vec<_>) = set.iter().cloned().partition(|set| is_asked(&set.technique.value));
    request.technique_set = asked;
    let (stage, revenue) = workspace.stage(stage, &request)?;
    let techniques = workspace.all_techniques(&stage, &set)?;
    let offers = resolve::offers(&stage, &techniques, assumed);
    resolve::check_set_offers(&offers, &unasked)?;
    Ok(Offered { stage, revenue, request, offers })
}

/// What some techniques come to on a stage that was offered them.
pub(crate) fn savings(
    offered: &Offered,
    inputs: Inputs,
    techniques: &[&str],
) -> Result<Vec<TechniqueSaving>, Vec<Diagnostic>> {
    let mut offers = offered.offers.clone();
    offers.retain(|offer| techniques.contains(&&*offer.technique.id));
    let found = calculate::optimize(&offered.stage, &offers, inputs, PlanOrder::Saving)?;
    let of_each = offers.iter().zip(&found.alone);
    of_each.map(|(offer, alone)| calculate::technique_saving(offer, alone)).collect()
}
