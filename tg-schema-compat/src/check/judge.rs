//! What rules say and what engines say, brought together: each objection is laid to the change that causes it.

use std::cmp::Reverse;

use super::choice::is_read_otherwise;
use super::engines::{Engines, Remark, Where};
use super::nearby::{Nearby, short};
use super::{Ready, place};
use crate::change::{Change, Own, Spot, What};
use crate::loss::{Direction, Kind};
use crate::report::{Effect, Finding, Fix, Format, Matrix, Place, Severity};
use crate::rule::{self, Cause, OTHER, Rule, Words};
use crate::version::Message;

/// A finding in the making.
pub(super) struct Draft<'c, 'v> {
    change: &'c Change<'v>,
    rule: &'static Rule,
    words: Words,
    effects: Vec<Effect>,
}

impl Draft<'_, '_> {
    /// Whether it tells of the new name by which values of a field get lost.
    fn renames(&self, remark: &Remark) -> bool {
        let fields = match (remark.effect.loss, &self.change.what) {
            (Some(Kind::FieldRenamed), What::Field(fields)) => fields,
            (Some(Kind::RenameSuspected), What::Renamed { fields, .. }) => fields,
            _ => return false,
        };
        let [old, new] = [fields.old.field, fields.new.field].map(|field| &field.name);
        // The name that a reader knows is told first, whose ever it is.
        let told = |[a, b]: &[String; 2]| [a, b] == [old, new] || [a, b] == [new, old];
        remark.names.as_ref().is_some_and(told)
    }

    /// Whether it tells of what an engine objects to.
    fn breaks(&self, by: Format, direction: Option<Direction>) -> bool {
        let same =
            |e: &Effect| (e.format, e.direction, e.severity) == (by, direction, Severity::Breaking);
        self.effects.iter().any(same)
    }
}

/// The findings of one pair of messages.
pub(super) fn judge<'c, 'v>(
    (changes, mut drafts): (&'c [Change<'v>], Vec<Draft<'c, 'v>>),
    engines: &Engines,
    old: &Ready<'_>,
    new: &Ready<'_>,
    at: usize,
) -> Vec<Finding> {
    if old.version.without_docs {
        drafts.retain(|draft| !draft.rule.is_about_words());
    }
    for draft in &mut drafts {
        registries(draft, &engines.matrix);
    }
    let message = changes.first().and_then(|change| change.messages.new);
    let mut objections = Vec::new();
    for objection in &engines.objections {
        let effect = &objection.effect;
        // What readers refuse, the broker's library says.
        let by = match effect.loss {
            Some(_) => Format::Pulsar,
            None => effect.format,
        };
        let owner = drafts
            .iter()
            .position(|draft| draft.breaks(by, effect.direction));
        if owner.is_some() && effect.loss.is_none() {
            continue;
        }
        let suspect = drafts.iter().position(|draft| match effect.direction {
            Some(direction) => !draft.words.suspect.get(by, direction),
            None => false,
        });
        match owner.or(suspect).and_then(|at| drafts.get_mut(at)) {
            Some(draft) => draft.effects.push(effect.clone()),
            None => objections.push(objection),
        }
    }
    let mut left = Vec::new();
    let nearby = Nearby::of(drafts.iter().map(|draft| draft.change));
    for remark in &engines.remarks {
        match owner(&drafts, &nearby, remark) {
            Some(at) => {
                if let Some(draft) = drafts.get_mut(at) {
                    tell(&mut draft.effects, &remark.effect);
                }
            }
            None => left.push(remark),
        }
    }
    for draft in &mut drafts {
        blindness(draft, &engines.matrix);
    }
    let mut findings: Vec<Finding> = drafts
        .into_iter()
        .map(|draft| finding(draft, old, new, at))
        .collect();
    for remark in left {
        let rule = match (remark.cause, remark.effect.format, remark.effect.peer) {
            (Cause::Derive, ..) => rule::DERIVE_LOST,
            (Cause::NonExhaustive, ..) => rule::NON_EXHAUSTIVE,
            // That code compiles, or that nothing gets lost, needs no finding.
            _ if remark.effect.severity == Severity::Info => continue,
            (_, Format::Rust, _) => rule::RUST_TYPE,
            (_, _, Some(_)) => rule::PEER,
            _ => OTHER,
        };
        let (path, place) = stands(remark, changes, new);
        let known = findings
            .iter_mut()
            .find(|f| f.rule.page.id == rule.page.id && f.path == path);
        match known {
            Some(finding) if rule.page.id != OTHER.page.id => {
                finding.severity = finding.severity.max(remark.effect.severity);
                tell(&mut finding.effects, &remark.effect);
                finding.effects.sort();
            }
            _ => findings.push(alone(rule, &remark.effect, (path, place), at)),
        }
    }
    for objection in objections {
        let rule = match objection.failed {
            Some(_) => rule::BROKER_ERROR,
            None => OTHER,
        };
        let known = findings.iter_mut().find(|f| {
            f.rule.page.id == rule.page.id
                && (objection.failed.is_some() || f.message == objection.effect.message)
        });
        match known {
            Some(finding) => tell(&mut finding.effects, &objection.effect),
            None => {
                let root = changes.first().and_then(|change| change.new.as_ref());
                let place = root.and_then(|spot| place::at(new, spot, message));
                let mut finding = alone(rule, &objection.effect, (String::new(), place), at);
                finding.fix = objection.failed.map(|way_out| Fix {
                    message: way_out.to_owned(),
                    ..Fix::default()
                });
                findings.push(finding);
            }
        }
    }
    findings
}

/// Adds what somebody says, once: two engines may say the same of a field.
fn tell(effects: &mut Vec<Effect>, effect: &Effect) {
    let said = |e: &Effect| {
        (e.format, e.peer, e.direction, e.severity, &e.message)
            == (
                effect.format,
                effect.peer,
                effect.direction,
                effect.severity,
                &effect.message,
            )
    };
    if !effects.iter().any(said) {
        effects.push(effect.clone());
    }
}

/// What rules see in changes that no engine is asked about.
pub(super) fn plain(
    changes: &[Change<'_>],
    new: &Ready<'_>,
    old: Option<(&Ready<'_>, usize)>,
) -> Vec<Finding> {
    let drafts = look(changes);
    drafts
        .into_iter()
        .map(|mut draft| {
            deployment(&mut draft);
            made(draft, old, new)
        })
        .collect()
}

/// The findings about topics, for an earlier version that is otherwise like one that was compared.
pub(super) fn topics_only(
    old: &Ready<'_>,
    former: &Message,
    new: &Ready<'_>,
    message: &Message,
    at: usize,
) -> Vec<Finding> {
    let topics = What::topics((old.version, former), (new.version, message));
    let changes: Vec<Change<'_>> = topics.into_iter().map(Change::of_message).collect();
    plain(&changes, new, Some((old, at)))
}

/// What rules see.
pub(super) fn look<'c, 'v>(changes: &'c [Change<'v>]) -> Vec<Draft<'c, 'v>> {
    let mut drafts = Vec::new();
    for change in changes {
        for rule in rule::ALL {
            if let Some(words) = (rule.look)(change) {
                drafts.push(Draft {
                    change,
                    rule,
                    words,
                    effects: Vec::new(),
                });
            }
        }
    }
    drafts
}

/// The words for a refusal of which nothing more is known.
pub(crate) fn refusal(direction: Direction) -> &'static str {
    match direction {
        Direction::Backward => "new readers refuse old messages",
        Direction::Forward => "old readers refuse new messages",
    }
}

/// What registries say of a change by itself, where they say it of the whole too.
fn registries(draft: &mut Draft<'_, '_>, matrix: &Matrix) {
    for format in [Format::Avro, Format::Pulsar] {
        let Some(all) = matrix.ways(format) else {
            continue;
        };
        for direction in Direction::ALL {
            let is_read = draft.change.read.get(direction);
            let breaks = !draft.words.own.get(format, direction) && !all.get(direction);
            if is_read && breaks && !is_read_otherwise(draft.change, format, direction) {
                draft.effects.push(Effect {
                    format,
                    peer: None,
                    direction: Some(direction),
                    loss: None,
                    severity: Severity::Breaking,
                    message: refusal(direction).to_owned(),
                });
            }
        }
    }
    deployment(draft);
}

/// That the broker takes what readers of the messages on it then refuse.
fn blindness(draft: &mut Draft<'_, '_>, matrix: &Matrix) {
    let Some(ways) = matrix.pulsar else {
        return;
    };
    let of_symbols = matches!(draft.change.what, What::Enum(_));
    for direction in Direction::ALL {
        let refused = draft.effects.iter().any(|e| {
            let breaks = e.severity == Severity::Breaking || e.loss == Some(Kind::SymbolRefused);
            let seen = e.format == Format::Json || of_symbols && e.format == Format::Avro;
            e.direction == Some(direction) && breaks && seen
        });
        let told = draft
            .effects
            .iter()
            .any(|e| e.format == Format::Pulsar && e.direction == Some(direction));
        // Of the whole, or of this change if other changes did not break it.
        if refused && !told && (ways.get(direction) || draft.words.own.pulsar.get(direction)) {
            draft.effects.push(Effect {
                format: Format::Pulsar,
                peer: None,
                direction: Some(direction),
                loss: None,
                severity: Severity::Info,
                message: "the broker accepts it all the same".to_owned(),
            });
        }
    }
}

/// Changes of the deployment break by themselves.
fn deployment(draft: &mut Draft<'_, '_>) {
    if draft.rule.owns.contains(&Cause::Deployment) {
        draft.effects.push(Effect {
            format: Format::Deployment,
            peer: None,
            direction: None,
            loss: None,
            severity: Severity::Breaking,
            message: draft.rule.page.title.to_owned(),
        });
    }
}

/// Which finding explains a remark: the best at its place.
fn owner(drafts: &[Draft<'_, '_>], nearby: &Nearby<'_>, remark: &Remark) -> Option<usize> {
    let places = remark.places.iter().enumerate();
    let near = places.flat_map(|(step, place)| {
        let found = nearby.to(place).into_iter();
        found.map(move |at| (step, place, at))
    });
    let scored = near.filter_map(|(step, place, at)| {
        let draft = drafts.get(at)?;
        let owns = draft.rule.owns.contains(&remark.cause);
        let near = nearness(draft, place).filter(|_| owns)?;
        // What is passed over for its name is so whatever else becomes of the field.
        let renamed = draft.renames(remark);
        let suspected = draft.words.own != Own::FINE;
        Some(((Reverse(step), near), renamed, suspected, Reverse(at)))
    });
    scored.max().map(|(_, _, _, Reverse(at))| at)
}

/// How near a change is to a place; none where it has nothing to do with it.
fn nearness(draft: &Draft<'_, '_>, place: &Where) -> Option<u8> {
    let change = draft.change;
    let spots = |spot: Option<&Spot>, wanted: &Spot| match spot {
        Some(spot) if spot == wanted => Some(3),
        Some(spot) if spot.is_of(wanted) => Some(2),
        _ => None,
    };
    match place {
        Where::Old(wanted) => spots(change.old.as_ref(), wanted),
        Where::New(wanted) => spots(change.new.as_ref(), wanted),
        Where::Path(path) if change.path == *path || change.former == *path => Some(3),
        Where::Path(_) => None,
        Where::Branch(union, name) => {
            let branch = change.branches.last().filter(|_| change.path == *union)?;
            let mut names = [&branch.old, &branch.new].into_iter().flatten();
            names.any(|of| of == name).then_some(3)
        }
        Where::Became(union, types) => {
            let branch = change.branches.last().filter(|_| change.path == *union)?;
            let names = [&branch.old, &branch.new].into_iter().flatten();
            let fits = names.map(|name| types.contains(name)).reduce(|a, b| a && b);
            (fits == Some(true)).then_some(3)
        }
        Where::Type(owner, member) => {
            let of = |spot: &Spot| short(spot) == owner && spot.member == *member;
            let is = change.old.as_ref().is_some_and(of) || change.new.as_ref().is_some_and(of);
            let part_of = |spot: &Spot| short(spot) == owner;
            let inside = |spot: Option<&Spot>| member.is_empty() && spot.is_some_and(part_of);
            let around = inside(change.old.as_ref()) || inside(change.new.as_ref());
            // Members of an enum have no place of their own; fields have.
            let whole = member.is_empty() || matches!(change.what, What::Enum(_));
            match whole && change.types().contains(&owner.as_str()) {
                true => Some(3),
                false if is => Some(2),
                false => around.then_some(1),
            }
        }
    }
}

fn finding(draft: Draft<'_, '_>, old: &Ready<'_>, new: &Ready<'_>, at: usize) -> Finding {
    made(draft, Some((old, at)), new)
}

fn made(draft: Draft<'_, '_>, old: Option<(&Ready<'_>, usize)>, new: &Ready<'_>) -> Finding {
    let Draft {
        change,
        rule,
        words,
        mut effects,
    } = draft;
    effects.sort();
    Finding {
        rule,
        path: change.path.clone(),
        former: match change.former == change.path {
            true => String::new(),
            false => change.former.clone(),
        },
        branches: change.branches.clone(),
        severity: severity(&effects),
        place: place::of(change, &words.part, old, new),
        message: words.message,
        old: words.old,
        new: words.new,
        against: old.map(|(_, at)| at).into_iter().collect(),
        fix: words.fix.map(|message| Fix {
            message,
            ..Fix::default()
        }),
        effects,
        counterexamples: Vec::new(),
        unproven: None,
        fewer: Vec::new(),
        suppressed: None,
        allow: None,
    }
}

/// What readers do counts first; that code has to be edited does where nothing else happens.
pub(super) fn severity(effects: &[Effect]) -> Severity {
    let worst = |rust: bool| {
        let of = effects
            .iter()
            .filter(|e| (e.format == Format::Rust) == rust);
        of.map(|e| e.severity).max().unwrap_or(Severity::Info)
    };
    match worst(false) {
        Severity::Info => worst(true),
        other => other,
    }
}

/// Where a remark stands that no change explains: the path and the place.
fn stands(remark: &Remark, changes: &[Change<'_>], new: &Ready<'_>) -> (String, Option<Place>) {
    let message = changes.first().and_then(|change| change.messages.new);
    for place in &remark.places {
        match place {
            Where::New(spot) => return (remark.path.clone(), place::at(new, spot, message)),
            Where::Type(owner, member) => {
                let is = |change: &&Change<'_>| match &change.what {
                    What::RecordPresent(side) => side.record.name.name == *owner,
                    What::Enum(both) => both.new.definition.name.name == *owner,
                    _ => false,
                };
                let Some(change) = changes.iter().find(is) else {
                    continue;
                };
                let spot = change
                    .new
                    .as_ref()
                    .map(|spot| Spot::field(&spot.owner, member));
                let field = matches!(change.what, What::RecordPresent(_)) && !member.is_empty();
                let path = match (field, change.path.as_str()) {
                    (true, "") => member.clone(),
                    (true, path) => format!("{path}.{member}"),
                    (false, path) => path.to_owned(),
                };
                return (path, spot.and_then(|spot| place::at(new, &spot, message)));
            }
            Where::Old(_) | Where::Path(_) | Where::Branch(..) | Where::Became(..) => {}
        }
    }
    (remark.path.clone(), None)
}

/// A finding that an engine's words are all there is of.
fn alone(
    rule: &'static Rule,
    effect: &Effect,
    (path, place): (String, Option<Place>),
    at: usize,
) -> Finding {
    Finding {
        rule,
        path,
        former: String::new(),
        branches: Vec::new(),
        severity: effect.severity,
        message: effect.message.clone(),
        effects: vec![effect.clone()],
        old: String::new(),
        new: String::new(),
        place,
        against: vec![at],
        fix: None,
        counterexamples: Vec::new(),
        unproven: None,
        fewer: Vec::new(),
        suppressed: None,
        allow: None,
    }
}

impl Finding {
    /// Whether it is about topics and not about what travels on them.
    pub(super) fn is_topic(&self) -> bool {
        self.rule.is_of_topics()
    }
}
