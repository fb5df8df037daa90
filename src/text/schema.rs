//! What tables may hold, said once: checking, reading, the JSON Schema and the reference follow it.

use super::tree::Value;
use crate::units::Dim;

/// A table of the scenario language.
#[derive(Debug)]
pub struct Table {
    /// In a message: "missing key `members` in a team". As a variant: the value of the `kind` key.
    pub name: &'static str,
    pub doc: &'static str,
    pub fields: &'static [Field],
    /// TOML to imitate.
    pub example: &'static str,
}

#[derive(Debug)]
pub struct Field {
    pub key: &'static str,
    pub kind: Kind,
    pub need: Need,
    pub doc: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    Required,
    Optional,
    /// Optional; read as if this had been written (TOML, or a text without its quotes).
    Default(&'static str),
}

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Text,
    /// A text that declares a name, in a list of tables.
    NewName(&'static str),
    /// A name declared elsewhere: `Name("team")`.
    Name(&'static str),
    /// A number in base units of its dimension; bare numbers only where the dimension is a number.
    Quantity(Dim, Sign),
    /// 0 to 1, or 0 % to 100 %.
    Share,
    /// A whole number, zero or more.
    Count,
    Flag,
    /// One of these words, each with its meaning.
    Choice(&'static [(&'static str, &'static str)]),
    /// "07:00"
    Clock,
    /// "2025-01-06"
    Date,
    /// "Mon-Fri 07:00-17:00", or a list of such texts.
    Weekly,
    /// A distribution over values of a dimension.
    Dist(Dim),
    /// The same for a case: a distribution, one for each level of an attribute, or computed.
    Amount(Dim),
    /// An expression whose value has this dimension.
    Formula(Dim),
    /// An expression that is true or false.
    Condition,
    List(&'static Kind),
    Table(&'static Table),
    /// Free names to values: `[team.mechanics]`.
    Map(Keys, &'static Kind),
    /// A table whose `kind` key says which of these it is.
    OneOf(&'static [&'static Table]),
    /// Paths and values that change the scenario.
    Changes,
    /// Any of these, told apart by shape: one value, a list, a table.
    Either(&'static [Kind]),
    /// Checked by those who read it.
    Other {
        expected: &'static str,
        example: &'static str,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Any,
    NonNegative,
    Positive,
}

/// What the keys of a map are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Each key declares a name of this sort.
    New(&'static str),
    /// Each key is a name of this sort, declared elsewhere.
    Of(&'static str),
    /// Any text.
    Free,
}

/// The key that tells the tables of [`Kind::OneOf`] apart.
pub const TAG: &str = "kind";

impl Table {
    pub fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields.iter().find(|f| f.key == key)
    }

    pub fn keys(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        self.fields.iter().map(|f| f.key)
    }

    /// "a team", "an asset group"
    pub fn with_article(&self) -> String {
        with_article(self.name)
    }
}

impl Field {
    pub const fn required(key: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { key, kind, need: Need::Required, doc }
    }

    pub const fn optional(key: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { key, kind, need: Need::Optional, doc }
    }

    pub const fn default(key: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Self {
        Self { key, kind, need: Need::Default(default), doc }
    }
}

impl Kind {
    /// The alternative that has the shape of the value; the kind itself when it has no alternatives.
    pub fn pick(&'static self, value: &Value) -> &'static Self {
        let Self::Either(kinds) = self else { return self };
        let shaped = |kind: &&Self| match kind {
            Self::List(_) => matches!(value, Value::Array(_)),
            Self::Table(_) | Self::Map(..) | Self::OneOf(_) | Self::Changes => {
                matches!(value, Value::Table(_))
            }
            _ => !matches!(value, Value::Array(_) | Value::Table(_)),
        };
        kinds.iter().find(shaped).unwrap_or(self)
    }

    pub const NUMBER: Self = Self::Quantity(Dim::NUMBER, Sign::Any);
    pub const DURATION: Self = Self::Quantity(Dim::TIME, Sign::NonNegative);
    pub const RATE: Self = Self::Quantity(Dim::RATE, Sign::NonNegative);
    pub const MONEY: Self = Self::Quantity(Dim::MONEY, Sign::Any);
    pub const DISTANCE: Self = Self::Quantity(Dim::DISTANCE, Sign::NonNegative);
    /// Wages and rents: money per time.
    pub const COST_RATE: Self = Self::Quantity(Dim::MONEY.per(Dim::TIME), Sign::NonNegative);
    pub const TEXTS: Self = Self::List(&Self::Text);

    /// In the words of a message: "a duration", "the name of a team".
    pub fn expected(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::NewName(sort) => format!("a name for {}", with_article(sort)),
            Self::Name(sort) => format!("the name of {}", with_article(sort)),
            Self::Quantity(dim, Sign::Positive) => format!("{dim} above zero"),
            Self::Quantity(dim, Sign::NonNegative) => format!("{dim}, zero or more"),
            Self::Quantity(dim, Sign::Any) => dim.to_string(),
            Self::Share => "a share between 0 and 1".to_owned(),
            Self::Count => "a whole number, zero or more".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Choice(words) => {
                let words: Vec<_> = words.iter().map(|(w, _)| format!("\"{w}\"")).collect();
                format!("one of {}", words.join(", "))
            }
            Self::Clock => "a time of day".to_owned(),
            Self::Date => "a date".to_owned(),
            Self::Weekly => "stretches of the week".to_owned(),
            Self::Dist(dim) | Self::Amount(dim) => format!("a distribution of {dim}"),
            Self::Formula(dim) => format!("an expression for {dim}"),
            Self::Condition => "a condition".to_owned(),
            Self::List(of) => format!("a list, each item {}", of.expected()),
            Self::Table(table) => format!("the table of {}", table.with_article()),
            Self::Map(Keys::New(sort) | Keys::Of(sort), _) => format!("a table with a key for each {sort}"),
            Self::Map(Keys::Free, of) => format!("a table of {}", of.expected()),
            Self::OneOf(tables) => {
                let names: Vec<_> = tables.iter().map(|t| t.name).collect();
                format!("a table of kind {}", names.join(", "))
            }
            Self::Changes => "a table of paths and values".to_owned(),
            Self::Either(kinds) => {
                let each: Vec<_> = kinds.iter().map(|k| k.expected()).collect();
                each.join(", or ")
            }
            Self::Other { expected, .. } => (*expected).to_owned(),
        }
    }

    /// An example whose parts can be changed, where there is such a form: the whole of a table as if it were left to its defaults.
    pub fn example_with_parts(&self) -> String {
        let table = match self {
            Self::Either(kinds) => {
                kinds.iter().find_map(|k| if let Self::Table(t) = k { Some(t) } else { None })
            }
            Self::Table(table) => Some(table),
            _ => None,
        };
        let Some(table) = table else { return self.example() };
        let part = |field: &Field| {
            let value = match (field.need, field.kind) {
                (Need::Default(text), Self::Count | Self::Flag) => text.to_owned(),
                (Need::Default(text), _) => format!("\"{text}\""),
                (Need::Required, kind) => kind.example(),
                (Need::Optional, _) => return None,
            };
            Some(format!("{} = {value}", field.key))
        };
        format!("{{ {} }}", table.fields.iter().filter_map(part).collect::<Vec<_>>().join(", "))
    }

    /// TOML to imitate.
    pub fn example(&self) -> String {
        match self {
            Self::Text => "\"some words\"".to_owned(),
            Self::NewName(sort) | Self::Name(sort) => format!("\"some_{}\"", sort.replace(' ', "_")),
            Self::Quantity(Dim::NUMBER, _) => "1.5".to_owned(),
            Self::Quantity(dim, _) | Self::Dist(dim) | Self::Amount(dim) => {
                format!("\"{}\"", super::quantity::example(*dim))
            }
            Self::Share => "0.25".to_owned(),
            Self::Count => "3".to_owned(),
            Self::Flag => "true".to_owned(),
            Self::Choice(words) => format!("\"{}\"", words.first().map_or("", |w| w.0)),
            Self::Clock => "\"07:00\"".to_owned(),
            Self::Date => "\"2025-01-06\"".to_owned(),
            Self::Weekly => "\"Mon-Fri 07:00-17:00\"".to_owned(),
            Self::Formula(dim) => format!("\"2 * {}\"", super::quantity::example(*dim)),
            Self::Condition => "\"case.priority > 1\"".to_owned(),
            Self::List(of) => format!("[{}]", of.example()),
            Self::Table(_) | Self::Map(..) => "{ ... }".to_owned(),
            Self::OneOf(tables) => {
                format!("{{ {TAG} = \"{}\", ... }}", tables.first().map_or("", |t| t.name))
            }
            Self::Changes => "{ \"team.mechanics.members\" = 12 }".to_owned(),
            Self::Either(kinds) => kinds.first().map_or_else(String::new, |k| k.example()),
            Self::Other { example, .. } => (*example).to_owned(),
        }
    }
}

pub(crate) fn with_article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u']) && !noun.starts_with("use");
    format!("{} {noun}", if vowel { "an" } else { "a" })
}
