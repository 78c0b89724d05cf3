//! A report by hand, in which everything occurs that a report can hold.

use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::engine::rust::Grade;
use tg_schema_compat::gate::Requirement;
use tg_schema_compat::loss::Direction::{Backward, Forward};
use tg_schema_compat::render::Texts;
use tg_schema_compat::report::{
    Compared, Counterexample, Edit, Effect, Finding, Fix, Format, Matrix, Mended, Objection, Order,
    Outcome, Pair, Place, Report, Rollout, Severity, Step, Ways, Written,
};
use tg_schema_compat::rule::Rule;
use tg_schema_compat::version::Version;
use tg_schema_gen::load::from_texts;
use tg_schema_model::rule::{self, Level};
use tg_schema_model::{SourceId, Sources, Span};

pub const NEW: &str = r#"namespace = "shop"

[record.Order.fields]
id = "long"
lines = "array<Line>"
total = { type = "double", default = 0.0 }

[record.Cart.fields]
items = "array<Line>"

[record.Line.fields]
item = "string"
count = "int"

[record.Fresh.fields]
x = "int"
"#;

pub const OLD: &str = r#"namespace = "shop"

[record.Order.fields]
id = "int"
lines = "array<Line>"
note = "string?"

[record.Cart.fields]
items = "array<Line>"

[record.Line.fields]
item = "string"
count = "long"

[record.Gone.fields]
x = "int"
"#;

const fn rule(id: &'static str, severity: Severity) -> Rule {
    Rule {
        page: rule::Rule {
            id,
            level: match severity {
                Severity::Breaking => Level::Error,
                Severity::Loss => Level::Warning,
                Severity::Info => Level::Note,
            },
            title: "a change",
            what: "What it is.",
            why: "Why it matters.",
            example: "An example.",
            remedy: "What to do.",
        },
        owns: &[],
        look: |_| None,
    }
}

static NARROWED: Rule = rule("FIELD_TYPE_NARROWED", Severity::Breaking);
static REMOVED: Rule = rule("FIELD_REMOVED", Severity::Breaking);
static WIDENED: Rule = rule("FIELD_TYPE_WIDENED", Severity::Breaking);
static ADDED: Rule = rule("FIELD_DEFAULT_ADDED", Severity::Info);
static GONE: Rule = rule("SCHEMA_REMOVED", Severity::Breaking);
static UNUSED: Rule = rule("SUPPRESSION_UNUSED", Severity::Breaking);

/// A version of one file.
pub fn version(label: &str, file: &str, text: &str) -> Version {
    let loaded = from_texts(vec![(
        vec!["all".to_owned()],
        file.to_owned(),
        text.to_owned(),
    )]);
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    Version::of_definitions(label, loaded.schema, loaded.sources)
}

/// A report and the versions that it is of.
pub struct Sample {
    pub report: Report,
    pub new: Version,
    pub against: Vec<Version>,
}

impl Sample {
    pub fn texts(&self) -> Texts<'_> {
        Texts {
            new: &self.new,
            against: &self.against,
            root: None,
        }
    }
}

fn place(version: Option<usize>, of: &Version, part: &str) -> Option<Place> {
    let text = &of.sources.0[0].text;
    let start = text.find(part).unwrap_or_else(|| panic!("{part}"));
    let span = Span::new(SourceId(0), start..start + part.len());
    let (file, at) = of.place(span).unwrap();
    Some(Place {
        version,
        span,
        file: file.to_owned(),
        line: at.line,
        column: at.column,
    })
}

fn effect(
    format: Format,
    direction: Option<tg_schema_compat::loss::Direction>,
    severity: Severity,
) -> Effect {
    Effect {
        format,
        peer: None,
        direction,
        loss: None,
        severity,
        message: format!("{} says so", format.as_str()),
    }
}

fn finding(
    rule: &'static Rule,
    path: &str,
    message: &str,
    change: (&str, &str),
    place: Option<Place>,
) -> Finding {
    Finding {
        rule,
        path: path.to_owned(),
        former: String::new(),
        branches: Vec::new(),
        severity: rule.severity(),
        effects: Vec::new(),
        message: message.to_owned(),
        old: change.0.to_owned(),
        new: change.1.to_owned(),
        place,
        against: vec![0, 1],
        fix: None,
        counterexamples: Vec::new(),
        unproven: None,
        fewer: Vec::new(),
        suppressed: None,
        allow: None,
    }
}

const NONE: Ways = Ways {
    backward: false,
    forward: false,
};
const BACKWARD: Ways = Ways {
    backward: true,
    forward: false,
};
const FORWARD: Ways = Ways {
    backward: false,
    forward: true,
};

fn narrowed(path: &str, new: &Version) -> Finding {
    let count = place(None, new, "count = \"int\"");
    let span = place(None, new, "\"int\"").unwrap().span;
    Finding {
        effects: vec![
            effect(Format::Avro, Some(Backward), Severity::Breaking),
            effect(Format::Json, Some(Backward), Severity::Breaking),
            Effect {
                peer: Some(Peer::PythonRecord.as_str()),
                ..effect(Format::Json, Some(Forward), Severity::Loss)
            },
            effect(Format::Rust, None, Severity::Breaking),
        ],
        fix: Some(Fix {
            message: "keep the type `long`".into(),
            edits: vec![Edit {
                span,
                text: "\"long\"".into(),
            }],
            proven: true,
            plan: Vec::new(),
        }),
        counterexamples: vec![
            Counterexample {
                format: Format::Json,
                direction: Backward,
                peer: None,
                message: r#"{"count":2147483648}"#.into(),
                bytes: None,
                outcome: Outcome::Refused("count: 2147483648 is no int".into()),
                difference: None,
            },
            Counterexample {
                format: Format::Avro,
                direction: Backward,
                peer: Some("python-record"),
                message: "NaN".into(),
                bytes: Some(vec![0x0a, 0xff]),
                outcome: Outcome::Changed(r#"{"count":0}"#.into()),
                difference: Some("count: the value is another one: 0 for 1".into()),
            },
        ],
        ..finding(
            &NARROWED,
            path,
            "the type of `count` was narrowed",
            ("long", "int"),
            count,
        )
    }
}

fn order(new: &Version, old: &Version) -> Compared {
    let widened = Finding {
        effects: vec![effect(Format::Pulsar, Some(Forward), Severity::Breaking)],
        against: vec![1],
        suppressed: Some("nobody reads ids".into()),
        unproven: Some("the broker alone objects".into()),
        ..finding(
            &WIDENED,
            "id",
            "the type of `id` was widened",
            ("int", "long"),
            place(None, new, "id = \"long\""),
        )
    };
    let removed = Finding {
        severity: Severity::Loss,
        effects: vec![effect(Format::Avro, Some(Backward), Severity::Loss)],
        fix: Some(Fix {
            message: "release in steps".into(),
            edits: Vec::new(),
            proven: false,
            plan: vec![
                step("add the new field", new),
                step("remove the old one", new),
            ],
        }),
        ..finding(
            &REMOVED,
            "note",
            "the field `note` is gone",
            ("string?", ""),
            place(Some(1), old, "note = \"string?\""),
        )
    };
    let added = finding(
        &ADDED,
        "total",
        "the field `total` is new and has a default",
        ("", "double = 0.0"),
        place(None, new, "total"),
    );
    let matrix = Matrix {
        avro: Some(BACKWARD),
        pulsar: Some(FORWARD),
        json: Some(NONE),
        peers: vec![(Peer::Tg, BACKWARD), (Peer::PythonRecord, NONE)],
        rust: Some(Grade::Breaking),
    };
    Compared {
        record: "shop.Order".into(),
        old: Some("shop.Order".into()),
        new: Some("shop.Order".into()),
        matrix: Some(matrix.clone()),
        loss: true,
        versions: vec![Pair {
            old: "shop.Order".to_owned(),
            against: 1,
            matrix,
            loss: true,
            stored_by_pulsar: Some(true),
            stored_by_registry: Some(false),
            fingerprints: ("0123".into(), "4567".into()),
        }],
        findings: vec![widened, narrowed("lines[].count", new), added, removed],
        topics: vec!["q1/shop/flow/orders".into()],
        rollout: vec![
            Rollout {
                topic: Some("q1/shop/flow/orders".into()),
                format: Format::Avro,
                order: Order::ReadersFirst,
            },
            Rollout {
                topic: Some("q1/shop/flow/orders".into()),
                format: Format::Json,
                order: Order::StopTheWorld,
            },
        ],
    }
}

/// A release of a plan.
fn step(text: &str, new: &Version) -> Step {
    Step {
        text: text.to_owned(),
        schema: "{\"type\": \"string\"}".to_owned(),
        edits: Vec::new(),
        texts: vec![Edit {
            span: place(None, new, "count = \"int\"").unwrap().span,
            text: "count = \"long\"".into(),
        }],
        orders: vec![(Format::Avro, Order::ReadersFirst)],
        registered: vec![(Format::Avro, FORWARD)],
    }
}

/// The report.
pub fn sample() -> Sample {
    let new = version("schemas", "schemas/shop.toml", NEW);
    let against = vec![
        version("git:v1", "schemas/shop.toml", OLD),
        version("git:v2", "schemas/shop.toml", OLD),
    ];
    let order = order(&new, &against[1]);
    let cart = Compared {
        record: "shop.Cart".into(),
        old: Some("shop.Cart".into()),
        new: Some("shop.Cart".into()),
        matrix: Some(Matrix {
            avro: Some(FORWARD),
            pulsar: Some(Ways::FULL),
            rust: Some(Grade::Soft),
            ..Matrix::default()
        }),
        findings: vec![narrowed("items[].count", &new)],
        rollout: vec![Rollout {
            topic: None,
            format: Format::Avro,
            order: Order::WritersFirst,
        }],
        ..Compared::default()
    };
    let line = Compared {
        record: "shop.Line".into(),
        old: Some("shop.Line".into()),
        new: Some("shop.Line".into()),
        matrix: Some(Matrix {
            avro: Some(Ways::FULL),
            pulsar: Some(Ways::FULL),
            json: Some(Ways::FULL),
            peers: vec![(Peer::Tg, Ways::FULL), (Peer::PythonRecord, Ways::FULL)],
            rust: Some(Grade::Ok),
        }),
        rollout: vec![Rollout {
            topic: None,
            format: Format::Avro,
            order: Order::Any,
        }],
        ..Compared::default()
    };
    let fresh = Compared {
        record: "shop.Fresh".into(),
        new: Some("shop.Fresh".into()),
        ..Compared::default()
    };
    let gone = Compared {
        record: "shop.Gone".into(),
        old: Some("shop.Gone".into()),
        matrix: Some(Matrix {
            rust: Some(Grade::Breaking),
            ..Matrix::default()
        }),
        findings: vec![Finding {
            effects: vec![
                effect(Format::Deployment, None, Severity::Breaking),
                effect(Format::Rust, None, Severity::Breaking),
            ],
            ..finding(
                &GONE,
                "",
                "the record is gone",
                ("shop.Gone", ""),
                place(Some(1), &against[1], "[record.Gone.fields]"),
            )
        }],
        ..Compared::default()
    };
    let records = vec![order, cart, line, fresh, gone];
    let mut matrix = Matrix::default();
    for record in &records {
        matrix.worsen(record.matrix.as_ref().unwrap_or(&Matrix::default()));
    }
    let report = Report {
        new: "schemas".into(),
        against: vec!["git:v1".into(), "git:v2".into()],
        records,
        matrix,
        loss: true,
        findings: vec![finding(
            &UNUSED,
            "",
            "a suppression matches nothing",
            ("", ""),
            None,
        )],
        objections: vec![
            Objection {
                record: Some("shop.Order".into()),
                requirement: Requirement {
                    key: "avro",
                    value: "full",
                },
                message: "old readers do not read new messages".into(),
            },
            Objection {
                record: None,
                requirement: Requirement {
                    key: "deployment",
                    value: "safe",
                },
                message: "a suppression matches nothing".into(),
            },
        ],
        written: vec![Written {
            files: vec!["schemas/order.toml".into()],
            mended: vec![Mended {
                rule: &UNUSED,
                record: "shop.Order".into(),
                path: "note".into(),
                message: "keep `note`, marked `deprecated`".into(),
            }],
        }],
    };
    Sample {
        report,
        new,
        against,
    }
}

/// What must not get through to a page, a terminal or a build server.
pub const HOSTILE: &str =
    "<script>alert(1)</script>\u{1b}[31m|`x`\u{202e}\r\n::error::,%0A]]>&amp;\"'@all #1\u{0}";

/// The report with hostile texts wherever text may come from outside.
pub fn hostile() -> Sample {
    let mut sample = sample();
    let bad = || HOSTILE.to_owned();
    for version in sample.against.iter_mut().chain([&mut sample.new]) {
        version.label = bad();
        let text = format!("{HOSTILE}{}", &*version.sources.0[0].text);
        version.sources = Sources::default();
        version.sources.add(bad(), text);
    }
    let report = &mut sample.report;
    report.new = bad();
    report.against.iter_mut().for_each(|label| *label = bad());
    for objection in &mut report.objections {
        objection.message = bad();
        objection.record = objection.record.take().map(|_| bad());
    }
    for written in &mut report.written {
        written.files.iter_mut().for_each(|file| *file = bad());
        for mended in &mut written.mended {
            (mended.record, mended.path, mended.message) = (bad(), bad(), bad());
        }
    }
    let mut findings: Vec<&mut Finding> = report.findings.iter_mut().collect();
    for record in &mut report.records {
        record.record = format!("{}{HOSTILE}", record.record);
        record.old = record.old.take().map(|_| bad());
        record.new = record.new.take().map(|_| bad());
        record.topics.iter_mut().for_each(|topic| *topic = bad());
        findings.extend(&mut record.findings);
    }
    for finding in findings {
        finding.path = bad();
        finding.message = bad();
        finding.old = bad();
        finding.new = bad();
        finding.suppressed = finding.suppressed.take().map(|_| bad());
        finding.unproven = finding.unproven.take().map(|_| bad());
        if let Some(place) = &mut finding.place {
            place.file = bad();
        }
        for effect in &mut finding.effects {
            effect.message = bad();
        }
        for example in &mut finding.counterexamples {
            example.message = bad();
            example.outcome = Outcome::Refused(bad());
        }
        if let Some(fix) = &mut finding.fix {
            fix.message = bad();
            fix.plan.iter_mut().for_each(|step| step.text = bad());
            fix.edits.iter_mut().for_each(|edit| edit.text = bad());
        }
    }
    sample
}
