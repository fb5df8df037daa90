//! The parallel start: work that a search sets off before it has ended.

use super::*;

/// What a case went through.
#[derive(Debug, PartialEq)]
struct Path {
    hours: f64,
    bought: f64,
    worked_hours: f64,
}

/// Clerks begin work at 05:00 and answer after an hour, at 06:00; managers read the post at 01:00 and then may prepare a
/// purchase, which takes one of them so long [h]. Buying takes 10 h.
fn path(parallel: bool, is_there: bool, preparing: f64) -> Path {
    let base = Channel { visible: true, on_shift_only: true, ..fixed(ChannelMode::Broadcast) };
    let (mut b, what) = three_sites(base, [0, 0, u32::from(is_there)]);
    let from_five = b.calendar("from five", &[(5.0, 168.0)]);
    b.model.teams[TeamId(0)].crews[0].calendar = Some(from_five);
    let asker = b.team("askers", 1);
    let managers = TeamId(1);
    let p = b.process("question");
    let end = b.end(p);
    let wait = Delay { until: DelayUntil::Elapsed(Amount::Law(constant(10.0 * HOUR))), recorded: true };
    let buy = b.step(p, "buy", Activity::Delay(wait), Some(end));
    let work = Task { once: true, ..task(managers, constant(preparing * HOUR)) };
    let prepare = b.step(p, "prepare", Activity::Task(work), Some(buy));
    let parallel = parallel.then_some(Parallel { team: managers, step: prepare });
    let what = Ask { asker, parallel, found: end, not_found: prepare, ..what };
    let ask = b.step(p, "ask", Activity::Ask(what), None);
    let arrival = b.arrivals_by("one", p, ArrivalPattern::Trace { times: vec![0.0] });
    b.model.arrivals[arrival].sites = vec![SiteId(0)];
    let time = b.measure(Measure::Case(p, Sampled::CycleTime));
    let bought = b.measure(Measure::Entries(buy));
    let busy = b.measure(Measure::Busy(managers));
    let stages = [(ask, "asking"), (prepare, "preparing"), (buy, "buying")].map(|(step, name)| {
        let stage = b.stage(name, step);
        b.measure(Measure::Case(p, Sampled::StageTime(stage)))
    });
    let record = b.run(0);
    let sum = |m| b.sum_in_window(&record, m);
    // The head start is beside the search, not in a stage of its own: the stages add up to the whole.
    assert_eq!(stages.map(sum).iter().sum::<f64>(), sum(time));
    Path { hours: sum(time) / HOUR, bought: sum(bought), worked_hours: sum(busy) / HOUR }
}

#[test]
fn an_errand_is_a_head_start_and_no_more() {
    let expect = |path: Path, hours: f64, bought: f64, worked_hours: f64| {
        assert_eq!(path, Path { hours, bought, worked_hours });
    };
    // Nothing found at 06:00: without the head start, with one that is over by then, with one that is not.
    expect(path(false, false, 3.0), 6.0 + 3.0 + 10.0, 1.0, 3.0);
    expect(path(true, false, 3.0), 6.0 + 10.0, 1.0, 3.0);
    expect(path(true, false, 30.0), 1.0 + 30.0 + 10.0, 1.0, 30.0);
    // Found at 06:00: nothing is bought, and nobody waits for the preparation, which stops.
    expect(path(false, true, 3.0), 6.0, 0.0, 0.0);
    expect(path(true, true, 3.0), 6.0, 0.0, 3.0);
    expect(path(true, true, 30.0), 6.0, 0.0, 5.0);
}
