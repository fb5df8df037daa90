//! Scrambled Sobol points: they fill a cube more evenly than random ones, however many of them are taken.
//!
//! Owen, "Randomly permuted (t,m,s)-nets and (t,s)-sequences", in Monte Carlo and Quasi-Monte Carlo Methods in Scientific
//! Computing (1995), 299-317; direction numbers of Joe and Kuo (2008). The numbers come from the crate `sobol_burley`.

/// Dimensions and points that there are at most.
pub const MOST_DIMENSIONS: usize = sobol_burley::NUM_DIMENSIONS as usize;
pub const MOST_POINTS: usize = 1 << 16;

/// A coordinate of a point, between 0 and 1, both excluded. Seeds give independent scramblings.
///
/// # Panics
/// Beyond [`MOST_DIMENSIONS`] or [`MOST_POINTS`].
pub fn sobol(point: usize, dimension: usize, seed: u64) -> f64 {
    assert!(point < MOST_POINTS && dimension < MOST_DIMENSIONS, "no such point");
    let seed = crate::rng::mix(seed, 0x50b0) as u32;
    let u = f64::from(sobol_burley::sample(point as u32, dimension as u32, seed));
    // It has 24 bits; half a step more lies in the middle of its interval.
    u + 0.5 / f64::from(1u32 << 24)
}
