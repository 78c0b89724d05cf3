//! What the broker or the library for Java refuse, and others accept.

use super::*;

/// What registries and readers take, and the broker alone does not, is shown by a message that goes through the broker's
/// own resolution.
#[test]
fn what_the_broker_alone_refuses() {
    let record = |name: &str, field: &str| {
        format!(r#"{{"type": "record", "name": "{name}", "fields": [{field}]}}"#)
    };
    let renamed = (
        record("y.B", r#"{"name": "b", "type": "double"}"#),
        record(
            "y.B2",
            r#"{"name": "b2", "type": "double", "aliases": ["b"]}"#,
        ),
        r#"{"b":0.0}"#,
        // Its readers look for no alias of a field in a record of another name either.
        "the writer has no such field, and there is no default",
    );
    let choice = |name: &str, more: &str| {
        let of =
            format!(r#"["null", {{"type": "enum", "name": "{name}", "symbols": ["A"]}}{more}]"#);
        record("R", &format!(r#"{{"name": "e", "type": {of}}}"#))
    };
    let moved = (
        choice("y.E", ""),
        choice("E", r#", "int""#),
        r#"{"e":"A"}"#,
        "by Avro's library for Java: found y.E, expecting union",
    );
    for ((old, new, message, text), accepts) in [(renamed, false), (moved, true)] {
        let (old, new) = ([bare(&old)], bare(&new));
        let mut report = check(&new, &old, &Options::default()).unwrap();
        prove(&mut report, &new, &old);
        let findings = &report.records[0].findings;
        let broker = |direction: Direction| {
            let shown = findings.iter().flat_map(|f| &f.counterexamples);
            let mut shown = shown.filter(|one| one.format == Format::Pulsar);
            shown.find(|one| one.direction == direction)
        };
        let one = broker(Direction::Backward).unwrap_or_else(|| panic!("{findings:?}"));
        assert_eq!(one.message, message);
        assert_eq!(one.outcome, Outcome::Refused(text.to_owned()));
        // Where registries accept it, it is a loss to whoever reads with that library.
        let ways = report.records[0].matrix.as_ref().and_then(|m| m.avro);
        let accepted = ways.is_some_and(|ways| ways.backward);
        assert_eq!((accepted, report.records[0].loss), (accepts, accepts));
        let avro = findings
            .iter()
            .flat_map(|f| &f.counterexamples)
            .find(|one| (one.format, one.direction) == (Format::Avro, Direction::Backward));
        assert_eq!(avro.map(|one| one.bytes.clone()), Some(one.bytes.clone()));
        let without = findings.iter().filter_map(|f| f.unproven.as_ref());
        let without: Vec<_> = without
            .filter(|why| why.contains("by the broker"))
            .collect();
        assert!(without.is_empty(), "{without:?}");
    }
}

/// What registries accept and readers with Avro's library for Java refuse: they go by full names of branches, and fail before any
/// message where their aliases give two things one name.
#[test]
fn what_registries_accept_and_java_refuses() {
    let record =
        |fields: &str| format!(r#"{{"type": "record", "name": "n.T", "fields": [{fields}]}}"#);
    let of = |name: &str, more: &str| {
        format!(
            r#"{{"type": "record", "name": "{name}", "fields": [{{"name": "b", "type": "int"}}{more}]}}"#
        )
    };
    let required = r#", {"name": "e", "type": "int"}"#;
    let optional = r#", {"name": "e", "type": "int", "default": 0}"#;
    let union = |first: String, second: String| {
        record(&format!(
            r#"{{"name": "x", "type": ["null", {first}, {second}]}}"#
        ))
    };
    let aliased = of("n.Y", "").replace(r#""fields""#, r#""aliases": ["X"], "fields""#);
    let branch = "aliases of the reader make two branches of a writer's union \"n.Y\"";
    let choice = |name: &str, symbols: &str| {
        format!(r#"{{"type": "enum", "name": "{name}", "symbols": [{symbols}]}}"#)
    };
    let number = |name: &str, more: &str| format!(r#"{{"name": "{name}", "type": "int"{more}}}"#);
    let cases = [
        // One simple name in two namespaces: registries take the other one for it.
        (
            union(of("n.Z", ""), of("m.Z", "")),
            union(of("n.Z", ""), of("m.Z", required)),
            (
                "FIELD_ADDED_REQUIRED",
                "x: found m.Z, expecting m.Z, missing required field e",
            ),
            vec![(Direction::Backward, r#"{"x":{"b":0}}"#)],
        ),
        // A branch that has its neighbour's name as an alias.
        (
            union(aliased.clone(), of("n.X", "")),
            union(aliased, of("n.X", optional)),
            ("BROKER_ERROR", branch),
            Direction::ALL.map(|way| (way, r#"{"x":null}"#)).to_vec(),
        ),
        // A symbol that the enum of its full name has lost, and another one of the union has.
        (
            union(choice("n.E", r#""A", "B""#), choice("m.E", r#""A""#)),
            union(choice("n.E", r#""A""#), choice("m.E", r#""A", "B""#)),
            (
                "ENUM_SYMBOL_REMOVED",
                "they look for B in the enum of its full name, n.E, which does not have it",
            ),
            vec![(Direction::Backward, r#"{"x":"B"}"#)],
        ),
        // A default of old readers that is no value, once they need it.
        (
            record(&format!(
                "{}, {}",
                number("k", ""),
                number("a", r#", "default": "x""#)
            )),
            record(&number("k", "")),
            (
                "BROKER_ERROR",
                "the reader's default of n.T.a cannot be written",
            ),
            vec![(Direction::Forward, r#"{"k":0}"#)],
        ),
        // Two fields that ask for one, beside another one that is gone: both are told by messages of their own.
        (
            record(&format!("{}, {}", number("a", ""), number("b", ""))),
            record(&format!(
                "{}, {}",
                number("c", r#", "aliases": ["a"]"#),
                number("d", r#", "default": 0, "aliases": ["a"]"#)
            )),
            (
                "ALIAS_AMBIGUOUS",
                "values of c reach d alone, by its alias, and c has no default",
            ),
            vec![(Direction::Backward, r#"{"a":0,"b":0}"#)],
        ),
    ];
    for (old, new, (rule, reason), shown) in cases {
        let (old, new) = ([bare(&old)], bare(&new));
        let mut report = check(&new, &old, &Options::default()).unwrap();
        prove(&mut report, &new, &old);
        let record = &report.records[0];
        let ways = record.matrix.as_ref().and_then(|m| m.avro);
        let accepted = |(way, _): &(Direction, &str)| ways.is_some_and(|ways| ways.get(*way));
        assert!(record.loss && shown.iter().all(accepted), "{record:?}");
        let finding = record.findings.iter().find(|f| f.rule.page.id == rule);
        let finding = finding.unwrap_or_else(|| panic!("{rule}: {:?}", record.findings));
        let lost = finding.effects.iter().filter(|e| e.format == Format::Avro);
        assert!(
            lost.clone().all(|e| e.message.ends_with(reason)),
            "{finding:?}"
        );
        assert_eq!(lost.count(), shown.len());
        let avro = finding
            .counterexamples
            .iter()
            .filter(|one| one.format == Format::Avro);
        let refused = |one: &&Counterexample| matches!(one.outcome, Outcome::Refused(_));
        assert!(avro.clone().all(|one| refused(&one)), "{finding:?}");
        let avro: Vec<_> = avro
            .map(|one| (one.direction, one.message.as_str()))
            .collect();
        assert_eq!(avro, shown);
    }
}

/// Readers apply aliases twice, the broker once.
#[test]
fn aliases_in_a_chain() {
    let of = |first: &str, second: &str, more: &str| {
        bare(&format!(
            r#"{{"type": "record", "name": "R", "fields": [{{"name": {first}, "type": "int"}}, {{"name": {second}, "type": "int"}}{more}]}}"#
        ))
    };
    let more = r#", {"name": "c", "type": "int", "default": 0}"#;
    let old = [of(r#""l""#, r#""i""#, "")];
    let chain = of(r#""i", "aliases": ["l"]"#, r#""z", "aliases": ["i"]"#, more);
    let mut report = check(&chain, &old, &Options::default()).unwrap();
    prove(&mut report, &chain, &old);
    let findings = report.records[0].findings.iter();
    let mut shown = findings
        .flat_map(|f| &f.counterexamples)
        .filter(|one| (one.format, one.direction) == (Format::Pulsar, Direction::Backward));
    let text = "by Avro's library for Java: aliases of the reader lead from two fields of the writer's R to \"z\"";
    assert!(
        shown.any(|one| one.outcome == Outcome::Refused(text.to_owned())),
        "{:?}",
        report.records[0].findings
    );
    // Names that change places twice are where they were: nothing is lost there.
    let turned = of(r#""l", "aliases": ["i"]"#, r#""i", "aliases": ["l"]"#, more);
    let report = check(&turned, &old, &Options::default()).unwrap();
    assert!(!report.loss, "{:?}", report.records[0].findings);
    // Schemas that are equal to that library are read as they are.
    let equal = of(r#""l", "aliases": ["i"]"#, r#""i""#, "");
    let report = check(&equal, &old, &Options::default()).unwrap();
    assert!(!report.loss, "{:?}", report.records[0].findings);
}

/// A message that Avro's library for Java refuses is shown as refused, whatever others make of it.
#[test]
fn what_java_refuses_is_read_by_nobody() {
    let record = |fields: &str| {
        bare(&format!(
            r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#
        ))
    };
    let choice = |first: &str, more: &str| {
        format!(
            r#"{{"name": "d", "type": [{{"type": "enum", "name": "{first}", "symbols": ["Y"]}}, {{"type": "enum", "name": "n.C", "symbols": ["X"{more}}}]}}"#
        )
    };
    let c = r#"{"name": "c", "type": "long"}"#;
    let taken = format!(r#"{c}, {{"name": "d", "type": "float", "aliases": ["c"]}}"#);
    let null = r#"{"name": "b", "type": ["int", "null"]}"#;
    let int = r#"{"name": "b", "type": "int"}"#;
    let cases = [
        (
            record(&format!("{null}, {}", choice("C", "]"))),
            record(&format!(
                "{int}, {}",
                choice("B", r#", "W"], "default": "W""#)
            )),
            ("ENUM_RENAMED", Direction::Backward),
            "by Avro's library for Java: found C, expecting union",
        ),
        (
            record(&taken),
            record(c),
            ("FIELD_REMOVED", Direction::Forward),
            "by Avro's library for Java: found R, expecting R, missing required field c",
        ),
    ];
    for (old, new, (rule, direction), text) in cases {
        let old = [old];
        let mut report = check(&new, &old, &Options::default()).unwrap();
        prove(&mut report, &new, &old);
        let finding = report.records[0].findings.iter();
        let mut finding = finding.filter(|f| f.rule.page.id == rule);
        let shown = finding.next().map(|f| &f.counterexamples).unwrap();
        let mut shown = shown
            .iter()
            .filter(|one| (one.format, one.direction) == (Format::Pulsar, direction));
        let outcome = shown.next().map(|one| &one.outcome);
        assert_eq!(outcome, Some(&Outcome::Refused(text.to_owned())));
    }
}

/// A symbol that is unknown deep inside of the branch that Java takes, and known in another one; on Pulsar, which never compares
/// symbols, such readers fail as well.
#[test]
fn symbols_inside_of_a_branch() {
    let branch = |record: &str, name: &str, symbols: &str| {
        format!(
            r#"{{"type": "record", "name": "{record}", "fields": [{{"name": "e", "type": {{"type": "enum", "name": "{name}", "symbols": [{symbols}]}}}}]}}"#
        )
    };
    let of = |branches: &str| {
        bare(&format!(
            r#"{{"type": "record", "name": "T", "fields": [{{"name": "x", "type": ["null", {branches}]}}]}}"#
        ))
    };
    let old = [of(&branch("n.R", "n.E", r#""A", "B""#))];
    let fewer = branch("n.R", "x.E", r#""A""#);
    let new = of(&format!("{fewer}, {}", branch("m.R", "y.E", r#""A", "B""#)));
    let mut report = check(&new, &old, &Options::default()).unwrap();
    prove(&mut report, &new, &old);
    let record = &report.records[0];
    let ways = record.matrix.as_ref().and_then(|m| m.avro);
    assert!(record.loss && ways.is_some_and(|ways| ways.backward));
    let shown = record.findings.iter().flat_map(|f| &f.counterexamples);
    let shown: Vec<_> = shown
        .map(|one| (one.format, one.direction, one.message.as_str()))
        .collect();
    assert_eq!(
        shown,
        [(Format::Avro, Direction::Backward, r#"{"x":{"e":"B"}}"#)]
    );
    let orders: Vec<_> = record.rollout.iter().map(|one| one.order).collect();
    assert_eq!(orders, [Order::WritersFirst, Order::WritersFirst]);
    let (found, problems) = verify_all(&report, &new, &old, 1, 50);
    assert_eq!((found, problems), (Vec::new(), Vec::new()));
}
