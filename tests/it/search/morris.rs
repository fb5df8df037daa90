//! Elementary effects: functions whose effects are known.

use turnaround::stats::morris::{LEVELS, STEP, Screened, moves, screened, trajectories};

/// The screening of a function of inputs between 0 and 1.
fn of(inputs: usize, count: usize, f: impl Fn(&[f64]) -> f64) -> Vec<Screened> {
    let paths = trajectories(inputs, count, 7);
    let mut effects = vec![Vec::new(); inputs];
    for m in moves(&paths) {
        let points = &paths[m.trajectory].points;
        effects[m.input].push((f(&points[m.high]) - f(&points[m.low])) / STEP);
    }
    effects.iter().map(|e| screened(e)).collect()
}

#[test]
fn each_move_changes_one_input_by_the_step_and_levels_are_equally_likely() {
    let paths = trajectories(6, 500, 1);
    let mut seen = [0u32; LEVELS];
    for path in &paths {
        assert_eq!(path.points.len(), 7);
        let mut moved = path.moved.clone();
        moved.sort_unstable();
        assert_eq!(moved, [0, 1, 2, 3, 4, 5]);
        for (k, pair) in path.points.windows(2).enumerate() {
            let changed: Vec<usize> = (0..6).filter(|&i| pair[0][i] != pair[1][i]).collect();
            assert_eq!(changed, [path.moved[k]]);
            assert!(((pair[1][changed[0]] - pair[0][changed[0]]).abs() - STEP).abs() < 1e-12);
        }
        for x in path.points.iter().flatten() {
            let level = x * (LEVELS as f64 - 1.0);
            assert!((level - level.round()).abs() < 1e-9 && (0.0..=1.0).contains(x), "{x}");
            seen[level.round() as usize] += 1;
        }
    }
    // 21,000 values of 3,000 independent coordinates: a quarter each, within four standard errors.
    let all: u32 = seen.iter().sum();
    for n in seen {
        let share = f64::from(n) / f64::from(all);
        assert!((share - 0.25).abs() < 4.0 * (0.25f64 * 0.75 / 3000.0).sqrt(), "{seen:?}");
    }
}

#[test]
fn even_effects_are_exact_and_have_no_spread() {
    let found = of(3, 10, |x| 3.0 * x[0] - 5.0 * x[1] + 2.0);
    for (s, (mu, star)) in found.iter().zip([(3.0, 3.0), (-5.0, 5.0), (0.0, 0.0)]) {
        assert!((s.mu - mu).abs() < 1e-12 && (s.mu_star - star).abs() < 1e-12 && s.sigma < 1e-12, "{s:?}");
        assert_eq!(s.n, 10);
    }
}

#[test]
fn effects_that_bend_or_depend_on_others_have_the_known_mean_and_spread() {
    let count = 2_000;
    let check = |s: &Screened, mu: f64, star: f64, sigma: f64| {
        let se = sigma / f64::from(count).sqrt();
        assert!((s.mu - mu).abs() < 4.0 * se, "{s:?}");
        assert!((s.mu_star - star).abs() < 4.0 * s.mu_star_se + 1e-9, "{s:?}");
        // The standard error of a spread is at most as large as that of a mean here.
        assert!((s.sigma - sigma).abs() < 4.0 * se, "{s:?}");
    };
    // A square over a step from 0 or 1/3: 2/3 or 4/3, equally likely.
    check(&of(1, count as usize, |x| x[0] * x[0])[0], 1.0, 1.0, 1.0 / 3.0);
    // A product: the effect of one is the level of the other: 0, 1/3, 2/3, 1.
    let product = of(2, count as usize, |x| x[0] * x[1]);
    product.iter().for_each(|s| check(s, 0.5, 0.5, (7.0f64 / 18.0 - 0.25).sqrt()));
    // Down and up again: effects cancel in mu and not in mu*. |2x - 1| from 0 to 2/3 and from 1/3 to 1: -1 and 1.
    check(&of(1, count as usize, |x| (2.0 * x[0] - 1.0).abs())[0], 0.0, 1.0, 1.0);
}
