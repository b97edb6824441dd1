//! The arguments of `costplan init`.

use std::path::PathBuf;

use clap::Args;

use crate::app::NEW_STAGE;

#[derive(Clone, Debug, Default, Args)]
pub(super) struct InitArgs {
    /// The directory, created if it does not exist; the working directory unless given
    pub(super) directory: Option<PathBuf>,
    /// The vendors: digitalocean,vercel,openai,stripe; `costplan prices vendors` lists those that there are
    #[arg(long = "with", value_name = "VENDORS")]
    pub(super) with: Vec<String>,
    /// The name of the project; that of its directory unless given
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// The currency of the plan; USD unless given
    #[arg(long, value_name = "CODE")]
    pub(super) currency: Option<String>,
    /// The customers now and in a year: 20..500
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true)]
    pub(super) customers: Option<String>,
    /// What one customer pays a month
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub(super) arpu: Option<String>,
    /// What you spend a month on anything but infrastructure
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub(super) other_costs: Option<String>,
    /// What is in the bank
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub(super) cash: Option<String>,
    /// How much one unit of a vendor's currency is in that of the plan: USD=0.79; may be repeated
    #[arg(long, value_name = "CODE=NUMBER")]
    pub(super) rate: Vec<String>,
    /// Use the prices and exchange rates of this day instead of today's, and judge by it how old they are
    #[arg(long, value_name = "DATE", env = "COSTPLAN_AS_OF", hide_env_values = true)]
    pub(super) as_of: Option<String>,
    /// Copy the example plan instead
    #[arg(long, conflicts_with_all = ["with", "name", "currency", "customers", "arpu", "other_costs", "cash", "rate"])]
    pub(super) example: bool,
}

/// The flags; none of them is typed if questions are asked.
pub(super) const FLAGS: [&str; 9] =
    ["with", "name", "currency", "customers", "arpu", "other_costs", "cash", "rate", "example"];

/// The files that only a new plan has; nothing is asked where one of them exists.
pub(super) const OWN_FILES: [&str; 2] = ["costplan.toml", NEW_STAGE];
