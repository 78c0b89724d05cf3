//! Whether a report says the same thing everywhere: what the matrix denies a finding tells, and nothing else.

use tg_schema_compat::engine::rust::Grade;
use tg_schema_compat::loss::Direction;
use tg_schema_compat::report::{Compared, Effect, Format, Severity};

/// Everything in which the report of a message contradicts itself; that nothing explains an objection is
/// one of it.
pub fn contradictions(record: &Compared) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(matrix) = &record.matrix else {
        return wrong;
    };
    let effects = || record.findings.iter().flat_map(|f| &f.effects);
    let breaks =
        |f: &dyn Fn(&Effect) -> bool| effects().any(|e| e.severity == Severity::Breaking && f(e));
    for format in Format::ALL {
        let Some(ways) = matrix.ways(format) else {
            continue;
        };
        for direction in Direction::ALL {
            let told = breaks(&|e| e.format == format && e.direction == Some(direction));
            if told == ways.get(direction) {
                wrong.push(format!("{format:?} {direction:?}: told {told}"));
            }
        }
    }
    if let Some(grade) = matrix.rust {
        let told = breaks(&|e| e.format == Format::Rust);
        if told != (grade == Grade::Breaking) {
            wrong.push(format!("Rust is {grade:?}: told {told}"));
        }
    }
    if effects().any(|e| e.severity == Severity::Loss) != record.loss {
        wrong.push(format!("loss is {}", record.loss));
    }
    // Registries refuse all messages or none; JSON readers refuse some.
    let registered = |e: &&Effect| e.severity == Severity::Loss && e.format != Format::Json;
    // Of several versions, some may be read.
    for effect in effects()
        .filter(registered)
        .filter(|_| record.versions.len() == 1)
    {
        let read = matrix.ways(effect.format).zip(effect.direction);
        if read.map(|(ways, direction)| ways.get(direction)) == Some(false) {
            wrong.push(format!("lost, and not read: {effect:?}"));
        }
    }
    for finding in &record.findings {
        for (at, effect) in finding.effects.iter().enumerate() {
            let same = |e: &Effect| {
                (e.format, e.peer, e.direction, &e.message)
                    == (
                        effect.format,
                        effect.peer,
                        effect.direction,
                        &effect.message,
                    )
            };
            if finding.effects.iter().skip(at + 1).any(same) {
                wrong.push(format!("told twice: {effect:?}"));
            }
        }
        if finding.rule.page.id == "INCOMPATIBLE" {
            wrong.push(format!("not explained: {}", finding.message));
        }
    }
    wrong
}

/// The findings in short, for a message about a failure.
pub fn words(record: &Compared) -> String {
    let findings = record.findings.iter().map(|f| {
        let effects = f.effects.iter().map(|e| {
            format!(
                "{:?} {:?} {:?} {:?}: {}",
                e.format, e.peer, e.direction, e.severity, e.message
            )
        });
        let effects = effects.collect::<Vec<_>>().join("\n      ");
        let (id, severity) = (f.rule.page.id, f.severity);
        format!(
            "    {id} {severity:?} at {:?}: {}\n      {effects}",
            f.path, f.message
        )
    });
    findings.collect::<Vec<_>>().join("\n")
}
