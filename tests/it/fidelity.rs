//! Distances between logs: hand-calculated cases, the published package's values, and the floors.

#![allow(clippy::disallowed_methods, reason = "these tests read data files")]

use crate::shared_logs::{log, read};
use turnaround::mining::fidelity::{self, MEASURES, distances};

const HOUR: i64 = 3_600_000_000;

#[test]
fn a_log_has_no_distance_from_itself() {
    let l = log(&[
        ("1", "a", "x", 0, HOUR),
        ("1", "b", "y", 2 * HOUR, 3 * HOUR),
        ("2", "a", "x", HOUR, 5 * HOUR),
    ]);
    assert_eq!(distances(&l, &l), [0.0; 7]);
    let estimates = fidelity::estimates(&l, &l, 50, 1, 0.95);
    assert!(estimates.iter().all(|e| e.value == 0.0 && e.lower == 0.0));
}

#[test]
fn cases_without_instants_count_for_nothing() {
    use turnaround::eventlog::UNKNOWN;
    let l = log(&[("1", "a", "x", 0, HOUR), ("2", "a", "x", HOUR, 5 * HOUR)]);
    let more =
        log(&[("0", "a", "x", UNKNOWN, UNKNOWN), ("1", "a", "x", 0, HOUR), ("2", "a", "x", HOUR, 5 * HOUR)]);
    assert_eq!(distances(&l, &more), [0.0; 7]);
    let nothing = log(&[("0", "a", "x", UNKNOWN, UNKNOWN)]);
    assert!(distances(&l, &nothing)[1].is_nan());
    assert!(!fidelity::estimates(&l, &nothing, 10, 1, 0.95)[1].has_interval());
    assert_eq!(fidelity::by_activity(&l, &nothing).len(), 1);
}

#[test]
fn equals_hand_calculated_values() {
    // Thursday 1970-01-01, one case of two rows: 00:30-01:10 and 02:00-04:00 against 00:30-01:10 and 05:00-08:59.
    let minute = HOUR / 60;
    let a = log(&[("1", "a", "x", 30 * minute, 70 * minute), ("1", "b", "x", 2 * HOUR, 4 * HOUR)]);
    let b = log(&[("1", "a", "x", 30 * minute, 70 * minute), ("1", "c", "y", 5 * HOUR, 9 * HOUR - minute)]);
    let d = distances(&a, &b);
    // Triples --a, -ab, ab-, b-- against --a, -ac, ac-, c--: six of eight differ.
    assert!((d[0] - 6.0 / 8.0).abs() < 1e-12);
    // Hours 0 1 2 4 against 0 1 5 8.
    assert!((d[1] - 7.0 / 4.0).abs() < 1e-12);
    assert_eq!(d[2], 0.0);
    // The same four hours of one weekday, six empty weekdays.
    assert!((d[3] - 7.0 / 4.0 / 7.0).abs() < 1e-12);
    // Since 00:30: 0 0 1 3 against 0 0 4 8 hours.
    assert!((d[4] - 8.0 / 4.0).abs() < 1e-12);
    // Durations 3.5 h and 8 h 29 min: bins 0 and 4.
    assert_eq!(d[5], 4.0);
    // One person in each of four hours of one date.
    assert!((d[6] - 7.0 / 4.0 / 7.0).abs() < 1e-12);
}

#[test]
fn equals_the_published_package() {
    let Some(folder) = crate::shared_logs::folder() else { return };
    let golden = std::fs::read_to_string(folder.join("golden_distances.json")).expect("golden distances");
    let golden: serde_json::Value = serde_json::from_str(&golden).expect("JSON");
    let pairs = [
        (
            "ldm_LoanApp_delays vs ldm_LoanApp_no_delays",
            "ldm_LoanApp_delays.csv",
            "ldm_LoanApp_no_delays.csv",
        ),
        (
            "agentsim_loan/test_preprocessed vs simulated_log_0",
            "loan_agentsim_test.csv",
            "loan_agentsim_simulated_0.csv",
        ),
    ];
    let keys = ["NGD_n3", "AED_BOTH", "CAR", "CED_BOTH", "RED_BOTH", "CTD_1h", "CWD"];
    for (name, real, simulated) in pairs {
        let d = distances(&read(real), &read(simulated));
        for ((key, value), measure) in keys.iter().zip(d).zip(MEASURES) {
            let expected = golden[name][*key].as_f64().expect("a number");
            assert!((value - expected).abs() < 1e-9, "{name} {}: {value}, not {expected}", measure.key);
        }
    }
}

#[test]
fn the_floors_of_the_loan_log_are_the_published_ones() {
    if crate::shared_logs::folder().is_none() {
        return;
    }
    let (train, test) = (read("loan_train.csv"), read("loan_test.csv"));
    let replay = fidelity::replay_floor(&train, &test);
    for (m, expected) in [(0, 0.102), (1, 25.8), (3, 0.264), (4, 0.90), (5, 1.64)] {
        assert!((replay[m] / expected - 1.0).abs() < 0.01, "{}: {}", MEASURES[m].key, replay[m]);
    }
    let floor = fidelity::noise_floor(&train, &test, 200, 1);
    for (m, expected) in [(0, 0.064), (4, 0.99), (5, 1.59)] {
        // The published means are of a few draws: 20 are assumed.
        let se = floor.sd[m] / 20_f64.sqrt();
        assert!((floor.mean[m] - expected).abs() < 3.0 * se, "{}: {floor:?}", MEASURES[m].key);
    }
    assert_eq!(floor.z(&floor.mean)[4], 0.0);
}

/// Half of the cases against the other half: the interval of the distance must reach the floor, and a log whose
/// work takes twice as long must lie far outside.
#[test]
fn intervals_tell_chance_from_difference() {
    let durations = |seed: u64, factor: i64| {
        let mut bits = turnaround::rng::Key::new(seed, 0).stream(turnaround::rng::Purpose::of("test"), 0, 0);
        let mut rows = Vec::new();
        let cases: Vec<String> = (0..300).map(|c| c.to_string()).collect();
        for (c, case) in cases.iter().enumerate() {
            let start = c as i64 * 2 * HOUR;
            let long = (bits.uniform() * 20.0 * HOUR as f64) as i64 * factor;
            rows.push((case.as_str(), "a", "x", start, start + long));
        }
        log(&rows)
    };
    let (a, b, slow) = (durations(1, 1), durations(2, 1), durations(2, 2));
    let ctd = |simulated| fidelity::estimates(&a, simulated, 200, 7, 0.95)[5];
    let floor = fidelity::split_floor(&a, 100, 3).mean[5];
    assert!(ctd(&b).lower <= floor, "{:?} {floor}", ctd(&b));
    assert!(ctd(&slow).lower > 5.0 * floor, "{:?} {floor}", ctd(&slow));
    let worst = &fidelity::by_activity(&a, &slow)[0];
    assert!((worst.processing[1] / worst.processing[0] - 2.0).abs() < 0.3, "{worst:?}");
}
