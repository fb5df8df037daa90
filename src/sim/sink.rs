//! Where activity instances go: nowhere, or into the record.

use crate::ids::{PartId, SiteId, StepId, TeamId};
use crate::record::Rows;
use crate::units::Time;

/// A completed activity instance.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub case: u64,
    pub step: StepId,
    pub enabled: Time,
    pub start: Time,
    pub complete: Time,
    /// Team, and number within it.
    pub worker: Option<(TeamId, u32)>,
    pub site: Option<SiteId>,
    pub asset: u32,
    pub part: Option<PartId>,
}

/// Decided when the engine is compiled, so that a run without rows does not pay for them.
pub trait Sink {
    /// Whether rows are wanted at all.
    const ROWS: bool;
    fn push(&mut self, row: Row);
    /// The next case begins with these attributes.
    fn begin(&mut self, attributes: &[f64]);
}

/// No rows.
impl Sink for () {
    const ROWS: bool = false;

    #[inline]
    fn push(&mut self, _row: Row) {}

    #[inline]
    fn begin(&mut self, _attributes: &[f64]) {}
}

/// Rows gathered in a chunk that stays in the cache, then appended to the columns.
#[derive(Debug, Default)]
pub struct RowSink {
    chunk: Vec<Row>,
    rows: Rows,
}

const CHUNK: usize = 512;

impl RowSink {
    /// Appends to these columns.
    pub fn new(mut rows: Rows) -> Self {
        rows.case.clear();
        rows.step.clear();
        rows.enabled.clear();
        rows.start.clear();
        rows.complete.clear();
        rows.team.clear();
        rows.member.clear();
        rows.site.clear();
        rows.asset.clear();
        rows.part.clear();
        rows.carried.clear();
        Self { chunk: Vec::with_capacity(CHUNK), rows }
    }

    pub fn finish(mut self) -> Rows {
        self.flush();
        self.rows
    }

    fn flush(&mut self) {
        let (rows, chunk) = (&mut self.rows, &self.chunk);
        rows.case.extend(chunk.iter().map(|r| r.case));
        rows.step.extend(chunk.iter().map(|r| r.step));
        rows.enabled.extend(chunk.iter().map(|r| r.enabled));
        rows.start.extend(chunk.iter().map(|r| r.start));
        rows.complete.extend(chunk.iter().map(|r| r.complete));
        rows.team.extend(chunk.iter().map(|r| r.worker.map(|w| w.0)));
        rows.member.extend(chunk.iter().map(|r| r.worker.map_or(0, |w| w.1)));
        rows.site.extend(chunk.iter().map(|r| r.site));
        rows.asset.extend(chunk.iter().map(|r| r.asset));
        rows.part.extend(chunk.iter().map(|r| r.part));
        self.chunk.clear();
    }
}

impl Sink for RowSink {
    const ROWS: bool = true;

    #[inline]
    fn push(&mut self, row: Row) {
        if self.chunk.len() == CHUNK {
            self.flush();
        }
        self.chunk.push(row);
    }

    #[inline]
    fn begin(&mut self, attributes: &[f64]) {
        self.rows.carried.extend_from_slice(attributes);
    }
}
