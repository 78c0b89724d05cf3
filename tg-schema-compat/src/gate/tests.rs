//! What is read, and what is objected to.

use super::*;
use crate::engine::rust::Grade;
use crate::loss::Direction;
use crate::report::{Compared, Effect, Finding, Format, Matrix, Pair, Report, Severity, Ways};
use crate::rule;

#[test]
fn every_value_is_read_and_written() {
    for key in &KEYS {
        for value in key.values {
            let text = format!("{}={value}", key.name);
            let read: Requirements = text.parse().unwrap();
            assert_eq!(read.get(key.name), Some(*value));
            assert_eq!(read.to_string(), text);
        }
        assert!(key.values.contains(&key.usual));
    }
    let usual: Vec<String> = Requirements::default()
        .all()
        .map(|r| r.to_string())
        .collect();
    let expected = "avro=full,pulsar=accepted,json=full,rust=any,loss=none,deployment=safe";
    assert_eq!(usual.join(","), expected);
    let spaced: Requirements = " rust = soft , avro=none ".parse().unwrap();
    assert_eq!(spaced.to_string(), "avro=none,rust=soft");
    assert_eq!(spaced.get("nothing"), None);
}

#[test]
fn what_is_not_read() {
    for (text, message) in [
        (
            "",
            "\"\" requires nothing: write such as `avro=full,json=backward`",
        ),
        (
            "avro=full,",
            "\"\" requires nothing: write such as `avro=full,json=backward`",
        ),
        (
            "full",
            "\"full\" requires nothing: write such as `avro=full,json=backward`",
        ),
        ("arvo=full", "`arvo` is no key: did you mean `avro`?"),
        (
            "kafka=full",
            "`kafka` is no key: expected `avro`, `pulsar`, `json`, `rust`, `loss` or `deployment`",
        ),
        (
            "avro=ful",
            "`ful` is no value of `avro`: did you mean `full`?",
        ),
        (
            "loss=maybe",
            "`maybe` is no value of `loss`: expected `none` or `any`",
        ),
        (
            "avro=",
            "`` is no value of `avro`: expected `full`, `backward`, `forward` or `none`",
        ),
        (
            "avro=full,rust=ok,avro=full",
            "`avro` is given twice: give it once",
        ),
    ] {
        let error = text.parse::<Requirements>().unwrap_err();
        assert_eq!(error.to_string(), message, "{text}");
    }
}

/// A record with these verdicts against each of its versions.
fn record(versions: &[Matrix]) -> Compared {
    let mut all = Matrix::default();
    let mut record = Compared {
        record: "R".into(),
        new: Some("R".into()),
        ..Compared::default()
    };
    for (against, matrix) in versions.iter().enumerate() {
        all.worsen(matrix);
        record.versions.push(Pair {
            against,
            matrix: matrix.clone(),
            ..Pair::default()
        });
    }
    record.matrix = Some(all);
    record
}

fn finding(effects: &[(Format, Option<Direction>, Severity)], against: &[usize]) -> Finding {
    let effects = effects.iter().map(|&(format, direction, severity)| Effect {
        format,
        peer: None,
        direction,
        loss: None,
        severity,
        message: String::new(),
    });
    Finding {
        rule: rule::OTHER,
        path: "a".into(),
        former: String::new(),
        branches: Vec::new(),
        severity: Severity::Info,
        effects: effects.collect(),
        message: String::new(),
        old: String::new(),
        new: String::new(),
        place: None,
        against: against.to_vec(),
        fix: None,
        counterexamples: Vec::new(),
        unproven: None,
        fewer: Vec::new(),
        suppressed: None,
        allow: None,
    }
}

fn suppressed(mut finding: Finding) -> Finding {
    finding.suppressed = Some("why".into());
    finding
}

fn objections(record: &Compared, required: &str) -> Vec<String> {
    let mut report = Report {
        records: vec![record.clone()],
        ..Report::default()
    };
    judge(&mut report, &required.parse().unwrap(), &Overrides::new());
    let told = report.objections.iter();
    told.map(|o| format!("{}: {}", o.requirement, o.message))
        .collect()
}

const FORWARD: Ways = Ways::only(Direction::Forward);

#[test]
fn a_format_meets_what_it_has() {
    let none = Ways::NONE;
    let backward = Ways::only(Direction::Backward);
    for (ways, met) in [
        (Ways::FULL, "full backward forward none"),
        (backward, "backward none"),
        (FORWARD, "forward none"),
        (none, "none"),
    ] {
        let record = record(&[Matrix {
            avro: Some(ways),
            ..Matrix::default()
        }]);
        for value in ["full", "backward", "forward", "none"] {
            let found = objections(&record, &format!("avro={value}"));
            assert_eq!(
                found.is_empty(),
                met.split(' ').any(|m| m == value),
                "{ways:?} {value}"
            );
        }
    }
    // A format that does not apply is met.
    assert_eq!(
        objections(&record(&[Matrix::default()]), "avro=full"),
        [""; 0]
    );
}

#[test]
fn code_meets_what_it_has() {
    for (grade, met) in [
        (Grade::Ok, "ok soft any"),
        (Grade::Soft, "soft any"),
        (Grade::Breaking, "any"),
    ] {
        let record = record(&[Matrix {
            rust: Some(grade),
            ..Matrix::default()
        }]);
        for value in ["ok", "soft", "any"] {
            let found = objections(&record, &format!("rust={value}"));
            assert_eq!(
                found.is_empty(),
                met.split(' ').any(|m| m == value),
                "{grade:?} {value}"
            );
        }
    }
}

#[test]
fn what_is_suppressed_does_not_count() {
    use Direction::{Backward, Forward};
    use Severity::{Breaking, Info};
    let broken = Matrix {
        avro: Some(FORWARD),
        ..Matrix::default()
    };
    let fine = Matrix {
        avro: Some(Ways::FULL),
        ..Matrix::default()
    };
    let breaking = finding(&[(Format::Avro, Some(Backward), Breaking)], &[0]);
    let mut one = record(&[broken.clone(), fine]);
    // Nobody explains it.
    assert_eq!(
        objections(&one, "avro=full"),
        ["avro=full: `avro` is forward"]
    );
    assert_eq!(objections(&one, "avro=forward"), [""; 0]);
    // Somebody does.
    one.findings = vec![breaking.clone()];
    let told = format!(
        "avro=full: `avro` is forward: {} at `a`",
        rule::OTHER.page.id
    );
    assert_eq!(objections(&one, "avro=full"), [told.as_str()]);
    // And that is suppressed.
    one.findings = vec![suppressed(breaking.clone())];
    assert_eq!(objections(&one, "avro=full"), [""; 0]);
    // What is suppressed breaks another direction, another format, or nothing.
    for other in [
        (Format::Avro, Some(Forward), Breaking),
        (Format::Json, Some(Backward), Breaking),
        (Format::Avro, Some(Backward), Info),
    ] {
        one.findings = vec![suppressed(finding(&[other], &[0]))];
        assert_eq!(objections(&one, "avro=full").len(), 1, "{other:?}");
    }
    // It is broken against a version that the suppressed finding says nothing of.
    one.findings = vec![suppressed(finding(
        &[(Format::Avro, Some(Backward), Breaking)],
        &[1],
    ))];
    assert_eq!(objections(&one, "avro=full").len(), 1);
    // A second finding that nobody suppressed.
    one.findings = vec![suppressed(breaking.clone()), breaking];
    assert_eq!(objections(&one, "avro=full"), [told.as_str()]);
}

#[test]
fn loss_and_deployment() {
    let mut one = record(&[Matrix::default()]);
    for (format, severity, key) in [
        (
            Format::Json,
            Severity::Loss,
            "loss=none: something is lost or altered",
        ),
        (
            Format::Deployment,
            Severity::Breaking,
            "deployment=safe: the deployment breaks",
        ),
    ] {
        let direction = (format == Format::Json).then_some(Direction::Backward);
        let found = finding(&[(format, direction, severity)], &[0]);
        one.findings = vec![found.clone()];
        let told = format!("{key}: {} at `a`", rule::OTHER.page.id);
        assert_eq!(objections(&one, "json=full"), [told.as_str()]);
        assert_eq!(objections(&one, "loss=any,deployment=any"), [""; 0]);
        one.findings = vec![suppressed(found)];
        assert_eq!(objections(&one, "json=full"), [""; 0]);
    }
    one.findings.clear();
    one.versions[0].loss = true;
    assert_eq!(
        objections(&one, "json=full"),
        ["loss=none: something is lost or altered"]
    );
}

#[test]
fn records_may_require_something_else() {
    let broken = Matrix {
        json: Some(FORWARD),
        ..Matrix::default()
    };
    let mut report = Report {
        records: vec![record(&[broken])],
        ..Report::default()
    };
    let over = |text: &str| Overrides::from([("R".to_owned(), text.parse().unwrap())]);
    let required: Requirements = "avro=none".parse().unwrap();
    judge(&mut report, &required, &over("json=forward"));
    assert_eq!(report.objections, []);
    judge(&mut report, &required, &over("rust=ok"));
    assert_eq!(report.objections.len(), 1);
    assert_eq!(report.objections[0].record.as_deref(), Some("R"));
    judge(&mut report, &required, &over("json=none"));
    assert_eq!(report.objections, []);
}

#[test]
fn what_concerns_no_record_counts() {
    let found = finding(&[(Format::Deployment, None, Severity::Breaking)], &[]);
    let mut report = Report {
        findings: vec![found],
        ..Report::default()
    };
    judge(&mut report, &Requirements::default(), &Overrides::new());
    assert_eq!(report.objections.len(), 1);
    assert_eq!(report.objections[0].record, None);
    assert_eq!(report.findings.len(), 1);
}

#[test]
fn more_than_three_are_counted() {
    let mut one = record(&[Matrix::default()]);
    let found = finding(&[(Format::Deployment, None, Severity::Breaking)], &[0]);
    one.findings = vec![found; 5];
    assert!(objections(&one, "avro=none")[0].ends_with("and 2 more"));
}
