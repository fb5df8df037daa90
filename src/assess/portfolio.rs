//! `portfolio.toml`: what there is to assess.

use super::ledger::{Columns, Layout};
use super::value::Money;
use crate::diag::{Diagnostic, Sink, Spanned};
use crate::text::schema::{Field, Keys, Kind, Sign, Table as Schema};
use crate::text::{Change, Reader, Tree, Words};
use crate::units::{Dim, YEAR};
use std::collections::BTreeMap;

static MONEY: Schema = Schema {
    name: "money",
    doc: "How costs and savings of later years are weighed.",
    fields: &[
        Field::default("discount", Kind::Share, "7 %", "real discount rate by the year"),
        Field::default("horizon", Kind::Count, "5", "years that count"),
        Field::default(
            "ramp",
            Kind::DURATION,
            "1 year",
            "what the tool does grows evenly from nothing to its settled value over this time",
        ),
    ],
    example: "[money]\ndiscount = \"7 %\"\nhorizon = 5\nramp = \"1 year\"",
};

static LEDGER: Schema = Schema {
    name: "ledger",
    doc: "A CSV file of costs and what its columns mean. Long: a column with the cost. Wide: a column for each group, or for each year.",
    fields: &[
        Field::required("file", Kind::Text, "CSV with a header line, beside the portfolio"),
        Field::optional("group", Kind::Text, "column with the group that pays"),
        Field::optional("in_group", Kind::Text, "the group of all lines"),
        Field::optional("operation", Kind::Text, "column with the operation"),
        Field::optional("in_operation", Kind::Text, "the operation of all lines"),
        Field::optional("year", Kind::Text, "column with the year"),
        Field::optional("in_year", Kind::Count, "the year of all lines"),
        Field::optional("cost", Kind::Text, "column with the cost"),
        Field::optional("groups", Kind::TEXTS, "columns with costs, each of a group"),
        Field::optional("years", Kind::TEXTS, "columns with costs, each of a year"),
        Field::optional(
            "only",
            Kind::Map(Keys::Free, &Kind::Text),
            "columns and what must stand in them for a line to count",
        ),
        Field::default(
            "unit",
            Kind::Quantity(Dim::MONEY, Sign::Positive),
            "$1",
            "what 1 stands for in the file: `\"$1,000\"`",
        ),
    ],
    example: "[[ledger]]\nfile = \"costs.csv\"\ngroup = \"department\"\noperation = \"activity\"\nyear = \"fiscal year\"\ncost = \"amount\"",
};

static METRIC: Schema = Schema {
    name: "candidate metric",
    doc: "A metric of the operation's scenario that may move its cost, and how that is found out.",
    fields: &[
        Field::optional(
            "moved_by",
            Kind::Changes,
            "changes to the scenario that move the metric a little; when absent, the halving of the stage that moves it most",
        ),
        Field::optional(
            "history",
            Kind::Map(Keys::Free, &Kind::NUMBER),
            "its value in past years, in any unit: `{ 2021 = 19.4, 2022 = 21.0 }`; set against the ledger's costs",
        ),
    ],
    example: "[operation.repair.metric.\"restore_time.mean\"]\nhistory = { 2021 = 19.4, 2022 = 21.0, 2023 = 22.7, 2024 = 25.1, 2025 = 26.0 }",
};

/// What a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The tool, deployed at a place.
    Tool,
    /// Something else for the same problem.
    Other,
}

static SORT: Words<Sort, 2> = Words::new([
    ("tool", Sort::Tool, "the tool, deployed at this place"),
    ("other", Sort::Other, "something else: staff, stock, a contract"),
]);

static CANDIDATE: Schema = Schema {
    name: "candidate",
    doc: "What could be done in an operation: the tool at a place (a pair or group of teams), or something else.",
    fields: &[
        Field::optional("label", Kind::Text, "what it is called in pictures and tables"),
        Field::default("sort", SORT.kind(), "tool", "what it is"),
        Field::optional("teams", Kind::TEXTS, "whom it is for, as people call them"),
        Field::required("set", Kind::Changes, "changes to the operation's scenario"),
        Field::default(
            "upfront",
            Kind::Quantity(Dim::MONEY, Sign::NonNegative),
            "$0",
            "paid once, at the start: roll-out, training",
        ),
        Field::default(
            "yearly",
            Kind::COST_RATE,
            "$0 per year",
            "paid every year, beside what the scenario's cost has in it",
        ),
        Field::optional(
            "ramp",
            Kind::DURATION,
            "what it does to the scenario's cost grows evenly from nothing over this time; when absent, that of `[money]` for \
             the tool, and none for anything else: who is hired is paid and works from the first day",
        ),
        Field::default("expected", Kind::Flag, "false", "true: where people expect the answer to be"),
    ],
    example: "[operation.repair.candidate.counter]\nlabel = \"The tool at the parts counter\"\nteams = [\"Technicians\", \"Parts clerks\"]\nupfront = \"$20,000\"\nset = { \"adoption.roll_out.team.clerks.ceiling\" = \"85 %\" }",
};

static OPERATION: Schema = Schema {
    name: "operation",
    doc: "Something that a group does, with the scenario that simulates it.",
    fields: &[
        Field::optional("label", Kind::Text, "what it is called in pictures and tables"),
        Field::required("group", Kind::Text, "the group in the ledger"),
        Field::optional("ledger", Kind::Text, "its name in the ledger; the label when absent"),
        Field::optional(
            "scenario",
            Kind::Text,
            "scenario file, or folder with a scenario.toml, beside the portfolio",
        ),
        Field::optional("log", Kind::Text, "event log of the real process; simulated when absent"),
        Field::optional(
            "cost",
            Kind::Text,
            "the scenario's metric that is the yearly cost which candidates change",
        ),
        Field::optional(
            "valued",
            Kind::TEXTS,
            "the scenario's metrics that are parts of `cost` and are valued, not paid: riders' time, buses that stand in. What is worth its cost \
             is told with and without them",
        ),
        Field::optional(
            "metric",
            Kind::Map(Keys::Free, &Kind::Table(&METRIC)),
            "metrics that may move the cost",
        ),
        Field::optional("set", Kind::Changes, "changes to the scenario that hold in all of this portfolio"),
        Field::optional(
            "candidate",
            Kind::Map(Keys::New("candidate"), &Kind::Table(&CANDIDATE)),
            "what could be done here",
        ),
    ],
    example: "[operation.repair]\nlabel = \"Running repair\"\ngroup = \"Vehicle maintenance\"\nscenario = \"repair.toml\"\ncost = \"cost.all\"",
};

/// A portfolio file.
pub static ROOT: Schema = Schema {
    name: "portfolio",
    doc: "A portfolio is a folder with a `portfolio.toml`, ledgers, scenarios and logs.",
    fields: &[
        Field::required("title", Kind::Text, "one line"),
        Field::default("question", Kind::Text, "", "what is asked, in one sentence"),
        Field::default("description", Kind::Text, "", "what it is about; an empty line begins a paragraph"),
        Field::default("currency", Kind::Text, "$", "symbol of money, for display"),
        Field::default("tool", Kind::Text, "the tool", "what the tool is called in sentences"),
        Field::optional("money", Kind::Table(&MONEY), "how years are weighed"),
        Field::optional("ledger", Kind::List(&Kind::Table(&LEDGER)), "what is paid"),
        Field::optional(
            "operation",
            Kind::Map(Keys::New("operation"), &Kind::Table(&OPERATION)),
            "what is done, and could be done otherwise",
        ),
    ],
    example: "title = \"A transit authority\"\n\n[[ledger]]\nfile = \"costs.csv\"\ngroup = \"group\"\noperation = \"operation\"\nyear = \"year\"\ncost = \"cost\"\n\n[operation.repair]\ngroup = \"Vehicle maintenance\"\nscenario = \"repair.toml\"\ncost = \"cost.all\"",
};

/// JSON Schema of a portfolio file, for editors.
pub fn schema() -> serde_json::Value {
    crate::text::json_schema(&ROOT, [("distribution", crate::dist::json_schema())])
}

/// The reference of portfolio files, in Markdown.
pub fn reference() -> String {
    format!(
        "# Portfolio reference\n\nMade from the program's own lists: every key of `portfolio.toml`, what it may hold, its default, what it means. \
         What a portfolio is for is told in [assess](assess.md).\n\n{}",
        crate::text::reference(&ROOT)
    )
}

#[derive(Clone, Debug, PartialEq)]
pub struct Portfolio {
    pub title: String,
    pub question: String,
    pub description: String,
    pub currency: String,
    /// "the tool"
    pub tool: String,
    pub money: Money,
    pub ledgers: Vec<Source>,
    pub operations: Vec<Operation>,
}

/// A ledger file and what its columns mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    pub file: Spanned<String>,
    pub columns: Columns,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    pub name: String,
    pub label: String,
    pub group: Spanned<String>,
    /// Its name in the ledger.
    pub ledger: Spanned<String>,
    pub scenario: Option<Spanned<String>>,
    pub log: Option<Spanned<String>>,
    /// The metric that is its yearly cost.
    pub cost: Option<Spanned<String>>,
    /// Parts of it that are valued, not paid.
    pub valued: Vec<Spanned<String>>,
    pub metrics: Vec<MetricSource>,
    pub set: Vec<Change>,
    pub candidates: Vec<Candidate>,
}

/// A candidate metric and where its elasticity comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricSource {
    pub name: Spanned<String>,
    pub moved_by: Vec<Change>,
    /// By year.
    pub history: BTreeMap<i32, f64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub name: String,
    pub label: String,
    pub sort: Sort,
    pub teams: Vec<String>,
    pub set: Vec<Change>,
    /// [money]
    pub upfront: f64,
    /// [money per year]
    pub yearly: f64,
    /// Over which its effect on the cost grows [years]; None: as its sort does.
    pub ramp: Option<f64>,
    pub expected: bool,
}

/// The portfolio that a tree holds, and everything that is wrong with it; None where it cannot be used.
pub fn read(tree: &Tree) -> (Option<Portfolio>, Vec<Diagnostic>) {
    let sink = Sink::default();
    let root = Reader::open(tree, &ROOT, &sink);
    let text = |key: &str| root.text(key).map(|t| t.value.trim().to_owned()).unwrap_or_default();
    let ledgers = root.list("ledger").iter().filter_map(|item| ledger(&item.table()?)).collect();
    let operations = root
        .map("operation")
        .iter()
        .filter_map(|(name, item)| operation(name.value, &item.table()?))
        .collect();
    let portfolio = Portfolio {
        title: text("title"),
        question: text("question"),
        description: text("description"),
        currency: text("currency"),
        tool: text("tool"),
        money: money(&root),
        ledgers,
        operations,
    };
    if portfolio.ledgers.is_empty() && !root.has("ledger") {
        let d = Diagnostic::error("a portfolio needs a ledger: the first step ranks what is paid");
        root.report(d.hint("for example [[ledger]] file = \"costs.csv\""));
    }
    let usable = !sink.has_errors();
    (usable.then_some(portfolio), sink.into_vec())
}

fn money(root: &Reader) -> Money {
    let mut money = Money::default();
    let Some(r) = root.table("money") else { return money };
    if let Some(rate) = r.quantity("discount") {
        money.discount = rate.value;
    }
    if let Some(years) = r.count("horizon") {
        if (1..=100).contains(&years.value) {
            money.horizon = years.value as usize;
        } else {
            r.report(Diagnostic::error("a horizon is 1 to 100 years").at(years.span));
        }
    }
    if let Some(ramp) = r.quantity("ramp") {
        money.ramp = ramp.value / YEAR;
    }
    money
}

fn ledger(r: &Reader) -> Option<Source> {
    let text = |key: &str| r.text(key).map(|t| t.value.to_owned());
    let texts = |key: &str| -> Vec<String> {
        r.list(key).iter().filter_map(|item| Some(item.text()?.value.to_owned())).collect()
    };
    let (groups, years) = (texts("groups"), texts("years"));
    let layouts = [r.has("cost"), r.has("groups"), r.has("years")].iter().filter(|has| **has).count();
    if layouts != 1 {
        let d = Diagnostic::error("exactly one of `cost`, `groups` and `years` says where the costs stand");
        r.report(d.at(r.place_of("file")).hint("cost = a column; groups or years = a list of columns"));
        return None;
    }
    let needs = |column: &str, fixed: &str, wide: &str| {
        let given = [column, fixed, wide].iter().filter(|key| !key.is_empty() && r.has(key)).count();
        if given != 1 {
            let d = Diagnostic::error(format!("the ledger does not say which {column} its lines belong to"));
            let d = if given > 1 {
                Diagnostic::error(format!("the ledger says twice what the {column} is"))
            } else {
                d
            };
            r.report(
                d.at(r.place_of("file"))
                    .hint(format!("{column} = a column, or {fixed} = the same for all lines")),
            );
        }
        given == 1
    };
    let (by_group, by_year) = (needs("group", "in_group", "groups"), needs("year", "in_year", "years"));
    let pairs = r.map("only");
    let only =
        pairs.iter().filter_map(|(name, item)| Some((name.value.to_owned(), item.text()?.value.to_owned())));
    let only = only.collect();
    let layout = match (text("cost"), groups.is_empty()) {
        (Some(cost), _) => Layout::Long { cost },
        (None, false) => Layout::Groups(groups),
        (None, true) => Layout::Years(years),
    };
    let file = r.text("file")?;
    let in_year = r.count("in_year").map(|year| year.value as i32);
    (by_group && by_year).then_some(Source {
        file: file.spanned().map(str::to_owned),
        columns: Columns {
            group: text("group"),
            in_group: text("in_group"),
            operation: text("operation"),
            in_operation: text("in_operation"),
            year: text("year"),
            in_year,
            layout,
            only,
            unit: r.quantity("unit").map_or(1.0, |unit| unit.value),
        },
    })
}

fn operation(name: &str, r: &Reader) -> Option<Operation> {
    let spanned = |key: &str| r.text(key).map(|t| t.spanned().map(str::to_owned));
    let label = r.text("label").map_or_else(|| titled(name), |t| t.value.to_owned());
    let ledger = spanned("ledger").unwrap_or_else(|| Spanned::new(label.clone(), r.place()));
    let group = spanned("group")?;
    let metrics: Vec<MetricSource> =
        r.map("metric").iter().filter_map(|(name, item)| metric(*name, &item.table()?)).collect();
    let candidates: Vec<Candidate> =
        r.map("candidate").iter().filter_map(|(name, item)| candidate(name.value, &item.table()?)).collect();
    let scenario = spanned("scenario");
    if scenario.is_none() {
        for key in ["cost", "candidate", "set"] {
            if r.has(key) {
                let d =
                    Diagnostic::error(format!("`{key}` needs a scenario to speak about")).at(r.place_of(key));
                r.report(d.hint("scenario = a file beside the portfolio"));
            }
        }
    } else if !r.has("cost") {
        let d = Diagnostic::error("the operation does not say which metric is its cost")
            .at(r.place_of("scenario"));
        r.report(d.hint("cost = a metric of the scenario, in money by time"));
    }
    Some(Operation {
        name: name.to_owned(),
        label,
        group,
        ledger,
        scenario,
        log: spanned("log"),
        cost: spanned("cost"),
        valued: (r.list("valued").iter())
            .filter_map(|item| Some(item.text()?.spanned().map(str::to_owned)))
            .collect(),
        metrics,
        set: r.changes("set"),
        candidates,
    })
}

fn metric(name: Spanned<&str>, r: &Reader) -> Option<MetricSource> {
    let mut history = BTreeMap::new();
    for (year, item) in r.map("history") {
        let value = item.quantity()?.value;
        match year.value.parse::<i32>() {
            Ok(year) => drop(history.insert(year, value)),
            Err(_) => {
                let d = Diagnostic::error(format!("`{}` is not a year", year.value)).at(year.span);
                r.report(d.hint("for example history = { 2024 = 21.3 }"));
            }
        }
    }
    Some(MetricSource { name: name.map(str::to_owned), moved_by: r.changes("moved_by"), history })
}

fn candidate(name: &str, r: &Reader) -> Option<Candidate> {
    let set = r.changes("set");
    if set.is_empty() && r.has("set") {
        r.report(Diagnostic::error("the candidate changes nothing").at(r.place_of("set")));
    }
    Some(Candidate {
        name: name.to_owned(),
        label: r.text("label").map_or_else(|| titled(name), |t| t.value.to_owned()),
        sort: r.word("sort", &SORT)?,
        teams: r.list("teams").iter().filter_map(|item| Some(item.text()?.value.to_owned())).collect(),
        set,
        upfront: r.quantity("upfront")?.value,
        yearly: r.quantity("yearly")?.value * YEAR,
        ramp: r.duration("ramp").map(|d| d.value.seconds() / YEAR),
        expected: r.flag("expected")?.value,
    })
}

/// A name in plain words, as a label begins.
fn titled(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
