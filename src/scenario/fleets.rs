//! `[fleet.NAME]`: assets that are used, fail, and are restored by cases.

use super::lower::label;
use super::profiles;
use crate::activity::{Scope, exactly_one, optional, read_law};
use crate::diag::{Diagnostic, suggest};
use crate::dist;
use crate::ids::{AssetGroupId, AttrId, Id, IdVec, ModeId, ProfileId, SiteId};
use crate::model::{
    AssetGroup, AttributeType, Demand, Hazard, Maintenance, Mode, Model, RepairEffect, Repeat,
};
use crate::text::schema::{Field, Keys, Kind, Sign, Table as Schema};
use crate::text::{Item, Node, Reader, Table, Value, Words, quantity};
use crate::units::Dim;

static AGE: Words<bool, 2> = Words::new([
    ("new", false, "all assets are new at the start"),
    ("settled", true, "ages at the start are those of a fleet long in use"),
]);

static AGES: Words<bool, 2> = Words::new([
    ("use", false, "the age of a mode is use"),
    ("calendar", true, "the age of a mode is calendar time"),
]);

static SINCE: Words<bool, 2> = Words::new([
    ("maintenance", false, "since its last time, whatever was repaired meanwhile (block replacement)"),
    (
        "renewal",
        true,
        "since one of the modes that it renews was last made new, by it or by a repair that lasts (age replacement; write one maintenance for each mode that has an interval of its own)",
    ),
]);

static REPAIR: Words<RepairEffect, 2> = Words::new([
    ("as_new", RepairEffect::AsNew, "the mode starts anew"),
    ("as_old", RepairEffect::AsOld, "minimal repair: as old as before"),
]);

const POSITIVE: Kind = Kind::Quantity(Dim::NUMBER, Sign::Positive);
const LIFE: Kind = Kind::Other {
    expected: "a life: weibull or exponential, in use or in time",
    example: "{ weibull = { shape = 3, scale = \"40,000 miles\" } }",
};
const EVERY: Kind = Kind::Other { expected: "an amount of use, or a duration", example: "\"6,000 miles\"" };

pub static SCHEMA: Schema = Schema {
    name: "fleet",
    doc: "A group of equal assets. Their failure modes compete: the first to reach its threshold fails the asset and starts a \
          case that is bound to it, at its site.",
    fields: &[
        Field::optional("label", Kind::Text, "what it is called in pictures and tables"),
        Field::required("sites", Kind::Map(Keys::Of("site"), &Kind::Count), "how many at each site"),
        Field::default(
            "use",
            Kind::Other {
                expected: "distance per time, time per time, or counts per time",
                example: "\"38,000 miles per year\"",
            },
            "24 h per day",
            "average use of an asset in service; it says what use is counted in",
        ),
        Field::optional(
            "use_profile",
            Kind::Name("profile"),
            "how use varies over the week: relative weights",
        ),
        Field::default("age", AGE.kind(), "new", "how old the assets are at the start"),
        Field::optional(
            "frailty",
            POSITIVE,
            "asset-to-asset differences: hazards times a gamma variable of mean 1 and this shape",
        ),
        Field::required("on_failure", Kind::Name("process"), "the process that a failure starts"),
        Field::optional("mode_attribute", Kind::Name("attribute"), "receives the failed mode"),
        Field::required("mode", Kind::Map(Keys::New("mode"), &Kind::Table(&MODE)), "the ways to fail"),
        Field::optional(
            "maintenance",
            Kind::Map(Keys::New("maintenance"), &Kind::Table(&MAINTENANCE)),
            "preventive maintenance",
        ),
        Field::optional(
            "repeat",
            Kind::Table(&REPEAT),
            "a restored asset comes back soon with the same failure",
        ),
        Field::optional("demand", Kind::Name("profile"), "how many assets are needed: a profile of counts"),
    ],
    example: "[fleet.bus]\nsites = { north = 150, south = 150 }\nuse = \"42,000 miles per year\"\non_failure = \"restore\"\n\
              [fleet.bus.mode.engine]\nlife = { weibull = { shape = 3, scale = \"42,500 miles\" } }",
};

static MODE: Schema = Schema {
    name: "mode",
    doc: "A failure mode. Its age does not run while the asset is down.",
    fields: &[
        Field::required("life", LIFE, "time to failure of a new one, in use or in calendar time"),
        Field::optional(
            "ages",
            AGES.kind(),
            "what the life counts; needed only where use is counted in time",
        ),
        Field::default(
            "repair",
            Kind::Either(&[REPAIR.kind(), Kind::Table(&KIJIMA)]),
            "as_new",
            "what restoring does to the failed mode's age",
        ),
    ],
    example: "[fleet.bus.mode.engine]\nlife = { weibull = { shape = 3, scale = \"42,500 miles\" } }\nrepair = { kijima_1 = 0.5 }",
};

static KIJIMA: Schema = Schema {
    name: "repair effect",
    doc: "Virtual age after a repair (Kijima 1989).",
    fields: &[
        Field::optional("kijima_1", Kind::Share, "v + q x, x the age since the last repair: this is q"),
        Field::optional("kijima_2", Kind::Share, "q (v + x)"),
    ],
    example: "repair = { kijima_2 = 0.3 }",
};

static MAINTENANCE: Schema = Schema {
    name: "maintenance",
    doc: "Starts a case each time an asset has been used this much.",
    fields: &[
        Field::required("every", EVERY, "the interval, in use or in time"),
        Field::optional(
            "ages",
            AGES.kind(),
            "what the interval counts; needed only where use is counted in time",
        ),
        Field::default("since", SINCE.kind(), "maintenance", "from when the interval counts"),
        Field::required("start", Kind::Name("process"), "the process"),
        Field::default(
            "out_of_service",
            Kind::Flag,
            "true",
            "the asset is out of service until the case restores it",
        ),
        Field::optional("renews", Kind::List(&Kind::Name("mode")), "these modes are as new afterwards"),
    ],
    example: "[fleet.bus.maintenance.a]\nevery = \"6,000 miles\"\nstart = \"inspection\"\nrenews = [\"engine\"]",
};

static REPEAT: Schema = Schema {
    name: "repeat",
    doc: "A restored asset comes back soon with the same failure.",
    fields: &[
        Field::required("chance", Kind::Share, "probability"),
        Field::required("within", Kind::Dist(Dim::TIME), "calendar time until then"),
    ],
    example: "repeat = { chance = \"6 %\", within = { uniform = { min = \"0 d\", max = \"7 d\" } } }",
};

/// Declares the modes of all fleets by name, so that attributes can hold them.
pub fn declare(root: &Reader, model: &mut Model) {
    for (i, (_, item)) in root.map("fleet").into_iter().enumerate() {
        for (name, _) in item.table().map_or_else(Vec::new, |r| r.map("mode")) {
            super::attributes::check_reserved(name.value, name.span, root.sink());
            model.modes.push(Mode {
                name: name.value.to_owned(),
                group: AssetGroupId::new(i),
                hazard: Hazard { shape: 1.0, scale: 1.0 },
                by_calendar: false,
                effect: RepairEffect::AsNew,
            });
        }
    }
}

pub fn read(root: &Reader, model: &mut Model, scope: &Scope, dims: &IdVec<ProfileId, Option<Dim>>) {
    for (i, (name, item)) in root.map("fleet").into_iter().enumerate() {
        let read = item.table().and_then(|r| fleet(&r, name.value, AssetGroupId::new(i), model, scope, dims));
        model.fleets.extend(read);
    }
}

pub fn print(model: &Model, scope: &Scope) -> Table {
    let mut section = Table::default();
    for fleet in model.fleets.iter() {
        let key = format!("fleet.{}", fleet.name);
        let name = |mode: &ModeId| model.modes[*mode].name.as_str();
        let sites =
            fleet.count.iter().fold(Table::braces(), |t, (s, n)| t.with(scope.sites[*s].as_str(), *n));
        let use_dim = fleet.use_dim.per(Dim::TIME);
        let use_rate = match use_dim {
            Dim::NUMBER => Value::from(fleet.use_rate),
            dim => quantity::print(fleet.use_rate, dim).into(),
        };
        let profile = |id: ProfileId| model.profiles[id].name.as_str();
        let mut table = Table::default()
            .with_some("label", model.labels.get(&key).cloned())
            .with("sites", sites)
            .with("use", use_rate)
            .with_some("use_profile", fleet.use_profile.map(profile))
            .with_other("age", AGE.word(fleet.settled), "new")
            .with_some("frailty", fleet.frailty)
            .with("on_failure", scope.processes[fleet.process].as_str())
            .with_some("mode_attribute", fleet.mode_attr.map(|a| scope.attributes[a].name.as_str()))
            .with_some("demand", fleet.demand.as_ref().map(|d| profile(d.profile)))
            .with_some(
                "repeat",
                fleet.repeat.as_ref().map(|r| {
                    Table::braces()
                        .with("chance", r.probability)
                        .with("within", dist::print(&r.within, Dim::TIME))
                }),
            );
        let modes = fleet
            .modes
            .iter()
            .fold(Table::default(), |t, m| t.with(name(m), print_mode(&model.modes[*m], fleet.use_dim)));
        table.push("mode", modes);
        let maintenance = fleet.maintenance.iter().fold(Table::default(), |t, m| {
            let (every, ages) = print_age(m.every, m.by_calendar, fleet.use_dim);
            let one = Table::default()
                .with("every", every)
                .with_some("ages", ages)
                .with_other("since", SINCE.word(m.since_renewal), "maintenance")
                .with("start", scope.processes[m.process].as_str())
                .with_other("out_of_service", m.out_of_service, true)
                .with_other("renews", m.renews.iter().map(name).collect::<Value>(), Value::Array(Vec::new()));
            t.with(m.name.as_str(), one)
        });
        if !maintenance.entries.is_empty() {
            table.push("maintenance", maintenance);
        }
        section.push(fleet.name.as_str(), table);
    }
    section
}

fn fleet(
    r: &Reader,
    name: &str,
    id: AssetGroupId,
    model: &mut Model,
    scope: &Scope,
    dims: &IdVec<ProfileId, Option<Dim>>,
) -> Option<AssetGroup> {
    label(r, &format!("fleet.{name}"), model);
    let count: Vec<(SiteId, u32)> = r.item("sites").map_or_else(Vec::new, |item| {
        let each = item.map_by_name::<SiteId>();
        each.into_iter()
            .filter_map(|(site, n)| Some((site.value, u32::try_from(n.count()?.value).ok()?)))
            .collect()
    });
    let use_rate = r.item("use").and_then(|item| use_rate(&item));
    let use_dim = use_rate.map(|(_, dim)| dim);
    let modes: Vec<ModeId> = model.modes.iter_ids().filter(|(_, m)| m.group == id).map(|(m, _)| m).collect();
    let mut complete = true;
    for (mode, (_, item)) in modes.iter().zip(r.map("mode")) {
        match item.table().and_then(|r| mode_of(&r, use_dim)) {
            Some((hazard, by_calendar, effect)) => {
                let mode = &mut model.modes[*mode];
                (mode.hazard, mode.by_calendar, mode.effect) = (hazard, by_calendar, effect);
            }
            None => complete = false,
        }
    }
    if modes.is_empty() && r.has("mode") {
        r.report(Diagnostic::error(format!("the fleet `{name}` has no way to fail")).at(r.place_of("mode")));
    }
    let first_mode = modes.first().map_or(0, |m| m.index());
    let maintenance: Vec<_> = r
        .map("maintenance")
        .iter()
        .map(|(name, item)| maintenance(&item.table()?, name.value, use_dim, first_mode))
        .collect();
    let mode_attr = optional(r, "mode_attribute", || mode_attribute(r, &modes, model));
    let repeat = optional(r, "repeat", || {
        let r = r.table("repeat")?;
        Some(Repeat {
            within: read_law(&r, "within", Dim::TIME, scope)?,
            probability: r.quantity("chance")?.value,
        })
    });
    let settled = r.word("age", &AGE)?;
    if settled {
        check_settled(r, &modes, model);
        maintenance.iter().flatten().for_each(|m| check_settled_maintenance(r, m, &maintenance, model));
    }
    let profile = |key: &str| optional(r, key, || profiles::named(r, key, Dim::NUMBER, dims));
    let (use_profile, demand) = (profile("use_profile"), profile("demand"));
    let (use_rate, use_dim) = use_rate?;
    complete.then_some(AssetGroup {
        name: name.to_owned(),
        count,
        use_rate,
        use_dim,
        use_profile: use_profile?,
        modes,
        frailty: r.quantity("frailty").map(|q| q.value),
        settled,
        process: r.name("on_failure")?.value,
        mode_attr: mode_attr?,
        maintenance: maintenance.into_iter().collect::<Option<_>>()?,
        repeat: repeat?,
        demand: demand?.map(|profile| Demand { profile }),
    })
}

/// Ages have a law in the long run only where repairs take back some of the age. (Where hazards are constant ages do not
/// matter.)
fn check_settled(r: &Reader, modes: &[ModeId], model: &Model) {
    for mode in modes.iter().map(|mode| &model.modes[*mode]).filter(|mode| mode.hazard.shape != 1.0) {
        let grows = match mode.effect {
            RepairEffect::AsNew => false,
            RepairEffect::AsOld | RepairEffect::KijimaI(_) => true,
            RepairEffect::KijimaII(q) => q >= 1.0,
        };
        if grows {
            let d = Diagnostic::error(format!(
                "a fleet is never settled in the mode `{}`: repairs leave it older and older",
                mode.name
            ));
            let hint = "start with age = \"new\" and a warm-up as long as the fleet is old, or let the repair be \"as_new\" or { kijima_2 = ... }";
            r.report(d.at(r.place_of("age")).hint(hint));
        }
    }
}

/// Of maintenance that counts since renewals, the ages in the long run are known for one mode, which nothing else makes new in
/// time.
fn check_settled_maintenance(r: &Reader, m: &Maintenance, all: &[Option<Maintenance>], model: &Model) {
    let is_known = |mode: &ModeId| {
        let others = all.iter().flatten().filter(|other| other.name != m.name);
        let of = &model.modes[*mode];
        of.effect == RepairEffect::AsNew
            && of.by_calendar == m.by_calendar
            && !others.flat_map(|other| &other.renews).any(|other| other == mode)
    };
    if m.since_renewal && !matches!(&m.renews[..], [mode] if is_known(mode)) && !m.renews.is_empty() {
        let d = Diagnostic::error(format!(
            "how old a settled fleet with the maintenance `{}` is, is not known",
            m.name
        ));
        let hint = "it is where a maintenance with since = \"renewal\" renews one mode, whose repairs make it new and whose age counts the same; \
                    else start with age = \"new\" and a warm-up";
        r.report(d.at(r.place_of("age")).hint(hint));
    }
}

/// Use per second, and what use is counted in.
fn use_rate(item: &Item) -> Option<(f64, Dim)> {
    let node = item.node();
    let read = match &node.value {
        Value::Text { .. } => {
            node.text(item.kind()).and_then(|t| quantity::parse(t.value).map_err(|m| t.diagnostic(m)))
        }
        Value::Integer(_) | Value::Float(_) => {
            node.quantity(Dim::NUMBER, Sign::Any).map(|value| quantity::Quantity { value, dim: Dim::NUMBER })
        }
        _ => Err(node.wrong_kind(item.kind())),
    };
    let read = item.sink().take(read)?;
    let known =
        [Dim::DISTANCE, Dim::TIME, Dim::NUMBER].into_iter().find(|dim| dim.per(Dim::TIME) == read.dim);
    if known.is_none() || read.value <= 0.0 {
        let d = node.error("expected a use above zero, by time").label(format!("this is {}", read.dim));
        item.sink()
            .push(d.hint("for example \"42,000 miles per year\", \"12 h per day\" or \"300 per day\""));
        return None;
    }
    Some((read.value, known?))
}

fn mode_of(r: &Reader, use_dim: Option<Dim>) -> Option<(Hazard, bool, RepairEffect)> {
    let life = life(&r.item("life")?, r, use_dim);
    let repair = r.item("repair")?;
    let effect = match repair.kind() {
        Kind::Table(_) => {
            let r = repair.table()?;
            match exactly_one(&r, &["kijima_1", "kijima_2"])? {
                "kijima_1" => RepairEffect::KijimaI(r.quantity("kijima_1")?.value),
                _ => RepairEffect::KijimaII(r.quantity("kijima_2")?.value),
            }
        }
        Kind::Choice(_) => REPAIR.value(repair.choice()?.value)?,
        // The default is not told apart by shape.
        _ => RepairEffect::AsNew,
    };
    let (hazard, by_calendar) = life?;
    Some((hazard, by_calendar, effect))
}

fn life(item: &Item, r: &Reader, use_dim: Option<Dim>) -> Option<(Hazard, bool)> {
    let node = item.node();
    let fail = || -> Option<(Hazard, bool)> {
        item.sink().push(node.wrong_kind(&LIFE));
        None
    };
    let Some([entry]) = node.as_table().map(|t| t.entries.as_slice()) else { return fail() };
    let Some(params) = entry.node.as_table() else { return fail() };
    let (scale_keys, with_shape): (&[&str], bool) = match entry.key.as_str() {
        "weibull" => (&["scale"], true),
        "exponential" => (&["mean", "rate"], false),
        _ => {
            let d = Diagnostic::error(format!("a life cannot be `{}`", entry.key)).at(entry.key_span);
            let hint = suggest(&entry.key, ["weibull", "exponential"]);
            item.sink().push(hint.into_iter().fold(d, Diagnostic::hint));
            return None;
        }
    };
    for e in &params.entries {
        let known = scale_keys.contains(&e.key.as_str()) || (with_shape && e.key == "shape");
        if !known {
            let d =
                Diagnostic::error(format!("{} has no parameter `{}` here", entry.key, e.key)).at(e.key_span);
            item.sink().push(d.hint(format!("for example {}", LIFE.example())));
            return None;
        }
    }
    let shape = match params.get("shape") {
        Some(shape) => item.sink().take(shape.quantity(Dim::NUMBER, Sign::Positive))?,
        None if with_shape => return fail(),
        None => 1.0,
    };
    let Some((key, scale)) = scale_keys.iter().find_map(|key| Some((*key, params.get(key)?))) else {
        return fail();
    };
    let inverse = key == "rate";
    let (value, by_calendar) = age(scale, inverse, item, r, use_dim)?;
    Some((Hazard { shape, scale: if inverse { 1.0 / value } else { value } }, by_calendar))
}

/// A positive amount of use or of calendar time, or its inverse; and whether it is calendar time. Silent where it is not
/// known what use is counted in.
fn age(node: &Node, inverse: bool, item: &Item, r: &Reader, use_dim: Option<Dim>) -> Option<(f64, bool)> {
    let use_dim = use_dim?;
    let as_written = |dim: Dim| node.quantity(if inverse { dim.inverse() } else { dim }, Sign::Positive);
    let wanted = optional(r, "ages", || r.word("ages", &AGES))?;
    let read = match wanted {
        Some(true) => as_written(Dim::TIME).map(|value| (value, true)),
        Some(false) => as_written(use_dim).map(|value| (value, false)),
        None => as_written(use_dim)
            .map(|value| (value, false))
            .or_else(|d| as_written(Dim::TIME).map(|value| (value, true)).map_err(|_| d)),
    };
    item.sink().take(read)
}

fn maintenance(r: &Reader, name: &str, use_dim: Option<Dim>, first_mode: usize) -> Option<Maintenance> {
    let every = r.item("every").and_then(|item| age(&item.node(), false, &item, r, use_dim));
    let renews = r.list("renews");
    let since_renewal = r.word("since", &SINCE);
    if since_renewal == Some(true)
        && renews.is_empty()
        && let Some(item) = r.item("since")
    {
        let error = item.error("nothing is renewed from which the interval could count");
        r.report(error.hint("name the modes that it makes new in `renews`"));
    }
    let (every, by_calendar) = every?;
    Some(Maintenance {
        name: name.to_owned(),
        process: r.name("start")?.value,
        every,
        by_calendar,
        since_renewal: since_renewal?,
        out_of_service: r.flag("out_of_service")?.value,
        renews: renews
            .iter()
            .filter_map(|item| Some(ModeId::new(first_mode + item.name::<ModeId>()?.value.index())))
            .collect(),
    })
}

/// Must be able to hold each of the fleet's modes.
fn mode_attribute(r: &Reader, modes: &[ModeId], model: &Model) -> Option<AttrId> {
    let attr = r.name::<AttrId>("mode_attribute")?;
    let attribute = &model.attributes[attr.value];
    let d = match &attribute.kind {
        AttributeType::Mode => return Some(attr.value),
        AttributeType::Level(levels) => {
            let missing = modes.iter().map(|m| &model.modes[*m].name).find(|name| !levels.contains(name));
            let Some(missing) = missing else { return Some(attr.value) };
            Diagnostic::error(format!("`{}` has no level `{missing}`", attribute.name))
                .hint("give it a level for each mode, or declare it as { of = \"modes\" }")
        }
        _ => Diagnostic::error(format!("`{}` cannot hold a failure mode", attribute.name))
            .hint(format!("declare it as {} = {{ of = \"modes\" }}", attribute.name)),
    };
    r.report(d.at(attr.span));
    None
}

fn print_mode(mode: &Mode, use_dim: Dim) -> Table {
    let (scale, ages) = print_age(mode.hazard.scale, mode.by_calendar, use_dim);
    let life = match mode.hazard.shape {
        1.0 => Table::braces().with("exponential", Table::braces().with("mean", scale)),
        shape => Table::braces().with("weibull", Table::braces().with("shape", shape).with("scale", scale)),
    };
    let repair: Value = match mode.effect {
        RepairEffect::KijimaI(q) => Table::braces().with("kijima_1", q).into(),
        RepairEffect::KijimaII(q) => Table::braces().with("kijima_2", q).into(),
        effect => REPAIR.word(effect).into(),
    };
    Table::braces().with("life", life).with_some("ages", ages).with("repair", repair)
}

/// The text of an age, and the word that says what it counts where the unit does not.
fn print_age(value: f64, by_calendar: bool, use_dim: Dim) -> (Value, Option<&'static str>) {
    let dim = if by_calendar { Dim::TIME } else { use_dim };
    let text = if dim == Dim::NUMBER { Value::from(value) } else { quantity::print(value, dim).into() };
    (text, (by_calendar && use_dim == Dim::TIME).then(|| AGES.word(true)))
}
