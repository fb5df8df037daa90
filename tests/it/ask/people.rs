//! Who has a channel, who is on shift, who reads: adoption, training, shifts, the parallel start, lasting knowledge.

use super::*;

const MONTH: f64 = 30.0 * 86_400.0;

fn roll_out(b: &mut Build, ceiling: f64, go_live: Time) -> AdoptionId {
    let spread = b.model.teams.ids().map(|team| Spread { team, p: 0.03 / MONTH, q: 0.38 / MONTH, ceiling });
    let spread = spread.collect();
    b.model.adoptions.push(Adoption {
        name: "roll-out".into(),
        go_live,
        spread,
        training: Duration::ZERO,
        drop_out: 0.0,
    })
}

/// The time average of the adopters is that of the Bass curve: F = 1 - (1 + a) e^-bt / (1 + a e^-bt), a = q/p, b = p+q.
#[test]
fn adopters_follow_the_bass_curve() {
    let months = 12.0;
    let mut b = Build::new(0.0, months * MONTH, 0.0).bin(MONTH);
    b.team("people", 200);
    let adoption = Some(roll_out(&mut b, 0.8, Time::ZERO));
    b.model.channels.push(Channel { adoption, ..channel(ChannelMode::OneByOne) });
    let [adopters, eligible] =
        [Measure::Adopters(ChannelId(0)), Measure::Eligible(ChannelId(0))].map(|m| b.measure(m));
    let (p, q) = (0.03, 0.38);
    let (a, rate): (f64, f64) = (q / p, p + q);
    let left = (1.0 + a) / (a * rate) * ((1.0 + a) / (1.0 + a * (-rate * months).exp())).ln();
    let share = b.replicate(100, |r| b.sum_in_window(r, adopters) / b.sum_in_window(r, eligible));
    share.agrees(0.8 * (1.0 - left / months));
    assert_eq!(b.sum_in_window(&b.run(0), eligible), 200.0 * months * MONTH);
    // the sixth month's last day: F(6) = .43924
    let sixth = b.replicate(100, |r| (r.sum(adopters, 5) + r.sum(adopters, 6)) / (2.0 * 200.0 * MONTH));
    assert!((sixth.mean / 0.8 - 0.43924).abs() < 0.02, "{}", sixth.mean);
}

/// A channel that nobody has changes nothing, to the bit; when all have it, it is preferred, and the same people know.
#[test]
fn the_first_channel_that_both_ends_have_is_used() {
    let with = |ceiling: Option<f64>| {
        let (mut b, mut what) = three_who_may_know(channel(ChannelMode::OneByOne));
        if let Some(ceiling) = ceiling {
            let long_ago = Time::ZERO - Duration::from_seconds(1_000.0 * MONTH);
            let adoption = Some(roll_out(&mut b, ceiling, long_ago));
            let tool = Channel { name: "tool".into(), adoption, ..channel(ChannelMode::Broadcast) };
            b.model.channels.push(tool);
            what.channels = vec![ChannelId(1), ChannelId(0)];
        }
        searches(4_000, b, what)
    };
    let phone = with(None);
    assert_eq!(with(Some(0.0)), phone);
    let tool = with(Some(1.0));
    assert!(tool.iter().zip(&phone).all(|(t, p)| t.found == p.found));
    agrees(tool.iter().map(|o| o.hours), 1.1733);
}

#[test]
fn a_new_adopter_is_trained_once() {
    let times = |training: f64| {
        let mut b = Build::new(0.0, 100.0 * HOUR, 100.0 * HOUR);
        let team = b.team("people", 1);
        let id = roll_out(&mut b, 1.0, Time::ZERO + Duration::HOUR);
        b.model.adoptions[id].training = Duration::from_seconds(training * HOUR);
        b.model.adoptions[id].spread[0].p = 1e9;
        let p = b.process("p");
        let end = b.end(p);
        b.step(p, "work", Activity::Task(task(team, constant(HOUR))), Some(end));
        b.arrivals_by("in", p, ArrivalPattern::Trace { times: vec![2.0 * HOUR, 20.0 * HOUR] });
        let time = b.sampled(Measure::Case(p, Sampled::CycleTime));
        let record = b.run(0);
        record.samples.iter().find(|s| s.measure == Some(time)).expect("sampled").values().collect::<Vec<_>>()
    };
    // From 1 h to 3 h, an hour of which is over when the first case comes.
    let trained = times(2.0);
    assert!((trained[0] - 2.0 * HOUR).abs() < 1.0 && trained[1] == HOUR, "{trained:?}");
    assert_eq!(times(0.0), [HOUR, HOUR]);
}

/// Eight to four, every day; the clock begins on a Monday at midnight.
fn day_shift(b: &mut Build, team: u32) {
    let open: Vec<_> = (0..7).map(|d| (f64::from(d) * 24.0 + 8.0, f64::from(d) * 24.0 + 16.0)).collect();
    let calendar = b.calendar("day", &open);
    b.model.teams[TeamId(team)].crews[0].calendar = Some(calendar);
}

fn hours_of(b: Build, what: Ask, start: f64) -> Outcome {
    World::new(b, what).cases(Some(0), &[start]).outcomes(0)[0]
}

#[test]
fn nobody_reads_off_shift() {
    let with = |mode, latency: f64, on_shift_only: bool, start: f64| {
        let base = channel(mode);
        let (mut b, mut what) =
            three_sites(Channel { latency: constant(latency * HOUR), on_shift_only, ..base }, [0, 1, 1]);
        what.places = vec![place(1, PlaceScope::Whole, Sees::Shelf)];
        day_shift(&mut b, 1);
        hours_of(b, what, start).hours
    };
    for mode in [ChannelMode::OneByOne, ChannelMode::Broadcast] {
        assert_eq!(with(mode, 1.0, true, 0.0), 9.0, "the message lies there until eight");
        assert_eq!(with(mode, 10.0, true, 0.0), 24.0 + 10.0, "ten working hours");
        assert_eq!(with(mode, 1.0, true, 15.5), 0.5 + 16.0 + 0.5);
        assert_eq!(with(mode, 10.0, false, 0.0), 10.0);
    }
}

#[test]
fn a_call_reaches_only_those_on_shift() {
    let base = fixed(ChannelMode::OneByOne);
    let call = Channel { reach: 1.0 - 1e-12, retry: Some(constant(3.0 * HOUR)), on_shift_only: true, ..base };
    let (mut b, mut what) = three_sites(call, [0, 1, 1]);
    what.places = vec![place(1, PlaceScope::Whole, Sees::Shelf)];
    day_shift(&mut b, 1);
    // nobody is there at 00:00; the next attempt is when they come, at 08:00
    assert_eq!(hours_of(b, what, 0.0), Outcome { found: true, hours: 9.0, n_asks: 1.0, parallel: false });
}

#[test]
fn the_asker_keeps_hours_and_may_give_up_with_the_shift() {
    let with = |at_shift_end: bool, start: f64| {
        let (mut b, mut what) = three_sites(
            Channel { latency: constant(12.0 * HOUR), ..channel(ChannelMode::OneByOne) },
            [0, 1, 1],
        );
        what.places = vec![place(1, PlaceScope::Whole, Sees::Shelf)];
        what.give_up.at_shift_end = at_shift_end;
        day_shift(&mut b, 0);
        hours_of(b, what, start)
    };
    let (o, found) =
        (with(false, 10.0), |hours| Outcome { found: true, hours, n_asks: 1.0, parallel: false });
    assert_eq!(o, found(12.0));
    assert_eq!(with(false, 18.0), found(14.0 + 12.0));
    let given_up = with(true, 10.0);
    assert_eq!((given_up.found, given_up.hours), (false, 6.0));
    assert_eq!(with(true, 18.0).hours, 14.0 + 8.0);
}

/// Two managers read along; the case's own site apart, two clerks answer: which of four equal latencies comes first.
#[test]
fn the_parallel_team_starts_when_it_reads() {
    let with = |visible: bool, shelf| {
        let (b, mut what) = three_sites(Channel { visible, ..channel(ChannelMode::Broadcast) }, shelf);
        what.parallel = Some(Parallel { team: TeamId(1), step: StepId(0) });
        searches(4_000, b, what)
    };
    let share = |outcomes: &[Outcome], exact| {
        agrees(outcomes.iter().map(|o| f64::from(u8::from(o.parallel))), exact);
    };
    // Nothing there: unless both clerks answer before both managers read.
    share(&with(true, [0, 0, 0]), 5.0 / 6.0);
    // Something there: a manager is the first of all.
    share(&with(true, [0, 1, 1]), 0.5);
    assert!(with(false, [0, 0, 0]).iter().all(|o| !o.parallel), "they do not see it");
}

#[test]
fn everybody_who_sees_a_post_pays_for_reading() {
    let with = |visible: bool| {
        let base = channel(ChannelMode::Broadcast);
        let (b, what) = three_sites(Channel { visible, read_cost: constant(60.0), ..base }, [0, 0, 0]);
        let mut world = World::new(b, what).cases(Some(0), &[0.0, 100.0]);
        let teams = [0, 1].map(|t| world.build.measure(Measure::AskingTime(TeamId(t))));
        let record = world.build.run(0);
        teams.map(|m| world.build.sum_in_window(&record, m))
    };
    // Two clerks read twice; managers are no part of this ask.
    assert_eq!(with(true), [240.0, 0.0]);
    assert_eq!(with(false), [240.0, 0.0]);
}

/// What people know for good is theirs: the same in every question, so that asking again finds the same.
#[test]
fn lasting_knowledge_stays_with_the_person() {
    let shares = |per_question: bool| {
        let mut outcomes = Vec::new();
        for r in 0..400 {
            let (mut b, what) = three_who_may_know(channel(ChannelMode::Broadcast));
            b.model.topics[TopicId(0)].per_question = per_question;
            let pair = World::new(b, what).cases(None, &[0.0, 100.0]).outcomes(r);
            outcomes.push((pair[0].found, pair[1].found));
        }
        let share =
            |f: &dyn Fn(&(bool, bool)) -> bool| outcomes.iter().map(|o| f64::from(u8::from(f(o)))).collect();
        let [first, same]: [Vec<f64>; 2] = [share(&|o| o.0), share(&|o| o.0 == o.1)];
        (Estimate::of(&first), Estimate::of(&same))
    };
    let (first, same) = shares(false);
    first.agrees(0.657);
    assert_eq!(same.mean, 1.0);
    let (first, same) = shares(true);
    first.agrees(0.657);
    same.agrees(0.657 * 0.657 + 0.343 * 0.343);
}

/// A search in what was written leads to the person who knew, not just to the team.
#[test]
fn an_earlier_answer_names_the_person() {
    let second_asks = |with_search: bool| {
        let mut asks = Vec::new();
        for r in 0..300 {
            let mut b = build();
            b.team("askers", 1);
            b.team("experts", 10);
            let known_by = vec![(TeamId(1), 0.5)];
            b.model.topics.push(Topic { name: "subject".into(), known_by, per_question: false });
            b.model.channels.push(Channel { visible: true, ..fixed(ChannelMode::Broadcast) });
            b.model.channels.push(Channel { name: "phone".into(), ..fixed(ChannelMode::OneByOne) });
            let mut what = ask(Seek::Topic(TopicId(0)), vec![place(1, PlaceScope::Whole, Sees::Mind)]);
            what.channels = vec![ChannelId(1), ChannelId(0)];
            let cost = constant(0.0);
            let search = Search { channel: ChannelId(0), memory: 1e9, cost };
            what.search = with_search.then_some(search);
            let outcomes = World::new(b, what).cases(None, &[0.0, 100.0, 200.0, 300.0]).outcomes(r);
            // the phone first reaches one of ten; the tool then reaches all, and its answer is there to be found
            if outcomes[0].n_asks == 2.0 && outcomes[0].found {
                asks.push(outcomes[1].n_asks);
            }
        }
        asks
    };
    assert!(second_asks(true).iter().all(|n| *n == 1.0));
    // given that one of ten did not know: 1/2 (1 - 1/10) for the next one asked
    agrees(second_asks(false).into_iter(), 2.0 - 0.45);
}
