//! Shelves against exact results of inventory theory, and step by step on hand-made arrivals.
//!
//! Unless said otherwise the time unit is a day, |z| < 4 over independent replications with fixed seeds.

use crate::build::*;
use turnaround::activity::*;
use turnaround::ids::*;
use turnaround::model::*;
use turnaround::record::Record;
use turnaround::units::Duration;

const DAY: f64 = 86_400.0;

// ---- models ----

fn site(b: &mut Build, name: &str) -> SiteId {
    b.model.sites.push(name.into())
}

fn part(b: &mut Build) -> PartId {
    b.model.parts.push(Part { name: "item".into(), price: 100.0, holding: 0.2 })
}

/// A supplier with this lead time.
fn supplier(lead_time: turnaround::dist::Dist) -> Source {
    Source::Supplier { lead_time: Amount::Law(lead_time) }
}

fn shelf(b: &mut Build, part: PartId, site: SiteId, initial: u32, policy: Policy, source: Source) {
    b.model.stocks.push(Stock { part, site, initial, policy, source, record_error: 0.0, count_every: None });
}

fn take(part: PartId, from: TakeFrom, short: Short) -> Activity {
    Activity::Take(Take { part: PartRef::Fixed(part), quantity: 1, from, short, site_attr: None })
}

const OWN: TakeFrom = TakeFrom::Site(SiteRef::Own);

/// Cases of a process at these times [d] and this site.
fn at_times(b: &mut Build, process: ProcessId, site: SiteId, days: &[f64]) {
    let times = days.iter().map(|d| d * DAY).collect();
    let arrival = b.arrivals_by("trace", process, ArrivalPattern::Trace { times });
    b.model.arrivals[arrival].sites = vec![site];
}

fn poisson(b: &mut Build, name: &str, process: ProcessId, site: SiteId, per_day: f64) {
    let arrival = b.arrivals(name, process, exponential(DAY / per_day));
    b.model.arrivals[arrival].sites = vec![site];
}

/// One store; demand takes a unit or waits for it.
struct Store {
    b: Build,
    demanded: MeasureId,
    filled: MeasureId,
    waiting: MeasureId,
    elapsed: MeasureId,
}

fn store(per_day: f64, initial: u32, policy: Policy, lead_time: turnaround::dist::Dist) -> Store {
    let mut b = Build::new(200.0 * DAY, 20_000.0 * DAY, 0.0);
    let here = site(&mut b, "store");
    let part = part(&mut b);
    shelf(&mut b, part, here, initial, policy, supplier(lead_time));
    let p = b.process("demand");
    let end = b.end(p);
    b.step(p, "take", take(part, OWN, Short::Wait), Some(end));
    poisson(&mut b, "in", p, here, per_day);
    let demanded = b.measure(Measure::Demanded(Some(part)));
    let filled = b.measure(Measure::Filled(None));
    let waiting = b.measure(Measure::Backordered(Some(part)));
    let elapsed = b.measure(Measure::Elapsed);
    Store { b, demanded, filled, waiting, elapsed }
}

impl Store {
    fn backorders_and_fill(&self, n: u64) -> [Estimate; 2] {
        let b = &self.b;
        let values = |r: &Record| {
            let sum = |m| b.sum_in_window(r, m);
            vec![sum(self.waiting) / sum(self.elapsed), sum(self.filled) / sum(self.demanded)]
        };
        b.replicate_all(n, values).try_into().expect("two")
    }
}

// ---- theory ----

fn poisson_pmf(mean: f64, n: usize) -> f64 {
    (1..=n).fold((-mean).exp(), |p, k| p * mean / k as f64)
}

/// E(X - s)+ and P(X < s) of X ~ Poisson(mean): backorders and fill when every unit is reordered at once.
fn palm(mean: f64, s: usize) -> (f64, f64) {
    let below: f64 = (0..s).map(|n| poisson_pmf(mean, n)).sum();
    let spare: f64 = (0..s).map(|n| (s - n) as f64 * poisson_pmf(mean, n)).sum();
    (mean - s as f64 + spare, below)
}

fn binomial_pmf(n: usize, k: usize, p: f64) -> f64 {
    (0..k).fold((1.0 - p).powi(n as i32), |c, i| c * p / (1.0 - p) * (n - i) as f64 / (i + 1) as f64)
}

#[test]
fn base_stock() {
    for (mean, s, backorders, fill) in [(2.0, 3, 0.21802, 0.67668), (4.0, 6, 0.19543, 0.78513)] {
        let exact = palm(mean, s);
        assert!((exact.0 - backorders).abs() < 5e-6 && (exact.1 - fill).abs() < 5e-6);
        let lead_time = law("gamma", &[("mean", 10.0 * DAY), ("cv", 0.5)]);
        let store = store(mean / 10.0, s as u32, Policy::BaseStock { level: s as u32 }, lead_time);
        let [waiting, filled] = store.backorders_and_fill(30);
        waiting.agrees(exact.0);
        filled.agrees(exact.1);
    }
}

/// With a constant lead time the position is uniform over R + 1 .. R + Q (Hadley and Whitin 1963).
#[test]
fn reorder_quantity() {
    let (r, q) = (7, 5);
    let at = (r + 1..=r + q).map(|position| palm(5.0, position));
    let exact = at.fold((0.0, 0.0), |sum, x| (sum.0 + x.0 / q as f64, sum.1 + x.1 / q as f64));
    assert!((exact.0 - 0.041969).abs() < 5e-7 && (exact.1 - 0.949512).abs() < 5e-7);
    let policy = Policy::ReorderQuantity { point: r as u32, quantity: q as u32 };
    let [waiting, filled] = store(1.0, 12, policy, constant(5.0 * DAY)).backorders_and_fill(30);
    waiting.agrees(exact.0);
    filled.agrees(exact.1);
}

/// With demand of one unit at a time, (s, S) is (R, Q) with Q = S - s: the same runs.
#[test]
fn order_up_to_is_the_same_for_single_units() {
    let lead_time = || law("gamma", &[("mean", 5.0 * DAY), ("cv", 0.7)]);
    let rq = store(1.0, 12, Policy::ReorderQuantity { point: 7, quantity: 5 }, lead_time());
    let ss = store(1.0, 12, Policy::OrderUpTo { point: 7, level: 12 }, lead_time());
    assert_eq!(rq.b.run(0).sums, ss.b.run(0).sums);
}

/// Orders up to S every T: between L and L + T after a review the backorders are E(D(t) - S)+.
#[test]
fn periodic_review() {
    let (every, lead_time, level) = (4.0, 3.0, 9);
    let n = 4_000;
    let at = (0..n).map(|i| palm(lead_time + every * (f64::from(i) + 0.5) / f64::from(n), level));
    let exact = at.fold((0.0, 0.0), |sum, x| (sum.0 + x.0 / f64::from(n), sum.1 + x.1 / f64::from(n)));
    let interval = Duration::from_seconds(every * DAY);
    let policy = Policy::Periodic { interval, point: level as u32, level: level as u32 };
    let [waiting, filled] = store(1.0, 9, policy, constant(lead_time * DAY)).backorders_and_fill(20);
    waiting.agrees(exact.0);
    filled.agrees(exact.1);
}

/// Two bases that are replenished one for one from a depot: a base's outstanding orders at t + transit are its share
/// (binomial) of the depot's backorders at t and the demand since (Simon 1971, Graves 1985).
#[test]
fn two_echelon() {
    for (depot_stock, backorders, fill) in [(4_usize, 0.066701, 0.740062), (2, 0.264765, 0.518821)] {
        let (mut exact_backorders, mut exact_fill) = (0.0, 0.0);
        let owed = |n: usize| n.saturating_sub(depot_stock);
        for x in 0..60 {
            for mine in 0..=owed(x) {
                let p = poisson_pmf(2.8, x) * binomial_pmf(owed(x), mine, 0.5);
                for d in 0..40 {
                    let p = p * poisson_pmf(0.2, d);
                    exact_backorders += p * (mine + d).saturating_sub(1) as f64;
                    exact_fill += if mine + d < 1 { p } else { 0.0 };
                }
            }
        }
        assert!((exact_backorders - backorders).abs() < 1e-6 && (exact_fill - fill).abs() < 1e-6);

        let mut b = Build::new(200.0 * DAY, 20_000.0 * DAY, 0.0);
        let depot = site(&mut b, "depot");
        let bases = [site(&mut b, "base 1"), site(&mut b, "base 2")];
        let part = part(&mut b);
        let level = depot_stock as u32;
        let repair = supplier(exponential(14.0 * DAY));
        shelf(&mut b, part, depot, level, Policy::BaseStock { level }, repair);
        let p = b.process("demand");
        let end = b.end(p);
        b.step(p, "take", take(part, OWN, Short::Wait), Some(end));
        for (i, base) in bases.into_iter().enumerate() {
            let source = Source::Site { site: depot, transit: Amount::Law(constant(2.0 * DAY)) };
            shelf(&mut b, part, base, 1, Policy::BaseStock { level: 1 }, source);
            poisson(&mut b, &format!("in {i}"), p, base, 0.1);
        }
        let stay = b.measure(Measure::Case(p, Sampled::CycleTime));
        let demanded = b.measure(Measure::Demanded(None));
        let filled = b.measure(Measure::Filled(Some(part)));
        let elapsed = b.measure(Measure::Elapsed);
        let [waiting, fill] = b
            .replicate_all(40, |r| {
                let sum = |m| b.sum_in_window(r, m);
                // Little: customers waiting at one base.
                vec![sum(stay) / sum(elapsed) / 2.0, sum(filled) / sum(demanded)]
            })
            .try_into()
            .expect("two");
        waiting.agrees(exact_backorders);
        fill.agrees(exact_fill);
    }
}

// ---- lateral pooling ----

const RATES: [f64; 4] = [0.05, 0.08, 0.10, 0.12];
const LEVELS: [usize; 4] = [2, 2, 2, 3];

/// Own, lateral, emergency shares and mean wait [d] from the Markov chain of the stock vector. An empty depot's search
/// succeeds with probability `s`; the donor is one of the depots with most stock, by lot or the first.
fn pooling(s: f64, by_lot: bool) -> [f64; 4] {
    let n: usize = LEVELS.iter().map(|l| l + 1).product();
    let unpack = |mut state: usize| {
        LEVELS.map(|level| {
            let stock = state % (level + 1);
            state /= level + 1;
            stock
        })
    };
    let pack = |stock: [usize; 4]| (0..4).rev().fold(0, |state, i| state * (LEVELS[i] + 1) + stock[i]);
    // The other depots with most stock, if they have any.
    let donors = |stock: &[usize; 4], i: usize| -> Vec<usize> {
        let most = (0..4).filter(|j| *j != i).map(|j| stock[j]).max().unwrap_or(0);
        let n = if by_lot { 4 } else { 1 };
        (0..4).filter(|j| *j != i && most > 0 && stock[*j] == most).take(n).collect()
    };
    // Uniformised chain, iterated until nothing changes.
    let clock = RATES.iter().sum::<f64>() + 9.0 / 14.0;
    let mut p = vec![1.0 / n as f64; n];
    loop {
        let mut next = vec![0.0; n];
        for (state, p) in p.iter().enumerate() {
            let stock = unpack(state);
            let mut stays = clock;
            let mut go = |rate: f64, i: usize, up: bool| {
                let mut to = stock;
                to[i] = if up { to[i] + 1 } else { to[i] - 1 };
                next[pack(to)] += p * rate / clock;
                stays -= rate;
            };
            for i in 0..4 {
                if stock[i] > 0 {
                    go(RATES[i], i, false);
                } else {
                    let donors = donors(&stock, i);
                    donors.iter().for_each(|j| go(RATES[i] * s / donors.len() as f64, *j, false));
                }
                if stock[i] < LEVELS[i] {
                    go((LEVELS[i] - stock[i]) as f64 / 14.0, i, true);
                }
            }
            next[state] += p * stays / clock;
        }
        let change: f64 = p.iter().zip(&next).map(|(a, b)| (a - b).abs()).sum();
        p = next;
        if change < 1e-13 {
            break;
        }
    }
    let mut shares = [0.0; 3];
    for (state, p) in p.iter().enumerate() {
        let stock = unpack(state);
        for i in 0..4 {
            let weight = p * RATES[i] / RATES.iter().sum::<f64>();
            let found = if donors(&stock, i).is_empty() { 0.0 } else { s };
            if stock[i] > 0 {
                shares[0] += weight;
            } else {
                shares[1] += weight * found;
                shares[2] += weight * (1.0 - found);
            }
        }
    }
    [shares[0], shares[1], shares[2], 0.75 * shares[1] + 7.0 * shares[2]]
}

fn delay(days: f64) -> Activity {
    Activity::Delay(Delay { until: DelayUntil::Elapsed(Amount::Law(constant(days * DAY))), recorded: true })
}

/// Four depots; `search` makes the step behind an empty own shelf, from the emergency step and the end of the process.
/// Compares own, lateral and emergency shares and the wait with the exact values.
fn check_pooling(
    exact: [f64; 4],
    search: impl Fn(&mut Build, ProcessId, StepId, StepId) -> (StepId, StepId),
) {
    let mut b = Build::new(300.0 * DAY, 20_000.0 * DAY, 30.0 * DAY);
    let part = part(&mut b);
    let p = b.process("demand");
    let end = b.end(p);
    let emergency = b.step(p, "emergency", delay(7.0), Some(end));
    let (search, ride) = search(&mut b, p, emergency, end);
    b.step(p, "own", take(part, OWN, Short::Go(search)), Some(end));
    for i in 0..4 {
        let depot = site(&mut b, &format!("depot {i}"));
        let level = LEVELS[i] as u32;
        shelf(&mut b, part, depot, level, Policy::BaseStock { level }, supplier(exponential(14.0 * DAY)));
        poisson(&mut b, &format!("in {i}"), p, depot, RATES[i]);
    }
    let started = b.measure(Measure::Cases(p));
    let filled = b.measure(Measure::Filled(None));
    let rides = b.measure(Measure::Entries(ride));
    let emergencies = b.measure(Measure::Entries(emergency));
    let stay = b.measure(Measure::Case(p, Sampled::CycleTime));
    let found = b.replicate_all(30, |r| {
        let share = |m| b.sum_in_window(r, m) / b.sum_in_window(r, started);
        vec![share(filled), share(rides), share(emergencies), b.mean_in_window(r, stay) / DAY]
    });
    for (found, exact) in found.iter().zip(exact) {
        if exact == 0.0 {
            assert_eq!(found.mean, 0.0);
        } else {
            found.agrees(exact);
        }
    }
}

#[test]
fn lateral_pooling() {
    let known = |s: f64, values: [f64; 4]| {
        for (exact, value) in pooling(s, true).iter().zip(values) {
            assert!((exact - value).abs() < 6e-6, "s = {s}: {exact} is not {value}");
        }
    };
    known(0.0, [0.791475, 0.0, 0.208525, 1.45968]);
    known(1.0, [0.716537, 0.249072, 0.034391, 0.42754]);
    for s in [0.0, 0.5, 1.0] {
        check_pooling(pooling(s, true), |b, p, emergency, end| {
            let ride = b.step(p, "ride", delay(0.75), Some(end));
            let most = take(PartId(0), TakeFrom::MostStock, Short::Go(emergency));
            let lateral = b.step(p, "lateral", most, Some(ride));
            let ways = [(s, lateral), (1.0 - s, emergency)];
            let branches = ways.map(|(chance, to)| Branch { when: When::Chance(chance), to });
            let choose = Activity::Choose(Choose { branches: branches.into() });
            (b.step(p, "search", choose, None), ride)
        });
    }
}

/// The same by asking somebody who sees all shelves and replies at once with probability s; a search that finds a unit
/// sets it aside, and a transfer brings it.
#[test]
fn lateral_pooling_by_asking() {
    for s in [0.5, 1.0] {
        check_pooling(pooling(s, false), |b, p, emergency, end| {
            let ride = Transfer { runs: None, time: Amount::Law(constant(0.75 * DAY)), fee: 0.0 };
            let ride = b.step(p, "ride", Activity::Transfer(ride), Some(end));
            let desk = Place { sees: Sees::Shelf, ..desk(b) };
            let channel = b.model.channels.push(Channel { reply: s, ..instant_channel() });
            let search = ask(b, desk, channel, ride, emergency);
            (b.step(p, "search", Activity::Ask(search), None), ride)
        });
    }
}

/// One person who can be asked about all sites.
fn desk(b: &mut Build) -> Place {
    Place { team: b.team("desk", 1), scope: PlaceScope::Whole, sees: Sees::Nothing, right: 1.0 }
}

fn instant_channel() -> Channel {
    Channel {
        name: "talk".into(),
        mode: ChannelMode::OneByOne,
        adoption: None,
        reach: 1.0,
        retry: None,
        latency: constant(0.0),
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

/// One question to one place.
fn ask(b: &mut Build, place: Place, channel: ChannelId, found: StepId, not_found: StepId) -> Ask {
    Ask {
        seek: Seek::Part(PartRef::Fixed(PartId(0))),
        asker: b.team("askers", 1),
        places: vec![place],
        channels: vec![channel],
        give_up: GiveUp { asks: Some(1), after: None, at_shift_end: false },
        reserve: true,
        hoarding: 0.0,
        learning: 0.0,
        search: None,
        parallel: None,
        site_attr: None,
        asks_attr: None,
        found,
        not_found,
    }
}

// ---- step by step ----

/// A store with 1 unit, ordered one for one, 1 day away; demands every 10 days. The movements are not recorded.
fn phantom(count_every: Option<f64>, record_error: f64) -> f64 {
    let mut store = store(1.0, 1, Policy::BaseStock { level: 1 }, constant(DAY));
    let b = &mut store.b;
    b.model.stocks[0].record_error = record_error;
    b.model.stocks[0].count_every = count_every.map(|days| Duration::from_seconds(days * DAY));
    let times: Vec<_> = (0..10).map(|i| 10.0 * f64::from(i) + 5.0).collect();
    b.model.arrivals = IdVec::new();
    at_times(b, ProcessId(0), SiteId(0), &times);
    let record = b.run(0);
    (0..record.n_bins).map(|bin| record.sum(store.filled, bin)).sum()
}

#[test]
fn a_phantom_unit_keeps_the_part_from_being_ordered_until_it_is_counted() {
    assert_eq!(phantom(None, 0.0), 10.0);
    // Only the customer that waits makes the store order.
    assert_eq!(phantom(None, 1.0), 1.0);
    assert_eq!(phantom(Some(4.0), 1.0), 10.0);
}

/// The share of looks at a record that find it right about "any there". The one unit of a shelf is taken and brought
/// back at rate r; each of the two movements is left out of the record with probability e, so the record is 1 + the
/// difference of two Poisson variables of mean m = r e (1 - e) t at time t since the last count, and says "any" with
/// probability (1 + e^-2m I0(2m)) / 2.
#[test]
fn records_are_as_right_as_their_errors_allow() {
    let (rate, error, every) = (4.0, 0.2, 10.0);
    let bessel = |x: f64| {
        let terms = (1..60).scan(1.0, |term, k| {
            *term *= (x / 2.0 / f64::from(k)).powi(2);
            Some(*term)
        });
        1.0 + terms.sum::<f64>()
    };
    let right = |t: f64| {
        let x = 2.0 * rate * error * (1.0 - error) * t;
        0.5 * (1.0 + (-x).exp() * bessel(x))
    };
    let n = 2_000;
    let exact = (0..n).map(|i| right(every * (f64::from(i) + 0.5) / f64::from(n)) / f64::from(n)).sum();

    let mut b = Build::new(20.0 * DAY, 4_000.0 * DAY, 0.0);
    let (store, office) = (site(&mut b, "store"), site(&mut b, "office"));
    let item = part(&mut b);
    shelf(&mut b, item, store, 1, Policy::None, supplier(constant(DAY)));
    b.model.stocks[0].record_error = error;
    b.model.stocks[0].count_every = Some(Duration::from_seconds(every * DAY));
    let borrow = b.process("borrow");
    let end = b.end(borrow);
    let back = Return { part: PartRef::Fixed(item), quantity: 1, to: SiteRef::Own };
    let back = b.step(borrow, "return", Activity::Return(back), Some(end));
    b.step(borrow, "take", take(item, OWN, Short::Wait), Some(back));
    poisson(&mut b, "borrowers", borrow, store, rate);
    let question = b.process("question");
    let end = b.end(question);
    let desk = Place { sees: Sees::Record, ..desk(&mut b) };
    let channel = b.model.channels.push(instant_channel());
    let search = Ask { reserve: false, ..ask(&mut b, desk, channel, end, end) };
    b.step(question, "look", Activity::Ask(search), None);
    poisson(&mut b, "questions", question, office, 1.0);
    let looks = b.measure(Measure::RecordLooks);
    let rights = b.measure(Measure::RecordRight);
    b.replicate(30, |r| b.sum_in_window(r, rights) / b.sum_in_window(r, looks)).agrees(exact);
}

/// The record of a shelf that others draw on goes wrong with the movements, not with the arms' timing.
#[test]
fn an_error_probability_of_zero_changes_nothing() {
    let with = |error: f64| {
        let mut store = store(1.0, 6, Policy::BaseStock { level: 6 }, exponential(4.0 * DAY));
        store.b.model.stocks[0].record_error = error;
        let [waiting, fill] = store.backorders_and_fill(4);
        (waiting.mean, fill.mean)
    };
    assert_eq!(with(0.0), with(1e-300));
    assert_ne!(with(0.0), with(0.1));
}

/// Three cases: one takes a unit from elsewhere and moves it by the next run, one buys, one returns a unit.
#[test]
fn prices_runs_and_returns() {
    let mut b = Build::new(0.0, 100.0 * DAY, 0.0);
    let (here, there) = (site(&mut b, "here"), site(&mut b, "there"));
    let item = part(&mut b);
    let none = || supplier(constant(DAY));
    shelf(&mut b, item, here, 0, Policy::None, none());
    shelf(&mut b, item, there, 1, Policy::None, none());
    // Runs leave on Mondays and Thursdays at 06:00; the clock starts on a Monday.
    let runs = b.calendar("runs", &[(6.0, 6.5), (78.0, 78.5)]);

    let move_it = b.process("move");
    let end = b.end(move_it);
    let transfer = Transfer { runs: Some(runs), time: Amount::Law(constant(0.25 * DAY)), fee: 20.0 };
    let ride = b.step(move_it, "ride", Activity::Transfer(transfer), Some(end));
    b.step(move_it, "lateral", take(item, TakeFrom::MostStock, Short::Wait), Some(ride));
    at_times(&mut b, move_it, here, &[1.0]);

    let buy = b.process("buy");
    let end = b.end(buy);
    let order = Order {
        part: PartRef::Fixed(item),
        quantity: 2,
        lead_time: Amount::Law(constant(3.0 * DAY)),
        emergency: true,
        premium: 0.2,
        fee: 50.0,
    };
    // What was bought for the case is at home already.
    let ride = b.step(buy, "no ride", b.model.steps[ride].activity.clone(), Some(end));
    b.step(buy, "order", Activity::Order(order), Some(ride));
    at_times(&mut b, buy, here, &[10.0]);

    let give = b.process("give back");
    let end = b.end(give);
    let to = SiteRef::At(there);
    let back = Return { part: PartRef::Fixed(item), quantity: 1, to };
    b.step(give, "return", Activity::Return(back), Some(end));
    at_times(&mut b, give, here, &[51.0]);

    let of = |b: &mut Build, what| b.measure(what);
    let moving = of(&mut b, Measure::Case(move_it, Sampled::CycleTime));
    let buying = of(&mut b, Measure::Case(buy, Sampled::CycleTime));
    let transfers = of(&mut b, Measure::Transfers(Some(item)));
    let transfer_cost = of(&mut b, Measure::TransferCost(None));
    let emergencies = of(&mut b, Measure::Emergencies(None));
    let bought = of(&mut b, Measure::Purchased(Some(item)));
    let paid = of(&mut b, Measure::PurchaseCost(None));
    let on_hand = of(&mut b, Measure::OnHand(None));
    let holding = of(&mut b, Measure::HoldingCost(Some(item)));
    let demanded = of(&mut b, Measure::Demanded(None));
    let record = b.run(0);
    let sum = |m| record.sum(m, 0);
    // From Tuesday 00:00 to Thursday 06:00, and six hours on the way.
    assert_eq!(sum(moving), 2.5 * DAY);
    assert_eq!(sum(buying), 3.0 * DAY);
    assert_eq!([sum(transfers), sum(transfer_cost)], [1.0, 20.0]);
    assert_eq!([sum(emergencies), sum(bought)], [1.0, 2.0]);
    assert_eq!(sum(paid), 2.0 * 100.0 * 1.2 + 50.0);
    // One unit for a day, and from day 51 on; 20 % of $100 a year.
    assert_eq!(sum(on_hand), 50.0 * DAY);
    assert!((sum(holding) - 50.0 / 365.0 * 20.0).abs() < 1e-9);
    assert_eq!(sum(demanded), 0.0);
}

/// Customers who wait are served in order; one who leaves the queue lets the next one have the unit.
#[test]
fn who_leaves_the_queue_gets_nothing() {
    let mut b = Build::new(0.0, 100.0 * DAY, 0.0);
    let here = site(&mut b, "here");
    let item = part(&mut b);
    // Ordered when the stock is gone, on day 1; there on day 11.
    shelf(
        &mut b,
        item,
        here,
        1,
        Policy::ReorderQuantity { point: 0, quantity: 1 },
        supplier(constant(10.0 * DAY)),
    );
    let p = b.process("demand");
    let end = b.end(p);
    let gone = b.end(p);
    let delay = Delay { until: DelayUntil::Elapsed(Amount::Law(constant(4.0 * DAY))), recorded: true };
    let wait = b.step(p, "patience", Activity::Delay(delay), Some(gone));
    let take = b.step(p, "take", take(item, OWN, Short::Wait), Some(end));
    b.step(p, "either", Activity::Race(Race { branches: vec![take, wait] }), None);
    at_times(&mut b, p, here, &[1.0, 2.0, 8.0]);
    let stay = b.measure(Measure::Case(p, Sampled::CycleTime));
    let left = b.measure(Measure::Entries(gone));
    let waiting = b.measure(Measure::Backordered(Some(item)));
    let record = b.run(0);
    assert_eq!(record.sum(left, 0), 1.0);
    // The first at once; the second leaves after 4 days; the third has the unit on day 11.
    assert_eq!(record.sum(stay, 0), (0.0 + 4.0 + 3.0) * DAY);
    assert_eq!(record.sum(waiting, 0), (4.0 + 3.0) * DAY);
}

/// Cases and shelves that are replenished wait in one queue, first come first served.
#[test]
fn a_case_that_came_first_is_served_before_another_shelf() {
    let mut b = Build::new(0.0, 100.0 * DAY, 0.0);
    let (depot, base) = (site(&mut b, "depot"), site(&mut b, "base"));
    let item = part(&mut b);
    shelf(&mut b, item, depot, 0, Policy::None, supplier(constant(DAY)));
    let source = Source::Site { site: depot, transit: Amount::Law(constant(DAY)) };
    shelf(&mut b, item, base, 1, Policy::BaseStock { level: 1 }, source);
    let p = b.process("demand");
    let end = b.end(p);
    b.step(p, "take", take(item, OWN, Short::Wait), Some(end));
    // At the depot on day 1. At the base on day 2, which it orders then, and on day 15.
    at_times(&mut b, p, depot, &[1.0]);
    at_times(&mut b, p, base, &[2.0, 15.0]);
    b.model.arrivals[ArrivalId(1)].name = "at the base".into();
    let give = b.process("give");
    let end = b.end(give);
    let back = Return { part: PartRef::Fixed(item), quantity: 1, to: SiteRef::Own };
    b.step(give, "return", Activity::Return(back), Some(end));
    at_times(&mut b, give, depot, &[10.0, 20.0]);
    b.model.arrivals[ArrivalId(2)].name = "back".into();
    let stay = b.sampled(Measure::Case(p, Sampled::CycleTime));
    let record = b.run(0);
    let days: Vec<_> = record.samples[0].values().map(|s| s / DAY).collect();
    assert_eq!(record.samples[0].measure, Some(stay));
    // In order of their ends: on day 2, on day 10, and on day 21.
    assert_eq!(days, [0.0, 9.0, 6.0]);
}

/// What a search set aside goes back when its case ends; what was taken or moved does not.
#[test]
fn what_is_set_aside_and_not_taken_goes_back() {
    let found = |moved: bool| {
        let mut b = Build::new(0.0, 100.0 * DAY, 0.0);
        let (store, office) = (site(&mut b, "store"), site(&mut b, "office"));
        let item = part(&mut b);
        shelf(&mut b, item, store, 1, Policy::None, supplier(constant(DAY)));
        let p = b.process("question");
        let end = b.end(p);
        let missing = b.end(p);
        let ride = Transfer { runs: None, time: Amount::Law(constant(DAY)), fee: 0.0 };
        let ride = b.step(p, "ride", Activity::Transfer(ride), Some(end));
        let then = b.step(p, "hold", delay(2.0), Some(if moved { ride } else { end }));
        let desk = Place { sees: Sees::Shelf, ..desk(&mut b) };
        let channel = b.model.channels.push(instant_channel());
        let search = ask(&mut b, desk, channel, then, missing);
        b.step(p, "ask", Activity::Ask(search), None);
        // The second comes while the unit is set aside for the first.
        at_times(&mut b, p, office, &[1.0, 2.0, 10.0, 20.0]);
        let found = b.measure(Measure::Found);
        b.run(0).sum(found, 0)
    };
    assert_eq!(found(false), 3.0);
    assert_eq!(found(true), 1.0);
}

/// The lead time of the n-th order and the n-th demand are the same in both arms.
#[test]
fn arms_stay_in_step() {
    let fill = |level: u32, r: u64| {
        let store = store(0.2, level, Policy::BaseStock { level }, exponential(10.0 * DAY));
        let record = store.b.run(r);
        store.b.sum_in_window(&record, store.filled) / store.b.sum_in_window(&record, store.demanded)
    };
    let pairs = 40;
    let together: Vec<_> = (0..pairs).map(|r| fill(4, r) - fill(3, r)).collect();
    let apart: Vec<_> = (0..pairs).map(|r| fill(4, r) - fill(3, r + pairs)).collect();
    let [together, apart] = [together, apart].map(|values| Estimate::of(&values));
    together.agrees(palm(2.0, 4).1 - palm(2.0, 3).1);
    assert!(together.error < 0.6 * apart.error, "{} against {}", together.error, apart.error);
}
