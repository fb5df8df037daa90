//! `[team.NAME]`: who does the work, where, when, at what wage.

use super::calendars::has_moments_only;
use crate::diag::{Diagnostic, Span};
use crate::ids::{IdVec, SiteId, SkillId};
use crate::model::{Crew, Dispatch, Joint, Model, Team};
use crate::text::schema::{Field, Keys, Kind, Sign, Table as Schema};
use crate::text::{Reader, Table, Value, Words, quantity};
use crate::units::Dim;

static DISPATCH: Words<Dispatch, 4> = Words::new([
    ("fifo", Dispatch::Fifo, "first come, first served"),
    ("priority", Dispatch::Priority, "largest priority first, first come among equals"),
    ("shortest", Dispatch::Shortest, "least work first, first come among equals"),
    ("skill", Dispatch::Skill, "first come, but members with fewer skills are used first"),
]);

static JOINT: Words<Joint, 2> = Words::new([
    (
        "greedy",
        Joint::Greedy,
        "they serve those behind it that they are enough for; a request for many may wait long among many for one",
    ),
    ("reserve", Joint::Reserve, "they stay idle for it, if those on shift are enough; then nobody passes it"),
]);

const CALENDAR: Field =
    Field::optional("calendar", Kind::Name("calendar"), "when they are on shift; always when absent");
const WAGE: Field = Field::default("wage", Kind::COST_RATE, "$0/h", "cost of a paid hour on shift");
const OVERTIME: Field = Field::optional(
    "overtime_wage",
    Kind::COST_RATE,
    "cost of an hour beyond the shift; the wage when absent",
);
const SPEED: Field = Field::default(
    "speed",
    Kind::Quantity(Dim::NUMBER, Sign::Positive),
    "1",
    "work done in a unit of time; 1 is standard",
);
const SKILLS: Field = Field::optional("skills", Kind::TEXTS, "what they can do and others cannot");
const ABSENCE: Field =
    Field::default("absence", Kind::Share, "0", "probability that a member is absent for a whole day");
const MEMBERS: &str = "how many, at each site";

pub static SCHEMA: Schema = Schema {
    name: "team",
    doc: "People or things that do the work. Equal members are a crew; a team of one crew may be written without it: \
          `members`, `calendar`, `wage` and so on stand on the team itself.",
    fields: &[
        Field::optional("label", Kind::Text, "what it is called in pictures and tables"),
        Field::optional(
            "sites",
            Kind::List(&Kind::Name("site")),
            "a separate pool at each; one pool when absent",
        ),
        Field::default("dispatch", DISPATCH.kind(), "fifo", "which waiting request a free member takes"),
        Field::default(
            "joint",
            JOINT.kind(),
            "greedy",
            "what free members do while the first request needs more than are free",
        ),
        Field::optional("crew", Kind::Map(Keys::Free, &Kind::Table(&CREW)), "groups of equal members"),
        Field::optional("members", Kind::Count, MEMBERS),
        CALENDAR,
        WAGE,
        OVERTIME,
        SPEED,
        SKILLS,
        ABSENCE,
    ],
    example: "[team.mechanics]\nsites = [\"north\", \"south\"]\ncrew.day = { members = 9, calendar = \"day_shift\", wage = \"$45/h\" }\n\
              crew.night = { members = 4, calendar = \"night_shift\", wage = \"$52/h\" }",
};

static CREW: Schema = Schema {
    name: "crew",
    doc: "Equal members of a team.",
    fields: &[
        Field::required("members", Kind::Count, MEMBERS),
        CALENDAR,
        WAGE,
        OVERTIME,
        SPEED,
        SKILLS,
        ABSENCE,
        Field::optional("sites", Kind::List(&Kind::Name("site")), "only at these sites of the team"),
    ],
    example: "[team.mechanics.crew.day]\nmembers = 9\ncalendar = \"day_shift\"",
};

pub fn read(root: &Reader, model: &mut Model) {
    for (name, item) in root.map("team") {
        let mut team = Team { name: name.value.to_owned(), ..Team::default() };
        if let Some(r) = item.table() {
            super::lower::label(&r, &format!("team.{}", name.value), model);
            team.sites = sites(&r);
            team.dispatch = r.word("dispatch", &DISPATCH).unwrap_or_default();
            team.joint = r.word("joint", &JOINT).unwrap_or_default();
            team.crews = crews(&r, &team, model);
            check_members(&r, &team, name.span, model);
        }
        model.teams.push(team);
    }
}

pub fn print(model: &Model) -> Table {
    let mut section = Table::default();
    for team in model.teams.iter() {
        let site_names = |sites: &[SiteId]| sites.iter().map(|s| model.sites[*s].as_str()).collect::<Value>();
        let mut table =
            Table::default().with_some("label", model.labels.get(&format!("team.{}", team.name)).cloned());
        if !team.sites.is_empty() {
            table.push("sites", site_names(&team.sites));
        }
        table = table.with_other("dispatch", DISPATCH.word(team.dispatch), "fifo");
        table = table.with_other("joint", JOINT.word(team.joint), "greedy");
        match team.crews.as_slice() {
            [crew] if crew.name == team.name && crew.sites.is_empty() => {
                table = print_crew(crew, table, model)
            }
            crews => {
                let each = crews.iter().fold(Table::default(), |all, crew| {
                    let mut one = print_crew(crew, Table::default(), model);
                    if !crew.sites.is_empty() {
                        one.push("sites", site_names(&crew.sites));
                    }
                    all.with(crew.name.as_str(), one)
                });
                table.push("crew", each);
            }
        }
        section.push(team.name.as_str(), table);
    }
    section
}

fn crews(r: &Reader, team: &Team, model: &mut Model) -> Vec<Crew> {
    if !r.has("crew") {
        let crew = r.has("members").then(|| crew(r, &team.name, model)).flatten();
        return crew.into_iter().collect();
    }
    for key in ["members", "calendar", "wage", "overtime_wage", "speed", "skills", "absence"] {
        if r.has(key) {
            let d =
                Diagnostic::error(format!("a team with crews has no `{key}` of its own")).at(r.place_of(key));
            r.report(d.hint(format!("give each crew its `{key}`")));
        }
    }
    let mut crews = Vec::new();
    for (name, item) in r.map("crew") {
        let Some(r) = item.table() else { continue };
        let Some(mut crew) = crew(&r, name.value, model) else { continue };
        crew.sites = sites(&r);
        for (site, item) in crew.sites.iter().zip(r.list("sites")) {
            if !team.sites.contains(site) {
                let d =
                    Diagnostic::error(format!("the team `{}` is not at `{}`", team.name, model.sites[*site]));
                r.report(d.at(item.span()).hint("add the site to the `sites` of the team"));
            }
        }
        crews.push(crew);
    }
    crews
}

fn crew(r: &Reader, name: &str, model: &mut Model) -> Option<Crew> {
    let calendar = r.name("calendar");
    if let Some(calendar) = calendar
        && has_moments_only(&model.calendars[calendar.value])
    {
        let name = &model.calendars[calendar.value].name;
        let d = Diagnostic::error(format!("nobody could work in the calendar `{name}`: it has only moments"));
        r.report(d.at(calendar.span).hint("write stretches, for example open = [\"Mon-Fri 07:00-17:00\"]"));
    }
    let skills =
        r.list("skills").iter().filter_map(|item| item.text()).map(|t| skill(t.value, model)).collect();
    let wage = r.quantity("wage")?.value;
    Some(Crew {
        name: name.to_owned(),
        count: super::lower::small(r, "members")?,
        sites: Vec::new(),
        calendar: calendar.map(|c| c.value),
        speed: r.quantity("speed")?.value,
        skills,
        wage,
        overtime_wage: r.quantity("overtime_wage").map_or(wage, |q| q.value),
        absence: r.quantity("absence")?.value,
    })
}

fn print_crew(crew: &Crew, table: Table, model: &Model) -> Table {
    let money = |rate: f64| quantity::print(rate, Dim::MONEY.per(Dim::TIME));
    let skills: Value = crew.skills.iter().map(|s| model.skills[*s].as_str()).collect();
    table
        .with("members", crew.count)
        .with_some("calendar", crew.calendar.map(|c| model.calendars[c].name.as_str()))
        .with_some("wage", (crew.wage != 0.0).then(|| money(crew.wage)))
        .with_some("overtime_wage", (crew.overtime_wage != crew.wage).then(|| money(crew.overtime_wage)))
        .with_other("speed", crew.speed, 1.0)
        .with_other("skills", skills, Value::Array(Vec::new()))
        .with_other("absence", crew.absence, 0.0)
}

/// The skill with this name; skills are declared by being somebody's.
fn skill(name: &str, model: &mut Model) -> SkillId {
    let known = model.skills.iter_ids().find(|(_, n)| *n == name).map(|(id, _)| id);
    known.unwrap_or_else(|| model.skills.push(name.to_owned()))
}

fn sites(r: &Reader) -> Vec<SiteId> {
    let mut sites: Vec<SiteId> = Vec::new();
    for site in r.list("sites").iter().filter_map(|item| item.name()) {
        if sites.contains(&site.value) {
            r.report(Diagnostic::error("the site is given twice").at(site.span));
        } else {
            sites.push(site.value);
        }
    }
    sites
}

fn check_members(r: &Reader, team: &Team, place: Span, model: &Model) {
    let crews = if r.has("crew") { r.map("crew").len() } else { usize::from(r.has("members")) };
    if team.crews.len() < crews {
        return;
    }
    let nobody = |site: Option<SiteId>| {
        let here = |crew: &&Crew| site.is_none_or(|site| crew.sites.is_empty() || crew.sites.contains(&site));
        team.crews.iter().filter(here).all(|crew| crew.count == 0)
    };
    let hint = "for example members = 3";
    if nobody(None) {
        r.report(Diagnostic::error(format!("the team `{}` has no members", team.name)).at(place).hint(hint));
        return;
    }
    for site in team.sites.iter().filter(|site| nobody(Some(**site))) {
        let d =
            Diagnostic::error(format!("the team `{}` has no members at `{}`", team.name, model.sites[*site]));
        r.report(d.at(r.place_of("sites")).hint("leave the site out, or give it a crew"));
    }
}

/// Does the team have a pool at the site? A team without sites serves all.
pub fn is_at(team: &Team, site: SiteId) -> bool {
    team.sites.is_empty() || team.sites.contains(&site)
}

/// Names of sites, for messages.
pub fn listed(sites: &[SiteId], names: &IdVec<SiteId, String>) -> String {
    sites.iter().map(|s| format!("`{}`", names[*s])).collect::<Vec<_>>().join(", ")
}
