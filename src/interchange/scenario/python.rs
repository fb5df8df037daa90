//! Formulas in the language of Python, as Prosimos writes them, in the expression language of scenarios.
//!
//! From loosest to tightest: `or`; `and`; `not`; comparisons; `+ -`; `* / // %`; signs; `**`. Samplers such as
//! `norm(5, 1)` become marks that the caller replaces by attributes that are drawn before.

use crate::dist::{self, Dist, Params};

/// A formula, with a mark in its text for every value that has to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    pub text: String,
    pub draws: Vec<(String, Dist)>,
}

/// Deepest nesting, and longest text [bytes].
const DEEPEST: u32 = 100;
const LONGEST: usize = 10_000;

/// `names`: what a name of the file is called in the scenario; only numbers can be named.
pub fn read(text: &str, names: &dyn Fn(&str) -> Option<String>) -> Result<Formula, String> {
    if text.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    let mut reader = Reader { rest: text.trim(), names, draws: Vec::new(), depth: 0 };
    let value = reader.either()?;
    if !reader.rest.is_empty() {
        return Err(format!("`{}` was not expected", crate::interchange::report::shown(reader.rest)));
    }
    Ok(Formula { text: value.number(), draws: reader.draws })
}

/// A part of a formula; Python takes truth for a number.
enum Part {
    Number(String),
    Truth(String),
}

impl Part {
    fn number(self) -> String {
        match self {
            Self::Number(text) => text,
            Self::Truth(text) => format!("(if {text} then 1 else 0)"),
        }
    }

    fn truth(self) -> String {
        match self {
            Self::Number(text) => format!("{text} != 0"),
            Self::Truth(text) => text,
        }
    }
}

struct Reader<'t> {
    rest: &'t str,
    names: &'t dyn Fn(&str) -> Option<String>,
    draws: Vec<(String, Dist)>,
    depth: u32,
}

impl<'t> Reader<'t> {
    fn take(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        let word = token.ends_with(|c: char| c.is_alphanumeric());
        if word && rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            return false;
        }
        self.rest = rest.trim_start();
        true
    }

    fn either(&mut self) -> Result<Part, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it is nested too deep".to_owned());
        }
        let mut left = self.both()?;
        while self.take("or") {
            left = Part::Truth(format!("({} or {})", left.truth(), self.both()?.truth()));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn both(&mut self) -> Result<Part, String> {
        let mut left = self.negated()?;
        while self.take("and") {
            left = Part::Truth(format!("({} and {})", left.truth(), self.negated()?.truth()));
        }
        Ok(left)
    }

    fn negated(&mut self) -> Result<Part, String> {
        let mut not = false;
        while self.take("not") {
            not = !not;
        }
        let part = self.comparison()?;
        Ok(if not { Part::Truth(format!("not ({})", part.truth())) } else { part })
    }

    fn comparison(&mut self) -> Result<Part, String> {
        let left = self.sum()?;
        for sign in ["<=", ">=", "==", "!=", "<", ">"] {
            if self.take(sign) {
                let right = self.sum()?;
                return Ok(Part::Truth(format!("({} {sign} {})", left.number(), right.number())));
            }
        }
        Ok(left)
    }

    fn sum(&mut self) -> Result<Part, String> {
        let mut left = self.product()?;
        loop {
            let sign = if self.take("+") {
                '+'
            } else if self.take("-") {
                '-'
            } else {
                return Ok(left);
            };
            left = Part::Number(format!("({} {sign} {})", left.number(), self.product()?.number()));
        }
    }

    fn product(&mut self) -> Result<Part, String> {
        let mut left = self.signed()?;
        loop {
            if self.rest.starts_with("**") {
                return Ok(left);
            }
            let (a, sign) = if self.take("//") {
                (left.number(), "//")
            } else if self.take("*") {
                (left.number(), "*")
            } else if self.take("/") {
                (left.number(), "/")
            } else if self.take("%") {
                (left.number(), "%")
            } else {
                return Ok(left);
            };
            let b = self.signed()?.number();
            left = Part::Number(match sign {
                "//" => format!("floor({a} / {b})"),
                "%" => format!("({a} - {b} * floor({a} / {b}))"),
                sign => format!("({a} {sign} {b})"),
            });
        }
    }

    fn signed(&mut self) -> Result<Part, String> {
        let mut minus = false;
        loop {
            if self.take("-") {
                minus = !minus;
            } else if !self.take("+") {
                break;
            }
        }
        let part = self.power()?;
        Ok(if minus { Part::Number(format!("(0 - {})", part.number())) } else { part })
    }

    fn power(&mut self) -> Result<Part, String> {
        let base = self.atom()?;
        if !self.take("**") {
            return Ok(base);
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it is nested too deep".to_owned());
        }
        let exponent = self.signed()?;
        self.depth -= 1;
        Ok(Part::Number(format!("pow({}, {})", base.number(), exponent.number())))
    }

    fn atom(&mut self) -> Result<Part, String> {
        if self.take("(") {
            let inside = self.either()?;
            return if self.take(")") { Ok(inside) } else { Err("a bracket is not closed".to_owned()) };
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            let mut end = 0;
            for (i, c) in self.rest.char_indices() {
                let exponent =
                    i > 0 && matches!(self.rest.as_bytes()[i - 1], b'e' | b'E') && matches!(c, '+' | '-');
                if !(c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E') || exponent) {
                    break;
                }
                end = i + c.len_utf8();
            }
            let (number, rest) = self.rest.split_at(end);
            let value: f64 = number.parse().map_err(|_| format!("`{number}` is no number"))?;
            self.rest = rest.trim_start();
            return Ok(Part::Number(format!("{value:?}")));
        }
        let end = self
            .rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        if word.is_empty() {
            return Err("a value is missing".to_owned());
        }
        self.rest = rest.trim_start();
        if self.take("(") {
            return self.function(word);
        }
        match word {
            "True" | "true" => Ok(Part::Truth("1 == 1".to_owned())),
            "False" | "false" => Ok(Part::Truth("1 == 0".to_owned())),
            "math.pi" | "pi" => Ok(Part::Number(format!("{:?}", std::f64::consts::PI))),
            "math.e" => Ok(Part::Number(format!("{:?}", std::f64::consts::E))),
            name => (self.names)(name)
                .map(Part::Number)
                .ok_or_else(|| format!("`{name}` is no attribute that holds a number")),
        }
    }

    fn function(&mut self, word: &str) -> Result<Part, String> {
        let mut arguments = Vec::new();
        while !self.take(")") {
            if !arguments.is_empty() && !self.take(",") {
                return Err("a bracket is not closed".to_owned());
            }
            arguments.push(self.either()?.number());
        }
        let name = word.strip_prefix("math.").unwrap_or(word);
        let own = match name {
            "sqrt" | "exp" | "floor" | "ceil" | "pow" | "min" | "max" | "abs" => name,
            "fabs" => "abs",
            "log" if arguments.len() == 1 => "ln",
            "fix" | "uniform" | "norm" | "triang" | "expon" | "lognorm" | "gamma" => {
                return self.sampler(name, &arguments);
            }
            _ => return Err(format!("the function `{word}` is not known")),
        };
        Ok(Part::Number(format!("{own}({})", arguments.join(", "))))
    }

    /// A value drawn from a law with constant parameters: by mean and standard deviation or variance.
    fn sampler(&mut self, name: &str, arguments: &[String]) -> Result<Part, String> {
        let plain = |text: &String| text.trim_matches(['(', ')']).replace("0 - ", "-").parse::<f64>().ok();
        let values: Option<Vec<f64>> = arguments.iter().map(plain).collect();
        let values = values.ok_or_else(|| format!("`{name}` with parameters that are not constant"))?;
        let get = |i: usize| values.get(i).copied().ok_or_else(|| format!("`{name}` needs more parameters"));
        let new = Params::new;
        let law = match name {
            "fix" => return Ok(Part::Number(format!("{:?}", get(0)?))),
            "uniform" => dist::build("uniform", &new().with("min", get(0)?).with("max", get(1)?)),
            "norm" => dist::build("normal", &new().with("mean", get(0)?).with("sd", get(1)?)),
            "expon" => dist::build("exponential", &new().with("mean", get(0)?)),
            "triang" => dist::build(
                "triangular",
                &new().with("min", get(0)?).with("mode", get(1)?).with("max", get(2)?),
            ),
            _ => {
                let family = if name == "gamma" { "gamma" } else { "lognormal" };
                let (mean, variance) = (get(0)?, get(1)?);
                dist::build(family, &new().with("mean", mean).with("cv", variance.max(0.0).sqrt() / mean))
            }
        };
        // A mark that no name of a scenario looks like.
        let mark = format!("\u{1}{}\u{1}", self.draws.len());
        self.draws.push((mark.clone(), law.map_err(|why| format!("`{name}`: {why}"))?));
        Ok(Part::Number(mark))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_becomes_expressions() {
        let names = |n: &str| (n == "amount").then(|| "amount".to_owned());
        let text = |t: &str| read(t, &names).map(|f| f.text);
        for (python, own) in [
            ("amount * 2 + 1", "((amount * 2.0) + 1.0)"),
            ("-amount ** 2", "(0 - pow(amount, 2.0))"),
            ("2 ** -1", "pow(2.0, (0 - 1.0))"),
            ("7 // 2 % 3", "(floor(7.0 / 2.0) - 3.0 * floor(floor(7.0 / 2.0) / 3.0))"),
            ("not amount > 3 and True", "(if (not ((amount > 3.0)) and 1 == 1) then 1 else 0)"),
            ("math.sqrt(amount) + math.log(2)", "(sqrt(amount) + ln(2.0))"),
        ] {
            assert_eq!(text(python).as_deref(), Ok(own), "{python}");
        }
        for wrong in ["", "1 +", "(1", "nobody", "__import__('os')", "f(1)", "1 2", "norm(amount, 1)"] {
            assert!(text(wrong).is_err(), "{wrong}");
        }
        assert!(text(&"(".repeat(5000)).is_err());
        let drawn = read("10 + norm(5, 1)", &names).expect("a formula");
        assert_eq!((drawn.draws.len(), drawn.draws[0].1.mean()), (1, 5.0));
    }
}
