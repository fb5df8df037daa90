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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::Samplers;
    use crate::model::{Adoption as Spreading, Model, Spread, Team};
    use crate::plan::{Maker, adoption::compile};
    use crate::rng::mix;

    const N: u32 = 20_000;
    const MONTH: f64 = 30.0 * 86_400.0;

    fn world(ceiling: f64, drop_out: f64) -> Adoption {
        let mut model = Model::default();
        model.teams.push(Team::default());
        model.teams.push(Team::default());
        model.adoptions.push(Spreading {
            name: "tool".into(),
            go_live: Time::from_ticks(-1_000_000),
            spread: vec![Spread { team: TeamId(0), p: 0.03 / MONTH, q: 0.38 / MONTH, ceiling }],
            training: Duration::ZERO,
            drop_out: drop_out / MONTH,
        });
        let rollouts = compile(&mut Maker::new(&model, Samplers::default()));
        let mut adoption = Adoption::default();
        let people: Vec<_> = (0..N).map(|i| (mix(5, u64::from(i)), TeamId(i % 2))).collect();
        adoption.reset(&rollouts, people.iter().copied(), Key::new(3, 0));
        adoption
    }

    fn having(adoption: &Adoption, months: f64) -> Vec<u32> {
        let at = Time::from_ticks(-1_000_000) + Duration::from_seconds(months * MONTH);
        (0..N).filter(|m| adoption.has(Some(AdoptionId(0)), *m, at)).collect()
    }

    /// Binomial with the share that the Bass formula says; F(6) = .43924 for (.03, .38).
    #[test]
    fn shares_follow_the_bass_curve() {
        for (ceiling, drop_out) in [(1.0, 0.0), (0.6, 0.0), (0.6, 0.02)] {
            let adoption = world(ceiling, drop_out);
            let (n, f) = (f64::from(N / 2), 0.43924 * ceiling);
            let has = having(&adoption, 6.0);
            assert!(has.iter().all(|m| m % 2 == 0), "the roll-out is for the first team only");
            if drop_out == 0.0 {
                assert!(((has.len() as f64 - n * f) / (n * f * (1.0 - f)).sqrt()).abs() < 4.0);
            } else {
                let adopted = having(&world(ceiling, 0.0), 6.0);
                let kept = has.len() as f64 / adopted.len() as f64;
                assert!(kept < 0.99 && kept > (-0.02_f64 * 6.0).exp(), "some have left: {kept}");
                assert!(has.iter().all(|m| adopted.contains(m)));
            }
        }
        // A lower ceiling keeps a subset, not other people.
        let (all, some) = (having(&world(1.0, 0.0), 6.0), having(&world(0.6, 0.0), 6.0));
        assert!(some.iter().all(|m| all.contains(m)) && some.len() < all.len());
        assert!(world(1.0, 0.0).has(None, 1, Time::ZERO), "everybody has a channel without roll-out");
    }
}
