//! Random numbers keyed by what they are for, never by the order in which a program asks.
//!
//! Every number is a pure function of (master seed, replication; purpose, entity, visit, draw). Adding a step to
//! one arm of a comparison therefore shifts nobody else's numbers: that is what keeps two arms in step (common
//! random numbers).
//!
//! The function is the counter-based generator Philox2x64-10 (Salmon, Moraes, Dror and Shaw, "Parallel random
//! numbers: as easy as 1, 2, 3", SC 2011). For one key it is a bijection of 128-bit counters, laid out as
//!
//! ```text
//! word 0: entity (64 bits)            word 1: purpose (32 bits) | visit (32 bits)
//! ```
//!
//! so no two (purpose, entity, visit) of one key share a block. A block holds two numbers, draws 0 and 1; further
//! draws of the same visit use further keys, one for each pair. Entities that are themselves pairs or triples are
//! folded into 64 bits by [`mix`].
//!
//! The functions of this file never change: recorded results depend on their bits.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Infallible, SeedableRng, TryRng, utils};

/// What a random number is for: a stable 32-bit hash of a name such as "restore/diagnose/duration".
///
/// Whoever names purposes must check that no two of its names collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purpose(pub u32);

impl Purpose {
    /// FNV-1a with 32 bits (Fowler, Noll and Vo) of the UTF-8 bytes.
    pub const fn of(name: &str) -> Self {
        let bytes = name.as_bytes();
        let mut hash = 0x811c_9dc5_u32;
        let mut i = 0;
        while i < bytes.len() {
            hash = (hash ^ bytes[i] as u32).wrapping_mul(0x0100_0193);
            i += 1;
        }
        Self(hash)
    }
}

/// The key of one replication. The arm is not part of it, unless [`Key::with_arm`] says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(u64);

impl Key {
    pub const fn new(master_seed: u64, replication: u64) -> Self {
        Self(mix(master_seed, replication))
    }

    /// A key of this arm's own, for comparisons without common random numbers.
    pub const fn with_arm(self, arm: u32) -> Self {
        Self(mix(self.0, arm as u64))
    }

    /// Draws 0 and 1 of this visit, as 64 random bits each.
    #[inline]
    pub const fn block(self, purpose: Purpose, entity: u64, visit: u32) -> [u64; 2] {
        self.pair(purpose, entity, visit, 0)
    }

    /// A uniform number in the open interval (0, 1), see [`unit`].
    #[inline]
    pub const fn uniform(self, purpose: Purpose, entity: u64, visit: u32, draw: u32) -> f64 {
        unit(self.pair(purpose, entity, visit, draw as u64 >> 1)[(draw & 1) as usize])
    }

    /// All draws of this visit one after another: `stream(..).uniform()` for the n-th time equals
    /// `uniform(.., n - 1)`.
    #[inline]
    pub const fn stream(self, purpose: Purpose, entity: u64, visit: u32) -> Stream {
        Stream { key: self, purpose, entity, visit, draw: 0, spare: 0 }
    }

    /// Draws `2 * pair` and `2 * pair + 1` of this visit.
    #[inline]
    const fn pair(self, purpose: Purpose, entity: u64, visit: u32, pair: u64) -> [u64; 2] {
        // An odd constant that is not the Weyl step of the key schedule, so that the round keys of two pairs
        // are never shifts of each other.
        let key = self.0 ^ pair.wrapping_mul(0xd6e8_feb8_6659_fd93);
        philox2x64([entity, (purpose.0 as u64) << 32 | visit as u64], key)
    }
}

/// The draws of one visit in order.
#[derive(Clone, Debug)]
pub struct Stream {
    key: Key,
    purpose: Purpose,
    entity: u64,
    visit: u32,
    draw: u64,
    spare: u64,
}

impl Stream {
    /// The next 64 random bits.
    #[inline]
    pub const fn bits(&mut self) -> u64 {
        let draw = self.draw;
        self.draw += 1;
        if draw & 1 == 1 {
            return self.spare;
        }
        let [first, second] = self.key.pair(self.purpose, self.entity, self.visit, draw >> 1);
        self.spare = second;
        first
    }

    /// The next uniform number in (0, 1).
    #[inline]
    pub const fn uniform(&mut self) -> f64 {
        unit(self.bits())
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.bits() >> 32) as u32)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.bits())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        utils::fill_bytes_via_next_word(bytes, || self.try_next_u64())
    }
}

/// The upper 52 bits as the number (k + 1/2) / 2^52, so that both u and 1 - u are exact and neither 0 nor 1.
///
/// With 53 bits the half would round, and the largest number to 1.
#[inline]
pub const fn unit(bits: u64) -> f64 {
    const STEP: f64 = 1.0 / (1_u64 << 52) as f64;
    ((bits >> 12) as f64 + 0.5) * STEP
}

/// One entity out of two numbers: (asset, occurrence); for three: `mix(mix(parent, step), visit)`.
///
/// This is number `b` of the SplitMix64 sequence (Steele, Lea and Flood 2014) that starts at a hash of `a`: for a
/// fixed `a` different `b` never collide, and the other way round.
#[inline]
pub const fn mix(a: u64, b: u64) -> u64 {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let start = finalise(a.wrapping_add(GOLDEN));
    finalise(start.wrapping_add(b.wrapping_add(1).wrapping_mul(GOLDEN)))
}

/// The sequential generator for bulk work outside the model (bootstrap, permutation).
pub fn bulk(seed: u64, purpose: &str) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(mix(seed, Purpose::of(purpose).0.into()))
}

/// The generator's name, for reports and manifests.
pub const GENERATOR: &str = "Philox2x64-10, keyed";

/// Philox2x64 with ten rounds.
#[inline]
const fn philox2x64(counter: [u64; 2], key: u64) -> [u64; 2] {
    const MULTIPLIER: u128 = 0xd2b7_4407_b1ce_6e93;
    const WEYL: u64 = 0x9e37_79b9_7f4a_7c15;
    let [mut x, mut y] = counter;
    let mut key = key;
    let mut round = 0;
    while round < 10 {
        let product = MULTIPLIER * x as u128;
        x = (product >> 64) as u64 ^ key ^ y;
        y = product as u64;
        key = key.wrapping_add(WEYL);
        round += 1;
    }
    [x, y]
}

/// The output function of SplitMix64 (variant 13 of Stafford), a bijection.
#[inline]
const fn finalise(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers of the authors' Random123 distribution (kat_vectors, philox2x64 10).
    #[test]
    fn philox_gives_the_known_answers() {
        assert_eq!(philox2x64([0, 0], 0), [0xca00_a045_9843_d731, 0x66c2_4222_c9a8_45b5]);
        assert_eq!(philox2x64([u64::MAX; 2], u64::MAX), [0x65b0_21d6_0cd8_310f, 0x4d02_f322_2f86_df20]);
        assert_eq!(
            philox2x64([0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344], 0xa409_3822_299f_31d0),
            [0x0a5e_742c_2997_341c, 0xb0f8_83d3_8000_de5d]
        );
    }

    /// Published answers of FNV-1a with 32 bits.
    #[test]
    fn purposes_are_fnv_1a() {
        assert_eq!(Purpose::of(""), Purpose(0x811c_9dc5));
        assert_eq!(Purpose::of("a"), Purpose(0xe40c_292c));
        assert_eq!(Purpose::of("foobar"), Purpose(0xbf9c_f968));
    }

    #[test]
    fn unit_is_open_and_exact() {
        assert_eq!(unit(0), 0.5f64.powi(53));
        assert_eq!(unit(u64::MAX), 1.0 - 0.5f64.powi(53));
        for bits in [0, 1 << 12, 0x0123_4567_89ab_cdef, u64::MAX] {
            assert_eq!(1.0 - unit(bits), unit(!bits));
        }
    }
}
