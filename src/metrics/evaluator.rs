//! The values of all metrics from one row of column sums.

use super::columns::{Column, Columns};
use crate::expr::Expr;
use crate::ids::{Id, MeasureId, MetricId};
use crate::model::{Measure, Metric, MetricOf, Model};

/// All metrics of a model as functions of a row of column sums, parents after their children.
#[derive(Clone, Debug)]
pub struct Evaluator {
    nodes: Vec<Node>,
    /// Children before parents.
    order: Vec<usize>,
    children: Vec<Vec<MetricId>>,
    quantiles: Vec<QuantileOf>,
    /// For each metric the column that counts what is behind it.
    behind: Vec<Option<usize>>,
    /// For each metric the columns of its case measure: those still open, and all.
    open: Vec<Option<(usize, usize)>>,
    /// Whether a quantile enters the metric.
    rough: Vec<bool>,
}

/// A quantile that has to be handed in: of this pool of samples, at this probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuantileOf {
    pub pool: usize,
    pub p: f64,
}

#[derive(Clone, Debug)]
enum Node {
    /// Positions of two columns: sum over sum.
    Ratio(usize, usize),
    /// Index of a quantile.
    Quantile(usize),
    Formula(Expr),
}

impl Evaluator {
    /// `columns` must have been made from the same model.
    pub fn new(model: &Model, columns: &Columns) -> Self {
        let metrics = &model.metrics;
        let at = |column| columns.position(column).expect("columns of the same model");
        let mut quantiles = Vec::new();
        let nodes = metrics.iter().map(|metric| match &metric.of {
            MetricOf::Mean(m) => Node::Ratio(at(Column::Sum(*m)), at(Column::Count(*m))),
            MetricOf::ShareOver(m, limit) => Node::Ratio(at(Column::Over(*m, *limit)), at(Column::Count(*m))),
            MetricOf::Ratio(above, below) => Node::Ratio(at(Column::Sum(*above)), at(Column::Sum(*below))),
            MetricOf::Rate(m) => Node::Ratio(at(Column::Sum(*m)), at(Column::Elapsed)),
            MetricOf::Quantile(m, p) => {
                quantiles
                    .push(QuantileOf { pool: columns.pool(*m).expect("pools of the same model"), p: *p });
                Node::Quantile(quantiles.len() - 1)
            }
            MetricOf::Formula(expr, _) => Node::Formula(expr.clone()),
        });
        let nodes = nodes.collect();
        let children: Vec<Vec<MetricId>> =
            metrics.iter().map(|metric| children(&metric.of).to_vec()).collect();
        let order = topological(&children);
        let mut rough = vec![false; metrics.len()];
        for &i in &order {
            let metric = &metrics[MetricId::new(i)];
            rough[i] =
                matches!(metric.of, MetricOf::Quantile(..)) || children[i].iter().any(|c| rough[c.index()]);
        }
        let open = |metric: &Metric| {
            let (MetricOf::Mean(m) | MetricOf::Quantile(m, _) | MetricOf::ShareOver(m, _)) = metric.of else {
                return None;
            };
            Some((columns.position(Column::Open(m))?, columns.position(Column::Count(m))?))
        };
        Self {
            nodes,
            order,
            quantiles,
            behind: metrics.iter().map(|metric| behind(model, columns, metric)).collect(),
            open: metrics.iter().map(open).collect(),
            children,
            rough,
        }
    }

    /// Number of metrics.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The quantiles that [`Evaluator::values`] wants, in this order.
    pub fn quantiles(&self) -> &[QuantileOf] {
        &self.quantiles
    }

    /// Whether a quantile enters the metric, directly or through a formula.
    pub fn is_rough(&self, metric: usize) -> bool {
        self.rough[metric]
    }

    /// The metrics that a metric is computed from.
    pub fn children(&self, metric: usize) -> &[MetricId] {
        &self.children[metric]
    }

    /// All metrics [base units] of a row of column sums. A metric whose denominator is zero is NaN, or infinite.
    pub fn values(&self, row: &[f64], quantiles: &[f64], out: &mut [f64]) {
        for &i in &self.order {
            out[i] = match &self.nodes[i] {
                Node::Ratio(above, below) => row[*above] / row[*below],
                Node::Quantile(q) => quantiles[*q],
                Node::Formula(expr) => self.formula(expr, out),
            };
        }
    }

    /// A parent recomputed from the values of its children; None for a metric that is measured.
    pub fn recompute(&self, metric: usize, values: &[f64]) -> Option<f64> {
        match &self.nodes[metric] {
            Node::Formula(expr) => Some(self.formula(expr, values)),
            _ => None,
        }
    }

    /// Events or cases behind each metric in a row of column sums: what its denominator, or else its numerator, counts;
    /// for a formula the fewest behind any child. None where nothing is counted (a time average).
    pub fn cases(&self, row: &[f64]) -> Vec<Option<f64>> {
        let mut cases: Vec<Option<f64>> = self.behind.iter().map(|at| at.map(|at| row[at])).collect();
        for &i in &self.order {
            if !self.children[i].is_empty() {
                cases[i] = self.children[i].iter().filter_map(|c| cases[c.index()]).reduce(f64::min);
            }
        }
        cases
    }

    /// Share of the cases behind each metric that were still open at the end of the run; for a formula the largest of
    /// any child.
    pub fn open_shares(&self, row: &[f64]) -> Vec<f64> {
        let share = |(open, all): (usize, usize)| if row[all] > 0.0 { row[open] / row[all] } else { 0.0 };
        let mut shares: Vec<f64> = self.open.iter().map(|at| at.map_or(0.0, share)).collect();
        for &i in &self.order {
            shares[i] = self.children[i].iter().map(|c| shares[c.index()]).fold(shares[i], f64::max);
        }
        shares
    }

    fn formula(&self, expr: &Expr, values: &[f64]) -> f64 {
        expr.eval(|metric| values[metric as usize])
    }
}

fn children(of: &MetricOf) -> &[MetricId] {
    match of {
        MetricOf::Formula(_, children) => children,
        _ => &[],
    }
}

/// Children before parents; formulas are acyclic.
fn topological(children: &[Vec<MetricId>]) -> Vec<usize> {
    fn visit(i: usize, children: &[Vec<MetricId>], seen: &mut [bool], order: &mut Vec<usize>) {
        if !std::mem::replace(&mut seen[i], true) {
            children[i].iter().for_each(|c| visit(c.index(), children, seen, order));
            order.push(i);
        }
    }
    let (mut seen, mut order) = (vec![false; children.len()], Vec::with_capacity(children.len()));
    (0..children.len()).for_each(|i| visit(i, children, &mut seen, &mut order));
    order
}

/// The column that counts the events or cases behind a measured metric.
fn behind(model: &Model, columns: &Columns, metric: &Metric) -> Option<usize> {
    let counter = |m: MeasureId| match &model.measures[m].what {
        Measure::Case(..) => columns.position(Column::Count(m)),
        what if counts(what) => columns.position(Column::Sum(m)),
        _ => None,
    };
    match metric.of {
        MetricOf::Mean(m) | MetricOf::Quantile(m, _) | MetricOf::ShareOver(m, _) | MetricOf::Rate(m) => {
            counter(m)
        }
        MetricOf::Ratio(above, below) => counter(below).or_else(|| counter(above)),
        MetricOf::Formula(..) => None,
    }
}

/// Whether a measure counts events.
fn counts(measure: &Measure) -> bool {
    use Measure::*;
    match measure {
        Cases(_) | Entries(_) | Demanded(_) | Filled(_) | Purchased(_) | Emergencies(_) | Transfers(_)
        | RecordLooks | RecordRight | Searches | Found | Asks(_) | Failures(..) => true,
        Case(..) | Busy(_) | OnShift(_) | Overtime(_) | Queue(_) | Wages(_) | BusyWages(_)
        | AskingTime(_) | OnHand(_) | Backordered(_) | PurchaseCost(_) | TransferCost(_) | HoldingCost(_)
        | Adopters(_) | Eligible(_) | Uptime(_) | Downtime(_) | Used(_) | DownInStage(..) | Missed(_)
        | Needed(_) | AssetTime(_) | Elapsed => false,
    }
}
