//! How far long work is, on standard error of a terminal.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::model::Progress;

/// How long work takes before it is shown, and how long a line stays.
const FIRST: Duration = Duration::from_secs(1);
const EACH: Duration = Duration::from_millis(200);

/// The line that shows how far the work is.
#[derive(Clone)]
pub(super) struct ProgressLine(Arc<Mutex<Line>>);

struct Line {
    /// When the work started: when it was first heard of.
    started: Option<Instant>,
    next: Duration,
    is_shown: bool,
    is_over: bool,
}

impl ProgressLine {
    /// A line, unless standard error is no terminal that it can be taken back from.
    pub(super) fn of_terminal() -> Option<Self> {
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        (io::stderr().is_terminal() && !is_dumb)
            .then(|| Self(Arc::new(Mutex::new(Line { started: None, next: FIRST, is_shown: false, is_over: false }))))
    }

    /// Who hears of the work.
    pub(super) fn listener(&self) -> Progress {
        let line = self.clone();
        Progress::to(move |done, all| line.hear(done, all))
    }

    fn hear(&self, done: u64, all: u64) {
        let Ok(mut line) = self.0.lock() else { return };
        let elapsed = line.started.get_or_insert_with(Instant::now).elapsed();
        if elapsed < line.next || line.is_over {
            return;
        }
        line.next = elapsed + EACH;
        line.is_shown = true;
        // If standard error cannot be written, nobody waits for it.
        let _ = write!(io::stderr(), "\r{}\u{1b}[K", words(done, all, elapsed));
    }

    /// Takes the line back for good, before anything else is printed.
    pub(super) fn end(&self) {
        let Ok(mut line) = self.0.lock() else { return };
        line.is_over = true;
        if std::mem::take(&mut line.is_shown) {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}

/// ` 42%, about 12 s left`.
fn words(done: u64, all: u64, elapsed: Duration) -> String {
    let percent = (u128::from(done) * 100).checked_div(u128::from(all)).unwrap_or(0).min(100);
    let left = elapsed.as_millis().saturating_mul(u128::from(all.saturating_sub(done))) / u128::from(done.max(1));
    format!("computing: {percent}%, about {} s left", left.div_ceil(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_is_left_is_in_proportion() {
        let seconds = Duration::from_secs;
        assert_eq!(words(25, 100, seconds(2)), "computing: 25%, about 6 s left");
        assert_eq!(words(0, 0, seconds(2)), "computing: 0%, about 0 s left");
        assert_eq!(words(100, 100, seconds(2)), "computing: 100%, about 0 s left");
        assert_eq!(words(u64::MAX, u64::MAX, seconds(2)), "computing: 100%, about 0 s left");
    }
}
