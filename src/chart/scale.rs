//! From data to pixels, and the round numbers at which an axis is marked.

/// A linear map from the domain `[lo, hi]` to pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub lo: f64,
    pub hi: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// A domain of no length is widened to one.
    pub fn new((lo, hi): (f64, f64), (from, to): (f64, f64)) -> Self {
        let hi = if hi > lo { hi } else { lo + 1.0 };
        Self { lo, hi, from, to }
    }

    /// The pixel of a value; values outside of the domain land on its edge.
    pub fn at(&self, value: f64) -> f64 {
        let share = ((value - self.lo) / (self.hi - self.lo)).clamp(0.0, 1.0);
        self.from + share * (self.to - self.from)
    }

    pub fn contains(&self, value: f64) -> bool {
        (self.lo..=self.hi).contains(&value)
    }
}

/// A scale for values, or for their logarithms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub scale: Scale,
    pub log: bool,
}

impl Axis {
    /// The pixel of a value; on a logarithmic axis what is not positive lies at its beginning.
    pub fn at(&self, value: f64) -> f64 {
        self.scale.at(self.place(value))
    }

    pub fn contains(&self, value: f64) -> bool {
        self.scale.contains(self.place(value))
    }

    /// Whether a value lies before the end of the axis.
    pub fn reaches(&self, value: f64) -> bool {
        self.place(value) <= self.scale.hi
    }

    /// The pixel of the end.
    pub fn end(&self) -> f64 {
        self.scale.at(self.scale.hi)
    }

    fn place(&self, value: f64) -> f64 {
        match self.log {
            true if value > 0.0 => value.log10(),
            true => f64::NEG_INFINITY,
            false => value,
        }
    }
}

/// Where an axis is marked, and the decimals that its numbers need.
#[derive(Clone, Debug)]
pub(super) struct Ticks {
    pub values: Vec<f64>,
    pub step: f64,
    pub decimals: i32,
}

/// At most `most` round numbers (steps of 1, 2 or 5 times a power of ten) within `[lo, hi]`.
pub(super) fn round_ticks(lo: f64, hi: f64, most: usize) -> Ticks {
    let power = 10f64.powf(((hi - lo) / most as f64).log10().floor());
    let steps: Vec<f64> = [1.0, 2.0, 5.0, 10.0, 20.0].iter().map(|m| m * power).collect();
    step_ticks(lo, hi, most, &steps)
}

/// At most `most` multiples within `[lo, hi]` of the first of the `steps` that is coarse enough; if none is, the
/// last is doubled until it is.
pub(super) fn step_ticks(lo: f64, hi: f64, most: usize, steps: &[f64]) -> Ticks {
    let count = |step: f64| (hi / step + 1e-9).floor() - (lo / step - 1e-9).ceil() + 1.0;
    let mut step = steps.iter().copied().find(|&s| count(s) <= most as f64).unwrap_or(steps[steps.len() - 1]);
    while count(step) > most as f64 {
        step *= 2.0;
    }
    let first = (lo / step - 1e-9).ceil();
    let values = (0..count(step) as usize).map(|k| (first + k as f64) * step).collect();
    let decimals = (0..12).find(|&d| ((step * 10f64.powi(d)).round() - step * 10f64.powi(d)).abs() < 1e-6);
    // Very small steps: the magnitude tells; numbers are then written in scientific notation.
    let decimals = decimals.unwrap_or_else(|| -(step.log10().floor() as i32));
    Ticks { values, step, decimals }
}

/// Round numbers within `[10^lo, 10^hi]` with their places on an axis of logarithms: 1, 2 and 5 of each power of ten, or
/// fewer where there are more than `most`.
pub(super) fn log_ticks(lo: f64, hi: f64, most: usize) -> Vec<(f64, String)> {
    let powers = lo.floor() as i32..=hi.ceil() as i32;
    let ticks = |steps: &[u32]| -> Vec<(f64, String)> {
        let all = powers
            .clone()
            .flat_map(|p| steps.iter().map(move |s| (f64::from(*s).log10() + f64::from(p), *s, p)));
        all.filter(|(at, ..)| (lo..=hi).contains(at))
            .map(|(at, step, p)| (at, super::number::number(f64::from(step) * 10f64.powi(p), (-p).max(0))))
            .collect()
    };
    [&[1, 2, 5][..], &[1, 3], &[1]]
        .into_iter()
        .map(ticks)
        .find(|t| t.len() <= most)
        .unwrap_or_else(|| ticks(&[1]))
}

/// The domain widened to whole steps.
pub(super) fn round_domain(lo: f64, hi: f64, most: usize) -> (f64, f64) {
    if hi <= lo {
        return (lo, lo + 1.0);
    }
    let step = round_ticks(lo, hi, most).step;
    ((lo / step + 1e-9).floor() * step, (hi / step - 1e-9).ceil() * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(round_ticks(0.0, 80.0, 9).values, [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0]);
        assert_eq!(round_ticks(-64.0, 14.0, 6).values, [-60.0, -40.0, -20.0, 0.0]);
        assert_eq!(round_ticks(0.0, 1.3, 8).decimals, 1);
        assert_eq!(step_ticks(0.0, 52.0, 10, &[1.0, 2.0, 4.0, 13.0]).step, 13.0);
        assert_eq!(step_ticks(0.0, 520.0, 10, &[1.0, 13.0]).step, 104.0);
        for (lo, hi) in [(0.0, 1e-9), (-3e8, 7e11), (99.99, 100.01), (-1e-3, 0.0)] {
            let ticks = round_ticks(lo, hi, 8);
            assert!((2..=8).contains(&ticks.values.len()), "{lo}..{hi}: {:?}", ticks.values);
        }
    }

    #[test]
    fn a_logarithmic_axis_is_marked_at_round_numbers() {
        let texts = |lo, hi| log_ticks(lo, hi, 9).into_iter().map(|t| t.1).collect::<Vec<_>>();
        assert_eq!(texts(-1.0, 1.2), ["0.1", "0.2", "0.5", "1", "2", "5", "10"]);
        assert_eq!(texts(0.0, 4.0), ["1", "3", "10", "30", "100", "300", "1,000", "3,000", "10,000"]);
    }

    #[test]
    fn a_domain_is_widened_to_whole_steps() {
        assert_eq!(round_domain(3.0, 97.0, 8), (0.0, 100.0));
        assert_eq!(round_domain(-12.0, 41.0, 8), (-20.0, 50.0));
        assert_eq!(round_domain(5.0, 5.0, 8), (5.0, 6.0));
    }
}
