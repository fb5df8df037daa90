//! Observed values, as they are or with straight lines between them.

use super::sampler::Composite;
use super::{Family, Kind, Law, Level, Param, Params, Sampler};

pub(super) const FAMILY: Family = Family {
    name: "empirical",
    doc: "Observed values: one of them, or between neighbours when interpolated.",
    params: &[
        Param { name: "values", kind: Kind::Values, doc: "the observed values" },
        Param { name: "weights", kind: Kind::Numbers, doc: "how often each was seen, once if left out" },
        Param {
            name: "interpolated",
            kind: Kind::Flag,
            doc: "straight lines between neighbours, false if left out",
        },
    ],
    forms: &[&["values"]],
    example: r#"{ empirical = { values = ["4 min", "7 min", "12 min", "30 min"], weights = [5, 9, 4, 2] } }"#,
    read: |p| {
        let values = p.list("values").unwrap_or_default().to_vec();
        let weights = p.list("weights").map(<[f64]>::to_vec);
        Ok(Empirical::new(values, weights, p.flag("interpolated").unwrap_or(false))?.into())
    },
    fitter: None,
};

/// Weighted observations in ascending order.
///
/// Discrete: P(X = value) is proportional to its weight. Interpolated: the quantile function is linear between
/// neighbours; value i lies at level (W_i - W_1) / (W_n - W_1) with W_i the total weight before i plus half of its
/// own, so that equal weights give (i - 1) / (n - 1), type 7 of Hyndman and Fan (1996).
#[derive(Clone, Debug, PartialEq)]
pub struct Empirical {
    values: Vec<f64>,
    /// when they were given
    weights: Option<Vec<f64>>,
    interpolated: bool,
    /// Discrete: P(X <= value). Interpolated: the level of the value.
    levels: Vec<f64>,
}

impl Empirical {
    pub fn new(values: Vec<f64>, weights: Option<Vec<f64>>, interpolated: bool) -> Result<Self, String> {
        let equal = vec![1.0; values.len()];
        let given = weights.as_ref().unwrap_or(&equal);
        if given.len() != values.len() {
            return Err(format!("`weights` must hold one number for each of the {} values", values.len()));
        }
        if values.iter().any(|x| !x.is_finite()) {
            return Err("every value must be finite".to_owned());
        }
        if given.iter().any(|w| !(*w >= 0.0 && w.is_finite())) {
            return Err("a weight must not be below 0".to_owned());
        }
        let mut seen: Vec<_> = values.into_iter().zip(given.iter().copied()).filter(|s| s.1 > 0.0).collect();
        seen.sort_by(|a, b| a.0.total_cmp(&b.0));
        if seen.len() < if interpolated { 2 } else { 1 } {
            let needed = if interpolated { "two values" } else { "one value" };
            return Err(format!("at least {needed} with a weight above 0 must be given"));
        }
        let (values, sorted): (Vec<_>, Vec<_>) = seen.into_iter().unzip();
        let levels = if interpolated { middle_levels(&sorted) } else { upper_levels(&sorted) };
        Ok(Self { values, weights: weights.map(|_| sorted), interpolated, levels })
    }

    /// Consecutive (level, value) pairs of an interpolated law.
    fn segments(&self) -> impl Iterator<Item = [(f64, f64); 2]> {
        let points = || self.levels.iter().copied().zip(self.values.iter().copied());
        points().zip(points().skip(1)).map(|(a, b)| [a, b])
    }

    /// (probability, value) pairs of a discrete law.
    fn atoms(&self) -> impl Iterator<Item = (f64, f64)> {
        let before = std::iter::once(&0.0).chain(&self.levels);
        self.levels.iter().zip(before).zip(&self.values).map(|((level, before), &x)| (level - before, x))
    }

    /// E[(X - centre)^k] for k = 1 and 2.
    fn moment(&self, centre: f64, k: i32) -> f64 {
        if !self.interpolated {
            return self.atoms().map(|(p, x)| p * (x - centre).powi(k)).sum();
        }
        let of_segment = |[(from, a), (to, b)]: [(f64, f64); 2]| {
            let (a, b) = (a - centre, b - centre);
            (to - from) * if k == 1 { 0.5 * (a + b) } else { (a * a + a * b + b * b) / 3.0 }
        };
        self.segments().map(of_segment).sum()
    }
}

fn upper_levels(weights: &[f64]) -> Vec<f64> {
    let sums = running_sums(weights);
    let total = sums[sums.len() - 1];
    sums.iter().map(|sum| sum / total).collect()
}

fn middle_levels(weights: &[f64]) -> Vec<f64> {
    let middles: Vec<_> = running_sums(weights).iter().zip(weights).map(|(sum, w)| sum - 0.5 * w).collect();
    let (first, last) = (middles[0], middles[middles.len() - 1]);
    middles.iter().map(|middle| (middle - first) / (last - first)).collect()
}

fn running_sums(weights: &[f64]) -> Vec<f64> {
    let add = |sum: &mut f64, w: &f64| {
        *sum += w;
        Some(*sum)
    };
    weights.iter().scan(0.0, add).collect()
}

impl Law for Empirical {
    fn params(&self) -> Params {
        let params = Params::new().with("values", self.values.clone());
        let params = params.with_some("weights", self.weights.clone());
        params.with_some("interpolated", self.interpolated.then_some(true))
    }

    fn mean(&self) -> f64 {
        self.moment(0.0, 1)
    }

    fn variance(&self) -> f64 {
        self.moment(self.mean(), 2)
    }

    fn pdf(&self, x: f64) -> f64 {
        let i = self.values.partition_point(|v| *v <= x);
        if !self.interpolated || i == 0 || i == self.values.len() {
            return 0.0;
        }
        (self.levels[i] - self.levels[i - 1]) / (self.values[i] - self.values[i - 1])
    }

    fn atom(&self, x: f64) -> f64 {
        let (first, end) =
            (self.values.partition_point(|v| *v < x), self.values.partition_point(|v| *v <= x));
        match (first < end, self.interpolated) {
            (false, _) => 0.0,
            (true, true) => self.levels[end - 1] - self.levels[first],
            (true, false) => self.levels[end - 1] - if first == 0 { 0.0 } else { self.levels[first - 1] },
        }
    }

    fn cdf(&self, x: f64) -> Level {
        let i = self.values.partition_point(|v| *v <= x);
        if i == 0 || i == self.values.len() {
            return if i == 0 { Level::ZERO } else { Level::ONE };
        }
        let (level, value) = (self.levels[i - 1], self.values[i - 1]);
        let beyond = if self.interpolated { self.pdf(x) * (x - value) } else { 0.0 };
        Level::at(level + beyond)
    }

    fn quantile(&self, level: Level) -> f64 {
        let i = self.levels.partition_point(|l| *l < level.below).min(self.values.len() - 1);
        value_at(&self.levels, &self.values, self.interpolated, i, level.below)
    }

    fn support(&self) -> (f64, f64) {
        (self.values[0], self.values[self.values.len() - 1])
    }

    fn kinks(&self) -> Vec<f64> {
        self.values.clone()
    }

    fn sampler(&self) -> Sampler {
        Composite::Lookup(Lookup::new(self)).into()
    }
}

/// The value at `level`, which lies above level i - 1 and at most at level i.
#[inline]
fn value_at(levels: &[f64], values: &[f64], interpolated: bool, i: usize, level: f64) -> f64 {
    if !interpolated || i == 0 {
        return values[i];
    }
    let share = (level - levels[i - 1]) / (levels[i] - levels[i - 1]);
    values[i - 1] + share * (values[i] - values[i - 1])
}

/// Finds the value of a level in constant expected time, by a guide table (Chen and Asau 1974).
#[derive(Clone, Debug)]
pub(super) struct Lookup {
    levels: Box<[f64]>,
    values: Box<[f64]>,
    interpolated: bool,
    /// The first value whose level lies in cell k of n or later.
    guide: Box<[u32]>,
}

impl Lookup {
    fn new(law: &Empirical) -> Self {
        let n = law.values.len();
        let cell = |level: f64| (level * n as f64) as usize;
        let first_at = |k: usize| law.levels.partition_point(|&level| cell(level) < k) as u32;
        Self {
            levels: law.levels.as_slice().into(),
            values: law.values.as_slice().into(),
            interpolated: law.interpolated,
            guide: (0..n).map(first_at).collect(),
        }
    }

    #[inline]
    pub(super) fn at(&self, level: f64) -> f64 {
        let n = self.values.len();
        let mut i = self.guide[((level * n as f64) as usize).min(n - 1)] as usize;
        while i < n - 1 && self.levels[i] < level {
            i += 1;
        }
        value_at(&self.levels, &self.values, self.interpolated, i, level)
    }
}
