//! Bootstrap samples of replications.

/// Bootstrap samples drawn for each standard error.
pub(super) const SAMPLES: usize = 1_000;

/// Draws replications with replacement. The samples depend on the seed and on n only, so two arms that are
/// resampled with the same seed use the same replications.
pub(super) struct Resampler {
    state: u64,
    weights: Vec<u32>,
}

impl Resampler {
    pub fn new(n: usize, seed: u64) -> Self {
        Self { state: seed, weights: vec![0; n] }
    }

    /// How often each replication occurs in the next sample.
    pub fn draw(&mut self) -> &[u32] {
        let n = self.weights.len();
        self.weights.fill(0);
        for _ in 0..n {
            // Multiply and shift; the bias is below n / 2^64.
            let index = (u128::from(self.bits()) * n as u128) >> 64;
            self.weights[index as usize] += 1;
        }
        &self.weights
    }

    /// SplitMix64 (Steele, Lea and Flood 2014).
    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
