//! `[attribute]`: what a case carries.

use crate::activity::{Holds, RESERVED, Slot, exactly_one};
use crate::diag::{Diagnostic, Sink, Span};
use crate::ids::IdVec;
use crate::model::{Attribute, AttributeType, Model};
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Reader, Table, Value, Words};
use crate::units::Dim;

static NUMBERS: Words<Dim, 4> = Words::new([
    ("number", Dim::NUMBER, "a bare number"),
    ("duration", Dim::TIME, "a duration"),
    ("money", Dim::MONEY, "an amount of money"),
    ("distance", Dim::DISTANCE, "a distance"),
]);

#[derive(Clone, Copy, PartialEq)]
enum Sort {
    Part,
    Site,
    Mode,
    Topic,
}

static SORTS: Words<Sort, 4> = Words::new([
    ("parts", Sort::Part, "a part"),
    ("sites", Sort::Site, "a site"),
    ("modes", Sort::Mode, "a failure mode"),
    ("topics", Sort::Topic, "a topic"),
]);

pub static SCHEMA: Schema = Schema {
    name: "attribute",
    doc: "What a case carries: a number, true or false, one of some levels, or one of the parts, sites, failure modes or \
          topics of the scenario. 0 (false, the first) until it is set.",
    fields: &[
        Field::optional("number", NUMBERS.kind(), "a number"),
        Field::optional("flag", Kind::Flag, "true: the attribute is true or false"),
        Field::optional("levels", Kind::TEXTS, "one of these words"),
        Field::optional("of", SORTS.kind(), "one of the things of this sort"),
    ],
    example: "[attribute]\nkm = { number = \"distance\" }\nurgent = { flag = true }\nsystem = { levels = [\"tyre\", \"engine\"] }\n\
              part = { of = \"parts\" }",
};

/// Words of the expression language.
const KEYWORDS: [&str; 10] = ["and", "or", "not", "in", "if", "then", "else", "true", "false", "passes"];

pub fn read(root: &Reader, model: &mut Model) {
    for (name, item) in root.map("attribute") {
        if KEYWORDS.contains(&name.value) {
            let d =
                Diagnostic::error(format!("an attribute cannot be called `{}`", name.value)).at(name.span);
            root.report(d.hint("the word has a meaning in expressions"));
        }
        let kind = item.table().and_then(|r| kind(&r)).unwrap_or(AttributeType::Flag);
        model.attributes.push(Attribute { name: name.value.to_owned(), kind });
    }
}

pub fn print(model: &Model) -> Table {
    let each = |section: Table, a: &Attribute| {
        let table = Table::braces();
        let table = match &a.kind {
            AttributeType::Number(dim) => table.with("number", NUMBERS.word(*dim)),
            AttributeType::Flag => table.with("flag", true),
            AttributeType::Level(levels) => {
                table.with("levels", levels.iter().map(String::as_str).collect::<Value>())
            }
            AttributeType::Part => table.with("of", SORTS.word(Sort::Part)),
            AttributeType::Site => table.with("of", SORTS.word(Sort::Site)),
            AttributeType::Mode => table.with("of", SORTS.word(Sort::Mode)),
            AttributeType::Topic => table.with("of", SORTS.word(Sort::Topic)),
        };
        section.with(a.name.as_str(), table)
    };
    model.attributes.iter().fold(Table::default(), each)
}

/// What the attributes hold, with the names of their values.
pub fn slots(model: &Model) -> IdVec<crate::ids::AttrId, Slot> {
    let of = |sort: &'static str, names: Vec<String>| Holds::Name { sort, names };
    let each = model.attributes.iter().map(|a| {
        let holds = match &a.kind {
            AttributeType::Number(dim) => Holds::Number(*dim),
            AttributeType::Flag => Holds::Flag,
            AttributeType::Level(levels) => of("level", levels.clone()),
            AttributeType::Part => of("part", model.parts.iter().map(|p| p.name.clone()).collect()),
            AttributeType::Site => of("site", model.sites.iter().cloned().collect()),
            AttributeType::Mode => of("mode", model.modes.iter().map(|m| m.name.clone()).collect()),
            AttributeType::Topic => of("topic", model.topics.iter().map(|t| t.name.clone()).collect()),
        };
        Slot { name: a.name.clone(), holds }
    });
    each.collect()
}

/// Reports names that mean something else where things are named.
pub fn check_reserved(name: &str, span: Span, sink: &Sink) {
    if RESERVED.contains(&name) || name == "else" {
        sink.push(
            Diagnostic::error(format!("`{name}` cannot be a name here"))
                .at(span)
                .label("this word has a meaning of its own")
                .hint(format!("for example `{name}_1`")),
        );
    }
}

fn kind(r: &Reader) -> Option<AttributeType> {
    Some(match exactly_one(r, &["number", "flag", "levels", "of"])? {
        "number" => AttributeType::Number(r.word("number", &NUMBERS)?),
        "flag" => AttributeType::Flag,
        "levels" => {
            let mut levels: Vec<String> = Vec::new();
            for text in r.list("levels").iter().filter_map(|item| item.text()) {
                check_reserved(text.value, text.span, r.sink());
                if levels.iter().any(|l| l == text.value) {
                    r.report(
                        Diagnostic::error(format!("the level `{}` is given twice", text.value)).at(text.span),
                    );
                }
                levels.push(text.value.to_owned());
            }
            if levels.is_empty() {
                r.report(Diagnostic::error("an attribute needs at least one level").at(r.place_of("levels")));
            }
            AttributeType::Level(levels)
        }
        _ => match r.word("of", &SORTS)? {
            Sort::Part => AttributeType::Part,
            Sort::Site => AttributeType::Site,
            Sort::Mode => AttributeType::Mode,
            Sort::Topic => AttributeType::Topic,
        },
    })
}
