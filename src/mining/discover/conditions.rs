//! Conditions on what a case carries: a small decision tree for a choice.
//!
//! The passages of a choice, within each context that its memory keeps, are divided where their ways differ most: by the evidence that
//! [`memory`](super::memory) compares contexts by, less the logarithm of the number of divisions that were tried. A tree is taken
//! only if chance would hardly bring about its first division, and if it foretells the ways of cases that it was not grown from better
//! than the choice without it (five folds of cases, the gain at least two standard errors between cases).

use super::branching::Passage;
use super::carried::Carried;
use crate::stats::counts::{chi_squared_p_value, g_test};
use libm::lgamma;
use std::collections::{BTreeMap, BTreeSet};

/// The case is in one of these groups of an attribute (its place in the list).
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    pub attribute: usize,
    pub groups: Vec<usize>,
}

/// A tree by its leaves: every case is in the one all of whose tests hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditions {
    pub leaves: Vec<Vec<Test>>,
    /// of the first division, times the number of divisions that were tried
    pub p: f64,
    /// gain in the logarithm of the probability of the ways of cases that were held back, for each case, with its standard error
    pub gain: f64,
    pub gain_se: f64,
    /// how much likelier the counts are, as a logarithm
    pub evidence: f64,
}

impl Conditions {
    /// The attributes that it asks for, ascending.
    pub fn attributes(&self) -> BTreeSet<usize> {
        self.leaves.iter().flatten().map(|test| test.attribute).collect()
    }

    /// In words, for a report.
    pub fn told(&self, carried: &[Carried]) -> String {
        let names: Vec<&str> = self.attributes().into_iter().map(|a| carried[a].name.as_str()).collect();
        format!("{} ({} groups of cases)", names.join(", "), self.leaves.len())
    }

    /// The condition of a leaf.
    pub fn condition(&self, leaf: usize, carried: &[Carried]) -> String {
        let each = self.leaves[leaf].iter().map(|test| carried[test.attribute].condition(&test.groups));
        each.collect::<Vec<_>>().join(" and ")
    }
}

/// Divisions below each other.
const DEEPEST: usize = 3;
/// Fewer passages than this are not a part of their own.
const FEW: u64 = 10;
/// A division must make the counts so much likelier, besides what is paid for the number of divisions tried: twenty times.
const MARGIN: f64 = 3.0;
/// Most chance that is taken for none.
const CLEAR: f64 = 0.01;
const FOLDS: u32 = 5;
const ENOUGH_SE: f64 = 2.0;

/// A passage with the number of its context.
#[derive(Clone, Copy, Debug)]
struct Seen {
    context: usize,
    case: u32,
    way: usize,
}

/// The best tree for the passages of a choice, if one is worth it; `context` numbers the contexts that are kept apart anyway.
pub fn conditions<K: Ord>(
    passages: &[Passage],
    ways: usize,
    carried: &[Carried],
    context: impl Fn(&Passage) -> K,
) -> Option<Conditions> {
    if carried.is_empty() || ways < 2 {
        return None;
    }
    let mut numbers: BTreeMap<K, usize> = BTreeMap::new();
    for passage in passages {
        let next = numbers.len();
        numbers.entry(context(passage)).or_insert(next);
    }
    let seen: Vec<Seen> = passages
        .iter()
        .map(|p| Seen { context: numbers[&context(p)], case: p.case, way: p.way as usize })
        .collect();
    let grower = Grower { ways, contexts: numbers.len(), carried, tables: Tables::new(ways, seen.len()) };
    let grown = grower.grow(seen.clone())?;
    if grown.p >= CLEAR {
        return None;
    }
    let (gain, gain_se) = grower.held_out(&seen);
    let Grown { leaves, p, evidence } = grown;
    (gain > ENOUGH_SE * gain_se).then_some(Conditions { leaves, p, gain, gain_se, evidence })
}

/// The leaf that a case is in; `None` where it lacks an attribute that a test asks for.
pub fn leaf_of(leaves: &[Vec<Test>], carried: &[Carried], case: u32) -> Option<usize> {
    let holds = |test: &Test| {
        let group = carried[test.attribute].group(case);
        group.is_some_and(|group| test.groups.contains(&group))
    };
    leaves.iter().position(|tests| tests.iter().all(holds))
}

/// Logarithms for the evidence of counts (see [`memory`](super::memory)).
struct Tables {
    /// ln Gamma(n + 1/k) - ln Gamma(1/k), ln Gamma(n + 1)
    way: Vec<f64>,
    all: Vec<f64>,
}

impl Tables {
    fn new(ways: usize, n: usize) -> Self {
        let weight = 1.0 / ways as f64;
        let least = lgamma(weight);
        Self {
            way: (0..=n).map(|i| lgamma(i as f64 + weight) - least).collect(),
            all: (0..=n).map(|i| lgamma(i as f64 + 1.0)).collect(),
        }
    }

    fn evidence(&self, counts: &[u64]) -> f64 {
        let n: u64 = counts.iter().sum();
        counts.iter().filter(|c| **c > 0).map(|c| self.way[*c as usize]).sum::<f64>() - self.all[n as usize]
    }
}

struct Grower<'a> {
    ways: usize,
    contexts: usize,
    carried: &'a [Carried],
    tables: Tables,
}

struct Grown {
    leaves: Vec<Vec<Test>>,
    p: f64,
    evidence: f64,
}

/// A division of some passages.
struct Split {
    attribute: usize,
    /// groups to the one side, and to the other
    sides: [Vec<usize>; 2],
    gain: f64,
    p: f64,
}

impl Grower<'_> {
    fn grow(&self, seen: Vec<Seen>) -> Option<Grown> {
        let first = self.split(&seen)?;
        let mut grown = Grown { leaves: Vec::new(), p: first.p, evidence: 0.0 };
        self.divide(seen, Vec::new(), Some(first), DEEPEST, &mut grown);
        Some(grown)
    }

    fn divide(
        &self,
        seen: Vec<Seen>,
        tests: Vec<Test>,
        split: Option<Split>,
        deeper: usize,
        grown: &mut Grown,
    ) {
        let Some(split) = split else {
            grown.leaves.push(tests);
            return;
        };
        grown.evidence += split.gain;
        for groups in split.sides {
            let attribute = &self.carried[split.attribute];
            let inside = |s: &&Seen| attribute.group(s.case).is_some_and(|g| groups.contains(&g));
            let part: Vec<Seen> = seen.iter().filter(inside).copied().collect();
            let mut tests = tests.clone();
            let same = |t: &&mut Test| t.attribute == split.attribute && !attribute.is_number();
            match tests.iter_mut().find(same) {
                Some(known) => known.groups.retain(|g| groups.contains(g)),
                None => tests.push(Test { attribute: split.attribute, groups }),
            }
            let next = if deeper > 1 { self.split(&part) } else { None };
            self.divide(part, tests, next, deeper - 1, grown);
        }
    }

    /// The division after which the ways are likeliest, if it is worth what it costs.
    fn split(&self, seen: &[Seen]) -> Option<Split> {
        let mut tried = 0usize;
        let mut best: Option<Split> = None;
        for a in 0..self.carried.len() {
            let table = Table::of(self, a, seen);
            for side in table.sides(self.carried[a].is_number()) {
                tried += 1;
                let Some(gain) = table.gain(&side, &self.tables) else { continue };
                if best.as_ref().is_none_or(|best| gain > best.gain) {
                    let other = (0..table.groups).filter(|g| !side.contains(g)).collect();
                    best = Some(Split { attribute: a, sides: [side, other], gain, p: 1.0 });
                }
            }
        }
        let mut best = best?;
        best.gain -= (tried as f64).ln();
        if best.gain < MARGIN {
            return None;
        }
        let table = Table::of(self, best.attribute, seen);
        best.p = (table.p_value(&best.sides[0]) * tried as f64).min(1.0);
        Some(best)
    }

    /// The mean gain of a case in the logarithm of the probability of its ways, with its standard error, where neither tree nor shares
    /// come from the case.
    fn held_out(&self, seen: &[Seen]) -> (f64, f64) {
        let mut by_case: BTreeMap<u32, f64> = BTreeMap::new();
        for fold in 0..FOLDS {
            let (held, learn): (Vec<Seen>, Vec<Seen>) = seen.iter().partition(|s| s.case % FOLDS == fold);
            let Some(grown) = self.grow(learn.clone()) else {
                held.iter().for_each(|s| *by_case.entry(s.case).or_default() += 0.0);
                continue;
            };
            let leaf = |case: u32| leaf_of(&grown.leaves, self.carried, case).unwrap_or(usize::MAX);
            let mut plain: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
            let mut divided: BTreeMap<(usize, usize), Vec<u64>> = BTreeMap::new();
            for s in &learn {
                plain.entry(s.context).or_insert_with(|| vec![0; self.ways])[s.way] += 1;
                divided.entry((s.context, leaf(s.case))).or_insert_with(|| vec![0; self.ways])[s.way] += 1;
            }
            let probability = |counts: Option<&Vec<u64>>, way: usize| {
                let (own, all) = counts.map_or((0, 0), |c| (c[way], c.iter().sum::<u64>()));
                (own as f64 + 1.0 / self.ways as f64) / (all as f64 + 1.0)
            };
            for s in &held {
                let without = probability(plain.get(&s.context), s.way);
                let with = probability(divided.get(&(s.context, leaf(s.case))), s.way);
                *by_case.entry(s.case).or_default() += (with / without).ln();
            }
        }
        let gains: Vec<f64> = by_case.into_values().collect();
        let n = gains.len() as f64;
        (crate::stats::describe::mean(&gains), crate::stats::describe::sd(&gains) / n.sqrt())
    }
}

/// Counts of the ways by context and group of an attribute.
struct Table {
    groups: usize,
    ways: usize,
    /// of each context that has several ways: by group and way
    counts: Vec<Vec<u64>>,
    /// by group
    of_group: Vec<u64>,
}

impl Table {
    fn of(grower: &Grower, attribute: usize, seen: &[Seen]) -> Self {
        let carried = &grower.carried[attribute];
        let (groups, ways) = (carried.groups(), grower.ways);
        let mut counts = vec![Vec::new(); grower.contexts];
        let mut of_group = vec![0; groups];
        for s in seen {
            let Some(group) = carried.group(s.case) else { continue };
            let own = &mut counts[s.context];
            own.resize(groups * ways, 0);
            own[group * ways + s.way] += 1;
            of_group[group] += 1;
        }
        // Where only one way is taken nothing can be told apart.
        let several = |own: &Vec<u64>| {
            let taken = |w: usize| (0..groups).any(|g| own.get(g * ways + w).is_some_and(|n| *n > 0));
            (0..ways).filter(|w| taken(*w)).count() > 1
        };
        counts.retain(several);
        Self { groups, ways, counts, of_group }
    }

    /// The divisions to try: at each cut of a number; of levels, each against the rest, and those with a larger share of the commonest way
    /// against the others.
    fn sides(&self, is_number: bool) -> Vec<Vec<usize>> {
        if is_number {
            return (1..self.groups).map(|cut| (0..cut).collect()).collect();
        }
        let mut sides: Vec<Vec<usize>> = Vec::new();
        let of_way = |w: usize| (0..self.groups).map(|g| self.at(g, w)).sum::<u64>();
        let commonest = (0..self.ways).max_by_key(|w| (of_way(*w), std::cmp::Reverse(*w))).unwrap_or(0);
        let share = |g: usize| self.at(g, commonest) as f64 / self.of_group[g].max(1) as f64;
        let mut order: Vec<usize> = (0..self.groups).filter(|g| self.of_group[*g] > 0).collect();
        order.sort_by(|&a, &b| share(b).total_cmp(&share(a)).then(a.cmp(&b)));
        let single = (0..order.len()).map(|i| vec![order[i]]);
        let upper = (2..order.len()).map(|n| order[..n].to_vec());
        for mut side in single.chain(upper) {
            side.sort_unstable();
            let other: Vec<usize> = order.iter().copied().filter(|g| !side.contains(g)).collect();
            if !other.is_empty() && !sides.contains(&side) && (order.len() > 2 || sides.is_empty()) {
                sides.push(side);
            }
        }
        sides
    }

    /// Over all contexts.
    fn at(&self, group: usize, way: usize) -> u64 {
        self.counts.iter().map(|own| own[group * self.ways + way]).sum()
    }

    /// Counts of the ways in one context, to the one side and to the other.
    fn both(&self, own: &[u64], side: &[usize]) -> [Vec<u64>; 2] {
        let mut both = [vec![0; self.ways], vec![0; self.ways]];
        for group in 0..self.groups {
            let to = &mut both[usize::from(!side.contains(&group))];
            let from = &own[group * self.ways..(group + 1) * self.ways];
            to.iter_mut().zip(from).for_each(|(to, n)| *to += n);
        }
        both
    }

    /// How much likelier the counts are when this side is told from the other; `None` where one of them is hardly seen.
    fn gain(&self, side: &[usize], tables: &Tables) -> Option<f64> {
        let here: u64 = side.iter().map(|g| self.of_group[*g]).sum();
        let all: u64 = self.of_group.iter().sum();
        if here < FEW || all - here < FEW {
            return None;
        }
        let each = self.counts.iter().map(|own| {
            let [one, other] = self.both(own, side);
            let together: Vec<u64> = one.iter().zip(&other).map(|(a, b)| a + b).collect();
            tables.evidence(&one) + tables.evidence(&other) - tables.evidence(&together)
        });
        Some(each.sum())
    }

    fn p_value(&self, side: &[usize]) -> f64 {
        let (mut g, mut df) = (0.0, 0.0);
        for own in &self.counts {
            let [one, other] = self.both(own, side);
            let (own_g, own_df) = g_test(&[&one, &other]);
            (g, df) = (g + own_g, df + own_df);
        }
        chi_squared_p_value(g, df)
    }
}
