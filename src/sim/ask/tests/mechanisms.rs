//! Each mechanism on its own: what it does, and that it does nothing at its neutral value.

use super::*;
use crate::activity::{Parallel, Search as Lookup};
use crate::model::{Adoption as Spreading, Overload, Spread};

fn share(outcomes: &[Outcome], of: impl Fn(&Outcome) -> bool) -> impl Iterator<Item = f64> {
    outcomes.iter().map(move |o| f64::from(u8::from(of(o))))
}

fn fixed(mode: ChannelMode) -> Channel {
    Channel { latency: constant(HOUR), ..channel(mode) }
}

#[test]
fn a_phantom_costs_an_ask_and_a_record_can_hide_units() {
    let (model, mut what, mut room) = three_sites(fixed(ChannelMode::OneByOne), [0, 0, 1]);
    room.record = vec![0, 3, 1];
    what.places = vec![place(1, PlaceScope::Whole, Sees::Record)];
    let mut world = World::new(&model, what.clone(), room.clone());
    assert_eq!(world.search(0), Outcome { found: true, hours: 2.0, n_asks: 2, parallel: None });
    assert_eq!(world.room.shelf, [0, 0, 0]);

    // Without reservation the word of the record is enough.
    let free = activity::Ask { reserve: false, ..what.clone() };
    let outcome = World::new(&model, free, room.clone()).search(0);
    assert_eq!(outcome, Outcome { found: true, hours: 1.0, n_asks: 1, parallel: None });

    room.record = vec![5, 0, 0];
    assert!(!World::new(&model, what, room).search(0).found);
}

#[test]
fn the_last_unit_is_refused() {
    let refused = |hoarding: f64, shelf: [i64; 3]| {
        let (model, mut what, room) = three_sites(fixed(ChannelMode::OneByOne), shelf);
        (what.hoarding, what.reserve) = (hoarding, false);
        World::new(&model, what, room).searches(4_000)
    };
    assert!(z(share(&refused(0.3, [0, 1, 1]), |o| o.found), 0.91).abs() < 4.0);
    assert!(refused(1.0, [0, 1, 1]).iter().all(|o| !o.found && o.n_asks == 2));
    assert!(refused(1.0, [0, 2, 2]).iter().all(|o| o.found && o.n_asks == 1));
    assert!(refused(0.0, [0, 1, 1]).iter().all(|o| o.found && o.n_asks == 1));
}

#[test]
fn a_search_is_given_up() {
    let with = |give_up: GiveUp| {
        let (model, mut what) = three_who_may_know(fixed(ChannelMode::OneByOne));
        what.give_up = give_up;
        World::new(&model, what, Room::default()).searches(4_000)
    };
    let never = GiveUp { asks: None, after: None, at_shift_end: false };
    let after_one = with(GiveUp { asks: Some(1), ..never.clone() });
    assert!(after_one.iter().all(|o| o.n_asks == 1 && o.hours == 1.0));
    assert!(z(share(&after_one, |o| o.found), 0.3).abs() < 4.0);
    let after_time = with(GiveUp { after: Some(constant(1.5 * HOUR)), ..never.clone() });
    assert!(
        after_time.iter().all(|o| o.found && o.hours == 1.0 || !o.found && o.hours == 1.5 && o.n_asks == 2)
    );
    assert!(z(share(&after_time, |o| o.found), 0.3).abs() < 4.0);
    assert!(z(share(&with(never), |o| o.found), 0.657).abs() < 4.0);
}

#[test]
fn a_call_is_repeated_until_somebody_is_reached() {
    let call = |reach: f64| {
        let channel = Channel {
            reach,
            retry: Some(constant(HOUR)),
            latency: constant(0.0),
            ..channel(ChannelMode::OneByOne)
        };
        let (model, mut what, room) = three_sites(channel, [0, 1, 1]);
        what.reserve = false;
        World::new(&model, what, room).searches(4_000)
    };
    let outcomes = call(0.4);
    assert!(outcomes.iter().all(|o| o.found && o.n_asks == 1));
    // failures before the first success
    assert!(z(outcomes.iter().map(|o| o.hours), 1.5).abs() < 4.0);
    assert!(call(1.0).iter().all(|o| o.hours == 0.0));
}

#[test]
fn silence_ends_with_patience_and_late_answers_count() {
    let with = |reply: f64, active: f64, retry: f64| {
        let retry = Some(constant(retry * HOUR));
        let channel =
            Channel { reply, active, retry, latency: constant(3.0 * HOUR), ..channel(ChannelMode::OneByOne) };
        let (model, mut what, room) = three_sites(channel, [0, 1, 1]);
        what.reserve = false;
        World::new(&model, what, room).searches(2_000)
    };
    for silent in [with(0.0, 1.0, 1.0), with(1.0, 0.0, 1.0)] {
        assert!(silent.iter().all(|o| !o.found && o.hours == 2.0 && o.n_asks == 2));
    }
    assert!(with(1.0, 1.0, 1.0).iter().all(|o| o.found && o.hours == 3.0 && o.n_asks == 2));
    assert!(with(1.0, 1.0, 5.0).iter().all(|o| o.found && o.hours == 3.0 && o.n_asks == 1));
    assert!(z(share(&with(0.4, 1.0, 1.0), |o| o.found), 1.0 - 0.36).abs() < 4.0);
}

#[test]
fn a_place_speaks_with_one_voice() {
    let wrong = |right: f64| {
        let (mut model, mut what, room) = three_sites(channel(ChannelMode::Broadcast), [0, 0, 0]);
        model.teams[TeamId(0)].crews[0].count = 10;
        (what.places[0].right, what.reserve) = (right, false);
        World::new(&model, what, room).searches(4_000)
    };
    assert!(z(share(&wrong(0.9), |o| o.found), 1.0 - 0.81).abs() < 4.0);
    assert!(wrong(1.0).iter().all(|o| !o.found));
}

/// Two readers start in parallel, unless the search ends before: which of four equal latencies comes first.
#[test]
fn the_parallel_team_starts_when_it_reads() {
    let with = |visible: bool, shelf: [i64; 3]| {
        let channel = Channel { visible, ..channel(ChannelMode::Broadcast) };
        let (model, mut what, room) = three_sites(channel, shelf);
        what.parallel = Some(Parallel { team: TeamId(1), step: StepId(0) });
        what.reserve = false;
        World::new(&model, what, room).searches(4_000)
    };
    let empty = with(true, [0, 0, 0]);
    assert!(z(share(&empty, |o| o.parallel.is_some()), 5.0 / 6.0).abs() < 4.0);
    let full = with(true, [0, 1, 1]);
    assert!(z(share(&full, |o| o.parallel.is_some()), 0.5).abs() < 4.0);
    assert!(full.iter().all(|o| o.parallel.is_none_or(|p| p <= o.hours)));
    assert!(with(false, [0, 0, 0]).iter().all(|o| o.parallel.is_none()));
}

#[test]
fn learning_changes_whom_one_asks_first() {
    let first_asks = |learning: f64, visible: bool, then_at: u32| {
        let channel = Channel { visible, ..fixed(ChannelMode::OneByOne) };
        let mut asks = Vec::new();
        for seed in 0..400 {
            let (model, mut what, room) = three_sites(channel.clone(), [0, 0, 9]);
            what.learning = learning;
            let mut world = World::new(&model, what, room);
            world.n_questions = 2 * seed;
            assert!(world.search(0).found);
            asks.push(f64::from(world.search(then_at).n_asks));
        }
        asks
    };
    assert!(first_asks(0.2, false, 0).iter().all(|n| *n == 1.0));
    assert!(first_asks(0.2, true, 1).iter().all(|n| *n == 1.0));
    for random in [first_asks(0.0, false, 0), first_asks(0.0, true, 1), first_asks(0.2, false, 1)] {
        assert!(z(random.into_iter(), 1.5).abs() < 4.0);
    }
}

#[test]
fn earlier_answers_are_found_while_they_are_remembered() {
    let next = |pause: f64, visible: bool, shelf_then: [i64; 3]| {
        let channel = Channel { visible, ..fixed(ChannelMode::OneByOne) };
        let mut asks = Vec::new();
        for seed in 0..400 {
            let (model, mut what, room) = three_sites(channel.clone(), [0, 0, 9]);
            what.search = Some(Lookup { channel: ChannelId(0), memory: 24.0 * HOUR, cost: constant(0.0) });
            let mut world = World::new(&model, what, room);
            world.n_questions = 2 * seed;
            world.search(0);
            world.ctx.now = world.ctx.now + Duration::from_seconds(pause * HOUR);
            world.room.shelf = shelf_then.into();
            asks.push(f64::from(world.search(0).n_asks));
        }
        asks
    };
    assert!(next(23.0, true, [0, 0, 9]).iter().all(|n| *n == 1.0));
    assert!(next(23.0, true, [0, 9, 0]).iter().all(|n| *n == 2.0), "the answer is stale");
    for forgotten in [next(25.0, true, [0, 0, 9]), next(1.0, false, [0, 0, 9])] {
        assert!(z(forgotten.into_iter(), 1.5).abs() < 4.0);
    }
}

/// A channel that nobody has changes nothing, to the bit; when all have it, it is preferred.
#[test]
fn the_first_channel_that_both_ends_have_is_used() {
    let with = |ceiling: Option<f64>| {
        let mut tool = channel(ChannelMode::Broadcast);
        tool.name = "tool".into();
        tool.adoption = ceiling.map(|_| crate::ids::AdoptionId(0));
        let (mut model, mut what) = three_who_may_know(channel(ChannelMode::OneByOne));
        if let Some(ceiling) = ceiling {
            model.channels.push(tool);
            what.channels = vec![ChannelId(1), ChannelId(0)];
            let spread = |t| Spread { team: TeamId(t), p: 1.0, q: 0.0, ceiling };
            model.adoptions.push(Spreading {
                name: "roll-out".into(),
                go_live: Time::from_ticks(-3_600_000_000),
                spread: (0..4).map(spread).collect(),
                training: Duration::ZERO,
                drop_out: 0.0,
            });
        }
        World::new(&model, what, Room::default()).searches(500)
    };
    let phone = with(None);
    assert_eq!(with(Some(0.0)), phone);
    let tool = with(Some(1.0));
    assert!(tool.iter().zip(&phone).all(|(t, p)| t.found == p.found), "the same people know");
    assert!(z(tool.iter().map(|o| o.hours), 1.1733).abs() < 4.0);
}

#[test]
fn replies_get_rarer_when_there_is_more_to_read() {
    let mut load = Load::default();
    let left = (0..1_000).map(|i| load.post(Time::from_ticks(i * Duration::DAY.ticks() / 10), 5.0)).last();
    // 1 / (1 - e^-0.1) posts are felt
    assert!((left.unwrap_or(0.0) - 5.0 * (1.0 - (-0.1_f64).exp())).abs() < 1e-9);

    let share_found = |overload: Option<Overload>| {
        let channel = Channel { overload, retry: Some(constant(HOUR)), ..fixed(ChannelMode::Broadcast) };
        let (model, mut what, room) = three_sites(channel, [0, 9, 0]);
        what.reserve = false;
        World::new(&model, what, room).searches(4_000)
    };
    assert!(share_found(None).iter().all(|o| o.found));
    assert!(share_found(Some(Overload { capacity: 1e6 })).iter().all(|o| o.found));
    // a post an hour: 1 / (1 - e^-1/24) are felt, and the first are not typical
    let few = share_found(Some(Overload { capacity: 10.0 }));
    assert!(z(share(&few[500..], |o| o.found), 10.0 * (1.0 - (-1.0_f64 / 24.0).exp())).abs() < 4.0);
}

#[test]
fn two_searches_cannot_have_one_unit() {
    let (model, what, room) = three_sites(channel(ChannelMode::Broadcast), [0, 0, 1]);
    let mut world = World::new(&model, what, room);
    assert_eq!((world.begin(0).1, world.begin(1).1), (None, None));
    let mut branches = Vec::new();
    while let Some((now, super::super::super::Event::Ask(event))) = world.ctx.agenda.pop() {
        world.ctx.now = now;
        world.ask.event(&world.plan, &mut world.ctx, &mut world.room, event);
        branches.append(&mut world.ctx.wakes);
    }
    let n = |wanted| {
        branches.iter().filter(|w| matches!(w, Wake::Resume { branch, .. } if *branch == wanted)).count()
    };
    assert_eq!((n(FOUND), n(NOT_FOUND)), (1, 1));
}

#[test]
fn a_withdrawn_search_leaves_nothing_behind() {
    let (model, mut what, room) = three_sites(channel(ChannelMode::Broadcast), [0, 0, 1]);
    what.give_up.after = Some(constant(9.0 * HOUR));
    let mut world = World::new(&model, what, room);
    let (token, ..) = world.begin(0);
    assert_eq!(world.ctx.agenda.len(), 2);
    world.ask.withdraw(&world.plan, &mut world.ctx, &mut world.room, token);
    assert!(world.ctx.agenda.is_empty());
    assert!(world.search(0).found);
    assert_eq!(world.ask.searches.len(), 1, "the slot is used again");
}

#[test]
fn nobody_to_ask_is_not_found_at_once() {
    let (model, mut what, room) = three_sites(channel(ChannelMode::OneByOne), [0, 1, 1]);
    what.places.clear();
    let outcome = World::new(&model, what, room).search(0);
    assert_eq!(outcome, Outcome { found: false, hours: 0.0, n_asks: 0, parallel: None });
}
