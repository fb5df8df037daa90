//! Distributions as scenario text.

use turnaround::diag::Sink;
use turnaround::dist::{self, Dist, FAMILIES};
use turnaround::text::schema::{Field, Kind, Table};
use turnaround::text::{self, Reader, Tree};
use turnaround::units::Dim;

static ROOT: Table = Table {
    name: "root",
    doc: "",
    fields: &[
        Field::optional("time", Kind::Dist(Dim::TIME), ""),
        Field::optional("money", Kind::Dist(Dim::MONEY), ""),
        Field::optional("number", Kind::Dist(Dim::NUMBER), ""),
        Field::default("wait", Kind::Dist(Dim::TIME), "{ exponential = { mean = \"2 h\" } }", ""),
    ],
    example: "",
};

fn columns(file: &str, column: &str) -> Result<Vec<String>, String> {
    match (file, column) {
        ("x.csv", "minutes") => Ok(["5", "7.5", "1,200"].map(str::to_owned).to_vec()),
        ("x.csv", "text") => Ok(["5 min", "2 h"].map(str::to_owned).to_vec()),
        ("x.csv", "odd") => Ok(["5 min", "long"].map(str::to_owned).to_vec()),
        ("x.csv", _) => Err(format!("x.csv has no column `{column}`")),
        _ => Err(format!("{file} cannot be read")),
    }
}

fn read(key: &str, source: &str) -> Result<Dist, Vec<String>> {
    let (tree, syntax) = Tree::parse("s.toml", source);
    assert_eq!(syntax, [], "{source}");
    let sink = Sink::default();
    let dist = dist::read(&Reader::open(&tree, &ROOT, &sink).item(key).expect("the key"), &columns);
    let line = |d: turnaround::diag::Diagnostic| {
        format!("{} @ {}", d.message, tree.sources.slice(d.span.unwrap_or_default()))
    };
    let found: Vec<_> = sink.into_vec().into_iter().map(line).collect();
    dist.filter(|_| found.is_empty()).ok_or(found)
}

#[test]
fn every_example_reads_and_prints_back() {
    for family in FAMILIES {
        // An example is about durations, or about plain numbers.
        let (key, dim) = match read("time", &format!("time = {}", family.example)) {
            Ok(_) => ("time", Dim::TIME),
            Err(_) => ("number", Dim::NUMBER),
        };
        let dist = read(key, &format!("{key} = {}", family.example)).unwrap_or_else(|e| panic!("{e:?}"));
        let mut root = text::Table::default();
        root.push(key, dist::print(&dist, dim));
        let printed = text::print(&root);
        assert_eq!(read(key, &printed), Ok(dist), "{printed}");
    }
}

#[test]
fn constants_files_and_defaults() {
    assert_eq!(read("time", "time = \"45 min\"").unwrap().mean(), 2700.0);
    assert_eq!(read("number", "number = 3").unwrap().mean(), 3.0);
    assert_eq!(
        read("money", "money = { uniform = { min = \"$50\", max = \"$500\" } }").unwrap().mean(),
        275.0
    );
    assert_eq!(read("wait", "").unwrap().mean(), 7200.0);
    let from =
        |column: &str| read("time", &format!("time = {{ empirical = {{ file = \"x.csv\", {column} }} }}"));
    assert_eq!(from("column = \"minutes\", unit = \"min\"").unwrap().support(), (300.0, 72_000.0));
    assert_eq!(from("column = \"text\", interpolated = true").unwrap().mean(), 3750.0);
}

#[test]
fn the_caret_lands_on_the_wrong_key() {
    for (source, found) in [
        ("time = { lognormal = { mean = \"54 min\", cw = 1 } }", "lognormal has no parameter `cw` @ cw"),
        ("time = { lognormal = { mean = \"54\", cv = 1 } }", "a unit is missing: expected a duration @ 54"),
        (
            "time = { lognormal = { mean = \"54 min\", cv = \"1 h\" } }",
            "expected a number, found a duration @ 1 h",
        ),
        (
            "time = { lognorml = { mean = \"54 min\", cv = 1 } }",
            "no distribution is called `lognorml` @ lognorml",
        ),
        ("time = { lognormal = \"5 min\" }", "expected the parameters of lognormal @ \"5 min\""),
        (
            "time = { lognormal = {}, gamma = {} }",
            "expected one distribution, found 2 keys @ { lognormal = {}, gamma = {} }",
        ),
        ("time = { exponential = { mean = \"-5 min\" } }", "`mean` must be above 0 @ \"-5 min\""),
        (
            "time = { normal = { mean = \"5 min\", sd = \"1 min\" } }",
            "a duration cannot be negative, but this distribution can @ { normal = { mean = \"5 min\", sd = \"1 min\" } }",
        ),
        ("time = [1]", "expected a distribution of a duration, found a list @ [1]"),
        ("time = { zero_inflated = { zero = 2, of = \"1 h\" } }", "the value is out of range @ 2"),
        (
            "time = { mixture = { weights = [1, 1], of = [\"1 h\", { gama = {} }] } }",
            "no distribution is called `gama` @ gama",
        ),
        ("time = { empirical = { file = \"y.csv\", column = \"a\" } }", "y.csv cannot be read @ \"y.csv\""),
        ("time = { empirical = { file = \"x.csv\" } }", "missing key `column` @ empirical"),
        (
            "time = { empirical = { file = \"x.csv\", column = \"odd\" } }",
            "row 2 of column `odd` holds `long`: expected a number @ \"x.csv\"",
        ),
        (
            "time = { empirical = { file = \"x.csv\", column = \"text\", colum = 1 } }",
            "empirical has no parameter `colum` @ colum",
        ),
    ] {
        assert_eq!(read("time", source).unwrap_err(), [found], "{source}");
    }
    let both = read("time", "time = { lognormal = { mean = \"54\", cw = 1 } }").unwrap_err();
    assert_eq!(both.len(), 2, "{both:?}");
}

#[test]
fn the_schema_knows_every_family() {
    let json = text::json_schema(&ROOT, [("distribution", dist::json_schema())]);
    let families = &json["$defs"]["distribution"]["oneOf"][1]["properties"];
    for family in FAMILIES {
        assert!(families[family.name]["properties"][family.params[0].name].is_object(), "{}", family.name);
        assert!(dist::reference().contains(family.example));
    }
}
