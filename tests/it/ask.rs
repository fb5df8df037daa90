//! Searches by communication: exact values, and each mechanism on its own, with what it does at its neutral value.

mod errand;
mod mechanisms;
mod people;

use crate::build::*;
use turnaround::activity::*;
use turnaround::ids::*;
use turnaround::model::*;
use turnaround::record::Record;
use turnaround::units::{Duration, Time};

const HOUR: f64 = 3_600.0;

/// A process of one search, and what is measured of it.
struct World {
    build: Build,
    process: ProcessId,
    time: MeasureId,
    found: MeasureId,
    asks: MeasureId,
    parallel: MeasureId,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Outcome {
    found: bool,
    hours: f64,
    n_asks: f64,
    /// The parallel team started before the end.
    parallel: bool,
}

impl World {
    /// The case goes through the search, takes what was set aside for it (else it would go back), and ends.
    fn new(mut build: Build, what: Ask) -> Self {
        let process = build.process("question");
        let [found, asks, parallel, site] =
            ["found", "asks", "parallel", "site"].map(|name| build.attribute(name));
        let end = build.end(process);
        let one = || Amount::Law(constant(1.0));
        let mut note =
            |name: &str, attr| build.step(process, name, Activity::Set(Set { attr, to: one() }), Some(end));
        let (is_found, is_parallel) = (note("is found", found), note("is parallel", parallel));
        let take = |part| Take {
            part,
            quantity: 1,
            from: TakeFrom::Site(SiteRef::Attr(site)),
            short: Short::Wait,
            site_attr: None,
        };
        let is_found = match what.seek {
            Seek::Part(part) if what.reserve => {
                build.step(process, "take", Activity::Take(take(part)), Some(is_found))
            }
            _ => is_found,
        };
        let what = Ask {
            asks_attr: Some(asks),
            site_attr: Some(site),
            found: is_found,
            not_found: end,
            parallel: what.parallel.map(|p| Parallel { step: is_parallel, ..p }),
            ..what
        };
        build.step(process, "ask", Activity::Ask(what), None);
        let attribute = |a| Measure::Case(process, Sampled::Attribute(a));
        Self {
            time: build.sampled(Measure::Case(process, Sampled::CycleTime)),
            found: build.sampled(attribute(found)),
            asks: build.sampled(attribute(asks)),
            parallel: build.sampled(attribute(parallel)),
            process,
            build,
        }
    }

    /// Cases begin at these times [h], at this site.
    fn cases(mut self, site: Option<u32>, hours: &[f64]) -> Self {
        let times = hours.iter().map(|h| h * HOUR).collect();
        let name = format!("arrival{}", self.build.model.arrivals.len());
        let id = self.build.arrivals_by(&name, self.process, ArrivalPattern::Trace { times });
        self.build.model.arrivals[id].sites = site.map(SiteId).into_iter().collect();
        self
    }

    /// In the order in which the searches ended.
    fn outcomes(&self, replication: u64) -> Vec<Outcome> {
        self.read(&self.build.run(replication))
    }

    fn read(&self, record: &Record) -> Vec<Outcome> {
        let column = |id: MeasureId| {
            let samples = record.samples.iter().find(|s| s.measure == Some(id)).expect("a sampled measure");
            assert!(samples.cases.iter().all(|c| !c.open), "every search ends");
            samples.values()
        };
        let columns =
            column(self.time).zip(column(self.found)).zip(column(self.asks)).zip(column(self.parallel));
        columns
            .map(|(((time, found), n_asks), parallel)| Outcome {
                found: found == 1.0,
                hours: time / HOUR,
                n_asks,
                parallel: parallel == 1.0,
            })
            .collect()
    }
}

/// `n` searches one after another, `gap` apart [h].
fn searches_every(gap: f64, n: usize, build: Build, what: Ask) -> Vec<Outcome> {
    let site = if build.model.sites.is_empty() { None } else { Some(0) };
    let hours: Vec<_> = (0..n).map(|i| i as f64 * gap).collect();
    let outcomes = World::new(build, what).cases(site, &hours).outcomes(0);
    assert_eq!(outcomes.len(), n);
    outcomes
}

fn searches(n: usize, build: Build, what: Ask) -> Vec<Outcome> {
    searches_every(100.0, n, build, what)
}

/// The mean is within four standard errors of this.
#[track_caller]
fn agrees(values: impl Iterator<Item = f64>, exact: f64) {
    Estimate::of(&values.collect::<Vec<_>>()).agrees(exact);
}

#[track_caller]
fn share_found_agrees(outcomes: &[Outcome], exact: f64) {
    agrees(outcomes.iter().map(|o| f64::from(u8::from(o.found))), exact);
}

/// Ten thousand searches 100 h apart fit.
fn build() -> Build {
    Build::new(0.0, 2e6 * HOUR, 1_000.0 * HOUR)
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

/// Answers take an hour.
fn fixed(mode: ChannelMode) -> Channel {
    Channel { latency: constant(HOUR), ..channel(mode) }
}

fn ask(seek: Seek, places: Vec<Place>) -> Ask {
    Ask {
        seek,
        asker: TeamId(0),
        places,
        channels: vec![ChannelId(0)],
        give_up: GiveUp { asks: None, after: None, at_shift_end: false },
        reserve: false,
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

/// Askers, and three people who each know the answer to a question with probability 0.3.
fn three_who_may_know(channel: Channel) -> (Build, Ask) {
    let mut b = build();
    b.team("askers", 5);
    let teams = ["first", "second", "third"].map(|name| b.team(name, 1));
    let known_by = teams.iter().map(|t| (*t, 0.3)).collect();
    b.model.topics.push(Topic { name: "fact".into(), known_by, per_question: true });
    b.model.channels.push(channel);
    let places = teams.iter().map(|t| place(t.0, PlaceScope::Whole, Sees::Mind)).collect();
    (b, ask(Seek::Topic(TopicId(0)), places))
}

/// Three sites with a clerk each, and two managers; units of a part that is never reordered.
fn three_sites(channel: Channel, shelf: [u32; 3]) -> (Build, Ask) {
    let mut b = build();
    for name in ["here", "there", "yonder"] {
        b.model.sites.push(name.into());
    }
    let clerks = b.team("clerks", 1);
    b.model.teams[clerks].sites = (0..3).map(SiteId).collect();
    b.team("managers", 2);
    b.model.parts.push(Part { name: "pump".into(), price: 1.0, holding: 0.0 });
    for (site, initial) in shelf.into_iter().enumerate() {
        b.model.stocks.push(Stock {
            part: PartId(0),
            site: SiteId(site as u32),
            initial,
            policy: Policy::None,
            source: Source::Supplier { lead_time: Amount::Law(constant(HOUR)) },
            record_error: 0.0,
            count_every: None,
        });
    }
    b.model.channels.push(channel);
    let places = vec![place(0, PlaceScope::OtherSites, Sees::Shelf)];
    (b, ask(Seek::Part(PartRef::Fixed(PartId(0))), places))
}

#[test]
fn one_by_one_costs_the_sum() {
    let (b, what) = three_who_may_know(channel(ChannelMode::OneByOne));
    let outcomes = searches(10_000, b, what);
    agrees(outcomes.iter().map(|o| o.n_asks), 2.19);
    agrees(outcomes.iter().map(|o| o.hours), 2.19);
    share_found_agrees(&outcomes, 0.657);
}

#[test]
fn a_broadcast_costs_the_minimum() {
    let (b, what) = three_who_may_know(channel(ChannelMode::Broadcast));
    let outcomes = searches(10_000, b, what);
    assert!(outcomes.iter().all(|o| o.n_asks == 1.0));
    // E[min of k who know] = 1/k, E[max of 3] = 11/6 when nobody does: 1.1733
    let exact = 3.0 * 0.3 * 0.49 + 3.0 * 0.09 * 0.7 / 2.0 + 0.027 / 3.0 + 0.343 * 11.0 / 6.0;
    agrees(outcomes.iter().map(|o| o.hours), exact);
    share_found_agrees(&outcomes, 0.657);
}

#[test]
fn measures_count_searches_asks_and_finds() {
    let (b, what) = three_who_may_know(channel(ChannelMode::OneByOne));
    let mut world = World::new(b, what).cases(None, &[0.0, 100.0, 200.0, 300.0]);
    let all = [Measure::Searches, Measure::Found, Measure::Asks(None), Measure::Asks(Some(ChannelId(0)))];
    let [searches, found, asks, by_talk] = all.map(|what| world.build.measure(what));
    let record = world.build.run(0);
    let outcomes = world.read(&record);
    let sum = |id| world.build.sum_in_window(&record, id);
    assert_eq!(sum(searches), 4.0);
    assert_eq!(sum(found), outcomes.iter().filter(|o| o.found).count() as f64);
    assert_eq!(sum(asks), outcomes.iter().map(|o| o.n_asks).sum::<f64>());
    assert_eq!(sum(by_talk), sum(asks));
}
