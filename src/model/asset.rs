//! Assets: things that are used, fail, and are restored by cases.

use crate::dist::Dist;
use crate::ids::{AssetGroupId, AttrId, ModeId, ProcessId, ProfileId, SiteId};
use crate::units::Dim;

/// A group of equal assets.
#[derive(Clone, Debug, PartialEq)]
pub struct AssetGroup {
    pub name: String,
    /// How many at each site.
    pub count: Vec<(SiteId, u32)>,
    /// Average use of an asset in service [use per s]; use is counted in time or distance.
    pub use_rate: f64,
    pub use_dim: Dim,
    /// How use varies over the week (relative weights); constant when absent.
    pub use_profile: Option<ProfileId>,
    /// The group's failure modes.
    pub modes: Vec<ModeId>,
    /// Asset-to-asset differences: hazards times a gamma variable of mean 1 and this shape.
    pub frailty: Option<f64>,
    /// Ages at the start are those of a fleet long in use (renewal equilibrium); otherwise all assets are new.
    pub settled: bool,
    /// The process that a failure starts, with the asset's site; the failed mode goes into this attribute.
    pub process: ProcessId,
    pub mode_attr: Option<AttrId>,
    pub maintenance: Vec<Maintenance>,
    pub repeat: Option<Repeat>,
    pub demand: Option<Demand>,
}

/// A failure mode; modes compete, the first to reach its threshold fails the asset.
#[derive(Clone, Debug, PartialEq)]
pub struct Mode {
    pub name: String,
    pub group: AssetGroupId,
    pub hazard: Hazard,
    /// Ages in calendar time; in use otherwise. Neither runs while the asset is down.
    pub by_calendar: bool,
    pub effect: RepairEffect,
}

/// Weibull hazard: cumulative hazard (x / scale)^shape; exponential when shape is 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hazard {
    pub shape: f64,
    /// [s], or [use]
    pub scale: f64,
}

/// What restoring does to the failed mode's age (Kijima 1989).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RepairEffect {
    AsNew,
    /// Minimal: as old as before.
    AsOld,
    /// Virtual age v + q x, x the age since the last repair.
    KijimaI(f64),
    /// Virtual age q (v + x).
    KijimaII(f64),
}

/// Preventive maintenance: starts a case each time an asset has been used this much.
#[derive(Clone, Debug, PartialEq)]
pub struct Maintenance {
    pub name: String,
    pub process: ProcessId,
    /// [use], or [s] when `by_calendar`.
    pub every: f64,
    pub by_calendar: bool,
    /// Counts since one of the modes that it renews was last made new, by whatever (age replacement); otherwise since its
    /// last time (block replacement).
    pub since_renewal: bool,
    /// The asset is out of service until the case restores it.
    pub out_of_service: bool,
    /// Restoring after this maintenance makes these modes as new.
    pub renews: Vec<ModeId>,
}

/// A restored asset comes back soon with the same failure.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeat {
    pub probability: f64,
    /// Calendar time until then [s].
    pub within: Dist,
}

/// How many assets are needed; what is missing is missed service.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// Values are numbers of assets.
    pub profile: ProfileId,
}
