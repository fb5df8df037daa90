//! `ask`: looks for a stocked part, or for somebody who knows, by communication.
//!
//! The gain of a channel is never a factor: it emerges from who has the channel, who reads, when they are on
//! shift, what they know, and whether asking goes one by one or to all at once.

use super::Expansion;
use super::amount::read_law;
use super::op::Op;
use super::scope::after_prefix;
use super::stock::PartRef;
use super::task::optional;
use super::{Form, Holds, Scope};
use crate::diag::{Diagnostic, suggest};
use crate::dist::{self, Dist};
use crate::ids::{AttrId, ChannelId, PartId, StepId, TeamId, TopicId};
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Item, Reader, Table, Value, Words, quantity};
use crate::units::Dim;

#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    pub seek: Seek,
    /// A member of this team (at the case's site) does the asking; asking costs that member's working time.
    pub asker: TeamId,
    /// Who can be asked.
    pub places: Vec<Place>,
    /// In order of preference; the first that both ends have is used.
    pub channels: Vec<ChannelId>,
    pub give_up: GiveUp,
    /// A unit found is set aside for the case, so that no other request takes it.
    pub reserve: bool,
    /// Probability that a place refuses to give away its last unit.
    pub hoarding: f64,
    /// Strength of the belief update by an answer that one sees (0 = beliefs never change).
    pub learning: f64,
    pub search: Option<Search>,
    pub parallel: Option<Parallel>,
    /// Receives the site where the part was found (for a topic: where the person who knew works).
    pub site_attr: Option<AttrId>,
    /// Receives the number of asks made.
    pub asks_attr: Option<AttrId>,
    pub found: StepId,
    pub not_found: StepId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seek {
    Part(PartRef),
    Topic(TopicId),
    /// The topic that a topic-valued attribute of the case names.
    TopicAttr(AttrId),
}

/// A group of people who can be asked together: a team at a site, or a team as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub team: TeamId,
    pub scope: PlaceScope,
    pub sees: Sees,
    /// Probability that an answer states what the answerer sees.
    pub right: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceScope {
    /// One place for each site of the team, other than the case's own: each answers for its own shelf.
    OtherSites,
    /// The team as one place, which answers for all sites.
    Whole,
}

/// What an answerer looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sees {
    /// The shelf itself.
    Shelf,
    /// The stock record, which may be wrong.
    Record,
    /// What the person knows (topics).
    Mind,
    /// Nothing: can only pass on what others wrote.
    Nothing,
}

/// The first limit that is reached ends the search.
#[derive(Clone, Debug, PartialEq)]
pub struct GiveUp {
    pub asks: Option<u32>,
    /// [s]
    pub after: Option<Dist>,
    pub at_shift_end: bool,
}

/// Earlier visible answers can be found again.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    pub channel: ChannelId,
    /// Answers older than this are not found [s].
    pub memory: f64,
    /// The asker's time for a search [s].
    pub cost: Dist,
}

/// When the first member of `team` reads the post, a second token of the case does `step` (work of its own, `once`), so
/// that it is done when the search finds nothing. When the search finds something, that work stops.
#[derive(Clone, Debug, PartialEq)]
pub struct Parallel {
    pub team: TeamId,
    pub step: StepId,
}

static SCOPE: Words<PlaceScope, 2> = Words::new([
    ("other_sites", PlaceScope::OtherSites, "one place for each site of the team but the case's own"),
    ("whole", PlaceScope::Whole, "the team as one place, which answers for all sites"),
]);

static SEES: Words<Sees, 4> = Words::new([
    ("shelf", Sees::Shelf, "the shelf itself"),
    ("record", Sees::Record, "the stock record, which may be wrong"),
    ("mind", Sees::Mind, "what the person knows"),
    ("nothing", Sees::Nothing, "can only pass on what others wrote"),
]);

static PLACE: Schema = Schema {
    name: "place",
    doc: "A group of people who can be asked together.",
    fields: &[
        Field::required("team", Kind::Name("team"), "who is asked"),
        Field::default("scope", SCOPE.kind(), "whole", "each site on its own, or the team as a whole"),
        Field::required("sees", SEES.kind(), "what an answerer looks at"),
        Field::default("right", Kind::Share, "1", "probability that an answer states what the answerer sees"),
    ],
    example: "places = [{ team = \"clerks\", scope = \"other_sites\", sees = \"shelf\", right = \"98 %\" }]",
};

static GIVE_UP: Schema = Schema {
    name: "give up",
    doc: "The first limit that is reached ends the search; without limits all places are asked.",
    fields: &[
        Field::optional(
            "asks",
            Kind::Count,
            "after asking so many places directly; a post to everybody is not counted",
        ),
        Field::optional("after", Kind::Dist(Dim::TIME), "after this long"),
        Field::default("at_shift_end", Kind::Flag, "false", "when the asker's shift ends"),
    ],
    example: "give_up = { asks = 2, after = \"24 h\" }",
};

static SEARCH: Schema = Schema {
    name: "search",
    doc: "Earlier visible answers can be found again, before anybody is asked.",
    fields: &[
        Field::required("channel", Kind::Name("channel"), "where the answers were written"),
        Field::required("memory", Kind::DURATION, "older answers are not found"),
        Field::default("cost", Kind::Dist(Dim::TIME), "0 s", "the asker's time for a search"),
    ],
    example: "search = { channel = \"tool\", memory = \"30 d\", cost = \"2 min\" }",
};

static PARALLEL: Schema = Schema {
    name: "parallel",
    doc: "A second token of the case starts when the first member of a team reads the post. What it does counts in no \
          stage: the case is still being asked about.",
    fields: &[
        Field::required("team", Kind::Name("team"), "who reads"),
        Field::required("step", Kind::Name("step"), "where the second token starts"),
    ],
    example: "parallel = { team = \"buyers\", step = \"prepare\" }",
};

static SCHEMA: Schema = Schema {
    name: "ask",
    doc: "Looks for a part, or for somebody who knows, by communication. The gain of a channel is no factor: it emerges \
          from who has it, who reads, when they are on shift, what they know, and whether asking goes one by one.",
    fields: &[
        Field::required(
            "for",
            Kind::Other {
                expected: "a part, a topic, or \"attr:\" and a part or topic attribute",
                example: "\"attr:part\"",
            },
            "what is sought",
        ),
        Field::required(
            "asker",
            Kind::Name("team"),
            "a member of this team at the case's site does the asking",
        ),
        Field::required("places", Kind::List(&Kind::Table(&PLACE)), "who can be asked"),
        Field::required(
            "channels",
            Kind::List(&Kind::Name("channel")),
            "in order of preference; the first that both ends have is used",
        ),
        Field::optional("give_up", Kind::Table(&GIVE_UP), "limits of the search"),
        Field::default("reserve", Kind::Flag, "true", "a unit found is set aside for the case"),
        Field::default("hoarding", Kind::Share, "0", "probability that a place keeps its last unit"),
        Field::default("learning", Kind::Share, "0", "strength of the belief update by a visible answer"),
        Field::optional("search", Kind::Table(&SEARCH), "look for earlier answers first"),
        Field::optional("parallel", Kind::Table(&PARALLEL), "others start when they read the question"),
        Field::optional("site_attribute", Kind::Name("attribute"), "receives the site where it was found"),
        Field::optional("asks_attribute", Kind::Name("attribute"), "receives the number of asks"),
        Field::required("found", Kind::Name("step"), "where the case goes then"),
        Field::required("not_found", Kind::Name("step"), "where the case goes otherwise"),
    ],
    example: "ask = { for = \"attr:part\", asker = \"clerks\", \
              places = [{ team = \"clerks\", scope = \"other_sites\", sees = \"shelf\" }], \
              channels = [\"phone\", \"email\"], found = \"transfer\", not_found = \"purchase\" }",
};

impl Form for Ask {
    const KEY: &str = "ask";
    const KIND: Kind = Kind::Table(&SCHEMA);
    const DOC: &str = "looks for a part, or for somebody who knows, by communication";

    fn read(item: &Item, scope: &Scope) -> Option<Self> {
        let r = item.table()?;
        let seek = r.item("for").and_then(|item| Seek::read(&item, scope));
        let places: Vec<_> = r.list("places").iter().map(|i| Place::read(&i.table()?)).collect();
        let channels: Vec<_> = r.list("channels").iter().map(|i| Some(i.name()?.value)).collect();
        for (key, empty) in [("places", places.is_empty()), ("channels", channels.is_empty())] {
            if empty && r.has(key) {
                r.report(
                    Diagnostic::error(format!("`{key}` is empty: nobody can be asked")).at(r.place_of(key)),
                );
            }
        }
        let none = GiveUp { asks: None, after: None, at_shift_end: false };
        let give_up = optional(&r, "give_up", || GiveUp::read(&r.table("give_up")?, scope));
        let search = optional(&r, "search", || Search::read(&r.table("search")?, scope));
        let parallel = optional(&r, "parallel", || Parallel::read(&r.table("parallel")?, scope));
        let site_attr = optional(&r, "site_attribute", || scope.attr_key(&r, "site_attribute", "site"));
        let asks_attr = optional(&r, "asks_attribute", || number_attr(&r, "asks_attribute", scope));
        let (found, not_found) = (scope.step(&r, "found"), scope.step(&r, "not_found"));
        Some(Self {
            seek: seek?,
            asker: r.name("asker")?.value,
            places: places.into_iter().collect::<Option<_>>()?,
            channels: channels.into_iter().collect::<Option<_>>()?,
            give_up: give_up?.unwrap_or(none),
            reserve: r.flag("reserve")?.value,
            hoarding: r.quantity("hoarding")?.value,
            learning: r.quantity("learning")?.value,
            search: search?,
            parallel: parallel?,
            site_attr: site_attr?,
            asks_attr: asks_attr?,
            found: found?,
            not_found: not_found?,
        })
    }

    fn print(&self, scope: &Scope) -> Value {
        let attr = |attr: AttrId| scope.attributes[attr].name.as_str();
        Table::braces()
            .with("for", self.seek.print(scope))
            .with("asker", scope.teams[self.asker].as_str())
            .with("places", self.places.iter().map(|p| p.print(scope)).collect::<Value>())
            .with("channels", self.channels.iter().map(|c| scope.channels[*c].as_str()).collect::<Value>())
            .with_other("give_up", self.give_up.print(), Table::braces())
            .with_other("reserve", self.reserve, true)
            .with_other("hoarding", self.hoarding, 0.0)
            .with_other("learning", self.learning, 0.0)
            .with_some("search", self.search.as_ref().map(|s| s.print(scope)))
            .with_some("parallel", self.parallel.as_ref().map(|p| p.print(scope)))
            .with_some("site_attribute", self.site_attr.map(attr))
            .with_some("asks_attribute", self.asks_attr.map(attr))
            .with("found", scope.print_step(self.found))
            .with("not_found", scope.print_step(self.not_found))
            .into()
    }
}

impl Seek {
    fn read(item: &Item, scope: &Scope) -> Option<Self> {
        let node = item.node();
        let text = scope.text(item, &node)?;
        if text.value.starts_with("attr:") {
            let name = after_prefix(text);
            let slot = scope.attributes.iter_ids().find(|(_, slot)| slot.name == name.value);
            return match slot {
                Some((id, slot)) if matches!(slot.holds, Holds::Name { sort: "topic", .. }) => {
                    Some(Self::TopicAttr(id))
                }
                _ => scope.attr_of("part", name, item.sink()).map(|attr| Self::Part(PartRef::Attr(attr))),
            };
        }
        let named = |names: &[String]| names.iter().position(|name| name == text.value).map(|i| i as u32);
        if let Some(i) = named(scope.parts.as_slice()) {
            return Some(Self::Part(PartRef::Fixed(PartId(i))));
        }
        if let Some(i) = named(scope.topics.as_slice()) {
            return Some(Self::Topic(TopicId(i)));
        }
        let known: Vec<_> = scope.parts.iter().chain(scope.topics.iter()).map(String::as_str).collect();
        let d = Diagnostic::error(format!("no part or topic is called `{}`", text.value)).at(text.span);
        item.sink().push(match suggest(text.value, known) {
            Some(hint) => d.hint(hint),
            None => d,
        });
        None
    }

    fn print(self, scope: &Scope) -> Value {
        match self {
            Self::Part(part) => scope.print_part(part),
            Self::Topic(topic) => scope.topics[topic].as_str().into(),
            Self::TopicAttr(attr) => scope.print_attr(attr),
        }
    }
}

impl Place {
    fn read(r: &Reader) -> Option<Self> {
        Some(Self {
            team: r.name("team")?.value,
            scope: r.word("scope", &SCOPE)?,
            sees: r.word("sees", &SEES)?,
            right: r.quantity("right")?.value,
        })
    }

    fn print(&self, scope: &Scope) -> Table {
        Table::braces()
            .with("team", scope.teams[self.team].as_str())
            .with("scope", SCOPE.word(self.scope))
            .with("sees", SEES.word(self.sees))
            .with_other("right", self.right, 1.0)
    }
}

impl GiveUp {
    fn read(r: &Reader, scope: &Scope) -> Option<Self> {
        let after = optional(r, "after", || read_law(r, "after", Dim::TIME, scope));
        let asks = r.count("asks").map(|n| u32::try_from(n.value).unwrap_or(u32::MAX));
        Some(Self { asks, after: after?, at_shift_end: r.flag("at_shift_end")?.value })
    }

    fn print(&self) -> Table {
        Table::braces()
            .with_some("asks", self.asks)
            .with_some("after", self.after.as_ref().map(|after| dist::print(after, Dim::TIME)))
            .with_other("at_shift_end", self.at_shift_end, false)
    }
}

impl Search {
    fn read(r: &Reader, scope: &Scope) -> Option<Self> {
        let cost = read_law(r, "cost", Dim::TIME, scope);
        Some(Self { channel: r.name("channel")?.value, memory: r.quantity("memory")?.value, cost: cost? })
    }

    fn print(&self, scope: &Scope) -> Table {
        Table::braces()
            .with("channel", scope.channels[self.channel].as_str())
            .with("memory", quantity::print(self.memory, Dim::TIME))
            .with("cost", dist::print(&self.cost, Dim::TIME))
    }
}

impl Parallel {
    fn read(r: &Reader, scope: &Scope) -> Option<Self> {
        Some(Self { team: r.name("team")?.value, step: scope.step(r, "step")? })
    }

    fn print(&self, scope: &Scope) -> Table {
        Table::braces()
            .with("team", scope.teams[self.team].as_str())
            .with("step", scope.print_step(self.step))
    }
}

fn number_attr(r: &Reader, key: &str, scope: &Scope) -> Option<AttrId> {
    let attr = r.name::<AttrId>(key)?;
    let slot = &scope.attributes[attr.value];
    if slot.holds == Holds::Number(Dim::NUMBER) {
        return Some(attr.value);
    }
    let message = format!("`{}` holds {}, not a number", slot.name, slot.holds.describe());
    r.report(Diagnostic::error(message).at(attr.span));
    None
}

impl Ask {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let site = x.site(self.clone());
        x.sites.asks.push(site);
        x.emit(Op::Ask(x.sites.asks.len() as u32 - 1));
        for to in [self.found, self.not_found] {
            let to = x.exit(to);
            x.emit(Op::Goto(to));
        }
        if let Some(parallel) = &self.parallel {
            let to = x.label(parallel.step);
            x.emit(Op::Goto(to));
        }
    }
}
