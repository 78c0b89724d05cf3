//! Rules that give fields a narrower definition.

mod support;

use support::{Folder, line, with_imports};
use tg_schema_migrate::Options;

fn tightened(rules: &[&str], field: &str) -> (String, Vec<String>) {
    let text = with_imports("class R(Record):\n  a = String()\n  b = Integer()\n  c = Boolean()");
    let folder = Folder::new(&[("a.py", &text)]);
    let migration = folder.migrate(&Options {
        tighten: rules.iter().map(|rule| (*rule).to_owned()).collect(),
        ..Options::default()
    });
    (
        line(&migration, field),
        migration.rules.iter().map(ToString::to_string).collect(),
    )
}

#[test]
fn the_most_specific_rule_wins() {
    let rules = ["R.*=required", "R.b=default:5"];
    assert_eq!(tightened(&rules, "a").0, r#"a = { type = "string" }"#);
    assert_eq!(
        tightened(&rules, "b").0,
        r#"b = { type = "int", default = 5, nullable = true }"#
    );
}

#[test]
fn wrong_rules_are_told() {
    for rule in ["R.x=required", "R.a", "R.b=default:five"] {
        let (_, wrong) = tightened(&[rule], "a");
        assert_eq!(wrong.len(), 1, "{rule}: {wrong:?}");
    }
}
