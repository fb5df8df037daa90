//! Pictures. A chart is a function from a plain struct to SVG text; the SVG is the one truth, a PNG is made from it.
//!
//! ```text
//! findings (a guarded sentence) ──┐
//!                                 v
//! numbers, labels ──────> EcdfChart, ForestChart, ... ──.svg()──> SVG ──svg_to_png──> PNG
//! ```
//!
//! Nothing is estimated here: every value comes with its interval, and the chart only says it. All charts share
//! one canvas of 1600 x 1000, one palette (Okabe and Ito, safe for colour-blind readers) and one embedded font
//! (Latin, Greek, Cyrillic and mathematical signs; no arrows).
//! The same input gives the same bytes. To add a chart: one file, and one line in the list below.

mod canvas;
mod scale;
mod theme;
mod axes;
mod labels;
mod dates;
mod lines;
pub mod number;
pub mod findings;
mod png;

// the charts
mod ecdf;
mod forest;
mod heatmap;
mod ramp;
mod weekly;
mod breakdown;
mod density;
mod more;
mod tree;
mod panels;
mod hours;
mod map;
mod handover;
mod dotted;
mod spectrum;
mod variants;
mod stacked;
mod shades;
mod timeline;
mod cash;
mod worth;
mod control;
mod tornado;
mod scatter;
mod scatters;
mod waterfall;
mod pareto;
// not a chart: where things go in the pictures of other programs
mod layered;

pub use breakdown::{BreakdownArm, BreakdownChart, StageTime};
pub use cash::{CashChart, CashSeries};
pub use control::ControlChart;
pub use dates::date_columns;
pub use density::{DensityChart, DensityPoint, DensitySeries};
pub use dotted::{Dot, DottedChart};
pub use ecdf::{EcdfChart, EcdfGap, EcdfPoint, EcdfSeries};
pub use forest::{ForestChart, ForestGroup, ForestRow};
pub use handover::{HandoverCell, HandoverChart, Waiting};
pub use heatmap::HeatMapChart;
pub use hours::{HoursChart, HoursRow, Ribbon};
pub use layered::{Layered, layered};
pub use lines::LinePoint;
pub use map::{Aside, MapChart, MapLink, MapNode, ProcessMap};
pub use more::{MoreArm, MoreChart};
pub use number::Interval;
pub use panels::{Panel, PanelsChart};
pub use pareto::{ParetoBar, ParetoChart};
pub use png::svg_to_png;
pub use ramp::{RampChart, RampSeries};
pub use scatter::{ScatterChart, ScatterKind, ScatterPoint};
pub use scatters::{ScattersChart, ScattersPanel};
pub use shades::{ShadesChart, ShadesRow};
pub use spectrum::{Segment, SpectrumChart};
pub use stacked::{Bar, StackedChart};
pub use theme::{HEIGHT, Role, WIDTH};
pub use timeline::{TimelineChart, TimelinePanel};
pub use tornado::{TornadoChart, TornadoRow};
pub use tree::{TreeChart, TreeNode};
pub use variants::{VariantRow, VariantsChart};
pub use waterfall::{WaterfallChart, WaterfallStep};
pub use weekly::{WeeklyChart, WeeklyEvent, WeeklySeries};
pub use worth::{WorthChart, WorthSeries};
