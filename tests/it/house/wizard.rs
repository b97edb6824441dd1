//! The questions of `costplan init`, answered in a pseudo-terminal.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::project::{command, json, project, stdout};

/// How long a question may take to appear.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program in a terminal of its own.
struct Session {
    keyboard: File,
    child: Child,
    screen: Arc<Mutex<Vec<u8>>>,
    seen: usize,
}

impl Session {
    fn start(directory: &Path, arguments: &[&str]) -> Self {
        let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&controller).unwrap();
        unlockpt(&controller).unwrap();
        tcsetwinsize(&controller, Winsize { ws_row: 40, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let path = ptsname(&controller, Vec::new()).unwrap();
        let terminal = || {
            let file = OpenOptions::new().read(true).write(true).open(path.to_str().unwrap()).unwrap();
            Stdio::from(file)
        };
        let mut command = command(directory);
        command.args(arguments).env("NO_COLOR", "1").env("TERM", "xterm");
        let child = command.stdin(terminal()).stdout(terminal()).stderr(terminal()).spawn().unwrap();
        // The terminal closes when the program ends.
        drop(command);
        let keyboard = File::from(controller);
        let screen = Arc::new(Mutex::new(Vec::new()));
        let (mut output, shown) = (keyboard.try_clone().unwrap(), Arc::clone(&screen));
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                shown.lock().unwrap().extend_from_slice(&buffer[..count]);
            }
        });
        Self { keyboard, child, screen, seen: 0 }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().unwrap()).into_owned()
    }

    /// Waits until a text appears that was not there before.
    fn sees(&mut self, text: &str) {
        let start = Instant::now();
        loop {
            let shown = self.text();
            if let Some(place) = shown.get(self.seen..).and_then(|new| new.find(text)) {
                self.seen += place + text.len();
                return;
            }
            assert!(start.elapsed() < PATIENCE, "`{text}` does not appear in:\n{shown}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn types(&mut self, keys: &str) {
        // One key after the other, as a person types them.
        for key in keys.chars() {
            self.keyboard.write_all(key.to_string().as_bytes()).unwrap();
            std::thread::sleep(Duration::from_millis(15));
        }
    }

    fn answers(&mut self, question: &str, keys: &str) {
        self.sees(question);
        std::thread::sleep(Duration::from_millis(50));
        self.types(keys);
    }

    fn ends(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                std::thread::sleep(Duration::from_millis(50));
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "it does not end:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // It has ended unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn six_questions_make_a_plan() {
    let directory = project(&[]);
    let mut session = Session::start(directory.path(), &["init"]);
    session.answers("1/6", "faktura\r");
    session.answers("2/6", "EURO");
    session.types("\r");
    // A mistake is said at once, and can be corrected.
    session.sees("currency");
    session.types("EUR\r");
    session.answers("3/6 Customers now", "20\r");
    session.answers("3/6 Customers in a year", "\r");
    session.answers("4/6", "49\r");
    session.answers("5/6", "digitaloc ");
    session.types("vercel openai stripe ");
    session.types("\r");
    session.answers("6/6 Your other costs", "9000\r");
    session.answers("6/6 Cash", "\r");
    session.sees("it costs 88.22 EUR a month: 4.41 each, 9.0% of revenue.");
    assert!(session.ends().success());
    let plan = directory.path().join("faktura");
    assert_eq!(json(&plan, &["stage", "1", "--customers", "20"])["total"].to_string(), "88.22");
    stdout(&plan, &["validate"]);
    let settings = fs::read_to_string(plan.join("costplan.toml")).unwrap();
    assert!(settings.contains("other_costs = \"9000 EUR\"") && settings.contains("# cash ="), "{settings}");
}

#[test]
fn a_rate_is_asked_for_where_none_is_known() {
    let directory = project(&[]);
    let mut session = Session::start(directory.path(), &["init", "uk"]);
    session.answers("2/6", "GBP\r");
    session.answers("3/6 Customers now", "\r");
    session.answers("3/6 Customers in a year", "\r");
    session.answers("4/6", "\r");
    // At least one vendor has to be chosen.
    session.answers("5/6", "\r");
    session.sees("at least one");
    session.types("vercel \r");
    session.answers("6/6 Your other costs", "\r");
    session.answers("6/6 Cash", "\r");
    session.answers("How much GBP is 1 USD?", "0.75\r");
    session.sees("it costs 45.00 GBP a month");
    assert!(session.ends().success());
    stdout(&directory.path().join("uk"), &["validate"]);
}

#[test]
fn a_wizard_that_is_left_writes_nothing() {
    for (leaves, signal) in [("\u{3}", Some(2)), ("\u{1b}", None)] {
        for question in ["1/6", "5/6"] {
            let directory = project(&[]);
            let mut session = Session::start(directory.path(), &["init"]);
            if question == "5/6" {
                session.answers("1/6", "faktura\r");
                session.answers("2/6", "\r");
                session.answers("3/6 Customers now", "\r");
                session.answers("3/6 Customers in a year", "\r");
                session.answers("4/6", "\r");
            }
            session.answers(question, leaves);
            let status = session.ends();
            // Where the shell has it ignored, as for work in the background, Ctrl-C is no signal either.
            assert!([None, signal].contains(&status.signal()), "{question}: {}", session.text());
            assert!(!status.success() && !session.text().contains("error"), "{question}: {}", session.text());
            assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0, "{question}");
        }
    }
}

#[test]
fn flags_ask_nothing_on_a_terminal_either() {
    let directory = project(&[]);
    let mut session = Session::start(directory.path(), &["init", "plan", "--with", "hetzner"]);
    session.sees("it costs 5.93 USD a month");
    assert!(session.ends().success());
    let mut session = Session::start(directory.path(), &["init", "plan"]);
    // What is in the way is said before the questions.
    session.sees("file-exists");
    assert_eq!(session.ends().code(), Some(2));
    assert!(!session.text().contains("2/6"));
}
