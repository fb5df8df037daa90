//! Token replay and alignments: small cases by hand, and a brute-force search over the runs of small trees.

use crate::mining::words;
use turnaround::eventlog::EventLog;
use turnaround::mining::{self, Move, Tree};

fn tree(text: &str, log: &mut EventLog) -> Tree {
    Tree::parse(text, &mut log.activities).expect("a tree")
}

#[test]
fn deviations_cost_what_they_should() {
    let model = "seq('a', xor('b', 'c'), and('d', loop('e', silent)), 'f')";
    for (trace, cost) in [
        ("abdef", 0),
        ("aceedf", 0),
        ("adef", 1),
        ("abcdef", 1),
        ("abxdef", 1),
        ("abdf", 1),
        ("", 5),
        ("fedba", 6),
    ] {
        let mut l = words(&["q", trace]);
        let tree = tree(model, &mut l);
        let aligned = mining::alignments(&l, &tree).expect("a small net");
        assert_eq!(aligned.shortest, 5);
        let found = aligned.variants.iter().find(|a| a.trace.len() == trace.len() && trace != "q");
        // An empty trace has no rows, so no case.
        let Some(found) = found else { continue };
        assert_eq!(found.cost, cost, "{trace}: {:?}", found.moves);
        let replayed: Vec<u32> = found
            .moves
            .iter()
            .filter_map(|m| match m {
                Move::Both(a) | Move::LogOnly(a) => Some(*a),
                Move::ModelOnly(_) => None,
            })
            .collect();
        assert_eq!(replayed, found.trace);
    }
}

/// All runs of a tree up to a length.
fn runs(tree: &Tree, most: usize) -> Vec<Vec<u32>> {
    let mut all: Vec<Vec<u32>> = match tree {
        Tree::Silent => vec![vec![]],
        Tree::Activity(a) => vec![vec![*a]],
        Tree::Xor(parts) => parts.iter().flat_map(|p| runs(p, most)).collect(),
        Tree::Sequence(parts) => parts.iter().fold(vec![vec![]], |before, part| {
            let next = runs(part, most);
            before.iter().flat_map(|b| next.iter().map(move |n| [b.clone(), n.clone()].concat())).collect()
        }),
        Tree::And(parts) => parts.iter().fold(vec![vec![]], |before, part| {
            let next = runs(part, most);
            before.iter().flat_map(|b| next.iter().flat_map(|n| shuffles(b, n)).collect::<Vec<_>>()).collect()
        }),
        Tree::Loop(parts) => {
            let body = runs(&parts[0], most);
            let redo: Vec<_> = parts[1..].iter().flat_map(|p| runs(p, most)).collect();
            let mut all = body.clone();
            for _ in 0..most {
                let mut longer = Vec::new();
                for a in &all {
                    for r in &redo {
                        longer.extend(body.iter().map(|b| [a.clone(), r.clone(), b.clone()].concat()));
                    }
                }
                longer.retain(|r| r.len() <= most);
                all.extend(longer);
                all.sort();
                all.dedup();
            }
            all
        }
    };
    all.retain(|r| r.len() <= most);
    all.sort();
    all.dedup();
    all
}

fn shuffles(a: &[u32], b: &[u32]) -> Vec<Vec<u32>> {
    match (a, b) {
        ([], rest) | (rest, []) => vec![rest.to_vec()],
        ([x, a_rest @ ..], [y, b_rest @ ..]) => {
            let one = shuffles(a_rest, b).into_iter().map(|s| [&[*x], s.as_slice()].concat());
            let other = shuffles(a, b_rest).into_iter().map(|s| [&[*y], s.as_slice()].concat());
            one.chain(other).collect()
        }
    }
}

/// Insertions and deletions that turn one into the other.
fn edits(a: &[u32], b: &[u32]) -> u32 {
    let mut row: Vec<u32> = (0..=b.len() as u32).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i as u32 + 1);
        for (j, y) in b.iter().enumerate() {
            let both = if x == y { corner } else { u32::MAX };
            corner = row[j + 1];
            row[j + 1] = both.min(row[j + 1] + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// The cost is that of the nearest run; where no activity has two places, replay finds a case fitting exactly when it
/// is a run.
#[test]
fn equals_a_search_over_all_runs() {
    let models = [
        "seq('a', xor('b', silent), 'c')",
        "and('a', xor(loop('b', silent), silent), seq('c', 'd'))",
        "loop(seq('a', xor('b', 'c')), 'd', silent)",
        "xor(seq('a', loop('b', 'c')), and('c', loop('a', silent)), silent)",
        "seq(loop('a', silent), xor(loop('b', silent), silent), loop(and('c', 'd'), 'a'))",
        "loop(and(xor('a', silent), 'b'), xor(loop('c', silent), silent), 'd')",
        "seq(xor(loop('a', silent), silent), xor(loop('b', silent), silent), and('c', xor(loop('d', 'a'), silent)))",
    ];
    let mut bits = turnaround::rng::Key::new(5, 0).stream(turnaround::rng::Purpose::of("test"), 0, 0);
    let mut traces: Vec<String> = Vec::new();
    for _ in 0..120 {
        let length = 1 + (bits.uniform() * 5.0) as usize;
        traces.push((0..length).map(|_| char::from(b'a' + (bits.uniform() * 4.0) as u8)).collect());
    }
    traces.push("abcd".into());
    let traces: Vec<&str> = traces.iter().map(String::as_str).collect();
    for model in models {
        let mut l = words(&traces);
        let tree = tree(model, &mut l);
        let runs = runs(&tree, 8);
        let mut fitting = 0;
        for a in mining::alignments(&l, &tree).expect("a small net").variants {
            let best = runs.iter().map(|r| edits(&a.trace, r)).min().expect("a run");
            assert_eq!(a.cost, best, "{model} {:?}", a.trace);
            fitting += if best == 0 { a.cases } else { 0 };
        }
        // Replay looks no further than the next row: with an activity at two places it may take the wrong one.
        let replayed = (mining::replay(&l, &tree).fitting * traces.len() as f64).round() as usize;
        let labels = model.matches('\'').count() / 2;
        assert!(replayed <= fitting && (replayed == fitting || labels > tree.activities().len()), "{model}");
    }
}

#[test]
fn tokens_are_counted_by_hand() {
    // a then b: of "b" alone one token is lent, and the first stays.
    let mut l = words(&["b"]);
    let tree = tree("seq('a', 'b')", &mut l);
    let replay = mining::replay(&l, &tree);
    assert_eq!(replay.tokens, mining::replay::Tokens { produced: 2, consumed: 2, missing: 1, remaining: 1 });
    assert_eq!((replay.log_fitness, replay.fitting), (0.5, 0.0));
}

/// Identifiers taken for activities are no reason to fail, nor are many activities in any order.
#[test]
fn logs_of_very_many_activities_are_mined() {
    for n in [3_000, 150] {
        let names: Vec<String> = (0..n).map(|a| format!("a{a}")).collect();
        let mut rows = Vec::new();
        for (c, case) in ["1", "2", "3"].iter().enumerate() {
            // 1, 7 and 11 have no divisor in common with the numbers of names.
            let step = [1, 7, 11][c];
            rows.extend((0..n).map(|i| (*case, names[i * step % n].as_str(), "", i as i64, i as i64)));
        }
        let l = crate::shared_logs::log(&rows);
        let tree = mining::inductive(&l, 0.0);
        assert_eq!(tree.activities().len(), n);
        assert_eq!(mining::replay(&l, &tree).fitting, 1.0);
    }
}

/// What the inductive miner finds without a noise filter replays every case.
#[test]
fn inductive_trees_fit_their_logs() {
    let mut bits = turnaround::rng::Key::new(9, 0).stream(turnaround::rng::Purpose::of("test"), 0, 0);
    for _ in 0..60 {
        let traces: Vec<String> = (0..1 + (bits.uniform() * 12.0) as usize)
            .map(|_| {
                let length = 1 + (bits.uniform() * 7.0) as usize;
                (0..length).map(|_| char::from(b'a' + (bits.uniform() * 5.0) as u8)).collect()
            })
            .collect();
        let l = words(&traces.iter().map(String::as_str).collect::<Vec<_>>());
        let tree = mining::inductive(&l, 0.0);
        let text = tree.print(&l.activities);
        assert_eq!(
            mining::conformance(&l, &tree).expect("a small net").log_fitness,
            1.0,
            "{traces:?} {text}"
        );
        assert_eq!(mining::replay(&l, &tree).log_fitness, 1.0, "{traces:?} {text}");
    }
}
