//! Fleets, their failure modes and their maintenance as tables.

use super::{Curve, Maker, Measures, Meter};
use crate::activity::{Activity, Call, Start};
use crate::dist::{Dist, Gamma, Sampler};
use crate::ids::{AssetGroupId, AttrId, Id, ModeId, ProcessId, StageId};
use crate::model::{AssetGroup, Measure, Model};
use crate::rng::{Purpose, mix};
use std::ops::Range;

pub use crate::model::RepairEffect;

#[derive(Clone, Debug, Default)]
pub struct Table {
    pub fleets: Vec<Fleet>,
    /// In the order of [`ModeId`].
    pub modes: Vec<Mode>,
    /// Fleet by fleet.
    pub maintenance: Vec<Maintenance>,
    /// Fleet by fleet and site by site.
    pub assets: Vec<Asset>,
    /// By process: whether a case of it, or one that it starts, may restore its asset.
    pub restoring: Vec<bool>,
}

#[derive(Clone, Debug)]
pub struct Fleet {
    /// Integral of the relative use over time; times `use_factor` it is use [use].
    pub use_curve: Curve,
    pub use_factor: f64,
    /// Indices of modes.
    pub modes: Vec<u32>,
    pub maintenance: Range<u32>,
    pub assets: Range<u32>,
    /// By measured stage: what counts the time out of service in it.
    pub stages: Vec<Meter>,
    /// Factor on an asset's hazards, gamma of mean 1: by asset.
    pub frailty: Option<(Sampler, Purpose)>,
    /// Ages at the start are those of a fleet long in use.
    pub settled: bool,
    pub process: ProcessId,
    pub mode_attr: Option<AttrId>,
    pub repeat: Option<Repeat>,
    /// Number of assets needed.
    pub demand: Option<Curve>,
    pub meters: Meters,
}

#[derive(Clone, Debug)]
pub struct Repeat {
    pub probability: f64,
    /// [s]
    pub within: Sampler,
    /// Draws 0 and 1 by asset and failure: whether, and when.
    pub purpose: Purpose,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Meters {
    pub failures: Meter,
    pub uptime: Meter,
    pub downtime: Meter,
    pub time: Meter,
    pub used: Meter,
    pub missed: Meter,
    pub needed: Meter,
}

/// What came before the start.
#[derive(Clone, Debug)]
pub enum Past {
    /// Nothing: the asset is new, or its age does not matter.
    None,
    /// Hazard accumulated since the last renewal of an asset long in use, which nothing replaces in time.
    Renewals(Sampler, Purpose),
    /// Repairs that take the age back to this share of it: they are gone through.
    Repairs(f64, Purpose),
}

#[derive(Clone, Debug)]
pub struct Mode {
    /// Weibull: cumulative hazard (x / scale)^shape.
    pub shape: f64,
    pub scale: f64,
    /// Ages in time in service [s]; in use otherwise.
    pub by_calendar: bool,
    pub effect: RepairEffect,
    /// By asset and number of the life. Also names the mode in the entities of its cases.
    pub life: Purpose,
    pub past: Past,
    /// The age at which it is made new in time, by a maintenance that counts since then; infinite: it is not.
    pub replaced_at: f64,
    pub failures: Meter,
}

#[derive(Clone, Debug)]
pub struct Maintenance {
    pub process: ProcessId,
    /// [use], or [s].
    pub every: f64,
    pub by_calendar: bool,
    /// Counts since a mode that it renews was last made new.
    pub since_renewal: bool,
    pub out_of_service: bool,
    pub renews: Vec<u32>,
    /// How much of its first interval an asset long in use has before it. Also names the maintenance in the entities of
    /// its cases.
    pub first: Purpose,
}

#[derive(Clone, Copy, Debug)]
pub struct Asset {
    pub fleet: u32,
    pub site: u32,
    /// Keys the asset's random numbers; stays the same when other fleets, sites or assets are added.
    pub entity: u64,
}

impl Table {
    pub fn new(model: &Model, measures: &Measures, maker: &mut Maker) -> Self {
        let mut table = Self { modes: modes(model, maker), restoring: restoring(model), ..Self::default() };
        for (id, group) in model.fleets.iter_ids() {
            table.add(id, group, model, measures, maker);
        }
        table
    }

    fn add(
        &mut self,
        id: AssetGroupId,
        group: &AssetGroup,
        model: &Model,
        measures: &Measures,
        maker: &mut Maker,
    ) {
        let (asset, maintenance) = (self.assets.len() as u32, self.maintenance.len() as u32);
        for &(site, count) in &group.count {
            let key = |name: &str| u64::from(Purpose::of(name).0);
            let place = mix(key(&group.name), key(&model.sites[site]));
            let entity = |i| mix(place, u64::from(i));
            self.assets.extend((0..count).map(|i| Asset { fleet: id.0, site: site.0, entity: entity(i) }));
        }
        self.maintenance.extend(group.maintenance.iter().map(|m| Maintenance {
            process: m.process,
            every: m.every,
            by_calendar: m.by_calendar,
            since_renewal: m.since_renewal,
            out_of_service: m.out_of_service,
            renews: m.renews.iter().map(|mode| mode.0).collect(),
            first: maker.purpose(format!("fleet.{}/maintenance/{}", group.name, m.name)),
        }));
        let down_in = |stage: &StageId| maker.meter(&Measure::DownInStage(id, *stage));
        let stages = measures.measured_stages.iter().map(down_in).collect();

        let curve = |profile| Curve::new(&model.profiles[profile], maker.clock);
        let use_curve = group.use_profile.map_or_else(|| Curve::constant(1.0, maker.clock), curve);
        let demand = group.demand.as_ref().map(|d| curve(d.profile));
        let mean = use_curve.mean();
        let purpose = |what: &str, maker: &mut Maker| maker.purpose(format!("fleet.{}/{what}", group.name));
        self.fleets.push(Fleet {
            use_factor: if mean > 0.0 { group.use_rate / mean } else { 0.0 },
            use_curve,
            modes: group.modes.iter().map(|mode| mode.0).collect(),
            maintenance: maintenance..self.maintenance.len() as u32,
            assets: asset..self.assets.len() as u32,
            stages,
            frailty: group.frailty.map(|shape| (gamma(shape, 1.0 / shape, maker), purpose("frailty", maker))),
            settled: group.settled,
            process: group.process,
            mode_attr: group.mode_attr,
            repeat: group.repeat.as_ref().map(|repeat| Repeat {
                probability: repeat.probability,
                within: maker.sampler(&repeat.within),
                purpose: purpose("repeat", maker),
            }),
            demand,
            meters: Meters {
                failures: maker.meter(&Measure::Failures(id, None)),
                uptime: maker.meter(&Measure::Uptime(id)),
                downtime: maker.meter(&Measure::Downtime(id)),
                time: maker.meter(&Measure::AssetTime(id)),
                used: maker.meter(&Measure::Used(id)),
                missed: maker.meter(&Measure::Missed(id)),
                needed: maker.meter(&Measure::Needed(id)),
            },
        });
    }
}

/// Which processes have a `restore`, themselves or in what they call and start.
fn restoring(model: &Model) -> Vec<bool> {
    let mut restoring = vec![false; model.processes.len()];
    // Each round finds at least one more, or none is left to be found.
    for _ in 0..restoring.len() {
        for step in model.steps.iter() {
            restoring[step.process.index()] |= match &step.activity {
                Activity::Restore(_) => true,
                Activity::Call(Call { process }) | Activity::Start(Start { process }) => {
                    restoring[process.index()]
                }
                _ => false,
            };
        }
    }
    restoring
}

fn modes(model: &Model, maker: &mut Maker) -> Vec<Mode> {
    let mode = |(id, mode): (ModeId, &crate::model::Mode)| {
        let group = &model.fleets[mode.group];
        let name = format!("fleet.{}/{}", group.name, mode.name);
        // The age in a renewal process that began long ago has density S(x) / mean (Cox, Renewal Theory, 1962). For
        // Weibull lives the cumulative hazard at that age therefore is a gamma variable of shape 1 / shape.
        let past = |maker: &mut Maker| maker.purpose(format!("{name}/past"));
        let past = match mode.effect {
            RepairEffect::AsNew if group.settled => {
                Past::Renewals(gamma(1.0 / mode.hazard.shape, 1.0, maker), past(maker))
            }
            RepairEffect::KijimaII(q) if group.settled && q < 1.0 && mode.hazard.shape != 1.0 => {
                Past::Repairs(q, past(maker))
            }
            _ => Past::None,
        };
        let replaces = |m: &&crate::model::Maintenance| m.since_renewal && m.renews.contains(&id);
        let replaced_at =
            group.maintenance.iter().filter(replaces).map(|m| m.every).fold(f64::INFINITY, f64::min);
        Mode {
            shape: mode.hazard.shape,
            scale: mode.hazard.scale,
            by_calendar: mode.by_calendar,
            effect: mode.effect,
            life: maker.purpose(format!("{name}/life")),
            past,
            replaced_at,
            failures: maker.meter(&Measure::Failures(mode.group, Some(id))),
        }
    };
    model.modes.iter_ids().map(mode).collect()
}

fn gamma(shape: f64, scale: f64, maker: &mut Maker) -> Sampler {
    let law = Gamma::by_shape_scale(shape, scale).expect("shapes are positive");
    maker.sampler(&Dist::from(law))
}
