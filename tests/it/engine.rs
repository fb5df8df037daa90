//! What the engine does at each instant, on small models with known timelines.

use crate::build::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use turnaround::activity::*;
use turnaround::expr::Type;
use turnaround::ids::*;
use turnaround::metrics::Columns;
use turnaround::model::*;
use turnaround::plan::{self, Plan};
use turnaround::record::{Record, Stopped};
use turnaround::rng::Key;
use turnaround::sim::{RunOptions, Runner};
use turnaround::units::{Dim, Duration};

const NUMBER: Type = Type::Number(Dim::NUMBER);
const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;

/// Cases arrive at these seconds.
fn trace(b: &mut Build, process: ProcessId, times: &[f64]) -> ArrivalId {
    let name = format!("trace{}", b.model.arrivals.len());
    b.arrivals_by(&name, process, ArrivalPattern::Trace { times: times.to_vec() })
}

/// (case, step, start, complete, member) of all activities, in seconds, by completion.
fn rows(b: &Build) -> Vec<(u64, String, f64, f64, u32)> {
    let r = b.run_with_rows(0);
    assert_eq!(r.stopped, None);
    let name = |step: StepId| b.model.steps[step].name.clone();
    let row = |i: usize| {
        let rows = &r.rows;
        (
            rows.case[i],
            name(rows.step[i]),
            rows.start[i].seconds(),
            rows.complete[i].seconds(),
            rows.member[i],
        )
    };
    (0..r.rows.case.len()).map(row).collect()
}

/// The same without members.
fn timeline(b: &Build) -> Vec<(u64, String, f64, f64)> {
    rows(b).into_iter().map(|(case, step, start, complete, _)| (case, step, start, complete)).collect()
}

#[track_caller]
fn expect(b: &Build, expected: &[(u64, &str, f64, f64)]) {
    let expected: Vec<_> = expected.iter().map(|r| (r.0, r.1.to_owned(), r.2, r.3)).collect();
    assert_eq!(timeline(b), expected);
}

fn delay(seconds: f64) -> Activity {
    Activity::Delay(Delay { until: DelayUntil::Elapsed(Amount::Law(constant(seconds))), recorded: true })
}

/// One process with a single task; cases at the given times.
fn one_task(members: u32, seconds: f64, times: &[f64]) -> (Build, TeamId, StepId) {
    let mut b = Build::new(0.0, 1_000_000.0, 0.0);
    let team = b.team("team", members);
    let p = b.process("p");
    let end = b.end(p);
    let step = b.step(p, "work", Activity::Task(task(team, constant(seconds))), Some(end));
    trace(&mut b, p, times);
    (b, team, step)
}

fn edit(b: &mut Build, step: StepId, change: impl FnOnce(&mut Task)) {
    if let Activity::Task(task) = &mut b.model.steps[step].activity {
        change(task);
    }
}

// ---- order at one instant ----

#[test]
fn a_release_and_an_arrival_at_one_instant_meet() {
    let (b, ..) = one_task(1, 1.0, &[0.0, 1.0, 2.0]);
    expect(&b, &[(0, "work", 0.0, 1.0), (1, "work", 1.0, 2.0), (2, "work", 2.0, 3.0)]);
}

#[test]
fn priority_counts_among_those_who_are_there_at_the_end_of_the_instant() {
    let (mut b, team, step) = one_task(1, 1.0, &[0.0, 0.5]);
    b.model.teams[team].dispatch = Dispatch::Priority;
    let urgent = b.attribute("urgent");
    let priority = b.expr("urgent", NUMBER);
    edit(&mut b, step, |task| task.priority = Some(priority));
    // The urgent case comes at the very moment at which the server gets free.
    let p = b.model.steps[step].process;
    let late = trace(&mut b, p, &[1.0]);
    b.model.arrivals[late].attributes = vec![(urgent, Amount::Law(constant(1.0)))];
    expect(&b, &[(0, "work", 0.0, 1.0), (2, "work", 1.0, 2.0), (1, "work", 2.0, 3.0)]);
}

#[test]
fn a_later_urgent_case_does_not_delay_one_that_could_have_started() {
    let (mut b, team, step) = one_task(1, 1.0, &[0.0, 5.0]);
    b.model.teams[team].dispatch = Dispatch::Priority;
    let urgent = b.attribute("urgent");
    let priority = b.expr("urgent", NUMBER);
    edit(&mut b, step, |task| task.priority = Some(priority));
    let p = b.model.steps[step].process;
    let late = trace(&mut b, p, &[5.000001]);
    b.model.arrivals[late].attributes = vec![(urgent, Amount::Law(constant(1.0)))];
    expect(&b, &[(0, "work", 0.0, 1.0), (1, "work", 5.0, 6.0), (2, "work", 6.0, 7.0)]);
}

#[test]
fn patience_ends_before_the_instant_is_dispatched() {
    let (mut b, _, step) = one_task(1, 2.0, &[0.0, 1.0, 1.5]);
    let p = b.model.steps[step].process;
    let gone = b.step(p, "gone", delay(1.0), Some(StepId(0)));
    b.model.processes[p].entry = step;
    edit(&mut b, step, |task| task.patience = Some(Patience { time: constant(1.0), to: gone }));
    // Case 1 loses patience at 2, when the server gets free; case 2 is served then.
    expect(&b, &[(0, "work", 0.0, 2.0), (1, "gone", 2.0, 3.0), (2, "work", 2.0, 4.0)]);
}

#[test]
fn first_come_first_served_also_among_simultaneous_arrivals() {
    let (mut b, ..) = one_task(1, 1.0, &[0.0, 0.0, 0.0]);
    let p = ProcessId(0);
    trace(&mut b, p, &[0.0]);
    let cases: Vec<_> = timeline(&b).into_iter().map(|r| r.0).collect();
    assert_eq!(cases, [0, 1, 2, 3]);
}

// ---- dispatch ----

#[test]
fn shortest_first() {
    let (mut b, team, step) = one_task(1, 1.0, &[0.0, 0.1, 0.2]);
    b.model.teams[team].dispatch = Dispatch::Shortest;
    let size = b.attribute("size");
    let is_size = b.expr("size", NUMBER);
    edit(&mut b, step, |task| task.time = Amount::Value(is_size));
    for (i, arrival) in [5.0, 3.0, 1.0].into_iter().enumerate() {
        let mut one = b.model.arrivals[ArrivalId(0)].clone();
        one.name = format!("one{i}");
        one.pattern = ArrivalPattern::Trace { times: vec![i as f64 * 0.1] };
        one.attributes = vec![(size, Amount::Law(constant(arrival)))];
        b.model.arrivals.push(one);
    }
    b.model.arrivals[ArrivalId(0)].limit = Some(0);
    expect(&b, &[(0, "work", 0.0, 5.0), (2, "work", 5.0, 6.0), (1, "work", 6.0, 9.0)]);
}

#[test]
fn skill_dispatch_keeps_specialists_free_and_skills_are_respected() {
    let mut b = Build::new(0.0, 1_000.0, 0.0);
    let skill = b.model.skills.push("weld".into());
    let (mut specialist, generalist) = (b.crew("specialist", 1), b.crew("generalist", 1));
    specialist.skills = vec![skill];
    let team = b.team_of("team", vec![specialist, generalist], Dispatch::Skill);
    let (p, q) = (b.process("plain"), b.process("special"));
    let end = b.end(p);
    b.step(p, "plain", Activity::Task(task(team, constant(10.0))), Some(end));
    let end = b.end(q);
    let mut weld = task(team, constant(10.0));
    weld.needs[0].skill = Some(skill);
    b.step(q, "weld", Activity::Task(weld), Some(end));
    trace(&mut b, p, &[0.0, 2.0]);
    trace(&mut b, q, &[1.0, 3.0]);
    // The second welding waits for the specialist (member 1 in the order of skill) though the generalist gets free.
    let expected = [
        (0, "plain", 0.0, 10.0, 0),
        (1, "weld", 1.0, 11.0, 1),
        (2, "plain", 10.0, 20.0, 0),
        (3, "weld", 11.0, 21.0, 1),
    ];
    let expected: Vec<_> = expected.iter().map(|r| (r.0, r.1.to_owned(), r.2, r.3, r.4)).collect();
    assert_eq!(rows(&b), expected);
}

/// Repairs need a mechanic and the only bay; checks need a mechanic.
fn garage(mechanics: u32, repairs: &[f64], checks: &[f64]) -> Build {
    let mut b = Build::new(0.0, 1_000.0, 0.0);
    let (mechanics, bay) = (b.team("mechanics", mechanics), b.team("bay", 1));
    let (p, q) = (b.process("repair"), b.process("check"));
    let end = b.end(p);
    let mut repair = task(mechanics, constant(10.0));
    repair.needs.push(need(bay));
    b.step(p, "repair", Activity::Task(repair), Some(end));
    let end = b.end(q);
    b.step(q, "check", Activity::Task(task(mechanics, constant(4.0))), Some(end));
    trace(&mut b, p, repairs);
    trace(&mut b, q, checks);
    b
}

#[test]
fn nobody_is_held_idle_for_somebody_else() {
    // Two mechanics, one bay. The second repair waits for the bay; neither check is held up by that.
    let b = garage(2, &[0.0, 2.0], &[1.0, 3.0]);
    let expected =
        [(1, "check", 1.0, 5.0), (3, "check", 5.0, 9.0), (0, "repair", 0.0, 10.0), (2, "repair", 10.0, 20.0)];
    let mut all = timeline(&b);
    all.sort_by(|a, b| a.3.total_cmp(&b.3));
    let mut expected: Vec<_> = expected.iter().map(|r| (r.0, r.1.to_owned(), r.2, r.3)).collect();
    expected.sort_by(|a, b| f64::total_cmp(&a.3, &b.3));
    assert_eq!(all, expected);
}

#[test]
fn a_request_for_several_members_keeps_its_place_in_the_queue() {
    // One mechanic and one bay; checks keep the mechanic busy, the bay is free: the repair comes first in its queues
    // and gets the mechanic at the next release, though checks wait as well.
    let checks: Vec<_> = (0..50).map(|i| f64::from(i) * 3.9).collect();
    let b = garage(1, &[1.0], &checks);
    let repair = timeline(&b).into_iter().find(|r| r.1 == "repair").expect("a repair");
    assert_eq!((repair.2, repair.3), (4.0, 14.0));
}

#[test]
fn a_request_that_nobody_on_shift_can_meet_keeps_nobody_back() {
    // The bay opens at 08:00 on Monday only; meanwhile checks go on.
    let mut b = garage(1, &[0.0], &[1.0, 2.0]);
    b.model.teams.iter_mut().for_each(|team| team.joint = Joint::Reserve);
    let hours = b.calendar("bay", &[(8.0, 16.0)]);
    b.model.teams[TeamId(1)].crews[0].calendar = Some(hours);
    b.model.run.window = Duration::DAY;
    b.model.run.bin = Duration::DAY;
    expect(&b, &[(1, "check", 1.0, 5.0), (2, "check", 5.0, 9.0), (0, "repair", 28_800.0, 28_810.0)]);
}

#[test]
fn held_members_serve_their_own_case_and_come_back_at_its_end() {
    let mut b = Build::new(0.0, 1_000.0, 0.0);
    let (doctor, room) = (b.team("doctor", 1), b.team("room", 1));
    let p = b.process("visit");
    let end = b.end(p);
    let after = b.step(p, "after", Activity::Task(task(doctor, constant(2.0))), Some(end));
    let release = b.step(p, "release", Activity::Release(Release { team: room }), Some(after));
    let wait = b.step(p, "wait", delay(5.0), Some(release));
    let exam = b.step(p, "exam", Activity::Task(task(doctor, constant(3.0))), Some(wait));
    let seize = Seize { needs: vec![need(doctor), need(room)], priority: None, patience: None };
    b.step(p, "come in", Activity::Seize(seize), Some(exam));
    trace(&mut b, p, &[0.0, 1.0]);
    let busy = b.measure(Measure::Busy(doctor));
    let room_busy = b.measure(Measure::Busy(room));
    // The doctor stays with the case until it ends; the room is given back before.
    expect(
        &b,
        &[
            (0, "exam", 0.0, 3.0),
            (0, "wait", 3.0, 8.0),
            (0, "after", 8.0, 10.0),
            (1, "exam", 10.0, 13.0),
            (1, "wait", 13.0, 18.0),
            (1, "after", 18.0, 20.0),
        ],
    );
    let r = b.run(0);
    assert_eq!((r.sum(busy, 0), r.sum(room_busy, 0)), (20.0, 16.0));
}

#[test]
fn preemption_timelines() {
    let with = |preemption| {
        let (mut b, team, step) = one_task(1, 4.0, &[0.0]);
        b.model.teams[team].dispatch = Dispatch::Priority;
        let urgent = b.attribute("urgent");
        let priority = b.expr("urgent", NUMBER);
        edit(&mut b, step, |task| {
            task.priority = Some(priority);
            task.preemption = preemption;
        });
        let late = trace(&mut b, ProcessId(0), &[3.0]);
        b.model.arrivals[late].attributes = vec![(urgent, Amount::Law(constant(1.0)))];
        b
    };
    expect(&with(Preemption::Never), &[(0, "work", 0.0, 4.0), (1, "work", 4.0, 8.0)]);
    expect(&with(Preemption::Resume), &[(1, "work", 3.0, 7.0), (0, "work", 0.0, 8.0)]);
    expect(&with(Preemption::Restart), &[(1, "work", 3.0, 7.0), (0, "work", 0.0, 11.0)]);
    expect(&with(Preemption::Resample), &[(1, "work", 3.0, 7.0), (0, "work", 0.0, 11.0)]);
}

// ---- shifts ----

/// 08:00-16:00 every day; one member; work of 6 h; cases at 12:00 and 13:00 of the first day.
fn office(off_shift: OffShift) -> (Build, [MeasureId; 4]) {
    let (mut b, team, step) = one_task(1, 6.0 * HOUR, &[12.0 * HOUR, 13.0 * HOUR]);
    let days: Vec<_> = (0..7).map(|d| (f64::from(d) * 24.0 + 8.0, f64::from(d) * 24.0 + 16.0)).collect();
    let hours = b.calendar("office", &days);
    b.model.teams[team].crews[0].calendar = Some(hours);
    edit(&mut b, step, |task| task.off_shift = off_shift);
    b.model.run.window = Duration::from_seconds(4.0 * DAY);
    b.model.run.bin = Duration::DAY;
    let measures =
        [Measure::Busy(team), Measure::Overtime(team), Measure::OnShift(team), Measure::Wages(team)];
    let ids = measures.map(|m| b.measure(m));
    (b, ids)
}

/// Start and completion of both cases [h], and [h] busy, overtime, on shift by day.
fn office_day(off_shift: OffShift) -> (Vec<(f64, f64)>, Vec<f64>, Vec<f64>) {
    let (b, [busy, overtime, on_shift, wages]) = office(off_shift);
    let times = rows(&b).iter().map(|r| (r.2 / HOUR, r.3 / HOUR)).collect();
    let r = b.run(0);
    let by_day = |m| (0..4).map(|day| r.sum(m, day) / HOUR).collect::<Vec<_>>();
    assert_eq!(by_day(on_shift), [8.0; 4]);
    let paid: Vec<_> = by_day(overtime).iter().map(|over| 8.0 + 1.5 * over).collect();
    assert_eq!(by_day(wages), paid);
    (times, by_day(busy), by_day(overtime))
}

#[test]
fn off_shift_policies() {
    let (times, busy, overtime) = office_day(OffShift::Finish);
    assert_eq!(times, [(12.0, 18.0), (32.0, 38.0)]);
    assert_eq!((busy, overtime), (vec![6.0, 6.0, 0.0, 0.0], vec![2.0, 0.0, 0.0, 0.0]));

    let (times, busy, overtime) = office_day(OffShift::Pause);
    assert_eq!(times, [(12.0, 34.0), (34.0, 40.0)]);
    assert_eq!((busy, overtime), (vec![4.0, 8.0, 0.0, 0.0], vec![0.0; 4]));

    let (times, busy, overtime) = office_day(OffShift::Fit);
    assert_eq!(times, [(32.0, 38.0), (56.0, 62.0)]);
    assert_eq!((busy, overtime), (vec![0.0, 6.0, 6.0, 0.0], vec![0.0; 4]));

    let (times, busy, overtime) = office_day(OffShift::HandOver);
    assert_eq!(times, [(12.0, 34.0), (34.0, 40.0)]);
    assert_eq!((busy, overtime), (vec![4.0, 8.0, 0.0, 0.0], vec![0.0; 4]));
}

#[test]
fn work_that_fits_into_no_shift_begins_with_one() {
    let (mut b, _) = office(OffShift::Fit);
    edit(&mut b, StepId(1), |task| task.time = Amount::Law(constant(9.0 * HOUR)));
    let times: Vec<_> = rows(&b).iter().map(|r| (r.2 / HOUR, r.3 / HOUR)).collect();
    assert_eq!(times, [(32.0, 41.0), (56.0, 65.0)]);
}

#[test]
fn work_is_handed_over_to_the_next_shift() {
    let (mut b, team, step) = one_task(1, 6.0 * HOUR, &[12.0 * HOUR]);
    let (early, late) = (b.calendar("early", &[(8.0, 16.0)]), b.calendar("late", &[(16.0, 24.0)]));
    let mut crews = vec![b.crew("early", 1), b.crew("late", 1)];
    crews[0].calendar = Some(early);
    crews[1].calendar = Some(late);
    // The late crew works half as fast.
    crews[1].speed = 0.5;
    b.model.teams[team].crews = crews;
    edit(&mut b, step, |task| task.off_shift = OffShift::HandOver);
    assert_eq!(rows(&b), [(0, "work".to_owned(), 12.0 * HOUR, 20.0 * HOUR, 1)]);
}

#[test]
fn a_shift_that_begins_or_ends_with_an_arrival() {
    let (mut b, _) = office(OffShift::Finish);
    edit(&mut b, StepId(1), |task| task.time = Amount::Law(constant(HOUR)));
    b.model.arrivals[ArrivalId(0)].pattern = ArrivalPattern::Trace { times: vec![8.0 * HOUR, 16.0 * HOUR] };
    let times: Vec<_> = rows(&b).iter().map(|r| (r.2 / HOUR, r.3 / HOUR)).collect();
    assert_eq!(times, [(8.0, 9.0), (32.0, 33.0)]);
}

#[test]
fn nobody_begins_off_shift_or_while_absent() {
    let mut b = Build::new(0.0, 60.0 * DAY, 0.0);
    let shifts: Vec<(f64, f64)> =
        (0..7).map(|d| (f64::from(d) * 24.0 + 6.0, f64::from(d) * 24.0 + 14.0)).collect();
    let hours = b.calendar("early", &shifts);
    let mut crew = b.crew("early", 4);
    crew.calendar = Some(hours);
    crew.absence = 0.3;
    let team = b.team_of("team", vec![crew], Dispatch::Fifo);
    let p = b.process("p");
    let end = b.end(p);
    let policies = [OffShift::Finish, OffShift::Pause, OffShift::Fit, OffShift::HandOver];
    let steps: Vec<_> = policies
        .into_iter()
        .enumerate()
        .map(|(i, policy)| {
            let mut work = task(team, exponential(0.6 * HOUR));
            work.off_shift = policy;
            b.step(p, &format!("work{i}"), Activity::Task(work), Some(end))
        })
        .collect();
    let branches = steps.iter().map(|to| Branch { when: When::Chance(0.25), to: *to }).collect();
    b.step(p, "which", Activity::Choose(Choose { branches }), None);
    b.arrivals("in", p, exponential(HOUR));
    let shift = b.measure(Measure::OnShift(team));
    let r = b.run_with_rows(0);
    let rows = &r.rows;
    assert!(rows.case.len() > 1_000);
    // A member's day is either full of starts or without any.
    let mut starts = std::collections::BTreeMap::new();
    for i in 0..rows.case.len() {
        let (day, hour) =
            (rows.start[i].seconds().div_euclid(DAY), rows.start[i].seconds().rem_euclid(DAY) / HOUR);
        assert!((6.0..14.0).contains(&hour), "started at {hour}");
        let end = rows.complete[i].seconds().rem_euclid(DAY) / HOUR;
        match rows.step[i] {
            step if step == steps[0] => {}
            _ => assert!(end > 6.0 && end <= 14.0, "completed at {end}"),
        }
        // (The row of a work that was handed over names its last worker.)
        if rows.step[i] != steps[3] {
            *starts.entry((rows.member[i], day as i64)).or_insert(0) += 1;
        }
    }
    let present = r.sum(shift, 0) / (8.0 * HOUR);
    assert!(starts.len() as f64 <= present, "{} member-days of work, {present} present", starts.len());
    assert!((present / 240.0 - 0.7).abs() < 0.12, "{present} of 240 member-days");
}

// ---- several tokens ----

#[test]
fn the_loser_of_a_race_leaves_the_queue() {
    let (mut b, team, step) = one_task(1, 10.0, &[0.0, 1.0, 2.0]);
    let p = ProcessId(0);
    let end = StepId(0);
    let late = b.step(p, "late", delay(3.0), Some(end));
    b.step(p, "race", Activity::Race(Race { branches: vec![step, late] }), None);
    let queue = b.measure(Measure::Queue(team));
    let busy = b.measure(Measure::Busy(team));
    // Nobody is done within 3: work is taken out of hands, too.
    expect(&b, &[(0, "late", 0.0, 3.0), (1, "late", 1.0, 4.0), (2, "late", 2.0, 5.0)]);
    let r = b.run(0);
    assert_eq!((r.sum(queue, 0), r.sum(busy, 0)), (2.0 + 2.0, 5.0));
    assert_eq!((r.n_ended, r.n_activities), (3, 3));
}

#[test]
fn a_race_decided_at_once_starts_no_other_branch() {
    let mut b = Build::new(0.0, 100.0, 0.0);
    let p = b.process("p");
    let end = b.end(p);
    let tail = b.step(p, "tail", delay(1.0), Some(end));
    let slow = b.step(p, "slow", delay(5.0), Some(end));
    let at_once = b.step(p, "at once", delay(0.0), Some(tail));
    b.step(p, "race", Activity::Race(Race { branches: vec![at_once, slow] }), None);
    trace(&mut b, p, &[0.0]);
    expect(&b, &[(0, "at once", 0.0, 0.0), (0, "tail", 0.0, 1.0)]);
}

#[test]
fn a_called_process_can_lose_a_race_and_races_can_be_nested() {
    let mut b = Build::new(0.0, 100.0, 0.0);
    let (p, sub) = (b.process("p"), b.process("sub"));
    let end = b.end(sub);
    let join = b.step(sub, "join", Activity::Join(Join), Some(end));
    let sides = [4.0, 6.0].map(|t| b.step(sub, &format!("side{t}"), delay(t), Some(join)));
    let branches = sides.map(|to| Branch { when: When::Otherwise, to }).to_vec();
    b.step(sub, "fork", Activity::Fork(Fork { branches, inclusive: false, join }), None);
    let end = b.end(p);
    let call = b.step(p, "call", Activity::Call(Call { process: sub }), Some(end));
    let inner = [5.0, 9.0].map(|t| b.step(p, &format!("inner{t}"), delay(t), Some(end)));
    let inner = b.step(p, "inner", Activity::Race(Race { branches: inner.to_vec() }), None);
    b.step(p, "race", Activity::Race(Race { branches: vec![call, inner] }), None);
    trace(&mut b, p, &[0.0]);
    let stage = b.stage("called", call);
    let time = b.measure(Measure::Case(p, Sampled::StageTime(stage)));
    expect(&b, &[(0, "side4", 0.0, 4.0), (0, "inner5", 0.0, 5.0)]);
    let r = b.run(0);
    assert_eq!((r.sum(time, 0), r.n_ended), (5.0, 1));
}

/// A measured call opens a frame, and its process ends by leaving it: the steps in it are visited again all the same.
#[test]
fn each_pass_through_a_measured_call_draws_anew() {
    let mut b = Build::new(0.0, 10_000.0, 0.0);
    let (p, sub) = (b.process("p"), b.process("sub"));
    let out = b.end(sub);
    b.step(
        sub,
        "inside",
        Activity::Delay(Delay { until: DelayUntil::Elapsed(Amount::Law(exponential(1.0))), recorded: true }),
        Some(out),
    );
    let end = b.end(p);
    let again = b.step(p, "again", Activity::Choose(Choose { branches: Vec::new() }), None);
    let call = b.step(p, "call", Activity::Call(Call { process: sub }), Some(again));
    b.model.processes[p].entry = call;
    let to = |chance: f64, to| Branch { when: When::Chance(chance), to };
    b.model.steps[again].activity = Activity::Choose(Choose { branches: vec![to(0.9, call), to(0.1, end)] });
    trace(&mut b, p, &[0.0; 10]);
    let stage = b.stage("called", call);
    b.measure(Measure::Case(p, Sampled::StageTime(stage)));
    let mut times: Vec<_> = timeline(&b).iter().map(|(_, _, start, complete)| complete - start).collect();
    let n = times.len();
    assert!(n > 30, "{n} passes");
    times.sort_by(f64::total_cmp);
    times.dedup_by(|a, b| (*a - *b).abs() < 1e-5);
    assert!(times.len() + 1 >= n, "{} different times in {n} passes", times.len());
}

#[test]
fn ends_of_branches_and_terminate() {
    let make = |terminate| {
        let mut b = Build::new(0.0, 100.0, 0.0);
        let p = b.process("p");
        let end = b.step(p, "end", Activity::End(End { terminate }), None);
        let join = b.step(p, "join", Activity::Join(Join), Some(end));
        let short = b.step(p, "short", delay(1.0), Some(end));
        let long = b.step(p, "long", delay(5.0), Some(join));
        let branches = [short, long].map(|to| Branch { when: When::Otherwise, to }).to_vec();
        b.step(p, "fork", Activity::Fork(Fork { branches, inclusive: false, join }), None);
        trace(&mut b, p, &[0.0]);
        let stay = b.measure(Measure::Case(p, Sampled::CycleTime));
        let r = b.run(0);
        (r.sum(stay, 0), r.n_ended)
    };
    assert_eq!(make(false), (5.0, 1));
    assert_eq!(make(true), (1.0, 1));
}

#[test]
fn terminate_inside_a_call_ends_the_call_only() {
    let mut b = Build::new(0.0, 100.0, 0.0);
    let (p, sub) = (b.process("p"), b.process("sub"));
    let end = b.step(sub, "out", Activity::End(End { terminate: true }), None);
    let join = b.step(sub, "join", Activity::Join(Join), Some(end));
    let short = b.step(sub, "short", delay(1.0), Some(end));
    let long = b.step(sub, "long", delay(5.0), Some(join));
    let branches = [short, long].map(|to| Branch { when: When::Otherwise, to }).to_vec();
    b.step(sub, "fork", Activity::Fork(Fork { branches, inclusive: false, join }), None);
    let end = b.end(p);
    let after = b.step(p, "after", delay(1.0), Some(end));
    b.step(p, "call", Activity::Call(Call { process: sub }), Some(after));
    trace(&mut b, p, &[0.0]);
    expect(&b, &[(0, "short", 0.0, 1.0), (0, "after", 1.0, 2.0)]);
}

#[test]
fn a_step_that_runs_once_lets_the_second_token_pass() {
    let mut b = Build::new(0.0, 100.0, 0.0);
    let team = b.team("team", 2);
    let p = b.process("p");
    let end = b.end(p);
    let join = b.step(p, "join", Activity::Join(Join), Some(end));
    let tail = b.step(p, "tail", delay(1.0), Some(join));
    let mut once = task(team, constant(3.0));
    once.once = true;
    let once = b.step(p, "once", Activity::Task(once), Some(tail));
    let heads = [1.0, 2.0, 9.0].map(|t| b.step(p, &format!("head{t}"), delay(t), Some(once)));
    let branches = heads.map(|to| Branch { when: When::Otherwise, to }).to_vec();
    b.step(p, "fork", Activity::Fork(Fork { branches, inclusive: false, join }), None);
    trace(&mut b, p, &[0.0]);
    // The second waits for the first, the third passes.
    let tails: Vec<_> = timeline(&b).into_iter().filter(|r| r.1 == "tail" || r.1 == "once").collect();
    let expected = [("once", 1.0, 4.0), ("tail", 4.0, 5.0), ("tail", 4.0, 5.0), ("tail", 9.0, 10.0)];
    assert_eq!(tails, expected.map(|r| (0, r.0.to_owned(), r.1, r.2)));
}

#[test]
fn started_cases_have_the_attributes_and_go_their_own_way() {
    let mut b = Build::new(0.0, 100.0, 0.0);
    let (p, child) = (b.process("p"), b.process("child"));
    let size = b.attribute("size");
    let double = b.expr("2 * size", NUMBER);
    let end = b.end(child);
    let wait = Delay { until: DelayUntil::Elapsed(Amount::Value(b.expr("size", NUMBER))), recorded: true };
    let wait = b.step(child, "wait", Activity::Delay(wait), Some(end));
    b.step(child, "double", Activity::Set(Set { attr: size, to: Amount::Value(double) }), Some(wait));
    let end = b.end(p);
    b.step(p, "start", Activity::Start(Start { process: child }), Some(end));
    b.model.processes[p].attributes = vec![(size, Amount::Law(constant(3.0)))];
    trace(&mut b, p, &[1.0]);
    expect(&b, &[(1, "wait", 1.0, 7.0)]);
}

#[test]
fn conditions_and_passes() {
    let mut b = Build::new(0.0, 100.0, 0.0);
    let p = b.process("p");
    let end = b.end(p);
    let choose = b.step(p, "again", Activity::Choose(Choose { branches: Vec::new() }), None);
    let work = b.step(p, "work", delay(1.0), Some(choose));
    let thrice = b.expr("passes >= 3", Type::Truth);
    let branches =
        vec![Branch { when: When::Condition(thrice), to: end }, Branch { when: When::Otherwise, to: work }];
    b.model.steps[choose].activity = Activity::Choose(Choose { branches });
    trace(&mut b, p, &[0.0]);
    expect(&b, &[(0, "work", 0.0, 1.0), (0, "work", 1.0, 2.0), (0, "work", 2.0, 3.0)]);
}

// ---- batches ----

fn batch(rules: Vec<BatchRule>, work: BatchWork, factors: Vec<(u32, f64)>, times: &[f64]) -> Build {
    let mut b = Build::new(0.0, 10.0 * DAY, 0.0);
    let team = b.team("team", 1);
    let p = b.process("p");
    let end = b.end(p);
    let batch = Batch { rules, work, factors, task: task(team, constant(2.0)) };
    b.step(p, "batch", Activity::Batch(batch), Some(end));
    trace(&mut b, p, times);
    b
}

#[test]
fn batches_by_size_age_and_calendar() {
    let one_by_one =
        batch(vec![BatchRule::Size(3)], BatchWork::Sequential, Vec::new(), &[0.0, 1.0, 5.0, 6.0]);
    expect(&one_by_one, &[(0, "batch", 5.0, 7.0), (1, "batch", 7.0, 9.0), (2, "batch", 9.0, 11.0)]);
    let factors = vec![(1, 1.0), (3, 0.5)];
    let at_once = batch(vec![BatchRule::Size(3)], BatchWork::Parallel, factors, &[0.0, 1.0, 5.0]);
    expect(&at_once, &[(1, "batch", 5.0, 6.0), (2, "batch", 5.0, 6.0), (0, "batch", 5.0, 6.0)]);
    let rules = vec![BatchRule::Size(3), BatchRule::Age(constant(4.0))];
    let by_age = batch(rules, BatchWork::Parallel, Vec::new(), &[0.0, 1.0, 10.0]);
    expect(&by_age, &[(1, "batch", 4.0, 6.0), (0, "batch", 4.0, 6.0), (2, "batch", 14.0, 16.0)]);
    let mut by_day = batch(Vec::new(), BatchWork::Parallel, Vec::new(), &[1.0, 2.0, 9.0 * HOUR]);
    let van = by_day.calendar("van", &[(8.0, 8.1), (32.0, 32.1)]);
    if let Activity::Batch(batch) = &mut by_day.model.steps[StepId(1)].activity {
        batch.rules = vec![BatchRule::At(van)];
    }
    let (first, second) = (8.0 * HOUR, 32.0 * HOUR);
    expect(
        &by_day,
        &[
            (1, "batch", first, first + 2.0),
            (0, "batch", first, first + 2.0),
            (2, "batch", second, second + 2.0),
        ],
    );
}

#[test]
fn a_batch_survives_the_withdrawal_of_its_leader() {
    // Every case races the batch against its own delay: the first leaves while the batch waits for the busy server.
    for work in [BatchWork::Sequential, BatchWork::Parallel] {
        let mut b = batch(vec![BatchRule::Size(2)], work, Vec::new(), &[1.0, 2.0]);
        let p = ProcessId(0);
        let team = TeamId(0);
        let (end, batch) = (StepId(0), StepId(1));
        let patience = b.attribute("patience");
        let wait =
            Delay { until: DelayUntil::Elapsed(Amount::Value(b.expr("patience", NUMBER))), recorded: true };
        let wait = b.step(p, "wait", Activity::Delay(wait), Some(end));
        b.step(p, "race", Activity::Race(Race { branches: vec![batch, wait] }), None);
        b.model.arrivals[ArrivalId(0)].attributes = vec![(patience, Amount::Law(constant(5.0)))];
        let patient = trace(&mut b, p, &[2.0]);
        b.model.arrivals[ArrivalId(0)].pattern = ArrivalPattern::Trace { times: vec![1.0] };
        b.model.arrivals[patient].attributes = vec![(patience, Amount::Law(constant(50.0)))];
        let q = b.process("other");
        let end = b.end(q);
        b.step(q, "block", Activity::Task(task(team, constant(8.0))), Some(end));
        trace(&mut b, q, &[0.0]);
        expect(&b, &[(1, "wait", 1.0, 6.0), (0, "block", 0.0, 8.0), (2, "batch", 8.0, 10.0)]);
    }
}

// ---- measures, cohort, limits ----

#[test]
fn measures_fall_into_the_right_bins() {
    let (mut b, team, step) = one_task(1, 6.0, &[1.0, 2.0, 12.0]);
    b = b.bin(10.0);
    b.model.run.window = Duration::from_seconds(20.0);
    let p = ProcessId(0);
    let stage = b.stage("in hands", step);
    let measures = [
        Measure::Cases(p),
        Measure::Entries(step),
        Measure::Busy(team),
        Measure::Queue(team),
        Measure::Case(p, Sampled::CycleTime),
        Measure::Case(p, Sampled::Waiting),
        Measure::Case(p, Sampled::Working),
        Measure::Case(p, Sampled::StageTime(stage)),
        Measure::Elapsed,
        Measure::Busy(team),
    ];
    let ids: Vec<_> = measures.into_iter().map(|m| b.measure(m)).collect();
    let r = b.run(0);
    // work 1-7, 7-13, 13-19; waits 5 and 1
    let expected = [
        [2.0, 1.0],
        [2.0, 1.0],
        [9.0, 9.0],
        [5.0, 1.0],
        [6.0 + 11.0, 7.0],
        [5.0, 1.0],
        [12.0, 6.0],
        [17.0, 7.0],
        [10.0, 10.0],
        [9.0, 9.0],
    ];
    for (id, expected) in ids.iter().zip(expected) {
        assert_eq!([r.sum(*id, 0), r.sum(*id, 1)], expected, "{:?}", b.model.measures[*id].what);
    }
    assert_eq!((r.count(ids[4], 0), r.count(ids[4], 1), r.count(ids[2], 0)), (2.0, 1.0, 0.0));
}

#[test]
fn the_run_ends_with_the_last_case_of_the_window() {
    let mut b = Build::new(10.0, 10.0, 1_000.0);
    let p = b.process("p");
    let end = b.end(p);
    b.step(p, "wait", delay(25.0), Some(end));
    trace(&mut b, p, &(0..500).map(f64::from).collect::<Vec<_>>());
    let stay = b.sampled(Measure::Case(p, Sampled::CycleTime));
    let r = b.run(0);
    // The last case of the window starts at 19 and ends at 44; the next event ends the run.
    assert_eq!((r.n_ended, r.stopped), (20, None));
    assert_eq!(r.samples[0].measure, Some(stay));
    assert!(r.samples[0].cases.iter().all(|c| c.value == 25.0 && !c.open));
    assert_eq!(r.samples[0].cases.len(), 20);
    // A short drain leaves open cases, with what has accrued.
    b.model.run.drain = Duration::from_seconds(20.0);
    let r = b.run(0);
    let open: Vec<_> = r.samples[0].cases.iter().filter(|c| c.open).map(|c| c.value).collect();
    assert_eq!(open, [24.0, 23.0, 22.0, 21.0]);
    assert_eq!(r.samples[0].cases.iter().filter(|c| c.bin == 1).count(), 10);
}

#[test]
fn exploding_queues_and_circles_end_the_run() {
    let mut b = Build::new(0.0, 1_000_000.0, 0.0);
    let team = b.team("team", 1);
    let p = b.process("p");
    let end = b.end(p);
    b.step(p, "work", Activity::Task(task(team, constant(3.0))), Some(end));
    b.arrivals("in", p, constant(1.0));
    let plan = b.plan();
    let options = RunOptions { max_open: 1_000, ..RunOptions::default() };
    assert_eq!(Runner::new(&plan).run(Key::new(1, 0), options).stopped, Some(Stopped::TooManyCases(1_000)));

    // A choice that leads back to itself; a process that starts itself; arrivals without gaps.
    let mut b = Build::new(0.0, 100.0, 0.0);
    let p = b.process("p");
    let nop = b.step(p, "nop", delay(0.0), None);
    b.model.steps[nop].next = Some(nop);
    trace(&mut b, p, &[1.0]);
    assert_eq!(b.run(0).stopped, Some(Stopped::NoTimePasses(nop)));

    let mut b = Build::new(0.0, 100.0, 0.0);
    let p = b.process("p");
    let end = b.end(p);
    b.step(p, "start", Activity::Start(Start { process: p }), Some(end));
    trace(&mut b, p, &[1.0]);
    assert!(b.run(0).stopped.is_some());

    let mut b = Build::new(0.0, 100.0, 0.0);
    let p = b.process("p");
    b.end(p);
    b.arrivals("in", p, constant(0.0));
    assert!(b.run(0).stopped.is_some());
}

#[test]
fn delays_by_calendar() {
    let mut b = Build::new(0.0, 4.0 * DAY, 0.0);
    let van = b.calendar("van", &[(9.0, 10.0), (33.0, 34.0)]);
    let p = b.process("p");
    let end = b.end(p);
    let working =
        Delay { until: DelayUntil::Working(Amount::Law(constant(1.5 * HOUR)), van), recorded: true };
    let working = b.step(p, "working", Activity::Delay(working), Some(end));
    b.step(p, "van", Activity::Delay(Delay { until: DelayUntil::Open(van), recorded: true }), Some(working));
    trace(&mut b, p, &[HOUR, 9.5 * HOUR]);
    let h = |t: f64| t * HOUR;
    expect(
        &b,
        &[
            (0, "van", h(1.0), h(9.0)),
            (1, "van", h(9.5), h(9.5)),
            (0, "working", h(9.0), h(33.5)),
            (1, "working", h(9.5), h(34.0)),
        ],
    );
}

#[test]
fn arrivals_by_timetable_in_groups_at_sites() {
    let mut b = Build::new(0.0, 7.0 * DAY, 0.0);
    let van = b.calendar("van", &[(9.0, 9.1), (33.0, 33.1)]);
    let p = b.process("p");
    let end = b.end(p);
    b.step(p, "wait", delay(1.0), Some(end));
    let id = b.arrivals_by("in", p, ArrivalPattern::Timetable { calendar: van });
    let sites = ["north", "south"].map(|s| b.model.sites.push(s.into()));
    b.model.arrivals[id].sites = sites.to_vec();
    b.model.arrivals[id].size = Some(constant(3.0));
    let r = b.run_with_rows(0);
    let starts: Vec<_> = r.rows.start.iter().map(|t| t.seconds() / HOUR).collect();
    assert_eq!(starts, [9.0, 9.0, 9.0, 33.0, 33.0, 33.0]);
    let mut seen = std::collections::BTreeSet::new();
    (0..20).for_each(|r| seen.extend(b.run_with_rows(r).rows.site.iter().flatten().copied()));
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), sites);
}

// ---- random numbers and memory ----

/// A process with most mechanisms.
fn everything() -> Build {
    let mut b = Build::new(2_000.0, 50_000.0, 5_000.0).bin(1_000.0);
    let team = b.team("team", 3);
    let (p, sub) = (b.process("p"), b.process("sub"));
    let end = b.end(sub);
    let mut work = task(team, exponential(3.0));
    work.patience = Some(Patience { time: exponential(20.0), to: end });
    b.step(sub, "help", Activity::Task(work), Some(end));
    let end = b.end(p);
    let again = b.step(p, "again", Activity::Choose(Choose { branches: Vec::new() }), None);
    let join = b.step(p, "join", Activity::Join(Join), Some(again));
    let call = b.step(p, "call", Activity::Call(Call { process: sub }), Some(join));
    let wait = Delay { until: DelayUntil::Elapsed(Amount::Law(exponential(5.0))), recorded: true };
    let wait = b.step(p, "wait", Activity::Delay(wait), Some(join));
    let branches = [call, wait].map(|to| Branch { when: When::Otherwise, to }).to_vec();
    let fork = b.step(p, "fork", Activity::Fork(Fork { branches, inclusive: false, join }), None);
    let to = |p, to| Branch { when: When::Chance(p), to };
    b.model.steps[again].activity = Activity::Choose(Choose { branches: vec![to(0.3, fork), to(0.7, end)] });
    b.model.processes[p].entry = fork;
    b.arrivals("in", p, exponential(4.0));
    b.sampled(Measure::Case(p, Sampled::CycleTime));
    b.measure(Measure::Busy(team));
    b
}

#[test]
fn runs_repeat_and_a_runner_remembers_nothing() {
    let b = everything();
    let plan = b.plan();
    let options = RunOptions { rows: true, ..RunOptions::default() };
    let fresh = |r| Runner::new(&plan).run(Key::new(1, r), options);
    let mut runner = Runner::new(&plan);
    let mut record = Record::default();
    for r in [3, 1, 3, 2, 1] {
        runner.run_into(Key::new(1, r), options, &mut record);
        assert_eq!(record, fresh(r));
    }
    assert_ne!(fresh(1), fresh(2));
    // Rows are only watched.
    let without = Runner::new(&plan).run(Key::new(1, 3), RunOptions::default());
    assert_eq!(Record { rows: Default::default(), ..fresh(3) }, without);
}

#[test]
fn new_steps_teams_and_sources_shift_nobody_elses_numbers() {
    let b = everything();
    let before = b.run(1);
    let mut after = everything();
    // A step that takes no time in the middle, another team, a source and a process of their own, an attribute.
    let p = ProcessId(0);
    let fork = after.model.processes[p].entry;
    let idle = after.step(p, "new", delay(0.0), Some(fork));
    after.model.processes[p].entry = idle;
    let size = after.attribute("size");
    after.model.processes[p].attributes = vec![(size, Amount::Law(exponential(1.0)))];
    let team = after.team("others", 1);
    let q = after.process("q");
    let end = after.end(q);
    after.step(q, "work", Activity::Task(task(team, exponential(1.0))), Some(end));
    after.arrivals("more", q, exponential(10.0));
    let after = after.run(1);
    assert_eq!(before.sums, after.sums);
    assert_eq!(before.samples, after.samples);
}

#[test]
fn purposes_are_named_by_path() {
    let names = plan::purposes(&everything().model);
    let has = |name: &str| names.iter().any(|(_, n)| n == name);
    assert!(has("p/call/help/duration") && has("p/call/help/patience") && has("p/again/choice"), "{names:?}");
    assert!(names.windows(2).all(|pair| pair[0].0 != pair[1].0), "no two have the same hash");
}

/// Counts allocations of each thread.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: passes on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|n| n.set(n.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

#[test]
fn the_event_loop_does_not_allocate() {
    let b = everything();
    let plan = Plan::compile(&b.model);
    for rows in [false, true] {
        let options = RunOptions { rows, ..RunOptions::default() };
        let (mut runner, mut record) = (Runner::new(&plan), Record::default());
        runner.run_into(Key::new(1, 0), options, &mut record);
        let before = ALLOCATIONS.with(Cell::get);
        runner.run_into(Key::new(1, 0), options, &mut record);
        let n = ALLOCATIONS.with(Cell::get) - before;
        assert!(record.n_events > 20_000 && n <= 2, "{n} allocations in {} events", record.n_events);
    }
}

// ---- what is kept, and drawn ahead ----

/// A mean is the same whether only the single values that it needs are kept, or all of them for a quantile.
#[test]
fn means_do_not_depend_on_what_is_kept() {
    for (drain, all_end) in [(0.0, false), (3.0, false), (60.0, true)] {
        let mut b = Build::new(10.0, 300.0, drain);
        let team = b.team("team", 1);
        let p = b.process("p");
        let end = b.end(p);
        b.step(p, "work", Activity::Task(task(team, exponential(1.0))), Some(end));
        b.arrivals("cases", p, exponential(1.2));
        let of = [Sampled::CycleTime, Sampled::Waiting].map(|what| b.measure(Measure::Case(p, what)));
        let queue = b.measure(Measure::Queue(team));
        // The first metric is the one that is charted: none of the cases.
        b.metric(MetricOf::Rate(queue));
        of.iter().for_each(|m| b.metric(MetricOf::Mean(*m)));
        let reduced = |b: &Build| {
            let record = b.run(0);
            let columns = Columns::new(&b.model, &[], &[]);
            let mut reduced = columns.reduce(&record, 0);
            let whole = reduced.window(0);
            let open = columns.open(std::iter::once(&reduced), 0);
            columns.restrict(&mut reduced, &open);
            let kept: usize = record.samples.iter().map(|samples| samples.cases.len()).sum();
            (kept, whole, reduced.window(0), open)
        };
        let few = reduced(&b);
        of.iter().for_each(|m| b.metric(MetricOf::Quantile(*m, 0.9)));
        let all = reduced(&b);
        assert_eq!((&few.1, &few.2, &few.3), (&all.1, &all.2, &all.3), "drain of {drain} s");
        assert_eq!(few.3.is_empty(), all_end, "drain of {drain} s");
        assert!(if drain == 0.0 { few.0 == all.0 } else { few.0 < all.0 }, "{} of {} kept", few.0, all.0);
    }
}

/// Gaps are drawn several at once, but each is the draw of its own arrival, however many there are.
#[test]
fn each_arrival_has_its_own_draw() {
    for limit in [1, 7, 8, 9, 17] {
        let mut b = Build::new(0.0, 1_000.0, 0.0);
        let p = b.process("p");
        let end = b.end(p);
        b.step(p, "wait", delay(1.0), Some(end));
        let id = b.arrivals("cases", p, exponential(1.0));
        b.model.arrivals[id].limit = Some(limit);
        let plan = b.plan();
        let plan::Pattern::Renewal { gap, .. } = &plan.sources[0].pattern else {
            panic!("a renewal process")
        };
        let mut runner = Runner::new(&plan);
        // The second replication begins where the first has stopped within its draws.
        for r in 0..2 {
            let key = Key::new(1, r);
            let record = runner.run(key, RunOptions { rows: true, ..RunOptions::default() });
            let mut at = turnaround::units::Time::ZERO;
            let expected: Vec<_> = (0..limit)
                .map(|n| {
                    at = at + Duration::from_seconds(gap.sample(key.uniform(plan.sources[0].gap, n, 0, 0)));
                    at
                })
                .collect();
            assert_eq!(record.rows.start, expected);
        }
    }
}
