//! Every chart, drawn from many shapes of data: pictures are whole, no text touches another or is cut off, the same
//! input gives the same bytes. The pictures land in `target/tmp/charts`, to be looked at.

#![allow(clippy::disallowed_methods, reason = "the pictures are written for people to look at")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use resvg::usvg::{self, fontdb};
use turnaround::chart::*;
use turnaround::stats::Better;

const LONG: &str = "Share of work orders whose part was found inside the authority, at the own depot or at another one, \
                    before any purchase was started, counted by requests";

fn text(s: &str) -> String {
    s.to_owned()
}

/// A curve like that of a duration with this median.
fn ecdf_series(name: &str, role: Role, median: f64, band: f64) -> EcdfSeries {
    let share = |x: f64| 1.0 - (1.0 + (x / median).powi(4)).recip();
    let points = (1..=500).map(|k| {
        let share = f64::from(k) / 500.0;
        let x = median * (share.min(0.9995) / (1.0 - share.min(0.9995))).powf(0.25);
        EcdfPoint { x, share, lower: (share - band).max(0.0), upper: (share + band).min(1.0) }
    });
    let p90 = median * 9f64.powf(0.25);
    assert!((share(p90) - 0.9).abs() < 1e-9);
    let at_reference = Some(Interval::new(p90, p90 * 0.97, p90 * 1.03));
    EcdfSeries { name: text(name), role, points: points.collect(), at_reference }
}

fn ecdf(series: Vec<EcdfSeries>, x_max: f64) -> EcdfChart {
    EcdfChart {
        title: text("Nine in ten buses are back within 31 h, down from 45 h"),
        subtitle: text(
            "Empirical distribution of restore time; shaded: 95 % simultaneous band; 4,000 work orders in each arm",
        ),
        footer: text("scenarios/bus · seed 1 · 400 paired replications · turnaround 0.1.0"),
        x_label: text("Hours from breakdown to service"),
        y_label: text("Share of work orders"),
        unit: text("h"),
        reference: Some(0.9),
        series,
        x_max,
        log: false,
        gap: None,
    }
}

/// With the difference of the first two curves, as far as they have points, and a band.
fn with_gap(chart: EcdfChart, half: f64) -> EcdfChart {
    let points = (1..90).map(|k| {
        let x = f64::from(k);
        let share = |median: f64| 1.0 - (1.0 + (x / median).powi(4)).recip();
        let value = share(18.0) - share(26.0);
        LinePoint { x, value, lower: value - half, upper: value + half }
    });
    let label = text("After less before, in percentage points");
    EcdfChart { gap: Some(EcdfGap { label, role: Role::After, points: points.collect() }), ..chart }
}

fn row(label: &str, value: f64, half: f64, better: Better) -> ForestRow {
    ForestRow {
        label: text(label),
        levels: [text("26.0 h"), text("17.9 h")],
        change: Interval::new(value, value - half, value + half),
        by_chance: None,
        better,
        smallest_effect: Some(2.0),
    }
}

fn forest(groups: Vec<(&str, Vec<ForestRow>)>) -> ForestChart {
    let groups: Vec<_> =
        groups.into_iter().map(|(name, rows)| ForestGroup { name: text(name), rows }).collect();
    ForestChart {
        title: findings::improvements(groups.iter().flat_map(|g| &g.rows)),
        subtitle: text(
            "Paired change, after − before, in %: mean and 95 % interval (Holm-adjusted), 400 paired replications",
        ),
        footer: text("scenarios/bus · seed 1 · turnaround 0.1.0"),
        x_label: text("Change, %"),
        level_labels: [text("Before"), text("After")],
        interval_label: text("Change, % [95 % interval]"),
        groups,
        meanings: ["better", "worse"],
        x_range: None,
    }
}

/// Fourteen metrics in three groups, one of them far off the axis.
fn many_rows() -> Vec<(&'static str, Vec<ForestRow>)> {
    use Better::{Higher, Lower};
    vec![
        ("Primary", vec![row("Restore time, mean", -31.2, 2.8, Lower), row("MTBF", 3.1, 4.35, Higher)]),
        (
            "Secondary, operating",
            vec![
                row("Restore time, 90th percentile", -29.4, 3.1, Lower),
                row("Availability", 4.6, 0.7, Higher),
                row("Time to locate a part", -52.7, 3.55, Lower),
                row("Wait for parts", -12.4, 5.55, Lower),
                row("Asks per part", 912.0, 85.0, Lower),
                row("Found inside", 14.0, 3.0, Higher),
                row("Own-depot fill", -7.2, 1.9, Higher),
                row("Missed service hours", -18.9, 5.65, Lower),
            ],
        ),
        (
            "Secondary, financial",
            vec![
                row("Emergency purchases per year", -22.0, 6.0, Lower),
                row("Overtime hours", -1.0, 2.6, Lower),
                row("Cost per mile", -6.3, 1.6, Lower),
                ForestRow { change: Interval::new(0.0, 0.0, 0.0), ..row("Licence cost", 0.0, 0.0, Lower) },
            ],
        ),
    ]
}

fn ramp_series(name: &str, ceiling: f64, speed: f64, band: f64) -> RampSeries {
    let share = |t: f64| ceiling * (1.0 - (-speed * t).exp()) / (1.0 + 8.0 * (-speed * t).exp());
    let points = (0..=24).map(|k| {
        let t = f64::from(k);
        let (lower, upper) = match band {
            0.0 => (f64::NAN, f64::NAN),
            _ => (share(t) * (1.0 - band), (share(t) * (1.0 + band)).min(1.0)),
        };
        LinePoint { x: t, value: share(t), lower, upper }
    });
    RampSeries { name: text(name), points: points.collect() }
}

fn ramp(series: Vec<RampSeries>) -> RampChart {
    RampChart {
        title: findings::reaches("adoption by technicians", 0.67, "month 14"),
        subtitle: text("Share of each team that uses the tool: median and 90 % band over 400 replications"),
        footer: text("Bass diffusion, p 0.03, q 0.3 a month · seed 1"),
        x_label: text("Months since roll-out"),
        y_label: text("Share of the team"),
        series,
    }
}

fn weekly_series(name: &str, role: Role, level: f64, drop: f64) -> WeeklySeries {
    let points = (1..=104).map(|week| {
        let t = f64::from(week);
        let fall = if t > 52.0 { drop * (1.0 - (-(t - 52.0) / 12.0).exp()) } else { 0.0 };
        let value = level - fall + 0.03 * level.abs() * (t * 1.7).sin();
        LinePoint { x: t, value, lower: value - 0.06 * level.abs(), upper: value + 0.06 * level.abs() }
    });
    WeeklySeries { name: text(name), role, points: points.collect() }
}

fn weekly(series: Vec<WeeklySeries>, events: &[(f64, &str)]) -> WeeklyChart {
    WeeklyChart {
        title: text("Restore time settles at 18 h a quarter after the roll-out"),
        subtitle: text(
            "Weekly mean restore time; band: 95 % interval of the mean over 400 paired replications",
        ),
        footer: text("scenarios/bus · seed 1"),
        x_label: text("Week"),
        y_label: text("Mean restore time, h"),
        series,
        events: events.iter().map(|(week, name)| WeeklyEvent { week: *week, name: text(name) }).collect(),
    }
}

fn breakdown(stages: &[&str], arms: &[(&str, &[f64])]) -> BreakdownChart {
    let first = arms.first().map_or(&[][..], |a| a.1);
    let arms = arms.iter().map(|(name, values)| {
        let interval = |v: f64| Interval::new(v, v - 0.06 * v.abs(), v + 0.06 * v.abs());
        let time = |v: f64, before: f64| {
            let change = v - before;
            let change = (v != before).then(|| Interval::new(change, change - 0.25, change + 0.25));
            StageTime { mean: interval(v), change }
        };
        let stages: Vec<_> = values.iter().zip(first).map(|(v, before)| time(*v, *before)).collect();
        BreakdownArm { name: text(name), stages, total: time(values.iter().sum(), first.iter().sum()) }
    });
    BreakdownChart {
        title: text("Locating the part takes 4.7 h less, the largest change of nine stages"),
        subtitle: text("Mean restore time by stage, h, with 95 % intervals; 400 paired replications"),
        footer: text("scenarios/bus · seed 1"),
        unit: text("h"),
        stages: stages.iter().map(|s| text(s)).collect(),
        arms: arms.collect(),
    }
}

const STAGES: [&str; 9] = [
    "Report and tow",
    "Wait for a bay",
    "Diagnose",
    "Own parts room",
    "Locate the part",
    "Wait for transfer",
    "Wait for purchase",
    "Repair",
    "Road test",
];

/// Every chart with every shape of data that we could think of.
fn gallery() -> Vec<(&'static str, String)> {
    let before = || ecdf_series("Before", Role::Before, 26.0, 0.02);
    let after = || ecdf_series("After", Role::After, 18.0, 0.02);
    let pair = || ecdf(vec![before(), after()], 80.0);
    let same = ecdf_series("After", Role::After, 26.1, 0.02);
    let many = [("More stock", 24.0), ("Extra van run", 22.0), ("Chat only", 20.5)];
    let many = many.iter().map(|(name, m)| ecdf_series(name, Role::Other, *m, 0.015));
    let long_name = ecdf_series(LONG, Role::Other, 40.0, 0.05);
    let huge = EcdfSeries { at_reference: None, ..ecdf_series("Before", Role::Before, 2.6e7, 0.1) };
    let single = EcdfSeries {
        points: vec![EcdfPoint { x: -3.0, share: 1.0, lower: 0.4, upper: 1.0 }],
        at_reference: None,
        ..before()
    };
    let broken = EcdfSeries {
        points: vec![EcdfPoint { x: f64::NAN, share: f64::INFINITY, lower: f64::NAN, upper: f64::NAN }],
        at_reference: Some(Interval::bare(f64::NAN)),
        ..before()
    };
    let mut zero = before();
    zero.points.insert(0, EcdfPoint { x: 0.0, share: 0.2, lower: 0.1, upper: 0.3 });
    let escapes = EcdfSeries { name: text("<b>\"R&D\"\u{7}</b>\n'x'"), ..after() };
    let long_title =
        EcdfChart { title: LONG.repeat(2), subtitle: LONG.repeat(3), footer: LONG.repeat(4), ..pair() };

    let one_row = || vec![("", vec![row("MTBF", 3.1, 4.35, Better::Higher)])];
    let long_rows = (0..5).map(|k| ForestRow {
        levels: [text(LONG), text("")],
        ..row(LONG, -20.0 + 9.0 * f64::from(k), 4.0, Better::Lower)
    });
    let odd_rows = vec![
        row("Tiny", -4.2e-7, 1.1e-7, Better::Lower),
        row("Huge", 4.2e9, 1.1e8, Better::Lower),
        ForestRow { change: Interval::bare(12.0), ..row("No interval", 0.0, 0.0, Better::Lower) },
        ForestRow { change: Interval::bare(f64::NAN), ..row("Undefined", 0.0, 0.0, Better::Lower) },
        row("Far below", -990.0, 4.0, Better::Lower),
    ];
    let odd = ForestChart { x_range: Some((-40.0, 30.0)), ..forest(vec![("Odd", odd_rows)]) };
    let forty =
        (0..40).map(|k| row(&format!("Metric {k}"), f64::from(k) - 20.0, 5.0, Better::Lower)).collect();

    let teams = [
        ("Maintenance", 0.82, 0.3, 0.12),
        ("Inventory managers", 0.9, 0.45, 0.08),
        ("Buyers", 0.88, 0.25, 0.1),
    ];
    let teams = teams.iter().map(|(n, c, s, b)| ramp_series(n, *c, *s, *b)).collect();
    let crowd =
        (0..9).map(|k| ramp_series(&format!("Team {k}"), 0.8 + 0.002 * f64::from(k), 0.3, 0.0)).collect();

    let arms = || {
        vec![weekly_series("Before", Role::Before, 26.0, 0.0), weekly_series("After", Role::After, 26.0, 8.0)]
    };
    let events = [(52.0, "roll-out"), (12.0, "end of warm-up"), (54.0, "collides")];
    let gap = {
        let mut series = weekly_series("With gaps", Role::Other, -4.0e6, 3.0e5);
        for k in [20, 21, 60] {
            series.points[k].value = f64::NAN;
        }
        series.points[22].upper = f64::NAN;
        series
    };
    let lone = WeeklySeries {
        points: vec![LinePoint { x: 3.0, value: 0.002, lower: 0.001, upper: 0.003 }],
        ..arms().remove(0)
    };

    let two: [(&str, &[f64]); 2] = [
        ("Before", &[1.6, 2.2, 1.4, 0.31, 6.8, 3.9, 5.6, 3.6, 0.55]),
        ("After", &[1.6, 2.0, 1.4, 0.31, 2.1, 3.7, 2.9, 3.6, 0.55]),
    ];
    let stages14: Vec<_> = (0..14).map(|k| if k == 3 { LONG } else { STAGES[k % 9] }).collect();
    let values14: Vec<f64> = (0..14).map(|k| f64::from(1 + (k * 7) % 5) * 1234.5).collect();
    let six: Vec<(&str, &[f64])> = ["Before", "After", LONG, "More stock", "Extra van", "Both"]
        .iter()
        .map(|n| (*n, &values14[..]))
        .collect();

    vec![
        ("ecdf", pair().svg()),
        ("ecdf_same", ecdf(vec![before(), same], 80.0).svg()),
        ("ecdf_gap", with_gap(pair(), 0.02).svg()),
        ("ecdf_gap_log", EcdfChart { log: true, ..with_gap(pair(), 0.4) }.svg()),
        ("ecdf_gap_empty", EcdfChart { log: true, ..with_gap(ecdf(vec![], 0.0), f64::NAN) }.svg()),
        ("ecdf_log_zero", EcdfChart { log: true, ..ecdf(vec![zero], 80.0) }.svg()),
        ("ecdf_many", ecdf(vec![before(), after()].into_iter().chain(many).collect(), 80.0).svg()),
        ("ecdf_long", ecdf(vec![before(), long_name], 80.0).svg()),
        ("ecdf_huge", ecdf(vec![huge], 9.0e7).svg()),
        ("ecdf_single", ecdf(vec![single], 2.0).svg()),
        ("ecdf_broken", ecdf(vec![broken], f64::NAN).svg()),
        ("ecdf_empty", ecdf(vec![], 0.0).svg()),
        ("ecdf_escapes", ecdf(vec![before(), escapes], 60.0).svg()),
        ("ecdf_long_title", long_title.svg()),
        ("forest", forest(many_rows()).svg()),
        ("forest_one", forest(one_row()).svg()),
        ("forest_long", forest(vec![("", long_rows.collect())]).svg()),
        ("forest_odd", odd.svg()),
        ("forest_carried", forest(carried_rows()).svg()),
        ("forest_forty", forest(vec![("All", forty)]).svg()),
        ("forest_empty", forest(vec![]).svg()),
        ("ramp", ramp(teams).svg()),
        ("ramp_one", ramp(vec![ramp_series("Technicians", 0.11, 0.2, 0.3)]).svg()),
        ("ramp_crowd", ramp(crowd).svg()),
        ("ramp_empty", ramp(vec![]).svg()),
        ("weekly", weekly(arms(), &events).svg()),
        ("weekly_negative", weekly(vec![gap], &[(60.0, LONG)]).svg()),
        ("weekly_lone", weekly(vec![lone], &[]).svg()),
        ("weekly_flat", weekly(vec![weekly_series(LONG, Role::Other, 0.0, 0.0)], &[]).svg()),
        ("breakdown", breakdown(&STAGES, &two).svg()),
        ("breakdown_one", breakdown(&["Repair"], &[("Before", &[3.0])]).svg()),
        ("breakdown_six", breakdown(&stages14, &six).svg()),
        (
            "breakdown_odd",
            breakdown(&["Tiny", "Negative", "Huge"], &[("Before", &[1e-9, -2.0, 3e7]), ("After", &[])]).svg(),
        ),
        ("breakdown_empty", breakdown(&[], &[]).svg()),
        ("density", density(true, &[("Before", Role::Before, 26.0), ("After", Role::After, 18.0)]).svg()),
        (
            "density_linear",
            density(false, &[("Before", Role::Before, 2.6e6), (LONG, Role::Other, 1.8e6)]).svg(),
        ),
        (
            "density_same",
            density(false, &[("Before", Role::Before, 2e-3), ("After", Role::After, 2e-3)]).svg(),
        ),
        ("density_empty", density(false, &[]).svg()),
        (
            "more",
            more(vec![
                more_arm("Before", Role::Before, 26.0, 400),
                more_arm("After", Role::After, 18.0, 400),
                more_arm(LONG, Role::Other, 21.0, 30),
            ])
            .svg(),
        ),
        ("more_one", more(vec![more_arm("Before", Role::Before, 26.0, 2)]).svg()),
        ("more_ten", more((0..10).map(|k| more_arm("Arm", Role::Other, f64::from(k), 100)).collect()).svg()),
        ("more_empty", more(vec![]).svg()),
        ("tree", tree(nodes()).svg()),
        ("tree_forty", tree((0..40).map(|k| node(LONG, k % 3, Some((3.0, 4.0)), &[])).collect()).svg()),
        ("tree_circle", tree(vec![node("A", 0, None, &[1]), node("B", 0, None, &[0])]).svg()),
        ("tree_empty", tree(vec![]).svg()),
        ("panels", panels(9).svg()),
        ("panels_twelve", panels(12).svg()),
        ("panels_one", panels(1).svg()),
        ("panels_empty", panels(0).svg()),
        ("heat", heat(&["Maintenance", "Parts inventory managers", LONG]).svg()),
        ("heat_ten", heat(&["Team"; 10]).svg()),
        ("heat_empty", heat(&[]).svg()),
        ("map", map(&["Report", "Check stock", "Locate part", "Order part", LONG, "Back in service"]).svg()),
        ("map_one", map(&["Serve"]).svg()),
        ("map_twenty", map(&["Step"; 20]).svg()),
        ("map_empty", map(&[]).svg()),
        ("handover", handover(&["Maintenance", "Dispatch", "Parts clerks", "Procurement"]).svg()),
        ("handover_nine", handover(&[LONG; 9]).svg()),
        ("handover_empty", handover(&[]).svg()),
    ]
}

fn density(log: bool, series: &[(&str, Role, f64)]) -> DensityChart {
    let series = series.iter().map(|(name, role, middle)| DensitySeries {
        name: text(name),
        role: *role,
        points: (1..400)
            .map(|k| {
                let x = 0.02 * f64::from(k) * middle;
                let z = if log { (x / middle).ln() / 0.6 } else { (x - middle) / (0.4 * middle) };
                let density = (-0.5 * z * z).exp() + 0.3 * (-4.0 * (z - 1.8).powi(2)).exp();
                DensityPoint { x, density, lower: 0.93 * density, upper: 1.07 * density }
            })
            .collect(),
        marks: vec![
            Interval::new(*middle, 0.97 * middle, 1.03 * middle),
            Interval::new(1.9 * middle, 1.8 * middle, 2.0 * middle),
        ],
    });
    DensityChart {
        title: text("Restore time is 18 h, down from 26 h"),
        subtitle: text("Density of cases; shaded: 95 % interval at each point"),
        footer: text("scenarios/bus · seed 1"),
        x_label: text("Restore time [h]"),
        y_label: text("Cases [% per h]"),
        unit: text("h"),
        log,
        series: series.collect(),
        marks: vec![text("mean"), text("90 % within")],
    }
}

fn more_arm(name: &str, role: Role, middle: f64, n: usize) -> MoreArm {
    // Evenly spread in probability, so that no chance is needed.
    let values = (0..n).map(|k| middle + 2.0 * ((k as f64 + 0.5) / n as f64 - 0.5).powi(3) * 8.0).collect();
    let open = if n < 72 { f64::INFINITY } else { middle + 2.2 };
    MoreArm {
        name: text(name),
        role,
        values,
        mean: Interval::new(middle, middle - 0.1, middle + 0.1),
        low: Interval::new(middle - 1.6, -open, middle - 1.4),
        high: Interval::new(middle + 1.6, middle + 1.4, open),
    }
}

fn more(arms: Vec<MoreArm>) -> MoreChart {
    MoreChart {
        title: text("No difference beyond chance in restore time, in any of three arms"),
        subtitle: text("Restore time in 400 replications; box: 5th to 95th percentile; bars: 95 % intervals"),
        footer: text("scenarios/bus · seed 1"),
        x_label: text("Restore time of a replication [h]"),
        unit: text("h"),
        inside: 0.9,
        arms,
    }
}

fn node(label: &str, column: usize, change: Option<(f64, f64)>, children: &[usize]) -> TreeNode {
    TreeNode {
        label: text(label),
        column,
        levels: vec![text("26.0"), text("17.9 h")],
        change: change.map(|(value, half)| Interval::new(value, value - half, value + half)),
        difference: None,
        note: text(""),
        better: Some(Better::Lower),
        primary: column == 1,
        children: children.to_vec(),
    }
}

fn tree(nodes: Vec<TreeNode>) -> TreeChart {
    TreeChart {
        title: text(
            "Better or worse beyond chance: front line 2 or 0 of 4, operating 1 or 0 of 2, financial 0 or 1 of 3",
        ),
        subtitle: text("From before to after; filled: beyond chance"),
        footer: text("scenarios/bus · seed 1"),
        columns: vec![text("Front line"), text("Operating"), text("Financial")],
        nodes,
    }
}

/// Nine metrics with links within a level, to the next, past one, and in two ways.
fn nodes() -> Vec<TreeNode> {
    vec![
        node("Time to locate", 0, Some((-30.0, 4.0)), &[]),
        node("Wait for a van", 0, Some((-3.0, 4.0)), &[]),
        node("Users of the tool", 0, None, &[]),
        node("Asking", 0, Some((-20.0, 4.0)), &[0, 1]),
        node("Restore time", 1, Some((-12.0, 4.0)), &[0, 1]),
        node("Missed service", 1, Some((-1.0, 4.0)), &[4]),
        node("Lost service", 2, Some((-1.0, 4.0)), &[5]),
        node("The tool", 2, Some((5.0, 4.0)), &[2]),
        node("All costs", 2, Some((0.0, 0.0)), &[6, 7]),
    ]
}

fn panels(n: usize) -> PanelsChart {
    let curve = |level: f64| -> Vec<LinePoint> {
        let of = |k: i32| level + (0.7 * f64::from(k)).sin();
        (0..78)
            .map(|k| LinePoint { x: f64::from(k), value: of(k), lower: of(k) - 1.0, upper: of(k) + 1.0 })
            .collect()
    };
    PanelsChart {
        title: text("In no week does any of nine operating metrics differ beyond chance"),
        subtitle: text("Each week, mean over 400 replications"),
        footer: text("scenarios/bus · seed 1"),
        x_label: text("Weeks since the start of the run"),
        series: vec![(text("Before"), Role::Before), (text("After"), Role::After)],
        panels: (0..n)
            .map(|k| Panel {
                label: if k == 1 { text(LONG) } else { format!("Metric {k}") },
                note: text("h; no week differs beyond chance"),
                differs: k == 0,
                curves: vec![curve(10f64.powi(k as i32 - 2)), curve(1.2 * 10f64.powi(k as i32 - 2))],
            })
            .collect(),
        counted_from: Some(26.0),
    }
}

fn heat(teams: &[&str]) -> HoursChart {
    let cells = |shift: usize| (0..168).map(|h| (h % 24 > shift).then_some((h % 24) as f64 / 20.0)).collect();
    HoursChart {
        title: text("Busiest: Maintenance, at work 71 % of the time on shift"),
        subtitle: text("Work on activities by time on shift"),
        footer: text("scenarios/bus · seed 1"),
        days: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map(text).to_vec(),
        rows: teams
            .iter()
            .map(|name| HoursRow {
                name: text(name),
                ribbons: ["Before", "With the social tool"]
                    .iter()
                    .enumerate()
                    .map(|(k, name)| Ribbon { name: text(name), cells: cells(6 + k), mean: 0.71 })
                    .collect(),
            })
            .collect(),
    }
}

/// A loop, a self-loop, a two-way pair, a shortcut, a link that does not occur.
fn map(labels: &[&str]) -> MapChart {
    let node = |(k, label): (usize, &&str)| MapNode {
        label: text(label),
        who: text(""),
        count: 4000 / (k + 1),
        seconds: 600.0 * 4f64.powi(k as i32),
    };
    let link = |from: Option<usize>, to: Option<usize>, count: usize| MapLink {
        from,
        to,
        count,
        seconds: 3_000.0,
        strong: count == 900,
    };
    let n = labels.len();
    let mut links: Vec<MapLink> = (1..n).map(|k| link(Some(k - 1), Some(k), 4000 / k)).collect();
    links.push(link(None, Some(0), 4000));
    links.push(link(n.checked_sub(1), None, 4000));
    if n > 3 {
        links.extend(
            [(0, 3, 900), (2, 2, 64), (2, 1, 91), (3, 0, 0)].map(|(a, b, c)| link(Some(a), Some(b), c)),
        );
    }
    MapChart {
        title: text("“Locate part” takes the largest share of the time, 42 %"),
        subtitle: text("Before: what follows directly on what, 4,000 cases"),
        footer: text("scenarios/bus · seed 1"),
        map: ProcessMap { nodes: labels.iter().enumerate().map(node).collect(), links },
        asides: vec![Aside { title: text("Where the time goes"), rows: vec![(text(LONG), text("42 %"))] }],
    }
}

fn handover(parties: &[&str]) -> HandoverChart {
    let pairs = (0..parties.len()).flat_map(|a| (0..parties.len()).map(move |b| (a, b)));
    let value = |k: usize| {
        Some(Waiting { count: 10f64.powi((k % 5) as i32), seconds: 7.0 * 9f64.powi((k % 6) as i32) })
    };
    HandoverChart {
        title: text("Most waiting lies between procurement and maintenance: 6.0 d on average"),
        subtitle: text("Handovers a year × mean time from the one's work to the other's"),
        footer: text("scenarios/bus · seed 1"),
        parties: parties.iter().map(|p| text(p)).collect(),
        arms: vec![text("Before"), text("With the social tool")],
        cells: pairs
            .filter(|(a, b)| a != b)
            .map(|(from, to)| HandoverCell {
                from,
                to,
                values: vec![value(from + to), if to == 1 { None } else { value(to) }],
            })
            .collect(),
        period: text("a year"),
    }
}

fn fonts() -> Arc<fontdb::Database> {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(include_bytes!("../../assets/fonts/Roboto-Regular.ttf").to_vec());
    fonts.load_font_data(include_bytes!("../../assets/fonts/Roboto-Bold.ttf").to_vec());
    Arc::new(fonts)
}

/// All texts of a picture with the boxes of their glyphs, in pixels.
fn texts(svg: &str) -> Vec<(String, usvg::Rect)> {
    fn walk(group: &usvg::Group, found: &mut Vec<(String, usvg::Rect)>) {
        for node in group.children() {
            match node {
                usvg::Node::Group(group) => walk(group, found),
                usvg::Node::Text(text) => {
                    let words = text.chunks().iter().map(|c| c.text()).collect();
                    found.push((words, text.flattened().abs_bounding_box()));
                }
                _ => {}
            }
        }
    }
    let options = usvg::Options { fontdb: fonts(), ..usvg::Options::default() };
    let tree = usvg::Tree::from_str(svg, &options).expect("the picture is well-formed");
    let mut found = Vec::new();
    walk(tree.root(), &mut found);
    found
}

/// Texts of a picture that leave the canvas or touch each other.
pub fn collisions(name: &str, svg: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let texts = texts(svg);
    assert!(texts.len() >= 3, "{name} says nothing");
    for (k, (a, box_a)) in texts.iter().enumerate() {
        if box_a.left() < 8.0 || box_a.top() < 8.0 || box_a.right() > 1592.0 || box_a.bottom() > 992.0 {
            wrong.push(format!("{name}: `{a}` leaves the canvas: {box_a:?}"));
        }
        for (b, box_b) in &texts[..k] {
            let apart = box_a.left() >= box_b.right()
                || box_b.left() >= box_a.right()
                || box_a.top() >= box_b.bottom()
                || box_b.top() >= box_a.bottom();
            if !apart {
                wrong.push(format!("{name}: `{a}` touches `{b}`"));
            }
        }
    }
    wrong
}

#[test]
fn no_text_is_cut_off_or_touches_another() {
    let wrong: Vec<_> = gallery().iter().flat_map(|(name, svg)| collisions(name, svg)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_picture_becomes_a_png_of_full_size() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("charts");
    fs::create_dir_all(&folder).expect("a folder for the pictures");
    for (name, svg) in gallery() {
        let png = svg_to_png(&svg).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n", "{name}");
        let side = |at: usize| u32::from_be_bytes([png[at], png[at + 1], png[at + 2], png[at + 3]]);
        assert_eq!((side(16), side(20)), (WIDTH, HEIGHT), "{name}");
        fs::write(folder.join(format!("{name}.svg")), &svg).expect("a picture is written");
        fs::write(folder.join(format!("{name}.png")), png).expect("a picture is written");
    }
    assert!(svg_to_png("<svg").is_err());
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for ((name, first), (_, second)) in gallery().into_iter().zip(gallery()) {
        assert!(first == second, "{name} differs");
        assert!(
            !first.contains("NaN") && !first.contains("inf"),
            "{name} has a coordinate that is no number"
        );
        assert!(first.contains("font-family=\"Roboto, ") && first.contains("sans-serif\""), "{name}");
    }
}

#[test]
fn labels_are_escaped_and_kept() {
    let (_, svg) = gallery().into_iter().find(|(name, _)| *name == "ecdf_escapes").expect("the picture");
    assert!(!svg.contains("<b>"));
    assert!(texts(&svg).iter().any(|(t, _)| t.contains("<b>\"R&D\"")), "{:?}", texts(&svg));
}

const BLUE: &str = "#0072B2";
const VERMILLION: &str = "#D55E00";

#[test]
fn a_forest_mark_is_coloured_only_beyond_chance_and_by_its_direction() {
    let colors = |value, better| {
        let svg = forest(vec![("", vec![row("x", value, 4.0, better)])]).svg();
        (svg.contains(BLUE), svg.contains(VERMILLION))
    };
    assert_eq!(colors(-3.9, Better::Lower), (false, false));
    assert_eq!(colors(-4.1, Better::Lower), (true, false));
    assert_eq!(colors(-4.1, Better::Higher), (false, true));
    assert_eq!(colors(4.1, Better::Higher), (true, false));
}

#[test]
fn an_interval_beyond_the_axis_ends_in_an_arrow() {
    let arrows = |half: f64| {
        let chart = forest(vec![("", vec![row("x", -20.0, half, Better::Lower)])]);
        let svg = ForestChart { x_range: Some((-50.0, 10.0)), ..chart }.svg();
        svg.lines().filter(|l| l.starts_with("<polygon") && l.contains("#5C6573")).count()
    };
    assert_eq!(arrows(29.0), 0);
    assert_eq!(arrows(31.0), 3, "both ends leave the axis, and the key says what an arrow is");
}

#[test]
fn of_what_lies_wholly_beyond_the_axis_there_is_an_arrow_at_the_edge() {
    let chart = forest(vec![("", vec![row("x", 42.0, 5.0, Better::Lower)])]);
    let svg = ForestChart { x_range: Some((-50.0, 10.0)), ..chart }.svg();
    let (shapes, lines): (Vec<&str>, Vec<&str>) =
        svg.lines().filter(|l| l.contains(VERMILLION)).partition(|l| l.starts_with("<polygon"));
    assert_eq!(shapes.len(), 3, "the arrow; a diamond and an arrow in the key: {shapes:?}");
    assert_eq!(lines.len(), 1, "no interval but in the key: {lines:?}");
}

/// All that a key may have to say.
fn carried_rows() -> Vec<(&'static str, Vec<ForestRow>)> {
    let carried = |value: f64, half: f64| ForestRow {
        by_chance: Some(Interval::new(value, value - half / 3.0, value + half / 3.0)),
        ..row("Mean time", value, half, Better::Lower)
    };
    vec![
        ("Primary", vec![carried(-1.0, 5.0)]),
        ("Others", vec![carried(39.0, 12.0), carried(-8.0, 5.0), carried(0.0, 3.0), carried(390.0, 20.0)]),
    ]
}

#[test]
fn the_key_has_a_line_more_for_what_has_no_room() {
    let told = |rows| -> Vec<String> { texts(&forest(rows).svg()).into_iter().map(|(t, _)| t).collect() };
    let beyond = "goes on beyond the axis: see the number";
    let all = told(carried_rows());
    for text in ["better", "worse", "not beyond the uncertainty", beyond] {
        assert!(all.iter().any(|t| t == text), "{text} is missing: {all:?}");
    }
    // What is beyond chance is on the axis, as long as that leaves the primary something of it.
    let near = carried_rows().into_iter().map(|(name, rows)| (name, rows[..rows.len().min(3)].to_vec()));
    assert!(!told(near.collect()).iter().any(|t| t == beyond));
}

#[test]
fn a_quantile_is_written_with_the_digits_that_its_error_supports() {
    let mut chart = ecdf(vec![ecdf_series("After", Role::After, 18.0, 0.02)], 80.0);
    chart.series[0].at_reference = Some(Interval::new(31.234, 30.9, 31.6));
    assert!(texts(&chart.svg()).iter().any(|(t, _)| t == "31.2 h"));
    chart.series[0].at_reference = Some(Interval::new(31.234, 25.0, 37.5));
    assert!(texts(&chart.svg()).iter().any(|(t, _)| t == "31 h"));
}

fn count(svg: &str, what: &str) -> usize {
    svg.matches(what).count()
}

#[test]
fn there_are_as_many_marks_as_data() {
    let dots = |n: usize| count(&more(vec![more_arm("Before", Role::Before, 26.0, n)]).svg(), "<circle");
    assert_eq!(dots(400) - dots(150), 250, "a dot for each replication");
    let cells = |teams: &[&str]| count(&heat(teams).svg(), "<rect");
    // 24 - 7 and 24 - 8 hours of seven days are on shift.
    assert_eq!(cells(&["A", "B"]) - cells(&["A"]), 7 * (17 + 16), "a cell for each hour on shift");
    let labels = |chart: &TreeChart| {
        chart.nodes.iter().filter(|n| texts(&chart.svg()).iter().any(|(t, _)| *t == n.label)).count()
    };
    assert_eq!(labels(&tree(nodes())), 9, "every metric of a tree is named");
    let map = map(&["Report", "Check stock", "Locate part", "Order part"]);
    let svg = map.svg();
    for node in &map.map.nodes {
        assert!(texts(&svg).iter().any(|(t, _)| *t == node.label), "{} is missing", node.label);
    }
    // An arrow's head for each link that occurs, and those of the key.
    let heads = |map: &MapChart| count(&map.svg(), "points=\"");
    let without =
        MapChart { map: ProcessMap { links: map.map.links[1..].to_vec(), ..map.map.clone() }, ..map.clone() };
    assert!(heads(&map) > heads(&without));
}

#[test]
fn a_tree_colours_only_what_is_beyond_chance() {
    let colours = |value| {
        let svg = tree(vec![node("x", 0, Some((value, 4.0)), &[])]).svg();
        (svg.contains(BLUE), svg.contains(VERMILLION))
    };
    assert_eq!(colours(-3.9), (false, false));
    assert_eq!(colours(-4.1), (true, false));
    assert_eq!(colours(4.1), (false, true));
    // From zero there is no percentage: the difference decides.
    let from_zero = |value: f64| TreeNode {
        difference: Some(Interval::new(value, value - 4.0, value + 4.0)),
        note: text("+5 $"),
        ..node("x", 0, None, &[])
    };
    let svg = tree(vec![from_zero(5.0)]).svg();
    assert!(svg.contains(VERMILLION) && texts(&svg).iter().any(|(t, _)| t == "worse"), "{svg}");
    assert_eq!((from_zero(5.0).is_better(), from_zero(3.0).is_better()), (Some(false), None));
}

#[test]
fn titles_do_not_tell_chance_as_a_finding() {
    let compared = |change: f64| findings::Compared {
        before: Interval::new(26.0, 25.0, 27.0),
        after: Interval::new(26.0 + change, 25.0 + change, 27.0 + change),
        change: Interval::new(change, change - 1.0, change + 1.0),
        unit: "h",
    };
    assert_eq!(
        findings::best_arm("Restore time, mean", &[("Tool", compared(0.5)), ("Stock", compared(-0.9))])
            .as_deref(),
        Some("No difference beyond chance in restore time, mean, in any of two arms")
    );
    assert_eq!(
        findings::best_arm("Restore time", &[("Tool", compared(-2.0)), ("Stock", compared(-5.0))]).as_deref(),
        Some("Stock: restore time is 21 h, down from 26 h, the largest change of two arms")
    );
    assert_eq!(findings::best_arm("Restore time", &[]), None);
    assert_eq!(
        findings::by_level(&[("Front line", (0, 0, 9)), ("Financial", (0, 0, 2))]),
        "No difference beyond chance in any of eleven metrics"
    );
    assert_eq!(
        findings::by_level(&[("Front line", (3, 1, 9)), ("Operating", (0, 0, 5)), ("Financial", (0, 2, 2))]),
        "Front line 3 better, 1 worse of 9; operating none of 5; financial 2 worse of 2 (beyond chance)"
    );
    let weeks = [Interval::new(1.0, -1.0, 3.0), Interval::new(2.0, 1.0, 3.0)];
    assert_eq!(findings::weeks("MTBF", "week", &weeks[..1]), "In no week does MTBF differ beyond chance");
    assert_eq!(findings::weeks("MTBF", "week", &weeks), "MTBF differs beyond chance in 1 of 2 weeks");
    assert_eq!(
        findings::courses(0, 9, "week"),
        "In no week does any of nine operating metrics differ beyond chance"
    );
}
