//! What cases that were still open at the end would have come to: Kaplan and Meier's estimate, case by case.
//!
//! Efron's form of the product limit ("The two sample problem with censored data", Proc. 5th Berkeley Symposium 4
//! (1967), 831-853): the weight of an open case goes to the cases that were seen to last longer, in equal parts. So what
//! it would have come to is a weighted mean over those, and sums, shares and quantiles keep being made of cases. The mean
//! of a duration is then the area under the Kaplan-Meier curve up to `horizon`, the longest that any case could be
//! followed: where the curve does not come down to zero it stays as it is until there (a restricted mean).
//!
//! A case's time is known up to its age. Waits, work and stages add up within a case, and are known when it ends: there
//! the weight of an open case goes to cases that reached a higher *age*, with what these came to (weighting by the
//! inverse probability of being followed to the end: Bang and Tsiatis, Biometrika 87 (2000), 329-343). What no case is
//! seen to the end of, counts with what has accrued.
//!
//! One replication at a time: replications stay independent, and intervals need nothing else. The estimate takes open
//! cases to be like those that came earlier; where queues grow without end, they are not.

use crate::record::Samples;

/// The samples of a measure in one replication, in order of age.
#[derive(Clone, Debug, Default)]
pub(super) struct Outlook {
    /// Number of each among the samples; ended ones before open ones of the same age.
    order: Vec<usize>,
    open: Vec<bool>,
    values: Vec<f64>,
    /// Weight of each; 0 for open cases, but for those behind `known`, the last end.
    weights: Vec<f64>,
    known: usize,
    /// Whether an open case's value grows with its age.
    is_time: bool,
    horizon: f64,
}

impl Outlook {
    /// Of the samples of cases that started in bin `from` or later; `horizon` [s].
    pub fn new(samples: &Samples, from: usize, horizon: f64) -> Self {
        let is_time = samples.ages.is_empty();
        let cases = &samples.cases;
        let age = |i: usize| if is_time { cases[i].value } else { samples.ages[i] };
        let in_window = |i: &usize| cases[*i].bin as usize >= from;
        let mut order: Vec<usize> = (0..cases.len()).filter(in_window).collect();
        let is_open = |i: usize| cases[i].open;
        order.sort_by(|a, b| age(*a).total_cmp(&age(*b)).then(is_open(*a).cmp(&is_open(*b))));
        let known = order.iter().rposition(|i| !is_open(*i)).map_or(0, |last| last + 1);
        let mut weights = vec![0.0; order.len()];
        let mut weight = 1.0;
        for (place, i) in order.iter().enumerate() {
            if is_open(*i) && place < known {
                let left = (order.len() - place) as f64;
                weight *= left / (left - 1.0);
            } else {
                weights[place] = weight;
            }
        }
        Self {
            open: order.iter().map(|i| is_open(*i)).collect(),
            values: order.iter().map(|i| cases[*i].value).collect(),
            order,
            weights,
            known,
            is_time,
            horizon,
        }
    }

    /// What each open case would have come to in the mean, a time at most to the horizon: number, value.
    pub fn means(&self) -> Vec<(usize, f64)> {
        let unknown = |accrued: f64| if self.is_time { self.horizon.max(accrued) } else { accrued };
        self.expect(|place| match self.open[place] {
            true => unknown(self.values[place]),
            false => self.values[place],
        })
    }

    /// The probability that each open case would have come to more than the limit.
    pub fn shares_over(&self, limit: f64) -> Vec<(usize, f64)> {
        self.expect(|place| {
            let goes_on = self.open[place] && self.is_time;
            f64::from(u8::from(goes_on || self.values[place] > limit))
        })
    }

    /// Values that stand for what the open cases would have come to, in all of them together; infinite: not reached.
    pub fn values(&self) -> Vec<(usize, f64)> {
        let n = self.order.len();
        // Sums of weights from a place on.
        let mut rest = vec![0.0; n + 1];
        (0..n).rev().for_each(|place| rest[place] = rest[place + 1] + self.weights[place]);
        let of = |place: usize| {
            if !self.open[place] {
                return self.values[place];
            }
            if self.is_time { f64::INFINITY } else { self.values[place] }
        };
        let mut values = Vec::new();
        for place in (0..n).filter(|place| self.open[*place]) {
            let value = if place >= self.known {
                of(place)
            } else {
                // Evenly spread shares of what is left, so that there is no chance in it.
                let left = rest[place + 1] * (1.0 - spread(values.len() as u32));
                let past = rest[place + 1..n].partition_point(|rest| *rest >= left);
                of((place + past).min(n - 1))
            };
            values.push((self.order[place], value));
        }
        values
    }

    /// The weighted mean over those that lasted longer, for each open case; itself behind the last end.
    fn expect(&self, of: impl Fn(usize) -> f64) -> Vec<(usize, f64)> {
        let (mut weight, mut sum) = (0.0, 0.0);
        let mut found = Vec::new();
        for place in (0..self.order.len()).rev() {
            if self.open[place] {
                let value = if place >= self.known { of(place) } else { sum / weight };
                found.push((self.order[place], value));
            }
            if self.weights[place] > 0.0 {
                weight += self.weights[place];
                sum += self.weights[place] * of(place);
            }
        }
        found
    }
}

/// Van der Corput's sequence in base 2: numbers in [0, 1) that fill it evenly, however many are taken.
fn spread(k: u32) -> f64 {
    f64::from(k.reverse_bits()) / 4_294_967_296.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Sample;
    use crate::stats::KaplanMeier;

    /// (time, open)
    fn samples(cases: &[(f64, bool)]) -> Samples {
        Samples {
            cases: cases.iter().map(|&(value, open)| Sample { value, bin: 0, open }).collect(),
            ..Samples::default()
        }
    }

    /// Of Kaplan and Meier's paper and beyond: ties, ends after open cases, open cases at the end.
    const CASES: [(f64, bool); 9] = [
        (1.0, false),
        (2.0, true),
        (3.0, false),
        (3.0, true),
        (5.0, false),
        (6.0, true),
        (8.0, false),
        (9.0, true),
        (12.0, true),
    ];

    #[test]
    fn sums_and_shares_are_those_of_the_product_limit() {
        for n in 1..=CASES.len() {
            let cases = &CASES[..n];
            let (times, ended): (Vec<f64>, Vec<bool>) = cases.iter().map(|c| (c.0, !c.1)).unzip();
            let curve = KaplanMeier::new(&times, &ended);
            let samples = samples(cases);
            let outlook = Outlook::new(&samples, 0, 20.0);
            let known: f64 = cases.iter().filter(|c| !c.1).map(|c| c.0).sum();
            let mean = (known + outlook.means().iter().map(|m| m.1).sum::<f64>()) / n as f64;
            let exact = curve.restricted_mean(20.0, 0.95).value;
            assert!((mean - exact).abs() < 1e-12, "{n}: {mean} is not {exact}");
            for limit in [0.5, 1.0, 2.5, 3.0, 5.5, 8.0, 11.0] {
                let known = cases.iter().filter(|c| !c.1 && c.0 > limit).count() as f64;
                let share = (known + outlook.shares_over(limit).iter().map(|m| m.1).sum::<f64>()) / n as f64;
                assert!((share - curve.survival(limit)).abs() < 1e-12, "{n}, {limit}");
            }
        }
    }

    #[test]
    fn values_of_many_open_cases_spread_as_the_curve_does() {
        // Ends at 1, 2, ... 100, and 400 cases that were seen for half a unit only.
        let ends = (1..=100).map(|t| (f64::from(t), false));
        let cases: Vec<_> = ends.chain((0..400).map(|_| (0.5, true))).collect();
        let samples = samples(&cases);
        let values = Outlook::new(&samples, 0, 1e9).values();
        assert_eq!(values.len(), 400);
        for limit in [10.0, 50.0, 90.0] {
            let below = values.iter().filter(|v| v.1 <= limit).count() as f64;
            assert!((below / 400.0 - limit / 100.0).abs() < 0.01, "{below} below {limit}");
        }
        // What nobody was seen to reach the end of, is not reached.
        let never = self::samples(&[(1.0, false), (2.0, true), (2.0, true)]);
        assert!(Outlook::new(&never, 0, 9.0).values().iter().all(|v| v.1 == f64::INFINITY));
    }

    #[test]
    fn waits_of_open_cases_are_those_of_cases_that_were_followed_longer() {
        // Whoever lasts 10 has waited 4; whoever is open at 5 and has waited for nothing yet will be like them.
        let mut samples = samples(&[(1.0, false), (4.0, false), (4.0, false), (0.0, true)]);
        samples.ages = vec![2.0, 10.0, 10.0, 5.0];
        assert_eq!(Outlook::new(&samples, 0, 9.0).means(), [(3, 4.0)]);
        samples.ages[3] = 11.0;
        assert_eq!(Outlook::new(&samples, 0, 9.0).means(), [(3, 0.0)]);
    }
}
