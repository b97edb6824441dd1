//! The `costplan` program: hands its arguments to [`costplan::cli`].

use std::process::ExitCode;

use costplan::cli::{self, StandardOutput};

fn main() -> ExitCode {
    cli::run(std::env::args_os(), standard_output())
}

#[cfg(unix)]
fn standard_output() -> StandardOutput {
    if started::IS_OUTPUT_CLOSED.load(std::sync::atomic::Ordering::Relaxed) {
        StandardOutput::Closed
    } else {
        StandardOutput::Open
    }
}

#[cfg(not(unix))]
fn standard_output() -> StandardOutput {
    StandardOutput::Open
}

/// What is seen before `main`: a standard output that is closed. Rust opens `/dev/null` in its place, and then it looks
/// as if somebody wanted no output.
#[cfg(unix)]
mod started {
    use std::sync::atomic::{AtomicBool, Ordering};

    pub(crate) static IS_OUTPUT_CLOSED: AtomicBool = AtomicBool::new(false);

    #[ctor::ctor(unsafe)]
    fn see_output() {
        let is_closed = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();
        IS_OUTPUT_CLOSED.store(is_closed, Ordering::Relaxed);
    }
}
