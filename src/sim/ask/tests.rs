//! Searches without the rest of the engine: a few shelves, everybody always on shift, nothing costs work.

mod mechanisms;

use super::*;
use crate::activity::{self, GiveUp, PartRef, Place, PlaceScope, Seek, Site, Sites};
use crate::dist::{Constant, Dist, Exponential};
use crate::ids::{PartId, SiteId, StepId, TeamId, TopicId};
use crate::kernel::Agenda;
use crate::model::{Channel, ChannelMode, Crew, Model, Part, Team, Topic};
use crate::plan::Maker;
use crate::rng::Key;
use crate::sim::{Cases, Meters, Staff, Tokens};

const HOUR: f64 = 3_600.0;

/// Shelves and records of one part by site.
#[derive(Clone, Default)]
struct Room {
    shelf: Vec<i64>,
    record: Vec<i64>,
}

impl Shelves for Room {
    fn shelf(&self, _part: u32, site: u32) -> i64 {
        self.shelf[site as usize]
    }
    fn record(&self, _part: u32, site: u32) -> i64 {
        self.record[site as usize]
    }
    fn reserve(&mut self, _plan: &Plan, _ctx: &mut Context, _token: TokenId, _part: u32, site: u32) -> bool {
        let shelf = &mut self.shelf[site as usize];
        let is_there = *shelf > 0;
        *shelf -= i64::from(is_there);
        is_there
    }
}

struct World {
    plan: Plan,
    ctx: Context,
    ask: Ask,
    room: Room,
    n_questions: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Outcome {
    found: bool,
    hours: f64,
    n_asks: u32,
    parallel: Option<f64>,
}

impl World {
    fn new(model: &Model, what: activity::Ask, room: Room) -> Self {
        let mut plan = Plan::compile(model);
        let sites = Sites { asks: vec![Site { what, name: "ask".into() }], ..Sites::default() };
        plan.ask = Table::new(model, &sites, &plan.teams, &mut Maker::new(model));
        let mut ctx = Context {
            now: Time::ZERO,
            key: Key::new(7, 0),
            agenda: Agenda::new(),
            meters: Meters::default(),
            cases: Cases::default(),
            tokens: Tokens::default(),
            staff: Staff::default(),
            wakes: Vec::new(),
            births: Vec::new(),
        };
        ctx.staff.reset(&plan);
        let mut ask = Ask::default();
        ask.reset(&plan, &mut ctx);
        Self { plan, ctx, ask, room, n_questions: 0 }
    }

    fn begin(&mut self, site: u32) -> (TokenId, Option<u8>, u32) {
        let token = TokenId(self.n_questions);
        let entity = mix(99, u64::from(self.n_questions));
        let question = Question { token, ask: 0, entity, visit: 0, site, item: 0 };
        self.n_questions += 1;
        let next = self.ask.free.last().copied().unwrap_or(self.ask.searches.len() as u32);
        let w = &mut Scene { plan: &self.plan, ctx: &mut self.ctx, stock: &mut self.room };
        let branch = self.ask.open(w, question);
        (token, branch, next)
    }

    /// One search from beginning to end, with nothing else going on.
    fn search(&mut self, site: u32) -> Outcome {
        let began = self.ctx.now;
        let (token, branch, slot) = self.begin(site);
        let hours = |ctx: &Context| ctx.now.since(began).hours();
        let asks = |ask: &Ask| ask.searches[slot as usize].n_asks;
        let mut parallel = None;
        if let Some(branch) = branch {
            return Outcome { found: branch == FOUND, hours: 0.0, n_asks: asks(&self.ask), parallel };
        }
        while let Some((now, super::super::Event::Ask(event))) = self.ctx.agenda.pop() {
            self.ctx.now = now;
            self.ask.event(&self.plan, &mut self.ctx, &mut self.room, event);
            while let Some(wake) = self.ctx.wakes.pop() {
                match wake {
                    Wake::Also { branch, .. } => {
                        assert_eq!(branch, PARALLEL);
                        parallel = Some(hours(&self.ctx));
                    }
                    Wake::Resume { token: woken, branch } => {
                        assert_eq!(woken, token);
                        let n_asks = asks(&self.ask);
                        return Outcome { found: branch == FOUND, hours: hours(&self.ctx), n_asks, parallel };
                    }
                }
            }
        }
        panic!("the search never ends");
    }

    fn searches(&mut self, n: usize) -> Vec<Outcome> {
        (0..n).map(|_| self.search(0)).collect()
    }
}

/// How many standard errors the mean is off.
fn z(values: impl Iterator<Item = f64>, expected: f64) -> f64 {
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for x in values {
        n += 1.0;
        sum += x;
        squares += x * x;
    }
    let (mean, variance): (f64, f64) = (sum / n, squares / n - (sum / n) * (sum / n));
    (mean - expected) / (variance / n).sqrt()
}

fn constant(value: f64) -> Dist {
    Constant::new(value).unwrap().into()
}

fn exponential(mean: f64) -> Dist {
    Exponential::new(mean).unwrap().into()
}

fn team(name: &str, sites: &[u32], count: u32) -> Team {
    let crew = Crew {
        name: String::new(),
        count,
        sites: Vec::new(),
        calendar: None,
        speed: 1.0,
        skills: Vec::new(),
        wage: 0.0,
        overtime_wage: 0.0,
        absence: 0.0,
    };
    let sites = sites.iter().map(|s| SiteId(*s)).collect();
    Team { name: name.into(), sites, crews: vec![crew], ..Team::default() }
}

fn channel(mode: ChannelMode) -> Channel {
    Channel {
        name: "talk".into(),
        mode,
        adoption: None,
        reach: 1.0,
        retry: None,
        latency: exponential(HOUR),
        on_shift_only: false,
        reply: 1.0,
        active: 1.0,
        ask_cost: constant(0.0),
        read_cost: constant(0.0),
        answer_cost: constant(0.0),
        visible: false,
        overload: None,
    }
}

fn ask(seek: Seek, places: Vec<Place>) -> activity::Ask {
    activity::Ask {
        seek,
        asker: TeamId(0),
        places,
        channels: vec![ChannelId(0)],
        give_up: GiveUp { asks: None, after: None, at_shift_end: false },
        reserve: true,
        hoarding: 0.0,
        learning: 0.0,
        search: None,
        parallel: None,
        site_attr: None,
        asks_attr: None,
        found: StepId(0),
        not_found: StepId(0),
    }
}

fn place(team: u32, scope: PlaceScope, sees: Sees) -> Place {
    Place { team: TeamId(team), scope, sees, right: 1.0 }
}

/// Askers, and three teams of one who each know the answer to a question with probability 0.3.
fn three_who_may_know(channel: Channel) -> (Model, activity::Ask) {
    let mut model = Model::default();
    for (name, count) in [("askers", 5), ("first", 1), ("second", 1), ("third", 1)] {
        model.teams.push(team(name, &[], count));
    }
    let known_by = (1..4).map(|t| (TeamId(t), 0.3)).collect();
    model.topics.push(Topic { name: "fact".into(), known_by, per_question: true });
    model.channels.push(channel);
    let places = (1..4).map(|t| place(t, PlaceScope::Whole, Sees::Mind)).collect();
    (model, ask(Seek::Topic(TopicId(0)), places))
}

/// Three sites with a clerk each; the case is at site 0.
fn three_sites(channel: Channel, shelf: [i64; 3]) -> (Model, activity::Ask, Room) {
    let mut model = Model::default();
    for name in ["here", "there", "yonder"] {
        model.sites.push(name.into());
    }
    model.parts.push(Part { name: "pump".into(), price: 1.0, holding: 0.0 });
    model.teams.push(team("clerks", &[0, 1, 2], 1));
    model.teams.push(team("managers", &[], 2));
    model.channels.push(channel);
    let places = vec![place(0, PlaceScope::OtherSites, Sees::Shelf)];
    let what = ask(Seek::Part(PartRef::Fixed(PartId(0))), places);
    (model, what, Room { shelf: shelf.into(), record: shelf.into() })
}

const N: usize = 20_000;

#[test]
fn one_by_one_costs_the_sum() {
    let (model, what) = three_who_may_know(channel(ChannelMode::OneByOne));
    let outcomes = World::new(&model, what, Room::default()).searches(N);
    assert!(z(outcomes.iter().map(|o| f64::from(o.n_asks)), 2.19).abs() < 4.0);
    assert!(z(outcomes.iter().map(|o| o.hours), 2.19).abs() < 4.0);
    assert!(z(outcomes.iter().map(|o| f64::from(u8::from(o.found))), 0.657).abs() < 4.0);
}

#[test]
fn a_broadcast_costs_the_minimum() {
    let (model, what) = three_who_may_know(channel(ChannelMode::Broadcast));
    let outcomes = World::new(&model, what, Room::default()).searches(N);
    assert!(outcomes.iter().all(|o| o.n_asks == 1));
    // E[min of k who know] = 1/k, E[max of 3] = 11/6 when nobody does
    let expected = 3.0 * 0.3 * 0.49 + 3.0 * 0.09 * 0.7 / 2.0 + 0.027 / 3.0 + 0.343 * 11.0 / 6.0;
    assert!(z(outcomes.iter().map(|o| o.hours), expected).abs() < 4.0);
    assert!(z(outcomes.iter().map(|o| f64::from(u8::from(o.found))), 0.657).abs() < 4.0);
}
