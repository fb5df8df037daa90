//! Roll-outs as tables: the inverse of the Bass curve for each team.

use super::Maker;
use crate::ids::{AdoptionId, Id, IdVec, TeamId};
use crate::rng::Purpose;
use crate::units::{Duration, Time};

pub type Table = IdVec<AdoptionId, Rollout>;

/// How a channel spreads.
#[derive(Clone, Debug)]
pub struct Rollout {
    pub go_live: Time,
    /// By team; nothing for the teams that it is not meant for.
    curves: Vec<Option<Bass>>,
    pub training: Duration,
    /// Rate of giving up again [1/s].
    pub drop_out: f64,
    /// The worker's own place on the curve, and the time that the worker stays.
    pub adopts: Purpose,
    pub drops: Purpose,
}

/// F(t) = ceiling (1 - e^-(p+q)t) / (1 + q/p e^-(p+q)t) (Bass, "A new product growth for model consumer durables",
/// Management Science 15, 1969), t in seconds since go-live.
#[derive(Clone, Copy, Debug)]
pub struct Bass {
    pub p: f64,
    pub q: f64,
    pub ceiling: f64,
}

pub fn compile(maker: &mut Maker) -> Table {
    let model = maker.model;
    let rollout = |a: &crate::model::Adoption| {
        let mut curves = vec![None; model.teams.len()];
        for s in &a.spread {
            curves[s.team.index()] = Some(Bass { p: s.p, q: s.q, ceiling: s.ceiling });
        }
        Rollout {
            go_live: a.go_live,
            curves,
            training: a.training,
            drop_out: a.drop_out,
            adopts: maker.purpose(format!("adoption/{}", a.name)),
            drops: maker.purpose(format!("adoption/{}/drop-out", a.name)),
        }
    };
    model.adoptions.iter().map(rollout).collect()
}

impl Rollout {
    /// Absent for a team that the roll-out is not meant for.
    #[inline]
    pub fn curve(&self, team: TeamId) -> Option<&Bass> {
        self.curves[team.index()].as_ref()
    }
}

impl Bass {
    /// When F reaches `u`, counted from go-live [s]; infinite for those who never adopt.
    pub fn time(&self, u: f64) -> f64 {
        if u >= self.ceiling || self.p <= 0.0 {
            return f64::INFINITY;
        }
        let share = u / self.ceiling;
        ((self.q / self.p * share).ln_1p() - (-share).ln_1p()) / (self.p + self.q)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published check value: (.03, .38) has F(6) = .43924; the inverse is the inverse.
    #[test]
    fn bass_is_inverted() {
        let bass = Bass { p: 0.03, q: 0.38, ceiling: 1.0 };
        assert!((bass.time(0.43924) - 6.0).abs() < 1e-4);
        let half = Bass { ceiling: 0.5, ..bass };
        assert!((half.time(0.21962) - 6.0).abs() < 1e-4);
        assert_eq!(half.time(0.5), f64::INFINITY);
        assert_eq!(Bass { ceiling: 0.0, ..bass }.time(1e-12), f64::INFINITY);
        assert!((Bass { q: 0.0, ..bass }.time(0.5) - std::f64::consts::LN_2 / 0.03).abs() < 1e-12);
    }
}
