//! Ledgers as accounting departments write them.

use turnaround::assess::ledger::{Columns, Layout, amount, read};
use turnaround::assess::{Ledger, rank, trends};

fn columns() -> Columns {
    Columns {
        group: Some("Group".to_owned()),
        in_group: None,
        operation: Some("Operation".to_owned()),
        in_operation: None,
        year: Some("Year".to_owned()),
        in_year: None,
        layout: Layout::Long { cost: "Cost".to_owned() },
        only: Vec::new(),
        unit: 1.0,
    }
}

fn ledger(text: &str, columns: &Columns) -> Ledger {
    let mut ledger = Ledger::default();
    read(text.as_bytes(), columns, &mut ledger).expect("a ledger");
    ledger
}

#[test]
fn amounts_are_read_as_they_are_written() {
    for (text, value) in [
        ("1234", 1234.0),
        ("1,234,567.50", 1_234_567.5),
        ("$1,234", 1234.0),
        ("\u{20ac} 12", 12.0),
        ("(1,234)", -1234.0),
        ("($1,234.50)", -1234.5),
        ("-$5", -5.0),
        ("$-5", -5.0),
        ("5-", -5.0),
        ("\u{2212}17.25", -17.25),
        (" 0 ", 0.0),
        (".5", 0.5),
        ("1 234", 1234.0),
    ] {
        assert_eq!(amount(text), Ok(Some(value)), "{text}");
    }
    for text in ["", "-", "\u{2013}", "n/a", "NA"] {
        assert_eq!(amount(text), Ok(None), "{text}");
    }
    // What could be read in two ways, or is no number, is refused: a wrong ledger is worse than none.
    for text in [
        "1.234,56",
        "1,23",
        "12,34,567",
        "1,2345",
        "abc",
        "12 apples",
        "(-5)",
        "1-2",
        "--5",
        "1.2.3",
        "$",
        "()",
    ] {
        assert!(amount(text).is_err(), "{text}: {:?}", amount(text));
    }
}

#[test]
fn long_ledgers_add_up() {
    let text = "\u{feff}Year,Group,Operation,Cost,Note\n2024,A,x,\"1,000\",\n2024,A,x,\"(250)\",credit\n\n2024,B,y,\"$4,000\",\n2023,A,x,900,\nFY2024,B,z,,missing\n";
    let l = ledger(text, &columns());
    assert_eq!((l.lines, l.missing, l.entries.len()), (5, 1, 4));
    assert_eq!(l.years(), [2023, 2024]);
    let ranked = rank(&l, 2024);
    let told: Vec<_> = ranked.iter().map(|r| (r.group.as_str(), r.cost)).collect();
    assert_eq!(told, [("B", 4000.0), ("A", 750.0)]);
    assert!((ranked[0].share - 4000.0 / 4750.0).abs() < 1e-12 && (ranked[1].cumulative - 1.0).abs() < 1e-12);
    assert_eq!(l.operations("A")["x"][&2023], 900.0);
}

#[test]
fn wide_ledgers_are_the_same_as_long_ones() {
    let years = Columns {
        year: None,
        layout: Layout::Years(vec!["FY 2023".to_owned(), "2024".to_owned()]),
        unit: 1000.0,
        ..columns()
    };
    let by_year = ledger("Group,Operation,FY 2023,2024\nA,x,1,2\nB,y,\"1,500\",-\n", &years);
    assert_eq!(by_year.missing, 1);
    assert_eq!(by_year.operations("A")["x"], [(2023, 1000.0), (2024, 2000.0)].into());
    assert_eq!(by_year.operations("B")["y"], [(2023, 1_500_000.0)].into());

    let groups = Columns {
        group: None,
        year: None,
        in_year: Some(2022),
        layout: Layout::Groups(vec!["Drivers".to_owned(), "Repair".to_owned()]),
        only: vec![("Mode".to_owned(), "Bus".to_owned())],
        ..columns()
    };
    let by_group = ledger("Mode,Operation,Drivers,Repair\nBus,x,5,3\nRail,x,50,30\nBus,y,7,\n", &groups);
    let told: Vec<_> = rank(&by_group, 2022).into_iter().map(|r| (r.group, r.cost)).collect();
    assert_eq!(told, [("Drivers".to_owned(), 12.0), ("Repair".to_owned(), 3.0)]);
}

#[test]
fn mistakes_of_a_ledger_have_line_and_column() {
    let fails = |text: &str, columns: &Columns| {
        let troubles = read(text.as_bytes(), columns, &mut Ledger::default()).expect_err("a mistake");
        troubles.iter().map(|t| (t.line, t.column, t.message.clone())).collect::<Vec<_>>()
    };
    let text = "Group,Operation,Year,Cost\nA,x,2024,12\nA,x,24,12\nA,x,2024,twelve\n,x,2024,3\n";
    let found = fails(text, &columns());
    let places: Vec<_> = found.iter().map(|(line, column, _)| (*line, *column)).collect();
    assert_eq!(places, [(3, 3), (4, 4), (5, 1)], "{found:?}");
    assert!(found[1].2.contains("`twelve` is not an amount"), "{found:?}");
    let troubles =
        read(b"Group,Operation,Yaer,Cost\n", &columns(), &mut Ledger::default()).expect_err("a mistake");
    assert!(
        troubles[0].message.contains("no column `Year`") && troubles[0].hint.contains("Yaer"),
        "{troubles:?}"
    );
    let latin = read(b"Group,Operation,Year,Cost\n\xe9,x,2024,1\n", &columns(), &mut Ledger::default());
    assert!(latin.expect_err("a mistake")[0].message.contains("UTF-8"));
    // All of a long file's mistakes would help nobody.
    let many: String = (0..100).map(|_| "A,x,2024,?\n").collect();
    assert_eq!(fails(&format!("Group,Operation,Year,Cost\n{many}"), &columns()).len(), 20);
}

/// The operations of a group: intervals hold together, and a few years show nothing.
#[test]
fn operations_that_rise_are_told_from_those_that_do_not() {
    let mut text = String::from("Group,Operation,Year,Cost\n");
    let noise = [3.0, -5.0, 4.0, -2.0, 5.0, -4.0, 1.0, -3.0];
    for (k, e) in noise.iter().enumerate() {
        let year = 2018 + k;
        text += &format!(
            "A,rises,{year},{}\nA,level,{year},{}\nA,new,{year},\nB,other,{year},9\n",
            100.0 + 10.0 * k as f64 + e,
            200.0 + 5.0 * e
        );
    }
    text += "A,new,2024,50\nA,new,2025,70\n";
    let t = trends(&ledger(&text, &columns()), "A", 0.95);
    let told: Vec<_> =
        t.operations.iter().map(|o| (o.operation.as_str(), o.rises(), o.trend.is_some())).collect();
    assert_eq!(told, [("rises", true, true), ("level", false, true), ("new", false, false)]);
    let slope = t.operations[0].trend.expect("a trend");
    assert!(slope.lower <= 10.0 && 10.0 <= slope.upper && slope.level > 0.98, "{slope:?}");
    // In another order of lines: the same.
    let mut lines: Vec<&str> = text.lines().skip(1).collect();
    lines.reverse();
    let turned = format!("Group,Operation,Year,Cost\n{}\n", lines.join("\n"));
    assert_eq!(trends(&ledger(&turned, &columns()), "A", 0.95), t);
}

/// A public ledger, wide by function: the first step runs on it, and its one year shows no trend.
#[test]
#[allow(clippy::disallowed_methods, reason = "a public ledger that may lie beside the project")]
fn a_public_ledger_loads() {
    const FILE: &str = "ntd_2022_operating_expenses_by_function.csv";
    let project = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some(bytes) = project.ancestors().find_map(|d| std::fs::read(d.join("shared/data").join(FILE)).ok())
    else {
        return eprintln!("skipped: no shared/data/{FILE} beside the project");
    };
    let functions =
        ["Vehicle Operations", "Vehicle Maintenance", "Facility Maintenance", "General Administration"];
    let columns = Columns {
        group: None,
        operation: Some("Mode Name".to_owned()),
        year: Some("Report Year".to_owned()),
        layout: Layout::Groups(functions.map(str::to_owned).to_vec()),
        ..columns()
    };
    let mut ledger = Ledger::default();
    read(&bytes, &columns, &mut ledger).expect("a ledger");
    assert_eq!(ledger.years(), [2022]);
    let ranked = rank(&ledger, 2022);
    assert_eq!(ranked.len(), 4);
    assert_eq!(ranked[0].group, "Vehicle Operations");
    let maintenance = ranked.iter().find(|r| r.group == "Vehicle Maintenance").expect("a function");
    assert!((0.1..0.3).contains(&maintenance.share), "{maintenance:?}");
    let t = trends(&ledger, "Vehicle Operations", 0.95);
    assert!(t.operations.len() > 10 && t.operations.iter().all(|o| o.trend.is_none()));
}
