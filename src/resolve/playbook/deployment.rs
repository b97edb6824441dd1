//! The auto-scaled line item whose numbers a runbook has.

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Fraction, Runbook, RunbookInput, ScaledDeployment, ScalingFact};
use crate::source::Spanned;

/// The longest delay of a `HorizontalPodAutoscaler`, in seconds.
const LONGEST_DELAY: u32 = 3600;

/// The line item of a stage whose deployment a runbook scales: the only one, or that whose deployment is set. Reports several of
/// which none is chosen; `None` too if the runbook scales nothing.
pub(crate) fn chosen<'s>(
    runbook: &Runbook,
    set: &[(Spanned<String>, Spanned<String>)],
    scaled: &'s [ScaledDeployment],
    problems: &mut Problems,
) -> Option<&'s ScaledDeployment> {
    let takes = |input: &&RunbookInput| input.scaling.is_some();
    runbook.inputs.iter().find(takes)?;
    let [_, _, ..] = scaled else { return scaled.first() };
    let named = runbook.inputs.iter().find(|input| input.scaling == Some(ScalingFact::Deployment));
    let name = named.map_or("deployment", |input| &*input.name.value);
    let value = set.iter().find(|(other, _)| other.value == name).map(|(_, value)| value);
    let found =
        value.and_then(|value| scaled.iter().find(|scaled| scaled.name.as_deref() == Some(value.value.as_str())));
    if found.is_none() {
        let message = "several line items of the stage are auto-scaled, and a runbook scales one deployment";
        let mut diagnostic = match value {
            Some(value) => Diagnostic::at(Code::InvalidArgument, value.span, message, "the deployment of none of them"),
            None => Diagnostic::new(Code::InvalidArgument, message),
        };
        for scaled in scaled {
            let label = match &scaled.name {
                Some(name) => format!("the deployment `{name}`"),
                None => "has no `deployment`".to_owned(),
            };
            diagnostic = diagnostic.and_at(scaled.span, label);
        }
        problems.push(diagnostic.help(format!("choose one: `--set {name}=...`")));
    }
    found
}

/// A number of a line item as a value of an input. Reports a number that a `HorizontalPodAutoscaler` cannot have; `None` too for a
/// name that is not given.
pub(crate) fn scaled_value(fact: ScalingFact, scaled: &ScaledDeployment, problems: &mut Problems) -> Option<Box<str>> {
    let mut refused = |message: &str| {
        let message = format!("of `{}`: {message}", scaled.line_item);
        let diagnostic = Diagnostic::at(Code::InvalidRange, scaled.span, message, "this line item");
        problems
            .push(diagnostic.help("a HorizontalPodAutoscaler of Kubernetes has no such number: `--set` gives another"));
    };
    let whole = |value: &Fraction| value.exact().filter(Decimal::is_integer).map(|whole| whole.normalize());
    match fact {
        ScalingFact::Deployment => return scaled.name.clone(),
        ScalingFact::MinReplicas if scaled.minimum == 0 => refused("`min_replicas` is 0, and at least 1 has to run"),
        ScalingFact::MinReplicas => return Some(scaled.minimum.to_string().into()),
        ScalingFact::MaxReplicas => return Some(scaled.maximum.to_string().into()),
        ScalingFact::TargetUtilization => match whole(&scaled.percent) {
            Some(percent) => return Some(percent.to_string().into()),
            None => refused("`target_utilization` is no whole percentage"),
        },
        ScalingFact::ScaleDownDelay => match whole(&scaled.seconds) {
            Some(seconds) if seconds <= Decimal::from(LONGEST_DELAY) => return Some(seconds.to_string().into()),
            Some(_) => refused("`scale_down_delay` is longer than an hour"),
            None => refused("`scale_down_delay` is no whole number of seconds"),
        },
    }
    None
}
