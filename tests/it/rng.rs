//! Keyed random numbers: a battery of quick statistical tests over every direction in which keys, entities,
//! visits and draws can be neighbours, and golden values that must never change.
//!
//! All bounds are 5 standard errors of a statistic that is nearly normal under the hypothesis; seeds are fixed.

use rand_xoshiro::rand_core::Rng;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use turnaround::rng::{Key, Purpose, bulk, mix, unit};

const N: usize = 1 << 18;
const BOUND: f64 = 5.0;

/// What is wrong with a sequence of 64-bit numbers, as (test, standard errors).
fn complaints(bits: &[u64]) -> Vec<(String, f64)> {
    let n = bits.len() as f64;
    let units: Vec<_> = bits.iter().map(|&b| unit(b)).collect();
    let mut found = Vec::new();
    let mut check = |name: String, z: f64| {
        if z.abs() > BOUND {
            found.push((name, z));
        }
    };
    check("mean".to_owned(), (units.iter().sum::<f64>() / n - 0.5) * (12.0 * n).sqrt());
    let top = |b: u64, width: u32| (b >> (64 - width)) as usize;
    check("uniformity, 1,024 bins".to_owned(), chi_squared(1024, bits.iter().map(|&b| top(b, 10))));
    check(
        "uniformity of the lowest bits".to_owned(),
        chi_squared(1024, bits.iter().map(|&b| b as usize & 1023)),
    );
    for lag in 1..=8 {
        let pairs = || bits.iter().zip(&bits[lag..]);
        let product = |(a, b): (&u64, &u64)| (unit(*a) - 0.5) * (unit(*b) - 0.5);
        let sum: f64 = pairs().map(product).sum();
        check(format!("serial correlation, lag {lag}"), 12.0 * sum / (n - lag as f64).sqrt());
        let cells = pairs().map(|(&a, &b)| top(a, 5) << 5 | top(b, 5));
        check(format!("pairs, lag {lag}"), chi_squared(1024, cells));
        let distance: f64 = pairs().map(|(a, b)| f64::from((a ^ b).count_ones()) - 32.0).sum();
        check(format!("bits in common, lag {lag}"), distance / (16.0 * (n - lag as f64)).sqrt());
    }
    for bit in 0..64 {
        let ones = bits.iter().filter(|&&b| b >> bit & 1 == 1).count() as f64;
        check(format!("balance of bit {bit}"), (2.0 * ones - n) / n.sqrt());
    }
    found
}

/// The chi-squared statistic for equally likely cells, in standard errors from its mean.
fn chi_squared(n_cells: usize, cells: impl Iterator<Item = usize>) -> f64 {
    let mut counts = vec![0.0; n_cells];
    cells.for_each(|cell| counts[cell] += 1.0);
    let expected = counts.iter().sum::<f64>() / n_cells as f64;
    let statistic: f64 = counts.iter().map(|c| (c - expected) * (c - expected) / expected).sum();
    let freedom = n_cells as f64 - 1.0;
    (statistic - freedom) / (2.0 * freedom).sqrt()
}

fn key() -> Key {
    Key::new(42, 0)
}

const WORK: Purpose = Purpose::of("restore/diagnose/duration");

type Direction = (&'static str, fn(u64) -> u64);

/// Every way in which two numbers can be neighbours.
const DIRECTIONS: &[Direction] = &[
    ("entities", |i| key().block(WORK, i, 0)[0]),
    ("entities, second draw", |i| key().block(WORK, i, 0)[1]),
    ("entities far apart", |i| key().block(WORK, i.rotate_left(40), 0)[0]),
    ("visits", |i| key().block(WORK, 7, i as u32)[0]),
    ("visits of two entities in turn", |i| key().block(WORK, i & 1, (i >> 1) as u32)[0]),
    ("replications", |i| Key::new(42, i).block(WORK, 7, 0)[0]),
    ("master seeds", |i| Key::new(i, 3).block(WORK, 7, 0)[0]),
    ("arms", |i| key().with_arm(i as u32).block(WORK, 7, 0)[0]),
    ("purposes", |i| key().block(Purpose(i as u32), 7, 0)[0]),
    ("mixed entities, occurrences of one asset", |i| key().block(WORK, mix(7, i), 0)[0]),
    ("mixed entities, assets", |i| key().block(WORK, mix(i, 1), 0)[0]),
    ("the mix itself, second", |i| mix(7, i)),
    ("the mix itself, first", |i| mix(i, 7)),
];

#[test]
fn neighbours_are_independent_in_every_direction() {
    for (name, number) in DIRECTIONS {
        let found = complaints(&(0..N as u64).map(number).collect::<Vec<_>>());
        assert!(found.is_empty(), "neighbouring {name}: {found:?}");
    }
    let mut stream = key().stream(WORK, 7, 0);
    let draws: Vec<_> = (0..N).map(|_| stream.next_u64()).collect();
    assert_eq!(complaints(&draws), []);
    let mut sequential = bulk(42, "bootstrap");
    let draws: Vec<_> = (0..N).map(|_| sequential.next_u64()).collect();
    assert_eq!(complaints(&draws), []);
}

/// The battery itself can fail: a Weyl sequence, a short period, a generator with too few bits.
#[test]
fn the_battery_rejects_weak_generators() {
    let weak: [fn(u64) -> u64; 3] = [
        |i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        |i| key().block(WORK, i & 0xfff, 0)[0],
        |i| key().block(WORK, i, 0)[0] & !1,
    ];
    for generator in weak {
        assert!(!complaints(&(0..N as u64).map(generator).collect::<Vec<_>>()).is_empty());
    }
}

/// One changed bit of any input changes half of the output bits.
#[test]
fn one_bit_of_input_changes_half_of_the_output() {
    const TRIALS: u32 = 1 << 10;
    /// Name, width in bits, and the number at input `i` with some bits flipped.
    type Input = (&'static str, u32, fn(u64, u64) -> u64);
    let inputs: [Input; 4] = [
        ("entity", 64, |i, flip| key().block(WORK, mix(1, i) ^ flip, 0)[0]),
        ("visit", 32, |i, flip| key().block(WORK, 7, (mix(1, i) ^ flip) as u32)[0]),
        ("purpose", 32, |i, flip| key().block(Purpose((mix(1, i) ^ flip) as u32), 7, 0)[0]),
        ("replication", 64, |i, flip| Key::new(42, mix(1, i) ^ flip).block(WORK, 7, 0)[0]),
    ];
    for (name, width, number) in inputs {
        for bit in 0..width {
            let changed = |i| (number(i, 0) ^ number(i, 1 << bit)).count_ones();
            let sum: u32 = (0..u64::from(TRIALS)).map(changed).sum();
            let z = (f64::from(sum) - 32.0 * f64::from(TRIALS)) / (16.0 * f64::from(TRIALS)).sqrt();
            assert!(z.abs() < BOUND, "{name}, bit {bit}: {z} standard errors");
        }
    }
}

#[test]
fn a_stream_gives_the_numbers_of_its_draws() {
    let mut stream = key().stream(WORK, 3, 2);
    for draw in 0..9 {
        assert_eq!(stream.uniform(), key().uniform(WORK, 3, 2, draw));
    }
}

/// Nothing of the counter is lost: all 64 bits of the entity, all 32 of the visit and of the draw count.
#[test]
fn no_two_places_share_a_number() {
    let places = (0..64).flat_map(|bit| {
        let k = key();
        let wide = [k.uniform(WORK, 1 << bit, 0, 0), k.uniform(WORK, mix(bit, 0), 0, 0)];
        let narrow = (bit < 32).then(|| [k.uniform(WORK, 0, 1 << bit, 0), k.uniform(WORK, 0, 0, 1 << bit)]);
        wide.into_iter().chain(narrow.into_iter().flatten())
    });
    let numbers: Vec<_> = places.map(f64::to_bits).collect();
    assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), numbers.len());
    let mixed: BTreeSet<_> = (0..300).flat_map(|a| (0..300).map(move |b| mix(a, b))).collect();
    assert_eq!(mixed.len(), 90_000);
}

/// Golden values: recorded results depend on every bit. A change here breaks the promise of reproducibility.
#[test]
fn golden_values_do_not_change() {
    let mut hash = blake3::Hasher::new();
    for i in 0..4_096_u64 {
        let key = Key::new(i % 5, i % 11).with_arm(i as u32 % 3);
        let number =
            key.uniform(Purpose::of(&format!("step {}", i % 17)), mix(i, i % 7), i as u32, i as u32 % 6);
        hash.update(&number.to_le_bytes());
    }
    assert_eq!(&hash.finalize().to_hex()[..16], "624f21fa9db2c762");
    assert_eq!(mix(0, 0), 12_035_550_249_420_947_055);
    assert_eq!(bulk(1, "bootstrap").next_u64(), 17_038_514_292_763_726_585);
}

/// TestU01's SmallCrush (L'Ecuyer and Simard 2007; Debian's libtestu01-0-dev, in non-free) over the neighbours of every direction; both
/// halves of each number, one after the other. A p-value beyond one in a million on either side fails.
#[test]
#[ignore = "half a minute for each direction, and needs TestU01 and a C compiler"]
fn small_crush_finds_nothing() {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("crush");
    let mut compiler = Command::new("cc");
    compiler.args(["-O2", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles/crush.c"), "-o"]).arg(&program);
    compiler.args(["-ltestu01", "-ltestu01probdist", "-ltestu01mylib", "-lm"]).stderr(Stdio::null());
    if !compiler.status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: no TestU01 (apt-get install libtestu01-0-dev, in non-free) or no C compiler");
        return;
    }
    let values = |number: fn(u64) -> u64| {
        let said = fed(&mut Command::new(&program), number);
        let lines = said.lines().filter_map(|line| line.strip_prefix("p ")?.rsplit_once(' '));
        let values: Vec<(String, f64)> =
            lines.map(|(name, p)| (name.to_owned(), p.parse().expect("a p-value"))).collect();
        assert_eq!(values.len(), 15, "{said}");
        values
    };
    let bad = |p: f64| !(1e-6..=1.0 - 1e-6).contains(&p);
    // It can fail.
    let weyl = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    assert!(values(weyl).iter().any(|(_, p)| bad(*p)), "a Weyl sequence passes");
    for (name, number) in DIRECTIONS {
        let values = values(*number);
        let extreme = values.iter().map(|(_, p)| p.min(1.0 - p)).fold(1.0, f64::min);
        println!("{name}: {} p-values, the most extreme {extreme:.4} from an end", values.len());
        assert!(values.iter().all(|(_, p)| !bad(*p)), "{name}: {values:?}");
    }
}

/// Dieharder (Brown's collection with Marsaglia's tests and NIST's, a Debian package) reads streams of neighbours. A test fails
/// that gives a p-value beyond one in a million on either side; its own verdict "WEAK" is expected now and then.
#[test]
#[ignore = "long: minutes for each direction, and needs dieharder"]
fn dieharder_finds_nothing() {
    /// How the numbers of a model are neighbours most of the time.
    const MAIN: [&str; 4] =
        ["entities", "visits", "replications", "mixed entities, occurrences of one asset"];
    const TESTS: [&str; 14] =
        ["0", "1", "2", "8", "9", "10", "11", "12", "13", "15", "16", "17", "100", "101"];
    if Command::new("dieharder").arg("-l").stdout(Stdio::null()).status().is_err() {
        eprintln!("skipped: no dieharder (apt-get install dieharder)");
        return;
    }
    let (mut n, mut weak) = (0, 0);
    for (name, number) in DIRECTIONS.iter().filter(|(name, _)| MAIN.contains(name)) {
        for test in TESTS {
            let line = dieharder(test, *number);
            for p in line {
                assert!(p > 1e-6 && p < 1.0 - 1e-6, "{name}: test {test} of dieharder: p = {p}");
                n += 1;
                weak += u32::from(!(0.005..=0.995).contains(&p));
            }
        }
        println!("{name}: passed");
    }
    println!("{n} p-values, {weak} of them outside of .005 to .995 (one in a hundred is expected)");
    let expected = 0.01 * f64::from(n);
    assert!((f64::from(weak) - expected).abs() < 5.0 * expected.sqrt(), "{weak} of {n}");
}

/// The p-values of one test.
fn dieharder(test: &str, number: fn(u64) -> u64) -> Vec<f64> {
    let text = fed(
        Command::new("dieharder").args(["-g", "200", "-D", "pvalues", "-D", "test_name", "-d", test]),
        number,
    );
    let values: Vec<f64> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('|').find_map(|field| field.trim().parse().ok()))
        .collect();
    assert!(!values.is_empty(), "no p-value of test {test}: {text}");
    values
}

/// What a program says that reads a sequence of 64-bit numbers.
#[allow(clippy::disallowed_methods, reason = "somebody must write while the other program is waited for")]
fn fed(program: &mut Command, number: fn(u64) -> u64) -> String {
    let program = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = program.spawn().expect("the program starts");
    let mut input = std::io::BufWriter::new(child.stdin.take().expect("a pipe"));
    // It takes what it needs and closes the pipe.
    let writer = std::thread::spawn(move || {
        (0..).map_while(|i| input.write_all(&number(i).to_le_bytes()).ok()).count()
    });
    let output = child.wait_with_output().expect("it ends");
    assert!(writer.join().expect("written") > 0);
    String::from_utf8_lossy(&output.stdout).into_owned()
}
