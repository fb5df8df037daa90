//! What a choice depends on: nothing, how often the case has come to it, what was done before, or what the case carries.
//!
//! Two ways to explain the same counts are compared by their evidence: the probability of the counts when all chances are
//! equally likely beforehand (a Dirichlet-multinomial with weight 1/k on each of k ways: Berger, Bernardo and Sun, "Overall
//! objective priors", Bayesian Analysis 10 (2015)). It has a closed form and punishes contexts that explain nothing.

use super::branching::{Branching, Choice, Context, Passage};
use super::carried::Carried;
use super::conditions::{Conditions, conditions, leaf_of};
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
    /// of the conditions
    pub leaf: Option<u32>,
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
    /// on what the case carries
    pub conditions: Option<Conditions>,
}

/// Contexts that were seen less often than this are left to the next, wider rule.
const SEEN_FROM: u64 = 3;

/// The chances of all choices, each with at most this memory, and with conditions on what cases carry.
pub fn decisions(branching: &Branching, most: Memory, carried: &[Carried]) -> Vec<Decision> {
    branching.choices.iter().map(|choice| decision(choice, most, carried)).collect()
}

fn decision(choice: &Choice, most: Memory, carried: &[Carried]) -> Decision {
    let allowed = Memory::ALL.iter().copied().filter(|m| *m <= most);
    let best = allowed
        .map(|memory| (memory, evidence(&grouped(choice, memory))))
        .reduce(|best, next| if next.1 > best.1 { next } else { best });
    let (memory, known) = best.unwrap_or((Memory::Nothing, 0.0));
    let (memory, conditions) = with_conditions(choice, memory, known, carried);
    let levels: &[Memory] = match memory {
        Memory::PreviousTwo => &[Memory::PreviousTwo, Memory::Previous, Memory::Nothing],
        Memory::Previous => &[Memory::Previous, Memory::Nothing],
        Memory::Passes => &[Memory::Passes, Memory::Nothing],
        Memory::Nothing => &[Memory::Nothing],
    };
    let mut rules = Vec::new();
    let mut add = |groups: BTreeMap<Key, Vec<u64>>, rare_too: bool| {
        for (key, counts) in groups {
            let n: u64 = counts.iter().sum();
            if n >= SEEN_FROM || rare_too {
                let chances = counts.iter().map(|c| *c as f64 / n as f64).collect();
                rules.push(Rule { key, chances, n });
            }
        }
    };
    if let Some(conditions) = &conditions {
        levels.iter().for_each(|level| add(within_leaves(choice, *level, conditions, carried), false));
        if memory != Memory::Nothing {
            add(grouped(choice, Memory::Nothing), true);
        } else if let Some(last) = rules.last_mut() {
            // One of the leaves holds always: the last needs no condition.
            last.key = Key::default();
        }
    } else {
        levels.iter().for_each(|level| add(grouped(choice, *level), *level == Memory::Nothing));
    }
    if rules.is_empty() {
        // Never come to: all ways alike.
        let chances = vec![1.0 / choice.ways as f64; choice.ways];
        rules.push(Rule { key: Key::default(), chances, n: 0 });
    }
    Decision { memory, rules, scope: choice.scope, conditions }
}

/// Conditions beside the memory, or in place of it where they explain more.
fn with_conditions(
    choice: &Choice,
    memory: Memory,
    known: f64,
    carried: &[Carried],
) -> (Memory, Option<Conditions>) {
    let grown = |memory: Memory| {
        conditions(&choice.passages, choice.ways, carried, |passage: &Passage| memory.keeps(&passage.context))
    };
    let alone = grown(Memory::Nothing);
    let of_alone = alone.as_ref().map(|c| evidence(&grouped(choice, Memory::Nothing)) + c.evidence);
    if memory == Memory::Nothing {
        return (memory, alone);
    }
    let beside = grown(memory);
    let of_beside = beside.as_ref().map(|c| known + c.evidence);
    match (of_alone, of_beside) {
        (Some(a), b) if a > known && b.is_none_or(|b| a >= b) => (Memory::Nothing, alone),
        _ => (memory, beside),
    }
}

fn within_leaves(
    choice: &Choice,
    memory: Memory,
    conditions: &Conditions,
    carried: &[Carried],
) -> BTreeMap<Key, Vec<u64>> {
    let mut groups: BTreeMap<Key, Vec<u64>> = BTreeMap::new();
    for passage in &choice.passages {
        let Some(leaf) = leaf_of(&conditions.leaves, carried, passage.case) else { continue };
        let key = Key { leaf: Some(leaf as u32), ..memory.keeps(&passage.context) };
        groups.entry(key).or_insert_with(|| vec![0; choice.ways])[passage.way as usize] += 1;
    }
    groups
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
        Choice { ways: 2, taken, ..Choice::default() }
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
        assert_eq!(decision(&same, Memory::PreviousTwo, &[]).memory, Memory::Nothing);
        let differs = choice(&[((1, 0), [90, 10]), ((1, 1), [10, 90])]);
        let d = decision(&differs, Memory::PreviousTwo, &[]);
        assert_eq!(d.memory, Memory::Previous);
        assert_eq!(d.rules[0].chances, [0.9, 0.1]);
        assert_eq!(d.rules.last().map(|r| r.chances.clone()), Some(vec![0.5, 0.5]));
        assert_eq!(decision(&differs, Memory::Nothing, &[]).rules.len(), 1);
    }
}
