//! Progress on stderr, only when that is a terminal: one line for each scenario or cell, with the time left.

use indicatif::{HumanDuration, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::Cell;
use std::io::{self, IsTerminal};
use std::time::Instant;

/// The bars of a batch, one below the other.
pub struct Bars {
    lines: MultiProgress,
    planned: usize,
    begun: Cell<u32>,
    start: Instant,
}

impl Bars {
    pub fn new(planned: usize) -> Self {
        let target = match io::stderr().is_terminal() {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        Self {
            lines: MultiProgress::with_draw_target(target),
            planned,
            begun: Cell::new(0),
            start: Instant::now(),
        }
    }

    /// The bar of the next piece of work.
    pub fn next(&self, name: &str) -> ProgressBar {
        let done = self.begun.replace(self.begun.get() + 1);
        let rest = self.planned.saturating_sub(done as usize) as u32;
        let count = match self.planned {
            1 => String::new(),
            planned => format!("[{}/{planned}] ", done + 1),
        };
        // As if the others took as long as those that are done.
        let in_all = match done {
            0 => String::new(),
            done => format!("; {} left in all", HumanDuration(self.start.elapsed() / done * rest)),
        };
        let bar = self.lines.add(ProgressBar::new(1));
        bar.with_style(style("{prefix:<36} {wide_bar} {pos}/{len} runs, {eta} left{msg}"))
            .with_prefix(format!("{count}{name}"))
            .with_message(in_all)
    }

    /// In a batch the line stays; a single bar goes away.
    pub fn done(&self, bar: &ProgressBar, kept: bool) {
        if self.planned == 1 {
            return bar.finish_and_clear();
        }
        bar.set_style(style("{prefix:<36} {msg}"));
        bar.finish_with_message(match kept {
            true => "answered before".to_owned(),
            false => format!("{} runs in {:.1?}", bar.position(), bar.elapsed()),
        });
    }
}

/// What a bar shows of the runs that are done and planned.
pub fn on(bar: &ProgressBar) -> impl Fn(usize, usize) + Sync {
    |done, planned| {
        bar.set_length(planned as u64);
        bar.set_position(done as u64);
    }
}

/// A line that belongs above a bar.
pub fn say(bar: &ProgressBar, text: &str) {
    bar.suspend(|| eprintln!("{text}"));
}

/// A line only for people who look on.
pub fn note(text: &str) {
    if io::stderr().is_terminal() {
        eprintln!("{text}");
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
