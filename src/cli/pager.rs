//! Long output on a terminal, through a pager as git does.

use std::io::{self, Write};
use std::process::{Child, Command, Stdio};

/// The most bytes that are held before the pager is started, whatever lines they make.
const MOST_HELD: usize = 64 * 1024;

/// An output to a terminal. It is held until it fills the screen, and then a pager shows it; less than that is only
/// printed.
pub(super) struct Paged<W: Write> {
    out: W,
    /// The lines of the screen.
    height: usize,
    held: Vec<u8>,
    lines: usize,
    state: State,
}

enum State {
    /// Everything is held so far.
    Held,
    /// A pager shows it.
    Shown(Child),
    /// There is no pager.
    Plain,
}

impl<W: Write> Paged<W> {
    /// An output to a terminal with as many lines.
    pub(super) fn new(out: W, height: usize) -> Self {
        Self { out, height, held: Vec::new(), lines: 0, state: State::Held }
    }

    /// Starts the pager with what is held, or prints that if there is none.
    fn begin(&mut self) -> io::Result<()> {
        self.state = match command().and_then(|mut command| command.stdin(Stdio::piped()).spawn().ok()) {
            Some(pager) => {
                outlive_interrupts();
                State::Shown(pager)
            }
            None => State::Plain,
        };
        let held = std::mem::take(&mut self.held);
        self.write_all(&held)
    }

    /// Ends what was written so far: prints what is held, or waits until the reader leaves the pager.
    pub(super) fn end(&mut self) -> io::Result<()> {
        match std::mem::replace(&mut self.state, State::Held) {
            State::Held => {
                self.out.write_all(&self.held)?;
                self.held.clear();
                self.lines = 0;
            }
            State::Shown(mut pager) => {
                drop(pager.stdin.take());
                pager.wait()?;
            }
            State::Plain => self.state = State::Plain,
        }
        self.out.flush()
    }
}

impl<W: Write> Write for Paged<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.state {
            State::Held => {
                self.held.extend(bytes);
                self.lines += memchr::memchr_iter(b'\n', bytes).count();
                if self.lines > self.height || self.held.len() >= MOST_HELD {
                    self.begin()?;
                }
                Ok(bytes.len())
            }
            State::Shown(pager) => match &mut pager.stdin {
                Some(stdin) => stdin.write(bytes),
                None => Err(io::ErrorKind::BrokenPipe.into()),
            },
            State::Plain => self.out.write(bytes),
        }
    }

    /// Nothing: what is held waits for [`Self::end`].
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write> Drop for Paged<W> {
    /// Waits for a reader who is still in the pager, so that no prompt of the shell is drawn over it.
    fn drop(&mut self) {
        // Who needs to know of an error ends it before.
        let _ = self.end();
    }
}

/// The pager that the environment names, `less` unless it names one; `None` if none is wanted. No file of a project is asked:
/// it may be a stranger's.
fn command() -> Option<Command> {
    let of = |name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    let typed = of("COSTPLAN_PAGER").or_else(|| of("PAGER")).unwrap_or_else(|| "less".to_owned());
    let typed = typed.trim();
    if typed.is_empty() || typed == "cat" {
        return None;
    }
    let is_script = typed.contains(['|', '&', ';', '<', '>', '(', ')', '$', '`', '*', '~']);
    let words = if is_script { Some(vec!["sh".into(), "-c".into(), typed.to_owned()]) } else { shlex::split(typed) };
    let words = words.filter(|words| !words.is_empty())?;
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    for (name, options) in [("LESS", "FRX"), ("LV", "-c")] {
        if std::env::var_os(name).is_none() {
            command.env(name, options);
        }
    }
    Some(command)
}

/// Leaves Ctrl-C to the pager: it stops a search there, and must not leave the pager without this program.
#[cfg(unix)]
fn outlive_interrupts() {
    // Without it, Ctrl-C ends this program and leaves the pager, which is no harm to data.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, std::sync::Arc::default());
}

#[cfg(not(unix))]
fn outlive_interrupts() {}
