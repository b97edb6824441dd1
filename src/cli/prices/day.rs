//! The day whose prices are meant.

use clap::{ArgMatches, Args};

use crate::cli::args::{InputArgs, SettingArgs};
use crate::diagnostic::Failure;
use crate::resolve::Request;
use crate::workspace::Workspace;

// The day whose prices are meant.
#[derive(Clone, Debug, Args)]
pub(crate) struct DayArgs {
    /// Use the prices of this day instead of today's
    #[arg(long, value_name = "DATE", env = "COSTPLAN_AS_OF", hide_env_values = true)]
    as_of: Option<String>,
}

impl DayArgs {
    /// The request for the prices of the day, completed by the project's defaults.
    pub(crate) fn request(self, matches: &ArgMatches, workspace: &mut Workspace) -> Result<Request, Failure> {
        let settings = SettingArgs::of_day(self.as_of, None);
        Ok(settings.settled(&InputArgs::default(), matches, workspace)?.request)
    }
}
