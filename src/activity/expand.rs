//! How activities become operations.

use super::op::{At, Node, Op, Program, Site, Sites};
use super::{Activity, DrawMaker};
use crate::ids::{Id, ProcessId, StageId, StepId};
use crate::rng::Purpose;

/// What the expansion needs to know of a process.
#[derive(Clone, Copy, Debug)]
pub struct Callee {
    pub entry: StepId,
    /// Several tokens may be in it at once.
    pub many_tokens: bool,
}

/// One process written out: a top process, or a called one in the place of the call.
#[derive(Clone, Debug)]
struct Instance {
    /// "restore", or for a called process the calling step: "restore/locate".
    path: String,
    /// Where its ends lead; `None` for a top process, and for a callee whose tokens end together.
    ret: Option<At>,
    /// Where the case goes on when the tokens of a callee have ended together.
    resume: Option<At>,
    /// By step of the model: where it begins, once somebody leads there.
    labels: Vec<Option<At>>,
}

/// A step to be written out.
#[derive(Clone, Copy, Debug)]
pub struct Pending {
    pub instance: usize,
    pub step: StepId,
    label: At,
}

/// Writes operations. Activities use it through the methods; `plan` feeds it with steps.
#[derive(Debug)]
pub struct Expansion<'a> {
    pub maker: &'a mut DrawMaker,
    pub program: Program,
    pub sites: Sites,
    callees: Vec<Callee>,
    race_branch: Vec<bool>,
    instances: Vec<Instance>,
    pending: Vec<Pending>,
    /// Label -> address.
    addresses: Vec<u32>,
    /// The step that is being written.
    here: Pending,
    name: String,
    next: Option<StepId>,
    /// Exits to be written behind the step.
    stubs: Vec<(At, StepId)>,
}

const NOWHERE: u32 = u32::MAX;

impl<'a> Expansion<'a> {
    /// `callees` by process; `race_branch` by step: whether completing it may win a race.
    pub fn new(maker: &'a mut DrawMaker, callees: Vec<Callee>, race_branch: Vec<bool>) -> Self {
        let here = Pending { instance: 0, step: StepId(0), label: At(0) };
        Self {
            maker,
            program: Program::default(),
            sites: Sites::default(),
            callees,
            race_branch,
            instances: Vec::new(),
            pending: Vec::new(),
            addresses: Vec::new(),
            here,
            name: String::new(),
            next: None,
            stubs: Vec::new(),
        }
    }

    // ---- for `plan` ----

    /// Begins to write a process out; its steps become pending. Returns where it starts.
    pub fn top(&mut self, process: ProcessId, path: String) -> At {
        self.instance(process, path, None, None)
    }

    /// Where a step of the process begins that was begun last: some cases start there.
    pub fn entry(&mut self, step: StepId) -> At {
        self.label_in(self.instances.len() - 1, step)
    }

    /// The next step to write, and the path of its instance.
    pub fn pop(&mut self) -> Option<(Pending, &str)> {
        let pending = self.pending.pop()?;
        Some((pending, &self.instances[pending.instance].path))
    }

    /// Writes a step out.
    pub fn step(
        &mut self,
        pending: Pending,
        name: String,
        stage: Option<StageId>,
        activity: &Activity,
        next: Option<StepId>,
    ) {
        self.here = pending;
        self.name = name;
        self.next = next;
        self.fall_through(pending.label);
        self.place(pending.label);
        self.program.nodes.push(Node { step: pending.step, stage });
        let node = self.program.nodes.len() as u32 - 1;
        let joins = matches!(activity, Activity::Join(_));
        if joins {
            // All but the last token end here, before the step is entered.
            self.emit(Op::Join);
        }
        self.emit(Op::Enter(node));
        activity.expand(self);
        if let Some(next) = next {
            self.leave();
            let to = self.label(next);
            self.emit(Op::Goto(to));
        }
        for (label, target) in std::mem::take(&mut self.stubs) {
            self.place(label);
            self.leave();
            let to = self.label(target);
            self.emit(Op::Goto(to));
        }
    }

    /// Gives every operation its address; labels of top processes can be asked for in `starts`.
    pub fn link(mut self, starts: &mut [At]) -> (Program, Sites) {
        let shortened = |label: At| {
            // A jump to a jump goes to where that one leads.
            let mut at = self.addresses[label.0 as usize];
            for _ in 0..self.program.ops.len() {
                match self.program.ops.get(at as usize) {
                    Some(Op::Goto(further)) => at = self.addresses[further.0 as usize],
                    _ => break,
                }
            }
            At(at)
        };
        let addresses: Vec<At> = (0..self.addresses.len()).map(|l| shortened(At(l as u32))).collect();
        starts.iter_mut().for_each(|s| *s = addresses[s.0 as usize]);
        self.program.redirect(|label| addresses[label.0 as usize]);
        (self.program, self.sites)
    }

    // ---- for activities ----

    pub(super) fn emit(&mut self, op: Op) {
        self.program.ops.push(op);
    }

    /// The name of a draw of this step: "restore/diagnose/duration".
    pub(super) fn draw_name(&self, of: &str) -> String {
        format!("{}/{of}", self.name)
    }

    pub(super) fn purpose(&mut self, of: &str) -> Purpose {
        self.maker.purpose(format!("{}/{of}", self.name))
    }

    pub(super) fn step_id(&self) -> StepId {
        self.here.step
    }

    /// An operation of a subsystem.
    pub(super) fn site<T>(&self, what: T) -> Site<T> {
        Site { what, name: self.name.clone() }
    }

    /// A new label, to be placed.
    pub(super) fn new_label(&mut self) -> At {
        self.addresses.push(NOWHERE);
        At(self.addresses.len() as u32 - 1)
    }

    /// The label stands before the next operation.
    pub(super) fn place(&mut self, label: At) {
        self.addresses[label.0 as usize] = self.program.ops.len() as u32;
    }

    /// Where a step of this process begins.
    pub(super) fn label(&mut self, step: StepId) -> At {
        self.label_in(self.here.instance, step)
    }

    /// A way out of this step that leads to another one.
    pub(super) fn exit(&mut self, to: StepId) -> At {
        if !self.is_staged() && !self.may_win() {
            return self.label(to);
        }
        let label = self.new_label();
        self.stubs.push((label, to));
        label
    }

    /// The step is completed here (again before each of its ways out).
    pub(super) fn leave(&mut self) {
        if self.is_staged() {
            self.emit(Op::Leave);
        }
        if self.may_win() {
            self.emit(Op::Won);
        }
    }

    pub(super) fn end(&mut self, terminate: bool) {
        self.leave();
        let Instance { ret, resume, .. } = self.instances[self.here.instance];
        if let Some(ret) = ret {
            self.emit(Op::Goto(ret));
            return;
        }
        if let Some(resume) = resume {
            self.program.returns.push((self.program.ops.len() as u32, resume));
        }
        self.emit(Op::End { terminate });
    }

    /// Writes a process out in this place; goes on behind it.
    pub(super) fn call(&mut self, process: ProcessId) {
        let ret = self.new_label();
        let callee = self.callees[process.index()];
        let framed = callee.many_tokens || self.is_staged() || self.may_win();
        if framed {
            self.emit(Op::Open(ret));
        }
        let path = self.name.clone();
        let entry = self.instance(process, path, (!framed).then_some(ret), framed.then_some(ret));
        self.emit(Op::Goto(entry));
        self.place(ret);
    }

    /// Whether this step's stage is measured.
    fn is_staged(&self) -> bool {
        self.program.nodes.last().is_some_and(|n| n.stage.is_some())
    }

    fn may_win(&self) -> bool {
        self.race_branch[self.here.step.index()]
    }

    /// Drops a jump to the label that is about to be placed.
    fn fall_through(&mut self, label: At) {
        let end = self.program.ops.len() as u32;
        if self.program.ops.last() == Some(&Op::Goto(label)) && !self.addresses.contains(&end) {
            self.program.ops.pop();
        }
    }

    fn instance(&mut self, process: ProcessId, path: String, ret: Option<At>, resume: Option<At>) -> At {
        self.instances.push(Instance { path, ret, resume, labels: Vec::new() });
        self.label_in(self.instances.len() - 1, self.callees[process.index()].entry)
    }

    fn label_in(&mut self, instance: usize, step: StepId) -> At {
        let known = self.instances[instance].labels.get(step.index()).copied().flatten();
        known.unwrap_or_else(|| {
            let label = self.new_label();
            let labels = &mut self.instances[instance].labels;
            labels.resize(labels.len().max(step.index() + 1), None);
            labels[step.index()] = Some(label);
            self.pending.push(Pending { instance, step, label });
            label
        })
    }
}
