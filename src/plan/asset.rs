//! Fleets and their failure modes as tables.

use super::{Curve, Maker, Meter};
use crate::dist::{Dist, Gamma, Sampler};
use crate::ids::{AttrId, Id, ModeId, ProcessId, StageId};
pub use crate::model::RepairEffect;
use crate::model::{AssetGroup, Measure, Model};
use crate::rng::{Purpose, mix};
use std::ops::Range;

#[derive(Clone, Debug, Default)]
pub struct Table {
    pub fleets: Vec<Fleet>,
    /// In the order of [`ModeId`]; the modes of a fleet are `Fleet::modes`.
    pub modes: Vec<Mode>,
    pub maintenance: Vec<Maintenance>,
    /// All assets, fleet by fleet and site by site.
    pub assets: Vec<Asset>,
    /// Which (fleet, stage) pairs somebody measures; at most 64.
    pub stages: Vec<StageMeter>,
}

#[derive(Clone, Debug)]
pub struct Fleet {
    /// Integral of relative use; times `use_factor` it is use [use].
    pub use_curve: Curve,
    /// [use per unit of the curve's integral]
    pub use_factor: f64,
    pub modes: Vec<u32>,
    pub maintenance: Range<u32>,
    pub assets: Range<u32>,
    /// Gamma shape of the differences between assets.
    pub frailty: Option<Sampler>,
    pub settled: bool,
    pub process: ProcessId,
    pub mode_attr: Option<AttrId>,
    pub repeat: Option<(f64, Sampler)>,
    pub demand: Option<Curve>,
    pub draws: FleetDraws,
    pub meters: FleetMeters,
}

/// What the random numbers of a fleet are for.
#[derive(Clone, Copy, Debug)]
pub struct FleetDraws {
    pub frailty: Purpose,
    pub repeat: Purpose,
}

#[derive(Clone, Copy, Debug)]
pub struct FleetMeters {
    pub failures: Meter,
    pub uptime: Meter,
    pub downtime: Meter,
    pub time: Meter,
    pub used: Meter,
    pub missed: Meter,
    pub needed: Meter,
}

#[derive(Clone, Debug)]
pub struct Mode {
    /// Weibull: cumulative hazard (x / scale)^shape.
    pub shape: f64,
    pub scale: f64,
    pub by_calendar: bool,
    pub effect: RepairEffect,
    pub life: Purpose,
    /// Age in equilibrium, as a share of the scale, to the power of the shape: gamma of shape 1 / shape. For a renewal
    /// process the age has density S(x) / mean (Cox 1962), which for Weibull lives is this.
    pub age: Option<(Purpose, Sampler)>,
    pub failures: Meter,
}

#[derive(Clone, Debug)]
pub struct Maintenance {
    pub process: ProcessId,
    pub every: f64,
    pub by_calendar: bool,
    pub out_of_service: bool,
    pub renews: Vec<u32>,
    /// Where in its interval a settled asset is.
    pub phase: Purpose,
}

#[derive(Clone, Copy, Debug)]
pub struct Asset {
    pub fleet: u32,
    pub site: u32,
    /// Keys the asset's random numbers; unmoved by changes to other sites and fleets.
    pub entity: u64,
}

#[derive(Clone, Copy, Debug)]
pub struct StageMeter {
    pub fleet: u32,
    pub stage: StageId,
    pub meter: Meter,
}

impl Table {
    pub fn new(model: &Model, maker: &mut Maker) -> Self {
        let mut table = Self::default();
        for (m, mode) in model.modes.iter().enumerate() {
            let group = &model.fleets[mode.group];
            let name = format!("{}/{}", group.name, mode.name);
            let settled = group.settled && mode.effect == RepairEffect::AsNew;
            table.modes.push(Mode {
                shape: mode.hazard.shape,
                scale: mode.hazard.scale,
                by_calendar: mode.by_calendar,
                effect: mode.effect,
                life: maker.purpose(format!("{name}/life")),
                age: settled
                    .then(|| (maker.purpose(format!("{name}/age")), unit_gamma(1.0 / mode.hazard.shape))),
                failures: maker.meter(&Measure::Failures(mode.group, Some(ModeId::new(m)))),
            });
        }
        for (f, group) in model.fleets.iter_ids() {
            let assets_from = table.assets.len() as u32;
            for &(site, count) in &group.count {
                let place =
                    mix(u64::from(Purpose::of(&group.name).0), u64::from(Purpose::of(&model.sites[site]).0));
                table.assets.extend((0..count).map(|i| Asset {
                    fleet: f.0,
                    site: site.0,
                    entity: mix(place, u64::from(i)),
                }));
            }
            let maintenance_from = table.maintenance.len() as u32;
            for m in &group.maintenance {
                table.maintenance.push(Maintenance {
                    process: m.process,
                    every: m.every,
                    by_calendar: m.by_calendar,
                    out_of_service: m.out_of_service,
                    renews: m.renews.iter().map(|r| r.0).collect(),
                    phase: maker.purpose(format!("{}/{}/phase", group.name, m.name)),
                });
            }
            let assets = assets_from..table.assets.len() as u32;
            let maintenance = maintenance_from..table.maintenance.len() as u32;
            table.fleets.push(fleet(group, f, assets, maintenance, model, maker));
            for (stage, _) in model.stages.iter_ids() {
                let meter = maker.meter(&Measure::DownInStage(f, stage));
                if meter != Meter::NONE {
                    table.stages.push(StageMeter { fleet: f.0, stage, meter });
                }
            }
        }
        table
    }
}

fn fleet(
    group: &AssetGroup,
    f: crate::ids::AssetGroupId,
    assets: Range<u32>,
    maintenance: Range<u32>,
    model: &Model,
    maker: &mut Maker,
) -> Fleet {
    let use_curve = match group.use_profile {
        Some(profile) => Curve::new(&model.profiles[profile], maker.clock),
        None => Curve::constant(1.0, maker.clock),
    };
    Fleet {
        use_factor: group.use_rate / use_curve.mean(),
        use_curve,
        modes: group.modes.iter().map(|m| m.0).collect(),
        maintenance,
        assets,
        frailty: group.frailty.map(unit_gamma_of_mean_one),
        settled: group.settled,
        process: group.process,
        mode_attr: group.mode_attr,
        repeat: group.repeat.as_ref().map(|r| (r.probability, Sampler::compile(&r.within))),
        demand: group.demand.as_ref().map(|d| Curve::new(&model.profiles[d.profile], maker.clock)),
        draws: FleetDraws {
            frailty: maker.purpose(format!("{}/frailty", group.name)),
            repeat: maker.purpose(format!("{}/repeat", group.name)),
        },
        meters: FleetMeters {
            failures: maker.meter(&Measure::Failures(f, None)),
            uptime: maker.meter(&Measure::Uptime(f)),
            downtime: maker.meter(&Measure::Downtime(f)),
            time: maker.meter(&Measure::AssetTime(f)),
            used: maker.meter(&Measure::Used(f)),
            missed: maker.meter(&Measure::Missed(f)),
            needed: maker.meter(&Measure::Needed(f)),
        },
    }
}

fn unit_gamma(shape: f64) -> Sampler {
    let law = Gamma::by_shape_scale(shape, 1.0).expect("the shape of a hazard is positive");
    Sampler::compile(&Dist::from(law))
}

fn unit_gamma_of_mean_one(shape: f64) -> Sampler {
    let law = Gamma::by_shape_scale(shape, 1.0 / shape).expect("the shape of a frailty is positive");
    Sampler::compile(&Dist::from(law))
}
