//! `[money]`: which metrics are money, what else is paid, over how many years and at which rates.

use super::metrics;
use crate::activity::exactly_one;
use crate::diag::{Diagnostic, Spanned};
use crate::ids::MetricId;
use crate::model::{Better, CostOf, MetricOf, Model, Money, MoneyCost, MoneyKind, MoneyLine};
use crate::text::schema::{Field, Keys, Kind, Sign, Table as Schema};
use crate::text::{Reader, Table, Text, Value, quantity};
use crate::units::{Dim, Duration};

/// Circular A-94 of the US Office of Management and Budget (1992): the real rate for public investments.
const USUAL_RATE: f64 = 0.07;
const YEARLY: Dim = Dim::MONEY.per(Dim::TIME);

pub static SCHEMA: Schema = Schema {
    name: "money",
    doc: "The business case: changes of metrics as flows of money over the years, month by month, and what they are worth at \
          the time of the decision. All money is real: prices of the day of the decision.",
    fields: &[
        Field::default(
            "horizon",
            Kind::Quantity(Dim::TIME, Sign::Positive),
            "5 years",
            "how long flows count",
        ),
        Field::default(
            "lead",
            Kind::DURATION,
            "0 s",
            "from the decision to the day on which the change takes effect",
        ),
        Field::optional(
            "rates",
            Kind::List(&Kind::Share),
            "real rates of discount a year, the first is the one that headlines are about; 7 % when absent",
        ),
        Field::required(
            "line",
            Kind::Map(Keys::Free, &Kind::Table(&LINE)),
            "metrics that are money, by name; none may be part of another",
        ),
        Field::optional(
            "cost",
            Kind::Map(Keys::New("cost"), &Kind::Table(&COST)),
            "what is paid for some arms and is in no metric",
        ),
    ],
    example: "[money]\nrates = [0.07, 0.02]\nline.\"cost.parts\" = {}\n\
              line.\"cost.lost_service\" = { cashable = false, stakeholder = \"riders\" }\n\
              cost.roll_out = { arms = [\"after\"], once = \"$60,000\" }",
};

static LINE: Schema = Schema {
    name: "line of money",
    doc: "A metric in money per time. Less of it is a gain where lower is better.",
    fields: &[CASHABLE, STAKEHOLDER],
    example: "line.\"cost.parts\" = { stakeholder = \"agency\" }",
};

const CASHABLE: Field = Field::default(
    "cashable",
    Kind::Flag,
    "true",
    "whether a budget changes by it; if not, it is valued, not paid",
);
const STAKEHOLDER: Field = Field::default("stakeholder", Kind::Text, "agency", "whose money it is");

static COST: Schema = Schema {
    name: "cost",
    doc: "What is paid for some arms and is in no metric: once, all the time, or for the training of adopters; or what is left of it at \
          the horizon. Exactly one of `once`, `running`, `training` and `residual` says how.",
    fields: &[
        Field::optional("label", Kind::Text, "what it is called in tables"),
        Field::required("arms", Kind::List(&Kind::Name("arm")), "the arms that have it"),
        Field::optional("once", Kind::Quantity(Dim::MONEY, Sign::NonNegative), "paid once"),
        Field::optional("running", Kind::COST_RATE, "paid all the time"),
        Field::optional(
            "training",
            Kind::Name("adoption"),
            "the training of every new adopter, at the mean wage of the adopter's team",
        ),
        Field::optional(
            "residual",
            Kind::Quantity(Dim::MONEY, Sign::NonNegative),
            "what was bought is still worth at the horizon: received then",
        ),
        Field::default(
            "after",
            Kind::DURATION,
            "0 s",
            "from the decision to the first payment; of training: to its start",
        ),
        CASHABLE,
        STAKEHOLDER,
    ],
    example: "[money.cost.roll_out]\nlabel = \"Roll-out\"\narms = [\"after\"]\nonce = \"$60,000\"",
};

pub fn read(root: &Reader, model: &mut Model) {
    let Some(r) = root.table("money") else { return };
    let duration = |key: &str| r.duration(key).map_or(Duration::ZERO, |d| d.value);
    let (horizon, lead) = (duration("horizon"), duration("lead"));
    if lead >= horizon && r.has("lead") {
        let d = Diagnostic::error("the change takes effect after the horizon").at(r.place_of("lead"));
        r.report(d.hint("make `horizon` longer than `lead`"));
    }
    let mut rates: Vec<f64> =
        r.list("rates").iter().filter_map(|item| Some(item.quantity()?.value)).collect();
    if !r.has("rates") {
        rates.push(USUAL_RATE);
    }
    if rates.is_empty() {
        r.report(Diagnostic::error("at least one rate").at(r.place_of("rates")));
    }
    let mut lines = Vec::new();
    for (name, item) in r.map("line") {
        let Some(inner) = item.table() else { continue };
        let text = Text { value: name.value, span: name.span, content: None };
        let Some(metric) = metrics::named(&text, root, model) else { continue };
        if is_money(name, metric, &r, model) {
            lines.push((name, MoneyLine { metric, kind: kind(&inner) }));
        }
    }
    for (name, line) in &lines {
        let whole = lines.iter().find(|(_, other)| is_part(line.metric, other.metric, model));
        if let Some((whole, _)) = whole {
            let d = Diagnostic::error(format!(
                "`{}` is part of `{}`: it would count twice",
                name.value, whole.value
            ));
            r.report(d.at(name.span).hint("leave out one of them"));
        }
    }
    let costs = r.map("cost").iter().filter_map(|(name, item)| cost(name.value, &item.table()?)).collect();
    let lines = lines.into_iter().map(|(_, line)| line).collect();
    model.money = Some(Money { horizon, lead, rates, lines, costs });
}

/// Whether a metric can be a line of money, or why not.
fn is_money(name: Spanned<&str>, metric: MetricId, r: &Reader, model: &Model) -> bool {
    let (found, rough) = (&model.metrics[metric], depends_on_quantile(metric, model));
    let wrong = match () {
        _ if found.dim != YEARLY => {
            Some((format!("`{}` is {}, not money per time", name.value, found.dim), quantity::hint(YEARLY)))
        }
        _ if found.better == Better::Neutral => Some((
            format!("`{}` has no better direction: is more of it a gain or a loss?", name.value),
            "say better = \"lower\" (a cost) or \"higher\" (an income) at the metric".to_owned(),
        )),
        _ if rough => Some((
            format!("`{}` depends on a quantile, which does not add up over time", name.value),
            "build money from means, rates and ratios".to_owned(),
        )),
        _ => None,
    };
    if let Some((message, hint)) = &wrong {
        r.report(Diagnostic::error(message).at(name.span).hint(hint.as_str()));
    }
    wrong.is_none()
}

fn depends_on_quantile(metric: MetricId, model: &Model) -> bool {
    let of_quantile = |m: &MetricId| matches!(model.metrics[*m].of, MetricOf::Quantile(..));
    of_quantile(&metric) || parts(metric, model).iter().any(of_quantile)
}

/// Whether a metric enters the formula of another, directly or through others.
fn is_part(metric: MetricId, of: MetricId, model: &Model) -> bool {
    parts(of, model).contains(&metric)
}

/// All metrics that a metric's formula is made of. Formulas that go round in a circle, which is a mistake of theirs, end.
fn parts(metric: MetricId, model: &Model) -> Vec<MetricId> {
    let mut found = Vec::new();
    let mut open = vec![metric];
    while let Some(next) = open.pop() {
        let MetricOf::Formula(_, children) = &model.metrics[next].of else { continue };
        for child in children.iter().filter(|c| **c != metric) {
            if !found.contains(child) {
                found.push(*child);
                open.push(*child);
            }
        }
    }
    found
}

fn kind(r: &Reader) -> MoneyKind {
    MoneyKind {
        cashable: r.flag("cashable").is_none_or(|f| f.value),
        stakeholder: r.text("stakeholder").map_or_else(String::new, |t| t.value.to_owned()),
    }
}

fn cost(name: &str, r: &Reader) -> Option<MoneyCost> {
    let what = match exactly_one(r, &["once", "running", "training", "residual"])? {
        "once" => CostOf::Once(r.quantity("once")?.value),
        "running" => CostOf::Running(r.quantity("running")?.value),
        "residual" => CostOf::Residual(r.quantity("residual")?.value),
        _ => CostOf::Training(r.name("training")?.value),
    };
    let arms = r.list("arms").iter().filter_map(|item| Some(item.text()?.value.to_owned())).collect();
    let mut words = name.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Some(MoneyCost {
        name: name.to_owned(),
        label: r.text("label").map_or(words, |t| t.value.to_owned()),
        arms,
        what,
        after: r.duration("after")?.value,
        kind: kind(r),
    })
}

pub fn print(model: &Model) -> Table {
    let Some(money) = &model.money else { return Table::default() };
    let duration = |d: Duration| quantity::print(d.seconds(), Dim::TIME);
    let with_kind = |table: Table, kind: &MoneyKind| {
        table.with_other("cashable", kind.cashable, true).with_other(
            "stakeholder",
            kind.stakeholder.as_str(),
            "agency",
        )
    };
    let lines = money.lines.iter().fold(Table::default(), |table, line| {
        table.with(model.metrics[line.metric].name.as_str(), with_kind(Table::braces(), &line.kind))
    });
    let costs = money.costs.iter().fold(Table::default(), |table, cost| {
        let arms: Value = cost.arms.iter().map(String::as_str).collect();
        let entry = Table::default().with("label", cost.label.as_str()).with("arms", arms);
        let entry = match cost.what {
            CostOf::Once(x) => entry.with("once", quantity::print(x, Dim::MONEY)),
            CostOf::Residual(x) => entry.with("residual", quantity::print(x, Dim::MONEY)),
            CostOf::Running(x) => entry.with("running", quantity::print(x, YEARLY)),
            CostOf::Training(id) => entry.with("training", model.adoptions[id].name.as_str()),
        };
        table.with(cost.name.as_str(), with_kind(entry.with("after", duration(cost.after)), &cost.kind))
    });
    let section = Table::default()
        .with("horizon", duration(money.horizon))
        .with("lead", duration(money.lead))
        .with("rates", money.rates.iter().copied().collect::<Value>())
        .with("line", lines);
    if costs.entries.is_empty() { section } else { section.with("cost", costs) }
}
