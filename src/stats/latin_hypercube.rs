//! Latin hypercube samples: each input's n values fall into n stretches of equal probability, one into each.
//!
//! McKay, Beckman and Conover, "A comparison of three methods for selecting values of input variables in the analysis of
//! output from a computer code", Technometrics 21 (1979), 239-245.

use crate::rng::{Key, Purpose, Stream};

/// `[input][sample]`: numbers between 0 and 1. A column depends on the seed, the number of samples and the name of its input
/// only: another input more or less changes no other column.
pub fn latin_hypercube(samples: usize, names: &[&str], seed: u64) -> Vec<Vec<f64>> {
    names.iter().map(|name| column(samples, name, seed)).collect()
}

fn column(n: usize, name: &str, seed: u64) -> Vec<f64> {
    let mut stream = Key::new(seed, 0).stream(Purpose::of("latin hypercube"), Purpose::of(name).0.into(), 0);
    let mut cells: Vec<usize> = (0..n).collect();
    // Fisher and Yates.
    for i in (1..n).rev() {
        cells.swap(i, below(&mut stream, i + 1));
    }
    cells.into_iter().map(|cell| (cell as f64 + stream.uniform()) / n as f64).collect()
}

/// One of the numbers 0 to n - 1. Multiply and shift; the bias is below n / 2^64.
fn below(stream: &mut Stream, n: usize) -> usize {
    ((u128::from(stream.bits()) * n as u128) >> 64) as usize
}
