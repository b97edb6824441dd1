//! The questions of `costplan init` on a terminal. They are written to standard error.

use std::io;
use std::path::{Path, PathBuf};

use inquire::error::InquireError;
use inquire::list_option::ListOption;
use inquire::validator::{ErrorMessage, StringValidator, Validation};
use inquire::{CustomUserError, MultiSelect, Text};

use crate::app;
use crate::cli::args::today;
use crate::cli::setup::init_args::{InitArgs, OWN_FILES};
use crate::load;
use crate::model::Currency;
use crate::parse::{AmountRaw, FromNode};
use crate::source::Spanned;
use crate::workspace::Workspace;

/// The most vendors that are shown at once.
const VENDORS: usize = 12;

/// Asks the six questions; `None` if they are not answered to the end.
///
/// # Errors
/// The errors of the price sheets and of the terminal.
pub(super) fn ask(args: InitArgs, workspace: &mut Workspace) -> anyhow::Result<Option<InitArgs>> {
    match answers(args, workspace) {
        Ok(answers) => Ok(Some(answers)),
        Err(error) => match error.downcast_ref::<InquireError>() {
            Some(InquireError::OperationCanceled | InquireError::OperationInterrupted) => Ok(None),
            // Ctrl-C where the signal is ignored.
            Some(InquireError::IO(error)) if error.kind() == io::ErrorKind::Interrupted => Ok(None),
            _ => Err(error),
        },
    }
}

fn answers(args: InitArgs, workspace: &mut Workspace) -> anyhow::Result<InitArgs> {
    let mut answers = args;
    if answers.directory.is_none() {
        let name = text("1/6 Name of the project and its directory", "my-plan", is_free, "")?;
        answers.directory = Some(PathBuf::from(&name));
    }
    let currency = text("2/6 Currency", "USD", reads::<Spanned<Currency>>, "the code of your own money: EUR, USD")?;
    let now = text("3/6 Customers now", "20", reads::<Spanned<u64>>, "")?;
    let later = text("3/6 Customers in a year", "500", reads::<Spanned<u64>>, "")?;
    let help = "empty if you do not know yet";
    let arpu = optional(&format!("4/6 What one customer pays a month, in {currency}"), help)?;
    let vendors = vendors(workspace)?;
    let other_costs =
        optional(&format!("6/6 Your other costs a month, in {currency}"), "people, office; empty to skip")?;
    let cash = optional(&format!("6/6 Cash in the bank, in {currency}"), "empty to skip")?;
    if let Some(into) = Currency::parse(&currency).or_else(|| Currency::known(&currency)) {
        for from in app::currencies_without_rate(workspace, &vendors, into, today())? {
            let question = format!("How much {into} is 1 {from}?");
            let rate = text(&question, "", reads::<Spanned<rust_decimal::Decimal>>, "no rate comes with costplan")?;
            answers.rate.push(format!("{from}={rate}"));
        }
    }
    answers.with = vendors;
    answers.currency = Some(currency);
    answers.customers = Some(format!("{now}..{later}"));
    answers.arpu = arpu;
    answers.other_costs = other_costs;
    answers.cash = cash;
    Ok(answers)
}

/// Whether a directory has no plan yet.
fn is_free(name: &str) -> Validation {
    let read = reads::<Spanned<String>>(name);
    match load::check_new(Path::new(name.trim()), OWN_FILES) {
        Err(wrong) if matches!(read, Validation::Valid) => invalid(wrong.first().map_or("", |wrong| &wrong.message)),
        _ => read,
    }
}

/// Asks for a line of text until `check` accepts it.
fn text(question: &str, usual: &str, check: fn(&str) -> Validation, help: &str) -> Result<String, InquireError> {
    let mut prompt = Text::new(question).with_validator(Check(check));
    if !usual.is_empty() {
        prompt = prompt.with_default(usual);
    }
    if !help.is_empty() {
        prompt = prompt.with_help_message(help);
    }
    Ok(prompt.prompt()?.trim().to_owned())
}

/// An amount of money, or nothing.
fn optional(question: &str, help: &str) -> Result<Option<String>, InquireError> {
    let check = |text: &str| if text.trim().is_empty() { Validation::Valid } else { reads::<AmountRaw>(text) };
    let answer = text(question, "", check, help)?;
    Ok((!answer.is_empty()).then_some(answer))
}

/// At least one vendor of the price book.
fn vendors(workspace: &mut Workspace) -> anyhow::Result<Vec<String>> {
    let known = app::vendors_of_new_plans(workspace)?;
    let names: Vec<&str> = known.iter().map(|(_, name)| name.as_str()).collect();
    let some = |chosen: &[ListOption<&&str>]| -> Result<Validation, CustomUserError> {
        Ok(if chosen.is_empty() { invalid("choose at least one, with the space bar") } else { Validation::Valid })
    };
    let chosen = MultiSelect::new("5/6 Vendors", names)
        .with_page_size(VENDORS)
        .with_keep_filter(false)
        .with_help_message("type to find one, space to choose it, enter to go on; others can be added later")
        .with_validator(some)
        .raw_prompt()?;
    Ok(chosen.into_iter().map(|option| known[option.index].0.clone()).collect())
}

/// Whether a text can be read as a value, or why not.
fn reads<T: FromNode>(text: &str) -> Validation {
    match Workspace::bundled().typed::<T>("answer", text.trim()) {
        Ok(_) => Validation::Valid,
        Err(wrong) => invalid(wrong.first().map_or("not understood", |wrong| &wrong.message)),
    }
}

fn invalid(message: &str) -> Validation {
    Validation::Invalid(ErrorMessage::Custom(message.to_owned()))
}

/// A check of an answer as inquire takes it.
#[derive(Clone)]
struct Check(fn(&str) -> Validation);

impl StringValidator for Check {
    fn validate(&self, input: &str) -> Result<Validation, CustomUserError> {
        Ok((self.0)(input))
    }
}
