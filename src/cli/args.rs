//! Arguments that several commands share, as they are typed, and what they are turned into.

use std::path::PathBuf;

use clap::builder::ValueHint;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args};
use jiff::civil::Date;

use super::command::{Invocation, OUTPUT};
use super::tags::{conditions, without_conditions};
use super::terminal::{Color, Draw};
use crate::app::{Request, Settled, one_scenario};
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::parse::FromNode;
use crate::render::{CsvDialect, Format};
use crate::resolve::{self, RevenueRaw};
use crate::source::Spanned;
use crate::workspace::Workspace;

/// The heading of the flags that say with which prices and terms is computed.
const SETTINGS: &str = "Prices and terms";

/// How often a flag that takes `NAME=VALUE` may be given.
const MAX_PAIRS: usize = 1000;

/// The arguments of every command, before or after its name.
fn global() -> [Arg; 3] {
    [
        Arg::new("project")
            .long("project")
            .value_name("DIR")
            .env("COSTPLAN_PROJECT")
            .hide_env_values(true)
            .help_heading("Global options")
            .value_parser(clap::value_parser!(PathBuf))
            .value_hint(ValueHint::DirPath)
            .help("Use the project in this directory instead of searching from here upwards"),
        Arg::new("color")
            .long("color")
            .value_name("WHEN")
            .default_value("auto")
            .hide_short_help(true)
            .help_heading("Global options")
            .value_parser(clap::value_parser!(Color))
            .help("Colour the output"),
        Arg::new("no_pager")
            .long("no-pager")
            .action(ArgAction::SetTrue)
            .hide_short_help(true)
            .help_heading("Global options")
            .help("Print long output to the terminal, and not through a pager"),
    ]
}

/// Adds the arguments of every command. The program and each command declare them, because clap copies its own global
/// arguments at every start.
pub(super) fn with_globals(command: clap::Command) -> clap::Command {
    command.args(global())
}

/// The value of an argument of every command: the last one typed, or the default. `levels` are the arguments of the
/// program, of the command, and of its subcommand, if there is one.
pub(super) fn global_value<T: Clone + Send + Sync + 'static>(name: &str, levels: &[&ArgMatches]) -> Option<T> {
    let is_typed = |matches: &&&ArgMatches| matches.value_source(name) == Some(ValueSource::CommandLine);
    let innermost_first = levels.iter().rev();
    innermost_first.clone().find(is_typed).or(levels.last()).and_then(|matches| matches.get_one(name).cloned())
}

/// Opens the project that a command works on.
pub(super) fn workspace(invocation: &Invocation<'_>) -> Result<Workspace, Failure> {
    Workspace::open(invocation.project.as_deref())
}

/// Opens the project that a command compares or records, which is never the bundled plan.
///
/// # Errors
/// `no-project`, and those of [`workspace`].
pub(super) fn own_workspace(invocation: &Invocation<'_>) -> Result<Workspace, Failure> {
    let workspace = workspace(invocation)?;
    workspace.require_own_stages().map(|()| workspace)
}

/// Opens the project into which a command writes.
///
/// # Errors
/// `no-project`, and those of [`workspace`].
pub(super) fn own_project(invocation: &Invocation<'_>) -> Result<Workspace, Failure> {
    let workspace = workspace(invocation)?;
    workspace.require_project().map(|()| workspace)
}

// The output format. (No documentation comment: clap would take it for the help of the command.)
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = OUTPUT)]
pub(super) struct OutputArgs {
    /// Print as a table, JSON, CSV or Markdown
    #[arg(long, value_enum, default_value = "table", env = "COSTPLAN_FORMAT", hide_env_values = true)]
    format: FormatArg,
    #[command(flatten)]
    csv: CsvArgs,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum FormatArg {
    Table,
    Json,
    Csv,
    #[value(alias = "md")]
    Markdown,
}

impl OutputArgs {
    pub(super) fn format(self) -> Format {
        match self.format {
            FormatArg::Table => Format::Table,
            FormatArg::Json => Format::Json,
            FormatArg::Csv => Format::Csv(self.csv.dialect()),
            FormatArg::Markdown => Format::Markdown,
        }
    }
}

// How CSV is written for the spreadsheets of other languages.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "CSV")]
pub(super) struct CsvArgs {
    /// What separates the fields; a semicolon if numbers have a decimal comma, otherwise a comma
    #[arg(
        long = "csv-separator",
        value_enum,
        value_name = "SIGN",
        hide_short_help = true,
        env = "COSTPLAN_CSV_SEPARATOR",
        hide_env_values = true
    )]
    separator: Option<Separator>,
    /// What is before the decimals of a number
    #[arg(
        long = "csv-decimal",
        value_enum,
        value_name = "SIGN",
        hide_short_help = true,
        env = "COSTPLAN_CSV_DECIMAL",
        hide_env_values = true
    )]
    decimal: Option<DecimalSign>,
    /// Begin with the mark by which Excel knows UTF-8
    #[arg(long = "csv-bom", hide_short_help = true, env = "COSTPLAN_CSV_BOM", hide_env_values = true)]
    bom: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Separator {
    #[value(alias = ",")]
    Comma,
    #[value(alias = ";")]
    Semicolon,
    #[value(alias = "\t")]
    Tab,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum DecimalSign {
    #[value(alias = ".")]
    Point,
    #[value(alias = ",")]
    Comma,
}

impl CsvArgs {
    /// The dialect. With a decimal comma, a comma as separator is no mistake: such numbers are quoted.
    pub(super) fn dialect(self) -> CsvDialect {
        let decimal = match self.decimal {
            None | Some(DecimalSign::Point) => b'.',
            Some(DecimalSign::Comma) => b',',
        };
        let separator = match self.separator {
            None if decimal == b',' => b';',
            None | Some(Separator::Comma) => b',',
            Some(Separator::Semicolon) => b';',
            Some(Separator::Tab) => b'\t',
        };
        CsvDialect { separator, decimal, has_mark: self.bom }
    }
}

// Whether pictures are drawn.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = OUTPUT)]
pub(super) struct ChartArgs {
    /// Draw pictures: on a terminal that has room for them (auto, the default), always (also without WHEN), never, or always in plain ASCII
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        num_args = 0..=1,
        default_missing_value = "always",
        env = "COSTPLAN_CHART",
        hide_env_values = true
    )]
    chart: Option<Draw>,
}

impl ChartArgs {
    /// When pictures are drawn: by default on a terminal. (A default that clap parses would slow down every start.)
    pub(super) fn when(self) -> Draw {
        self.chart.unwrap_or(Draw::Auto)
    }
}

// The inputs of a computation.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Inputs")]
pub(super) struct InputArgs {
    /// Compute at this number of customers
    #[arg(long, value_name = "N", env = "COSTPLAN_CUSTOMERS", hide_env_values = true, allow_hyphen_values = true)]
    customers: Option<String>,
    /// Compare with this monthly recurring revenue: 6000, or 6000 EUR
    #[arg(long, value_name = "AMOUNT", env = "COSTPLAN_MRR", hide_env_values = true, allow_hyphen_values = true)]
    mrr: Option<String>,
    /// Compare with this average revenue per paying customer and month
    #[arg(long, value_name = "AMOUNT", env = "COSTPLAN_ARPU", hide_env_values = true, allow_hyphen_values = true)]
    arpu: Option<String>,
    /// Set a driver to another value or formula; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
}

// The revenue, for commands that compute at numbers of customers of their own.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct RevenueArgs {
    /// Compare with this monthly recurring revenue: 6000, or 6000 EUR
    #[arg(long, value_name = "AMOUNT", env = "COSTPLAN_MRR", hide_env_values = true, allow_hyphen_values = true)]
    mrr: Option<String>,
    /// Compare with this average revenue per paying customer and month
    #[arg(long, value_name = "AMOUNT", env = "COSTPLAN_ARPU", hide_env_values = true, allow_hyphen_values = true)]
    arpu: Option<String>,
}

impl RevenueArgs {
    /// The inputs with this revenue alone.
    pub(super) fn inputs(&self) -> InputArgs {
        InputArgs { mrr: self.mrr.clone(), arpu: self.arpu.clone(), ..InputArgs::default() }
    }
}

impl InputArgs {
    /// Only an MRR.
    pub(super) fn of_mrr(mrr: Option<String>) -> Self {
        Self { mrr, ..Self::default() }
    }

    /// Adds a driver that a flag of its own sets.
    pub(super) fn also_set(&mut self, name: &str, value: Option<String>) {
        self.set.extend(value.map(|value| format!("{name}={value}")));
    }

    /// Takes the customers as they were typed, for a command that reads them as a range. A plain number from the
    /// environment is meant for other commands and is dropped.
    pub(super) fn take_range(&mut self, matches: &ArgMatches) -> Option<String> {
        let customers = self.customers.take();
        let is_typed = matches.value_source("customers") == Some(ValueSource::CommandLine);
        customers.filter(|text| is_typed || text.contains(".."))
    }
}

// The settings of a computation.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = SETTINGS)]
pub(super) struct SettingArgs {
    /// Compute under this scenario of the project, by its file's stem or name
    #[arg(long, value_name = "NAME", env = "COSTPLAN_SCENARIO", hide_env_values = true)]
    pub(super) scenario: Vec<String>,
    /// Add this contingency to the subtotal instead of the manifest's
    #[arg(long, value_name = "RATE", env = "COSTPLAN_BUFFER", hide_env_values = true, allow_hyphen_values = true)]
    buffer: Option<String>,
    /// Report in this currency instead of the manifest's
    #[arg(long, value_name = "CODE", env = "COSTPLAN_CURRENCY", hide_env_values = true)]
    currency: Option<String>,
    /// Use the prices and exchange rates of this day instead of today's
    #[arg(long, value_name = "DATE", env = "COSTPLAN_AS_OF", hide_env_values = true)]
    as_of: Option<String>,
    /// Count this many hours in a month
    #[arg(
        long,
        value_name = "HOURS",
        env = "COSTPLAN_HOURS_PER_MONTH",
        hide_short_help = true,
        hide_env_values = true,
        allow_hyphen_values = true
    )]
    hours_per_month: Option<String>,
    /// Ignore agreed prices and use only the vendors' price sheets
    #[arg(long, hide_short_help = true)]
    list_prices: bool,
    /// Apply these techniques: spot-gpu,image-optimization; `--set spot-gpu.share=50%` sets their inputs
    #[arg(long, value_name = "TECHNIQUES", hide_short_help = true)]
    apply: Vec<String>,
    /// Count only the line items with this tag, category or vendor: env=prod, env!=prod, env=prod,staging; may be repeated
    #[arg(long = "where", value_name = "NAME=VALUE", hide_short_help = true)]
    conditions: Vec<String>,
}

// The tax on a total, for commands that show it.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = SETTINGS)]
pub(super) struct TaxArgs {
    /// Add this tax to the total: 19%
    #[arg(long, value_name = "RATE", env = "COSTPLAN_TAX", hide_env_values = true, allow_hyphen_values = true)]
    tax: Option<String>,
    /// Assume that all vendors bill under the reverse charge, so that no tax is paid
    #[arg(long, hide_short_help = true)]
    reverse_charge: bool,
}

impl SettingArgs {
    /// Only a day and a currency.
    pub(super) fn of_day(as_of: Option<String>, currency: Option<String>) -> Self {
        Self { currency, as_of, ..Self::default() }
    }

    /// Reads the arguments. Reports every error in them and in the scenario that they name.
    pub(super) fn request(
        &self,
        inputs: &InputArgs,
        matches: &ArgMatches,
        workspace: &mut Workspace,
    ) -> Result<Request, Failure> {
        self.taxed_request(inputs, &TaxArgs::default(), matches, workspace)
    }

    /// As [`Self::request`], for a command that shows the total with tax.
    pub(super) fn taxed_request(
        &self,
        inputs: &InputArgs,
        tax: &TaxArgs,
        matches: &ArgMatches,
        workspace: &mut Workspace,
    ) -> Result<Request, Failure> {
        self.typed(inputs, tax, matches, workspace).map_err(|wrong| {
            let of_scenario =
                if self.scenario.len() > 1 { None } else { one_scenario(&self.scenario, workspace).err() };
            workspace.failure(of_scenario.into_iter().flatten().chain(wrong).collect())
        })
    }

    /// Reads the arguments, and applies the scenario and the project's defaults. Reports every error.
    pub(super) fn settled(
        &self,
        inputs: &InputArgs,
        matches: &ArgMatches,
        workspace: &mut Workspace,
    ) -> Result<Settled, Failure> {
        self.request(inputs, matches, workspace)?.settled(workspace).or_fail(workspace)
    }

    /// Refuses arguments about the line items of stages for a SKU on its own. (Those of a scenario are for stages.)
    pub(super) fn of_a_sku(&self, request: &resolve::Request) -> Result<(), Vec<Diagnostic>> {
        let mut wrong = without_conditions(request).err().unwrap_or_default();
        if !self.apply.is_empty() {
            let diagnostic = Diagnostic::new(Code::InvalidArgument, "`--apply` is for the line items of stages");
            wrong.push(diagnostic.help("write `costplan stage STAGE --apply TECHNIQUES`"));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// Reads only the arguments. Reports every error.
    pub(super) fn typed(
        &self,
        inputs: &InputArgs,
        TaxArgs { tax, reverse_charge }: &TaxArgs,
        matches: &ArgMatches,
        workspace: &mut Workspace,
    ) -> Result<Request, Vec<Diagnostic>> {
        let mut typed = TypedInputs { matches, workspace, wrong: Vec::new() };
        let customers: Option<Spanned<u64>> = typed.read("customers", inputs.customers.as_deref());
        let (mrr, arpu) = typed.one_of(inputs.mrr.as_deref(), inputs.arpu.as_deref());
        let mrr = typed.read("mrr", mrr).map(RevenueRaw::Mrr);
        let arpu = typed.read("arpu", arpu).map(RevenueRaw::Arpu);
        let buffer = typed.read("buffer", self.buffer.as_deref());
        let currency = typed.read("currency", self.currency.as_deref());
        let as_of = typed.read("as_of", self.as_of.as_deref());
        let hours_per_month = typed.read("hours_per_month", self.hours_per_month.as_deref());
        let tax = typed.read("tax", tax.as_deref());
        let mut wrong = typed.wrong;
        let mut keep = |found: Vec<Diagnostic>| wrong.extend(found);
        let set = pairs("--set", &inputs.set, workspace).map_err(&mut keep);
        let apply = names("--apply", &self.apply, workspace).map_err(&mut keep);
        let conditions = conditions(&self.conditions, workspace).map_err(&mut keep);
        let (true, Ok(set), Ok(apply), Ok(conditions)) = (wrong.is_empty(), set, apply, conditions) else {
            return Err(wrong);
        };
        Ok(Request {
            scenarios: self.scenario.clone(),
            customers: customers.map(|count| count.value),
            revenue: mrr.or(arpu),
            set,
            apply,
            conditions,
            buffer,
            currency,
            as_of,
            hours_per_month,
            tax,
            reverse_charge: *reverse_charge,
            list_prices: self.list_prices,
            ..Request::today(today())
        })
    }
}

/// Today's date in UTC.
pub(super) fn today() -> Date {
    jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}

/// Reads typed values and collects their errors.
struct TypedInputs<'w> {
    matches: &'w ArgMatches,
    workspace: &'w mut Workspace,
    wrong: Vec<Diagnostic>,
}

impl TypedInputs<'_> {
    /// Whether a value was typed rather than set in the environment.
    fn is_typed(&self, name: &str) -> bool {
        let known = self.matches.try_contains_id(name).unwrap_or(false);
        known && self.matches.value_source(name) == Some(ValueSource::CommandLine)
    }

    /// The origin of a value in messages: the flag, or the environment variable.
    fn origin(&self, name: &str) -> String {
        if self.is_typed(name) {
            format!("--{}", name.replace('_', "-"))
        } else {
            format!("COSTPLAN_{}", name.to_uppercase())
        }
    }

    /// Reads a value.
    fn read<T: FromNode>(&mut self, name: &str, text: Option<&str>) -> Option<T> {
        let text = text?;
        let origin = self.origin(name);
        match self.workspace.typed(&origin, text) {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.wrong.extend(wrong);
                None
            }
        }
    }

    /// MRR and ARPU; if only one of them was typed, the one from the environment is ignored.
    fn one_of<'t>(&mut self, mrr: Option<&'t str>, arpu: Option<&'t str>) -> (Option<&'t str>, Option<&'t str>) {
        match (mrr, arpu, self.is_typed("mrr"), self.is_typed("arpu")) {
            (Some(_), Some(_), true, false) => (mrr, None),
            (Some(_), Some(_), false, true) => (None, arpu),
            (Some(_), Some(_), ..) => {
                let (mrr, arpu) = (self.origin("mrr"), self.origin("arpu"));
                let message = format!("`{mrr}` and `{arpu}` cannot be combined");
                let diagnostic = Diagnostic::new(Code::InvalidArgument, message);
                self.wrong.push(diagnostic.help("MRR is ARPU times the customers: give one of them"));
                (None, None)
            }
            _ => (mrr, arpu),
        }
    }
}

/// Reads values that were typed as `NAME=VALUE`. Reports every error, and names that are given twice.
pub(super) fn pairs<T: FromNode>(
    flag: &str,
    typed: &[String],
    workspace: &mut Workspace,
) -> Result<Vec<(Spanned<String>, T)>, Vec<Diagnostic>> {
    pairs_of(flag, typed, str::trim, workspace)
}

/// The same, where `part` is the part of a text after the `=` that is the value.
pub(super) fn pairs_of<T: FromNode>(
    flag: &str,
    typed: &[String],
    part: fn(&str) -> &str,
    workspace: &mut Workspace,
) -> Result<Vec<(Spanned<String>, T)>, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    if typed.len() > MAX_PAIRS {
        let message = format!("`{flag}` is given more than {MAX_PAIRS} times");
        return Err(vec![Diagnostic::new(Code::InvalidArgument, message)]);
    }
    let mut read = Vec::new();
    for text in typed {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        if name.trim().is_empty() || value.trim().is_empty() {
            let diagnostic = Diagnostic::new(Code::InvalidArgument, format!("`{flag} {text}` lacks a name or a value"));
            wrong.push(diagnostic.help(format!("write `{flag} NAME=VALUE`")));
            continue;
        }
        let name: Result<Spanned<String>, _> = workspace.typed(flag, name.trim());
        let value: Result<T, _> = workspace.typed(flag, part(value));
        match (name, value) {
            (Ok(name), Ok(value)) => read.push((name, value)),
            (name, value) => wrong.extend(name.err().into_iter().chain(value.err()).flatten()),
        }
    }
    let mut names: Vec<&str> = read.iter().map(|(name, _)| name.value.as_str()).collect();
    names.sort_unstable();
    for pair in names.windows(2).filter(|pair| pair[0] == pair[1]) {
        let message = format!("`{flag}` gives `{}` two values", pair[0]);
        wrong.push(Diagnostic::new(Code::InvalidArgument, message).help("give it once"));
    }
    if wrong.is_empty() { Ok(read) } else { Err(wrong) }
}

/// Reads names that are separated by commas. Reports every error.
pub(super) fn names(
    flag: &str,
    typed: &[String],
    workspace: &mut Workspace,
) -> Result<Vec<Spanned<String>>, Vec<Diagnostic>> {
    let names = typed.iter().flat_map(|typed| typed.split(',')).map(str::trim);
    let read: Vec<Result<Spanned<String>, _>> = names.map(|name| workspace.typed(flag, name)).collect();
    let (read, wrong): (Vec<_>, Vec<_>) = read.into_iter().partition(Result::is_ok);
    let wrong: Vec<Diagnostic> = wrong.into_iter().filter_map(Result::err).flatten().collect();
    if wrong.is_empty() { Ok(read.into_iter().flatten().collect()) } else { Err(wrong) }
}

/// Turns the diagnostics of a workspace into the error that ends a command.
pub(super) trait OrFail<T> {
    /// The value, or every error together with the texts to show it in.
    fn or_fail(self, workspace: &Workspace) -> Result<T, Failure>;
}

impl<T> OrFail<T> for Result<T, Vec<Diagnostic>> {
    fn or_fail(self, workspace: &Workspace) -> Result<T, Failure> {
        self.map_err(|diagnostics| workspace.failure(diagnostics))
    }
}
