//! What QBP and BIMP write into a BPMN file: `processSimulationInfo`.

use super::*;
use crate::dist::{self, Params};
use crate::interchange::bpmn::Element;
use crate::interchange::report::{Kind, Report};
use crate::text::weekly::{DAY, WEEK, clock};

/// Reads what can be read; whatever is wrong or is not understood is in the report.
pub fn read(info: &Element, report: &mut Report) -> Parameters {
    let mut p = Parameters::default();
    let mut default = None;
    for timetable in info.child("timetables").iter().flat_map(|t| t.all("timetable")) {
        let id = timetable.get("id").unwrap_or_default().to_owned();
        let rules = timetable.child("rules").map_or_else(Vec::new, |r| r.all("rule").collect());
        let periods = rules.into_iter().filter_map(|r| periods(r, report)).flatten().collect();
        if timetable.get("default") == Some("true") {
            default = Some(id.clone());
        }
        let name = timetable.get("name").filter(|n| !n.is_empty()).unwrap_or(&id).to_owned();
        p.calendars.push(Calendar { id, name, periods });
    }
    for resource in info.child("resources").iter().flat_map(|r| r.all("resource")) {
        let get = |key: &str| resource.get(key).unwrap_or_default();
        let id = get("id").to_owned();
        let name = if get("name").is_empty() { id.clone() } else { get("name").to_owned() };
        let one = Resource {
            id,
            name: name.clone(),
            cost: get("costPerHour").parse().ok().filter(|c: &f64| *c >= 0.0).unwrap_or(0.0),
            amount: get("totalAmount").parse().unwrap_or(1),
            calendar: resource.get("timetableId").map(str::to_owned).or_else(|| default.clone()),
        };
        p.pools.push(Pool { name, resources: vec![one] });
    }
    if let Some(arrivals) = info.child("arrivalRateDistribution") {
        p.arrival = law(arrivals, report);
        p.arrival_calendar =
            default.and_then(|id| p.calendars.iter().find(|c| c.id == id)).map(|c| c.periods.clone());
    }
    for element in info.child("elements").iter().flat_map(|e| e.all("element")) {
        let id = element.get("elementId").unwrap_or_default().to_owned();
        let Some(duration) = element.child("durationDistribution").and_then(|d| law(d, report)) else {
            continue;
        };
        let resources: Vec<_> = element
            .child("resourceIds")
            .iter()
            .flat_map(|r| r.all("resourceId"))
            .map(|r| (r.text.trim().to_owned(), duration.clone()))
            .collect();
        if resources.is_empty() {
            p.events.push((id, duration));
        } else {
            p.tasks.push((id, resources));
        }
    }
    let flows = info.child("sequenceFlows").map_or_else(Vec::new, |f| f.all("sequenceFlow").collect());
    let probability = |f: &&Element| {
        let value = f.get("executionProbability")?.parse().ok().filter(|p: &f64| *p >= 0.0)?;
        Some(Path { flow: f.get("elementId")?.to_owned(), value: Some(value), condition: None })
    };
    // The gateway is not named; the flow is enough.
    p.gateways.push((String::new(), flows.iter().filter_map(probability).collect()));
    p
}

fn periods(rule: &Element, report: &mut Report) -> Option<Vec<Period>> {
    let day = |key: &str| DAYS.iter().position(|d| rule.get(key).is_some_and(|x| x.eq_ignore_ascii_case(d)));
    let time = |key: &str| clock(rule.get(key)?.split(['.', '+', 'Z']).next()?).ok();
    let parts = (day("fromWeekDay"), day("toWeekDay"), time("fromTime"), time("toTime"));
    let (Some(from), Some(to), Some(begin), Some(end)) = parts else {
        report.add(Kind::Error, rule.place(), "a rule of a timetable needs days and times");
        return None;
    };
    let end = if end >= DAY - 60 || end == 0 { DAY } else { end };
    let days = (0..=(to + 7 - from) % 7).map(|d| ((from + d) % 7) as u32);
    let one = |d: u32| Period { start: d * DAY + begin, end: (d * DAY + end).min(WEEK), probability: 1.0 };
    Some(days.map(one).filter(|p| p.start < p.end).collect())
}

/// Times are in seconds whatever `timeUnit` says: that is the unit in which the form shows them.
fn law(at: &Element, report: &mut Report) -> Option<Dist> {
    let kind = at.get("type").unwrap_or_default().to_ascii_uppercase();
    let get = |key: &str| at.get(key).and_then(|v| v.parse::<f64>().ok()).filter(|x| x.is_finite());
    let (mean, arg1, arg2) = (get("mean"), get("arg1"), get("arg2"));
    let new = Params::new;
    let build = || -> Option<Result<Dist, String>> {
        Some(match kind.as_str() {
            "FIXED" => dist::build("constant", &new().with("value", mean?.max(0.0))),
            "EXPONENTIAL" => {
                dist::build("exponential", &new().with("mean", arg1.filter(|a| *a > 0.0).or(mean)?))
            }
            "NORMAL" => dist::build("normal", &new().with("mean", mean?).with("sd", arg1?).with("min", 0.0)),
            "UNIFORM" => dist::build("uniform", &new().with("min", arg1?).with("max", arg2?)),
            "GAMMA" | "LOGNORMAL" => {
                let family = if kind == "GAMMA" { "gamma" } else { "lognormal" };
                let mean = mean?;
                dist::build(family, &new().with("mean", mean).with("cv", arg1?.max(0.0).sqrt() / mean))
            }
            "TRIANGULAR" => {
                dist::build("triangular", &new().with("min", arg1?).with("mode", mean?).with("max", arg2?))
            }
            _ => Err("no such distribution is known".to_owned()),
        })
    };
    match build() {
        Some(Ok(law)) => Some(law),
        Some(Err(why)) => {
            report.add(Kind::Error, at.place(), format!("the distribution {kind}: {why}"));
            None
        }
        None => {
            report.add(Kind::ToDo, at.place(), format!("a distribution {kind} without its values"));
            None
        }
    }
}
