//! Who has which channel, and when.
//!
//! A worker adopts when the Bass curve of the worker's team passes the worker's own uniform number, and gives up again
//! after an exponential time. Both are known before the run, so that asking costs two comparisons. The numbers are
//! keyed by the worker: with another ceiling or an earlier go-live the same people adopt first.

use crate::ids::{AdoptionId, Id, TeamId};
use crate::plan::adoption::{Rollout, Table};
use crate::rng::Key;
use crate::units::{Duration, Time};

#[derive(Clone, Debug, Default)]
pub struct Adoption {
    n_members: usize,
    /// From adopting to giving up `[roll-out][member]`; empty for those who never adopt.
    spans: Vec<(Time, Time)>,
}

impl Adoption {
    /// Draws everybody's instants; `people` gives entity and team of each member.
    pub fn reset(
        &mut self,
        rollouts: &Table,
        people: impl ExactSizeIterator<Item = (u64, TeamId)> + Clone,
        key: Key,
    ) {
        self.n_members = people.len();
        self.spans.clear();
        for rollout in rollouts.iter() {
            self.spans.extend(people.clone().map(|(entity, team)| span(rollout, entity, team, key)));
        }
    }

    /// Whether the member has what the roll-out brings; everybody has a channel without one.
    #[inline]
    pub fn has(&self, rollout: Option<AdoptionId>, member: u32, at: Time) -> bool {
        rollout.is_none_or(|r| {
            let (from, to) = self.span(r, member);
            from <= at && at < to
        })
    }

    /// From adopting to giving up.
    #[inline]
    pub fn span(&self, rollout: AdoptionId, member: u32) -> (Time, Time) {
        self.spans[rollout.index() * self.n_members + member as usize]
    }
}

fn span(rollout: &Rollout, entity: u64, team: TeamId, key: Key) -> (Time, Time) {
    let never = (Time::NEVER, Time::NEVER);
    let Some(curve) = rollout.curve(team) else { return never };
    let wait = curve.time(key.uniform(rollout.adopts, entity, 0, 0));
    if wait == f64::INFINITY {
        return never;
    }
    let from = rollout.go_live + Duration::from_seconds(wait);
    if rollout.drop_out <= 0.0 {
        return (from, Time::NEVER);
    }
    let stay = -(-key.uniform(rollout.drops, entity, 0, 0)).ln_1p() / rollout.drop_out;
    (from, from + Duration::from_seconds(stay))
}
