//! Names of a scenario from the names and ids of other programs.

use std::collections::BTreeSet;

/// Hands out names that are letters, digits and `_`, each only once.
#[derive(Clone, Debug, Default)]
pub struct Namer {
    taken: BTreeSet<String>,
}

/// Longest name [characters].
const LONGEST: usize = 48;

impl Namer {
    pub fn reserving(words: &[&str]) -> Self {
        Self { taken: words.iter().map(|w| (*w).to_owned()).collect() }
    }

    /// A free name like `wanted`; `other` when nothing of it can stand in a name.
    pub fn name(&mut self, wanted: &str, other: &str) -> String {
        let slug = slug(wanted);
        let base = if slug.is_empty() { other.to_owned() } else { slug };
        let mut name = base.clone();
        let mut number = 2_u64;
        while !self.taken.insert(name.clone()) {
            name = format!("{base}_{number}");
            number += 1;
        }
        name
    }
}

/// "Check credit history" as `check_credit_history`; empty where there is no letter or digit.
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().take(10 * LONGEST) {
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase().filter(|c| c.is_alphanumeric()));
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    let slug: String = slug.chars().take(LONGEST).collect();
    let slug = slug.trim_end_matches('_');
    if slug.starts_with(|c: char| !c.is_alphabetic()) { format!("n{slug}") } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_legal_and_unique() {
        let mut namer = Namer::reserving(&["end"]);
        let made = ["Check  credit-history", "check credit history", "End", "24-7", "Prüfen", "?", ""];
        let names = made.map(|text| namer.name(text, "step"));
        let wanted =
            ["check_credit_history", "check_credit_history_2", "end_2", "n24_7", "prüfen", "step", "step_2"];
        assert_eq!(names, wanted);
    }
}
