//! Projects and the program itself: `init`, `validate`, `schema`, `completions`, `man`, `help` and the like; and what is
//! shown without a command.

pub(crate) mod complete;
pub(crate) mod completions;
pub(crate) mod explain_error;
pub(crate) mod help;
pub(crate) mod init;
mod init_args;
pub(crate) mod man;
pub(crate) mod overview;
pub(crate) mod schema;
mod typed_line;
pub(crate) mod validate;
pub(crate) mod version;
mod wizard;
