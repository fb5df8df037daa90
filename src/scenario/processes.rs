//! `[process.NAME]`: the steps that cases run through.

use super::attributes::slots;
use crate::activity::{Activity, Amount, End, STEP, Scope, VALUE, symbols};
use crate::diag::{Diagnostic, nearest};
use crate::ids::{AttrId, Id, IdVec, ProcessId, StageId, StepId};
use crate::model::{Model, Process, Stage, Step};
use crate::text::schema::{Field, Keys, Kind, Table as Schema};
use crate::text::{Columns, Item, Reader, Table};

pub static SCHEMA: Schema = Schema {
    name: "process",
    doc: "A graph of steps. Several processes run at once and share teams; steps are named within their process.",
    fields: &[
        Field::optional("label", Kind::Text, "what it is called in pictures and tables"),
        Field::optional("first", Kind::Name("step"), "where cases begin; the first step when absent"),
        Field::optional(
            "attributes",
            Kind::Map(Keys::Of("attribute"), &VALUE),
            "drawn or computed at the start of each case, in this order",
        ),
        Field::required("step", Kind::Map(Keys::New("step"), &Kind::Table(&STEP)), "the steps"),
    ],
    example: "[process.visit]\nfirst = \"serve\"\n[process.visit.step.serve]\ntask = { team = \"clerks\", time = \"10 min\" }\nnext = \"leave\"\n\
              [process.visit.step.leave]\nend = {}",
};

/// What was read of the processes, beside the model: which of them can be checked as a whole.
pub struct Read {
    pub complete: IdVec<ProcessId, bool>,
}

/// Declares the stages that have a label, and the processes with their names only.
pub fn declare(root: &Reader, model: &mut Model) {
    for (name, item) in root.map("stage") {
        model.stages.push(Stage { name: name.value.to_owned() });
        if let Some(label) = item.text().filter(|label| !label.value.is_empty()) {
            model.labels.insert(format!("stage.{}", name.value), label.value.to_owned());
        }
    }
    for (name, _) in root.map("process") {
        model.processes.push(Process {
            name: name.value.to_owned(),
            entry: StepId(0),
            attributes: Vec::new(),
        });
    }
}

pub fn read(root: &Reader, model: &mut Model, columns: &Columns) -> Read {
    let mut scope = scope(model, columns);
    let mut complete = IdVec::new();
    for (i, (_, item)) in root.map("process").into_iter().enumerate() {
        let id = ProcessId::new(i);
        scope.first_step = StepId::new(model.steps.len());
        let n_steps = item.table().map_or(0, |r| r.map("step").len());
        let read = item.table().and_then(|r| process(&r, id, model, &scope));
        complete.push(read.is_some());
        if let Some((entry, attributes)) = read {
            (model.processes[id].entry, model.processes[id].attributes) = (entry, attributes);
        }
        // A process with mistakes keeps its number of steps, so that those of the next ones fit their names.
        let missing = scope.first_step.index() + n_steps - model.steps.len();
        model.steps.extend((0..missing).map(|_| unreadable(id)));
    }
    Read { complete }
}

/// The names that the text of a model may use, to read it or to print it.
pub fn scope<'c>(model: &Model, columns: &'c Columns<'c>) -> Scope<'c> {
    let attributes = slots(model);
    let (symbols, types) = symbols(&attributes);
    Scope {
        sites: model.sites.clone(),
        calendars: model.calendars.iter().map(|c| c.name.clone()).collect(),
        teams: model.teams.iter().map(|t| t.name.clone()).collect(),
        skills: model.skills.clone(),
        processes: model.processes.iter().map(|p| p.name.clone()).collect(),
        steps: model.steps.iter().map(|s| s.name.clone()).collect(),
        parts: model.parts.iter().map(|p| p.name.clone()).collect(),
        topics: model.topics.iter().map(|t| t.name.clone()).collect(),
        channels: model.channels.iter().map(|c| c.name.clone()).collect(),
        attributes,
        symbols,
        types,
        first_step: StepId(0),
        columns,
    }
}

pub fn print(model: &Model, scope: &Scope) -> Table {
    let mut section = Table::default();
    for (id, process) in model.processes.iter_ids() {
        let key = format!("process.{}", process.name);
        let mut table = Table::default().with_some("label", model.labels.get(&key).cloned());
        table.push("first", scope.print_step(process.entry));
        if !process.attributes.is_empty() {
            table.push("attributes", print_attributes(&process.attributes, scope));
        }
        let mut steps = Table::default();
        for (step_id, step) in model.steps.iter_ids().filter(|(_, s)| s.process == id) {
            let activity = model.activity_names.get(&step_id).cloned();
            let label = model.labels.get(&format!("{key}.step.{}", step.name)).cloned();
            let one = Table::default()
                .with_some("label", label.filter(|label| Some(label) != activity.as_ref()))
                .with_some("activity", activity)
                .with(step.activity.key(), step.activity.print(scope))
                .with_some("stage", step.stage.map(|s| model.stages[s].name.as_str()))
                .with_some("next", step.next.map(|next| scope.print_step(next)));
            steps.push(step.name.as_str(), one);
        }
        table.push("step", steps);
        section.push(process.name.as_str(), table);
    }
    section
}

/// The stages that are declared. One that is called by a few words is declared by its use alone, and those behind it, which have
/// no label, are too: so their order stays.
pub fn print_stages(model: &Model) -> Table {
    let is_word = |s: &&Stage| {
        s.name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && s.name.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let each = |section: Table, stage: &Stage| {
        let label = model.labels.get(&format!("stage.{}", stage.name)).cloned().unwrap_or_default();
        section.with(stage.name.as_str(), label)
    };
    model.stages.iter().take_while(is_word).fold(Table::default(), each)
}

/// `attributes = { km = "100 miles", .. }`
pub fn read_attributes(item: &Item, scope: &Scope) -> Option<Vec<(AttrId, Amount)>> {
    let each = item.map_by_name::<AttrId>();
    let read: Vec<_> = each
        .iter()
        .map(|(attr, value)| {
            let holds = &scope.attributes[attr.value].holds;
            Some((attr.value, Amount::of_item(value, holds, scope)?))
        })
        .collect();
    read.into_iter().collect()
}

pub fn print_attributes(attributes: &[(AttrId, Amount)], scope: &Scope) -> Table {
    attributes.iter().fold(Table::braces(), |table, (attr, amount)| {
        let slot = &scope.attributes[*attr];
        table.with(slot.name.as_str(), amount.print_for(&slot.holds, scope))
    })
}

/// Entry and attributes; the steps go into the model. `None` after mistakes were reported.
fn process(
    r: &Reader,
    id: ProcessId,
    model: &mut Model,
    scope: &Scope,
) -> Option<(StepId, Vec<(AttrId, Amount)>)> {
    let key = format!("process.{}", model.processes[id].name);
    super::lower::label(r, &key, model);
    let attributes = match r.item("attributes") {
        Some(item) => read_attributes(&item, scope),
        None => Some(Vec::new()),
    };
    let mut complete = true;
    let steps = r.map("step");
    if steps.is_empty() && r.item("step").is_some_and(|item| item.node().as_table().is_some()) {
        r.report(Diagnostic::error("a process needs at least one step").at(r.place()));
    }
    for (name, item) in &steps {
        let read = item.table().and_then(|r| {
            activity_name(&r, &format!("{key}.step.{}", name.value), model);
            super::lower::label(&r, &format!("{key}.step.{}", name.value), model);
            step(&r, name.value, id, model, scope)
        });
        complete &= read.is_some();
        model.steps.push(read.unwrap_or_else(|| Step { name: name.value.to_owned(), ..unreadable(id) }));
    }
    let entry = if r.has("first") { scope.step(r, "first") } else { Some(scope.first_step) };
    (complete && !steps.is_empty()).then_some((entry?, attributes?))
}

fn step(r: &Reader, name: &str, process: ProcessId, model: &mut Model, scope: &Scope) -> Option<Step> {
    let activity = Activity::read(r, scope);
    let next = scope.step(r, "next");
    let stage = r.text("stage").map(|text| stage(&text, r, model));
    let activity = activity?;
    let d = match (activity.has_next(), r.has("next")) {
        (true, false) => Diagnostic::error(format!("the step `{name}` leads nowhere"))
            .at(r.place())
            .label("expected `next`")
            .hint("add next = \"...\", or make it an end: end = {}"),
        (false, true) => Diagnostic::error(format!("a step of kind `{}` has no `next`", activity.key()))
            .at(r.place_of("next"))
            .hint(match activity {
                Activity::End(_) => "the case ends here; leave `next` out",
                _ => "its branches say where the case goes; leave `next` out",
            }),
        _ => return Some(Step { name: name.to_owned(), process, stage, activity, next }),
    };
    r.report(d);
    None
}

/// Keeps what the next step is called in event logs; without a label of its own it is called so everywhere.
fn activity_name(r: &Reader, key: &str, model: &mut Model) {
    if let Some(activity) = r.text("activity") {
        model.activity_names.insert(StepId::new(model.steps.len()), activity.value.to_owned());
        model.labels.insert(key.to_owned(), activity.value.to_owned());
    }
}

/// The stage with this name; those without a label are declared by being used.
fn stage(text: &crate::text::Text, r: &Reader, model: &mut Model) -> StageId {
    if let Some((id, _)) = model.stages.iter_ids().find(|(_, stage)| stage.name == text.value) {
        return id;
    }
    let declared = r.names().of("stage");
    if let Some(near) = nearest(text.value, declared.iter().map(|s| s.value.as_str())) {
        let d = Diagnostic::warning(format!("the stage `{}` has no label, but `{near}` has", text.value))
            .at(text.span);
        r.report(d.hint(format!("did you mean `{near}`? If not, declare it under [stage]")));
    }
    model.stages.push(Stage { name: text.value.to_owned() })
}

fn unreadable(process: ProcessId) -> Step {
    let activity = Activity::End(End { terminate: false });
    Step { name: String::new(), process, stage: None, activity, next: None }
}
