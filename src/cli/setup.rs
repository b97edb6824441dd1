//! Projects and the program itself: `init`, `validate`, `schema`, `completions`, `man` and `explain-error`; and what is shown without a
//! command.

pub(crate) mod completions;
pub(crate) mod explain_error;
pub(crate) mod init;
mod init_args;
pub(crate) mod man;
pub(crate) mod overview;
pub(crate) mod schema;
pub(crate) mod validate;
mod wizard;
