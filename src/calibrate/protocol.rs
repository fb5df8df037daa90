//! The published protocol: discover from the training part, simulate as many cases as the test part has from its first
//! arrival on, measure, and take the mean over the runs. Nothing of the test part is used but that first instant and its number
//! of cases.

use super::choice::{Choice, all_distances, under_way};
use crate::eventlog::EventLog;
use crate::mining::discover::{Discovered, discover};
use crate::mining::fidelity::{Distances, Floor, noise_floor, replay_floor};
use crate::stats::describe::{mean, sd};

/// How far a discovered model is from a log that it has not seen.
#[derive(Clone, Debug)]
pub struct Protocol {
    pub found: Discovered,
    pub choice: Choice,
    pub mean: Distances,
    /// standard deviation between the runs
    pub sd: Distances,
    pub runs: u32,
    /// training cases that were under way when the first test case came
    pub under_way: usize,
    /// random training cases
    pub floor: Floor,
    /// the last training cases, moved to the start of the test part
    pub replay: Distances,
}

/// Draws for the floor.
const DRAWS: u32 = 200;

/// With the parts as they were chosen on the training part; `None` when a part has no case with an instant.
pub fn protocol(train: &EventLog, test: &EventLog, choice: Choice, runs: u32, seed: u64) -> Option<Protocol> {
    let found = discover(train, "train", "", choice.options)?;
    let under_way = under_way(&found, train, test)?;
    let all = all_distances(&found, &under_way, test, runs, seed)?;
    let column = |m: usize| all.iter().map(|d| d[m]).collect::<Vec<_>>();
    Some(Protocol {
        mean: std::array::from_fn(|m| mean(&column(m))),
        sd: std::array::from_fn(|m| sd(&column(m))),
        runs,
        under_way: under_way.cases(),
        floor: noise_floor(train, test, DRAWS, seed),
        replay: replay_floor(train, test),
        found,
        choice,
    })
}
