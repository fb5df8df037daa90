//! `[part.NAME]`: stocked items, their shelves and stocking rules.

use super::lower::{per, print_per, small};
use super::teams::listed;
use crate::activity::{Amount, Scope, exactly_one, optional};
use crate::diag::{Diagnostic, Span};
use crate::ids::{Id, PartId, SiteId};
use crate::model::{Model, Part, Policy, Source, Stock};
use crate::text::schema::{Field, Keys, Kind, Sign, Table as Schema};
use crate::text::{Item, Reader, Table, quantity};
use crate::units::{Dim, Duration, YEAR};

pub static SCHEMA: Schema = Schema {
    name: "part",
    doc: "A stocked item, and its shelf at each site. What lies on a shelf and what the record says are kept apart.",
    fields: &[
        Field::optional("label", Kind::Text, "what it is called in pictures and tables"),
        Field::default("price", Kind::Quantity(Dim::MONEY, Sign::NonNegative), "$0", "price of a unit"),
        Field::default(
            "holding",
            Kind::RATE,
            "0",
            "share of the price that holding a unit for a year costs: `\"22 % per year\"`",
        ),
        Field::optional(
            "stock",
            Kind::Either(&[
                Kind::Map(Keys::Of("site"), &Kind::Table(&STOCK)),
                Kind::List(&Kind::Table(&STOCKS)),
            ]),
            "the shelves: by site, or a list in which each line has its `sites`",
        ),
    ],
    example: "[part.injector]\nprice = \"$480\"\nholding = \"22 % per year\"\n[part.injector.stock.north]\ninitial = 1\n\
              policy = { base_stock = 1 }\nlead_time = { gamma = { mean = \"14 d\", cv = 0.5 } }",
};

const INITIAL: Field = Field::default("initial", Kind::Count, "0", "units on the shelf at the start");
const POLICY: Field = Field {
    key: "policy",
    kind: Kind::Table(&POLICY_SCHEMA),
    need: crate::text::schema::Need::Optional,
    doc: "when and how much is ordered; never when absent",
};
const FROM: Field = Field::default(
    "from",
    Kind::Other { expected: "\"supplier\", or a site", example: "\"supplier\"" },
    "supplier",
    "an outside supplier with ample stock, or the shelf of another site",
);
const LEAD_TIME: Field =
    Field::optional("lead_time", Kind::Dist(Dim::TIME), "from order to receipt; from another site, the ride");
const RECORD_ERROR: Field = Field::default(
    "record_error",
    Kind::Share,
    "0",
    "probability that a movement is not written into the record",
);
const COUNT_EVERY: Field = Field::optional(
    "count_every",
    Kind::Quantity(Dim::TIME, Sign::Positive),
    "the record is set right by counting, this often",
);

static STOCK: Schema = Schema {
    name: "stock",
    doc: "The shelf of a part at a site.",
    fields: &[INITIAL, POLICY, FROM, LEAD_TIME, RECORD_ERROR, COUNT_EVERY],
    example: "[part.injector.stock.north]\ninitial = 1\npolicy = { base_stock = 1 }\nfrom = \"central\"\nlead_time = \"1 d\"",
};

static STOCKS: Schema = Schema {
    name: "stock at several sites",
    doc: "The same shelf at several sites.",
    fields: &[
        Field::required("sites", Kind::List(&Kind::Name("site")), "where"),
        INITIAL,
        POLICY,
        FROM,
        LEAD_TIME,
        RECORD_ERROR,
        COUNT_EVERY,
    ],
    example: "stock = [{ sites = [\"north\", \"south\"], initial = 2, policy = { base_stock = 2 }, lead_time = \"14 d\" }]",
};

static POLICY_SCHEMA: Schema = Schema {
    name: "policy",
    doc: "When and how much is ordered. The position that decides is record + on order - backorders.",
    fields: &[
        Field::optional("base_stock", Kind::Count, "(S-1, S): every unit taken is ordered at once"),
        Field::optional("reorder_point", Kind::Count, "order when the position is here or below"),
        Field::optional("quantity", Kind::Count, "(R, Q): multiples of this"),
        Field::optional("up_to", Kind::Count, "(s, S): up to this"),
        Field::optional(
            "every",
            Kind::Quantity(Dim::TIME, Sign::Positive),
            "look only this often; goes with `up_to`",
        ),
    ],
    example: "policy = { reorder_point = 2, up_to = 7 }",
};

/// Declares the parts with their prices; the shelves need everybody's names.
pub fn declare(root: &Reader, model: &mut Model) {
    for (name, item) in root.map("part") {
        super::attributes::check_reserved(name.value, name.span, root.sink());
        let r = item.table();
        let value = |key: &str| r.as_ref().and_then(|r| r.quantity(key)).map_or(0.0, |q| q.value);
        model.parts.push(Part {
            name: name.value.to_owned(),
            price: value("price"),
            holding: per(value("holding"), YEAR),
        });
        if let Some(r) = &r {
            super::lower::label(r, &format!("part.{}", name.value), model);
        }
    }
}

pub fn read(root: &Reader, model: &mut Model, scope: &Scope) {
    for (i, (name, item)) in root.map("part").into_iter().enumerate() {
        let id = PartId::new(i);
        let mut places: Vec<(SiteId, Span)> = Vec::new();
        let shelves = item.table().and_then(|r| r.item("stock")).map_or_else(Vec::new, |item| shelves(&item));
        for (site, span, r) in shelves {
            if let Some((_, first)) = places.iter().find(|(s, _)| *s == site) {
                let d =
                    Diagnostic::error(format!("`{}` has two shelves at `{}`", name.value, model.sites[site]));
                root.report(d.at(span).also(*first, "the first one is here"));
                continue;
            }
            places.push((site, span));
            // A shelf with mistakes is a shelf: nobody need complain that there is none.
            let unreadable = || Stock {
                part: id,
                site,
                initial: 0,
                policy: Policy::BaseStock { level: 0 },
                source: Source::Supplier { lead_time: nothing() },
                record_error: 0.0,
                count_every: None,
            };
            model.stocks.push(stock(&r, id, site, span, scope).unwrap_or_else(unreadable));
        }
        check_sources(root, id, &places, model);
    }
}

pub fn print(model: &Model, scope: &Scope) -> Table {
    let mut section = Table::default();
    for (id, part) in model.parts.iter_ids() {
        let mut table = Table::default()
            .with_some("label", model.labels.get(&format!("part.{}", part.name)).cloned())
            .with("price", quantity::print(part.price, Dim::MONEY))
            .with("holding", print_per(part.holding, "year"));
        let shelves = model.stocks.iter().filter(|s| s.part == id);
        let shelves = shelves
            .fold(Table::default(), |all, s| all.with(model.sites[s.site].as_str(), print_stock(s, scope)));
        if !shelves.entries.is_empty() {
            table.push("stock", shelves);
        }
        section.push(part.name.as_str(), table);
    }
    section
}

fn shelves<'a>(item: &Item<'a>) -> Vec<(SiteId, Span, Reader<'a>)> {
    match item.kind() {
        Kind::Map(..) => {
            let each = item.map_by_name::<SiteId>().into_iter();
            each.filter_map(|(site, item)| Some((site.value, site.span, item.table()?))).collect()
        }
        Kind::List(_) => {
            let mut all = Vec::new();
            for r in item.list().iter().filter_map(|item| item.table()) {
                let sites = r.list("sites").into_iter().filter_map(|item| item.name::<SiteId>());
                all.extend(sites.map(|site| (site.value, site.span, r.clone())));
            }
            all
        }
        _ => Vec::new(),
    }
}

fn stock(r: &Reader, part: PartId, site: SiteId, place: Span, scope: &Scope) -> Option<Stock> {
    let policy = optional(r, "policy", || policy(&r.table("policy")?));
    let lead_time = optional(r, "lead_time", || Amount::read(r, "lead_time", Dim::TIME, scope));
    let from = r.item("from").and_then(|item| source(&item));
    let (policy, lead_time, from) = (policy?, lead_time?, from?);
    if policy.is_some() && lead_time.is_none() {
        let d = Diagnostic::error("a shelf that is reordered needs a lead time").at(place);
        r.report(d.hint("for example lead_time = { gamma = { mean = \"14 d\", cv = 0.5 } }"));
        return None;
    }
    if let Some(Amount::ByLevel { .. } | Amount::Value(_)) = lead_time {
        let d = Diagnostic::error("the lead time of a shelf belongs to no case: it has no attributes");
        r.report(d.at(r.place_of("lead_time")).hint("write one law"));
        return None;
    }
    let time = lead_time.unwrap_or_else(nothing);
    Some(Stock {
        part,
        site,
        initial: small(r, "initial")?,
        policy: policy.unwrap_or(Policy::None),
        source: match from {
            Some(site) => Source::Site { site, transit: time },
            None => Source::Supplier { lead_time: time },
        },
        record_error: r.quantity("record_error")?.value,
        count_every: r.duration("count_every").map(|d| d.value),
    })
}

/// No time at all.
fn nothing() -> Amount {
    Amount::Law(crate::dist::Constant::new(0.0).expect("zero is a constant").into())
}

/// A site, or `None` for the supplier.
fn source(item: &Item) -> Option<Option<SiteId>> {
    let node = item.node();
    let text = item.sink().take(node.text(item.kind()))?;
    if text.value == "supplier" {
        return Some(None);
    }
    item.sink().take(item.names().resolve_or("site", text.spanned(), &["supplier"])).map(|i| Some(SiteId(i)))
}

fn policy(r: &Reader) -> Option<Policy> {
    let only = |allowed: &[&str]| {
        let keys = ["base_stock", "reorder_point", "quantity", "up_to", "every"];
        for key in keys.into_iter().filter(|key| r.has(key) && !allowed.contains(key)) {
            let d =
                Diagnostic::error(format!("`{key}` does not go with `{}`", allowed[0])).at(r.place_of(key));
            r.report(d.hint("a policy is one of { base_stock }, { reorder_point, quantity }, { reorder_point, up_to }, { every, up_to }"));
        }
    };
    let point = if r.has("reorder_point") { small(r, "reorder_point")? } else { 0 };
    Some(match exactly_one(r, &["base_stock", "quantity", "up_to"])? {
        "base_stock" => {
            only(&["base_stock"]);
            Policy::BaseStock { level: small(r, "base_stock")? }
        }
        "quantity" => {
            only(&["quantity", "reorder_point"]);
            let quantity = small(r, "quantity")?;
            if quantity == 0 {
                r.report(Diagnostic::error("an order has at least one unit").at(r.place_of("quantity")));
                return None;
            }
            Policy::ReorderQuantity { point, quantity }
        }
        _ => {
            only(&["up_to", "reorder_point", "every"]);
            let level = small(r, "up_to")?;
            let point = if r.has("reorder_point") { point } else { level.saturating_sub(1) };
            if point >= level {
                let d = Diagnostic::error("`up_to` must be above `reorder_point`").at(r.place_of("up_to"));
                r.report(d);
                return None;
            }
            match r.duration("every") {
                Some(interval) => Policy::Periodic { interval: interval.value, point, level },
                None => Policy::OrderUpTo { point, level },
            }
        }
    })
}

fn print_stock(stock: &Stock, scope: &Scope) -> Table {
    let policy = Table::braces();
    let policy = match stock.policy {
        Policy::None => policy,
        Policy::BaseStock { level } => policy.with("base_stock", level),
        Policy::ReorderQuantity { point, quantity } => {
            policy.with("reorder_point", point).with("quantity", quantity)
        }
        Policy::OrderUpTo { point, level } => policy.with("reorder_point", point).with("up_to", level),
        Policy::Periodic { interval, point, level } => {
            policy.with("every", print_duration(interval)).with("reorder_point", point).with("up_to", level)
        }
    };
    let (from, time) = match &stock.source {
        Source::Supplier { lead_time } => ("supplier", lead_time),
        Source::Site { site, transit } => (scope.sites[*site].as_str(), transit),
    };
    Table::default()
        .with("initial", stock.initial)
        .with_other("policy", policy, Table::braces())
        .with("from", from)
        .with("lead_time", time.print(Dim::TIME, scope))
        .with_other("record_error", stock.record_error, 0.0)
        .with_some("count_every", stock.count_every.map(print_duration))
}

fn print_duration(duration: Duration) -> String {
    quantity::print(duration.seconds(), Dim::TIME)
}

/// Replenishment must come from a shelf, and in the end from a supplier.
fn check_sources(root: &Reader, part: PartId, places: &[(SiteId, Span)], model: &Model) {
    let shelves: Vec<&Stock> = model.stocks.iter().filter(|s| s.part == part).collect();
    let source = |site: SiteId| match shelves.iter().find(|s| s.site == site)?.source {
        Source::Site { site, .. } => Some(site),
        Source::Supplier { .. } => None,
    };
    let name = &model.parts[part].name;
    for (site, span) in places {
        let Some(from) = source(*site) else { continue };
        if !places.iter().any(|(s, _)| *s == from) {
            let sites: Vec<_> = places.iter().map(|(s, _)| *s).collect();
            let d = Diagnostic::error(format!(
                "`{name}` is replenished from `{}`, which has no shelf for it",
                model.sites[from]
            ));
            root.report(d.at(*span).hint(format!("it has shelves at {}", listed(&sites, &model.sites))));
            continue;
        }
        // A chain that is longer than the number of shelves goes round; the first shelf on the circle reports it.
        let mut chain = vec![*site];
        while let Some(next) = chain.last().copied().and_then(source).filter(|next| !chain.contains(next)) {
            chain.push(next);
        }
        let back = chain.last().copied().and_then(source);
        if back == Some(*site) && chain.iter().all(|s| *s >= *site) {
            let around: Vec<_> = chain.iter().chain([site]).map(|s| model.sites[*s].as_str()).collect();
            let d =
                Diagnostic::error(format!("`{name}` is replenished in a circle: {}", around.join(" from ")));
            root.report(d.at(*span).hint("one of these shelves must be replenished from \"supplier\""));
        }
    }
}
