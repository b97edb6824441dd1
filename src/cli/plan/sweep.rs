//! `costplan sweep`: the cost curve of a stage or of all, and every point at which it breaks.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app::whole_stages;
use crate::calculate::SweepPlan;
use crate::cli::args::{ChartArgs, InputArgs, OrFail as _, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{CountRange, Revenue, Stage};
use crate::parse::FormulaRaw;
use crate::resolve::Request;
use crate::source::Spanned;
use crate::view::SweepView;
use crate::workspace::{Selection, Workspace};

pub(crate) const COMMAND: Command = Command {
    name: "sweep",
    about: "Show what a stage costs over a range of customers, and where its cost curve breaks",
    arguments,
    run,
};

/// How many rows there are at most where nobody says how many.
const ROWS: u64 = 20;
/// How many numbers a sweep computes at most.
const MAX_COUNTS: u64 = 10_000_000;

#[derive(Clone, Debug, Args)]
struct SweepArgs {
    /// The stage by number, name or file stem
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    stage: Option<String>,
    /// Sweep every stage, and say which is the cheapest that serves
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    inputs: InputArgs,
    /// Show every N-th number; break-points are found at every number all the same
    #[arg(long, value_name = "N")]
    step: Option<String>,
    /// Sweep this driver instead of the customers
    #[arg(long, value_name = "NAME=LOW..HIGH")]
    driver: Option<String>,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    chart: ChartArgs,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(SweepArgs::augment_args(command))
        .mut_arg("customers", |customers| {
            customers
                .value_name("LOW..HIGH")
                .help("Sweep these numbers of customers instead of the stage's range; with --driver, one number")
        })
        .after_help("Without --step every N-th number is shown so that there are at most 20 rows. CSV and JSON have a row for each break-point too, and are written while the sweep runs.\n\nExamples:\n  costplan sweep 2 --arpu 49\n  costplan sweep 2 --customers 1..2000 --step 100\n  costplan sweep --all --customers 0..2000\n  costplan sweep 2 --driver transactions=0..100000 --customers 60\n  costplan sweep 2 --customers 1..2000 --step 1 --format csv > curve.csv")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let mut args = SweepArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let typed = typed(&mut args, invocation, &mut workspace).or_fail(&workspace)?;
    let scenario = args.settings.settled(&args.inputs, invocation.matches, &mut workspace)?;
    let mut request = scenario.request;
    if args.all {
        whole_stages(&request, "the cheapest stage is chosen").or_fail(&workspace)?;
    }
    let swept = typed.driver.as_ref().map(|driver| &driver.name.value);
    if let Some((set, _)) = request.set.iter().find(|(name, _)| Some(&name.value) == swept) {
        let message = format!("`{}` is swept and has no value of its own", set.value);
        let wrong = Diagnostic::at(Code::InvalidArgument, set.span, message, "set here");
        return Err(vec![wrong.help("leave one of them out")]).or_fail(&workspace).map_err(Into::into);
    }
    let resolve = |workspace: &mut Workspace, request: &Request| match &args.stage {
        Some(name) => workspace.stages(Selection::one(name), request),
        None => workspace.stages(Selection::all().in_one_currency(), request),
    };
    let mut stages = resolve(&mut workspace, &request)?;
    if let Some(SweptDriver { name, .. }) = &typed.driver
        && stages.iter().all(|(stage, _)| !stage.has_driver(&name.value))
    {
        // No manifest defines it; those that limit it know it once it has a value.
        let start: FormulaRaw = workspace.argument("--driver", "0").or_fail(&workspace)?;
        request.set.push((name.clone(), start));
        stages = resolve(&mut workspace, &request)?;
    }
    let range = range(&stages, &typed).or_fail(&workspace)?;
    let customers = match (&typed.driver, scenario.customers) {
        (None, _) => 0,
        (Some(_), Some(customers)) => customers,
        (Some(_), None) => {
            let missing = Diagnostic::new(Code::InvalidArgument, "a driver is swept at one number of customers");
            return Err(vec![missing.help("add `--customers N`")]).or_fail(&workspace).map_err(Into::into);
        }
    };
    let [low, high] = range;
    let plan = SweepPlan {
        stages: stages.iter().map(|(stage, revenue)| (stage, *revenue)).collect(),
        driver: typed.driver.as_ref().map(|driver| driver.name.value.as_str()),
        customers,
        low,
        high,
        step: typed.step.unwrap_or_else(|| round_step(high - low)),
    };
    let format = args.output.format();
    let view = SweepView::new(&plan).with_chart(terminal.draws(args.chart.when(), format));
    let shown = terminal.show(&view, format);
    if let Some(problems) = view.into_failure() {
        return Err(problems).or_fail(&workspace).map_err(Into::into);
    }
    shown?;
    Ok(ExitCode::SUCCESS)
}

/// What was typed for this command alone.
struct Typed {
    driver: Option<SweptDriver>,
    step: Option<u64>,
    range: Option<CountRange>,
}

struct SweptDriver {
    name: Spanned<String>,
    range: Option<CountRange>,
}

/// Reads what only this command takes. Reports all that is wrong.
fn typed(
    args: &mut SweepArgs,
    invocation: &Invocation<'_>,
    workspace: &mut Workspace,
) -> Result<Typed, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let driver = args.driver.take().and_then(|text| {
        let (name, range) = text.split_once('=').map_or((&*text, None), |(name, range)| (name, Some(range)));
        let name = workspace.argument("--driver", name.trim());
        let range = range.map(|range| workspace.argument::<Spanned<CountRange>>("--driver", range.trim())).transpose();
        match (name, range) {
            (Ok(name), Ok(range)) => Some(SweptDriver { name, range: range.map(|range| range.value) }),
            (name, range) => {
                wrong.extend(name.err().into_iter().chain(range.err()).flatten());
                None
            }
        }
    });
    let step = args.step.take().and_then(|text| match workspace.argument::<Spanned<u64>>("--step", &text) {
        Ok(step) if step.value == 0 => {
            wrong.push(Diagnostic::at(Code::InvalidArgument, step.span, "a step is at least 1", "never gets on"));
            None
        }
        Ok(step) => Some(step.value),
        Err(problems) => {
            wrong.extend(problems);
            None
        }
    });
    // With a driver the customers are one number, as for other commands.
    let customers =
        if args.driver.is_none() && driver.is_none() { args.inputs.take_range(invocation.matches) } else { None };
    let range = customers.and_then(|text| match workspace.argument::<Spanned<CountRange>>("--customers", &text) {
        Ok(range) => Some(range.value),
        Err(problems) => {
            wrong.extend(problems);
            None
        }
    });
    if wrong.is_empty() { Ok(Typed { driver, step, range }) } else { Err(wrong) }
}

/// The numbers to sweep: those that were typed, otherwise the range of the stages or the capacity for the driver.
fn range(stages: &[(Stage, Revenue)], typed: &Typed) -> Result<[u64; 2], Vec<Diagnostic>> {
    let (range, flag) = match &typed.driver {
        Some(driver) => {
            let name = &driver.name.value;
            let capacity = stages.iter().flat_map(|(stage, _)| &stage.capacity).find(|known| *known.name == **name);
            let most = capacity.and_then(|capacity| u64::try_from(capacity.limit.high?.floor()).ok());
            (
                driver.range.or(most.map(|high| CountRange { low: 0, high: Some(high) })),
                format!("--driver {name}=0..1000"),
            )
        }
        None => {
            let ranges = stages.iter().map(|(stage, _)| stage.customers.value);
            let all = ranges.reduce(|all, next| CountRange {
                low: all.low.min(next.low),
                high: all.high.zip(next.high).map(|(all, next)| all.max(next)),
            });
            (typed.range.or(all), "--customers 0..1000".to_owned())
        }
    };
    let Some((low, high)) = range.and_then(|range| Some((range.low, range.high?))) else {
        let missing = Diagnostic::new(Code::InvalidArgument, "nothing says where the sweep ends");
        return Err(vec![missing.help(format!("write for instance `{flag}`"))]);
    };
    if high - low >= MAX_COUNTS {
        let message = format!("a sweep computes at most {MAX_COUNTS} numbers, and this range has {}", high - low + 1);
        return Err(vec![Diagnostic::new(Code::InvalidArgument, message).help("sweep a part of it")]);
    }
    Ok([low, high])
}

/// The least round step that shows a range in no more than [`ROWS`] rows: 1, 2 or 5 times a power of ten.
fn round_step(length: u64) -> u64 {
    let mut power = 1;
    loop {
        for factor in [1, 2, 5] {
            if length / (factor * power) < ROWS {
                return factor * power;
            }
        }
        power *= 10;
    }
}
