//! How a command ends.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// Why a command did not end well, with its documented exit code.
#[derive(Debug)]
pub enum Failure {
    /// Something failed on the way: 1.
    Failed(String),
    /// The input is wrong; the text is already rendered, or is one line: 2.
    BadInput(String),
    /// The precision asked for was not reached within the replications allowed: 3.
    NotPrecise(String),
    /// Ctrl-C; the text says what was kept: 130.
    Interrupted(String),
}

impl Failure {
    /// What it is about, before it.
    pub fn of(self, what: &str) -> Self {
        let told = |text: String| format!("{what}: {text}");
        match self {
            Self::Failed(text) => Self::Failed(told(text)),
            Self::BadInput(text) => Self::BadInput(told(text)),
            Self::NotPrecise(text) => Self::NotPrecise(told(text)),
            Self::Interrupted(text) => Self::Interrupted(told(text)),
        }
    }

    /// Says what happened on stderr and gives the exit code.
    pub fn report(self) -> ExitCode {
        let (code, text) = match self {
            Self::Failed(text) => (1, format!("error: {text}")),
            Self::BadInput(text) => (2, text),
            Self::NotPrecise(text) => (3, format!("note: {text}")),
            Self::Interrupted(text) => (130, format!("interrupted: {text}")),
        };
        eprintln!("{}", text.trim_end());
        ExitCode::from(code)
    }
}

/// Writes data to stdout. A reader that went away (`| head`) is no error. Names in logs may hold anything: to a terminal go no
/// control characters that would command it.
pub fn print(text: &str) -> Result<(), Failure> {
    let commands = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    let text = match io::stdout().is_terminal() && text.contains(commands) {
        true => Cow::Owned(text.replace(commands, "\u{fffd}")),
        false => Cow::Borrowed(text),
    };
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Failed(format!("cannot write to standard output: {e}")))
        }
        _ => Ok(()),
    }
}
