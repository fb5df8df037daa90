//! The triangular law: smallest, most likely and largest value.

use super::family::finite;
use super::sampler::Form;
use super::{Family, Kind, Law, Level, Param, Params, Sampler};

pub(super) const FAMILY: Family = Family {
    name: "triangular",
    doc: "From an expert's smallest, most likely and largest value; the density is a triangle.",
    params: &[
        Param { name: "min", kind: Kind::Value, doc: "smallest value" },
        Param { name: "mode", kind: Kind::Value, doc: "most likely value" },
        Param { name: "max", kind: Kind::Value, doc: "largest value" },
    ],
    forms: &[&["min", "mode", "max"]],
    example: r#"{ triangular = { min = "10 min", mode = "15 min", max = "40 min" } }"#,
    read: |p| Ok(Triangular::new(p.need("min")?, p.need("mode")?, p.need("max")?)?.into()),
    fitter: None,
};

/// Triangular on [min, max] with its peak at `mode`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Triangular {
    min: f64,
    mode: f64,
    max: f64,
}

impl Triangular {
    pub fn new(min: f64, mode: f64, max: f64) -> Result<Self, String> {
        check_mode(min, mode, max)?;
        Ok(Self { min, mode, max })
    }

    /// P(X <= mode)
    fn mode_level(&self) -> f64 {
        (self.mode - self.min) / (self.max - self.min)
    }

    /// The square of the distance from `min` is this times the probability below, up to the mode.
    fn rise(&self) -> f64 {
        (self.max - self.min) * (self.mode - self.min)
    }

    /// The square of the distance from `max` is this times the probability above, from the mode on.
    fn fall(&self) -> f64 {
        (self.max - self.min) * (self.max - self.mode)
    }
}

/// min <= mode <= max and min < max.
pub(super) fn check_mode(min: f64, mode: f64, max: f64) -> Result<(), String> {
    finite("min", min)?;
    finite("max", max)?;
    if min >= max {
        return Err("`min` must be below `max`".to_owned());
    }
    if !(min..=max).contains(&mode) {
        return Err("`mode` must lie between `min` and `max`".to_owned());
    }
    Ok(())
}

impl Law for Triangular {
    fn params(&self) -> Params {
        Params::new().with("min", self.min).with("mode", self.mode).with("max", self.max)
    }

    fn mean(&self) -> f64 {
        (self.min + self.mode + self.max) / 3.0
    }

    fn variance(&self) -> f64 {
        let (rise, fall) = (self.mode - self.min, self.max - self.mode);
        (rise * rise + rise * fall + fall * fall) / 18.0
    }

    fn pdf(&self, x: f64) -> f64 {
        if x < self.min || x > self.max {
            0.0
        } else if x < self.mode {
            2.0 * (x - self.min) / self.rise()
        } else if x > self.mode {
            2.0 * (self.max - x) / self.fall()
        } else {
            2.0 / (self.max - self.min)
        }
    }

    fn cdf(&self, x: f64) -> Level {
        if x <= self.min {
            Level::ZERO
        } else if x < self.mode {
            Level::at((x - self.min).powi(2) / self.rise())
        } else if x < self.max {
            let above = (self.max - x).powi(2) / self.fall();
            Level { below: 1.0 - above, above }
        } else {
            Level::ONE
        }
    }

    fn quantile(&self, level: Level) -> f64 {
        if level.below < self.mode_level() {
            self.min + (level.below * self.rise()).sqrt()
        } else {
            self.max - (level.above * self.fall()).sqrt()
        }
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn kinks(&self) -> Vec<f64> {
        vec![self.min, self.mode, self.max]
    }

    fn sampler(&self) -> Sampler {
        Form::Triangular {
            min: self.min,
            max: self.max,
            mode_level: self.mode_level(),
            rise: self.rise(),
            fall: self.fall(),
        }
        .into()
    }
}
