//! Which message of one version is which of another: by full name, then by an alias, then by what looks like a
//! rename.

use std::collections::{HashMap, HashSet};

use crate::engine::avro::Shape;
use crate::loss::name::likeness;
use crate::version::{Message, Version};

/// Messages of each side among which renames are looked for.
const MAX_SUGGESTED: usize = 200;
/// Of 100: how alike two messages have to be to be taken for one.
const LIKE: usize = 60;

/// The messages of two versions that belong together.
pub(crate) struct Paired {
    /// By index of the new message, that of the old one.
    former: HashMap<usize, usize>,
    taken: HashSet<usize>,
}

impl Paired {
    /// The old message that a new one was.
    pub(crate) fn former(&self, new: usize) -> Option<usize> {
        self.former.get(&new).copied()
    }
    /// Whether an old message is there still.
    pub(crate) fn is_kept(&self, old: usize) -> bool {
        self.taken.contains(&old)
    }
    fn put(&mut self, new: usize, old: usize) {
        if !self.former.contains_key(&new) && self.taken.insert(old) {
            self.former.insert(new, old);
        }
    }
}

/// The messages of each earlier version, oldest first, that belong to those of the new one. What a message was called in
/// a version it is looked for under in those before, however much it looked like another one there.
pub(crate) fn pair_all(against: &[Version], new: &Version) -> Vec<Paired> {
    let mut names: HashMap<usize, Vec<Former<'_>>> = HashMap::new();
    let mut all: Vec<Paired> = Vec::with_capacity(against.len());
    for version in against.iter().rev() {
        let paired = pair(version, new, &names);
        for (at, former) in &paired.former {
            let former = version.messages.get(*former);
            let former = former.map(|m| (m.plain_name(), m.home.as_str()));
            let known = names.entry(*at).or_default();
            known.extend(former.filter(|former| !known.contains(former)));
        }
        all.push(paired);
    }
    all.reverse();
    all
}

/// What a message of the new version was in earlier ones, with their numbers.
pub(crate) fn formers<'v>(
    paired: &[Paired],
    against: &'v [Version],
    new: usize,
) -> Vec<(usize, &'v Message)> {
    let versions = paired.iter().zip(against).enumerate();
    let former = versions.map(|(at, (paired, version))| {
        let former = version.messages.get(paired.former(new)?)?;
        Some((at, former))
    });
    former.flatten().collect()
}

/// What a message was called in a version, and where it was at home there.
type Former<'v> = (&'v str, &'v str);

/// The messages of one earlier version, with the names that new ones had later.
fn pair(old: &Version, new: &Version, names: &HashMap<usize, Vec<Former<'_>>>) -> Paired {
    let mut paired = Paired {
        former: HashMap::new(),
        taken: HashSet::new(),
    };
    if old.single && new.single && old.messages.len() == 1 && new.messages.len() == 1 {
        paired.put(0, 0);
        return paired;
    }
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, message) in old.messages.iter().enumerate() {
        by_name.entry(message.plain_name()).or_default().push(at);
    }
    let home = |at: &usize| old.messages.get(*at).map(|m| m.home.as_str());
    let known = |message: &Message| by_name.get(message.plain_name()).into_iter().flatten();
    // Of several of one name, those that are at home at one place, or were in a version between.
    for (at, message) in new.messages.iter().enumerate() {
        let between = names.get(&at).into_iter().flatten();
        let between = between.filter(|(name, _)| *name == message.plain_name());
        let last = between.last().map_or(&*message.home, |(_, home)| *home);
        if let Some(&former) = known(message).find(|at| home(at) == Some(last)) {
            paired.put(at, former);
        }
    }
    // Messages that were there and are left out belong to those of their names, so that no other does.
    let unchanged: HashSet<&str> = old.unchanged.iter().map(String::as_str).collect();
    for (at, message) in new.messages.iter().enumerate() {
        let mut free = known(message).filter(|at| !paired.taken.contains(at));
        if !unchanged.contains(message.plain_name())
            && let Some(&former) = free.next()
        {
            paired.put(at, former);
        }
    }
    let kept = |message: &Message| {
        let aliases = message.aliases.iter().map(String::as_str);
        let mut names = std::iter::once(message.plain_name()).chain(aliases);
        names.any(|name| unchanged.contains(name))
    };
    for (at, message) in new.messages.iter().enumerate() {
        if kept(message) {
            continue;
        }
        let between = names.get(&at).map_or(&[][..], Vec::as_slice);
        // Of several of a former name, the one at the place where it was later.
        let called = |name: &str, paired: &Paired| {
            let known = between.iter().rev().find(|(known, _)| *known == name);
            let last = known.map_or(&*message.home, |(_, home)| home);
            let all = by_name.get(name)?.iter().copied();
            let free = all.filter(|at| !paired.taken.contains(at));
            let here = free.clone().find(|at| home(at) == Some(last));
            here.or_else(|| free.clone().next())
        };
        let later = between.iter().map(|(name, _)| *name);
        let later = later.filter(|name| !unchanged.contains(name));
        for name in message.aliases.iter().map(String::as_str).chain(later) {
            if let Some(former) = called(name, &paired) {
                paired.put(at, former);
            }
        }
    }
    suggest(old, new, &kept, &mut paired);
    paired
}

/// Messages that are left over on both sides and look alike.
fn suggest(old: &Version, new: &Version, kept: &dyn Fn(&Message) -> bool, paired: &mut Paired) {
    let gone = old.messages.iter().enumerate();
    let gone: Vec<_> = gone
        .filter(|(at, _)| !paired.taken.contains(at))
        .take(MAX_SUGGESTED)
        .collect();
    let added = new.messages.iter().enumerate();
    let added: Vec<_> = added
        .filter(|(at, message)| !paired.former.contains_key(at) && !kept(message))
        .take(MAX_SUGGESTED)
        .collect();
    let alone = gone.len() == 1 && added.len() == 1;
    let mut candidates = Vec::new();
    for (o, a) in &gone {
        for (n, b) in &added {
            let score = alike(a, b, alone);
            if score >= LIKE {
                candidates.push((std::cmp::Reverse(score), *o, *n));
            }
        }
    }
    candidates.sort();
    for (_, o, n) in candidates {
        paired.put(n, o);
    }
}

/// Of 100. The same short name in another namespace is one message; else fields and names both count. `alone`:
/// nothing else is gone, and nothing else is new.
fn alike(a: &Message, b: &Message, alone: bool) -> usize {
    let (a_name, b_name) = (short(a.plain_name()), short(b.plain_name()));
    if a_name == b_name {
        return 100;
    }
    let (fields, other) = (fields(a), fields(b));
    if fields.is_empty() || other.is_empty() {
        return 0;
    }
    let common = fields.intersection(&other).count() * 100 / fields.len().max(other.len());
    let names = usize::from(likeness(a_name, b_name));
    match (common, names) {
        // The same fields under quite another name: a small record among others proves nothing.
        (100, _) if alone || fields.len() >= 3 => names.max(LIKE),
        _ if common >= 50 && names >= 50 => (common + names) / 2,
        _ => 0,
    }
}

fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn fields(message: &Message) -> HashSet<&str> {
    let Ok(graph) = message.graph() else {
        return HashSet::new();
    };
    match graph.shape(graph.root) {
        Shape::Record(record) => record.fields.iter().map(|f| f.name.as_str()).collect(),
        _ => HashSet::new(),
    }
}
