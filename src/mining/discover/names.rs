//! Names of the log as names of a scenario.

/// Short names, each different from the others.
pub fn keys<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken: Vec<String> = Vec::new();
    for name in names {
        let key = unique(&slug(name, "activity"), &taken);
        taken.push(key);
    }
    taken
}

/// The name, with a number where it is taken.
pub fn unique(name: &str, taken: &[String]) -> String {
    let is_free = |candidate: &str| taken.iter().all(|t| t != candidate);
    if is_free(name) {
        return name.to_owned();
    }
    (2..).map(|n| format!("{name}_{n}")).find(|c| is_free(c)).unwrap_or_default()
}

/// A short name of small letters, digits and `_`; one that would begin with a digit, or be empty, begins with `what`.
pub fn slug(name: &str, what: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    let out = out.trim_end_matches('_');
    match out.chars().next() {
        None => what.to_owned(),
        Some(c) if c.is_ascii_digit() => format!("{what}_{out}"),
        Some(_) => out.to_owned(),
    }
}

/// The beginning that names share, without a number or mark at its end: `Clerk` of `Clerk-000001` and `Clerk-000002`.
pub fn common_beginning(names: &[&str]) -> String {
    let first = names.first().copied().unwrap_or_default();
    let shared = |n: usize| names.iter().all(|other| other.get(..n) == first.get(..n));
    let ends = (0..=first.len()).rev().filter(|n| first.is_char_boundary(*n));
    let n = ends.into_iter().find(|n| shared(*n)).unwrap_or(0);
    let beginning = &first[..n];
    let beginning =
        if names.len() > 1 { beginning.trim_end_matches(|c: char| c.is_ascii_digit()) } else { beginning };
    beginning.trim_end_matches(|c: char| !c.is_alphanumeric()).trim().to_owned()
}

/// A path of keys, quoted where they have dots of their own.
pub fn path(keys: &[&str]) -> String {
    keys.iter().map(|key| crate::text::quoted(key)).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_apart() {
        assert_eq!(
            keys(["a", "A!", "Check it", "", "2nd"].into_iter()),
            ["a", "a_2", "check_it", "activity", "activity_2nd"]
        );
        assert_eq!(slug("Loan Officer-0", "team"), "loan_officer_0");
        assert_eq!(common_beginning(&["Clerk-000001", "Clerk-000012"]), "Clerk");
        assert_eq!(common_beginning(&["ID12", "XY"]), "");
        assert_eq!(path(&["step", "Round Q.C.", "time"]), "step.\"Round Q.C.\".time");
    }
}
