//! Plans: each step of each plan is made into a text, compared with the one before it and with all versions that are
//! registered by then, and found to be what it says.

mod rows;

use rows::{definition, rows};
use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::fix::{applied, propose};
use tg_schema_compat::report::{Compared, Finding, Fix, Format, Order, Report, Severity, Ways};
use tg_schema_compat::rule::{ALL, example};
use tg_schema_compat::version::Version;
use tg_schema_gen::edit::{apply, texts};
use tg_schema_gen::load::from_texts;

/// Rules of what no releases help against: what was there already, and code.
const WITHOUT: [&str; 6] = [
    "FIELD_NAME_RESERVED_BY_PEER",
    "PEER_DISAGREES",
    "RESERVED_NAME_REUSED",
    "RUST_TYPE_CHANGED",
    "SCHEMA_UNREADABLE",
    "TOPIC_REUSED",
];

fn version(label: &str, text: &str) -> Result<Version, String> {
    let loaded = from_texts(vec![(
        vec!["m".to_owned()],
        "m.toml".to_owned(),
        text.to_owned(),
    )]);
    match loaded.diagnostics.has_errors() {
        true => Err(format!("{text}: {:?}", loaded.diagnostics)),
        false => Ok(Version::of_definitions(
            label,
            loaded.schema,
            loaded.sources,
        )),
    }
}

/// Pairs of texts: of `table.md` both ways round, of the pages of the rules, and some more.
fn pairs() -> Vec<(String, Vec<String>)> {
    let mut pairs = Vec::new();
    for cells in rows(include_str!("table.md")) {
        let [old, new] = [cells[1], cells[2]].map(|cell| format!("{}\n", definition(cell)));
        pairs.push((cells[0].to_owned(), vec![old.clone(), new.clone()]));
        pairs.push((format!("{}, back", cells[0]), vec![new, old]));
    }
    for rule in ALL {
        let Some([before, after]) = example(&rule.page) else {
            continue;
        };
        if before.language == "toml" {
            let (old, new) = (before.text.to_owned(), after.text.to_owned());
            pairs.push((rule.page.id.to_owned(), vec![old.clone(), new.clone()]));
            pairs.push((format!("{}, back", rule.page.id), vec![new, old]));
        }
    }
    let fields = |fields: &str| format!("[record.R.fields]\n{fields}\n");
    let typed = |ty: &str| fields(&format!("f = {ty:?}"));
    let symbols = |symbols: &str| {
        format!("[record.R.fields]\na = \"E\"\n[enum.E]\nsymbols = [\"X\", \"Y\"{symbols}\n")
    };
    let topic = |address: &str| {
        format!(
            "{}[topic.t]\nrecord = \"R\"\naddress = \"{address}\"\n",
            fields("a = \"int\"")
        )
    };
    for (name, versions) in [
        (
            "a topic of another quality",
            vec![topic("q1/a/b/c"), topic("q2/a/b/c")],
        ),
        (
            "a topic that is not persistent",
            vec![topic("q1/a/b/c"), topic("q0/a/b/c")],
        ),
        (
            "a topic of another tenant",
            vec![topic("q1/a/b/c"), topic("q1/z/b/c")],
        ),
        (
            "a symbol of an open enum",
            vec![symbols("]\nopen = true"), symbols(", \"Z\"]\nopen = true")],
        ),
        (
            "open, and a default",
            vec![symbols("]"), symbols("]\nopen = true\ndefault = \"X\"")],
        ),
        (
            "closed, without default",
            vec![symbols("]\nopen = true\ndefault = \"X\""), symbols("]")],
        ),
        (
            "open instead of a default",
            vec![symbols("]\ndefault = \"X\""), symbols("]\nopen = true")],
        ),
        (
            "a default instead of open",
            vec![symbols("]\nopen = true"), symbols("]\ndefault = \"X\"")],
        ),
        (
            "symbols that come and go at once",
            vec![symbols(", \"Z\"]"), symbols(", \"W\"]")],
        ),
        (
            "symbols that come and go at once, with a default",
            vec![
                symbols(", \"Z\"]\ndefault = \"X\""),
                symbols(", \"W\"]\ndefault = \"X\""),
            ],
        ),
        (
            "a default that goes with its symbol while others come",
            vec![
                symbols(", \"Z\"]\ndefault = \"Z\""),
                symbols(", \"W\"]\ndefault = \"W\""),
            ],
        ),
        (
            "other symbols altogether",
            vec![
                "[record.R.fields]\na = \"E\"\n[enum.E]\nsymbols = [\"P\"]\n".to_owned(),
                symbols("]"),
            ],
        ),
        (
            "symbols of an open enum that come and go at once",
            vec![
                symbols(", \"Z\"]\nopen = true"),
                symbols(", \"W\"]\nopen = true"),
            ],
        ),
        (
            "a field that was there once",
            vec![
                fields("a = \"int\"\nb = \"int\""),
                fields("a = \"int\""),
                fields("a = \"int\"\nb = \"int\""),
            ],
        ),
        (
            "a field that readers needed once",
            vec![
                fields("a = \"int\"\nb = \"int\""),
                fields("a = \"int\"\nb = { type = \"int\", default = 0 }"),
                fields("a = \"int\""),
            ],
        ),
        (
            "a type that only the first version had",
            ["boolean", "bytes", "bytes"].map(typed).to_vec(),
        ),
        (
            "a type that each version had another one of",
            ["boolean", "int", "bytes"].map(typed).to_vec(),
        ),
        (
            "a type that is narrow again",
            ["int", "long", "int"].map(typed).to_vec(),
        ),
        (
            "a field that only the first version had not",
            vec![
                fields("a = \"int\""),
                fields("a = \"int\"\nb = \"int\""),
                fields("a = \"int\"\nb = \"int\""),
            ],
        ),
        (
            "a record that must be there",
            vec![
                fields("a = \"int\""),
                fields("a = \"int\"\nb = \"S\"\n[record.S.fields]\nx = \"int\""),
            ],
        ),
        (
            "an enum that must be there",
            vec![
                fields("a = \"int\""),
                fields("a = \"int\"\nb = \"E\"\n[enum.E]\nsymbols = [\"X\"]"),
            ],
        ),
        (
            "a field goes with its types",
            vec![
                fields(
                    "a = \"int\"\nb = \"array<S>\"\n[record.S.fields]\nx = \"E\"\nnext = \"S?\"\n\
                     [enum.E]\nsymbols = [\"X\"]\ndefault = \"X\"",
                ),
                fields("a = \"int\""),
            ],
        ),
    ] {
        pairs.push((name.to_owned(), versions));
    }
    pairs
}

/// A plan starts where the latest version is: one that only an older one stands against is a step of its own.
#[test]
fn the_first_step_follows_the_latest_version() {
    let of = |label: &str, ty: &str| {
        version(label, &format!("[record.R.fields]\nf = {ty:?}\n")).unwrap()
    };
    let (first, latest, new) = (of("v0", "boolean"), of("v1", "bytes"), of("v2", "bytes"));
    let (against, options) = ([first, latest], Options::default());
    let mut report = check(&new, &against, &options).unwrap();
    propose(&mut report, &new, &against, &options);
    let fix = report.records[0]
        .findings
        .iter()
        .find_map(|f| f.fix.as_ref());
    let steps = fix.unwrap().plan.iter().map(|step| &*step.text);
    let whole = "release `f` as it is (any order), when no message and no reader of the versions before the latest is left";
    assert_eq!(steps.collect::<Vec<_>>(), [whole]);
}

/// The worst order of all topics on a wire.
fn order(record: &Compared, wire: Format) -> Option<Order> {
    let orders = record.rollout.iter().filter(|r| r.format == wire);
    orders.map(|r| r.order).max()
}

fn named<'r>(report: &'r Report, name: &str) -> Option<&'r Compared> {
    report
        .records
        .iter()
        .find(|r| r.new.as_deref() == Some(name))
}

/// What a plan does that it does not say; nothing where it holds.
fn broken(
    fix: &Fix,
    (new, text): (&Version, &str),
    against: &[Version],
    name: &str,
    options: &Options,
) -> Result<(), String> {
    let mut released: Vec<Version> = against.to_vec();
    for (nth, step) in fix.plan.iter().enumerate() {
        let edits = texts(&new.schema, &new.sources, &step.edits).map_err(|e| e.to_string())?;
        let edited = apply(text, &edits).ok_or("the edits do not fit")?;
        let state = version(&format!("step {nth}"), &edited)?;
        let by_model = applied(new, &step.edits).ok_or("the edits are not of the model")?;
        if state
            .messages
            .iter()
            .map(|m| &m.text)
            .ne(by_model.messages.iter().map(|m| &m.text))
        {
            return Err(format!("step {nth} is another one as text:\n{edited}"));
        }
        let before = released.last().cloned().ok_or("nothing before")?;
        let report = check(&state, &[before], options).map_err(|e| e.to_string())?;
        let record = named(&report, name).ok_or("no such record")?;
        // To empty a topic that another message gets is the one thing for which everybody may stop.
        let may_stop = step.text.starts_with("stop the writers of");
        for (wire, said) in &step.orders {
            let stops = *said == Order::StopTheWorld && !may_stop;
            if order(record, *wire) != Some(*said) || stops {
                return Err(format!(
                    "step {nth} on {}: {said:?} is said of {:?} ({:?})\n{edited}",
                    wire.as_str(),
                    record.rollout,
                    record
                        .findings
                        .iter()
                        .map(|f| &f.message)
                        .collect::<Vec<_>>()
                ));
            }
            if !step.text.contains(said.as_str()) {
                return Err(format!("{:?} does not say {said:?}", step.text));
            }
        }
        let report = check(&state, against, options).map_err(|e| e.to_string())?;
        let matrix = named(&report, name)
            .and_then(|r| r.matrix.clone())
            .ok_or("no matrix")?;
        for (wire, said) in &step.registered {
            if matrix.ways(*wire) != Some(*said) {
                return Err(format!(
                    "step {nth} on {}: {matrix:?} is {said:?}\n{edited}",
                    wire.as_str()
                ));
            }
            // Of several, it goes with the latest, in the order that was compared.
            let left = step
                .text
                .contains("of the versions before the latest is left");
            if nth == 0
                && !left
                && *said
                    == (Ways {
                        backward: false,
                        forward: false,
                    })
            {
                return Err(format!(
                    "the first step goes with nothing before it:\n{edited}"
                ));
            }
        }
        // With every version that is registered by then, the steps before among them.
        let report = check(&state, &released, options).map_err(|e| e.to_string())?;
        let all = named(&report, name)
            .and_then(|r| r.matrix.clone())
            .ok_or("no matrix")?;
        for (wire, _) in &step.registered {
            let (with, without) = (all.ways(*wire), matrix.ways(*wire));
            let of_step = step
                .orders
                .iter()
                .find(|(of, _)| of == wire)
                .map(|(_, order)| *order);
            let worse = with != without && of_step == Some(Order::Any);
            if worse {
                return Err(format!(
                    "step {nth} on {}: {with:?}, {without:?}\n{edited}",
                    wire.as_str()
                ));
            }
        }
        released.push(state);
    }
    Ok(())
}

#[test]
fn every_step_is_what_it_says() {
    let (mut wrong, mut lacking, mut plans, mut held) = (Vec::new(), Vec::new(), 0, 0);
    for (change, texts) in pairs() {
        let versions: Vec<Version> = texts
            .iter()
            .enumerate()
            .map(|(nth, text)| version(&format!("v{nth}"), text).unwrap())
            .collect();
        let (new, against) = versions.split_last().unwrap();
        for peers in [vec![Peer::Tg], Peer::ALL.to_vec()] {
            let options = Options {
                peers: peers.clone(),
                ..Options::default()
            };
            let mut report = check(new, against, &options).unwrap();
            propose(&mut report, new, against, &options);
            for record in &report.records {
                let Some(name) = &record.new else { continue };
                let harmful = record
                    .findings
                    .iter()
                    .filter(|f| f.severity > Severity::Info);
                let harmful: Vec<_> = harmful.collect();
                // A plan of an enum is of all that changes of it.
                let of_one =
                    |f: &&Finding| f.path == harmful[0].path && f.rule.page.id.starts_with("ENUM_");
                let alone = harmful.len() == 1 || harmful.iter().all(of_one);
                for finding in &harmful {
                    let told = format!(
                        "{change} ({}): {}: {}",
                        peers.len(),
                        finding.rule.page.id,
                        finding.message
                    );
                    let fix = finding.fix.as_ref().expect("a fix");
                    if fix.plan.is_empty() {
                        let known = WITHOUT.contains(&finding.rule.page.id);
                        // A Python `Record` cannot read or write base64, before the change or after it.
                        let bytes = peers.len() > 1 && told.contains("BYTES");
                        if !known && !bytes && alone {
                            lacking.push(told);
                        }
                        continue;
                    }
                    plans += 1;
                    // Of several changes each has a plan for itself; that they hold is seen where it is alone.
                    if !alone {
                        continue;
                    }
                    held += 1;
                    let text = texts.last().unwrap();
                    if let Err(why) = broken(fix, (new, text), against, name, &options) {
                        let steps: Vec<&str> = fix.plan.iter().map(|s| &*s.text).collect();
                        wrong.push(format!("{told}\n{}\n--> {why}\n", steps.join("\n")));
                    }
                }
            }
        }
    }
    let count = wrong.len();
    assert!(count == 0, "{count} of {plans}:\n{}", wrong.join("\n"));
    assert!(lacking.is_empty(), "no plan:\n{}", lacking.join("\n"));
    assert!(held > 380, "{held} of {plans}");
}
