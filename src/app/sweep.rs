//! The cost of stages over a range of customers, or of a driver.

use crate::app::request::{Request, whole_stages};
use crate::calculate::SweepPlan;
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::model::{CountRange, Progress, Revenue, Stage};
use crate::parse::{ExpressionRaw, FormulaRaw};
use crate::resolve;
use crate::source::{Span, Spanned};
use crate::workspace::{Selection, Workspace};

/// How many rows there are at most if no step is given.
const ROWS: u64 = 20;
/// How many numbers a sweep computes at most.
const MAX_COUNTS: u64 = 10_000_000;

/// What is swept.
#[derive(Clone, Debug, Default)]
pub struct Sweep {
    /// The stage; if none is named, the cheapest of all stages, in one currency.
    pub stage: Option<String>,
    /// The driver that is swept instead of the customers.
    pub driver: Option<Spanned<String>>,
    /// The numbers; if none are given, the range of the stages or the capacity for the driver.
    pub range: Option<CountRange>,
    /// The distance of the numbers that a table shows.
    pub step: Option<u64>,
}

/// Stages that are ready to be swept.
#[derive(Debug)]
pub struct Swept {
    stages: Vec<(Stage, Revenue)>,
    driver: Option<String>,
    customers: u64,
    range: [u64; 2],
    step: u64,
    progress: Progress,
}

impl Swept {
    /// The plan, which is computed while it is shown.
    pub fn plan(&self) -> SweepPlan<'_> {
        let [low, high] = self.range;
        SweepPlan {
            stages: self.stages.iter().map(|(stage, revenue)| (stage, *revenue)).collect(),
            driver: self.driver.as_deref(),
            customers: self.customers,
            low,
            high,
            step: self.step,
            progress: self.progress.clone(),
        }
    }
}

/// Resolves what is swept.
///
/// # Errors
/// Everything that is wrong with the request and the stages; `invalid-argument` if the range has no end or is too long.
pub fn sweep(workspace: &mut Workspace, request: &Request, sweep: &Sweep) -> Result<Swept, Failure> {
    swept(workspace, request, sweep).map_err(|wrong| workspace.failure(wrong))
}

fn swept(workspace: &mut Workspace, request: &Request, sweep: &Sweep) -> Result<Swept, Vec<Diagnostic>> {
    let settled = request.settled(workspace)?;
    let mut request = settled.request;
    if sweep.stage.is_none() {
        whole_stages(&request, "the cheapest stage is chosen")?;
    }
    let driver = sweep.driver.as_ref().map(|driver| &driver.value);
    if let Some((set, _)) = request.set.iter().find(|(name, _)| Some(&name.value) == driver) {
        let message = format!("`{}` is swept, so it cannot be set to one value", set.value);
        let wrong = Diagnostic::at(Code::InvalidArgument, set.span, message, "set here");
        return Err(vec![wrong.help("leave one of them out")]);
    }
    let mut stages = resolved(workspace, sweep, &request)?;
    if let Some(driver) = &sweep.driver
        && stages.iter().all(|(stage, _)| !stage.has_driver(&driver.value))
    {
        // No manifest defines it; manifests that limit it know it once it has a value.
        let root = Spanned::given(ExpressionRaw::Number(0.into()));
        request.set.push((driver.clone(), FormulaRaw { root, span: Span::NOWHERE, text: Some("0".into()) }));
        stages = resolved(workspace, sweep, &request)?;
    }
    let [low, high] = range(&stages, sweep)?;
    let customers = match (&sweep.driver, settled.customers) {
        (None, _) => 0,
        (Some(_), Some(customers)) => customers,
        (Some(_), None) => {
            let missing = Diagnostic::new(Code::InvalidArgument, "a driver is swept at one number of customers");
            return Err(vec![missing.help("add `--customers N`")]);
        }
    };
    if sweep.range.is_none() {
        // One who types a range knows how long it is.
        for (stage, _) in &stages {
            workspace.spend_on(stage, high - low)?;
        }
    }
    let step = sweep.step.unwrap_or_else(|| round_step(high - low));
    let progress = workspace.progress.clone();
    Ok(Swept { stages, driver: driver.cloned(), customers, range: [low, high], step, progress })
}

fn resolved(
    workspace: &mut Workspace,
    sweep: &Sweep,
    request: &resolve::Request,
) -> Result<Vec<(Stage, Revenue)>, Vec<Diagnostic>> {
    let selection = sweep.stage.as_deref().map_or(Selection::all().in_one_currency(), Selection::one);
    workspace.resolved(selection, request)
}

/// The numbers to sweep: those that are given, otherwise the range of the stages or the capacity for the driver.
fn range(stages: &[(Stage, Revenue)], sweep: &Sweep) -> Result<[u64; 2], Vec<Diagnostic>> {
    let (range, flag) = match &sweep.driver {
        Some(driver) => {
            let name = &driver.value;
            let capacity = stages.iter().flat_map(|(stage, _)| &stage.capacity).find(|known| *known.name == **name);
            let most = capacity.and_then(|capacity| u64::try_from(capacity.limit.high?.floor()).ok());
            (
                sweep.range.or(most.map(|high| CountRange { low: 0, high: Some(high) })),
                format!("--driver {name}=0..1000"),
            )
        }
        None => {
            let ranges = stages.iter().map(|(stage, _)| stage.customers.value);
            let all = ranges.reduce(|all, next| CountRange {
                low: all.low.min(next.low),
                high: all.high.zip(next.high).map(|(all, next)| all.max(next)),
            });
            (sweep.range.or(all), "--customers 0..1000".to_owned())
        }
    };
    let Some((low, high)) = range.and_then(|range| Some((range.low, range.high?))) else {
        let missing = Diagnostic::new(Code::InvalidArgument, "the sweep needs an end");
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
