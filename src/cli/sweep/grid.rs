//! Keys, their values, and all combinations.

use crate::cli::input::Input;

/// A key and its values, as texts that `-S key=value` takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    pub path: String,
    /// Of the numbers of its cells: "h"; empty where values are texts or bare numbers.
    pub unit: String,
    pub values: Vec<String>,
}

/// One run of a sweep.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// A value for each factor, as it is written.
    pub values: Vec<String>,
    /// What `-S` would take to make it.
    pub settings: Vec<String>,
    /// The values as numbers in the units of their factors, where they lie anywhere between two limits.
    pub numbers: Vec<f64>,
}

/// The settings with one value, and those with several.
pub fn split(settings: &[String]) -> (Vec<String>, Vec<Factor>) {
    let (mut fixed, mut factors) = (Vec::new(), Vec::new());
    for setting in settings {
        let (path, value) = setting.split_once('=').unwrap_or((setting, ""));
        match at_commas(value).as_slice() {
            [_, _, ..] if !path.trim().is_empty() => {
                let values = at_commas(value).into_iter().map(str::to_owned).collect();
                factors.push(Factor { path: path.trim().to_owned(), unit: String::new(), values });
            }
            _ => fixed.push(setting.clone()),
        }
    }
    (fixed, factors)
}

/// The factors that the scenario writes.
pub fn written(input: &Input) -> Vec<Factor> {
    let sweeps = input.arms.first().map(|(_, model)| model.sweeps.as_slice()).unwrap_or_default();
    let factor = |s: &crate::model::Sweep| Factor {
        path: s.path.clone(),
        unit: String::new(),
        values: s.values.clone(),
    };
    sweeps.iter().map(factor).collect()
}

/// All combinations; the last factor changes fastest.
pub fn cells(factors: &[Factor]) -> Vec<Cell> {
    let none = vec![Vec::new()];
    let all = factors.iter().fold(none, |cells, factor| {
        let with = |cell: &Vec<String>| -> Vec<Vec<String>> {
            let one_more = |value: &String| cell.iter().cloned().chain([value.clone()]).collect();
            factor.values.iter().map(one_more).collect()
        };
        cells.iter().flat_map(with).collect()
    });
    let cell = |values: Vec<String>| {
        let settings = factors.iter().zip(&values).map(|(f, value)| format!("{}={value}", f.path));
        Cell { settings: settings.collect(), values, numbers: Vec::new() }
    };
    all.into_iter().map(cell).collect()
}

/// A value as people read it: a text without its quotes.
pub fn plain(value: &str) -> &str {
    let inside = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inside.filter(|text| !text.contains('"')).unwrap_or(value)
}

/// The parts between commas that stand in no quotes, brackets or braces.
fn at_commas(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0, None);
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(text[start..i].trim());
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_split_at_commas_outside_of_values() {
        let settings = ["a.b=1, 2,3", "c=\"1,000 h\"", "d=\"1,000 h\",\"2,000 h\"", "e={ x = [1, 2] },5"];
        let (fixed, factors) = split(&settings.map(str::to_owned));
        assert_eq!(fixed, ["c=\"1,000 h\""]);
        let values: Vec<_> = factors.iter().map(|f| (f.path.as_str(), f.values.join(" | "))).collect();
        assert_eq!(values[0], ("a.b", "1 | 2 | 3".to_owned()));
        assert_eq!(values[1], ("d", "\"1,000 h\" | \"2,000 h\"".to_owned()));
        assert_eq!(values[2], ("e", "{ x = [1, 2] } | 5".to_owned()));
    }

    #[test]
    fn the_grid_has_every_combination_once_in_order() {
        let factor = |path: &str, values: &[&str]| Factor {
            path: path.to_owned(),
            unit: String::new(),
            values: values.iter().map(|v| (*v).to_owned()).collect(),
        };
        let cells = cells(&[factor("a", &["1", "2"]), factor("b", &["x", "y", "z"])]);
        let cells: Vec<String> = cells.iter().map(|cell| cell.values.join("")).collect();
        assert_eq!(cells, ["1x", "1y", "1z", "2x", "2y", "2z"]);
    }
}
