//! The questions of `costplan init` on a terminal. They are written to standard error.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use inquire::error::InquireError;
use inquire::list_option::ListOption;
use inquire::ui::{Color, RenderConfig, StyleSheet};
use inquire::validator::{ErrorMessage, Validation};
use inquire::{CustomUserError, MultiSelect, Text};
use jiff::civil::Date;
use unicode_width::UnicodeWidthStr as _;

use crate::app;
use crate::cli::setup::init_args::{InitArgs, OWN_FILES};
use crate::cli::terminal::DEFAULT_WIDTH;
use crate::diagnostic::Diagnostic;
use crate::load;
use crate::model::Currency;
use crate::parse::{AmountRaw, FromNode};
use crate::source::Spanned;
use crate::workspace::Workspace;

/// The most vendors that are shown at once.
const VENDORS: usize = 12;

/// What removes everything from the cursor on.
const BELOW: &str = "\u{1b}[J";

/// Whether an answer is accepted, or why not.
type Check = fn(&str) -> Result<(), String>;

/// Asks the six questions; `None` if they are not answered to the end. `day` is that of the exchange rates.
///
/// # Errors
/// The errors of the price sheets and of the terminal.
pub(super) fn ask(args: InitArgs, workspace: &mut Workspace, day: Date) -> anyhow::Result<Option<InitArgs>> {
    #[cfg(unix)]
    stay_for_interrupts();
    let answers = answers(args, workspace, day);
    if answers.is_err() {
        // The list or the hint of the question that was left.
        let _ = write!(io::stderr(), "\r{BELOW}");
    }
    match answers {
        Ok(answers) => Ok(Some(answers)),
        Err(error) => match error.downcast_ref::<InquireError>() {
            Some(InquireError::OperationCanceled | InquireError::OperationInterrupted) => Ok(None),
            // Ctrl-C.
            Some(InquireError::IO(error)) if error.kind() == io::ErrorKind::Interrupted => Ok(None),
            _ => Err(error),
        },
    }
}

/// Lets Ctrl-C end the question and not the program, which has to take back what is below it.
#[cfg(unix)]
fn stay_for_interrupts() {
    // Without it, Ctrl-C ends the program and leaves the hint.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, std::sync::Arc::default());
}

fn answers(args: InitArgs, workspace: &mut Workspace, day: Date) -> anyhow::Result<InitArgs> {
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
        for from in app::currencies_without_rate(workspace, &vendors, into, day)? {
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
fn is_free(name: &str) -> Result<(), String> {
    reads::<Spanned<String>>(name)?;
    load::check_new(Path::new(name), OWN_FILES).map_err(first_of)
}

/// Asks for a line of text until `check` accepts it. A rejected answer is taken back, so that the field is empty; the hint
/// says what was wrong with it.
fn text(question: &str, usual: &str, check: Check, help: &str) -> Result<String, InquireError> {
    let mut wrong: Option<String> = None;
    loop {
        let hint = wrong.as_deref().unwrap_or(help);
        let mut prompt = Text::new(question);
        if !usual.is_empty() {
            prompt = prompt.with_default(usual);
        }
        if !hint.is_empty() {
            prompt = prompt.with_help_message(hint);
        }
        if wrong.is_some() {
            prompt = prompt.with_render_config(of_mistakes());
        }
        let typed = prompt.prompt()?;
        match check(typed.trim()) {
            Ok(()) => return Ok(typed.trim().to_owned()),
            Err(message) => {
                take_back(question, &typed)?;
                wrong = Some(format!("not `{}`: {message}", typed.trim()));
            }
        }
    }
}

/// How a question looks whose answer was rejected.
fn of_mistakes() -> RenderConfig<'static> {
    let usual = RenderConfig::default();
    let is_coloured = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if is_coloured { usual.with_help_message(StyleSheet::new().with_fg(Color::LightRed)) } else { usual }
}

/// Takes an answered question from the terminal.
fn take_back(question: &str, answer: &str) -> io::Result<()> {
    let columns =
        terminal_size::terminal_size_of(io::stderr()).map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
    // `> `, and a space between them.
    let width = question.width() + answer.width() + 3;
    let lines = width.div_ceil(columns.max(1)).max(1);
    write!(io::stderr(), "\u{1b}[{lines}A\r{BELOW}")
}

/// An amount of money, or nothing.
fn optional(question: &str, help: &str) -> Result<Option<String>, InquireError> {
    let check = |text: &str| if text.is_empty() { Ok(()) } else { reads::<AmountRaw>(text) };
    let answer = text(question, "", check, help)?;
    Ok((!answer.is_empty()).then_some(answer))
}

/// At least one vendor of the price book.
fn vendors(workspace: &mut Workspace) -> anyhow::Result<Vec<String>> {
    let known = app::vendors_of_new_plans(workspace)?;
    let names: Vec<&str> = known.iter().map(|(_, name)| name.as_str()).collect();
    let some = |chosen: &[ListOption<&&str>]| -> Result<Validation, CustomUserError> {
        let message =
            ErrorMessage::Custom("choose at least one: the space bar chooses the one at the arrow".to_owned());
        Ok(if chosen.is_empty() { Validation::Invalid(message) } else { Validation::Valid })
    };
    let chosen = MultiSelect::new("5/6 Vendors (space chooses, enter goes on)", names)
        .with_page_size(VENDORS)
        .with_keep_filter(false)
        .with_help_message("type to find one; others can be added later")
        .with_validator(some)
        .raw_prompt()?;
    Ok(chosen.into_iter().map(|option| known[option.index].0.clone()).collect())
}

/// Whether a text can be read as a value, or why not.
fn reads<T: FromNode>(text: &str) -> Result<(), String> {
    Workspace::bundled().typed::<T>("answer", text).map(drop).map_err(first_of)
}

/// The first of some problems in words.
fn first_of(wrong: Vec<Diagnostic>) -> String {
    wrong.into_iter().next().map_or_else(|| "not understood".to_owned(), |wrong| wrong.message)
}
