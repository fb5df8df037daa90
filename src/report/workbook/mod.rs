//! `report.xlsx`: what an analyst hands to finance. Tables and charts are the spreadsheet's own, and the cash flow is made of
//! formulas: another rate, horizon or cost in its cell gives another net present value.
//!
//! The same results give the same bytes: nothing in the file is stamped with a time.

mod cash;
mod tables;

use super::money;
use crate::business::Case;
use crate::experiment::Results;
use crate::model::Model;
use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartType, DocProperties, ExcelDateTime, Format, FormatAlign, Formula,
    Workbook, Worksheet, XlsxError,
};

/// The name of a sheet whose cells formulas of others refer to.
const CASH_FLOW: &str = "Cash flow";

/// The bytes of the workbook; `case` is None when the scenario has no `[money]`.
///
/// # Errors
/// When a table does not fit a sheet: more than a million rows.
pub fn workbook(results: &Results, model: &Model, case: Option<&Case>) -> Result<Vec<u8>, String> {
    build(results, model, case).map_err(|e| format!("cannot make the workbook: {e}"))
}

fn build(results: &Results, model: &Model, case: Option<&Case>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let start = model.run.start;
    // Not when it was made, which would differ from run to run: the day on which the simulated clock begins.
    let created = ExcelDateTime::from_ymd(start.year() as u16, start.month() as u8, start.day() as u8)?;
    let title = if results.title.is_empty() { &results.scenario } else { &results.title };
    book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&created));
    let looks = Looks::new(&model.currency);
    let totals = match case {
        Some(case) => cash::layout(case),
        None => Vec::new(),
    };
    summary(book.add_worksheet().set_name("Summary")?, results, model, case, &totals, &looks)?;
    tables::changes(book.add_worksheet().set_name("Changes")?, results)?;
    if let Some(case) = case {
        cash::sheet(book.add_worksheet().set_name(CASH_FLOW)?, case, &totals, &looks)?;
        for (name, cell) in cash::NAMES {
            book.define_name(name, &format!("='{CASH_FLOW}'!{cell}"))?;
        }
    }
    tables::register(book.add_worksheet().set_name("Register")?, model, &looks)?;
    tables::replications(book.add_worksheet().set_name("Replications")?, results)?;
    book.save_to_buffer()
}

/// How cells look.
struct Looks {
    title: Format,
    head: Format,
    wrap: Format,
    money: Format,
    total: Format,
    share: Format,
    /// A cell that is meant to be changed.
    input_share: Format,
    input_money: Format,
    input_count: Format,
}

impl Looks {
    fn new(currency: &str) -> Self {
        let money = format!("\"{currency}\"#,##0;[Red]-\"{currency}\"#,##0");
        let input = || Format::new().set_background_color("#FFF4CC");
        Self {
            title: Format::new().set_bold().set_font_size(16.0),
            head: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_background_color("#E2E5E9")
                .set_align(FormatAlign::Top),
            wrap: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            money: Format::new().set_num_format(&money),
            total: Format::new().set_num_format(&money).set_bold(),
            share: Format::new().set_num_format("0.0 %"),
            input_share: input().set_num_format("0.0 %"),
            input_money: input().set_num_format(&money),
            input_count: input().set_num_format("0"),
        }
    }
}

/// The last column of the summary.
const LAST: u16 = 7;

/// A sheet that is printed is as wide as the paper.
fn on_paper(sheet: &mut Worksheet) {
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
}

/// A sentence across the sheet, as high as it takes.
fn paragraph(sheet: &mut Worksheet, row: u32, text: &str, format: &Format) -> Result<(), XlsxError> {
    /// Characters that the columns of the summary hold.
    const WIDTH: usize = 160;
    sheet.merge_range(row, 0, row, LAST, text, format)?;
    let lines = text.chars().count().div_ceil(WIDTH).max(1);
    sheet.set_row_height(row, 15.0 * lines as f64)?;
    Ok(())
}

/// The answer, the options side by side, and a chart of them.
fn summary(
    sheet: &mut Worksheet,
    results: &Results,
    model: &Model,
    case: Option<&Case>,
    totals: &[cash::Block],
    looks: &Looks,
) -> Result<(), XlsxError> {
    on_paper(sheet);
    sheet.set_column_width(0, 44)?;
    for column in 1..=LAST {
        sheet.set_column_width(column, 18)?;
    }
    let title = if results.title.is_empty() { &results.scenario } else { &results.title };
    sheet.write_with_format(0, 0, title, &looks.title)?;
    paragraph(sheet, 1, &model.headline.question, &looks.wrap)?;
    let arms: Vec<&str> = results.arms.iter().map(|a| a.label.as_str()).collect();
    let replications =
        format!("{} paired replications, seed {}; {}", results.replications, results.seed, arms.join(", "));
    paragraph(sheet, 2, &replications, &looks.wrap)?;
    let Some(case) = case else { return Ok(()) };
    let chapter = money::chapter(case);
    let mut row = 4;
    paragraph(sheet, row, &chapter.answer, &looks.head)?;
    for sentence in &chapter.sentences {
        row += 1;
        paragraph(sheet, row, sentence, &looks.wrap)?;
    }
    row += 2;
    let first = row;
    let heads = [
        "Option",
        "NPV, cash (live)",
        "expected over the inputs",
        "lower, as simulated",
        "upper, as simulated",
        "P(NPV > 0), as simulated",
        "NPV, all (live)",
        "expected over the inputs",
        "lower, as simulated",
        "upper, as simulated",
    ];
    for (column, head) in (0..).zip(heads) {
        sheet.write_with_format(row, column, head, &looks.head)?;
    }
    sheet.set_row_height(row, 30.0)?;
    let views = [case.view(&crate::business::Of::Cash), case.view(&crate::business::Of::All)];
    for (option, block) in case.options.iter().zip(totals) {
        row += 1;
        sheet.write(row, 0, &option.label)?;
        for (k, column) in [(0, 1), (1, 6)] {
            let (npv, written) = (&option.worth[views[k]].npv, &option.worth[views[k]].exact);
            let formula = Formula::new(format!("='{CASH_FLOW}'!$D${}", block.npv_row(k) + 1))
                .set_result(number(written.value));
            sheet.write_formula_with_format(row, column, formula, &looks.total)?;
            sheet.write_with_format(row, column + 1, npv.value, &looks.money)?;
            if npv.has_interval() {
                sheet.write_with_format(row, column + 2, npv.lower, &looks.money)?;
                sheet.write_with_format(row, column + 3, npv.upper, &looks.money)?;
            }
        }
        if let Some(risk) = &option.worth[views[0]].risk {
            sheet.write_with_format(row, 5, risk.positive, &looks.share)?;
        }
    }
    let note = "Live cells are values at the inputs as they are written, and follow the rate, horizon and costs of the sheet “Cash flow”; \
                expected values, intervals and probabilities are those of the simulation at the first rate.";
    paragraph(sheet, row + 1, note, &looks.wrap)?;
    let mut chart = Chart::new(ChartType::Bar);
    for (column, name) in [(1, "cash"), (6, "all")] {
        let series = chart.add_series();
        series.set_categories(("Summary", first + 1, 0, row, 0));
        series.set_values(("Summary", first + 1, column, row, column)).set_name(name);
    }
    chart.title().set_name("Net present value of each option");
    // Names stand beside the plot, not on bars below zero.
    chart.x_axis().set_label_position(ChartAxisLabelPosition::Low);
    chart.y_axis().set_label_position(ChartAxisLabelPosition::Low).set_num_format("#,##0");
    chart.set_width(900).set_height(380);
    sheet.insert_chart(row + 3, 0, &chart)?;
    Ok(())
}

/// The result of a formula, for programs that do not compute it: every digit of the number.
fn number(value: f64) -> String {
    format!("{value:?}")
}
