//! What an interrupted run has done, and what its results leave out.

use super::input::Input;
use super::inputs;
use crate::experiment::{Ending, FIRST_ARMS, Note, Results};

pub struct Unfinished {
    /// What was finished: "6 of 20 replications".
    pub done: String,
    /// What the results leave out beside replications; None where nothing else was asked for.
    pub note: Option<Note>,
}

/// Interrupted among the replications.
pub fn replications(input: &Input, results: &Results) -> Option<Unfinished> {
    let asked = input.arms[0].1.design.replications;
    let (carries, ramp) = (inputs::plan(input).is_some(), ramp_asked(input));
    let note = (carries || ramp.is_some())
        .then(|| Note::Interrupted { without_inputs: carries, ramp: ramp.map(|asked| (0, asked)) });
    let of = if input.arms.len() > FIRST_ARMS { " of all arms (of the first ones more)" } else { "" };
    let done = format!("{} of {asked} replications{of}", results.replications);
    (results.ending == Ending::Cancelled).then_some(Unfinished { done, note })
}

/// Interrupted among the samples of the inputs.
pub fn samples(input: &Input) -> Unfinished {
    let ramp = ramp_asked(input).map(|asked| (0, asked));
    Unfinished {
        done: "all replications and some samples of the inputs".to_owned(),
        note: Some(Note::Interrupted { without_inputs: true, ramp }),
    }
}

/// Interrupted among the replications of the ramp, of which nothing may be there.
pub fn ramp(input: &Input, ramp: Option<&Results>) -> Option<Unfinished> {
    let asked = ramp_asked(input)?;
    let done = ramp.map_or(0, |ramp| ramp.replications);
    let before = match inputs::plan(input) {
        Some(_) => "all replications and samples",
        None => "all replications",
    };
    let is_whole = ramp.is_some_and(|ramp| ramp.ending != Ending::Cancelled);
    (!is_whole).then(|| Unfinished {
        done: format!("{before}, and {done} of {asked} replications of the ramp,"),
        note: Some(Note::Interrupted { without_inputs: false, ramp: Some((done, asked)) }),
    })
}

/// Replications of the ramp, where there is one.
fn ramp_asked(input: &Input) -> Option<usize> {
    input.ramp.first().map(|(_, model)| model.design.replications as usize)
}
