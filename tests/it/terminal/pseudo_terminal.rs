//! A pseudo-terminal, on which programs run as for a person.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// The size of a small terminal.
pub const SMALL: [u16; 2] = [80, 24];

/// The side of a pseudo-terminal that a person has.
pub struct PseudoTerminal {
    keys: File,
    screen: JoinHandle<String>,
    programs: File,
}

impl PseudoTerminal {
    /// A terminal of as many columns and lines.
    pub fn new([columns, lines]: [u16; 2]) -> Self {
        let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&person).unwrap();
        unlockpt(&person).unwrap();
        tcsetwinsize(&person, Winsize { ws_row: lines, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let name = ptsname(&person, Vec::new()).unwrap().into_string().unwrap();
        let programs = File::options().read(true).write(true).open(name).unwrap();
        let keys = File::from(person);
        let mut shown = keys.try_clone().unwrap();
        let screen = thread::spawn(move || {
            let mut bytes = Vec::new();
            let mut part = [0; 4096];
            // The end of the last program is an error here.
            while let Ok(length @ 1..) = shown.read(&mut part) {
                bytes.extend(&part[..length]);
            }
            String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
        });
        Self { keys, screen, programs }
    }

    /// The side of the programs.
    pub fn side(&self) -> Stdio {
        self.programs.try_clone().unwrap().into()
    }

    /// Starts a program with everything on the terminal.
    pub fn start(&self, mut command: Command) -> Child {
        command.env("TERM", "xterm").stdin(self.side()).stdout(self.side()).stderr(self.side()).spawn().unwrap()
    }

    /// Types.
    pub fn keys(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// What was on the screen, once every program has ended.
    pub fn screen(self) -> String {
        drop(self.programs);
        self.screen.join().unwrap()
    }
}

/// What a program shows on a terminal, and its exit code.
pub fn shown(command: Command, size: [u16; 2]) -> (String, Option<i32>) {
    let terminal = PseudoTerminal::new(size);
    let code = terminal.start(command).wait().unwrap().code();
    (terminal.screen(), code)
}
