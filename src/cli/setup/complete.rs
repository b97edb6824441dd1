//! `costplan complete`: what the shells ask for while a command line is being typed.
//!
//! The scripts of `costplan completions` call it with the line up to the cursor. It answers with words that can be there,
//! each on a line with what it is; or with `:files` or `:directories`, which a shell lists itself.

use std::process::ExitCode;

use clap::builder::ValueHint;
use clap::{Arg, Args, FromArgMatches as _};

use crate::cli::args::with_globals;
use crate::cli::command::{Command, Invocation};
use crate::cli::setup::help::TOPICS;
use crate::cli::setup::typed_line::words;
use crate::cli::terminal::Terminal;
use crate::diagnostic::Code;
use crate::load::output_schemas;
use crate::model::Trust;
use crate::workspace::{Named, Workspace};

pub(crate) const COMMAND: Command =
    Command { name: "complete", about: "List what can be typed next, for the scripts of shells", arguments, run };

/// The most words that a shell is given.
const MAX_WORDS: usize = 1000;

#[derive(Clone, Debug, Args)]
struct CompleteArgs {
    /// The line up to the cursor
    #[arg(long, allow_hyphen_values = true)]
    line: String,
    /// The characters at which the shell splits words, so that it replaces only what is after the last of them
    #[arg(long, allow_hyphen_values = true)]
    breaks: Option<String>,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(CompleteArgs::augment_args(command))
}

/// What can be typed next.
enum Answer {
    /// One of these words, each with what it is.
    Words(Vec<(String, String)>),
    Files,
    Directories,
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = CompleteArgs::from_arg_matches(invocation.matches)?;
    let mut words = words(&args.line);
    let current = words.pop().unwrap_or_default();
    let mut program = (invocation.program)();
    program.build();
    let text = match (Typed { program: &program, words: &words, current: &current }).answer() {
        Answer::Files => ":files\n".to_owned(),
        Answer::Directories => ":directories\n".to_owned(),
        Answer::Words(mut found) => {
            found.retain(|(word, _)| word.starts_with(&*current) && is_plain(word));
            found.truncate(MAX_WORDS);
            let is_break = |character: char| args.breaks.as_ref().is_some_and(|breaks| breaks.contains(character));
            let kept = current.rfind(is_break).map_or(0, |at| at + 1);
            found.iter().map(|(word, what)| format!("{}\t{}\n", &word[kept..], in_one_line(what))).collect()
        }
    };
    terminal.text(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Whether no shell reads more than a word in it: the names are those of a stranger's files.
fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./:@+=%,".contains(&byte))
}

fn in_one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// A command line that is being typed: the whole words, and the one at the cursor.
struct Typed<'t> {
    program: &'t clap::Command,
    words: &'t [String],
    current: &'t str,
}

impl Typed<'_> {
    fn answer(&self) -> Answer {
        let mut place = Place { command: self.program, positionals: 0, flag: None, is_after_dashes: false };
        self.words.iter().skip(1).for_each(|word| place.pass(word));
        let Place { command, positionals, flag, is_after_dashes } = place;
        if let Some(flag) = flag {
            return self.values(command, flag, self.current, "");
        }
        if self.current.starts_with('-') && !is_after_dashes {
            return match self.current.split_once('=') {
                Some((name, value)) => match long_flag(command, name.trim_start_matches('-')) {
                    Some(flag) => self.values(command, flag, value, &format!("{name}=")),
                    None => Answer::Words(Vec::new()),
                },
                None => Answer::Words(self.flags(command)),
            };
        }
        let mut positional = command.get_positionals().nth(positionals);
        if positional.is_none() {
            positional = command.get_positionals().last().filter(|last| takes_many(last));
        }
        let of_commands = if positionals == 0 { commands(command) } else { Vec::new() };
        match positional.map(|argument| self.values(command, argument, self.current, "")) {
            Some(Answer::Words(words)) => Answer::Words(of_commands.into_iter().chain(words).collect()),
            Some(other) => other,
            None => Answer::Words(of_commands),
        }
    }

    /// The flags of a command that are not typed yet or may be repeated.
    fn flags(&self, command: &clap::Command) -> Vec<(String, String)> {
        let shown = command.get_arguments().filter(|argument| !argument.is_hide_set());
        let flags = shown.filter_map(|argument| Some((format!("--{}", argument.get_long()?), argument)));
        let is_new = |flag: &str, argument: &Arg| {
            let is_typed = self.words.iter().any(|word| word.split('=').next() == Some(flag));
            !is_typed || matches!(argument.get_action(), clap::ArgAction::Append)
        };
        let new = flags.filter(|(flag, argument)| is_new(flag, argument));
        new.map(|(flag, argument)| (flag, argument.get_help().map(ToString::to_string).unwrap_or_default())).collect()
    }

    /// The values of an argument; `before` is what is in front of the value in the same word.
    fn values(&self, command: &clap::Command, argument: &Arg, value: &str, before: &str) -> Answer {
        if argument.get_id() == "directory" {
            return Answer::Directories;
        }
        match argument.get_value_hint() {
            ValueHint::FilePath | ValueHint::AnyPath => return Answer::Files,
            ValueHint::DirPath => return Answer::Directories,
            _ => {}
        }
        let possible = argument.get_possible_values();
        let mut found: Vec<(String, String)> = possible
            .iter()
            .filter(|value| !value.is_hide_set())
            .map(|value| (value.get_name().to_owned(), value.get_help().map(ToString::to_string).unwrap_or_default()))
            .collect();
        let id = argument.get_id().as_str();
        if id == "names" {
            return Answer::Words(self.commands_and_topics(command.get_name() == "help"));
        }
        if (id, command.get_name()) == ("by", "sensitivity") {
            // A rate.
            return Answer::Words(Vec::new());
        }
        if id == "fixed_stages" {
            found.extend(
                ["fit", "calendar", "revenue"].map(|word| (word.to_owned(), "the stages of the months".to_owned())),
            );
        }
        // Names in a list are separated by commas.
        let (listed, value) = match (id, value.rsplit_once(',')) {
            ("apply", Some((listed, value))) => (format!("{listed},"), value),
            _ => (String::new(), value),
        };
        if (id, command.get_name(), argument.is_positional()) == ("vendor", "import", true) {
            found.extend(self.names("source", value));
            found.extend("ecb".starts_with(value).then(|| ("ecb".to_owned(), "exchange rates".to_owned())));
        }
        found.extend(self.names(if id == "fixed_stages" { "stages" } else { id }, value));
        Answer::Words(found.into_iter().map(|(word, what)| (format!("{before}{listed}{word}"), what)).collect())
    }

    /// The names that an argument takes.
    fn names(&self, argument: &str, start: &str) -> Vec<(String, String)> {
        let fixed = |words: &[&str]| words.iter().map(|word| ((*word).to_owned(), String::new())).collect();
        let named: &[(Named, &str)] = match argument {
            "stage" | "stages" | "first" | "second" => &[(Named::Stages, "stage")],
            "name" => &[(Named::Stages, "stage"), (Named::Runbooks, "runbook")],
            "scenario" => &[(Named::Scenarios, "scenario")],
            "apply" | "technique" => &[(Named::Techniques, "technique")],
            "checklist" => &[(Named::Checklists, "checklist")],
            "vendor" => &[(Named::Vendors, "vendor")],
            "source" => &[(Named::PriceSources, "source of prices")],
            "sku" => &[(Named::Skus, "SKU")],
            "code" => {
                return Code::ALL.iter().map(|code| (code.as_str().to_owned(), code.summary().to_owned())).collect();
            }
            "schema" => return output_schemas().map(|(id, _)| (id.to_owned(), String::new())).collect(),
            "trust" => return Trust::WORDS.iter().map(|(word, _)| ((*word).to_owned(), String::new())).collect(),
            "by" => return fixed(&["category", "vendor"]),
            _ => return Vec::new(),
        };
        let Ok(mut workspace) = Workspace::open(self.project().as_deref()) else { return Vec::new() };
        let of = |(of, what): &(Named, &str)| {
            let found = workspace.names(*of, start);
            found.into_iter().map(|name| (name, (*what).to_owned())).collect::<Vec<_>>()
        };
        named.iter().flat_map(of).collect()
    }

    /// The commands that can follow those that are named already, with the topics of the help.
    fn commands_and_topics(&self, has_topics: bool) -> Vec<(String, String)> {
        let named = self.words.iter().skip(2).filter(|word| !word.starts_with('-'));
        let named = named.map(String::as_str).try_fold(self.program, |command, name| command.find_subcommand(name));
        let topics = TOPICS.iter().map(|topic| (topic.name.to_owned(), topic.about.to_owned()));
        let is_first = named.is_some_and(|command| command.get_name() == self.program.get_name());
        named.map(commands).unwrap_or_default().into_iter().chain(topics.filter(|_| has_topics && is_first)).collect()
    }

    /// The project that is typed, or that of the environment.
    fn project(&self) -> Option<std::path::PathBuf> {
        let words = || self.words.iter();
        let apart =
            words().zip(words().skip(1)).find(|(flag, _)| *flag == "--project").map(|(_, value)| value.as_str());
        let joined = words().find_map(|word| word.strip_prefix("--project="));
        apart.or(joined).map(Into::into).or_else(|| std::env::var_os("COSTPLAN_PROJECT").map(Into::into))
    }
}

/// Where in a command line the words so far lead.
struct Place<'c> {
    command: &'c clap::Command,
    /// How many arguments without a flag its command has.
    positionals: usize,
    /// The flag whose value comes next.
    flag: Option<&'c Arg>,
    is_after_dashes: bool,
}

impl Place<'_> {
    fn pass(&mut self, word: &str) {
        if self.flag.take().is_some() {
            return;
        }
        if self.is_after_dashes || word == "-" || !word.starts_with('-') {
            let below = self.command.find_subcommand(word).filter(|_| self.positionals == 0 && !self.is_after_dashes);
            match below {
                Some(below) => self.command = below,
                None => self.positionals += 1,
            }
        } else if word == "--" {
            self.is_after_dashes = true;
        } else if let Some(long) = word.strip_prefix("--") {
            self.flag = long_flag(self.command, long).filter(|flag| takes_value(flag));
        } else {
            let last = word.chars().last();
            let mut short = self.command.get_arguments().filter(|argument| argument.get_short() == last);
            self.flag = short.next().filter(|flag| takes_value(flag));
        }
    }
}

fn long_flag<'c>(command: &'c clap::Command, long: &str) -> Option<&'c Arg> {
    command.get_arguments().find(|argument| argument.get_long() == Some(long))
}

/// Whether an argument needs a value in the next word.
fn takes_value(argument: &Arg) -> bool {
    argument.get_num_args().is_some_and(|count| count.min_values() > 0)
}

/// Whether an argument without a flag may be repeated.
fn takes_many(argument: &Arg) -> bool {
    argument.get_num_args().is_some_and(|count| count.max_values() > 1)
        || matches!(argument.get_action(), clap::ArgAction::Append)
}

/// The commands of a command, with what they do.
fn commands(of: &clap::Command) -> Vec<(String, String)> {
    let shown = of.get_subcommands().filter(|command| !command.is_hide_set());
    let about = |command: &clap::Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    shown.map(|command| (command.get_name().to_owned(), about(command))).collect()
}
