//! The exact text of every mistake in `definitions/bad`: each file there has the report beside it.
//! Renew the reports with `TG_SCHEMA_RENEW=1 cargo test -p tg-schema-gen --test diagnostics`.

use std::fs;
use std::path::Path;

use tg_schema_gen::load;

fn report(name: &str, text: String) -> String {
    let stem = name.split('.').next().unwrap_or_default().to_owned();
    let loaded = load::from_texts(vec![(vec![stem], name.to_owned(), text)]);
    let mut out = String::new();
    for diagnostic in &loaded.diagnostics.0 {
        out.push_str(&loaded.sources.render(diagnostic));
        out.push('\n');
    }
    out
}

#[test]
fn every_mistake_is_reported_as_pinned() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/definitions/bad");
    let renew = std::env::var_os("TG_SCHEMA_RENEW").is_some();
    let mut names: Vec<_> = fs::read_dir(&folder)
        .expect("the folder of bad definitions")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .filter(|name| !name.ends_with(".txt"))
        .collect();
    names.sort();
    assert!(names.len() >= 10, "{names:?}");
    let mut wrong = Vec::new();
    for name in names {
        let text = fs::read_to_string(folder.join(&name)).expect("a definition");
        let found = report(&name, text);
        assert!(found.contains("error: "), "{name} has no mistake");
        let golden = folder.join(format!("{name}.txt"));
        if renew {
            fs::write(&golden, &found).expect("the report can be written");
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        if found != expected {
            wrong.push(format!("{name}: expected\n{expected}\nfound\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
