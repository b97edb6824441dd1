//! The `costplan` program: hands its arguments to [`costplan::cli`].

fn main() -> std::process::ExitCode {
    costplan::cli::run(std::env::args_os())
}
