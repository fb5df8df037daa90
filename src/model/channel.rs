//! Channels: the ways to ask. Everything a channel does to a search follows from these mechanisms.

use crate::dist::Dist;
use crate::ids::{AdoptionId, TeamId};

#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    pub name: String,
    pub mode: ChannelMode,
    /// Who has the channel; everybody when absent.
    pub adoption: Option<AdoptionId>,
    /// Probability that an attempt reaches a person who is on shift.
    pub reach: f64,
    /// Time until the next attempt after one that failed [s].
    pub retry: Option<Dist>,
    /// From being reached to giving the answer [s].
    pub latency: Dist,
    /// The latency runs in the answerer's working time (nobody reads off shift); in elapsed time otherwise.
    pub on_shift_only: bool,
    /// Probability that a person who read it replies at all.
    pub reply: f64,
    /// Share of a team's members who ever reply (the others read and stay silent); fixed per worker.
    pub active: f64,
    /// The asker's working time per ask [s].
    pub ask_cost: Dist,
    /// Each reader's working time per message [s].
    pub read_cost: Dist,
    /// The answerer's working time per answer [s].
    pub answer_cost: Dist,
    /// Answers are seen by everybody who has the channel: beliefs are learned, searches find them.
    pub visible: bool,
    pub overload: Option<Overload>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelMode {
    /// One place at a time, the most promising first; an ask ends with an answer or with no reply after `retry`.
    OneByOne,
    /// All places at once; the first useful answer counts.
    Broadcast,
}

/// Replies get rarer when there is more to read: reply probability x capacity / max(capacity, posts in the last day).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overload {
    /// Posts a day up to which nothing is lost.
    pub capacity: f64,
}

/// A piece of knowledge, and who has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Topic {
    pub name: String,
    /// Share of a team's members who know it.
    pub known_by: Vec<(TeamId, f64)>,
    /// Drawn anew for every question (a fact one happens to know) instead of once for every person.
    pub per_question: bool,
}
