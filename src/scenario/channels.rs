//! `[topic.NAME]`, `[adoption.NAME]`, `[channel.NAME]`: knowledge, how a channel spreads, the ways to ask.

use super::lower::{label, per, print_per};
use crate::activity::{Scope, optional, read_law};
use crate::diag::Diagnostic;
use crate::dist::{self, Dist};
use crate::ids::TeamId;
use crate::model::{Adoption, Channel, ChannelMode, Model, Overload, Spread, Topic};
use crate::text::schema::{Field, Keys, Kind, Sign, Table as Schema};
use crate::text::{Reader, Table, Words, quantity};
use crate::units::{Dim, Duration, Time};

/// [s]
const DAY: f64 = 86_400.0;

static MODE: Words<ChannelMode, 2> = Words::new([
    ("one_by_one", ChannelMode::OneByOne, "one place at a time, the most promising first"),
    ("broadcast", ChannelMode::Broadcast, "all places at once; the first useful answer counts"),
]);

pub static TOPIC: Schema = Schema {
    name: "topic",
    doc: "A piece of knowledge, and who has it.",
    fields: &[
        Field::optional("label", Kind::Text, "what it is called in pictures and tables"),
        Field::required(
            "known_by",
            Kind::Map(Keys::Of("team"), &Kind::Share),
            "share of a team's members who know it",
        ),
        Field::default(
            "per_question",
            Kind::Flag,
            "false",
            "drawn anew for every question (a fact one happens to know) instead of once for every person",
        ),
    ],
    example: "[topic.dns]\nknown_by = { second_line = \"12 %\" }",
};

pub static ADOPTION: Schema = Schema {
    name: "adoption",
    doc: "How a channel spreads among the members of teams: Bass diffusion (Bass 1969).",
    fields: &[
        Field::required(
            "go_live",
            Kind::Quantity(Dim::TIME, Sign::Any),
            "from the start of the clock; negative: before",
        ),
        Field::default("training", Kind::DURATION, "0 s", "a new adopter is off the job for this long, once"),
        Field::default("drop_out", Kind::RATE, "0", "rate at which adopters stop using it for good"),
        Field::optional(
            "team",
            Kind::Map(Keys::Of("team"), &Kind::Table(&SPREAD)),
            "the teams it is meant for",
        ),
    ],
    example: "[adoption.roll_out]\ngo_live = \"4 weeks\"\ntraining = \"2 h\"\n\
              team.clerks = { p = \"0.03 per month\", q = \"0.25 per month\", ceiling = \"85 %\" }",
};

static SPREAD: Schema = Schema {
    name: "spread",
    doc: "Bass diffusion in one team.",
    fields: &[
        Field::required("p", Kind::RATE, "innovation: adoption without example"),
        Field::required("q", Kind::RATE, "imitation: adoption by example"),
        Field::default("ceiling", Kind::Share, "1", "share of the members who will ever adopt"),
    ],
    example: "team.clerks = { p = \"0.03 per month\", q = \"0.25 per month\", ceiling = \"85 %\" }",
};

pub static CHANNEL: Schema = Schema {
    name: "channel",
    doc: "A way to ask: phone, e-mail, a walk, a tool. Everything it does to a search follows from these mechanisms.",
    fields: &[
        Field::optional("label", Kind::Text, "what it is called in pictures and tables"),
        Field::required("mode", MODE.kind(), "how asking goes"),
        Field::optional("adoption", Kind::Name("adoption"), "who has it; everybody when absent"),
        Field::default(
            "reach",
            Kind::Share,
            "1",
            "probability that an attempt reaches a person who is on shift",
        ),
        Field::optional("retry", Kind::Dist(Dim::TIME), "time until the next attempt after one that failed"),
        Field::default("latency", Kind::Dist(Dim::TIME), "0 s", "from being reached to giving the answer"),
        Field::default(
            "on_shift_only",
            Kind::Flag,
            "true",
            "the latency runs in the answerer's working time (nobody reads off shift)",
        ),
        Field::default("reply", Kind::Share, "1", "probability that a person who read it replies"),
        Field::default("active", Kind::Share, "1", "share of a team's members who ever reply"),
        Field::default("ask_cost", Kind::Dist(Dim::TIME), "0 s", "the asker's working time per ask"),
        Field::default("read_cost", Kind::Dist(Dim::TIME), "0 s", "each reader's working time per message"),
        Field::default("answer_cost", Kind::Dist(Dim::TIME), "0 s", "the answerer's working time per answer"),
        Field::default("visible", Kind::Flag, "false", "answers are seen by everybody who has the channel"),
        Field::optional(
            "overload",
            Kind::Quantity(Dim::RATE, Sign::Positive),
            "posts a day up to which nothing is lost; beyond, replies get rarer",
        ),
    ],
    example: "[channel.phone]\nmode = \"one_by_one\"\nreach = \"52 %\"\nretry = { uniform = { min = \"15 min\", max = \"60 min\" } }\n\
              answer_cost = \"5 min\"",
};

/// Declares topics and channels by name; their laws need everybody's names.
pub fn declare(root: &Reader, model: &mut Model) {
    for (name, item) in root.map("topic") {
        let mut topic = Topic { name: name.value.to_owned(), known_by: Vec::new(), per_question: false };
        if let Some(r) = item.table() {
            label(&r, &format!("topic.{}", name.value), model);
            let known_by = r.item("known_by").map_or_else(Vec::new, |item| item.map_by_name::<TeamId>());
            topic.known_by = known_by
                .into_iter()
                .filter_map(|(t, share)| Some((t.value, share.quantity()?.value)))
                .collect();
            topic.per_question = r.flag("per_question").is_some_and(|f| f.value);
        }
        if let Some((part, _)) = root.map("part").iter().find(|(part, _)| part.value == name.value) {
            let d = Diagnostic::error(format!("`{}` is the name of a part and of a topic", name.value))
                .at(name.span);
            root.report(
                d.also(part.span, "the part is here").hint("asking for it could mean either: rename one"),
            );
        }
        model.topics.push(topic);
    }
}

pub fn read(root: &Reader, model: &mut Model, scope: &Scope) {
    for (name, item) in root.map("adoption") {
        let read = item.table().and_then(|r| adoption(&r, name.value));
        model.adoptions.extend(read);
    }
    for (name, item) in root.map("channel") {
        let read = item.table().and_then(|r| {
            label(&r, &format!("channel.{}", name.value), model);
            channel(&r, name.value, scope)
        });
        model.channels.extend(read);
    }
}

pub fn print_topics(model: &Model) -> Table {
    let each = |section: Table, topic: &Topic| {
        let known_by = |table: Table, (team, share): &(TeamId, f64)| {
            table.with(model.teams[*team].name.as_str(), *share)
        };
        let table = Table::default()
            .with_some("label", model.labels.get(&format!("topic.{}", topic.name)).cloned())
            .with("known_by", topic.known_by.iter().fold(Table::braces(), known_by))
            .with_other("per_question", topic.per_question, false);
        section.with(topic.name.as_str(), table)
    };
    model.topics.iter().fold(Table::default(), each)
}

pub fn print_adoptions(model: &Model) -> Table {
    let rate = |x: f64| quantity::print(x, Dim::RATE);
    let each = |section: Table, adoption: &Adoption| {
        let spread = |table: Table, s: &Spread| {
            let one = Table::braces()
                .with("p", rate(s.p))
                .with("q", rate(s.q))
                .with_other("ceiling", s.ceiling, 1.0);
            table.with(model.teams[s.team].name.as_str(), one)
        };
        let table = Table::default()
            .with("go_live", quantity::print(adoption.go_live.seconds(), Dim::TIME))
            .with("training", quantity::print(adoption.training.seconds(), Dim::TIME))
            .with("drop_out", rate(adoption.drop_out))
            .with("team", adoption.spread.iter().fold(Table::default(), spread));
        section.with(adoption.name.as_str(), table)
    };
    model.adoptions.iter().fold(Table::default(), each)
}

pub fn print_channels(model: &Model) -> Table {
    let time = |law: &Dist| dist::print(law, Dim::TIME);
    let each = |section: Table, channel: &Channel| {
        let table = Table::default()
            .with_some("label", model.labels.get(&format!("channel.{}", channel.name)).cloned())
            .with("mode", MODE.word(channel.mode))
            .with_some("adoption", channel.adoption.map(|a| model.adoptions[a].name.as_str()))
            .with_other("reach", channel.reach, 1.0)
            .with_some("retry", channel.retry.as_ref().map(time))
            .with("latency", time(&channel.latency))
            .with_other("on_shift_only", channel.on_shift_only, true)
            .with_other("reply", channel.reply, 1.0)
            .with_other("active", channel.active, 1.0)
            .with("ask_cost", time(&channel.ask_cost))
            .with("read_cost", time(&channel.read_cost))
            .with("answer_cost", time(&channel.answer_cost))
            .with_other("visible", channel.visible, false)
            .with_some("overload", channel.overload.map(|o| print_per(o.capacity, "d")));
        section.with(channel.name.as_str(), table)
    };
    model.channels.iter().fold(Table::default(), each)
}

fn adoption(r: &Reader, name: &str) -> Option<Adoption> {
    let teams = r.item("team").map_or_else(Vec::new, |item| item.map_by_name::<TeamId>());
    if teams.is_empty() {
        let d = Diagnostic::error(format!("nobody can adopt `{name}`")).at(r.place());
        r.report(
            d.hint("say for which teams: team.clerks = { p = \"0.03 per month\", q = \"0.25 per month\" }"),
        );
    }
    let spread = teams.iter().filter_map(|(team, item)| {
        let r = item.table()?;
        let value = |key: &str| Some(r.quantity(key)?.value);
        Some(Spread { team: team.value, p: value("p")?, q: value("q")?, ceiling: value("ceiling")? })
    });
    let go_live = r.quantity("go_live")?.value;
    let span = Duration::from_seconds(go_live.abs());
    Some(Adoption {
        name: name.to_owned(),
        go_live: if go_live < 0.0 { Time::ZERO - span } else { Time::ZERO + span },
        spread: spread.collect(),
        training: r.duration("training")?.value,
        drop_out: r.quantity("drop_out")?.value,
    })
}

fn channel(r: &Reader, name: &str, scope: &Scope) -> Option<Channel> {
    let law = |key: &str| read_law(r, key, Dim::TIME, scope);
    let retry = optional(r, "retry", || law("retry"));
    let [latency, ask_cost, read_cost, answer_cost] =
        ["latency", "ask_cost", "read_cost", "answer_cost"].map(law);
    let share = |key: &str| Some(r.quantity(key)?.value);
    let reach = share("reach")?;
    if reach < 1.0 && !r.has("retry") {
        let d = Diagnostic::warning(format!("attempts by `{name}` can fail, but there is no `retry`"))
            .at(r.place_of("reach"));
        r.report(d.hint("an ask that reaches nobody is then lost; add for example retry = \"30 min\""));
    }
    Some(Channel {
        name: name.to_owned(),
        mode: r.word("mode", &MODE)?,
        adoption: optional(r, "adoption", || r.name("adoption"))?.map(|a| a.value),
        reach,
        retry: retry?,
        latency: latency?,
        on_shift_only: r.flag("on_shift_only")?.value,
        reply: share("reply")?,
        active: share("active")?,
        ask_cost: ask_cost?,
        read_cost: read_cost?,
        answer_cost: answer_cost?,
        visible: r.flag("visible")?.value,
        overload: r.quantity("overload").map(|q| Overload { capacity: per(q.value, DAY) }),
    })
}
