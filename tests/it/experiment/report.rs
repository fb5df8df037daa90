//! The comparison as JSON and as a table.

use super::{MadeUp, model, random, usual};
use turnaround::experiment::Watch;
use turnaround::ids::{Id, MetricId};
use turnaround::report::{WIDTH, decimals, number, table};

#[test]
fn json_has_the_documented_shape() {
    let results = usual(&model());
    let json = results.to_json("0123456789ab");
    let keys = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().expect("an object").keys().cloned().collect()
    };
    assert_eq!(keys(&json), ["schema_version", "scenario", "run", "seed", "replications", "arms", "changes"]);
    assert_eq!(json["schema_version"], 1);
    assert_eq!((&json["run"], &json["seed"]), (&"0123456789ab".into(), &7.into()));
    assert_eq!(keys(&json["arms"]), ["before", "after"]);
    assert_eq!(keys(&json["changes"]), ["after"]);
    let value = &json["arms"]["before"]["restore_time.mean"];
    assert_eq!(keys(value), ["value", "lower", "upper", "unit"]);
    assert_eq!(value["unit"], "h");
    let change = &json["changes"]["after"]["restore_time.mean"];
    assert_eq!(keys(change), ["value", "lower", "upper", "percent", "verdict", "adjusted", "by_chance"]);
    assert_eq!(change["verdict"], "improvement");
    assert!(change["percent"]["upper"].as_f64().expect("a number") < 0.0);
    let adjusted = &json["changes"]["after"]["cost"]["adjusted"];
    assert_eq!(keys(adjusted), ["value", "lower", "upper", "percent"]);
    let cost = results.metrics.iter().position(|m| m.name == "cost").expect("the cost");
    let known = &results.arms[1].changes[cost];
    assert_eq!(adjusted["lower"], known.adjusted.lower);
    // The bounds are those of the verdict; what chance alone leaves open stands beside them.
    let cost = &json["changes"]["after"]["cost"];
    assert!(known.adjusted.level > known.difference.level, "Holm's level is another");
    assert_eq!((&cost["lower"], &cost["percent"]), (&adjusted["lower"], &adjusted["percent"]));
    assert_eq!(keys(&cost["by_chance"]), ["lower", "upper", "percent"]);
    assert_eq!(cost["by_chance"]["upper"], known.difference.upper);
    assert_eq!(cost["by_chance"]["percent"]["upper"], known.percent.expect("a percentage").upper);
    let after = json["arms"]["after"]["restore_time.mean"]["value"].as_f64().expect("a number");
    let before = value["value"].as_f64().expect("a number");
    assert!((change["value"].as_f64().expect("a number") - (after - before)).abs() < 1e-9);
    assert_eq!(json["changes"]["after"]["mtbf"]["verdict"], "identical");
    assert!(json["changes"]["after"]["p90_per_mtbf"]["verdict"].is_null(), "not judged");
}

#[test]
fn digits_follow_the_error() {
    for (value, error, text) in [
        (12.3456, 0.214, "12.35"),
        (12.3456, 0.34, "12.3"),
        (12.3456, 0.95, "12.3"),
        (12.3456, 3.0, "12"),
        (2_945_132.0, 12_345.0, "2,945,000"),
        (2_945_132.0, 45_000.0, "2,950,000"),
        (-0.00123, 0.0002, "\u{2212}0.00123"),
        (-0.001, 0.3, "0.0"),
        (1_234.0, 1.5, "1,234.0"),
        (0.0, 1e-11, "0.00000"),
        (-33.333_333, 1e-13, "\u{2212}33.333"),
        (51.2345, 0.0, "51.2"),
        (51.2345, f64::INFINITY, "51.2"),
        (0.0, 0.0, "0"),
        (f64::NAN, 1.0, "undefined"),
        (f64::INFINITY, f64::INFINITY, "not reached"),
    ] {
        assert_eq!(number(value, decimals(value, error)), text, "{value} known to {error}");
    }
}

#[test]
fn the_table_says_it_all_within_its_width() {
    let mut model = model();
    model.metrics[MetricId::new(super::at::MEAN)].matters = Some(1_800.0);
    model.metrics[MetricId::new(super::at::P90)].label =
        "A label that is much too long for its column, so it has a line of its own".into();
    let names = ["before", "after", "other"];
    let arms: Vec<_> =
        names.iter().map(|name| turnaround::experiment::Arm { name, label: name, model: &model }).collect();
    let watch = Watch { progress: &|_, _| {}, cancel: &false.into() };
    let speeds = [1.0, 1.5, 1.1];
    let source = MadeUp(|arm: usize, r| random(&model, u64::from(r), speeds[arm]));
    let results = turnaround::experiment::run_on(&source, &arms, true, watch).expect("results");
    let text = table(&results, "", Some("output/made_up/0123456789ab"));
    assert!(text.lines().all(|l| l.chars().count() <= WIDTH), "{text}");
    insta::assert_snapshot!(text, @r"
    Made-up records

                                  before        after  change [95 % interval]             in % [interval]  matters  verdict
    Front line
      restore time over [%]       25 ± 5       14 ± 5           −11 [−16, −7]              −45 [−61, −23]           improvement
    Operating
    * restore time mean [h]    7.7 ± 1.0    5.1 ± 0.7       −2.6 [−2.9, −2.2]  −33.333 [−33.333, −33.333]      0.5  improvement
      A label that is much too long for its column, so it has a line of its own [h]
                              17.9 ± 3.8   11.9 ± 2.5       −6.0 [−7.6, −4.3]  −33.333 [−33.333, −33.333]           improvement
      mtbf [d]               1.67 ± 0.13  1.67 ± 0.13                       0                           0           identical
      p90 per mtbf           0.45 ± 0.10  0.30 ± 0.07    −0.15 [−0.19, −0.11]  −33.333 [−33.333, −33.333]           lower
      failure rate [/d]      0.60 ± 0.05  0.60 ± 0.05                       0                           0           identical
    Financial
      cost per failure [$]     5.5 ± 0.9    3.7 ± 0.6       −1.8 [−2.3, −1.4]  −33.333 [−33.333, −33.333]           improvement
      cost [$/d]               3.3 ± 0.5    2.2 ± 0.3    −1.10 [−1.33, −0.86]  −33.333 [−33.333, −33.333]           improvement

                                  before        other   change [95 % interval]             in % [interval]  matters  verdict
    Front line
      restore time over [%]       25 ± 5       21 ± 6       −3.90, no interval          −15.4, no interval           not settled
    Operating
    * restore time mean [h]    7.7 ± 1.0    7.0 ± 0.9     −0.70 [−0.80, −0.59]  −9.0909 [−9.0909, −9.0909]      0.5  improvement
      A label that is much too long for its column, so it has a line of its own [h]
                                  18 ± 4       16 ± 3        −1.6 [−2.1, −1.2]  −9.0909 [−9.0909, −9.0909]           improvement
      mtbf [d]               1.67 ± 0.13  1.67 ± 0.13                        0                           0           identical
      p90 per mtbf           0.45 ± 0.10  0.41 ± 0.10  −0.041 [−0.052, −0.030]  −9.0909 [−9.0909, −9.0909]           lower
      failure rate [/d]      0.60 ± 0.05  0.60 ± 0.05                        0                           0           identical
    Financial
      cost per failure [$]     5.5 ± 0.9    5.0 ± 0.8     −0.50 [−0.61, −0.38]  −9.0909 [−9.0909, −9.0909]           improvement
      cost [$/d]               3.3 ± 0.5    3.0 ± 0.4     −0.30 [−0.36, −0.24]  −9.0909 [−9.0909, −9.0909]           improvement

    20 paired replications of each arm, seed 7; window 3 d, after a warm-up of 24 h.
    Common random numbers, after on the primary (*): variance reduction factor 13; ±0.25 h needs 59 replications, 728 without.
    Common random numbers, other on the primary (*): variance reduction factor 221; ±0.25 h needs 8 replications, 920 without.
    Changes have the interval of their verdict: 95 % for the primary (*), 95 % for the other 6 judged ones together (Holm), 95 % for each that is not judged, shared
      by 2 arms (Bonferroni); ± of a level holds by itself, at 95 %. (+n): so many more replications would settle it.
    Censored: none of the values behind the metrics.
    Run folder: output/made_up/0123456789ab
");

    let alone = turnaround::experiment::run_on(&source, &arms[..1], true, watch).expect("results");
    insta::assert_snapshot!(table(&alone, "", None), @r"
    Made-up records

                                                                                     before  95 % interval
    Front line
      restore time over [%]                                                              25  [20, 31]
    Operating
    * restore time mean [h]                                                             7.7  [6.7, 8.7]
      A label that is much too long for its column, so it has a line of its own [h]      18  [14, 22]
      mtbf [d]                                                                         1.67  [1.53, 1.80]
      p90 per mtbf                                                                     0.45  [0.34, 0.55]
      failure rate [/d]                                                                0.60  [0.55, 0.65]
    Financial
      cost per failure [$]                                                              5.5  [4.6, 6.4]
      cost [$/d]                                                                        3.3  [2.8, 3.8]

    20 replications, seed 7; window 3 d, after a warm-up of 24 h.
    Censored: none of the values behind the metrics.
");
}
