//! Where the time goes: the stages of a duration as stacked bars, one bar for each arm, and below the bars a table
//! that is both the key and the numbers.

use super::canvas::{self, Anchor, Canvas, Rect, Type};
use super::number::{self, Interval};
use super::theme::{self, GREY, GRID, INK, LABEL, NOTE, WHITE};

#[derive(Clone, Debug, PartialEq)]
pub struct BreakdownChart {
    /// The finding in one sentence.
    pub title: String,
    /// Measure, level of the intervals, n.
    pub subtitle: String,
    /// Scenario, seed, version.
    pub footer: String,
    /// The unit of all numbers: "h".
    pub unit: String,
    /// In the order of the process.
    pub stages: Vec<String>,
    pub arms: Vec<BreakdownArm>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct BreakdownArm {
    pub name: String,
    /// One for each stage of the chart.
    pub stages: Vec<StageTime>,
    /// The whole.
    pub total: StageTime,
}

/// The mean time of a stage, and its paired change from the first arm, if there is one to show [unit of the chart].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StageTime {
    pub mean: Interval,
    pub change: Option<Interval>,
}

/// The widest name of an arm beside its bar [pixels].
const ARM_WIDTH: f64 = 280.0;

impl BreakdownChart {
    pub fn svg(&self) -> String {
        canvas::svg(&self.title, |canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Canvas) {
        let inner = theme::frame(canvas, &self.title, &self.subtitle, &self.footer);
        // The table has a heading, the stages and the total; the bars get what they need, up to half of the height.
        let rows = self.stages.len() as f64 + 2.2;
        let bars = (0.075 * self.arms.len() as f64 + 0.1).clamp(0.3, 0.5);
        let row = ((1.0 - bars) * inner.height() / rows).min(36.0);
        let table = Rect::new(inner.left, inner.bottom - rows * row, inner.right, inner.bottom);
        self.draw_bars(canvas, Rect::new(inner.left, inner.top, inner.right, table.top - 30.0));
        self.draw_table(canvas, table, row);
    }

    /// What is drawn of a stage: durations are never negative.
    fn length(&self, arm: &BreakdownArm, stage: usize) -> f64 {
        arm.stages
            .get(stage)
            .map_or(0.0, |s| if s.mean.value.is_finite() { s.mean.value.max(0.0) } else { 0.0 })
    }

    fn draw_bars(&self, canvas: &Canvas, space: Rect) {
        let total_of = |arm: &BreakdownArm| (0..self.stages.len()).map(|s| self.length(arm, s)).sum::<f64>();
        let longest = self.arms.iter().map(total_of).fold(0.0, f64::max);
        if longest <= 0.0 {
            return;
        }
        // The names of the stages stand above the first bar.
        let space = Rect { top: space.top + NOTE, ..space };
        let pitch = space.height() / self.arms.len() as f64;
        let thick = (0.64 * pitch).min(110.0);
        let size = (0.5 * thick).clamp(8.0, LABEL);
        let name_look = Type::bold(size, INK);
        let total_look = Type::bold(size, INK);
        let total =
            |arm: &BreakdownArm| format!("{} {}", arm.total.mean.text(), self.unit).trim_end().to_owned();
        let names: Vec<_> = self
            .arms
            .iter()
            .map(|a| {
                name_look.wrap(&a.name, ARM_WIDTH, ((thick / name_look.line_height()) as usize).clamp(1, 3))
            })
            .collect();
        let left = space.left + names.iter().flatten().map(|n| name_look.width(n)).fold(0.0, f64::max) + 18.0;
        let right =
            space.right - self.arms.iter().map(|a| total_look.width(&total(a))).fold(0.0, f64::max) - 18.0;
        let x = |value: f64| left + value / longest * (right - left);

        let mut above: Option<(f64, Vec<f64>)> = None;
        for (k, arm) in self.arms.iter().enumerate() {
            let middle = space.top + (k as f64 + 0.5) * pitch;
            let (top, bottom) = (middle - thick / 2.0, middle + thick / 2.0);
            let mut edges = vec![x(0.0)];
            let mut sum = 0.0;
            for stage in 0..self.stages.len() {
                sum += self.length(arm, stage);
                edges.push(x(sum));
            }
            // Ribbons from the bar above show which stage shrank.
            if let Some((from, before)) = &above {
                for stage in 0..self.stages.len() {
                    let ribbon = [
                        (before[stage], *from),
                        (before[stage + 1], *from),
                        (edges[stage + 1], top),
                        (edges[stage], top),
                    ];
                    canvas.fill(&ribbon, theme::faint(theme::nth_color(stage), 0.18));
                }
            }
            for stage in 0..self.stages.len() {
                let segment = Rect::new(edges[stage], top, edges[stage + 1], bottom);
                self.draw_segment(canvas, arm, stage, segment, size);
            }
            if k == 0 {
                self.draw_names(canvas, &edges, top - 8.0);
            }
            let first = middle - (names[k].len() as f64 - 1.0) * name_look.line_height() / 2.0 + 0.36 * size;
            canvas.lines((left - 18.0, first), Anchor::End, &names[k], name_look);
            canvas.text((x(sum) + 16.0, middle + 0.36 * size), Anchor::Start, &total(arm), total_look);
            above = Some((bottom, edges));
        }
        canvas.line(&[(left, space.top), (left, space.bottom)], GREY, 2.0);
    }

    /// Names of stages above the first bar, where they have room; the table below names them all.
    fn draw_names(&self, canvas: &Canvas, edges: &[f64], y: f64) {
        let look = Type::regular(NOTE, GREY);
        for (name, edge) in self.stages.iter().zip(edges.windows(2)) {
            if look.width(name) + 10.0 <= edge[1] - edge[0] {
                canvas.text(((edge[0] + edge[1]) / 2.0, y), Anchor::Middle, name, look);
            }
        }
    }

    /// A segment with its number, if it is wide enough.
    fn draw_segment(&self, canvas: &Canvas, arm: &BreakdownArm, stage: usize, segment: Rect, size: f64) {
        let color = theme::nth_color(stage);
        canvas.rect(segment, color);
        canvas.line(&[(segment.right, segment.top), (segment.right, segment.bottom)], WHITE, 1.5);
        let look = Type::regular(0.92 * size, theme::text_on(color));
        let Some(value) = arm.stages.get(stage) else { return };
        let text = number::number(value.mean.value, value.mean.headline_decimals());
        if look.width(&text) + 10.0 <= segment.width() {
            let at = (
                (segment.left + segment.right) / 2.0,
                (segment.top + segment.bottom) / 2.0 + 0.36 * look.size,
            );
            canvas.text(at, Anchor::Middle, &text, look);
        }
    }

    fn draw_table(&self, canvas: &Canvas, table: Rect, row: f64) {
        let size = (0.52 * row).min(19.0);
        let heading = Type::bold(size.min(NOTE), GREY);
        let cell = Type::regular(size, INK);
        let bold = Type::bold(size, INK);
        let swatch = 0.8 * size;
        let columns = self.columns();
        let wish = self.stages.iter().map(|s| cell.width(s)).fold(120.0, f64::max) + swatch + 40.0;
        let name_width = wish.min(0.45 * table.width());
        let pitch = ((table.width() - name_width) / columns.len().max(1) as f64).min(430.0);
        let right_of = |k: usize| table.left + name_width + (k as f64 + 1.0) * pitch;
        let baseline = |k: f64| table.top + k * row + 0.68 * row;
        let rule = |y: f64| canvas.line(&[(table.left, y), (table.right, y)], GRID, 1.5);

        let unit = if self.unit.is_empty() { String::new() } else { format!(", {}", self.unit) };
        canvas.text((table.left, baseline(0.0)), Anchor::Start, &format!("Stage{unit}"), heading);
        for (k, column) in columns.iter().enumerate() {
            let lines = heading.wrap(&column.heading, pitch - 16.0, 2);
            let first = baseline(0.0) - lines.len().saturating_sub(1) as f64 * heading.line_height();
            canvas.lines((right_of(k), first), Anchor::End, &lines, heading);
        }
        rule(table.top + row);
        for (stage, name) in self.stages.iter().enumerate() {
            let y = baseline(stage as f64 + 1.0);
            let top = y - 0.74 * size;
            canvas
                .rect(Rect::new(table.left, top, table.left + swatch, top + swatch), theme::nth_color(stage));
            for name in cell.wrap(name, name_width - swatch - 24.0, 1) {
                canvas.text((table.left + swatch + 12.0, y), Anchor::Start, &name, cell);
            }
            for (k, column) in columns.iter().enumerate() {
                column.write(canvas, column.arm.stages.get(stage), (right_of(k), y), pitch - 16.0, cell);
            }
        }
        let last = self.stages.len() as f64 + 1.0;
        rule(table.top + (last + 0.1) * row);
        canvas.text((table.left, baseline(last + 0.15)), Anchor::Start, "Total", bold);
        for (k, column) in columns.iter().enumerate() {
            column.write(
                canvas,
                Some(&column.arm.total),
                (right_of(k), baseline(last + 0.15)),
                pitch - 16.0,
                bold,
            );
        }
    }

    /// The means of every arm, and behind them the changes of those that have any. Of more than two arms the means of the
    /// first one only, and the changes of the others: so each number has room for its interval, and the bars have the rest.
    fn columns(&self) -> Vec<Column<'_>> {
        let has_change =
            |arm: &&BreakdownArm| arm.stages.iter().chain([&arm.total]).any(|s| s.change.is_some());
        let changed: Vec<_> = self.arms.iter().filter(has_change).collect();
        let is_shown = |(k, arm): &(usize, &BreakdownArm)| *k == 0 || changed.len() < 2 || !has_change(arm);
        let means = self.arms.iter().enumerate().filter(is_shown);
        let means = means.map(|(_, arm)| Column { heading: arm.name.clone(), arm, is_change: false });
        let heading = |arm: &BreakdownArm| match changed.len() {
            1 => "Change".to_owned(),
            _ => format!("Change: {}", arm.name),
        };
        let changes = changed.iter().map(|arm| Column { heading: heading(arm), arm, is_change: true });
        means.chain(changes).collect()
    }
}

struct Column<'a> {
    heading: String,
    arm: &'a BreakdownArm,
    is_change: bool,
}

impl Column<'_> {
    /// A number with its interval; without it where there is no room. Grey: not beyond chance.
    fn write(&self, canvas: &Canvas, stage: Option<&StageTime>, at: (f64, f64), width: f64, look: Type) {
        let shown = stage.and_then(|s| if self.is_change { s.change } else { Some(s.mean) });
        let Some(shown) = shown else { return };
        let (whole, short) = match self.is_change {
            true => (shown.signed_text(), number::signed(shown.value, shown.decimals())),
            false => (shown.text(), number::number(shown.value, shown.decimals())),
        };
        let color = if self.is_change && !shown.is_beyond_chance() { GREY } else { INK };
        let look = Type { color, ..look };
        let text = if look.width(&whole) <= width { whole } else { short };
        for text in look.wrap(&text, width, 1) {
            canvas.text(at, Anchor::End, &text, look);
        }
    }
}
