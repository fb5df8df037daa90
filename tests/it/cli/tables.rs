//! Observed values in tables beside a scenario: CSV and Parquet.

use super::{MM1, Place};
use std::fs;

const REPAIRS: &str = "docs/examples/repairs.csv";

/// A folder `NAME/case` with a queue whose service time is this law.
fn case(place: &Place, name: &str, law: &str) -> String {
    let text = fs::read_to_string(place.path(MM1)).expect("a scenario");
    let old = r#"time = { exponential = { mean = "1 h" } }"#;
    assert!(text.contains(old));
    let folder = format!("{name}/case");
    fs::create_dir_all(place.path(&folder)).expect("a folder");
    fs::write(place.path(&folder).join("scenario.toml"), text.replace(old, &format!("time = {law}")))
        .expect("written");
    folder
}

#[test]
fn the_file_of_the_reference_is_the_same_as_its_values() {
    let place = Place::new();
    let file = case(&place, "file", turnaround::dist::FILE_EXAMPLE);
    let said = place.run(&["check", &file]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("error: the file `repairs.csv` cannot be read: No such file"), "{}", said.err);
    fs::copy(place.path(REPAIRS), place.path(&file).join("repairs.csv")).expect("a copy");
    let values = r#"["35 min", "42 min", "18 min", "95 min", "27 min", "61 min", "33 min"]"#;
    let inline = case(&place, "inline", &format!("{{ empirical = {{ values = {values} }} }}"));
    assert_eq!(results(&place, &file), results(&place, &inline));
    // A quantity in each cell needs no unit, and makes other results.
    let took = case(&place, "took", r#"{ empirical = { file = "repairs.csv", column = "took" } }"#);
    fs::copy(place.path(REPAIRS), place.path(&took).join("repairs.csv")).expect("a copy");
    assert_ne!(results(&place, &took), results(&place, &inline));
}

/// All results of a run but its key.
fn results(place: &Place, case: &str) -> serde_json::Value {
    let run = place.run_folder(&[case, "-n", "10"]);
    let bytes = fs::read(place.path(&run).join("results.json")).expect("results");
    let mut results: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    assert!(results.as_object_mut().and_then(|o| o.remove("run")).is_some());
    results
}

mod parquet {
    use super::*;
    use polars::prelude::{Column, DataFrame, DataType, ParquetWriter, TimeUnit};

    fn write(place: &Place, case: &str, columns: Vec<Column>) {
        let mut frame = DataFrame::new(columns[0].len(), columns).expect("a frame");
        let file = fs::File::create(place.path(case).join("repairs.parquet")).expect("a file");
        ParquetWriter::new(file).finish(&mut frame).expect("written");
    }

    fn minutes() -> Column {
        let minutes = [Some(35), Some(42), Some(18), None, Some(95), Some(27), Some(61), Some(33)];
        Column::new("minutes".into(), minutes)
    }

    fn law(column: &str) -> String {
        turnaround::dist::FILE_EXAMPLE.replace(".csv", ".parquet").replace("minutes", column)
    }

    #[test]
    fn parquet_reads_as_the_equal_csv() {
        let place = Place::new();
        let csv = case(&place, "csv", turnaround::dist::FILE_EXAMPLE);
        fs::copy(place.path(REPAIRS), place.path(&csv).join("repairs.csv")).expect("a copy");
        let parquet = case(&place, "parquet", &law("minutes"));
        write(&place, &parquet, vec![minutes()]);
        assert_eq!(results(&place, &parquet), results(&place, &csv));
        // The run folder keeps the file as it is, so that the report can be made again.
        let run = place.run_folder(&[&parquet, "-n", "10"]);
        let kept = fs::read(place.path(&run).join("inputs/repairs.parquet")).expect("kept");
        assert!(kept.starts_with(b"PAR1"));
        place.well(&["report", &run]);

        // Fractions to the last digit, and quantities as texts.
        let exact = case(&place, "exact", &law("exact"));
        let took = case(&place, "took", r#"{ empirical = { file = "repairs.parquet", column = "took" } }"#);
        for case in [&exact, &took] {
            let (exact, took) = ([0.1 + 0.2, 1e-7, 50.0], ["0.30000000000000004 min", "1e-7 min", "50 min"]);
            write(&place, case, vec![Column::new("exact".into(), exact), Column::new("took".into(), took)]);
        }
        assert_eq!(results(&place, &exact), results(&place, &took));
    }

    #[test]
    fn arrivals_come_from_instants() {
        let place = Place::new();
        let folder = case(&place, "trace", r#"{ exponential = { mean = "1 h" } }"#);
        let path = place.path(&folder).join("scenario.toml");
        let text = fs::read_to_string(&path).expect("a scenario");
        let every = r#"every = { exponential = { rate = "0.9 per h" } }"#;
        assert!(text.contains(every));
        let trace = r#"trace = { file = "repairs.parquet", column = "at" }"#;
        let text = text.split("[arm.half").next().expect("a text").replace(every, trace);
        fs::write(&path, text).expect("written");
        // 2026-01-05T08:30, in microseconds, and three days earlier.
        let at = |micros: i64| {
            let kind = DataType::Datetime(TimeUnit::Microseconds, None);
            vec![Column::new("at".into(), [micros]).cast(&kind).expect("instants")]
        };
        write(&place, &folder, at(1_767_601_800_000_000));
        place.well(&["check", &folder]);
        write(&place, &folder, at(1_767_601_800_000_000 - 3 * 86_400_000_000));
        let outcome = place.run(&["check", &folder]);
        assert!(outcome.err.contains("before the start of the clock"), "{}", outcome.err);
    }

    #[test]
    fn what_is_wrong_with_a_parquet_file_is_said() {
        let place = Place::new();
        let said = |column: &str, columns: Vec<Column>| {
            let folder = case(&place, "wrong", &law(column));
            write(&place, &folder, columns);
            let outcome = place.run(&["check", &folder]);
            assert_eq!(outcome.code, 2, "{}", outcome.err);
            outcome.err
        };
        let missing = said("minute", vec![minutes()]);
        assert!(
            missing.contains("`repairs.parquet` has no column `minute`: did you mean `minutes`?"),
            "{missing}"
        );
        let text = said("notes", vec![minutes(), Column::new("notes".into(), ["long"; 8])]);
        assert!(text.contains("row 1 of column `notes` holds `long`: expected a number"), "{text}");
        let none: [i32; 0] = [];
        let empty = said("minutes", vec![Column::new("minutes".into(), none)]);
        assert!(empty.contains("`repairs.parquet` has no values in column `minutes`"), "{empty}");
        let nulls = said("minutes", vec![Column::new("minutes".into(), [None::<f64>; 3])]);
        assert!(nulls.contains("`repairs.parquet` has no values in column `minutes`"), "{nulls}");
        let nan = said("minutes", vec![Column::new("minutes".into(), [f64::NAN])]);
        assert!(nan.contains("row 1 of column `minutes` holds `NaN`"), "{nan}");

        let folder = case(&place, "wrong", &law("minutes"));
        fs::copy(place.path(REPAIRS), place.path(&folder).join("repairs.parquet")).expect("a copy");
        let disguised = place.run(&["check", &folder]);
        assert_eq!(disguised.code, 2);
        assert!(
            disguised.err.contains(
                "the file `repairs.parquet` cannot be read: it does not begin and end as such files do"
            ),
            "{}",
            disguised.err
        );
    }
}
