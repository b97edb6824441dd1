//! What costs less.

mod opportunities;
mod optimize;
mod techniques;
