//! The Shapley value: games with known values, its axioms, and a scenario whose answer is worked out by hand.

use turnaround::business::{Attribution, shapley};
use turnaround::rng::{Key, Purpose};
use turnaround::stats::{Resampled, Sums};

fn close(found: &[f64], known: &[f64]) {
    assert_eq!(found.len(), known.len());
    for (f, k) in found.iter().zip(known) {
        assert!((f - k).abs() < 1e-12, "{found:?} instead of {known:?}");
    }
}

/// The worth of every coalition, by the players that take part.
fn game(players: usize, worth: impl Fn(&[usize]) -> f64) -> Vec<f64> {
    let members = |s: usize| (0..players).filter(|i| s & (1 << i) != 0).collect::<Vec<_>>();
    shapley::coalitions(players).map(|s| worth(&members(s))).collect()
}

#[test]
fn games_with_known_values_have_them() {
    // Each adds its own, whoever is there.
    close(&shapley::values(&game(3, |s| s.iter().map(|i| 10.0 * *i as f64 - 3.0).sum())), &[-3.0, 7.0, 17.0]);
    // One left glove, two right ones; a pair is worth 1 (Shapley and Shubik 1969).
    let pair = |s: &[usize]| f64::from(u8::from(s.contains(&0) && s.len() > 1));
    close(&shapley::values(&game(3, pair)), &[2.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0]);
    // A runway as long as the largest plane needs (Littlechild and Owen 1973): costs 1, 2, 4, 7.
    let runway = |s: &[usize]| s.iter().map(|i| [1.0, 2.0, 4.0, 7.0][*i]).fold(0.0, f64::max);
    close(
        &shapley::values(&game(4, runway)),
        &[0.25, 0.25 + 1.0 / 3.0, 0.25 + 1.0 / 3.0 + 1.0, 0.25 + 1.0 / 3.0 + 4.0],
    );
    // Together only: a share each.
    close(&shapley::values(&game(5, |s| f64::from(u8::from(s.len() == 5)))), &[0.2; 5]);
    close(&shapley::values(&[7.0]), &[]);
}

/// A ratio of sums in 30 replications: numerators and denominators of this coalition.
fn ratio(world: u64) -> Resampled {
    let mut sums = Sums::new(2);
    for r in 0..30 {
        let key = Key::new(5, r);
        let noise = key.uniform(Purpose::of("noise"), 0, 0, 0);
        let own = key.uniform(Purpose::of("own"), world, 0, 0);
        sums.push(&[3.0 + noise + (1.0 + (world % 5) as f64) * own, 1.0 + noise]);
    }
    sums.jackknife(|s| s[0] / s[1])
}

#[test]
fn the_parts_of_a_ratio_add_up_to_its_change_and_their_errors_are_those_of_sums() {
    for switches in 0..=4_usize {
        let worth: Vec<Resampled> = shapley::coalitions(switches).map(|s| ratio(s as u64)).collect();
        let control = ratio(99);
        let found = Attribution::new(&control, &worth, 0.95, 3600.0);
        let sum = found.rest.value + found.shares.iter().map(|s| s.value.value).sum::<f64>();
        assert!((sum - found.total.value).abs() < 1e-9 * found.total.value.abs(), "{switches}: {sum}");
        let steps = found.before.value + sum;
        assert!((steps - found.after.value).abs() < 1e-9 * found.after.value.abs());
    }
    // With one switch its share is the change that it makes, with the same error.
    let found = Attribution::new(&ratio(99), &[ratio(0), ratio(1)], 0.95, 1.0);
    let direct = Resampled::difference(&ratio(0), &ratio(1), 0.95);
    let share = found.shares[0];
    for e in [share.value, share.alone, share.last] {
        assert!(
            (e.value - direct.value).abs() < 1e-12 && (e.se - direct.se).abs() < 1e-12,
            "{e:?} {direct:?}"
        );
    }
}

#[test]
fn the_interval_of_a_share_holds_the_true_value_as_often_as_it_says() {
    // Two switches; a coalition's metric is 1 for each switch, 1 more for both, and noise of its own and shared.
    let world = |study: u64, s: usize| {
        let mut sums = Sums::new(2);
        for r in 0..20 {
            let normal = |name: &str, entity: usize| {
                let key = Key::new(study, r);
                let u = |draw| key.uniform(Purpose::of(name), entity as u64, 0, draw);
                (-2.0 * u(0).ln()).sqrt() * (std::f64::consts::TAU * u(1)).cos()
            };
            let worth = s.count_ones() as f64 + f64::from(u8::from(s == 3));
            sums.push(&[worth + normal("all", 0) + 0.5 * normal("own", s), 1.0]);
        }
        sums.jackknife(|x| x[0] / x[1])
    };
    let studies = 400;
    let mut held = 0;
    for study in 0..studies {
        let worth: Vec<Resampled> = (0..4).map(|s| world(study, s)).collect();
        let found = Attribution::new(&world(study, 9), &worth, 0.95, 1.0);
        // The share of each is 1 and half of what both add; both intervals hold together.
        held += u32::from(found.shares.iter().all(|s| s.value.contains(1.5)));
    }
    // At 95 % and more; three standard errors of 400 studies are 3.3 %.
    assert!((0.917..=0.995).contains(&(f64::from(held) / studies as f64)), "{held} of {studies}");
}

#[cfg(feature = "cli")]
mod command {
    use crate::cli::Place;
    use serde_json::Value;

    const EXAMPLE: &str = "docs/examples/mechanisms.toml";

    #[test]
    fn the_hand_worked_example_comes_out_exactly_and_at_any_number_of_threads() {
        let place = Place::new();
        let json: Value =
            serde_json::from_str(&place.well(&["attribute", EXAMPLE, "--json"])).expect("an object");
        let time = &json["metrics"]["time"];
        let near = |value: &Value, known: f64| {
            assert!(
                (value["value"].as_f64().expect("a number") - known).abs() < 1e-9,
                "{value} is not {known}"
            );
        };
        for (name, share, alone, last) in
            [("part", -1.0, 0.0, -2.0), ("technician", -1.0, 0.0, -2.0), ("repair", -1.0, -1.0, -1.0)]
        {
            let switch = &time["switches"][name];
            near(&switch["share"], share);
            near(&switch["alone"], alone);
            near(&switch["last"], last);
        }
        near(&time["before"], 6.0);
        near(&time["rest"], 0.0);
        near(&time["after"], 3.0);
        near(&time["total"], -3.0);
        // Nine worlds, of which the arm with everything off is the control again.
        assert_eq!(json["runs"], 80);

        let of = |threads: &str, folder: &str| {
            let table = place.well(&["attribute", EXAMPLE, "--threads", threads, "-o", folder]);
            let folder = table.lines().find_map(|l| l.strip_prefix("Folder: ")).expect("a folder").to_owned();
            place.files(&folder)
        };
        let one = of("1", "one");
        assert_eq!(
            one.keys().map(String::as_str).collect::<Vec<_>>(),
            [
                "attribution.csv",
                "report.html",
                "results.json",
                "summary.txt",
                "waterfall.png",
                "waterfall.svg"
            ]
        );
        assert!(one == of("2", "two"), "the bytes depend on the number of threads");
        // Answered from its folder.
        let again = place.well(&["attribute", EXAMPLE, "-o", "one"]);
        assert!(again.contains("The part is found sooner"), "{again}");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let place = Place::new();
        let bad = |arguments: &[&str], said: &str| {
            let outcome = place.run(&[&["attribute", EXAMPLE], arguments].concat());
            assert_eq!(outcome.code, 2, "{arguments:?}");
            assert!(outcome.err.contains(said), "{said}\n{}", outcome.err);
        };
        bad(&["--arm", "aftr"], "there is no arm `aftr`\nhint: did you mean `after`?");
        bad(&["--metric", "tme"], "there is no metric `tme`");
        bad(&["-n", "1"], "two replications");
        bad(&["-S", "switch.part.off.\"process.repair.step.part.delay.tme\"=1"], "unknown key `tme`");
        bad(&["-S", "switch.part.off.\"metric.time.unit\"=1"], "a switch cannot change `metric`");
        // The key is there; what it may hold is known in the arm.
        bad(
            &["-S", "switch.part.off.\"process.repair.step.part.delay.time\"=\"4 miles\""],
            "expected a duration",
        );
        let outcome = place.run(&["attribute", "scenarios/theory/tandem.toml"]);
        assert_eq!(outcome.code, 2);
        assert!(outcome.err.contains("no arm besides `before`"), "{}", outcome.err);
        let outcome = place.run(&["attribute", "scenarios/it_incidents"]);
        assert!(outcome.err.contains("the scenario has no switches"), "{}", outcome.err);
    }
}
