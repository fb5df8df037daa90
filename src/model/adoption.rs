//! How a channel spreads among the members of teams.

use crate::ids::TeamId;
use crate::units::{Duration, Time};

#[derive(Clone, Debug, PartialEq)]
pub struct Adoption {
    pub name: String,
    /// When the roll-out begins; before the start of the run for a settled world.
    pub go_live: Time,
    pub spread: Vec<Spread>,
    /// A new adopter is off the job for this long, once.
    pub training: Duration,
    /// Rate at which adopters stop using it for good [1/s].
    pub drop_out: f64,
}

/// Bass diffusion (Bass 1969) in one team: F(t) = ceiling (1 - e^-(p+q)t) / (1 + q/p e^-(p+q)t); a worker adopts when
/// F passes the worker's own uniform, which is the same in every arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub team: TeamId,
    /// Innovation and imitation [1/s].
    pub p: f64,
    pub q: f64,
    /// Share of the members who will ever adopt.
    pub ceiling: f64,
}
