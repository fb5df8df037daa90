//! Object-centric event logs (OCEL 2.0): events that each concern several objects.

use super::attributes::Value;
use super::build::{Builder, Transition};
use super::instant::{self, Layout};
use super::report::{Position, ReadReport, nowhere};
use super::{EventLog, Instance, NONE, Names, UNKNOWN};

pub use super::attributes::Datum;

/// An object-centric log. Types, objects and attributes are known by their numbers.
#[derive(Clone, Debug, Default)]
pub struct Ocel {
    pub object_types: Vec<Type>,
    pub event_types: Vec<Type>,
    pub object_ids: Names,
    pub objects: Vec<Object>,
    pub events: Vec<Event>,
}

/// A type of objects or events, with the attributes that these may have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Type {
    pub name: String,
    /// Name, and type: `string`, `float`, `time` or `boolean`.
    pub attributes: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    pub kind: usize,
    /// Name, since when [microseconds since 1970], and value.
    pub attributes: Vec<(String, i64, Datum)>,
    pub relations: Vec<Relation>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    pub id: String,
    pub kind: usize,
    /// [microseconds since 1970]
    pub time: i64,
    pub attributes: Vec<(String, Datum)>,
    pub relations: Vec<Relation>,
}

/// To an object, and as what: "performed by".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    pub object: u32,
    pub qualifier: String,
}

/// Object types that do the work rather than being worked on.
const WORKERS: &[&str] = &["worker", "resource", "employee", "person", "user"];
/// Object types that are taken as the case unless another is named.
const CASES: &[&str] = &["case", "work order", "order"];
/// The object types and qualifiers that [`Ocel::from_log`] writes.
const CASE: &str = "case";
const WORKER: &str = "worker";
/// Attributes of rows that name an object, its type, and as what the event relates to it.
const OBJECTS: [(&str, &str, &str); 3] = [
    ("part", "part", "needs"),
    ("purchase_order", "purchase order", "orders by"),
    ("message_thread", "message thread", "asks in"),
];

impl Datum {
    fn of(value: Value) -> Option<Self> {
        Some(match value {
            Value::Text(text) => Self::Text(text.to_owned()),
            Value::Number(x) if x.is_finite() => Self::Number(x),
            Value::Number(_) => return None,
            Value::Instant(t) => Self::Instant(t),
            Value::Bool(b) => Self::Bool(b),
        })
    }

    /// As a type of OCEL.
    fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Number(_) => "float",
            Self::Instant(_) => "time",
            Self::Bool(_) => "boolean",
        }
    }

    /// Reads a text as the type that was declared for it.
    pub(super) fn read(kind: &str, text: &str) -> Option<Self> {
        Some(match kind {
            "float" | "integer" => Self::Number(text.trim().parse().ok().filter(|x: &f64| x.is_finite())?),
            "time" | "date" => Self::Instant(Layout::Ymd.read(text)?.micros),
            "boolean" => Self::Bool(super::attributes::truth(text)?),
            _ => Self::Text(text.to_owned()),
        })
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(x) => x.to_string(),
            Self::Instant(t) => time(*t),
            Self::Bool(b) => b.to_string(),
        }
    }
}

/// RFC 3339 in milliseconds with `Z`.
pub(super) fn time(micros: i64) -> String {
    let mut text = Vec::new();
    instant::write(&mut text, if micros == UNKNOWN { 0 } else { micros }, 3);
    String::from_utf8_lossy(&text).replace("+00:00", "Z")
}

impl Type {
    pub(super) fn kind_of(&self, attribute: &str) -> &str {
        self.attributes.iter().find(|(name, _)| name == attribute).map_or("string", |(_, kind)| kind)
    }

    fn declare(&mut self, attribute: &str, datum: &Datum) {
        if !self.attributes.iter().any(|(name, _)| name == attribute) {
            self.attributes.push((attribute.to_owned(), datum.kind().to_owned()));
        }
    }
}

impl Ocel {
    /// A case log as objects: cases, workers, what the case attribute `asset` names, and the parts, purchase orders and message
    /// threads that rows name. Each activity instance is an event at its end, with its start and the instant at which it could begin as attributes.
    ///
    /// A case's type is the part of its name before the last `-` where all cases have one (`restore-12`), or else `case`.
    pub fn from_log(log: &EventLog) -> Self {
        let mut ocel = Self::default();
        let dashed = log.cases.iter().all(|name| numbered(name).is_some());
        let object = |ocel: &mut Self, prefix: &str, kind: &str, name: &str| {
            let kind = kind_number(&mut ocel.object_types, kind);
            // Objects of all types share their identifiers: what is taken already gets its type in front.
            let mut id = name.to_owned();
            while let Some(taken) = ocel.object_ids.get(&id)
                && ocel.objects[taken as usize].kind != kind
            {
                id = format!("{prefix}:{id}");
            }
            let number = ocel.object_ids.intern(&id);
            if number as usize == ocel.objects.len() {
                ocel.objects.push(Object { kind, ..Object::default() });
            }
            number
        };
        let mut cases = Vec::new();
        for (case, name) in log.cases.iter().enumerate() {
            let kind = if dashed { numbered(name).unwrap_or(CASE) } else { CASE };
            let number = object(&mut ocel, CASE, kind, name);
            cases.push(number);
            for column in &log.case_attributes {
                let Some(value) = column.values.get(case) else { continue };
                if let (Value::Text(asset), "asset") = (value, column.name.as_str()) {
                    let kind = numbered(asset).unwrap_or("asset");
                    let asset = object(&mut ocel, "asset", kind, asset);
                    let relation = Relation { object: asset, qualifier: "concerns".to_owned() };
                    ocel.objects[number as usize].relations.push(relation);
                }
                if let Some(datum) = Datum::of(value) {
                    let Object { kind, attributes, .. } = &mut ocel.objects[number as usize];
                    ocel.object_types[*kind].declare(&column.name, &datum);
                    attributes.push((column.name.clone(), 0, datum));
                }
            }
        }
        let workers: Vec<u32> =
            log.resources.iter().map(|name| object(&mut ocel, WORKER, WORKER, name)).collect();
        for i in 0..log.len() {
            let r = log.row(i);
            let kind = kind_number(&mut ocel.event_types, log.activities.name(r.activity));
            let mut attributes = Vec::new();
            let mut add = |name: &str, value: Option<Datum>| {
                if let Some(datum) = value {
                    ocel.event_types[kind].declare(name, &datum);
                    attributes.push((name.to_owned(), datum));
                }
            };
            let instant = |t: i64| (t != UNKNOWN).then_some(Datum::Instant(t));
            let text = |names: &Names, id: u32| (id != NONE).then(|| Datum::Text(names.name(id).to_owned()));
            add("start_timestamp", instant(r.start));
            add("enabled_timestamp", instant(r.enabled));
            add("team", text(&log.teams, r.team));
            add("site", text(&log.sites, r.site));
            add("cost", Datum::of(Value::Number(r.cost)));
            if r.end == UNKNOWN {
                add("lifecycle", Some(Datum::Text("start".to_owned())));
            }
            let mut named = Vec::new();
            for column in &log.attributes {
                let value = column.values.get(i);
                match (OBJECTS.iter().find(|(name, ..)| *name == column.name), value) {
                    (Some((_, kind, qualifier)), Some(Value::Text(id))) => {
                        named.push((*kind, *qualifier, id))
                    }
                    (_, value) => add(&column.name, value.and_then(Datum::of)),
                }
            }
            let case = cases[r.case as usize];
            let mut relations = vec![Relation { object: case, qualifier: CASE.to_owned() }];
            let concerned = ocel.objects[case as usize].relations.iter().map(|r| r.object);
            relations.extend(concerned.map(|object| Relation { object, qualifier: "concerns".to_owned() }));
            if r.resource != NONE {
                let object = workers[r.resource as usize];
                relations.push(Relation { object, qualifier: "performed by".to_owned() });
            }
            for (kind, qualifier, id) in named {
                let object = object(&mut ocel, kind, kind, id);
                relations.push(Relation { object, qualifier: qualifier.to_owned() });
            }
            let time = if r.end == UNKNOWN { r.start } else { r.end };
            ocel.events.push(Event { id: format!("e{}", i + 1), kind, time, attributes, relations });
        }
        ocel
    }

    /// The log in which each object of one type is a case: an event that concerns several of them counts once for each.
    pub fn flatten(&self, case_type: Option<&str>, mut report: ReadReport) -> (EventLog, ReadReport) {
        let mut used = vec![0_u64; self.object_types.len()];
        let mut as_case = vec![false; self.object_types.len()];
        for relation in self.events.iter().flat_map(|e| &e.relations) {
            let kind = self.objects[relation.object as usize].kind;
            used[kind] += 1;
            as_case[kind] |= relation.qualifier == CASE;
        }
        let is = |names: &[&str], kind: usize| {
            names.contains(&self.object_types[kind].name.to_lowercase().as_str())
        };
        let kinds = 0..self.object_types.len();
        // Types that this program wrote as cases belong together: a case log can hold several processes.
        let chosen: Vec<bool> = match case_type {
            Some(name) => self.object_types.iter().map(|t| t.name == name).collect(),
            None if as_case.contains(&true) => as_case,
            None => {
                let named = kinds.clone().find(|&k| is(CASES, k));
                let most = kinds.clone().rev().filter(|&k| !is(WORKERS, k)).max_by_key(|&k| used[k]);
                let one = named.or(most);
                let name = one.map_or("", |k| &self.object_types[k].name);
                report.guesses.push(format!("case: objects of type `{name}`"));
                kinds.clone().map(|k| one == Some(k)).collect()
            }
        };
        if !chosen.contains(&true) {
            let known: Vec<_> = self.object_types.iter().map(|t| t.name.as_str()).collect();
            let known = format!("the object types are {}", known.join(", "));
            report.error("there is no such object type to take as the case", &known, nowhere);
        }
        let mut b = Builder::default();
        b.report = report;
        let mut case_of = vec![NONE; self.objects.len()];
        for (i, object) in self.objects.iter().enumerate().filter(|(_, o)| chosen[o.kind]) {
            case_of[i] = b.log.cases.intern(self.object_ids.name(i as u32));
            for (name, _, datum) in &object.attributes {
                let key = b.case_attributes.key(name);
                b.case_attributes.set(case_of[i] as usize, key, datum.value());
            }
        }
        for (n, event) in self.events.iter().enumerate() {
            let mut row = Instance {
                activity: b.log.activities.intern(&self.event_types[event.kind].name),
                ..Instance::default()
            };
            let mut rest = Vec::new();
            let mut transition = Transition::Complete;
            for (name, datum) in &event.attributes {
                match (name.as_str(), datum) {
                    ("start_timestamp", Datum::Instant(t)) => row.start = *t,
                    ("enabled_timestamp", Datum::Instant(t)) => row.enabled = *t,
                    ("team", Datum::Text(team)) => row.team = b.log.teams.intern(team),
                    ("site", Datum::Text(site)) => row.site = b.log.sites.intern(site),
                    ("cost", Datum::Number(cost)) => row.cost = *cost,
                    ("lifecycle", Datum::Text(text)) => transition = Transition::of(text),
                    _ => rest.push((b.attributes.key(name), datum)),
                }
            }
            let kind = |r: &&Relation| self.objects[r.object as usize].kind;
            if let Some(worker) = event.relations.iter().find(|r| is(WORKERS, kind(r))) {
                row.resource = b.log.resources.intern(self.object_ids.name(worker.object));
            }
            let named: Vec<(u32, Datum)> = event
                .relations
                .iter()
                .filter_map(|r| {
                    let (column, ..) = OBJECTS.iter().find(|(_, kind_name, qualifier)| {
                        self.object_types[kind(&r)].name == *kind_name && r.qualifier == *qualifier
                    })?;
                    let id = self.object_ids.name(r.object).to_owned();
                    Some((b.attributes.key(column), Datum::Text(id)))
                })
                .collect();
            rest.extend(named.iter().map(|(key, datum)| (*key, datum)));
            let mut concerned: Vec<u32> =
                event.relations.iter().map(|r| case_of[r.object as usize]).filter(|&c| c != NONE).collect();
            concerned.dedup();
            if concerned.is_empty() {
                b.report.warn("an event concerns no case and was left out", &event.id, nowhere);
                b.report.n_left_out += 1;
                b.report.n_events += 1;
            }
            for case in concerned {
                let at = || Position { line: n as u64 + 1, byte: 0 };
                let alone = row.start != UNKNOWN && transition == Transition::Complete;
                let instance = if alone { u32::MAX - 1 } else { NONE };
                let added = b.event(transition, event.time, case, instance, Instance { case, ..row }, at);
                let Some(i) = added else { continue };
                if alone {
                    b.log.start[i] = row.start;
                }
                for (key, datum) in &rest {
                    b.attributes.set(i, *key, datum.value());
                }
            }
        }
        b.finish()
    }

    /// Adds an object under its identifier; `None` when there is one of that identifier already.
    pub(super) fn add_object(&mut self, id: &str, object: Object) -> Option<u32> {
        let number = self.object_ids.intern(id);
        if (number as usize) < self.objects.len() {
            return None;
        }
        self.objects.push(object);
        Some(number)
    }
}

/// The number of the type of this name, new if it was not known.
pub(super) fn kind_number(types: &mut Vec<Type>, name: &str) -> usize {
    types.iter().position(|t| t.name == name).unwrap_or_else(|| {
        types.push(Type { name: name.to_owned(), ..Type::default() });
        types.len() - 1
    })
}

/// What stands before the number in "restore-12".
fn numbered(name: &str) -> Option<&str> {
    let (kind, number) = name.rsplit_once('-')?;
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    (digits && !kind.is_empty()).then_some(kind)
}
