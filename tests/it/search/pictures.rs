//! The pictures of attribution, sensitivity and search, drawn from many shapes of data: nothing touches or leaves the canvas.

use crate::chart::collisions;
use turnaround::chart::*;
use turnaround::stats::Better;

const LONG: &str =
    "Share of work orders whose part was found inside the authority, at the own depot or at another one";

fn waterfall(levels: (f64, f64), changes: &[(&str, f64, f64)]) -> String {
    let around = |value: f64, half: f64| Interval::new(value, value - half, value + half);
    let mut steps = vec![WaterfallStep::level("Before", around(levels.0, 0.5))];
    steps.extend(
        changes.iter().map(|(name, value, half)| WaterfallStep::change(*name, around(*value, *half))),
    );
    steps.push(WaterfallStep::level("After", around(levels.1, 0.5)));
    let chart = WaterfallChart {
        title: "One post reaches all readers: −7 h in restore time, the largest of four mechanisms"
            .to_owned(),
        subtitle: "Shapley value of each mechanism; 95 % intervals".to_owned(),
        footer: "bus, seed 1, 60 paired replications".to_owned(),
        x_label: "Restore time, h".to_owned(),
        better: Some(Better::Lower),
        steps,
    };
    chart.svg()
}

fn tornado(n: usize) -> String {
    let row = |k: usize| {
        let (low, high) = (-12.0 / (k as f64 + 1.0), 9.0 / (k as f64 + 1.0));
        TornadoRow {
            label: if k == 0 { LONG.to_owned() } else { format!("Input {k}") },
            ends: ["1.87 per d".to_owned(), "2.18 per d".to_owned()],
            low: Interval::new(low, low - 0.3, low + 0.3),
            high: Interval::new(high, high - 0.3, high + 0.3),
            swing: Interval::new(high - low, high - low - 1.5, high - low + 1.5),
        }
    };
    let chart = TornadoChart {
        title: "Reach moves the change of restore time by 21 h, the most of many inputs".to_owned(),
        subtitle: "each input at the 5 % and 95 % points of its range".to_owned(),
        footer: "bus, seed 1".to_owned(),
        x_label: "Change of restore time, h".to_owned(),
        center: 0.0,
        rows: (0..n).map(row).collect(),
    };
    chart.svg()
}

fn scatter(n: usize) -> String {
    let point = |k: usize| {
        let x = 100.0 + 20.0 * k as f64;
        let y = 4_000.0 / x;
        ScatterPoint {
            label: format!("{k} / {}", 2 * k),
            x: Interval::new(x, x - 4.0, x + 4.0),
            y: Interval::new(y, y - 1.0, y + 1.0),
            kind: match k {
                0 => ScatterKind::Reference,
                k if k % 2 == 0 => ScatterKind::Chosen,
                _ => ScatterKind::Background,
            },
        }
    };
    let chart = ScatterChart {
        title: "Three of nine compromises are surely better in both goals".to_owned(),
        subtitle: "settings with fresh replications".to_owned(),
        footer: "bus, seed 1".to_owned(),
        x_label: "Cost, $/y".to_owned(),
        y_label: "Restore time, h".to_owned(),
        from_zero: false,
        key: ["tried".to_owned(), "best".to_owned(), "as written".to_owned()],
        points: (0..n).map(point).collect(),
    };
    chart.svg()
}

fn scatters(n: usize) -> String {
    let panel = |k: usize| ScattersPanel {
        label: if k == 0 { LONG.to_owned() } else { format!("part.gearbox.stock.{k}.policy.base_stock, h") },
        note: "rank correlation −0.83".to_owned(),
        points: (0..40).map(|i| (f64::from(i), Interval::new(f64::from(i * 7 % 40), 1.0, 60.0))).collect(),
    };
    let chart = ScattersChart {
        title: "Restore time goes most closely with reach".to_owned(),
        subtitle: "40 runs".to_owned(),
        footer: "bus, seed 1".to_owned(),
        y_label: "Change of restore time, h".to_owned(),
        panels: (0..n).map(panel).collect(),
    };
    chart.svg()
}

#[test]
fn no_text_is_cut_off_or_touches_another() {
    let small = [("Broadcast", -3.0, 0.4), ("Whatever else the arm changes", 0.2, 0.4), (LONG, 1.0, 0.3)];
    let many: Vec<(&str, f64, f64)> = (0..8).map(|_| (LONG, -1.0, 0.2)).collect();
    let pictures = [
        ("waterfall", waterfall((26.0, 24.2), &small)),
        ("waterfall from zero", waterfall((10.0, 2.0), &many)),
        ("waterfall below zero", waterfall((-2.0, 4.0), &[("Up", 6.0, 1.0)])),
        ("waterfall of nothing", waterfall((1.0, 1.0), &[])),
        ("tornado", tornado(20)),
        ("tornado of one", tornado(1)),
        ("scatter", scatter(30)),
        ("scatter of one", scatter(1)),
        ("scatters", scatters(12)),
        ("scatters of one", scatters(1)),
    ];
    let wrong: Vec<String> = pictures.iter().flat_map(|(name, svg)| collisions(name, svg)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (name, svg) in &pictures {
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name} has a coordinate that is no number");
        svg_to_png(svg).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}

#[test]
fn titles_do_not_tell_chance_as_a_finding() {
    let share = |value: f64| Interval::new(value, value - 1.0, value + 1.0);
    assert_eq!(
        findings::largest_share("Wait", "h", &[("Post", share(-0.9)), ("Search", share(0.5))]),
        "No mechanism changes Wait beyond chance"
    );
    assert_eq!(
        findings::largest_share("Wait", "h", &[("Post", share(-3.0)), ("Search", share(2.0))]),
        "Post: −3 h in Wait, the largest of two mechanisms"
    );
    assert_eq!(findings::widest_swing("Wait", "h", &[("Reach", share(0.5))]), "No input surely moves Wait");
    assert_eq!(
        findings::widest_swing("the change of Wait", "h", &[("Reach", share(-5.0)), ("Reply", share(2.0))]),
        "Reach moves the change of Wait by 5 h, the most of 2 inputs"
    );
    assert_eq!(findings::matter("Wait", &[], 9), "No input moves Wait beyond noise");
    assert_eq!(findings::matter("Wait", &["reach"], 9), "One of 9 inputs moves Wait beyond noise: reach");
}
