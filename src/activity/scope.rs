//! What the names in an activity's text mean: for reading it, and for printing it back.

use super::{PASSES, PartRef, SiteRef};
use crate::diag::{Diagnostic, Sink, suggest};
use crate::expr::{self, Expr, Type};
use crate::ids::*;
use crate::text::schema::Kind;
use crate::text::{Columns, Item, Reader, Text, Value};
use crate::units::Dim;

/// The names of everything that steps refer to, by index.
pub struct Scope<'a> {
    pub sites: IdVec<SiteId, String>,
    pub calendars: IdVec<CalendarId, String>,
    pub teams: IdVec<TeamId, String>,
    pub skills: IdVec<SkillId, String>,
    pub processes: IdVec<ProcessId, String>,
    pub steps: IdVec<StepId, String>,
    pub parts: IdVec<PartId, String>,
    pub topics: IdVec<TopicId, String>,
    pub channels: IdVec<ChannelId, String>,
    pub attributes: IdVec<AttrId, Slot>,
    /// Attributes by their index, and [`PASSES`].
    pub symbols: expr::Scope,
    pub types: IdVec<AttrId, Type>,
    /// Steps are named within their process, whose first step has this index.
    pub first_step: StepId,
    /// Reads the files that a scenario refers to.
    pub columns: &'a Columns<'a>,
}

/// A case attribute and what it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    pub name: String,
    pub holds: Holds,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Holds {
    /// A number of this dimension.
    Number(Dim),
    Flag,
    /// One of these names, as its index; the names are of a sort such as "part" or "level".
    Name {
        sort: &'static str,
        names: Vec<String>,
    },
}

impl Holds {
    /// The names of the values; those of a flag are `false` and `true`.
    pub fn names(&self) -> Option<Vec<&str>> {
        match self {
            Self::Number(_) => None,
            Self::Flag => Some(vec!["false", "true"]),
            Self::Name { names, .. } => Some(names.iter().map(String::as_str).collect()),
        }
    }

    /// In the words of a message: "a duration", "a part".
    pub fn describe(&self) -> String {
        match self {
            Self::Number(dim) => dim.to_string(),
            Self::Flag => "true or false".to_owned(),
            Self::Name { sort, .. } => format!("the name of a {sort}"),
        }
    }
}

/// Words that no site, part or level can be called, because they mean something else in the same place.
pub const RESERVED: [&str; 7] = ["own", "supplier", "most_stock", "wait", "by", "is", "choose"];

/// A schema field's kind for a site.
pub const SITE: Kind =
    Kind::Other { expected: "\"own\", a site, or \"attr:\" and a site attribute", example: "\"own\"" };
/// A schema field's kind for a part.
pub const PART: Kind =
    Kind::Other { expected: "a part, or \"attr:\" and a part attribute", example: "\"attr:part\"" };

/// The symbols of conditions and values of a case: its attributes, and [`PASSES`].
/// Attributes that hold names of one sort can be compared with each other.
pub fn symbols(attributes: &IdVec<AttrId, Slot>) -> (expr::Scope, IdVec<AttrId, Type>) {
    let mut scope = expr::Scope::default();
    let mut types = IdVec::new();
    let mut scales: Vec<(&Holds, Type)> = Vec::new();
    for (id, slot) in attributes.iter_ids() {
        let ty = match &slot.holds {
            Holds::Number(dim) => Type::Number(*dim),
            Holds::Flag => Type::Truth,
            holds @ Holds::Name { names, .. } => match scales.iter().find(|(known, _)| *known == holds) {
                Some((_, ty)) => *ty,
                None => {
                    let ty = scope.add_scale(names);
                    scales.push((holds, ty));
                    ty
                }
            },
        };
        scope.add(slot.name.as_str(), id.0, ty);
        types.push(ty);
    }
    scope.add("passes", PASSES, Type::Number(Dim::NUMBER));
    (scope, types)
}

impl Scope<'_> {
    /// A condition on the case.
    pub fn condition(&self, text: &Text, sink: &Sink) -> Option<Expr> {
        Expr::read(text, &self.symbols, Some(Type::Truth), sink)
    }

    /// The priority of a request: a number.
    pub fn priority(&self, r: &Reader) -> Option<Expr> {
        Expr::read(&r.text("priority")?, &self.symbols, Some(Type::Number(Dim::NUMBER)), r.sink())
    }

    /// The step with this name in the process that is being read.
    pub fn step(&self, r: &Reader, key: &str) -> Option<StepId> {
        r.name::<StepId>(key).map(|local| self.nth_step(local.value))
    }

    pub fn nth_step(&self, local: StepId) -> StepId {
        StepId(self.first_step.0 + local.0)
    }

    /// An attribute that must hold names of a sort: "part", "site".
    pub fn attr_of(&self, sort: &str, name: Text, sink: &Sink) -> Option<AttrId> {
        let fits = |slot: &Slot| matches!(&slot.holds, Holds::Name { sort: s, .. } if *s == sort);
        let found = self.attributes.iter_ids().find(|(_, slot)| slot.name == name.value);
        if let Some((id, slot)) = found
            && fits(slot)
        {
            return Some(id);
        }
        let d = match found {
            Some((_, slot)) => {
                Diagnostic::error(format!("the attribute `{}` does not hold a {sort}", name.value))
                    .label(format!("it holds {}", slot.holds.describe()))
            }
            None => Diagnostic::error(format!("no attribute is called `{}`", name.value)),
        };
        let known: Vec<_> = self.attributes.iter().filter(|s| fits(s)).map(|s| s.name.as_str()).collect();
        sink.push(d.at(name.span).hint(match suggest(name.value, known) {
            Some(hint) => hint,
            None => format!("declare one: [attribute] {sort} = {{ of = \"{sort}s\" }}"),
        }));
        None
    }

    /// The attribute under a key, which must hold names of this sort.
    pub fn attr_key(&self, r: &Reader, key: &str, sort: &str) -> Option<AttrId> {
        self.attr_of(sort, r.text(key)?, r.sink())
    }

    /// "own", a site, or "attr:found_at".
    pub fn site(&self, item: &Item) -> Option<SiteRef> {
        self.site_or(item, &["own"])
    }

    /// The same where further words, which the caller has ruled out, would have meant something, too.
    pub fn site_or(&self, item: &Item, words: &[&str]) -> Option<SiteRef> {
        let node = item.node();
        let text = self.text(item, &node)?;
        match text.value.strip_prefix("attr:") {
            _ if text.value == "own" => Some(SiteRef::Own),
            Some(_) => self.attr_of("site", after_prefix(text), item.sink()).map(SiteRef::Attr),
            None => item
                .sink()
                .take(item.names().resolve_or("site", text.spanned(), words))
                .map(|i| SiteRef::At(SiteId(i))),
        }
    }

    /// A part, or "attr:part".
    pub fn part(&self, item: &Item) -> Option<PartRef> {
        let node = item.node();
        let text = self.text(item, &node)?;
        match text.value.strip_prefix("attr:") {
            Some(_) => self.attr_of("part", after_prefix(text), item.sink()).map(PartRef::Attr),
            None => item
                .sink()
                .take(item.names().resolve("part", text.spanned()))
                .map(|i| PartRef::Fixed(PartId(i))),
        }
    }

    /// The text of a value that may be anything as far as the schema knows.
    pub fn text<'n>(&self, item: &Item, node: &'n crate::text::Node) -> Option<Text<'n>> {
        let text = node.as_text();
        if text.is_none() {
            let expected = item.kind().expected();
            item.sink().push(
                item.error(format!("expected {expected}, found {}", node.value.describe()))
                    .hint(format!("for example {}", item.kind().example())),
            );
        }
        text
    }

    pub fn skill(&self, r: &Reader, key: &str) -> Option<SkillId> {
        let text = r.text(key)?;
        let found = self.skills.iter_ids().find(|(_, name)| *name == text.value).map(|(id, _)| id);
        if found.is_none() {
            let d = Diagnostic::error(format!("nobody has the skill `{}`", text.value)).at(text.span);
            r.report(match suggest(text.value, self.skills.iter().map(String::as_str).collect::<Vec<_>>()) {
                Some(hint) => d.hint(hint),
                None => d.hint("give it to a crew: skills = [\"...\"]"),
            });
        }
        found
    }

    pub fn print_site(&self, site: SiteRef) -> Value {
        match site {
            SiteRef::Own => "own".into(),
            SiteRef::At(site) => self.sites[site].as_str().into(),
            SiteRef::Attr(attr) => self.print_attr(attr),
        }
    }

    pub fn print_part(&self, part: PartRef) -> Value {
        match part {
            PartRef::Fixed(part) => self.parts[part].as_str().into(),
            PartRef::Attr(attr) => self.print_attr(attr),
        }
    }

    pub fn print_attr(&self, attr: AttrId) -> Value {
        format!("attr:{}", self.attributes[attr].name).into()
    }

    pub fn print_step(&self, step: StepId) -> Value {
        self.steps[step].as_str().into()
    }
}

/// The name after "attr:", with its own place.
pub(super) fn after_prefix(text: Text) -> Text {
    let at = text.value.len() - text.value.trim_start_matches("attr:").len();
    Text::new(&text.value[at..], text.at(at..text.value.len()))
}

/// The one of several keys that is written, when exactly one is.
pub fn exactly_one<'k>(r: &Reader, keys: &[&'k str]) -> Option<&'k str> {
    let written: Vec<_> = keys.iter().copied().filter(|key| r.has(key)).collect();
    let list = || keys.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
    match written.as_slice() {
        [one] => Some(one),
        [] => {
            let d = Diagnostic::error(format!("which kind of {} is it?", r.kind())).at(r.place());
            r.report(d.label("one key is missing here").hint(format!("expected one of {}", list())));
            None
        }
        [first, second, ..] => {
            let d = Diagnostic::error(format!("`{first}` and `{second}` exclude each other"))
                .at(r.place_of(second))
                .also(r.place_of(first), format!("`{first}` is given here"))
                .hint("keep one of them");
            r.report(d);
            None
        }
    }
}
