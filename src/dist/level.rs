//! A probability kept with its complement, and the standard normal law on which scores are based.

use libm::erfc;
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// A probability and its complement, so that neither tail loses digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// P(X <= x)
    pub below: f64,
    /// P(X > x)
    pub above: f64,
}

impl Level {
    pub const ZERO: Self = Self { below: 0.0, above: 1.0 };
    pub const ONE: Self = Self { below: 1.0, above: 0.0 };

    #[inline]
    pub fn at(below: f64) -> Self {
        Self { below, above: 1.0 - below }
    }

    /// P(Z <= z) for a standard normal Z.
    pub fn of_score(z: f64) -> Self {
        Self { below: 0.5 * erfc(-z * FRAC_1_SQRT_2), above: 0.5 * erfc(z * FRAC_1_SQRT_2) }
    }

    /// The standard normal quantile, relative accuracy 1e-16.
    ///
    /// Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution",
    /// Applied Statistics 37 (1988), 477-484, routine PPND16.
    #[inline]
    pub fn score(self) -> f64 {
        let q = if self.below < 0.5 { self.below - 0.5 } else { 0.5 - self.above };
        if q.abs() <= 0.425 {
            let r = 0.180625 - q * q;
            return q * ratio(r, &CENTRE);
        }
        self.tail_score()
    }

    fn tail_score(self) -> f64 {
        let tail = self.below.min(self.above);
        let size = if tail <= 0.0 {
            f64::INFINITY
        } else {
            let r = (-tail.ln()).sqrt();
            if r <= 5.0 { ratio(r - 1.6, &MIDDLE) } else { ratio(r - 5.0, &FAR) }
        };
        if self.below < self.above { -size } else { size }
    }

    /// -ln P(X > x): the standard exponential quantile.
    #[inline]
    pub(super) fn hazard(self) -> f64 {
        // `above` may be rounded; what that changes matters for small values only.
        if self.below < 0.0625 { -(-self.below).ln_1p() } else { -self.above.ln() }
    }

    /// The odds P(X <= x) / P(X > x).
    #[inline]
    pub(super) fn odds(self) -> f64 {
        self.below / self.above
    }

    /// P(X <= x) of a law cut off to the levels between `from` and `to`, seen from the whole law.
    #[inline]
    pub(super) fn inside(self, from: Self, to: Self) -> Self {
        let mass = from.mass_to(to);
        Self { below: from.below + self.below * mass, above: to.above + self.above * mass }
    }

    /// The inverse of [`Level::inside`]; clamped to [0, 1].
    #[inline]
    pub(super) fn relative_to(self, from: Self, to: Self) -> Self {
        let mass = from.mass_to(to);
        Self {
            below: (from.mass_to(self) / mass).clamp(0.0, 1.0),
            above: (self.mass_to(to) / mass).clamp(0.0, 1.0),
        }
    }

    /// The probability between two levels, from the tail in which it has more digits.
    #[inline]
    pub(super) fn mass_to(self, to: Self) -> f64 {
        if self.below < 0.5 { to.below - self.below } else { self.above - to.above }
    }

    /// The level just below a jump of this size.
    pub(super) fn minus(self, jump: f64) -> Self {
        Self { below: (self.below - jump).max(0.0), above: (self.above + jump).min(1.0) }
    }

    /// The exponential-type law that has this hazard.
    pub(super) fn of_hazard(hazard: f64) -> Self {
        Self { below: -(-hazard).exp_m1(), above: (-hazard).exp() }
    }
}

/// The standard normal density.
pub(super) fn normal_density(z: f64) -> f64 {
    (-0.5 * (z * z + (2.0 * PI).ln())).exp()
}

/// Numerator and denominator coefficients, lowest power first.
type Rational = ([f64; 8], [f64; 8]);

#[inline]
fn ratio(r: f64, (a, b): &Rational) -> f64 {
    let horner = |c: &[f64; 8]| {
        ((((((c[7] * r + c[6]) * r + c[5]) * r + c[4]) * r + c[3]) * r + c[2]) * r + c[1]) * r + c[0]
    };
    horner(a) / horner(b)
}

/// |p - 1/2| <= 0.425
#[allow(clippy::excessive_precision, reason = "as published")]
const CENTRE: Rational = (
    [
        3.3871328727963666080,
        1.3314166789178437745e2,
        1.9715909503065514427e3,
        1.3731693765509461125e4,
        4.5921953931549871457e4,
        6.7265770927008700853e4,
        3.3430575583588128105e4,
        2.5090809287301226727e3,
    ],
    [
        1.0,
        4.2313330701600911252e1,
        6.8718700749205790830e2,
        5.3941960214247511077e3,
        2.1213794301586595867e4,
        3.9307895800092710610e4,
        2.8729085735721942674e4,
        5.2264952788528545610e3,
    ],
);

/// min(p, 1 - p) above exp(-25)
#[allow(clippy::excessive_precision, reason = "as published")]
const MIDDLE: Rational = (
    [
        1.42343711074968357734,
        4.63033784615654529590,
        5.76949722146069140550,
        3.64784832476320460504,
        1.27045825245236838258,
        2.41780725177450611770e-1,
        2.27238449892691845833e-2,
        7.74545014278341407640e-4,
    ],
    [
        1.0,
        2.05319162663775882187,
        1.67638483018380384940,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ],
);

#[allow(clippy::excessive_precision, reason = "as published")]
const FAR: Rational = (
    [
        6.65790464350110377720,
        5.46378491116411436990,
        1.78482653991729133580,
        2.96560571828504891230e-1,
        2.65321895265761230930e-2,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ],
    [
        1.0,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ],
);
