//! Small models built in code, and estimates over replications.

use turnaround::activity::*;
use turnaround::dist::{self, Dist, Params};
use turnaround::expr::{Expr, Scope, Type};
use turnaround::ids::*;
use turnaround::model::*;
use turnaround::plan::Plan;
use turnaround::record::Record;
use turnaround::rng::Key;
use turnaround::sim::{RunOptions, Runner};
use turnaround::units::{Dim, Duration};

/// A model under construction: run, one process after another, steps from the last to the first.
#[derive(Clone)]
pub struct Build {
    pub model: Model,
}

#[allow(dead_code, reason = "a kit: not every part is used by a test today")]
impl Build {
    /// Warm-up, window and drain [s]; the window is one bin unless said otherwise.
    pub fn new(warm_up: f64, window: f64, drain: f64) -> Self {
        let d = Duration::from_seconds;
        let mut model = Model::default();
        model.run.start = jiff::civil::date(2026, 1, 5).at(0, 0, 0, 0);
        model.run.warm_up = WarmUp::Fixed(d(warm_up));
        model.run.window = d(window);
        model.run.drain = d(drain);
        model.run.bin = if warm_up > 0.0 { d(warm_up) } else { d(window) };
        Self { model }
    }

    pub fn bin(mut self, seconds: f64) -> Self {
        self.model.run.bin = Duration::from_seconds(seconds);
        self
    }

    pub fn process(&mut self, name: &str) -> ProcessId {
        self.model.processes.push(Process { name: name.into(), entry: StepId(0), attributes: Vec::new() })
    }

    /// The step becomes the entry of its process.
    pub fn step(
        &mut self,
        process: ProcessId,
        name: &str,
        activity: Activity,
        next: Option<StepId>,
    ) -> StepId {
        let step = Step { name: name.into(), process, stage: None, activity, next };
        let id = self.model.steps.push(step);
        self.model.processes[process].entry = id;
        id
    }

    pub fn end(&mut self, process: ProcessId) -> StepId {
        let name = format!("end{}", self.model.steps.len());
        self.step(process, &name, Activity::End(End { terminate: false }), None)
    }

    pub fn crew(&mut self, name: &str, count: u32) -> Crew {
        Crew {
            name: name.into(),
            count,
            sites: Vec::new(),
            calendar: None,
            speed: 1.0,
            skills: Vec::new(),
            wage: 1.0,
            overtime_wage: 1.5,
            absence: 0.0,
        }
    }

    pub fn team(&mut self, name: &str, count: u32) -> TeamId {
        let crew = self.crew("crew", count);
        self.team_of(name, vec![crew], Dispatch::Fifo)
    }

    pub fn team_of(&mut self, name: &str, crews: Vec<Crew>, dispatch: Dispatch) -> TeamId {
        self.model.teams.push(Team { name: name.into(), crews, dispatch, ..Team::default() })
    }

    pub fn attribute(&mut self, name: &str) -> AttrId {
        self.model.attributes.push(Attribute { name: name.into(), kind: AttributeType::Number(Dim::NUMBER) })
    }

    pub fn stage(&mut self, name: &str, step: StepId) -> StageId {
        let stage = self.model.stages.push(Stage { name: name.into() });
        self.model.steps[step].stage = Some(stage);
        stage
    }

    pub fn arrivals(&mut self, name: &str, process: ProcessId, gap: Dist) -> ArrivalId {
        self.arrivals_by(name, process, ArrivalPattern::Renewal { gap, working: None })
    }

    pub fn arrivals_by(&mut self, name: &str, process: ProcessId, pattern: ArrivalPattern) -> ArrivalId {
        self.model.arrivals.push(Arrival {
            name: name.into(),
            process,
            pattern,
            size: None,
            limit: None,
            sites: Vec::new(),
            attributes: Vec::new(),
            first: None,
            age: None,
        })
    }

    /// Hours of the week [h since Monday 00:00].
    pub fn calendar(&mut self, name: &str, open: &[(f64, f64)]) -> CalendarId {
        let weekly = open.iter().map(|o| Interval { start: o.0 * 3600.0, end: o.1 * 3600.0 }).collect();
        self.model.calendars.push(Calendar { name: name.into(), weekly, exceptions: Vec::new() })
    }

    pub fn measure(&mut self, what: Measure) -> MeasureId {
        let name = format!("measure{}", self.model.measures.len());
        self.model.measures.push(MeasureDef { name, what, dim: Dim::TIME, filter: None })
    }

    /// A measure whose individual values are kept.
    pub fn sampled(&mut self, what: Measure) -> MeasureId {
        let id = self.measure(what);
        self.metric(MetricOf::Quantile(id, 0.9));
        id
    }

    /// A metric of a time.
    pub fn metric(&mut self, of: MetricOf) {
        self.model.metrics.push(Metric {
            name: format!("metric{}", self.model.metrics.len()),
            label: String::new(),
            doc: String::new(),
            level: Level::Operating,
            of,
            dim: Dim::TIME,
            unit: "s".into(),
            unit_size: 1.0,
            better: Better::Lower,
            matters: None,
            matters_relative: false,
        });
    }

    /// Over numeric attributes and `passes`.
    pub fn expr(&self, text: &str, want: Type) -> Expr {
        let mut scope = Scope::default();
        for (id, attribute) in self.model.attributes.iter_ids() {
            scope.add(attribute.name.clone(), id.0, Type::Number(Dim::NUMBER));
        }
        scope.add("passes", PASSES, Type::Number(Dim::NUMBER));
        let ast = turnaround::expr::parse(text).expect("an expression");
        turnaround::expr::check(&ast, &scope, Some(want)).expect("a checked expression")
    }

    pub fn plan(&self) -> Plan {
        Plan::compile(&self.model)
    }

    /// One run of replication `r`.
    pub fn run(&self, r: u64) -> Record {
        let plan = self.plan();
        Runner::new(&plan).run(Key::new(1, r), RunOptions::default())
    }

    pub fn run_with_rows(&self, r: u64) -> Record {
        let plan = self.plan();
        Runner::new(&plan).run(Key::new(1, r), RunOptions { rows: true, ..RunOptions::default() })
    }

    /// A value of each of `n` replications.
    pub fn replicate(&self, n: u64, value: impl Fn(&Record) -> f64) -> Estimate {
        self.replicate_all(n, |record| vec![value(record)]).remove(0)
    }

    pub fn replicate_all(&self, n: u64, values: impl Fn(&Record) -> Vec<f64>) -> Vec<Estimate> {
        let plan = self.plan();
        let mut runner = Runner::new(&plan);
        let mut record = Record::default();
        let mut all: Vec<Vec<f64>> = Vec::new();
        for r in 0..n {
            runner.run_into(Key::new(1, r), RunOptions::default(), &mut record);
            assert_eq!(record.stopped, None);
            for (i, value) in values(&record).into_iter().enumerate() {
                if all.len() == i {
                    all.push(Vec::new());
                }
                all[i].push(value);
            }
        }
        all.into_iter().map(|values| Estimate::of(&values)).collect()
    }

    /// Mean over the window of a case measure.
    pub fn mean_in_window(&self, record: &Record, measure: MeasureId) -> f64 {
        let bins = self.first_bin()..record.n_bins;
        let sum: f64 = bins.clone().map(|bin| record.sum(measure, bin)).sum();
        sum / bins.map(|bin| record.count(measure, bin)).sum::<f64>()
    }

    pub fn sum_in_window(&self, record: &Record, measure: MeasureId) -> f64 {
        (self.first_bin()..record.n_bins).map(|bin| record.sum(measure, bin)).sum()
    }

    fn first_bin(&self) -> usize {
        let (WarmUp::Fixed(warm_up) | WarmUp::Auto(warm_up)) = self.model.run.warm_up;
        (warm_up.ticks() / self.model.run.bin.ticks()) as usize
    }
}

/// Mean and standard error.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    pub mean: f64,
    pub error: f64,
}

impl Estimate {
    pub fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
        Self { mean, error: (variance / n).sqrt() }
    }

    /// Within four standard errors, which must be small enough to say something.
    #[track_caller]
    pub fn agrees(self, exact: f64) {
        let z = (self.mean - exact) / self.error;
        assert!(z.abs() < 4.0, "{} +- {} is not {exact}: z = {z:.2}", self.mean, self.error);
        let relative = self.error / exact.abs().max(1e-9);
        assert!(relative < 0.05, "{} +- {} says little about {exact}", self.mean, self.error);
    }
}

pub fn law(family: &str, params: &[(&'static str, f64)]) -> Dist {
    let mut all = Params::new();
    for (name, value) in params {
        all = all.with(name, *value);
    }
    dist::build(family, &all).expect("a law")
}

pub fn exponential(mean: f64) -> Dist {
    law("exponential", &[("mean", mean)])
}

pub fn constant(value: f64) -> Dist {
    turnaround::dist::Constant::new(value).expect("a law").into()
}

/// One member of a team works for so long.
pub fn task(team: TeamId, time: Dist) -> Task {
    Task {
        needs: vec![need(team)],
        time: Amount::Law(time),
        priority: None,
        off_shift: OffShift::Finish,
        preemption: Preemption::Never,
        patience: None,
        once: false,
    }
}

pub fn need(team: TeamId) -> Need {
    Need { team, count: 1, skill: None, site: SiteRef::Own }
}
