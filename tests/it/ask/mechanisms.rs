//! What a search meets with: limits, calls, silence, phantoms, hoarding, learning, earlier answers, overload.

use super::*;

/// A unit that went without being written down. What it costs to find out, who pays, and how records are counted.
#[test]
fn a_phantom_costs_a_walk_and_another_ask() {
    let run = |reserve: bool| {
        let channel = Channel {
            ask_cost: constant(0.25 * HOUR),
            read_cost: constant(0.125 * HOUR),
            answer_cost: constant(0.5 * HOUR),
            ..fixed(ChannelMode::OneByOne)
        };
        let (mut b, mut what) = three_sites(channel, [0, 1, 1]);
        b.model.stocks.iter_mut().for_each(|s| s.record_error = 1.0);
        what.places = vec![place(1, PlaceScope::Whole, Sees::Record)];
        what.reserve = reserve;
        let thief = b.process("thief");
        let end = b.end(thief);
        let take = Take {
            part: PartRef::Fixed(PartId(0)),
            quantity: 1,
            from: TakeFrom::Site(SiteRef::Own),
            short: Short::Wait,
            site_attr: None,
        };
        b.step(thief, "take", Activity::Take(take), Some(end));
        let theft = b.arrivals_by("theft", thief, ArrivalPattern::Trace { times: vec![0.0] });
        b.model.arrivals[theft].sites = vec![SiteId(1)];
        let mut world = World::new(b, what).cases(Some(0), &[10.0]);
        let what = [
            Measure::RecordLooks,
            Measure::RecordRight,
            Measure::AskingTime(TeamId(0)),
            Measure::AskingTime(TeamId(1)),
        ];
        let measures = what.map(|m| world.build.measure(m));
        let record = world.build.run(0);
        (world.read(&record)[0], measures.map(|m| world.build.sum_in_window(&record, m)))
    };
    // ask, answer, walk; ask, answer
    let (outcome, [looks, right, clerks, managers]) = run(true);
    assert_eq!(outcome, Outcome { found: true, hours: 1.75 + 0.5 + 1.75, n_asks: 2.0, parallel: false });
    assert_eq!((looks, right), (2.0, 1.0));
    assert_eq!((clerks, managers), (2.0 * 0.25 * HOUR, (3.0 * 0.5 + 2.0 * 0.125) * HOUR));

    // Without reservation the word of the record is enough.
    let (outcome, [looks, right, ..]) = run(false);
    assert_eq!(outcome, Outcome { found: true, hours: 1.75, n_asks: 1.0, parallel: false });
    assert_eq!((looks, right), (1.0, 0.0));
}

#[test]
fn the_last_unit_is_refused() {
    let refused = |hoarding: f64, shelf| {
        let (b, what) = three_sites(fixed(ChannelMode::OneByOne), shelf);
        searches(4_000, b, Ask { hoarding, ..what })
    };
    share_found_agrees(&refused(0.3, [0, 1, 1]), 0.91);
    assert!(refused(1.0, [0, 1, 1]).iter().all(|o| !o.found && o.n_asks == 2.0));
    assert!(refused(1.0, [0, 2, 2]).iter().all(|o| o.found && o.n_asks == 1.0));
    assert!(refused(0.0, [0, 1, 1]).iter().all(|o| o.found && o.n_asks == 1.0));
}

#[test]
fn a_search_is_given_up() {
    let with = |asks: Option<u32>, after: Option<f64>| {
        let (b, what) = three_who_may_know(fixed(ChannelMode::OneByOne));
        let give_up = GiveUp { asks, after: after.map(|h| constant(h * HOUR)), at_shift_end: false };
        searches(4_000, b, Ask { give_up, ..what })
    };
    let after_one = with(Some(1), None);
    assert!(after_one.iter().all(|o| o.n_asks == 1.0 && o.hours == 1.0));
    share_found_agrees(&after_one, 0.3);
    let after_time = with(None, Some(1.5));
    let (early, late) = (|o: &Outcome| o.hours == 1.0, |o: &Outcome| o.hours == 1.5 && o.n_asks == 2.0);
    assert!(after_time.iter().all(|o| if o.found { early(o) } else { late(o) }));
    share_found_agrees(&after_time, 0.3);
    share_found_agrees(&with(None, None), 0.657);
}

#[test]
fn a_call_is_repeated_until_somebody_is_reached() {
    let call = |reach: f64| {
        let base = channel(ChannelMode::OneByOne);
        let call = Channel { reach, retry: Some(constant(HOUR)), latency: constant(0.0), ..base };
        let (b, what) = three_sites(call, [0, 1, 1]);
        searches(4_000, b, what)
    };
    let outcomes = call(0.4);
    assert!(outcomes.iter().all(|o| o.found && o.n_asks == 1.0));
    // failures before the first success: 0.6 / 0.4
    agrees(outcomes.iter().map(|o| o.hours), 1.5);
    assert!(call(1.0).iter().all(|o| o.hours == 0.0));
}

#[test]
fn silence_ends_with_patience_and_late_answers_count() {
    let with = |reply: f64, active: f64, retry: f64| {
        let retry = Some(constant(retry * HOUR));
        let base = channel(ChannelMode::OneByOne);
        let (b, what) =
            three_sites(Channel { reply, active, retry, latency: constant(3.0 * HOUR), ..base }, [0, 1, 1]);
        searches(2_000, b, what)
    };
    for silent in [with(0.0, 1.0, 1.0), with(1.0, 0.0, 1.0)] {
        assert!(silent.iter().all(|o| !o.found && o.hours == 2.0 && o.n_asks == 2.0));
    }
    assert!(with(1.0, 1.0, 1.0).iter().all(|o| o.found && o.hours == 3.0 && o.n_asks == 2.0));
    assert!(with(1.0, 1.0, 5.0).iter().all(|o| o.found && o.hours == 3.0 && o.n_asks == 1.0));
    // one of two replies, the last in time: patience ends with the second ask's
    let some = with(0.4, 1.0, 4.0);
    share_found_agrees(&some, 1.0 - 0.36);
}

#[test]
fn a_place_speaks_with_one_voice() {
    let wrong = |right: f64| {
        let (mut b, mut what) = three_sites(channel(ChannelMode::Broadcast), [0, 0, 0]);
        b.model.teams[TeamId(0)].crews[0].count = 10;
        what.places[0].right = right;
        searches(4_000, b, what)
    };
    share_found_agrees(&wrong(0.9), 1.0 - 0.81);
    assert!(wrong(1.0).iter().all(|o| !o.found));
}

#[test]
fn learning_changes_whom_one_asks_first() {
    let second_asks = |learning: f64, visible: bool, site: u32| {
        let channel = Channel { visible, ..fixed(ChannelMode::OneByOne) };
        let (b, what) = three_sites(channel, [0, 0, 9]);
        let world = World::new(b, Ask { learning, ..what }).cases(Some(0), &[0.0]).cases(Some(site), &[10.0]);
        (0..400).map(move |r| world.outcomes(r)[1].n_asks)
    };
    assert!(second_asks(0.2, false, 0).all(|n| n == 1.0));
    assert!(second_asks(0.2, true, 1).all(|n| n == 1.0), "others saw the answer");
    for random in [second_asks(0.0, false, 0), second_asks(0.0, true, 1), second_asks(0.2, false, 1)] {
        agrees(random, 1.5);
    }
}

#[test]
fn earlier_answers_are_found_while_they_are_remembered() {
    let second_asks = |pause: f64, visible: bool, units: u32| {
        let channel = Channel { visible, ..fixed(ChannelMode::OneByOne) };
        let (b, what) = three_sites(channel, [0, 0, units]);
        let cost = constant(0.5 * HOUR);
        let search = Some(Search { channel: ChannelId(0), memory: 24.0 * HOUR, cost });
        let world = World::new(b, Ask { search, reserve: true, ..what }).cases(Some(0), &[0.0, pause]);
        (0..400).map(move |r| world.outcomes(r)[1])
    };
    assert!(second_asks(23.0, true, 2).all(|o| o.n_asks == 1.0 && o.hours == 1.5));
    assert!(second_asks(23.0, true, 1).all(|o| o.n_asks == 2.0 && !o.found), "the answer is stale");
    for forgotten in [second_asks(30.0, true, 2), second_asks(23.0, false, 2)] {
        agrees(forgotten.map(|o| o.n_asks), 1.5);
    }
}

#[test]
fn replies_get_rarer_when_there_is_more_to_read() {
    let with = |capacity: Option<f64>| {
        let channel = Channel {
            overload: capacity.map(|capacity| Overload { capacity }),
            latency: constant(0.25 * HOUR),
            retry: Some(constant(0.5 * HOUR)),
            ..channel(ChannelMode::Broadcast)
        };
        let (b, what) = three_sites(channel, [0, 9, 0]);
        searches_every(1.0, 4_000, b, what)
    };
    assert!(with(None).iter().all(|o| o.found));
    assert!(with(Some(1e6)).iter().all(|o| o.found));
    // a post an hour: 1 / (1 - e^(-1/24)) = 24.5 are felt, after a few days
    share_found_agrees(&with(Some(10.0))[500..], 10.0 * (1.0 - (-1.0_f64 / 24.0).exp()));
}

#[test]
fn two_searches_cannot_have_one_unit() {
    let run = |reserve: bool| {
        let (b, what) = three_sites(channel(ChannelMode::Broadcast), [0, 0, 1]);
        let world = World::new(b, Ask { reserve, ..what }).cases(Some(0), &[0.0]).cases(Some(1), &[0.0]);
        let outcomes = world.outcomes(0);
        outcomes.iter().filter(|o| o.found).count()
    };
    assert_eq!((run(true), run(false)), (1, 2));
}

#[test]
fn nobody_to_ask_is_not_found_at_once() {
    let (b, mut what) = three_sites(channel(ChannelMode::OneByOne), [0, 1, 1]);
    what.places.clear();
    assert_eq!(searches(1, b, what)[0], Outcome { found: false, hours: 0.0, n_asks: 0.0, parallel: false });
}

/// A search that loses a race is over: nobody finds anything, and the next one is as if it had never been.
#[test]
fn a_search_is_withdrawn() {
    let (mut b, what) = three_sites(fixed(ChannelMode::OneByOne), [0, 1, 1]);
    let process = b.process("impatient");
    let end = b.end(process);
    let ask = b.step(process, "ask", Activity::Ask(Ask { found: end, not_found: end, ..what }), None);
    let until = DelayUntil::Elapsed(Amount::Law(constant(0.5 * HOUR)));
    let wait = b.step(process, "wait", Activity::Delay(Delay { until, recorded: true }), Some(end));
    b.step(process, "race", Activity::Race(Race { branches: vec![ask, wait] }), Some(end));
    let id = b.arrivals_by("in", process, ArrivalPattern::Trace { times: vec![0.0, 0.0, HOUR] });
    b.model.arrivals[id].sites = vec![SiteId(0)];
    let [time, found] = [Measure::Case(process, Sampled::CycleTime), Measure::Found].map(|m| b.measure(m));
    let record = b.run(0);
    assert_eq!((b.mean_in_window(&record, time), b.sum_in_window(&record, found)), (0.5 * HOUR, 0.0));
}
