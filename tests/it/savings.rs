//! What costs less.

mod focus;
mod opportunities;
mod optimize;
mod replaced_skus;
mod techniques;
