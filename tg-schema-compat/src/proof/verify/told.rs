//! What was said of messages, by an engine or in a report, beside what happens to them.

use std::collections::{HashMap, HashSet};

use super::super::place::{Token, tokens};
use super::super::{Fact, How};
use super::reach::{Reach, around, is_unknown};
use crate::engine::avro::{Graph, Id};
use crate::engine::json::{Effect, MAX_LISTED, Peer, Verdict};
use crate::loss::{Direction, Kind, Loss};
use crate::report::{Compared, Finding, Format, Severity};
use crate::rule;

/// Fields of which something was said. A type is gone through once, so that what is said of a field of it holds
/// at every place where the type is.
#[derive(Clone, Debug, Default)]
struct Fields {
    names: HashSet<String>,
    /// Whether something was said of a place that is in no field.
    all: bool,
}

impl Fields {
    fn say(&mut self, path: &str) {
        match last_field(path) {
            Some(name) => {
                self.names.insert(name);
            }
            None => self.all = true,
        }
    }

    /// Whether a fact is in one of these fields, or in no field where anything was said at all.
    fn explain(&self, fact: &Fact) -> bool {
        if fact.reader.is_empty() && fact.writer.is_empty() {
            return self.all || !self.names.is_empty();
        }
        let places = [&fact.reader, &fact.writer];
        let mut tokens = places.into_iter().flat_map(|place| tokens(place));
        self.all
            || tokens.any(|token| matches!(token, Token::Field(name) if self.names.contains(&name)))
    }

    /// The same for a refusal, which may name the field that it is about in its words alone.
    fn explain_refusal(&self, fact: &Fact) -> bool {
        let named = |name: &String| {
            ["\"", "'", "`"]
                .iter()
                .any(|quote| fact.text.contains(&format!("{quote}{name}{quote}")))
        };
        self.explain(fact) || self.names.iter().any(named)
    }
}

/// What was said of one wire in one direction.
#[derive(Clone, Debug, Default)]
pub(in crate::proof) struct Told<'g> {
    /// Whether readers with Avro's library for Java are said to refuse messages that are accepted.
    unread: bool,
    /// Whether they are said to refuse some, for whatever reason.
    refused_by_java: bool,
    refused: Fields,
    altered: Fields,
    missing: Fields,
    dropped: Fields,
    /// Whether any refusal explains any other: a report on several versions tells one name of a field.
    several: bool,
    /// Whether fields that old readers do not know are no finding of anybody.
    report: bool,
    /// What the reader knows.
    reader: Option<&'g Graph>,
    /// Whether nobody says that nothing is read where a value belongs.
    fills: bool,
    /// Names of fields that may be others of the reader, and of these, with the types of the reader that have them there:
    /// what is dropped of them is lost in a record that has both.
    renamed: Vec<([String; 2], HashSet<Id>)>,
    direction: Option<Direction>,
}

impl<'g> Told<'g> {
    /// What the engine of JSON says.
    pub(in crate::proof) fn of_verdict(verdict: &Verdict) -> Self {
        let mut told = Told::default();
        if verdict.findings.len() >= MAX_LISTED {
            // What is not listed may be of any field.
            for fields in [
                &mut told.refused,
                &mut told.altered,
                &mut told.missing,
                &mut told.dropped,
            ] {
                fields.all = true;
            }
        }
        for finding in &verdict.findings {
            let path = &finding.path;
            match finding.effect {
                Effect::Refuses | Effect::RefusesExtremes => {
                    told.refused.say(path);
                    told.altered.say(path);
                }
                Effect::Misreads | Effect::Loses => {
                    told.altered.say(path);
                    told.dropped.say(path);
                }
                Effect::Fills => told.missing.say(path),
                Effect::Ignores => told.dropped.say(path),
            }
        }
        told
    }

    /// What is known to get lost on an Avro wire. That old readers know no new fields is no finding of anybody.
    pub(in crate::proof) fn of_losses(
        losses: &[Loss],
        direction: Direction,
        reader: &'g Graph,
    ) -> Self {
        let mut told = Told {
            report: true,
            reader: Some(reader),
            fills: true,
            direction: Some(direction),
            ..Told::default()
        };
        for loss in losses {
            let here = loss.kind.is_loss() && !loss.kind.is_of_java();
            if !here || loss.direction != direction {
                continue;
            }
            let paths = match loss.kind {
                // The two names of the field.
                Kind::FieldRemoved | Kind::RenameSuspected | Kind::FieldRenamed => {
                    [&*loss.old, &*loss.new, &*loss.path]
                }
                // An enum is gone through once, wherever it is.
                Kind::SymbolsSubstituted => [""; 3],
                _ => [&*loss.path; 3],
            };
            for path in paths {
                told.altered.say(path);
                told.dropped.say(path);
            }
        }
        told
    }

    /// What a report says of a message against one earlier version, beside a verdict.
    pub(in crate::proof) fn of_report(
        (compared, against): (&Compared, usize),
        reach: Option<&Reach<'_>>,
        reader: Option<&'g Graph>,
        (format, direction, peer): (Format, Direction, Peer),
    ) -> Self {
        let mut told = Told {
            several: compared.versions.len() > 1,
            report: true,
            reader,
            // Readers that look at no types take null for a value.
            fills: (format, peer) != (Format::Json, Peer::LegacyNull),
            direction: Some(direction),
            ..Told::default()
        };
        let here = compared.findings.iter();
        let here = here.filter(|finding| finding.against.contains(&against));
        // Old readers call a field by its old name.
        let renamed = |finding: &&Finding| finding.rule.page.id == rule::RENAMED.page.id;
        let former: HashMap<&str, &str> = here
            .clone()
            .filter(renamed)
            .map(|finding| (finding.path.as_str(), finding.old.as_str()))
            .collect();
        for finding in here {
            if !finding.former.is_empty() {
                let names = [&finding.path, &finding.former].map(|path| last_field(path));
                if let [Some(is), Some(was)] = names {
                    let around = reader.map_or_else(HashSet::new, |r| around(r, &finding.former));
                    told.renamed
                        .push(([is.clone(), was.clone()], around.clone()));
                    told.renamed.push(([was, is], around));
                }
            }
            let counts = finding.effects.iter().filter(|effect| {
                effect.format == format
                    && effect.direction == Some(direction)
                    && effect.severity > Severity::Info
            });
            // Where names lead elsewhere, any field may be the one that is not found.
            let refused = |effect: &crate::report::Effect| effect.loss == Some(Kind::Refused);
            told.unread |= counts.clone().any(refused);
            let by_java =
                |effect: &crate::report::Effect| effect.loss.is_some_and(Kind::is_refused);
            told.refused_by_java |= counts.clone().any(by_java);
            // Of this peer, and of ours beside it.
            let (mut own, mut ours) = (false, false);
            for effect in counts {
                // Whose value it is may be a field far from the alias that takes it.
                if effect.loss.is_some_and(Kind::is_of_java) {
                    for word in words(&effect.message) {
                        told.altered.say(word);
                        told.dropped.say(word);
                    }
                }
                match effect.peer {
                    // What readers without aliases do is told of the first of them.
                    Some(of) => {
                        let alias = effect.loss == Some(Kind::AliasUnknown);
                        own |= of == peer.as_str() || (peer != Peer::Tg && alias);
                    }
                    // What is lost is told for all at once.
                    None if peer == Peer::Tg || effect.loss.is_some() => own = true,
                    None => ours = true,
                }
            }
            if !own && !ours {
                continue;
            }
            let former = former
                .get(finding.path.as_str())
                .map(|old| (*old).to_owned());
            for path in places(finding, reach).into_iter().chain(former) {
                // What ours refuse where nothing is, others may read as nothing.
                told.missing.say(&path);
                if !own {
                    continue;
                }
                told.refused.say(&path);
                told.altered.say(&path);
                told.dropped.say(&path);
            }
        }
        told
    }

    /// Whether what is dropped or altered was said.
    pub(in crate::proof) fn explains(&self, fact: &Fact) -> bool {
        match fact.how {
            How::Missing => self.fills || self.missing.explain(fact) || self.altered.explain(fact),
            How::Altered => self.altered.explain(fact),
            How::Dropped => {
                // An entry of a map is no field.
                let name = match tokens(&fact.writer).pop() {
                    Some(Token::Field(name)) => Some(name),
                    _ => None,
                };
                let is_unknown = |name: &String| {
                    let known = |reader| !is_unknown(reader, &fact.reader, name);
                    !self.reader.is_some_and(known)
                };
                let is_new = self.report
                    && self.direction == Some(Direction::Forward)
                    && name.as_ref().is_some_and(is_unknown);
                let here = |known: &HashSet<Id>| {
                    let here = self.reader.map(|reader| around(reader, &fact.reader));
                    here.is_none_or(|here| {
                        known.is_empty() || here.is_empty() || !known.is_disjoint(&here)
                    })
                };
                let mut pairs = self.renamed.iter();
                let renamed = name.is_some_and(|name| {
                    pairs.any(|([of, other], known)| {
                        *of == name && (*other == name || !is_unknown(other)) && here(known)
                    })
                });
                (is_new && !renamed) || self.dropped.explain(fact)
            }
        }
    }

    /// Whether any field may be the one for which messages are refused.
    pub(in crate::proof) const fn is_unread(&self) -> bool {
        self.unread
    }

    /// Whether nobody speaks of messages that are accepted, and refused by readers with Avro's library for Java.
    pub(in crate::proof) const fn is_read_by_java(&self) -> bool {
        !self.refused_by_java
    }

    /// Whether one of the reasons to refuse a message was said.
    pub(in crate::proof) fn explains_refusal(&self, refusals: &[Fact]) -> bool {
        if self.unread {
            return true;
        }
        if self.several {
            return self.refused.all || !self.refused.names.is_empty();
        }
        refusals
            .iter()
            .any(|fact| self.refused.explain_refusal(fact))
    }
}

/// Where a finding says something. What is said of a type holds wherever it is; where that is not known, everywhere.
fn places(finding: &Finding, reach: Option<&Reach<'_>>) -> Vec<String> {
    let own = [&finding.path, &finding.former];
    let own = own.into_iter().filter(|path| !path.is_empty());
    let own: Vec<String> = own.cloned().collect();
    if finding.rule.page.id.starts_with("FIELD_") {
        return match own.is_empty() {
            true => vec![String::new()],
            false => own,
        };
    }
    let mut all = own.clone();
    for path in &own {
        match reach.and_then(|reach| reach.to(path)) {
            Some(fields) => all.extend(fields.into_iter().map(str::to_owned)),
            None => return vec![String::new()],
        }
    }
    // Fields of which one has the values of another. In what no rule explains, they stand without quotes.
    if finding.rule.page.id == rule::OTHER.page.id {
        all.extend(words(&finding.message).map(str::to_owned));
    }
    let named = finding.message.split('`').skip(1).step_by(2);
    all.extend(named.map(str::to_owned));
    match own.is_empty() {
        true => vec![String::new()],
        false => all,
    }
}

/// The words of a message, fields that it names among them.
fn words(message: &str) -> impl Iterator<Item = &str> {
    message.split([' ', ',', ':'])
}

/// The last field on the way to a place.
fn last_field(path: &str) -> Option<String> {
    let tokens = tokens(path).into_iter().rev();
    let mut fields = tokens.filter_map(|token| match token {
        Token::Field(name) => Some(name),
        _ => None,
    });
    fields.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_field_explains_its_changes_alone() {
        let explains = |said: &[&str], place: &str| {
            let mut fields = Fields::default();
            said.iter().for_each(|path| fields.say(path));
            fields.explain(&Fact::at(place, "it changed"))
        };
        assert!(explains(&["a.b"], "a.b") && explains(&[".lines[].b"], "x.lines[].b[]"));
        assert!(explains(&["a.b[]"], "c.b.d{}"));
        assert!(!explains(&["a.b"], "a.c") && !explains(&["a.b"], "a"));
        assert!(!explains(&[], "a") && !explains(&[], ""));
        // What is said of no field, or is in none, is not told apart.
        assert!(explains(&["[]"], "a") && explains(&["a"], ""));
    }
}
