//! The counter-example of a rule: the files of its example, the messages that show what happens, and the
//! commands that let it happen. Text is a shell script that writes the files and runs the commands.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::loss::Direction;
use tg_schema_compat::proof::prove;
use tg_schema_compat::render::{self, words};
use tg_schema_compat::report::{Compared, Counterexample, Finding, Report};
use tg_schema_compat::rule::{Text, example};
use tg_schema_compat::version::Version;
use tg_schema_model::rule::Rule;
use tg_schema_model::{Json, Profile};

use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::version;

/// Writes it, as a script or as JSON.
pub fn emit(rule: &Rule, console: &mut Console) -> Result<Exit, Failure> {
    let found = find(rule)?;
    if console.json() {
        console.report(Exit::Clean, found.json(rule));
    } else {
        console.result(found.script(rule).as_bytes());
    }
    Ok(Exit::Clean)
}

/// Files and what to do with them.
struct Found {
    /// What changed, as one sentence without a full stop.
    what: String,
    /// The old and the new version.
    files: [File; 2],
    messages: Vec<Message>,
    /// The command that compares the versions.
    check: String,
}

/// A version as a file.
struct File {
    name: String,
    text: &'static str,
}

/// A message and what reads it.
struct Message {
    shown: Counterexample,
    /// What it is written to, and what is written there.
    file: String,
    text: String,
    /// What reads it; none where the reader is not our codec, and only `check` has it.
    commands: Vec<String>,
}

fn find(rule: &Rule) -> Result<Found, Failure> {
    let none = |why: &str| {
        let help = format!("{why}; `tg-schema explain {}` has its page", rule.id);
        Failure::help(format!("no message shows {}", rule.id), help)
    };
    let is_ours = tg_schema_compat::rule::ALL
        .iter()
        .any(|known| known.page.id == rule.id);
    let Some(texts) = example(rule).filter(|_| is_ours) else {
        return Err(none("it is about no two versions of a schema"));
    };
    let [old_text, new_text] = texts;
    let files = [File::of("old", old_text), File::of("new", new_text)];
    let [old_file, new_file] = &files;
    let old = version::of_text(&old_file.name, old_file.text)?;
    let new = version::of_text(&new_file.name, new_file.text)?;
    let against = std::slice::from_ref(&old);
    let mut reason = None;
    for peers in [&[Peer::Tg][..], &Peer::ALL] {
        let options = Options {
            peers: peers.to_vec(),
            ..Options::default()
        };
        let report = check(&new, against, &options);
        let mut report = report.map_err(|problem| Failure::new(problem.to_string()))?;
        prove(&mut report, &new, against);
        match shown(&report, rule) {
            Some((compared, finding)) if !finding.counterexamples.is_empty() => {
                let shown = finding.counterexamples.iter();
                let old = Side::of(old_file, &old, compared.old.as_deref());
                let new = Side::of(new_file, &new, compared.new.as_deref());
                let messages = shown.map(|one| message(&old, &new, one)).collect();
                let mut check = format!(
                    "tg-schema check {} --against {}",
                    new_file.name, old_file.name
                );
                for peer in peers.iter().skip(1) {
                    check.push_str(&format!(" --peer {}", peer.as_str()));
                }
                return Ok(Found {
                    what: finding.message.clone(),
                    messages,
                    check,
                    files,
                });
            }
            Some((_, finding)) => reason = finding.unproven.clone().or(reason),
            None => {}
        }
    }
    Err(none(reason.as_deref().unwrap_or(
        "it is about code, the deployment, or what readers do not look at",
    )))
}

/// The finding of a rule: one with messages, if any has.
fn shown<'r>(report: &'r Report, rule: &Rule) -> Option<(&'r Compared, &'r Finding)> {
    let records = report.records.iter();
    let findings = records.flat_map(|record| record.findings.iter().map(move |f| (record, f)));
    let of_rule = findings.filter(|(_, finding)| finding.rule.page.id == rule.id);
    // The first of those with most.
    of_rule
        .rev()
        .max_by_key(|(_, finding)| finding.counterexamples.len())
}

impl File {
    fn of(stem: &str, of: Text) -> Self {
        let ending = match of.language {
            "json" => "avsc",
            "rust" => "rs",
            language => language,
        };
        File {
            name: format!("{stem}.{ending}"),
            text: of.text,
        }
    }
}

/// A message of a version.
struct Side<'p> {
    file: &'p str,
    /// Its full name.
    name: &'p str,
    /// What a definition says that it is.
    profile: Option<Profile>,
}

impl<'p> Side<'p> {
    fn of(file: &'p File, version: &Version, name: Option<&'p str>) -> Self {
        let name = name.unwrap_or_default();
        let message = version.messages.iter().find(|m| m.name == name);
        let record = message.and_then(|m| version.schema.records.get(m.record?.0));
        Side {
            file: &file.name,
            name,
            profile: record.map(|record| record.profile),
        }
    }
}

/// A message that shows something, as a file, and the commands that read it.
fn message(old: &Side<'_>, new: &Side<'_>, shown: &Counterexample) -> Message {
    let (writer, reader) = match shown.direction {
        Direction::Backward => (old, new),
        Direction::Forward => (new, old),
    };
    let stem = format!("{}-{}", shown.format.as_str(), shown.direction.as_str());
    let (inputs, name) = (reader.file, reader.name);
    let (file, text, mut commands) = match &shown.bytes {
        Some(bytes) => {
            let file = format!("{stem}.hex");
            let (schema, mut commands) = match writer.file.strip_suffix(".toml") {
                Some(stem) => {
                    let schema = format!("{stem}.avsc");
                    let show = format!(
                        "tg-schema show {} {} --as avro > {schema}",
                        writer.name, writer.file
                    );
                    (schema, vec![show])
                }
                None => (writer.file.to_owned(), Vec::new()),
            };
            commands.push(format!(
                "tg-schema decode {name} {file} --inputs {inputs} --writer {schema}"
            ));
            (file, words::hex(bytes), commands)
        }
        None => {
            let file = format!("{stem}.json");
            let decode = format!("tg-schema decode {name} {file} --inputs {inputs} --wire json");
            (file, shown.message.clone(), vec![decode])
        }
    };
    let is_ours = match reader.profile {
        None => false,
        // Our codec takes null where the registered schema of a Record has no default.
        Some(Profile::PulsarRecord) if shown.bytes.is_some() => false,
        // Old readers may be other peers; new ones are ours.
        Some(_) => shown.peer.is_none() || shown.direction == Direction::Backward,
    };
    if !is_ours {
        commands.clear();
    }
    Message {
        shown: shown.clone(),
        file,
        text,
        commands,
    }
}

impl Found {
    fn json(self, rule: &Rule) -> [(&'static str, Json); 4] {
        let files = self.files.iter().map(|file| {
            Json::object([
                ("name", Json::str(&file.name)),
                ("text", Json::str(file.text)),
            ])
        });
        let messages = self.messages.iter().map(|message| {
            Json::object([
                ("file", Json::str(&message.file)),
                ("text", Json::str(&message.text)),
                ("shows", render::counterexample(&message.shown)),
                ("commands", Json::strings(&message.commands)),
            ])
        });
        [
            ("rule", Json::str(rule.id)),
            ("files", Json::Array(files.collect())),
            ("messages", Json::Array(messages.collect())),
            ("check", Json::str(&self.check)),
        ]
    }

    fn script(&self, rule: &Rule) -> String {
        let mut out = format!(
            "# {}: {}.\n# A script of files and commands, to be run by sh in an empty folder.\n",
            rule.id,
            line(&self.what)
        );
        for file in &self.files {
            write(&mut out, &file.name, file.text);
        }
        for message in &self.messages {
            let (verb, what) = words::outcome(&message.shown.outcome);
            let unseen = words::unseen(&message.shown);
            let unseen = unseen.map_or(String::new(), |told| format!(" ({})", line(told)));
            out.push_str(&format!(
                "\n# {}: {} {verb}: {}{unseen}\n",
                words::shown_for(&message.shown),
                line(&message.shown.message),
                line(what)
            ));
            let start = out.len();
            write(&mut out, &message.file, &message.text);
            // It belongs to the comment before it.
            out.remove(start);
            if message.commands.is_empty() {
                out.push_str(
                    "# Of this reader `check` has a model, and `decode` is another one.\n",
                );
            }
            for command in &message.commands {
                out.push_str(command);
                out.push('\n');
            }
        }
        out.push_str(&format!("\n{}\n", self.check));
        out
    }
}

/// A file as what writes it. No line of an example is its last word.
fn write(out: &mut String, name: &str, text: &str) {
    out.push_str(&format!("\ncat > {name} <<'END'\n{text}\nEND\n"));
}

/// A text within a comment.
fn line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
