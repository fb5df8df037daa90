//! The fuzz targets over their corpus, and over seeded damage to it: a bounded stand-in for `fuzz/run`, which needs
//! cargo-fuzz and time.

#![allow(clippy::disallowed_methods, reason = "these tests read the corpus")]

#[path = "../../fuzz/targets.rs"]
mod targets;

use std::path::Path;
use turnaround::rng::{Key, Purpose, Stream};

/// Damaged copies of each file of the corpus.
const ROUNDS: u64 = 80;

fn below(stream: &mut Stream, n: usize) -> usize {
    (stream.uniform() * n as f64) as usize
}

#[test]
fn targets_survive_their_corpus_and_damage_to_it() {
    for (name, target) in targets::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
        let mut files: Vec<_> =
            std::fs::read_dir(&folder).expect("a corpus").flatten().map(|e| e.path()).collect();
        files.sort();
        assert!(!files.is_empty(), "{name} has no corpus");
        for (f, file) in files.iter().enumerate() {
            let whole = std::fs::read(file).expect("a file");
            target(&whole);
            for round in 0..ROUNDS {
                let mut stream = Key::new(f as u64, round).stream(Purpose::of(name), 0, 0);
                let mut data = whole.clone();
                for _ in 0..1 + below(&mut stream, 6) {
                    damage(&mut data, &mut stream);
                }
                target(&data);
            }
        }
    }
}

/// Bytes that mean something to some reader.
const BYTES: &[u8] = b"\"'<>{}[]()&;,:=\n\t -0189eE\\/!\xff\xfe\x00\x1f";

fn damage(data: &mut Vec<u8>, stream: &mut Stream) {
    if data.is_empty() {
        return;
    }
    let at = below(stream, data.len());
    let piece = at..(at + below(stream, 60)).min(data.len());
    match below(stream, 5) {
        0 => data[at] = BYTES[below(stream, BYTES.len())],
        1 => data.insert(at, BYTES[below(stream, BYTES.len())]),
        2 => drop(data.drain(piece)),
        3 => {
            let copy = data[piece].to_vec();
            let to = below(stream, data.len());
            data.splice(to..to, copy);
        }
        _ => data.truncate(at),
    }
}
