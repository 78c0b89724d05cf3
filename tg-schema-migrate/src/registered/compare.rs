//! Classes and registered texts into verdicts.

use std::collections::{BTreeMap, BTreeSet};

use tg_schema_model::Json;

use super::difference::{first, first_in_text};
use super::flat::{Flat, Order};
use super::text::parse;
use super::{Adjustments, Answer, Class, Comparison, Fetched, Registered, Report, Verdict};

/// Each class beside the registered texts of its name.
///
/// Where several classes share a name, a text that is one class's own is no other's. A text that has the name of none, but
/// in another namespace that of a class without a text, is that one's.
pub fn compare(classes: &[Class], registered: &[Registered]) -> Report {
    let mut report = Report::default();
    let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, class) in classes.iter().enumerate() {
        named.entry(&class.name).or_default().push(at);
    }
    let mut found: Vec<BTreeSet<(String, usize)>> = vec![BTreeSet::new(); classes.len()];
    let mut verdicts: BTreeMap<(usize, usize), Verdict> = BTreeMap::new();
    let mut strange = Vec::new();
    for (index, fetched) in registered.iter().enumerate() {
        let origin = fetched.origin.clone();
        match &fetched.schema {
            Fetched::Primitive(kind) => report.primitive.push((origin, kind.clone())),
            Fetched::Other(kind) => {
                let why = format!("it is of the kind {kind}");
                report.unreadable.push((origin, why));
            }
            Fetched::Unreadable(why) => report.unreadable.push((origin, why.clone())),
            Fetched::Schema { name, text, tree } => {
                let Some(same) = named.get(name.as_str()) else {
                    strange.push((index, origin, name, text, tree));
                    continue;
                };
                let all: Vec<(usize, Verdict)> = same
                    .iter()
                    .map(|&at| (at, verdict(&classes[at].text, text, tree)))
                    .collect();
                let own = |v: &Verdict| matches!(v, Verdict::Equal(_));
                let owned = all.iter().any(|(_, v)| own(v));
                for (at, verdict) in all {
                    if !owned || own(&verdict) {
                        found[at].insert((origin.clone(), index));
                        verdicts.insert((at, index), verdict);
                    }
                }
            }
        }
    }
    let known: Vec<bool> = found.iter().map(|texts| !texts.is_empty()).collect();
    for (index, origin, name, text, tree) in strange {
        let mut claimed = false;
        for (at, class) in classes.iter().enumerate() {
            if !known[at] && simple(&class.name) == simple(name) {
                claimed = true;
                found[at].insert((origin.clone(), index));
                verdicts.insert((at, index), verdict(&class.text, text, tree));
            }
        }
        if !claimed {
            report.unclaimed.push((origin, name.clone()));
        }
    }
    for (at, class) in classes.iter().enumerate() {
        let comparisons = found[at].iter().filter_map(|(origin, index)| {
            let verdict = verdicts.remove(&(at, *index))?;
            let origin = origin.clone();
            Some(Comparison { origin, verdict })
        });
        report.answers.push(Answer {
            name: class.name.clone(),
            place: class.place.clone(),
            comparisons: comparisons.collect(),
        });
    }
    report.unclaimed.sort();
    report.primitive.sort();
    report.unreadable.sort();
    report
}

/// A name without its namespace.
fn simple(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, simple)| simple)
}

/// Our text beside a registered one.
fn verdict(ours: &str, text: &str, tree: &Json) -> Verdict {
    if ours == text {
        return Verdict::Equal(Adjustments::default());
    }
    let Ok(mine) = parse(ours) else {
        return Verdict::Differs(first_in_text(&Json::str(ours), tree));
    };
    if mine == *tree {
        return Verdict::Equal(Adjustments {
            layout: true,
            ..Adjustments::default()
        });
    }
    for (sorted, keys) in [(false, false), (false, true), (true, false), (true, true)] {
        let order = Order {
            fields: sorted,
            keys,
        };
        let (a, b) = (Flat::of(&mine, order), Flat::of(tree, order));
        let repeated = b.repeated && !a.repeated;
        if a.definitions == b.definitions && (sorted || keys || a.repeated != b.repeated) {
            return Verdict::Equal(Adjustments {
                layout: true,
                repeated,
                keys,
                sorted,
            });
        }
    }
    Verdict::Differs(first(&mine, tree).unwrap_or_else(|| first_in_text(&mine, tree)))
}

#[cfg(test)]
mod tests {
    use tg_schema_model::json;

    use super::super::{read, text};
    use super::*;

    fn one(ours: &str, registered: &str) -> String {
        let class = Class {
            name: "A".to_owned(),
            place: "a.py:1".to_owned(),
            text: ours.to_owned(),
        };
        let report = compare(&[class], &read("f", registered));
        assert!(report.unclaimed.is_empty() && report.unreadable.is_empty());
        match &report.answers[0].comparisons[0].verdict {
            Verdict::Equal(how) => how.to_string(),
            Verdict::Differs(d) => {
                let value = |v: &Option<Json>| v.as_ref().map_or("-".into(), Json::compact);
                format!("{} {} {}", d.pointer, value(&d.ours), value(&d.registered))
            }
        }
    }

    fn record(fields: &str) -> String {
        format!(r#"{{"type":"record","name":"A","fields":[{fields}]}}"#)
    }

    const IN: &str = r#"{"type":"record","name":"In","fields":[{"name":"y","type":"int"},{"name":"x","type":"int"}]}"#;
    const IN_SORTED: &str = r#"{"type":"record","name":"In","fields":[{"name":"x","type":"int"},{"name":"y","type":"int"}]}"#;

    #[test]
    fn ways_of_writing_are_told_apart() {
        let field = |name: &str, ty: &str| format!(r#"{{"name":"{name}","type":{ty}}}"#);
        let ours = record(&[field("b", IN), field("a", "\"In\"")].join(","));
        let pretty = json::parse(&ours).unwrap().python();
        assert_eq!(one(&ours, &ours), "equal");
        assert_eq!(one(&ours, &pretty), "equal");
        let repeated = record(&[field("b", IN), field("a", IN)].join(","));
        assert_eq!(one(&ours, &repeated), "equal with repeated definitions");
        let sorted = record(&[field("a", IN_SORTED), field("b", "\"In\"")].join(","));
        assert_eq!(one(&ours, &sorted), "equal after sorting");
        let both = record(&[field("a", IN_SORTED), field("b", IN_SORTED)].join(","));
        assert_eq!(
            one(&ours, &both),
            "equal after sorting and with repeated definitions"
        );
        let swapped = both
            .replace(
                r#""type":"record","name":"A""#,
                r#""name":"A","type":"record""#,
            )
            .replace(
                r#""type":"record","name":"In""#,
                r#""name":"In","type":"record""#,
            );
        assert_eq!(
            one(&ours, &swapped),
            "equal after sorting and with repeated definitions and with keys in another order"
        );
    }

    #[test]
    fn another_namespace_is_a_difference_where_there_is_no_text_of_the_name() {
        let ours = record(r#"{"name":"a","type":"int"}"#);
        let theirs = ours.replace(r#""name":"A""#, r#""name":"A","namespace":"n""#);
        assert_eq!(one(&ours, &theirs), r#"/namespace - "n""#);
        let class = Class {
            name: "A".to_owned(),
            place: "a.py:1".to_owned(),
            text: ours.clone(),
        };
        let both = [read("f", &ours), read("g", &theirs)].concat();
        let report = compare(&[class], &both);
        assert_eq!(report.answers[0].comparisons.len(), 1);
        assert_eq!(report.unclaimed, [("g".to_owned(), "n.A".to_owned())]);
    }

    #[test]
    fn the_first_difference_is_pointed_at() {
        let field = |name: &str, ty: &str| format!(r#"{{"name":"{name}","type":{ty}}}"#);
        let nullable = |ty: &str| format!("[\"null\",{ty}]");
        let ours = record(&[field("a", &nullable(IN)), field("b", "\"int\"")].join(","));
        for (registered, expected) in [
            (
                record(&[field("a", &nullable(IN)), field("b", "\"long\"")].join(",")),
                r#"/fields/1/type "int" "long""#,
            ),
            (
                record(&[field("b", "\"long\""), field("a", &nullable(IN))].join(",")),
                r#"/fields/1/type "int" "long""#,
            ),
            (
                record(&field("a", &nullable(IN))),
                r#"/fields/1 {"name":"b","type":"int"} -"#,
            ),
            (
                record(
                    &[
                        field("a", &nullable(IN)),
                        field("b", "\"int\""),
                        field("c", "\"int\""),
                    ]
                    .join(","),
                ),
                r#"/fields/2 - {"name":"c","type":"int"}"#,
            ),
            (
                record(&[field("a", IN), field("b", "\"int\"")].join(",")),
                &format!(r#"/fields/0/type ["null",{IN}] {IN}"#),
            ),
            (
                record(
                    &[
                        field("a", &nullable(&IN.replace("\"int\"}]", "\"string\"}]"))),
                        field("b", "\"int\""),
                    ]
                    .join(","),
                ),
                r#"/fields/0/type/1/fields/1/type "int" "string""#,
            ),
            (
                record(
                    &[
                        field("a", &nullable(IN)),
                        r#"{"name":"b","default":1,"type":"int"}"#.into(),
                    ]
                    .join(","),
                ),
                "/fields/1/default - 1",
            ),
        ] {
            assert_eq!(one(&ours, &registered), expected);
        }
    }

    #[test]
    fn recursion_and_other_definitions_elsewhere_end() {
        let ours = record(r#"{"name":"next","type":["null","A"]}"#);
        assert_eq!(
            one(
                &ours,
                &ours.replace("[\"null\",\"A\"]", "[\"null\", \"A\"]")
            ),
            "equal"
        );
        let other = record(r#"{"name":"next","type":["null","B"]}"#);
        assert_eq!(one(&ours, &other), r#"/fields/0/type/1 "A" "B""#);
    }

    #[test]
    fn classes_of_one_name_get_each_its_own() {
        let class = |place: &str, fields: &str| Class {
            name: "A".to_owned(),
            place: place.to_owned(),
            text: record(fields),
        };
        let (x, y) = (
            r#"{"name":"x","type":"int"}"#,
            r#"{"name":"y","type":"int"}"#,
        );
        let classes = [class("a.py:1", x), class("b.py:1", y)];
        let mut registered = read("f", &record(x));
        let report = compare(&classes, &registered);
        assert_eq!(report.answers[0].comparisons.len(), 1);
        assert!(report.answers[1].comparisons.is_empty() && report.is_clean());
        registered.extend(read("g", &record("")));
        registered.extend(read("h", r#"{"type":"enum","name":"E","symbols":[]}"#));
        let report = compare(&classes, &registered);
        assert!(!report.is_clean());
        assert_eq!(report.answers[1].comparisons.len(), 1);
        assert_eq!(report.unclaimed, [("h".to_owned(), "E".to_owned())]);
        let text = text(&report);
        assert!(
            text.contains("A (a.py:1)\n  equal: f\n  differs at /fields/0: g\n"),
            "{text}"
        );
    }
}
