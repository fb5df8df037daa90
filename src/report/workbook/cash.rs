//! The sheet of flows: one block for each option, a row for each line, a column for each month, all made of formulas.

use super::{CASH_FLOW, Looks, number};
use crate::business::{Case, Choice, Line};
use rust_xlsxwriter::{Chart, ChartType, Formula, Worksheet, XlsxError, column_number_to_name};

/// Names of cells: what may be changed, and what follows.
pub const NAMES: [(&str, &str); 3] =
    [("discount_rate", "$B$3"), ("horizon_months", "$B$4"), ("monthly_rate", "$B$5")];

/// The row of months, and the first column of them.
const MONTHS: u32 = 6;
const FIRST: u16 = 6;

/// Where an option's rows are.
pub struct Block {
    /// Of its name.
    top: u32,
    lines: u32,
}

impl Block {
    fn line(&self, k: usize) -> u32 {
        self.top + 2 + k as u32
    }

    /// Of the sums of cash (0) and of all lines (1); their running sums follow.
    fn sum(&self, k: u32) -> u32 {
        self.top + 2 + self.lines + k
    }

    fn running(&self, k: u32) -> u32 {
        self.sum(2 + k)
    }

    /// Of the net present value of cash (0) and of all lines (1).
    pub fn npv_row(&self, k: usize) -> u32 {
        self.sum(4 + k as u32)
    }

    fn end(&self) -> u32 {
        self.npv_row(1) + 1
    }
}

/// The blocks of all options, one below the other.
pub fn layout(case: &Case) -> Vec<Block> {
    let mut top = MONTHS + 2;
    case.options
        .iter()
        .map(|option| {
            let block = Block { top, lines: option.lines.len() as u32 };
            top = block.end() + 1;
            block
        })
        .collect()
}

pub fn sheet(sheet: &mut Worksheet, case: &Case, blocks: &[Block], looks: &Looks) -> Result<(), XlsxError> {
    // Months go on from sheet to sheet, beside the names of the lines.
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(4, 0).set_repeat_columns(0, 0)?;
    sheet.set_column_width(0, 40)?;
    for column in 1..FIRST {
        sheet.set_column_width(column, 15)?;
    }
    sheet.write_with_format(0, 0, "Flows of money by month, against doing nothing", &looks.title)?;
    sheet.write(
        1,
        0,
        "Yellow cells may be changed; the rest follows. Gains are above zero. Money is real.",
    )?;
    sheet.write(2, 0, "Rate of discount a year")?;
    sheet.write_with_format(2, 1, case.rates[0], &looks.input_share)?;
    sheet.write(3, 0, format!("Horizon, months (at most {})", case.months))?;
    sheet.write_with_format(3, 1, case.months as f64, &looks.input_count)?;
    sheet.write(4, 0, "Rate of discount a month")?;
    let monthly = crate::business::per_month(case.rates[0]);
    let formula = Formula::new("=(1+discount_rate)^(1/12)-1").set_result(number(monthly));
    sheet.write_formula_with_format(4, 1, formula, &looks.share)?;
    let heads = ["Line", "Whose", "Cash (1) or valued (0)", "Gain a year, settled", "Paid once", "in month"];
    for (column, head) in (0..).zip(heads) {
        sheet.write_with_format(MONTHS, column, head, &looks.head)?;
    }
    for month in 0..=case.months {
        sheet.write_with_format(MONTHS, FIRST + month as u16, month as f64, &looks.head)?;
    }
    for (option, block) in case.options.iter().zip(blocks) {
        rows(sheet, case, option, block, looks)?;
    }
    sheet.set_freeze_panes(MONTHS + 1, 1)?;
    let mut chart = Chart::new(ChartType::Line);
    let last = FIRST + case.months as u16;
    for (option, block) in case.options.iter().zip(blocks) {
        let row = block.running(0);
        let series = chart.add_series();
        series.set_categories((CASH_FLOW, MONTHS, FIRST, MONTHS, last));
        series.set_values((CASH_FLOW, row, FIRST, row, last)).set_name(&option.label);
    }
    chart.title().set_name("Cash, summed up over the months");
    chart.x_axis().set_name("Months since the decision");
    chart.set_width(1100).set_height(420);
    let below = blocks.last().map_or(MONTHS, Block::end) + 1;
    sheet.insert_chart(below, 0, &chart)?;
    Ok(())
}

fn rows(
    sheet: &mut Worksheet,
    case: &Case,
    option: &Choice,
    block: &Block,
    looks: &Looks,
) -> Result<(), XlsxError> {
    sheet.write_with_format(block.top, 0, &option.label, &looks.title)?;
    let when = match option.ramps {
        true => "comes into effect by the ramp's experiment, then settled",
        false => "takes effect at once",
    };
    sheet.write(block.top + 1, 0, when)?;
    let mut sums = [vec![0.0; case.months + 1], vec![0.0; case.months + 1]];
    for (k, line) in option.lines.iter().enumerate() {
        let flows = self::line(sheet, line, block.line(k), looks)?;
        for (month, flow) in flows.iter().enumerate() {
            sums[1][month] += flow;
            if line.kind.cashable {
                sums[0][month] += flow;
            }
        }
    }
    let (first, last) = (block.line(0) + 1, block.line(option.lines.len() - 1) + 1);
    let name = |month: usize| column_number_to_name(FIRST + month as u16);
    let monthly = crate::business::per_month(case.rates[0]);
    for (k, label) in [(0, "Cash"), (1, "All")] {
        let (sum, running) = (block.sum(k), block.running(k));
        sheet.write_with_format(sum, 0, label, &looks.total)?;
        sheet.write(running, 0, format!("{label}, summed up"))?;
        let mut total = 0.0;
        for (month, flow) in sums[k as usize].iter().enumerate() {
            let (column, at) = (name(month), FIRST + month as u16);
            let formula = match k {
                0 => format!("=SUMPRODUCT($C${first}:$C${last},{column}${first}:{column}${last})"),
                _ => format!("=SUM({column}${first}:{column}${last})"),
            };
            let formula = Formula::new(formula).set_result(number(*flow));
            sheet.write_formula_with_format(sum, at, formula, &looks.total)?;
            total += flow;
            let before =
                if month == 0 { String::new() } else { format!("{}{}+", name(month - 1), running + 1) };
            let formula = Formula::new(format!("={before}{column}{}", sum + 1)).set_result(number(total));
            sheet.write_formula_with_format(running, at, formula, &looks.money)?;
        }
        let row = block.npv_row(k as usize);
        sheet.write_with_format(
            row,
            0,
            format!("Net present value, {}", label.to_lowercase()),
            &looks.total,
        )?;
        let (start, end) = (name(0), name(case.months));
        let next = name(1.min(case.months));
        let row_name = sum + 1;
        let formula = format!("={start}{row_name}+NPV(monthly_rate,{next}{row_name}:{end}{row_name})");
        let npv = crate::business::npv(&sums[k as usize], monthly);
        sheet.write_formula_with_format(
            row,
            3,
            Formula::new(formula).set_result(number(npv)),
            &looks.total,
        )?;
    }
    Ok(())
}

/// One line: its cells and its flows.
fn line(sheet: &mut Worksheet, line: &Line, row: u32, looks: &Looks) -> Result<Vec<f64>, XlsxError> {
    sheet.write(row, 0, &line.label)?;
    sheet.write(row, 1, &line.kind.stakeholder)?;
    sheet.write_with_format(row, 2, if line.kind.cashable { 1.0 } else { 0.0 }, &looks.input_count)?;
    let flows = line.flows.mean();
    let paid: Vec<usize> = (0..flows.len()).filter(|m| line.flows.known[*m] != 0.0).collect();
    let is_once = line.before.is_none() && paid.len() == 1;
    let is_yearly = line.yearly.value != 0.0;
    if is_yearly {
        sheet.write_with_format(row, 3, line.yearly.value, &looks.input_money)?;
    }
    if is_once {
        sheet.write_with_format(row, 4, line.flows.known[paid[0]], &looks.input_money)?;
        sheet.write_with_format(row, 5, paid[0] as f64, &looks.input_count)?;
    }
    for (month, flow) in flows.iter().enumerate() {
        let column = column_number_to_name(FIRST + month as u16);
        let in_time = format!("{column}${}<=horizon_months", MONTHS + 1);
        let amount = match line.flows.phase_in.get(month.wrapping_sub(line.flows.lead + 1)) {
            _ if is_once => format!("IF({column}${}=$F{r},$E{r},0)", MONTHS + 1, r = row + 1),
            Some(_) => format!("{:?}", flow),
            None if is_yearly && *flow != 0.0 => format!("$D{}/12", row + 1),
            None if *flow == 0.0 => "0".to_owned(),
            None => format!("{flow:?}"),
        };
        let formula = Formula::new(format!("=IF({in_time},{amount},0)")).set_result(number(*flow));
        sheet.write_formula_with_format(row, FIRST + month as u16, formula, &looks.money)?;
    }
    Ok(flows)
}
