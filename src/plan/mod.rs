//! Model -> plan: dense tables indexed by small integers, no names.

pub mod adoption;
pub mod ask;
pub mod asset;
mod curve;
mod hours;
mod maker;
mod measure;
mod process;
mod source;
pub mod stock;
mod team;

pub use crate::model::{Dispatch, Joint};
pub use curve::Curve;
pub use hours::{Clock, Cursor, Hours};
pub use maker::Maker;
pub use measure::{CaseMeasure, CaseValue, Measures, Meter};
pub use process::{Node, Processes, Top};
pub use source::{Pattern, Source};
pub use team::{Content, Member, NONE, Need, Pool, PoolRef, Squad, TeamPlan, Teams, Work};

use crate::activity::{DrawId, DrawMaker, Draws, Occasion};
use crate::dist::Samplers;
use crate::ids::{CalendarId, Id, IdVec, ProfileId};
use crate::model::{Model, WarmUp};
use crate::rng::Purpose;
use crate::units::{Duration, Time};

/// A compiled model.
#[derive(Clone, Debug)]
pub struct Plan {
    pub axis: Axis,
    pub n_attributes: usize,
    pub hours: IdVec<CalendarId, Hours>,
    pub curves: IdVec<ProfileId, Curve>,
    pub draws: Draws,
    pub processes: Processes,
    pub teams: Teams,
    pub sources: Vec<Source>,
    /// By gather of the program: its first group; there is one for each pool of the team that does the work.
    pub groups: Vec<u32>,
    pub n_groups: usize,
    pub measures: Measures,
    pub stock: stock::Table,
    pub ask: ask::Table,
    pub asset: asset::Table,
}

/// Warm-up, window, drain.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    pub clock: Clock,
    pub bin: Duration,
    /// They cover warm-up and window.
    pub n_bins: usize,
    /// The cases whose end is waited for in the drain start from here (the window's begin; everything when the length
    /// of the warm-up is found later) to the window's end.
    pub cohort_from: Time,
    pub window_end: Time,
    /// The end of the drain.
    pub end: Time,
}

impl Plan {
    /// Infallible: the invariants of [`Model`] hold.
    pub fn compile(model: &Model) -> Self {
        Self::compile_with(model, &mut Samplers::default())
    }

    /// With the laws that earlier plans have compiled.
    pub fn compile_with(model: &Model, samplers: &mut Samplers) -> Self {
        let (plan, draws) = compile(model, std::mem::take(samplers));
        *samplers = draws.samplers;
        Plan { draws: draws.draws, ..plan }
    }

    /// The amount of an activity or attribute for a case at a step [base units].
    #[inline]
    pub fn amount(&self, draw: DrawId, occasion: Occasion) -> f64 {
        self.draws.amount(draw, occasion, 0)
    }
}

/// The names of all random numbers of a model, sorted by purpose: two names with one purpose collide.
pub fn purposes(model: &Model) -> Vec<(Purpose, String)> {
    let mut names = compile(model, Samplers::blank()).1.names;
    names.sort();
    names
}

/// The plan but for its draws, which are beside it.
fn compile(model: &Model, samplers: Samplers) -> (Plan, DrawMaker) {
    let mut maker = Maker::new(model, samplers);
    let measures = Measures::new(model, &mut maker);
    let (processes, sites) = Processes::new(model, &measures, &mut maker);
    let teams = Teams::new(model, &processes.program, &mut maker);
    let (groups, n_groups) = groups(&processes, &teams);
    let ask = ask::Table::new(model, &sites, &teams, &mut maker);
    let asset = asset::Table::new(model, &measures, &mut maker);
    let sources = source::sources(model, &processes.firsts, &mut maker);
    let plan = Plan {
        axis: Axis::new(model, maker.clock),
        n_attributes: model.attributes.len(),
        hours: model.calendars.iter().map(|c| Hours::new(c, maker.clock)).collect(),
        curves: model.profiles.iter().map(|p| Curve::new(p, maker.clock)).collect(),
        processes,
        teams,
        groups,
        n_groups,
        sources,
        measures,
        stock: stock::Table::new(model, &sites, &mut maker),
        ask,
        asset,
        draws: Draws::default(),
    };
    (plan, maker.draws)
}

/// A window without end is cut off here.
const MAX_BINS: i64 = 1 << 24;

/// Cases meet in a batch at one step, wherever it was called from.
fn groups(processes: &Processes, teams: &Teams) -> (Vec<u32>, usize) {
    let gathers = &processes.program.gathers;
    let mut firsts: Vec<u32> = Vec::with_capacity(gathers.len());
    let mut n = 0;
    for (i, gather) in gathers.iter().enumerate() {
        let same = gathers[..i].iter().position(|g| g.step == gather.step);
        firsts.push(same.map_or(n, |i| firsts[i]));
        if same.is_none() {
            let need = &teams.works[gather.work as usize].needs[0];
            n += teams.teams[need.team.index()].pools.len() as u32;
        }
    }
    (firsts, n as usize)
}

impl Axis {
    fn new(model: &Model, clock: Clock) -> Self {
        let run = &model.run;
        let (warm_up, cohort_from) = match run.warm_up {
            WarmUp::Fixed(d) => (d, Time::ZERO + d),
            WarmUp::Auto(d) => (d, Time::ZERO),
        };
        let window_end = Time::ZERO + warm_up + run.window;
        let bin = run.bin.ticks().max(1);
        let n_bins = (window_end.ticks() + bin - 1) / bin;
        Self {
            clock,
            bin: Duration::from_ticks(bin),
            n_bins: n_bins.min(MAX_BINS) as usize,
            cohort_from,
            window_end,
            end: clock.end,
        }
    }
}
