//! `take`, `return`, `order` and `transfer`: what a case does with stocked parts.

use super::Expansion;
use super::op::Op;
use super::scope::{PART, SITE};
use super::task::{SiteRef, optional};
use super::{Amount, Form, Scope};
use crate::diag::Diagnostic;
use crate::ids::{AttrId, CalendarId, PartId, StepId};
use crate::text::schema::{Field, Kind, Sign, Table as Schema};
use crate::text::{Item, Reader, Table, Value, quantity};
use crate::units::Dim;

/// Which part is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartRef {
    Fixed(PartId),
    /// The part that a part-valued attribute of the case names.
    Attr(AttrId),
}

/// Takes units off a shelf for this case.
#[derive(Clone, Debug, PartialEq)]
pub struct Take {
    pub part: PartRef,
    pub quantity: u32,
    pub from: TakeFrom,
    pub short: Short,
    /// Receives the site that the units came from.
    pub site_attr: Option<AttrId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakeFrom {
    Site(SiteRef),
    /// The site with most on its shelf, other than the case's own; by lot among equals.
    MostStock,
}

/// What to do when the shelf has too little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Short {
    /// Wait for the next delivery: a backorder, first come first served.
    Wait,
    /// Go to another step, having taken nothing.
    Go(StepId),
}

/// Puts units back on a shelf.
#[derive(Clone, Debug, PartialEq)]
pub struct Return {
    pub part: PartRef,
    pub quantity: u32,
    pub to: SiteRef,
}

/// Buys units for this case outside the stocking rule: the case waits for them and has them.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    pub part: PartRef,
    pub quantity: u32,
    /// From order to delivery [s].
    pub lead_time: Amount,
    /// Counted and priced as an emergency purchase.
    pub emergency: bool,
    /// Share of the unit price added, e.g. 0.2.
    pub premium: f64,
    /// Freight and handling for the order [$].
    pub fee: f64,
}

/// Moves what the case took at other sites to its own: waits for the next run, then the ride.
#[derive(Clone, Debug, PartialEq)]
pub struct Transfer {
    /// Runs leave when this calendar opens; at once when absent.
    pub runs: Option<CalendarId>,
    /// Ride and handling [s].
    pub time: Amount,
    /// Cost of one transfer [$].
    pub fee: f64,
}

const WHICH: Field = Field::required("part", PART, "which part");
const QUANTITY: Field = Field::default("quantity", Kind::Count, "1", "how many units");
const COST: Kind = Kind::Quantity(Dim::MONEY, Sign::NonNegative);

static TAKE: Schema = Schema {
    name: "take",
    doc: "Takes units off a shelf for this case, first those that a search set aside for it there.",
    fields: &[
        WHICH,
        QUANTITY,
        Field::default(
            "from",
            Kind::Other {
                expected: "\"own\", a site, \"attr:\" and a site attribute, or \"most_stock\"",
                example: "\"own\"",
            },
            "own",
            "which shelf; \"most_stock\": the other site with most on its shelf",
        ),
        Field::default(
            "short",
            Kind::Other { expected: "\"wait\", or a step", example: "\"wait\"" },
            "wait",
            "what to do when the shelf has too little: wait as a backorder, or go to a step",
        ),
        Field::optional(
            "site_attribute",
            Kind::Name("attribute"),
            "receives the site that the units came from",
        ),
    ],
    example: "take = { part = \"attr:part\", from = \"own\", short = \"locate\" }\nnext = \"fit\"",
};

static RETURN: Schema = Schema {
    name: "return",
    doc: "Puts units on a shelf. Units that the case took there are given back by it; else they are further ones, such as \
          a part that was repaired.",
    fields: &[WHICH, QUANTITY, Field::default("to", SITE, "own", "which shelf")],
    example: "return = { part = \"attr:part\" }\nnext = \"done\"",
};

static ORDER: Schema = Schema {
    name: "order",
    doc: "Buys units for this case outside the stocking rule: the case waits for them and has them.",
    fields: &[
        WHICH,
        QUANTITY,
        Field::required("lead_time", Kind::Amount(Dim::TIME), "from order to delivery"),
        Field::default("emergency", Kind::Flag, "false", "counted and priced as an emergency purchase"),
        Field::default(
            "premium",
            Kind::Quantity(Dim::NUMBER, Sign::NonNegative),
            "0",
            "share of the price added",
        ),
        Field::default("fee", COST, "$0", "freight and handling of the order"),
    ],
    example: "order = { part = \"attr:part\", lead_time = \"3 d\", emergency = true, premium = \"20 %\", fee = \"$150\" }\n\
              next = \"fit\"",
};

static TRANSFER: Schema = Schema {
    name: "transfer",
    doc: "Moves the units that the case took (or that a search found for it) at other sites to its own: waits for the next \
          run, then the ride. It passes at once where there is nothing to move. One that is withdrawn on the way (in a race) \
          is paid for and has moved nothing: the units stay where they were taken, with the case, and another transfer can \
          move them.",
    fields: &[
        Field::optional(
            "runs",
            Kind::Name("calendar"),
            "runs leave when this calendar opens; at once when absent",
        ),
        Field::required("time", Kind::Amount(Dim::TIME), "ride and handling"),
        Field::default("fee", COST, "$0", "cost of one transfer"),
    ],
    example: "transfer = { runs = \"van_runs\", time = \"90 min\", fee = \"$25\" }\nnext = \"fit\"",
};

impl Form for Take {
    const KEY: &str = "take";
    const KIND: Kind = Kind::Table(&TAKE);
    const DOC: &str = "takes parts off a shelf";

    fn read(item: &Item, scope: &Scope) -> Option<Self> {
        let r = item.table()?;
        let part = r.item("part").and_then(|item| scope.part(&item));
        let quantity = units(&r);
        let from = r.item("from").and_then(|item| TakeFrom::read(&item, scope));
        let short = r.item("short").and_then(|item| Short::read(&item, scope));
        let site_attr = optional(&r, "site_attribute", || scope.attr_key(&r, "site_attribute", "site"));
        Some(Self { part: part?, quantity: quantity?, from: from?, short: short?, site_attr: site_attr? })
    }

    fn print(&self, scope: &Scope) -> Value {
        let from = match self.from {
            TakeFrom::Site(site) => scope.print_site(site),
            TakeFrom::MostStock => "most_stock".into(),
        };
        let short = match self.short {
            Short::Wait => "wait".into(),
            Short::Go(step) => scope.print_step(step),
        };
        print_part(self.part, self.quantity, scope)
            .with_other("from", from, "own")
            .with_other("short", short, "wait")
            .with_some("site_attribute", self.site_attr.map(|a| scope.attributes[a].name.as_str()))
            .into()
    }
}

impl TakeFrom {
    fn read(item: &Item, scope: &Scope) -> Option<Self> {
        match item.node().as_text() {
            Some(text) if text.value == "most_stock" => Some(Self::MostStock),
            _ => scope.site_or(item, &["own", "most_stock"]).map(Self::Site),
        }
    }
}

impl Short {
    fn read(item: &Item, scope: &Scope) -> Option<Self> {
        let node = item.node();
        let text = scope.text(item, &node)?;
        if text.value == "wait" {
            return Some(Self::Wait);
        }
        let step = item.sink().take(item.names().resolve_or("step", text.spanned(), &["wait"]))?;
        Some(Self::Go(scope.nth_step(StepId(step))))
    }
}

impl Form for Return {
    const KEY: &str = "return";
    const KIND: Kind = Kind::Table(&RETURN);
    const DOC: &str = "puts parts back on a shelf";

    fn read(item: &Item, scope: &Scope) -> Option<Self> {
        let r = item.table()?;
        let part = r.item("part").and_then(|item| scope.part(&item));
        let (quantity, to) = (units(&r), scope.site(&r.item("to")?));
        Some(Self { part: part?, quantity: quantity?, to: to? })
    }

    fn print(&self, scope: &Scope) -> Value {
        print_part(self.part, self.quantity, scope).with_other("to", scope.print_site(self.to), "own").into()
    }
}

impl Form for Order {
    const KEY: &str = "order";
    const KIND: Kind = Kind::Table(&ORDER);
    const DOC: &str = "buys parts for this case";

    fn read(item: &Item, scope: &Scope) -> Option<Self> {
        let r = item.table()?;
        let part = r.item("part").and_then(|item| scope.part(&item));
        let quantity = units(&r);
        let lead_time = Amount::read(&r, "lead_time", Dim::TIME, scope);
        Some(Self {
            part: part?,
            quantity: quantity?,
            lead_time: lead_time?,
            emergency: r.flag("emergency")?.value,
            premium: r.quantity("premium")?.value,
            fee: r.quantity("fee")?.value,
        })
    }

    fn print(&self, scope: &Scope) -> Value {
        print_part(self.part, self.quantity, scope)
            .with("lead_time", self.lead_time.print(Dim::TIME, scope))
            .with_other("emergency", self.emergency, false)
            .with_other("premium", self.premium, 0.0)
            .with_some("fee", money(self.fee))
            .into()
    }
}

impl Form for Transfer {
    const KEY: &str = "transfer";
    const KIND: Kind = Kind::Table(&TRANSFER);
    const DOC: &str = "moves the parts of the case to its own site";

    fn read(item: &Item, scope: &Scope) -> Option<Self> {
        let r = item.table()?;
        let time = Amount::read(&r, "time", Dim::TIME, scope);
        let runs = optional(&r, "runs", || r.name("runs"))?.map(|c| c.value);
        Some(Self { runs, time: time?, fee: r.quantity("fee")?.value })
    }

    fn print(&self, scope: &Scope) -> Value {
        Table::braces()
            .with_some("runs", self.runs.map(|c| scope.calendars[c].as_str()))
            .with("time", self.time.print(Dim::TIME, scope))
            .with_some("fee", money(self.fee))
            .into()
    }
}

fn units(r: &Reader) -> Option<u32> {
    let quantity = r.count("quantity")?;
    let units = u32::try_from(quantity.value).ok().filter(|n| *n > 0);
    if units.is_none() {
        r.report(Diagnostic::error("expected at least one unit").at(quantity.span));
    }
    units
}

fn print_part(part: PartRef, quantity: u32, scope: &Scope) -> Table {
    Table::braces().with("part", scope.print_part(part)).with_other("quantity", quantity, 1_u32)
}

/// [$]
fn money(fee: f64) -> Option<String> {
    (fee != 0.0).then(|| quantity::print(fee, Dim::MONEY))
}

impl Take {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let site = x.site(self.clone());
        x.sites.takes.push(site);
        x.emit(Op::Take(x.sites.takes.len() as u32 - 1));
        if let Short::Go(step) = self.short {
            let taken = x.new_label();
            x.emit(Op::Goto(taken));
            let to = x.exit(step);
            x.emit(Op::Goto(to));
            x.place(taken);
        }
    }
}

impl Return {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let site = x.site(self.clone());
        x.sites.returns.push(site);
        x.emit(Op::Return(x.sites.returns.len() as u32 - 1));
    }
}

impl Order {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let site = x.site(self.clone());
        x.sites.orders.push(site);
        x.emit(Op::Order(x.sites.orders.len() as u32 - 1));
    }
}

impl Transfer {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let site = x.site(self.clone());
        x.sites.transfers.push(site);
        x.emit(Op::Transfer(x.sites.transfers.len() as u32 - 1));
    }
}
