//! Sobol points and Latin hypercubes: how evenly they fill a cube.

use turnaround::stats::{latin_hypercube, sobol::sobol};

#[test]
fn each_stretch_of_each_input_holds_one_point() {
    for n in [16, 64] {
        let cube = latin_hypercube(n, &["a", "b", "c"], 3);
        for column in cube
            .iter()
            .chain(&(0..3).map(|d| (0..n).map(|i| sobol(i, d, 3)).collect()).collect::<Vec<Vec<f64>>>())
        {
            let mut cells: Vec<usize> = column.iter().map(|u| (u * n as f64) as usize).collect();
            cells.sort_unstable();
            assert_eq!(cells, (0..n).collect::<Vec<_>>());
            assert!(column.iter().all(|u| *u > 0.0 && *u < 1.0));
        }
    }
}

/// The integral of the product of (1 + (x - 1/2)) over the cube is 1.
#[test]
fn sobol_points_integrate_better_than_a_latin_hypercube() {
    let (n, dimensions) = (256, 6);
    let error = |point: &dyn Fn(usize, usize) -> f64| {
        let value = |i: usize| (0..dimensions).map(|d| 0.5 + point(i, d)).product::<f64>();
        ((0..n).map(value).sum::<f64>() / n as f64 - 1.0).powi(2)
    };
    let names = ["a", "b", "c", "d", "e", "f"];
    let (mut of_sobol, mut of_cube, mut random) = (0.0, 0.0, 0.0);
    for seed in 0..40 {
        of_sobol += error(&|i, d| sobol(i, d, seed)) / 40.0;
        let cube = latin_hypercube(n, &names, seed);
        of_cube += error(&|i, d| cube[d][i]) / 40.0;
        let key = turnaround::rng::Key::new(seed, 0);
        random += error(&|i, d| key.uniform(turnaround::rng::Purpose(d as u32), i as u64, 0, 0)) / 40.0;
    }
    // Mean squared errors: random (1 + 1/12)^6 - 1 = .616 over n; the additive part of it is nearly all gone in the cube.
    assert!((random * n as f64 - 0.616).abs() < 0.45, "{}", random * n as f64);
    assert!(of_cube < 0.4 * random, "{of_cube} {random}");
    assert!(of_sobol < 0.2 * of_cube, "{of_sobol} {of_cube}");
}
