//! `[ramp]`: a second experiment of the same scenario, in which the change goes live within the window.

use super::arms::{Arm, apply};
use super::{Loader, ROOT, Scenario, lower_arms};
use crate::diag::{Diagnostic, Sink};
use crate::model::{Model, Ramp, Run, WarmUp};
use crate::rng::mix;
use crate::text::schema::{Field, Kind, Sign, Table as Schema};
use crate::text::{Change, Node, Reader, Table, Value, quantity};
use crate::units::{Dim, Duration, Time};

pub static SCHEMA: Schema = Schema {
    name: "ramp",
    doc: "A second experiment of the same scenario, in which the change goes live within the window: how fast its effect \
          comes, week by week, and what that means for money. `set` says what makes it go live then.",
    fields: &[
        Field::required(
            "go_live",
            Kind::DURATION,
            "from the start of the run until the change goes live; the weeks between warm-up and then are the past that the \
             control chart knows",
        ),
        Field::required("window", Kind::Quantity(Dim::TIME, Sign::Positive), "the window of this experiment"),
        Field::default(
            "replications",
            Kind::Count,
            "50",
            "paired replications; no more than those of the comparison",
        ),
        Field::optional(
            "arms",
            Kind::List(&Kind::Name("arm")),
            "the arms that ramp up, the others take effect at once; all arms when absent",
        ),
        Field::optional("set", Kind::Changes, "paths and values in this experiment, in all arms"),
    ],
    example: "[ramp]\ngo_live = \"52 weeks\"\nwindow = \"130 weeks\"\narms = [\"after\"]\n\
              [ramp.set]\n\"adoption.roll_out.go_live\" = \"52 weeks\"",
};

pub fn read(root: &Reader, model: &mut Model, scenario: &Scenario) {
    let Some(r) = root.table("ramp") else { return };
    let (Some(go_live), Some(window)) = (r.duration("go_live"), r.duration("window")) else { return };
    let replications = super::lower::small(&r, "replications").unwrap_or(1).max(1);
    let Run { warm_up: WarmUp::Fixed(warm) | WarmUp::Auto(warm), bin, .. } = model.run;
    let wrong = match go_live.value {
        at if at < warm => Some("the change goes live within the warm-up, which is thrown away"),
        at if at >= warm + window.value => Some("the change goes live after the window"),
        at if bin.ticks() > 0 && at.ticks() % bin.ticks() != 0 => {
            Some("the change goes live in the middle of a bin of the series")
        }
        _ => None,
    };
    if let Some(message) = wrong {
        let d = Diagnostic::error(message).at(go_live.span);
        r.report(d.hint("give a whole number of bins between the end of the warm-up and that of the window"));
    }
    let changes = r.changes("set");
    for change in &changes {
        scenario.clone().apply(change, &ROOT, root.sink());
        if let Some(first) = change.path.first()
            && ["arm", "metric", "money", "ramp", "theory", "assumption", "sweep", "report"]
                .contains(&first.value.as_str())
        {
            let d = Diagnostic::error(format!("a ramp cannot change `{}`", first.value)).at(first.span);
            r.report(d.hint("it is the same world with another time of going live"));
        }
    }
    let arms = r.list("arms").iter().filter_map(|item| Some(item.text()?.value.to_owned())).collect();
    let set = changes.iter().map(|change| (change.path_text(), Node::inline(&change.node))).collect();
    model.ramp =
        Some(Ramp { go_live: Time::ZERO + go_live.value, window: window.value, replications, arms, set });
}

pub fn print(model: &Model) -> Table {
    let Some(ramp) = &model.ramp else { return Table::default() };
    let duration = |d: Duration| quantity::print(d.seconds(), Dim::TIME);
    let arms: Value = ramp.arms.iter().map(String::as_str).collect();
    let section = Table::default()
        .with("go_live", duration(ramp.go_live.since(Time::ZERO)))
        .with("window", duration(ramp.window))
        .with("replications", ramp.replications)
        .with_other("arms", arms, Value::Array(Vec::new()));
    let set = ramp
        .set
        .iter()
        .fold(Table::default(), |t, (path, text)| t.with(path.as_str(), Node::of_text(text, 0).value));
    if set.entries.is_empty() { section } else { section.with("set", set) }
}

/// Sets the random numbers of the ramp's experiment apart from those of the comparison.
const RAMP: u64 = 0x7261_6d70;

/// The arms of the ramp's experiment, the control first, or all that is wrong with it; none when the scenario has no ramp.
pub fn lower_ramp(scenario: &Scenario, loader: Loader) -> (Vec<(Arm, Model)>, Vec<Diagnostic>) {
    let sink = Sink::default();
    let root = Reader::open(scenario, &ROOT, &sink);
    let Some(r) = root.table("ramp") else { return Default::default() };
    let (Some(window), Some(go_live)) = (r.item("window"), r.duration("go_live")) else {
        return Default::default();
    };
    let mut changes = r.changes("set");
    changes.push(Change::new("run.window", window.span(), window.node().into_owned()));
    let (mut tree, mut diagnostics) = apply(scenario, &changes);
    let ramped: Vec<String> =
        r.list("arms").iter().filter_map(|a| Some(a.text()?.value.to_owned())).collect();
    let replications =
        r.count("replications").map_or(1, |n| u32::try_from(n.value).unwrap_or(u32::MAX).max(1));
    // What is about the comparison, and not about the world, stays behind.
    tree.root.entries.retain(|entry| !["ramp", "sweep", "theory"].contains(&entry.key.as_str()));
    let (mut arms, found) = lower_arms(&tree, loader);
    diagnostics.extend(found);
    arms.retain(|(arm, _)| arm.name == "before" || ramped.is_empty() || ramped.contains(&arm.name));
    for (_, model) in &mut arms {
        let design = &mut model.design;
        // Money adds what the two experiments say as if they were independent: no random number is in both.
        design.seed = mix(design.seed, RAMP);
        design.go_live = Some(Time::ZERO + go_live.value);
        design.replications = replications.min(design.replications);
        design.max_replications = design.replications;
        design.precision = None;
        design.logged.clear();
    }
    diagnostics.iter_mut().for_each(|d| d.message = format!("in the ramp: {}", d.message));
    (arms, diagnostics)
}
