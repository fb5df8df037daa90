//! Where the start of a run ends: MSER-5.
//!
//! White, "An effective truncation heuristic for bias reduction in simulation output", Simulation 69 (1997),
//! 323-334; in batches of five: White, Cobb and Spratt (2000). It is applied once, to the series averaged over
//! replications, and one cut-off serves all replications and arms. Applied per replication it cuts where the noise
//! happens to be low, and the mean is biased.

/// Observations in a batch.
const BATCH: usize = 5;
/// The tail must keep this many batches: the variance of fewer is mostly luck.
const MIN_BATCHES_LEFT: usize = 5;

/// Result of the search for the cut-off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WarmUp {
    /// observations to leave out at the start: a multiple of 5
    pub cut: usize,
    /// the cut-off lies in the second half: the run is too short to show a steady state
    pub late: bool,
}

/// MSER-5 of one series: the cut d that minimises sum (y - mean)^2 / (batches kept)^2 over the batch means kept.
/// A series of fewer than 10 batches is not cut, and is flagged.
pub fn mser5(series: &[f64]) -> WarmUp {
    let batches: Vec<f64> =
        series.chunks_exact(BATCH).map(|c| c.iter().sum::<f64>() / BATCH as f64).collect();
    if batches.len() < 2 * MIN_BATCHES_LEFT {
        return WarmUp { cut: 0, late: true };
    }
    // From the end to the start, with running mean and sum of squares (Welford): one pass, O(n).
    let (mut kept, mut mean, mut squares) = (0.0, 0.0, 0.0);
    let (mut best, mut cut) = (f64::INFINITY, 0);
    for (d, y) in batches.iter().enumerate().rev() {
        kept += 1.0;
        let delta = y - mean;
        mean += delta / kept;
        squares += delta * (y - mean);
        let statistic = squares / (kept * kept);
        // `<=`: among equal values the longest tail is kept.
        if kept >= MIN_BATCHES_LEFT as f64 && statistic <= best {
            best = statistic;
            cut = d;
        }
    }
    WarmUp { cut: cut * BATCH, late: 2 * cut > batches.len() }
}

/// One cut-off for all arms: the latest of the arms' own, each found on the average over its replications.
/// `arms[a][r]` is the series of replication r in arm a.
pub fn common_warm_up<S: AsRef<[f64]>>(arms: &[&[S]]) -> WarmUp {
    let found = arms.iter().map(|replications| mser5(&average_series(replications)));
    found.fold(WarmUp { cut: 0, late: false }, |all, one| WarmUp {
        cut: all.cut.max(one.cut),
        late: all.late || one.late,
    })
}

/// Mean over replications at each index, up to the length of the shortest series.
pub fn average_series<S: AsRef<[f64]>>(replications: &[S]) -> Vec<f64> {
    let length = replications.iter().map(|s| s.as_ref().len()).min().unwrap_or(0);
    let mut sums = vec![0.0; length];
    for series in replications {
        for (sum, y) in sums.iter_mut().zip(series.as_ref()) {
            *sum += y;
        }
    }
    sums.iter_mut().for_each(|s| *s /= replications.len() as f64);
    sums
}
