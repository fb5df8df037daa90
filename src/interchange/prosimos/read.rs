//! A Prosimos JSON file, of any of its dialects, as [`Parameters`].

use super::json::{Json, Notes};
use super::laws;
use super::*;
use crate::eventlog::{ReadReport, whole};
use crate::interchange::report::{Kind, Report, shown};
use crate::text::weekly::{DAY, WEEK, clock};
use std::io::Read;

/// Longest file [MiB]: the largest models that were ever seen have one.
const LONGEST: usize = 64;

/// Keys that are read; others are said.
const KEYS: [&str; 21] = [
    "resource_profiles",
    "arrival_time_distribution",
    "arrival_time_calendar",
    "gateway_branching_probabilities",
    "task_resource_distribution",
    "resource_calendars",
    "event_distribution",
    "model_type",
    "granule_size",
    "batch_processing",
    "case_attributes",
    "global_attributes",
    "event_attributes",
    "branch_rules",
    "prioritisation_rules",
    "prioritization_rules",
    "gateway_execution_limit",
    "multitask",
    "multitasking",
    "start_time",
    "total_cases",
];

/// Reads what can be read; whatever is wrong or is not understood is in the report.
pub fn read(source: &mut dyn Read, report: &mut Report) -> Parameters {
    let mut bytes = ReadReport::default();
    let text = whole(source, LONGEST, &mut bytes);
    for finding in &bytes.findings {
        report.add(Kind::Error, "", finding.to_string());
    }
    let value: Value = match serde_json::from_slice(&text) {
        Ok(value) => value,
        Err(e) => {
            report.add(
                Kind::Error,
                format!("line {}, column {}", e.line(), e.column()),
                format!("no JSON: {e}"),
            );
            return Parameters::default();
        }
    };
    let notes = Notes::new(std::mem::take(report));
    let root = Json::root(&value, &notes);
    let parameters = parameters(&root);
    drop(root);
    *report = notes.into_inner();
    parameters
}

fn parameters(root: &Json) -> Parameters {
    let mut p = Parameters::default();
    for (key, at) in root.map() {
        if !KEYS.contains(&key) {
            at.note(Kind::Lost, "this key is not known");
        }
    }
    let list = |key: &str| root.get(key).map_or_else(Vec::new, |at| at.list());
    let parts = |key: &str, id: &str| root.get(key).map_or_else(Vec::new, |at| at.parts(id));
    let fuzzy = root.text_at("model_type").is_some_and(|kind| kind == "FUZZY");
    p.calendars =
        parts("resource_calendars", "id").into_iter().map(|(id, at)| calendar(id, &at, fuzzy)).collect();
    p.pools = parts("resource_profiles", "id").into_iter().map(|(id, at)| pool(id, &at)).collect();
    say_repeated(root, &p);
    p.arrival = root.get("arrival_time_distribution").and_then(|at| laws::read(&at));
    p.arrival_calendar = root.get("arrival_time_calendar").map(|at| {
        // Older files have a calendar with an id here.
        at.get("time_periods").unwrap_or(at).list().iter().filter_map(period).flatten().collect()
    });
    p.gateways = parts("gateway_branching_probabilities", "gateway_id")
        .into_iter()
        .map(|(id, at)| (id, paths(&at)))
        .collect();
    p.tasks = parts("task_resource_distribution", "task_id")
        .into_iter()
        .map(|(id, at)| {
            let resources = if at.has("resources") { at.get("resources") } else { Some(at.clone()) };
            let each = resources.map_or_else(Vec::new, |at| match at.value {
                Value::Object(_) => {
                    at.map().into_iter().map(|(id, at)| (id.to_owned(), at)).collect::<Vec<_>>()
                }
                _ => at.parts("resource_id"),
            });
            (id, each.into_iter().filter_map(|(id, at)| Some((id, laws::read(&at)?))).collect())
        })
        .collect();
    p.events = parts("event_distribution", "event_id")
        .into_iter()
        .filter_map(|(id, at)| Some((id, laws::read(&at)?)))
        .collect();
    p.batches = list("batch_processing").iter().filter_map(batch).collect();
    p.case_attributes = list("case_attributes").iter().filter_map(attribute).collect();
    p.global_attributes = list("global_attributes").iter().filter_map(attribute).collect();
    for at in list("event_attributes") {
        let attributes = at.get("attributes").map_or_else(Vec::new, |a| a.list());
        let attributes = attributes.iter().filter_map(attribute).collect();
        if let Some(id) = at.need("event_id").and_then(|id| id.text()) {
            p.event_attributes.push((id, attributes));
        }
    }
    p.branch_rules =
        parts("branch_rules", "id").into_iter().map(|(id, at)| (id, rules(at.get("rules")))).collect();
    let priorities = root.any(&["prioritisation_rules", "prioritization_rules"]);
    for at in priorities.map_or_else(Vec::new, |at| at.list()) {
        let level = at.need("priority_level").and_then(|l| l.number());
        match level {
            Some(level) if (0.0..1e6).contains(&level) => {
                p.priorities.push((level as u32, rules(at.get("rules"))));
            }
            Some(_) => at.note(Kind::Error, "a priority level is a whole number from 1"),
            None => {}
        }
    }
    if let Some(at) = root.get("gateway_execution_limit") {
        at.note(
            Kind::Lost,
            "Prosimos stops with an error after so many passes of a gateway; cases go on here",
        );
    }
    if let Some(at) = root.any(&["multitask", "multitasking"])
        && at.get("values").is_some_and(|v| v.value.as_array().is_some_and(|a| !a.is_empty()))
    {
        at.note(Kind::Lost, "several tasks at once for one person: everybody does one at a time here");
    }
    p
}

fn say_repeated(root: &Json, p: &Parameters) {
    let mut ids: Vec<&str> = p.calendars.iter().map(|c| c.id.as_str()).collect();
    ids.sort_unstable();
    for pair in ids.windows(2).filter(|pair| pair[0] == pair[1]) {
        root.note(Kind::Error, format!("two calendars have the id `{}`; the first counts", pair[0]));
    }
}

fn pool(id: String, at: &Json) -> Pool {
    let name = at.text_at("name").filter(|n| !n.is_empty()).unwrap_or(id);
    let list = at.get("resource_list").map_or_else(Vec::new, |list| list.parts("id"));
    let resource = |(id, at): (String, Json)| {
        let number = |key: &str| at.get(key).and_then(|n| n.number());
        let amount = number("amount").unwrap_or(1.0);
        if !(0.0..=1e6).contains(&amount) || amount.fract() != 0.0 {
            at.note(Kind::Error, format!("the amount {amount} is no number of people"));
        }
        let cost = number("cost_per_hour").unwrap_or(0.0);
        if cost < 0.0 {
            at.note(Kind::Error, "a cost is negative");
        }
        Resource {
            name: at.text_at("name").filter(|n| !n.is_empty()).unwrap_or_else(|| id.clone()),
            id,
            cost: cost.max(0.0),
            amount: amount.clamp(0.0, 1e6) as u32,
            calendar: at.text_at("calendar"),
        }
    };
    Pool { name, resources: list.into_iter().map(resource).collect() }
}

fn calendar(id: String, at: &Json, fuzzy: bool) -> Calendar {
    let name = at.text_at("name").filter(|n| !n.is_empty()).unwrap_or_else(|| id.clone());
    let list = at.any(&["time_periods"]).unwrap_or_else(|| at.clone());
    let periods: Vec<Period> = list.list().iter().filter_map(period).flatten().collect();
    if fuzzy && at.get("workload_ratio").is_some_and(|w| w.value.as_array().is_some_and(|a| !a.is_empty())) {
        at.note(
            Kind::Lost,
            "`workload_ratio`: how much of the time somebody who is there works for this process",
        );
    }
    Calendar { id, name, periods }
}

/// From this clock time on the day is over: other programs cannot write 24:00 [s].
const NEARLY_MIDNIGHT: u32 = DAY - 60;

/// One period for each of its days.
fn period(at: &Json) -> Option<Vec<Period>> {
    let day = |key: &str| {
        let at = at.need(key)?;
        let name = at.text()?;
        let day = DAYS.iter().position(|d| d.eq_ignore_ascii_case(name.trim()));
        if day.is_none() {
            at.wrong("a day such as MONDAY");
        }
        day
    };
    let time = |keys: &[&str]| {
        let Some(at) = at.any(keys) else {
            at.note(Kind::Error, format!("the key `{}` is missing", keys[0]));
            return None;
        };
        let text = at.text()?;
        let seconds = seconds(&text);
        if seconds.is_none() {
            at.wrong("a time of day such as 09:00:00");
        }
        seconds
    };
    let (from, to) = (day("from")?, day("to")?);
    let (begin, end) = (time(&["beginTime", "begin_time"])?, time(&["endTime", "end_time"])?);
    let end = if (NEARLY_MIDNIGHT..DAY).contains(&end) {
        at.note(Kind::Differs, "a period that ends in the last minute of a day ends at midnight here");
        DAY
    } else if end == 0 {
        DAY
    } else {
        end
    };
    let probability = at.get("probability").and_then(|p| p.number()).unwrap_or(1.0).clamp(0.0, 1.0);
    let days = (0..=(to + 7 - from) % 7).map(|d| ((from + d) % 7) as u32);
    let each = days.flat_map(|d| {
        let start = d * DAY + begin;
        // A period that ends before it begins runs past midnight.
        let stop = if end > begin { d * DAY + end } else { (d + 1) * DAY + end };
        let first = Period { start, end: stop.min(WEEK), probability };
        let rest = (stop > WEEK).then(|| Period { start: 0, end: stop - WEEK, probability });
        [Some(first), rest].into_iter().flatten()
    });
    Some(each.filter(|p| p.start < p.end).collect())
}

/// "HH:MM[:SS[.fff]]", with or without a zone; parts of a second are left out [s since midnight].
fn seconds(text: &str) -> Option<u32> {
    let text = text.trim();
    let text = text.split(['.', '+', 'Z']).next().unwrap_or_default();
    clock(text).ok()
}

fn paths(at: &Json) -> Vec<Path> {
    // Older files have a table from flows to probabilities.
    let list = at.get("probabilities").unwrap_or_else(|| at.clone());
    if let Value::Object(_) = list.value {
        let each = list.map().into_iter();
        return each
            .map(|(flow, value)| Path { flow: flow.to_owned(), value: value.number(), condition: None })
            .collect();
    }
    let each = list.list();
    each.iter()
        .filter_map(|at| {
            Some(Path {
                flow: at.need("path_id")?.text()?,
                value: at.get("value").and_then(|v| v.number()).filter(|v| *v >= 0.0),
                condition: at.text_at("condition_id").filter(|c| !c.is_empty()),
            })
        })
        .collect()
}

fn rules(at: Option<Json>) -> Rules {
    let Some(at) = at else { return Vec::new() };
    // A list of lists; a single list is one alternative.
    let list = at.list();
    match list.first() {
        Some(first) if first.value.is_object() => vec![conditions(&at)],
        _ => list.iter().map(conditions).collect(),
    }
}

fn conditions(at: &Json) -> Vec<Rule> {
    at.list().iter().filter_map(rule).collect()
}

fn rule(at: &Json) -> Option<Rule> {
    let attribute = at.need("attribute")?.text()?;
    let sign = at.need("comparison")?;
    let comparison = match sign.text()?.trim() {
        "=" | "==" => Comparison::Equal,
        "!=" | "<>" => Comparison::NotEqual,
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        "in" => Comparison::In,
        _ => {
            sign.wrong("one of =, !=, <, <=, >, >=, in");
            return None;
        }
    };
    let value = at.need("value")?;
    let value = match (comparison, value.value) {
        (Comparison::In, Value::Array(_)) => {
            let bounds: Option<Vec<f64>> = value.list().iter().map(Json::number).collect();
            match bounds?.as_slice() {
                [low, high] => RuleValue::Range(*low, *high),
                _ => {
                    value.wrong("two bounds");
                    return None;
                }
            }
        }
        (_, Value::Number(_)) => RuleValue::Number(value.number()?),
        (_, Value::String(text)) => match number(value.value).filter(|x| x.is_finite()) {
            Some(x) if comparison != Comparison::Equal && comparison != Comparison::NotEqual => {
                RuleValue::Number(x)
            }
            _ => RuleValue::Text(text.clone()),
        },
        (_, Value::Bool(flag)) => RuleValue::Text(flag.to_string()),
        _ => {
            value.wrong("a number, a text, or two bounds");
            return None;
        }
    };
    Some(Rule { attribute, comparison, value })
}

fn batch(at: &Json) -> Option<Batch> {
    let task = at.need("task_id")?.text()?;
    let kind = match at.text_at("type").unwrap_or_default().as_str() {
        "Sequential" => BatchKind::Sequential,
        "Parallel" => BatchKind::Parallel,
        "Concurrent" => BatchKind::Concurrent,
        other => {
            at.note(Kind::Error, format!("`{}` is no type of batch", shown(other)));
            return None;
        }
    };
    let pairs = |key: &str| -> Vec<(u32, f64)> {
        let list = at.get(key).map_or_else(Vec::new, |list| list.list());
        let pair = |at: &Json| {
            let size = at.need("key")?.number().filter(|k| (1.0..1e6).contains(k));
            Some((size? as u32, at.need("value")?.number().filter(|v| *v >= 0.0)?))
        };
        list.iter().filter_map(pair).collect()
    };
    Some(Batch {
        task,
        kind,
        sizes: pairs("size_distrib"),
        factors: pairs("duration_distrib"),
        firing: rules(at.get("firing_rules")),
    })
}

fn attribute(at: &Json) -> Option<Attribute> {
    let name = at.need("name")?.text()?;
    let (kind, values) = (at.need("type")?.text()?, at.need("values")?);
    let choice = |at: &Json| -> Vec<(String, f64)> {
        if let Value::Object(_) = at.value {
            let each = at.map().into_iter();
            return each
                .filter_map(|(k, v)| Some((k.to_owned(), v.number().filter(|p| *p >= 0.0)?)))
                .collect();
        }
        let pair =
            |at: &Json| Some((at.need("key")?.text()?, at.need("value")?.number().filter(|p| *p >= 0.0)?));
        at.list().iter().filter_map(pair).collect()
    };
    let kind = match kind.as_str() {
        "discrete" if values.value.is_object() => {
            AttributeKind::Markov(values.map().into_iter().map(|(k, v)| (k.to_owned(), choice(&v))).collect())
        }
        "discrete" => AttributeKind::Discrete(choice(&values)),
        "continuous" => AttributeKind::Continuous(laws::read(&values)?),
        "expression" => AttributeKind::Expression(values.text()?),
        "dtree" => AttributeKind::Tree(values.list().iter().filter_map(branch).collect()),
        other => {
            at.note(Kind::Lost, format!("an attribute of type `{}`", shown(other)));
            return None;
        }
    };
    Some(Attribute { name, kind })
}

/// `[conditions, formula]`
fn branch(at: &Json) -> Option<(Vec<Rule>, String)> {
    let pair = at.list();
    let [conditions_at, formula] = pair.as_slice() else {
        at.wrong("conditions and a formula");
        return None;
    };
    let flat: Vec<Rule> = match conditions_at.value {
        Value::Array(items) if items.iter().any(Value::is_array) => {
            rules(Some(conditions_at.clone())).into_iter().flatten().collect()
        }
        Value::Object(_) => rule(conditions_at).into_iter().collect(),
        _ => conditions(conditions_at),
    };
    Some((flat, formula.text()?))
}
