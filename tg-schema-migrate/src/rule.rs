//! Everything that a migration may find, one module a rule: its id, its weight and its page.

use tg_schema_model::rule::{Chapter, Rule};

pub mod apply;
pub mod audit;
pub mod callers;
pub mod record;
pub mod registered;
pub mod source;
pub mod topic;

/// Every rule, in chapters.
pub const ALL: &[Chapter] = &[
    source::CHAPTER,
    record::CHAPTER,
    topic::CHAPTER,
    audit::CHAPTER,
    callers::CHAPTER,
    apply::CHAPTER,
    registered::CHAPTER,
];

/// The rule of this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    tg_schema_model::rule::find(ALL, id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn every() -> impl Iterator<Item = &'static Rule> {
        ALL.iter().flat_map(|chapter| chapter.rules.iter().copied())
    }

    #[test]
    fn ids_are_screaming_snake_and_unique() {
        let mut seen = BTreeSet::new();
        for rule in every() {
            assert!(seen.insert(rule.id), "{}", rule.id);
            let ok = |c: char| c.is_ascii_uppercase() || c == '_';
            assert!(rule.id.chars().all(ok), "{}", rule.id);
            assert_eq!(find(rule.id), Some(rule));
        }
    }

    #[test]
    fn pages_are_whole() {
        for rule in every() {
            let line = rule.title;
            assert!(!line.ends_with('.') && !line.contains('\n'), "{}", rule.id);
            for part in [rule.what, rule.why, rule.remedy] {
                assert!(
                    part.ends_with('.') && part.len() > 10,
                    "{}: {part}",
                    rule.id
                );
                assert!(!part.contains("  "), "{}: {part}", rule.id);
            }
            let example = rule.example;
            assert!(
                example.starts_with("```") && example.ends_with("\n```"),
                "{}",
                rule.id
            );
        }
    }

    /// What looks like an id in the sources that make findings.
    fn ids(path: &std::path::Path, found: &mut BTreeSet<String>) {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
        if path.is_dir() && !matches!(name, "rule" | "interpret") {
            let entries = std::fs::read_dir(path).expect("a folder").flatten();
            return entries.for_each(|entry| ids(&entry.path(), found));
        }
        if !name.ends_with(".rs") || matches!(name, "rule.rs" | "tests.rs") {
            return;
        }
        let text = std::fs::read_to_string(path).expect("a text");
        let text = text.split("#[cfg(test)]").next().unwrap_or("");
        let word = |part: &&str| {
            let mut letters = part.bytes();
            part.trim_matches('_').contains('_')
                && letters.all(|b| b.is_ascii_uppercase() || b == b'_')
        };
        // Variables of the environment.
        let ours = |part: &&str| !part.starts_with("PULSAR_") || find(part).is_some();
        let parts = text.split('"').filter(word).filter(ours);
        found.extend(parts.map(str::to_owned));
    }

    #[test]
    fn every_id_has_a_page() {
        let mut found = BTreeSet::new();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        ids(source.as_ref(), &mut found);
        assert!(found.contains("SYNTAX_ERROR"));

        let unknown: Vec<&String> = found.iter().filter(|id| find(id).is_none()).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn rules_are_sorted_in_their_chapter() {
        for chapter in ALL {
            assert!(
                chapter.rules.is_sorted_by_key(|r| r.id),
                "{}",
                chapter.title
            );
        }
    }
}
