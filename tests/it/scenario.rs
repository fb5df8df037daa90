//! The scenario language: reading, checking, printing.

use turnaround::diag::{self, Diagnostic};
use turnaround::model::Model;
use turnaround::scenario::{self, Loader};

fn nothing(file: &str) -> Result<Vec<u8>, String> {
    Err(format!("the file `{file}` does not exist"))
}

fn lower(source: &str, loader: Loader) -> (Option<Model>, Vec<Diagnostic>, String) {
    let (scenario, mut found) = scenario::parse("scenario.toml", source);
    let (model, more) = scenario::lower(&scenario, loader);
    found.extend(more);
    let text = diag::render(&found, &scenario.sources, false);
    (model, found, text)
}

#[test]
fn drafts() {
    let mut bad = 0;
    for path in std::env::var("DRAFTS").unwrap().split(' ') {
        let source = std::fs::read_to_string(path).unwrap();
        let (scenario, mut found) = scenario::parse(path, &source);
        let (models, more) = scenario::lower_arms(&scenario, &nothing);
        found.extend(more);
        println!("{path}: {} arms\n{}", models.len(), diag::render(&found, &scenario.sources, false));
        if let Some(model) = models.into_iter().next() {
            let text = scenario::print(&model.1);
            let (again, found, said) = lower(&text, &nothing);
            if again.is_none() {
                println!("NO ROUND TRIP\n{text}\n{said}");
                bad += 1;
                continue;
            }
            let again = again.unwrap();
            if again != model.1 {
                println!("DIFFERS\n{text}");
                std::fs::write("/tmp/a", format!("{:#?}", model.1)).unwrap();
                std::fs::write("/tmp/b", format!("{:#?}", again)).unwrap();
                bad += 1;
            }
        }
    }
    assert_eq!(bad, 0);
}
