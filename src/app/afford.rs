//! What a revenue allows, and how a cost is rated by it.

use rust_decimal::Decimal;

use crate::app::request::{Request, whole_stages};
use crate::calculate::{self, Affordable, RatedCost, Recommendation};
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::model::{Currency, Revenue, Stage};
use crate::parse::{AmountRaw, CurrencyRaw};
use crate::resolve::RevenueRaw;
use crate::workspace::{Selection, Workspace};

/// What a revenue allows of the stages of a plan.
#[derive(Debug)]
pub struct Afforded {
    /// The stages, by number, in one currency.
    pub stages: Vec<(Stage, Revenue)>,
    /// What the revenue allows of each.
    pub answer: Affordable,
    /// Which stage serves the requested number of customers, if one is given.
    pub needed: Option<Recommendation>,
}

/// Finds which stages the requested revenue carries, and how many customers: those at which their totals are under
/// the rule on the share of MRR. With a number of customers, also which stage these need.
///
/// # Errors
/// Everything that is wrong with the request and the stages; `invalid-argument` without a revenue of a month.
pub fn afford(workspace: &mut Workspace, request: &Request) -> Result<Afforded, Failure> {
    let afforded = request.settled(workspace).and_then(|settled| {
        whole_stages(&settled.request, "what a revenue allows is judged")?;
        let missing = |message: &str, help: &str| {
            Err(vec![Diagnostic::new(Code::InvalidArgument, message.to_owned()).help(help.to_owned())])
        };
        match (&settled.request.revenue, settled.customers) {
            (None, _) => return missing("what is affordable depends on the revenue", "add `--mrr AMOUNT`"),
            (Some(RevenueRaw::Arpu(_)), None) => {
                let message =
                    "what is affordable depends on the revenue of a month, and this is the revenue of one customer";
                return missing(message, "add `--customers N`, or give `--mrr AMOUNT`");
            }
            _ => {}
        }
        let stages = workspace.resolved(Selection::all().in_one_currency(), &settled.request)?;
        workspace.spend(calculate::affordable_operations(&stages))?;
        let answer = calculate::affordable(&stages, settled.customers.unwrap_or_default(), &workspace.progress)?;
        let needed = settled.customers.map(|customers| calculate::recommend(&stages, customers)).transpose()?;
        Ok(Afforded { stages, answer, needed })
    });
    afforded.map_err(|wrong| workspace.failure(wrong))
}

/// Rates a monthly cost by the requested revenue, in the requested currency, or else that of the revenue, of the cost or
/// of the project. The user's own target is that of the project's budget.
///
/// # Errors
/// Everything that is wrong with the amounts, a missing exchange rate; `invalid-argument` without an MRR.
pub fn rate(workspace: &mut Workspace, request: &Request, cost: &AmountRaw) -> Result<(RatedCost, Currency), Failure> {
    let rated = request.settled(workspace).and_then(|settled| {
        let Some(RevenueRaw::Mrr(mrr)) = &settled.request.revenue else {
            let missing = Diagnostic::new(Code::InvalidArgument, "a cost is rated by the revenue of a month");
            return Err(vec![missing.help("add `--mrr AMOUNT`")]);
        };
        let written = |amount: &AmountRaw| amount.currency.map(CurrencyRaw::code);
        let given = request.currency.map(|currency| currency.value);
        let of_project = || settled.request.currency.map(|currency| currency.value);
        let currency = given.or(written(mrr)).or(written(cost)).or_else(of_project).unwrap_or(Currency::USD);
        let day = settled.request.as_of;
        let amounts: Vec<Decimal> = [(cost, "a cost"), (mrr, "a revenue")]
            .into_iter()
            .map(|(amount, what)| workspace.monthly_amount(amount, what, currency, day))
            .collect::<Result<_, _>>()?;
        let own = workspace.own_share_of_mrr();
        Ok((calculate::rate(amounts[0], amounts[1], own)?, currency))
    });
    rated.map_err(|wrong| workspace.failure(wrong))
}
