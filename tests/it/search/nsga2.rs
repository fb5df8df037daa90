//! The search for compromises: problems whose best ones are known.

use std::cell::Cell;
use std::convert::Infallible;
use turnaround::business::nsga2::{Axis, Effort, Tried, search};
use turnaround::business::pareto::{Scored, crowding, dominates, front, hypervolume, ranks};

fn point(x: f64, y: f64) -> Scored {
    Scored { objectives: vec![x, y], violation: 0.0 }
}

#[test]
fn fronts_crowding_and_volume_are_those_worked_out_by_hand() {
    let points = [
        point(1.0, 4.0),
        point(2.0, 2.0),
        point(4.0, 1.0),
        point(3.0, 3.0),
        point(5.0, 5.0),
        point(2.0, 2.0),
    ];
    assert_eq!(ranks(&points), [0, 0, 0, 1, 2, 0]);
    assert_eq!(front(&points), [0, 1, 2]);
    // Neighbours of (2, 2) are 3 of 3 apart in both.
    assert_eq!(crowding(&points, &[0, 1, 2]), [f64::INFINITY, 2.0, f64::INFINITY]);
    // Below and left of (5, 5): columns 1 x 1, 2 x 3, 1 x 4.
    assert_eq!(hypervolume(&points, [5.0, 5.0]), 1.0 + 6.0 + 4.0);
    assert_eq!(hypervolume(&[], [5.0, 5.0]), 0.0);
    let missed = Scored { violation: 0.5, ..point(0.0, 0.0) };
    let worse = Scored { violation: 0.7, ..point(0.0, 0.0) };
    assert!(dominates(&points[4], &missed) && dominates(&missed, &worse) && !dominates(&worse, &worse));
    let unknown = point(f64::NAN, 0.0);
    assert!(dominates(&worse, &unknown) && !dominates(&unknown, &worse) && !dominates(&unknown, &unknown));
}

fn tried(
    axes: &[Axis],
    settings: usize,
    population: usize,
    seed: u64,
    f: impl Fn(&[f64]) -> Scored,
) -> Vec<Tried> {
    let effort = Effort { settings, population, seed };
    let largest = Cell::new(0);
    let score = |all: &[Vec<f64>]| -> Result<Vec<Scored>, Infallible> {
        largest.set(largest.get().max(all.len()));
        Ok(all.iter().map(|x| f(x)).collect())
    };
    let Ok(tried) = search(axes, &[], &effort, score);
    assert!(tried.len() <= settings, "the budget is kept");
    tried
}

fn scores(tried: &[Tried]) -> Vec<Scored> {
    tried.iter().map(|t| t.scored.clone()).collect()
}

/// Zitzler, Deb and Thiele (2000), problem 1: the best compromises are y = 1 - sqrt(x), over which lie 2/3 of the unit square.
#[test]
fn the_front_of_zdt1_is_reached() {
    let axes = vec![Axis { low: 0.0, high: 1.0, step: None }; 10];
    let zdt1 = |x: &[f64]| {
        let g = 1.0 + 9.0 * x[1..].iter().sum::<f64>() / 9.0;
        point(x[0], g * (1.0 - (x[0] / g).sqrt()))
    };
    for seed in 1..=3 {
        let all = scores(&tried(&axes, 4_000, 40, seed, zdt1));
        let volume = hypervolume(&all, [1.0, 1.0]);
        assert!(volume > 0.97 * 2.0 / 3.0, "seed {seed}: {volume}");
        // At random nothing like it is found.
        let random = scores(&tried(&axes, 4_000, 4_000, seed, zdt1));
        assert!(hypervolume(&random, [1.0, 1.0]) < 0.2);
    }
}

/// Three stocks of 0 to 15: what they cost, and what is still missing.
fn stocks(x: &[f64]) -> Scored {
    let missing: f64 = x.iter().zip([9.0, 5.0, 3.0]).map(|(s, demand)| demand * (-0.4 * s).exp()).sum();
    point(x[0] + 2.0 * x[1] + 3.0 * x[2], missing)
}

fn whole(high: f64) -> Axis {
    Axis { low: 0.0, high, step: Some(1.0) }
}

#[test]
fn a_discrete_front_is_found_with_a_tenth_of_the_settings() {
    let axes = [whole(15.0); 3];
    // All 4,096, for comparison.
    let all = tried(&axes, 4_096, 40, 1, stocks);
    assert_eq!(all.len(), 4_096);
    let reference = [100.0, 20.0];
    let best = hypervolume(&scores(&all), reference);
    for seed in 1..=5 {
        let found = tried(&axes, 410, 40, seed, stocks);
        let mut settings: Vec<_> = found.iter().map(|t| format!("{:?}", t.setting)).collect();
        settings.sort_unstable();
        settings.dedup();
        assert_eq!(settings.len(), found.len(), "no setting is tried twice");
        assert!(found.iter().flat_map(|t| &t.setting).all(|x| x.fract() == 0.0 && (0.0..=15.0).contains(x)));
        let volume = hypervolume(&scores(&found), reference);
        assert!(volume > 0.99 * best, "seed {seed}: {volume} of {best}");
    }
    assert_eq!(tried(&axes, 200, 20, 3, stocks), tried(&axes, 200, 20, 3, stocks));
    assert_ne!(tried(&axes, 200, 20, 3, stocks), tried(&axes, 200, 20, 4, stocks));
}

#[test]
fn a_target_is_met_at_least_cost() {
    let axes = [whole(15.0); 3];
    let with_target = |x: &[f64]| {
        let both = stocks(x);
        Scored { objectives: vec![both.objectives[0]], violation: (both.objectives[1] - 2.0).max(0.0) }
    };
    let cheapest = |all: &[Tried]| {
        let kept = all.iter().filter(|t| t.scored.violation == 0.0);
        kept.map(|t| t.scored.objectives[0]).fold(f64::INFINITY, f64::min)
    };
    let known = cheapest(&tried(&axes, 4_096, 40, 1, with_target));
    for seed in 1..=5 {
        let found = tried(&axes, 410, 40, seed, with_target);
        // The front of one objective is the best setting alone.
        let best = front(&scores(&found));
        assert_eq!(found[best[0]].scored.objectives[0], cheapest(&found));
        assert!(
            cheapest(&found) <= known + 1.0,
            "seed {seed}: {} where {known} is possible",
            cheapest(&found)
        );
    }
}

#[test]
fn few_settings_are_all_tried_and_steps_are_kept() {
    let axes = [Axis { low: 0.5, high: 2.0, step: Some(0.5) }, whole(2.0)];
    assert_eq!(axes[0].count(), Some(4));
    let all = tried(&axes, 12, 40, 1, |x| point(x[0], x[1]));
    let settings: Vec<&[f64]> = all.iter().map(|t| t.setting.as_slice()).collect();
    assert_eq!(settings.len(), 12);
    assert_eq!((settings[0], settings[1], settings[11]), (&[0.5, 0.0][..], &[0.5, 1.0][..], &[2.0, 2.0][..]));
    assert_eq!(axes[0].snap(1.7), 1.5);
    assert_eq!(axes[0].snap(-3.0), 0.5);
}
