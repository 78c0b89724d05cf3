//! The tables of docs/runtime.md, made from the code. `TG_SCHEMA_RENEW=1 cargo test -p tg-pubsub --test guide` writes
//! them anew.

use std::fmt::Write as _;
use std::path::Path;

use tg_pubsub::config::{BACKENDS, GENERAL, Setting};
use tg_pubsub::metrics::{Counter, Gauge, Timing};
use tg_pubsub_backend::profile::{Profile, SecondExclusive};
use tg_schema::pubsub::{Feature, Support};
use tg_schema::{Qos, Topic};

type Label = Option<(&'static str, &'static str)>;

fn row(out: &mut String, cells: impl IntoIterator<Item = String>) {
    let cells: Vec<_> = cells.into_iter().collect();
    let _ = writeln!(out, "| {} |", cells.join(" | "));
}

fn head(out: &mut String, cells: &[&str]) {
    row(out, cells.iter().map(|c| (*c).to_owned()));
    let _ = writeln!(out, "|{}", "---|".repeat(cells.len()));
}

/// What each backend is, and whether this version has it.
fn backends() -> String {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).expect("Cargo.toml");
    let mut out = String::new();
    head(&mut out, &["backend", "what it is", "in this version"]);
    for backend in BACKENDS {
        let feature = format!("{0} = [\"dep:tg-pubsub-{0}\"]", backend.name);
        let written = manifest.lines().any(|line| line == feature);
        assert_eq!(backend.written, written, "{}", backend.name);
        let here = match written {
            true => format!("yes, cargo feature `{}`", backend.name),
            false => "no".to_owned(),
        };
        row(
            &mut out,
            [format!("`{}`", backend.name), backend.doc.to_owned(), here],
        );
    }
    out
}

fn settings() -> String {
    let mut out = String::new();
    head(
        &mut out,
        &["setting", "flag", "variable", "default", "what it is"],
    );
    let all: Vec<Setting> = Setting::all().collect();
    let tables = BACKENDS.iter().map(|b| b.settings.len()).sum::<usize>();
    assert_eq!(all.len(), GENERAL.len() + tables);
    for setting in all {
        let default = match (setting.secret, setting.default) {
            (true, _) => "never shown".to_owned(),
            (false, Some(default)) => format!("`{default}`"),
            (false, None) => String::new(),
        };
        row(
            &mut out,
            [
                format!("`{}`", setting.name),
                format!("`--{}`", setting.flag),
                format!("`{}`", setting.env),
                default,
                setting.doc.to_owned(),
            ],
        );
    }
    out
}

const fn word(support: Support) -> &'static str {
    match support {
        Support::Native => "yes",
        Support::Emulated(_) => "made up for",
        Support::Downgraded(_) => "less",
        Support::Unsupported(_) => "no",
    }
}

/// Equal values of neighbouring qualities of service as one: `q0: no; q1, q2: yes`.
fn by_qos<T: PartialEq>(of: impl Fn(Qos) -> T) -> Vec<(Vec<Qos>, T)> {
    let mut groups: Vec<(Vec<Qos>, T)> = Vec::new();
    for qos in Qos::ALL {
        let value = of(qos);
        match groups.iter_mut().find(|(_, known)| *known == value) {
            Some((which, _)) => which.push(qos),
            None => groups.push((vec![qos], value)),
        }
    }
    groups
}

fn names(which: &[Qos]) -> String {
    let names: Vec<_> = which.iter().map(ToString::to_string).collect();
    names.join(", ")
}

fn capabilities() -> String {
    let mut out = String::new();
    let mut columns = vec![""];
    columns.extend(Profile::ALL.iter().map(|p| p.name));
    head(&mut out, &columns);
    let topic: Topic = "q1/tg/flow/x".parse().expect("a topic");
    let each = |title: &str, cell: &dyn Fn(&Profile) -> String| {
        let cells = Profile::ALL.iter().map(cell);
        std::iter::once(title.to_owned())
            .chain(cells)
            .collect::<Vec<_>>()
    };
    for feature in Feature::ALL {
        let cell = |profile: &Profile| {
            let groups = by_qos(|qos| word((profile.capabilities)(qos).support(feature)));
            match groups.as_slice() {
                [(_, one)] => (*one).to_owned(),
                several => {
                    let parts = several.iter();
                    let parts = parts.map(|(which, word)| format!("{}: {word}", names(which)));
                    parts.collect::<Vec<_>>().join("; ")
                }
            }
        };
        row(&mut out, each(feature.title(), &cell));
    }
    let format = |p: &Profile| (p.capabilities)(Qos::Q1).format.to_string();
    row(&mut out, each("encoding", &format));
    let name = |p: &Profile| format!("`{}`", (p.topic_name)(&topic));
    row(&mut out, each("name of `q1/tg/flow/x`", &name));
    let second = |p: &Profile| {
        let what = match p.second_exclusive {
            SecondExclusive::Refused => "refused",
            SecondExclusive::TakesOver => "takes over",
            SecondExclusive::Waits => "waits",
        };
        what.to_owned()
    };
    row(&mut out, each("second exclusive consumer", &second));
    let survive = |p: &Profile| match p.attempts_survive {
        true => "yes".to_owned(),
        false => "no".to_owned(),
    };
    row(
        &mut out,
        each("attempts counted over a crash of the consumer", &survive),
    );
    for profile in Profile::ALL {
        let _ = writeln!(out, "\n**{}**\n", profile.name);
        for feature in Feature::ALL {
            for (which, support) in by_qos(|qos| (profile.capabilities)(qos).support(feature)) {
                if support == Support::Native {
                    continue;
                }
                let only = match which.len() {
                    3 => String::new(),
                    _ => format!(" ({})", names(&which)),
                };
                let word = word(support);
                let _ = writeln!(out, "* {feature}{only}, {word}: {}", support.note());
            }
        }
    }
    out
}

fn metrics() -> String {
    let mut out = String::new();
    head(&mut out, &["metric", "kind", "what it is"]);
    let mut add = |name: &str, label: Label, kind: &str, help: &str| {
        let label = label.map(|(name, value)| format!("{{{name}=\"{value}\"}}"));
        let name = format!("`{name}{}`", label.unwrap_or_default());
        row(&mut out, [name, kind.to_owned(), help.to_owned()]);
    };
    for counter in Counter::ALL {
        add(counter.name(), counter.label(), "counter", counter.help());
    }
    for gauge in Gauge::ALL {
        add(gauge.name(), gauge.label(), "gauge", gauge.help());
    }
    for timing in Timing::ALL {
        add(timing.name(), timing.label(), "histogram", timing.help());
    }
    out
}

/// The text with what is between a marker and its end replaced.
fn with(text: &str, marker: &str, content: &str) -> Option<String> {
    let (start, end) = (format!("<!-- {marker} -->\n"), "<!-- end -->");
    let (before, rest) = text.split_once(&start)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{start}{content}{end}{after}"))
}

#[test]
fn the_tables_of_the_guide_are_those_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/runtime.md");
    let kept = std::fs::read_to_string(&path).expect("docs/runtime.md");
    let mut text = kept.clone();
    for (marker, content) in [
        ("backends", backends()),
        ("settings", settings()),
        ("capabilities", capabilities()),
        ("metrics", metrics()),
    ] {
        text = with(&text, marker, &content)
            .unwrap_or_else(|| panic!("docs/runtime.md has no place for {marker}"));
    }
    if std::env::var_os("TG_SCHEMA_RENEW").is_some() {
        std::fs::write(&path, &text).expect("docs/runtime.md");
    } else {
        assert!(
            kept == text,
            "docs/runtime.md is out of date: TG_SCHEMA_RENEW=1 cargo test -p tg-pubsub --test guide"
        );
    }
}

#[test]
fn a_table_is_put_between_its_markers_and_nowhere_else() {
    let page = "a\n<!-- t -->\nold\n<!-- end -->\nb";
    assert_eq!(
        with(page, "t", "new\n").as_deref(),
        Some("a\n<!-- t -->\nnew\n<!-- end -->\nb")
    );
    assert_eq!(with(page, "u", ""), None);
}
