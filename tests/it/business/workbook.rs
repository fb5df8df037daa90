//! The workbook: the same bytes again, and a spreadsheet program computes what we do, at other rates, too.

#![allow(clippy::disallowed_methods, reason = "the workbook is handed to another program")]

use super::case::{KNOWN, lower, made};
use super::near;
use std::process::Command;
use turnaround::business::{Case, Of, npv, per_month};
use turnaround::report;

fn bytes(source: &str) -> (Case, Vec<u8>) {
    let (case, results) = made(source);
    let (arms, _) = lower(source);
    let book = || report::workbook(&results, &arms[0].1, Some(&case)).expect("a workbook");
    let first = book();
    // Time stamps of zip files count two seconds.
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    assert!(first == book(), "the same results give other bytes");
    (case, first)
}

/// Another program recalculates: at our rate and horizon, and after their cells were changed. Its formulas' kept results are
/// thrown away first, so that it has to.
#[test]
fn another_program_computes_the_same_net_present_value() {
    let (case, book) = bytes(KNOWN);
    assert!(book.starts_with(b"PK"));
    let office = ["soffice", "libreoffice"].into_iter().find(|name| works(name)).filter(|_| works("python3"));
    let Some(office) = office else {
        eprintln!("skipped: no LibreOffice (package libreoffice-calc) or no python3");
        return;
    };
    let flows = &case.options[0].cash.flows;
    for (rate, horizon) in [(0.07, 60), (0.031, 60), (0.2, 24)] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("ours.xlsx"), &book).expect("a file");
        std::fs::write(path("change.py"), CHANGE).expect("a file");
        let settings = path("profile/user/registrymodifications.xcu");
        std::fs::create_dir_all(settings.parent().expect("a folder")).expect("a folder");
        std::fs::write(&settings, ALWAYS_RECALCULATE).expect("a file");
        run(Command::new("python3")
            .current_dir(&folder)
            .arg("change.py")
            .arg(rate.to_string())
            .arg(horizon.to_string()));
        let csv = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1";
        run(Command::new(office)
            .current_dir(&folder)
            .arg(format!("-env:UserInstallation=file://{}", path("profile").display()))
            .args(["--headless", "--convert-to", csv, "changed.xlsx"]));
        let sheet = std::fs::read_to_string(path("changed-Cash flow.csv")).expect("the sheet as CSV");
        let cell = |name: &str| -> f64 {
            let row = sheet.lines().find(|row| row.starts_with(name)).expect(name);
            // The only cell of the row beside the label.
            let cells = row[name.len()..].split(',').map(|cell| cell.trim_matches('"'));
            cells.into_iter().find(|cell| !cell.is_empty()).expect(row).parse().expect(row)
        };
        let ours = npv(&flows[..=horizon], per_month(rate));
        near(cell("\"Net present value, cash\"").abs(), ours.abs(), 1e-6);
        if (rate, horizon) == (0.07, 60) {
            let worth = |of: Of| case.options[0].worth[case.view(&of)].npv.value;
            near(cell("\"Net present value, cash\""), worth(Of::Cash), 1e-6);
            near(cell("\"Net present value, all\""), worth(Of::All), 1e-6);
        }
    }
}

fn works(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|o| o.status.success())
}

fn run(command: &mut Command) {
    let output = command.output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Writes another rate and horizon into their cells, and takes the kept result of every formula away.
const CHANGE: &str = r#"
import re, sys, zipfile
rate, horizon = sys.argv[1:]
source = zipfile.ZipFile("ours.xlsx")
book = source.read("xl/workbook.xml").decode()
names = re.findall(r'<sheet name="([^"]+)"', book)
sheet = "xl/worksheets/sheet%d.xml" % (names.index("Cash flow") + 1)
with zipfile.ZipFile("changed.xlsx", "w", zipfile.ZIP_DEFLATED) as out:
    for name in source.namelist():
        text = source.read(name)
        if name == sheet:
            text = text.decode()
            for cell, value in (("B3", rate), ("B4", horizon)):
                text, n = re.subn(r'(<c r="%s"[^>]*><v>)[^<]*' % cell, r"\g<1>" + value, text)
                assert n == 1, cell
            text, n = re.subn(r"(</f>)<v>[^<]*</v>", r"\1", text)
            assert n > 100, n
            text = text.encode()
        out.writestr(name, text)
"#;

const ALWAYS_RECALCULATE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"#;
