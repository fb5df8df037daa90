//! Elementary effects: which of many inputs matter, which do so evenly, and which depend on others or bend.
//!
//! A trajectory starts at a random point of a grid in the unit cube and moves one input after another, in random order, by
//! the same step; each move gives one elementary effect of that input, `(y after - y before) / step`. r trajectories of k
//! inputs take r (k + 1) runs. The mean of the absolute effects (mu*) says how much an input matters; the standard
//! deviation of the effects (sigma) is zero where the input acts evenly, and large where its effect bends or depends on the
//! others.
//!
//! Morris, "Factorial sampling plans for preliminary computational experiments", Technometrics 33 (1991), 161-174; mu*:
//! Campolongo, Cariboni and Saltelli, "An effective screening design for sensitivity analysis of large models",
//! Environmental Modelling and Software 22 (2007), 1509-1518.

use super::describe::{mean, sd};
use crate::rng::{Key, Purpose};

/// Levels of the grid: 0, 1/3, 2/3, 1.
pub const LEVELS: usize = 4;
/// The step that makes all levels equally likely: p / (2 (p - 1)).
pub const STEP: f64 = LEVELS as f64 / (2.0 * (LEVELS as f64 - 1.0));

/// A path through the unit cube.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    /// One more than there are inputs.
    pub points: Vec<Vec<f64>>,
    /// The input that each move changes.
    pub moved: Vec<usize>,
}

/// So many trajectories through the cube of the inputs.
pub fn trajectories(inputs: usize, count: usize, seed: u64) -> Vec<Trajectory> {
    let purpose = Purpose::of("morris");
    let one = |t: usize| {
        let mut stream = Key::new(seed, t as u64).stream(purpose, 0, 0);
        // Half of the levels can be stepped up from; the direction makes the other half as likely.
        let starts = LEVELS / 2;
        let mut up = Vec::with_capacity(inputs);
        let mut point: Vec<f64> = (0..inputs)
            .map(|_| {
                let low = (stream.uniform() * starts as f64).floor() / (LEVELS as f64 - 1.0);
                up.push(stream.uniform() < 0.5);
                if up.last() == Some(&true) { low } else { low + STEP }
            })
            .collect();
        let mut moved: Vec<usize> = (0..inputs).collect();
        for i in (1..inputs).rev() {
            moved.swap(i, (stream.uniform() * (i + 1) as f64) as usize);
        }
        let mut points = vec![point.clone()];
        for &i in &moved {
            point[i] = if up[i] { point[i] + STEP } else { point[i] - STEP }.clamp(0.0, 1.0);
            points.push(point.clone());
        }
        Trajectory { points, moved }
    };
    (0..count).map(one).collect()
}

/// The elementary effect of one move, for each trajectory: which points it is the difference of, and its sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Move {
    pub input: usize,
    pub trajectory: usize,
    /// Points of the trajectory: at the lower and the upper value of the input.
    pub low: usize,
    pub high: usize,
}

/// All moves of the trajectories.
pub fn moves(trajectories: &[Trajectory]) -> Vec<Move> {
    let of = |(trajectory, t): (usize, &Trajectory)| -> Vec<Move> {
        let one = |(k, &input): (usize, &usize)| {
            let rises = t.points[k + 1][input] > t.points[k][input];
            let (low, high) = if rises { (k, k + 1) } else { (k + 1, k) };
            Move { input, trajectory, low, high }
        };
        t.moved.iter().enumerate().map(one).collect()
    };
    trajectories.iter().enumerate().flat_map(of).collect()
}

/// What the effects of one input say, all per whole range of the input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Screened {
    pub mu: f64,
    pub mu_star: f64,
    pub sigma: f64,
    /// Standard error of mu*, over trajectories.
    pub mu_star_se: f64,
    pub n: usize,
}

/// From the elementary effects of one input.
pub fn screened(effects: &[f64]) -> Screened {
    let absolute: Vec<f64> = effects.iter().map(|e| e.abs()).collect();
    Screened {
        mu: mean(effects),
        mu_star: mean(&absolute),
        sigma: sd(effects),
        mu_star_se: sd(&absolute) / (effects.len() as f64).sqrt(),
        n: effects.len(),
    }
}
