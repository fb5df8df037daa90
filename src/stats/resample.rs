//! Bootstrap samples of replications.

use crate::rng::{Key, Purpose, Stream};

/// Bootstrap samples drawn for each standard error.
pub const SAMPLES: usize = 1_000;

/// Draws replications with replacement. The samples depend on the seed and on n only, so two arms that are
/// resampled with the same seed use the same replications.
pub struct Resampler {
    stream: Stream,
    weights: Vec<u32>,
}

impl Resampler {
    pub fn new(n: usize, seed: u64) -> Self {
        let stream = Key::new(seed, 0).stream(Purpose::of("bootstrap/replications"), 0, 0);
        Self { stream, weights: vec![0; n] }
    }

    /// How often each replication occurs in the next sample.
    pub fn draw(&mut self) -> &[u32] {
        let n = self.weights.len();
        self.weights.fill(0);
        for _ in 0..n {
            // Multiply and shift; the bias is below n / 2^64.
            let index = (u128::from(self.stream.bits()) * n as u128) >> 64;
            self.weights[index as usize] += 1;
        }
        &self.weights
    }
}
