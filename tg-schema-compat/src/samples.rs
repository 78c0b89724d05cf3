//! Changes for the tests of this crate: those of `table.md`, and the examples of the rules.

#[path = "../tests/rows/mod.rs"]
mod rows;

use tg_schema_gen::load::from_texts;

use crate::rule::{ALL, example};
use crate::version::Version;
use rows::{definition, rows};

/// A version of one definition file.
pub(crate) fn version(label: &str, text: &str) -> Version {
    let file = (vec!["m".to_owned()], "m.toml".to_owned(), text.to_owned());
    let loaded = from_texts(vec![file]);
    assert!(
        !loaded.diagnostics.has_errors(),
        "{text}: {:?}",
        loaded.diagnostics
    );
    Version::of_definitions(label, loaded.schema, loaded.sources)
}

/// Pairs of definitions, both ways round, with what is changed.
pub(crate) fn pairs() -> Vec<(String, String, String)> {
    let table = rows(include_str!("../tests/table.md"));
    let table = table.map(|cells| {
        let [name, old, new, ..] = cells.as_slice() else {
            panic!("{cells:?}");
        };
        ((*name).to_owned(), definition(old), definition(new))
    });
    let pages = ALL.iter().filter_map(|rule| {
        let [before, after] = example(&rule.page).filter(|e| e[0].language == "toml")?;
        let id = rule.page.id.to_owned();
        Some((id, before.text.to_owned(), after.text.to_owned()))
    });
    let mut pairs: Vec<_> = table.chain(pages).collect();
    let back = pairs.clone().into_iter();
    pairs.extend(back.map(|(name, old, new)| (format!("{name}, back"), new, old)));
    pairs
}
