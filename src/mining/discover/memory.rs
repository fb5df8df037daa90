//! What a choice depends on: nothing, how often the case has come to it, or what was done before.
//!
//! Two ways to explain the same counts are compared by their evidence: the probability of the counts when all chances are
//! equally likely beforehand (a Dirichlet-multinomial with weight 1/k on each of k ways: Berger, Bernardo and Sun, "Overall
//! objective priors", Bayesian Analysis 10 (2015)). It has a closed form and punishes contexts that explain nothing.

use super::branching::{Branching, Choice, Context};
use crate::eventlog::NONE;
use libm::lgamma;
use std::collections::BTreeMap;

/// What choices may depend on at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Memory {
    Nothing,
    /// how often the case has come to the choice
    Passes,
    /// the activity before
    Previous,
    /// the two activities before
    PreviousTwo,
}

impl Memory {
    const ALL: [Self; 4] = [Self::Nothing, Self::Passes, Self::Previous, Self::PreviousTwo];

    pub fn told(self) -> &'static str {
        match self {
            Self::Nothing => "chance alone",
            Self::Passes => "how often the case has come there",
            Self::Previous => "the activity before",
            Self::PreviousTwo => "the two activities before",
        }
    }

    /// What this memory keeps of a context.
    fn keeps(self, c: &Context) -> Key {
        match self {
            Self::Nothing => Key::default(),
            Self::Passes => Key { passes: Some(c.passes), ..Key::default() },
            Self::Previous => Key { previous: Some(c.previous), ..Key::default() },
            Self::PreviousTwo => Key { previous: Some(c.previous), before: Some(c.before), ..Key::default() },
        }
    }
}

/// Which contexts a rule is for; `None`: any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub passes: Option<u32>,
    pub previous: Option<u32>,
    pub before: Option<u32>,
}

/// Chances of the ways of a choice in some contexts.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub key: Key,
    /// one for each way; they sum to 1
    pub chances: Vec<f64>,
    pub n: u64,
}

/// A choice with its chances: the first rule whose key fits counts, and the last fits always.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub memory: Memory,
    pub rules: Vec<Rule>,
    pub scope: usize,
}

/// Contexts that were seen less often than this are left to the next, wider rule.
const SEEN_FROM: u64 = 3;

/// The chances of all choices, each with at most this memory.
pub fn decisions(branching: &Branching, most: Memory) -> Vec<Decision> {
    branching.choices.iter().map(|choice| decision(choice, most)).collect()
}

fn decision(choice: &Choice, most: Memory) -> Decision {
    let allowed = Memory::ALL.iter().copied().filter(|m| *m <= most);
    let best = allowed
        .map(|memory| (memory, evidence(&grouped(choice, memory))))
        .reduce(|best, next| if next.1 > best.1 { next } else { best });
    let memory = best.map_or(Memory::Nothing, |b| b.0);
    let levels: &[Memory] = match memory {
        Memory::PreviousTwo => &[Memory::PreviousTwo, Memory::Previous, Memory::Nothing],
        Memory::Previous => &[Memory::Previous, Memory::Nothing],
        Memory::Passes => &[Memory::Passes, Memory::Nothing],
        Memory::Nothing => &[Memory::Nothing],
    };
    let mut rules = Vec::new();
    for level in levels {
        for (key, counts) in grouped(choice, *level) {
            let n: u64 = counts.iter().sum();
            if n >= SEEN_FROM || *level == Memory::Nothing {
                let chances = counts.iter().map(|c| *c as f64 / n as f64).collect();
                rules.push(Rule { key, chances, n });
            }
        }
    }
    if rules.is_empty() {
        // Never come to: all ways alike.
        let chances = vec![1.0 / choice.ways as f64; choice.ways];
        rules.push(Rule { key: Key::default(), chances, n: 0 });
    }
    Decision { memory, rules, scope: choice.scope }
}

fn grouped(choice: &Choice, memory: Memory) -> BTreeMap<Key, Vec<u64>> {
    let mut groups: BTreeMap<Key, Vec<u64>> = BTreeMap::new();
    for (context, counts) in &choice.taken {
        let group = groups.entry(memory.keeps(context)).or_insert_with(|| vec![0; choice.ways]);
        group.iter_mut().zip(counts).for_each(|(g, c)| *g += c);
    }
    groups
}

/// The logarithm of the evidence.
fn evidence(groups: &BTreeMap<Key, Vec<u64>>) -> f64 {
    let of = |counts: &Vec<u64>| {
        let weight = 1.0 / counts.len() as f64;
        let n: u64 = counts.iter().sum();
        // ln Gamma(1) is zero.
        counts.iter().map(|c| lgamma(*c as f64 + weight) - lgamma(weight)).sum::<f64>()
            - lgamma(n as f64 + 1.0)
    };
    groups.values().map(of).sum()
}

/// The name of an activity in a context; the beginning has one of its own.
pub fn level(activity: u32, names: &[String], beginning: &str) -> String {
    if activity == NONE { beginning.to_owned() } else { names[activity as usize].clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(rows: &[((u32, u32), [u64; 2])]) -> Choice {
        let taken = rows
            .iter()
            .map(|((passes, previous), n)| {
                (Context { passes: *passes, previous: *previous, before: NONE }, n.to_vec())
            })
            .collect();
        Choice { ways: 2, taken, scope: 0, is_loop: false }
    }

    #[test]
    fn evidence_of_a_coin() {
        // One of each: 1/2 x 1/4, whichever order: Gamma(1) / Gamma(3) x (1/2)^2.
        let groups = BTreeMap::from([(Key::default(), vec![1, 1])]);
        assert!((evidence(&groups) - 0.125_f64.ln()).abs() < 1e-14);
    }

    #[test]
    fn memory_is_taken_only_where_it_explains() {
        let same = choice(&[((1, 0), [50, 50]), ((1, 1), [48, 52])]);
        assert_eq!(decision(&same, Memory::PreviousTwo).memory, Memory::Nothing);
        let differs = choice(&[((1, 0), [90, 10]), ((1, 1), [10, 90])]);
        let d = decision(&differs, Memory::PreviousTwo);
        assert_eq!(d.memory, Memory::Previous);
        assert_eq!(d.rules[0].chances, [0.9, 0.1]);
        assert_eq!(d.rules.last().map(|r| r.chances.clone()), Some(vec![0.5, 0.5]));
        assert_eq!(decision(&differs, Memory::Nothing).rules.len(), 1);
    }
}
