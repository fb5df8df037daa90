//! What is known, computed here: formulas, chains and integral equations that share no code with the engine. Every `[[theory]]` of
//! `scenarios/theory` and `scenarios/aircraft_pool` must be one of them, to all the digits that the file gives.
//!
//! Times are in the unit that the file's value has.

#![allow(
    clippy::disallowed_methods,
    clippy::needless_range_loop,
    reason = "compares the files with what is computed; chains and grids are written as in books"
)]

use crate::world::files;
use std::path::Path;

/// The value of a metric in an arm of a scenario; `None` when nothing is known here.
fn exact(file: &str, arm: &str, metric: &str) -> Option<f64> {
    let half = arm == "half";
    let mg1 = |second_moment: f64| {
        let rate = if half { 0.5 } else { 0.8 };
        rate * second_moment / (2.0 * (1.0 - rate))
    };
    let gamma = libm::tgamma;
    Some(match (file, metric) {
        ("asking_one_by_one" | "asking_broadcast", _) => {
            asking(if arm == "well_known" { 0.5 } else { 0.3 }, file == "asking_broadcast", metric)?
        }
        ("base_stock", _) => base_stock(2.0, 3, metric)?,
        ("base_stock_large", _) => base_stock(4.0, 6, metric)?,
        // The k-th of twenty leaves after k services of mean 1; of two exponentials of mean 1 the greater has mean 1 + 1/2.
        ("backlog", "time") => 5.0 + (1..=20).map(f64::from).sum::<f64>() / 20.0,
        ("backlog", "job") => 2.0 + 1.0 + 0.5,
        ("batch", "time") => (if arm == "pairs" { 2.0 } else { 5.0 } - 1.0) / 2.0 + 1.0,
        ("age_replacement", _) => {
            let age = if arm == "early" { 0.5_f64 } else { 1.0 };
            let (fails, lasts) = (-(-age * age).exp_m1(), (-age * age).exp());
            let life = std::f64::consts::PI.sqrt() / 2.0 * libm::erf(age);
            match metric {
                "failures" => fails / life,
                "replacements" => lasts / life,
                "cost" => (5.0 * fails + lasts) / life,
                _ => return None,
            }
        }
        ("block_replacement", "failures") => {
            let every = if arm == "early" { 500.0 } else { 1000.0 };
            kijima_1(2.0, 0.0, every) * 1000.0 / every
        }
        ("erlang_a", _) => {
            let rate = if arm == "overload" { 14.0 } else { 10.0 };
            let p = birth_death(400, |_| rate, |n| n.min(10) as f64 + 0.5 * n.saturating_sub(10) as f64);
            let queue = mean(&p, |n| n.saturating_sub(10) as f64);
            match metric {
                "wait" => queue / rate,
                "delayed" => mean(&p, |n| f64::from(n >= 10)),
                "gave_up" => 0.5 * queue / rate,
                _ => return None,
            }
        }
        ("finite_buffer", _) => {
            let p = birth_death(5, |_| if arm == "crowded" { 1.5 } else { 0.9 }, |_| 1.0);
            match metric {
                "lost" => p[5],
                "inside" => mean(&p, |n| n as f64),
                _ => return None,
            }
        }
        // E[max] = E[X] + E[Y] - E[min].
        ("join", "time") => {
            let long = if arm == "equal" { 50.0 } else { 100.0 };
            50.0 + long - 1.0 / (1.0 / 50.0 + 1.0 / long)
        }
        ("race", _) => {
            let (short, long) = (1.0 / 50.0, 1.0 / if arm == "close" { 60.0 } else { 100.0 });
            match metric {
                "time" => 1.0 / (short + long),
                "short_first" => short / (short + long),
                _ => return None,
            }
        }
        ("kijima_1", "failures") => kijima_1(2.5, if arm == "thorough" { 0.25 } else { 0.5 }, 3000.0),
        ("kijima_2", "failures") => kijima_2(if arm == "thorough" { 0.25 } else { 0.5 }),
        ("renewal", "failures") => kijima_1(2.0, 0.0, 3000.0),
        ("minimal_repair", "failures") => {
            (3000.0 / if arm == "durable" { 1500.0 } else { 1000.0_f64 }).powf(2.5)
        }
        ("lateral_pooling", _) => {
            let success = match arm {
                "before" => 0.0,
                "quarter" => 0.25,
                "half" => 0.5,
                "three_quarters" => 0.75,
                _ => 1.0,
            };
            lateral(success, metric)?
        }
        ("machine_repair", _) => machine_repair(20, 3, metric)?,
        ("machine_repair_small", _) => machine_repair(12, 2, metric)?,
        ("mg1_deterministic", "wait") => mg1(1.0),
        ("mg1_erlang", "wait") => mg1(1.5),
        ("mg1_gamma", "wait") => mg1(3.0),
        ("mg1_lognormal", "wait") => mg1(5.0),
        ("mg1_uniform", "wait") => mg1(1.0 + 1.0 / 12.0),
        ("mg1_weibull", "wait") => mg1(gamma(1.0 + 2.0 / 1.5) / gamma(1.0 + 1.0 / 1.5).powi(2)),
        ("mm1", _) => {
            let load = if half { 0.5 } else { 0.9 };
            match metric {
                "wait" => load / (1.0 - load),
                "time" => 1.0 / (1.0 - load),
                "queue" => load * load / (1.0 - load),
                "busy" => load,
                _ => return None,
            }
        }
        ("mm1_p90", "time") => 1.0 / (1.0 - 0.8),
        ("mm1_p90", "p90") => 10.0_f64.ln() / (1.0 - 0.8),
        ("mmc", _) => {
            let (c, load) = if arm == "small" { (3, 2.4) } else { (10, 8.0) };
            let p = birth_death(2000, |_| load, |n| n.min(c) as f64);
            match metric {
                "wait" => mean(&p, |n| n.saturating_sub(c) as f64) / load,
                "delayed" => mean(&p, |n| f64::from(n >= c)),
                "busy" => load,
                _ => return None,
            }
        }
        ("office_hours", "time") => office_hours(if arm == "busy_days" { 0.25 } else { 0.2 }),
        ("office_hours", "busy") => {
            if arm == "busy_days" {
                0.25
            } else {
                0.2
            }
        }
        // The inventory position is uniform on R+1..R+Q.
        ("order_up_to", _) => {
            let (from, to) = if arm == "lean" { (5, 9) } else { (7, 14) };
            reordered(from, to, metric)?
        }
        ("reorder_quantity", _) => {
            let (from, to) = if arm == "lean" { (6, 8) } else { (8, 12) };
            reordered(from, to, metric)?
        }
        ("priority", _) => {
            let urgent = if arm == "many_urgent" { 0.5 } else { 0.3 };
            match metric {
                "wait_urgent" => 0.8 / (1.0 - urgent),
                "wait_normal" => 0.8 / ((1.0 - urgent) * (1.0 - 0.8)),
                _ => return None,
            }
        }
        ("priority_preemptive", _) => {
            let urgent = if arm == "many_urgent" { 0.5 } else { 0.3 };
            match metric {
                "time_urgent" => 1.0 / (1.0 - urgent),
                "time_normal" => 1.0 / ((1.0 - urgent) * (1.0 - 0.8)),
                _ => return None,
            }
        }
        // One in five goes round again, or nobody; the servers take 1 h and 1.2 h.
        ("tandem" | "series", _) => {
            let passes = if file == "series" { 1.0 } else { 1.0 / 0.8 };
            let (first, second) = (0.5 * passes, 0.6 * passes);
            match metric {
                "time" => (first / (1.0 - first) + second / (1.0 - second)) / 0.5,
                "busy_first" => first,
                "busy_second" => second,
                "wait_first" => passes * first / (1.0 - first),
                "wait_second" => passes * 1.2 * second / (1.0 - second),
                _ => return None,
            }
        }
        ("transient", "wait") => first_25(if arm == "faster" { 0.8 } else { 0.9 }),
        ("two_echelon", _) => two_echelon(4, 1, 14.0, metric)?,
        ("aircraft_pool", _) => match arm {
            "depot" => two_echelon(4, 1, 14.0, metric)?,
            "bases" => two_echelon(2, 2, 14.0, metric)?,
            "quick_repair" => two_echelon(2, 1, 10.0, metric)?,
            _ => two_echelon(2, 1, 14.0, metric)?,
        },
        _ => return None,
    })
}

/// Three people of whom each knows with probability `p`; answers take exponential times of mean 1.
fn asking(p: f64, at_once: bool, metric: &str) -> Option<f64> {
    let q = 1.0 - p;
    let one_by_one = 1.0 + q + q * q;
    // The first of k positive answers, or all three noes.
    let first = 3.0 * p * q * q + 3.0 * p * p * q / 2.0 + p.powi(3) / 3.0 + q.powi(3) * 11.0 / 6.0;
    Some(match metric {
        "asks" if at_once => 1.0,
        "time" if at_once => first,
        "asks" | "time" => one_by_one,
        "found_share" => 1.0 - q.powi(3),
        _ => return None,
    })
}

/// Probabilities of 0..=`n` that a birth-death process has in the long run.
fn birth_death(n: usize, up: impl Fn(usize) -> f64, down: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut p = vec![1.0];
    for i in 0..n {
        p.push(p[i] * up(i) / down(i + 1));
    }
    let total: f64 = p.iter().sum();
    p.iter().map(|x| x / total).collect()
}

fn mean(p: &[f64], value: impl Fn(usize) -> f64) -> f64 {
    p.iter().enumerate().map(|(n, p)| p * value(n)).sum()
}

fn poisson(rate: f64) -> Vec<f64> {
    let mut p = vec![(-rate).exp()];
    for n in 1..200 {
        p.push(p[n - 1] * rate / n as f64);
    }
    p
}

/// Palm: the pipeline is Poisson.
fn base_stock(pipeline: f64, stock: usize, metric: &str) -> Option<f64> {
    shortage(&poisson(pipeline), stock, metric)
}

/// What is short when so many units are under way to a stock of `stock`.
fn shortage(pipeline: &[f64], stock: usize, metric: &str) -> Option<f64> {
    Some(match metric {
        "backorders" | "grounded" => mean(pipeline, |n| n.saturating_sub(stock) as f64),
        "fill" => mean(pipeline, |n| f64::from(n < stock)),
        _ => return None,
    })
}

/// Demand during the lead time is Poisson with mean 5, the inventory position uniform.
fn reordered(from: usize, to: usize, metric: &str) -> Option<f64> {
    let demand = poisson(5.0);
    let each: Option<Vec<f64>> = (from..=to).map(|position| shortage(&demand, position, metric)).collect();
    each.map(|each| each.iter().sum::<f64>() / each.len() as f64)
}

/// Simon 1971: the depot's backorders belong to either base with the same chance; what is on the road is Poisson.
fn two_echelon(depot: usize, base: usize, repair: f64, metric: &str) -> Option<f64> {
    let in_repair = poisson(0.2 * repair);
    let road = poisson(0.2);
    let mut pipeline = vec![0.0; 200];
    for (n, p) in in_repair.iter().enumerate().take(60) {
        let owed = n.saturating_sub(depot);
        let mut ours = 0.5_f64.powi(owed as i32);
        for k in 0..=owed {
            for (r, on_road) in road.iter().enumerate().take(40) {
                pipeline[k + r] += p * ours * on_road;
            }
            ours *= (owed - k) as f64 / (k + 1) as f64;
        }
    }
    shortage(&pipeline, base, metric)
}

/// N machines that fail at 0.05 an hour, c mechanics who take 1 / 0.4 h.
fn machine_repair(n: usize, c: usize, metric: &str) -> Option<f64> {
    let p = birth_death(n, |down| (n - down) as f64 * 0.05, |down| down.min(c) as f64 * 0.4);
    let down = mean(&p, |down| down as f64);
    let rate = (n as f64 - down) * 0.05;
    Some(match metric {
        "down" => down,
        "failure_rate" => rate,
        "restore_time" => down / rate,
        "availability" => 1.0 - down / n as f64,
        _ => return None,
    })
}

/// Density of a time to failure of Weibull(shape, 1000) whose virtual age is `age`.
fn density(shape: f64, age: f64, x: f64) -> f64 {
    let (from, to) = ((age / 1000.0).powf(shape), ((age + x) / 1000.0).powf(shape));
    shape / 1000.0 * ((age + x) / 1000.0).powf(shape - 1.0) * (from - to).exp()
}

/// Failures up to a time when a repair leaves the share q of the age gained since the last one, so that the virtual age is q times the
/// age; q = 0 is renewal. The density of failures solves a Volterra equation (trapezoids).
fn kijima_1(shape: f64, q: f64, until: f64) -> f64 {
    let solved = |n: usize| {
        let step = until / n as f64;
        let at = |i: usize| i as f64 * step;
        let mut m: Vec<f64> = Vec::with_capacity(n + 1);
        for i in 0..=n {
            let earlier: f64 =
                m.iter().enumerate().skip(1).map(|(j, m)| m * density(shape, q * at(j), at(i - j))).sum();
            let first = m.first().map_or(0.0, |m| 0.5 * m * density(shape, 0.0, at(i)));
            // The repairs of this very instant stand on both sides.
            let now = 1.0 - 0.5 * step * if i > 0 { density(shape, q * at(i), 0.0) } else { 0.0 };
            m.push((density(shape, 0.0, at(i)) + step * (earlier + first)) / now);
        }
        step * (m.iter().sum::<f64>() - 0.5 * (m[0] + m[n]))
    };
    // The error falls with the square of the step.
    (4.0 * solved(2000) - solved(1000)) / 3.0
}

/// The same up to 3000 h with shape 2.5 when a repair leaves the share q of all of the virtual age: failures that are to come, by time left and age.
fn kijima_2(q: f64) -> f64 {
    let solved = |step: f64| {
        let n = (3000.0 / step) as usize;
        let ages = (n as f64 * q / (1.0 - q)).ceil() as usize + 2;
        let density: Vec<Vec<f64>> = (0..ages)
            .map(|v| (0..=n).map(|x| density(2.5, v as f64 * step, x as f64 * step)).collect())
            .collect();
        let mut to_come: Vec<Vec<f64>> = vec![vec![0.0; ages]];
        for left in 1..=n {
            let mut row: Vec<f64> = Vec::with_capacity(ages);
            for v in 0..ages {
                let mut sum = 0.0;
                for x in 0..=left {
                    let age = q * (v + x) as f64;
                    let (low, part) = (age as usize, age.fract());
                    let of = if x == 0 { &row } else { &to_come[left - x] };
                    let at = |i: usize| of.get(i.min(ages - 1)).copied().unwrap_or(0.0);
                    let after =
                        if part == 0.0 { at(low) } else { at(low) * (1.0 - part) + at(low + 1) * part };
                    let weight = if x == 0 || x == left { 0.5 } else { 1.0 };
                    sum += weight * density[v][x] * (1.0 + after);
                }
                row.push(step * sum);
            }
            to_come.push(row);
        }
        to_come[n][0]
    };
    (4.0 * solved(10.0) - solved(20.0)) / 3.0
}

/// Four depots with one-for-one replenishment in exponential times of mean 14 d; the chain of what is on the shelves.
fn lateral(success: f64, metric: &str) -> Option<f64> {
    const RATE: [f64; 4] = [0.05, 0.08, 0.10, 0.12];
    const STOCK: [usize; 4] = [2, 2, 2, 3];
    let states: Vec<[usize; 4]> = (0..108).map(|i| [i % 3, i / 3 % 3, i / 9 % 3, i / 27]).collect();
    let index = |s: [usize; 4]| s[0] + 3 * s[1] + 9 * s[2] + 27 * s[3];
    // Who has most; equals draw lots.
    let donors = |s: &[usize; 4]| -> Vec<usize> {
        let most = s.iter().copied().max().unwrap_or(0);
        (0..4).filter(|&d| most > 0 && s[d] == most).collect()
    };
    let mut p = vec![1.0 / 108.0; 108];
    // Steps of the chain that moves at the rate 2.
    for _ in 0..1000 {
        let mut next = p.clone();
        for (i, s) in states.iter().enumerate() {
            let mut go = |to: [usize; 4], rate: f64| {
                next[i] -= p[i] * rate / 2.0;
                next[index(to)] += p[i] * rate / 2.0;
            };
            let less = |d: usize| {
                let mut to = *s;
                to[d] -= 1;
                to
            };
            for depot in 0..4 {
                if s[depot] > 0 {
                    go(less(depot), RATE[depot]);
                } else {
                    let donors = donors(s);
                    let each = success * RATE[depot] / donors.len().max(1) as f64;
                    donors.iter().for_each(|&d| go(less(d), each));
                }
                if s[depot] < STOCK[depot] {
                    let mut to = *s;
                    to[depot] += 1;
                    go(to, (STOCK[depot] - s[depot]) as f64 / 14.0);
                }
            }
        }
        p = next;
    }
    let total: f64 = RATE.iter().sum();
    let (mut own, mut lateral) = (0.0, 0.0);
    for (p, s) in p.iter().zip(&states) {
        for depot in 0..4 {
            let share = p * RATE[depot] / total;
            if s[depot] > 0 {
                own += share;
            } else if s.iter().any(|n| *n > 0) {
                lateral += share * success;
            }
        }
    }
    let emergency = 1.0 - own - lateral;
    Some(match metric {
        "own" => own,
        "lateral" => lateral,
        "emergency" => emergency,
        "wait" => 0.75 * lateral + 7.0 * emergency,
        _ => return None,
    })
}

/// M/M/1 whose server works 8 of 24 h: the Kolmogorov equations by Runge and Kutta, day after day until the days are alike.
fn office_hours(rate: f64) -> f64 {
    const N: usize = 160;
    let slope = |p: &[f64], open: bool, out: &mut [f64]| {
        let served = if open { 1.0 } else { 0.0 };
        for n in 0..N {
            let arrive = if n + 1 < N { rate } else { 0.0 };
            let leave = if n > 0 { served } else { 0.0 };
            out[n] = -(arrive + leave) * p[n];
            if n > 0 {
                out[n] += rate * p[n - 1];
            }
            if n + 1 < N {
                out[n] += served * p[n + 1];
            }
        }
        out[N] = (0..N).map(|n| n as f64 * p[n]).sum();
    };
    // The last place adds up the number present over the day.
    let mut p = vec![0.0; N + 1];
    p[0] = 1.0;
    let step = 1.0 / 16.0;
    let mut k = vec![vec![0.0; N + 1]; 4];
    let mut last = -1.0;
    loop {
        p[N] = 0.0;
        for i in 0..24 * 16 {
            let open = (8 * 16..16 * 16).contains(&i);
            for stage in 0..4 {
                let ahead = [0.0, 0.5, 0.5, 1.0][stage] * step;
                let at: Vec<f64> = match stage {
                    0 => p.clone(),
                    _ => p.iter().zip(&k[stage - 1]).map(|(p, k)| p + ahead * k).collect(),
                };
                slope(&at, open, &mut k[stage]);
            }
            for n in 0..=N {
                p[n] += step / 6.0 * (k[0][n] + 2.0 * k[1][n] + 2.0 * k[2][n] + k[3][n]);
            }
        }
        if (p[N] - last).abs() < 1e-10 {
            return p[N] / 24.0 / rate;
        }
        last = p[N];
    }
}

/// Mean wait of the first 25 customers of M/M/1 that begins empty, arrivals at the rate 1: the number found on arrival, step by step.
fn first_25(service: f64) -> f64 {
    // An event is the end of a service rather than an arrival.
    let end = (1.0 / service) / (1.0 + 1.0 / service);
    let mut p = vec![0.0; 30];
    p[0] = 1.0;
    let mut waits = 0.0;
    for _ in 0..25 {
        waits += service * mean(&p, |n| n as f64);
        let mut next = vec![0.0; 30];
        for (n, p) in p.iter().enumerate().take(28) {
            for left in 1..=n + 1 {
                next[left] += p * (1.0 - end) * end.powi((n + 1 - left) as i32);
            }
            next[0] += p * end.powi(n as i32 + 1);
        }
        p = next;
    }
    waits / 25.0
}

/// A number as a file gives it, shares as shares, and half a unit of its last digit.
fn given(text: &str) -> (f64, f64) {
    let (number, unit) = text.split_once(' ').unwrap_or((text, ""));
    let digits = number.split_once('.').map_or(0, |(_, digits)| digits.len());
    let scale = if unit == "%" { 0.01 } else { 1.0 };
    let value: f64 = number.parse().expect("a number");
    // What is given with few digits is meant exactly.
    let last = if digits < 3 { 1e-12 } else { 0.5 * 10.0_f64.powi(-(digits as i32)) };
    (value * scale, scale * last * 1.01 + 1e-12)
}

#[test]
fn the_files_say_what_formulas_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut scenarios = files("scenarios/theory");
    scenarios.push(root.join("scenarios/aircraft_pool/scenario.toml"));
    let (mut wrong, mut n) = (Vec::new(), 0);
    for path in scenarios {
        let text = std::fs::read_to_string(&path).expect("a scenario");
        let table: toml::Table = text.parse().expect("TOML");
        let stem = path.file_stem().expect("a name").to_string_lossy();
        let name = if stem == "scenario" { "aircraft_pool" } else { &*stem };
        for theory in table["theory"].as_array().expect("known answers") {
            let text = |key: &str| theory.get(key).and_then(toml::Value::as_str);
            let (arm, metric) = (text("arm").unwrap_or("before"), text("metric").expect("a metric"));
            let (said, tolerance) = given(text("value").expect("a value"));
            n += 1;
            match exact(name, arm, metric) {
                Some(exact) if (exact - said).abs() <= tolerance => {}
                exact => wrong.push(format!("{name}, {arm}, {metric}: {said} where {exact:?} is exact")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(n > 120, "only {n} answers");
}
