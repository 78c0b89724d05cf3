//! Edits that are tried: each on its change by itself, then all that go together on the whole.

use std::collections::{BTreeSet, HashMap, HashSet};

use tg_schema_model::edit::{Changes, Edit, Target, Together};

use super::alone::{Alone, Bare};
use super::candidate;
use super::plan::{self, Draft};
use super::{Harm, SchemaTexts, applied, harm, is_read, schema};
use crate::change::Change;
use crate::check::{Options, Ready, Run, check_with};
use crate::effort::Effort;
use crate::report::{Compared, Effect, Finding, Severity};
use crate::version::Version;

/// The changes of a record, by path.
pub(super) struct Walk<'v> {
    changes: Vec<Change<'v>>,
    by_path: HashMap<String, Vec<usize>>,
}

impl<'v> Walk<'v> {
    pub(super) fn of(changes: Vec<Change<'v>>) -> Self {
        let mut by_path: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, change) in changes.iter().enumerate() {
            by_path.entry(change.path.clone()).or_default().push(at);
        }
        Walk { changes, by_path }
    }

    /// The change that a finding is about.
    pub(super) fn change(&self, finding: &Finding) -> Option<&Change<'v>> {
        let places = self.by_path.get(&finding.path)?.iter();
        let mut changes = places.filter_map(|at| self.changes.get(*at));
        changes.find(|change| {
            (finding.rule.look)(change).is_some_and(|words| words.message == finding.message)
        })
    }
}

/// Edits that may mend a finding.
#[derive(Clone)]
pub(super) struct Choice {
    pub edits: Vec<Edit>,
    /// What they are in words.
    pub message: String,
    /// Whether nothing of the finding is left then, as far as is known.
    pub whole: bool,
    /// Whether they mend the change by itself; else only the whole shows what they do.
    alone: bool,
    /// Whether nothing at all breaks or gets lost of the change then.
    clean: bool,
    /// Whether they were seen to mend a part on the whole.
    partly: bool,
}

impl Choice {
    /// Whether it is of the text of a schema.
    fn of_schema(&self) -> bool {
        let mut edits = self.edits.iter();
        edits.all(|edit| matches!(edit, Edit::SetSchema { .. }))
    }
}

/// What edits do on the whole.
enum Verdict {
    Mend,
    /// Less is left then.
    Partly,
    Not,
}

/// A finding with the edits that may mend it, the best first.
pub(super) struct Try {
    pub finding: usize,
    /// What may be released in steps, before any of it was compared.
    pub drafts: Vec<Vec<Draft>>,
    choices: Vec<Choice>,
    /// Whether the first of them was proven on the whole.
    proven: bool,
    /// Whether it takes too much effort to find out.
    pub untried: bool,
}

/// What came of it.
pub(super) enum Outcome {
    Mends(Choice),
    Nothing,
    /// It took too much effort to find out.
    Untried,
}

impl Try {
    pub(super) fn none(finding: usize) -> Self {
        Try {
            finding,
            drafts: Vec::new(),
            choices: Vec::new(),
            proven: false,
            untried: false,
        }
    }

    pub(super) fn untried(finding: usize) -> Self {
        Try {
            untried: true,
            ..Try::none(finding)
        }
    }

    pub(super) fn of(
        (at, finding): (usize, &Finding),
        change: &Change<'_>,
        (old, new): (&Ready<'_>, &Ready<'_>),
        (bare, texts): (&Bare<'_>, Option<&SchemaTexts<'_>>),
        options: &Options,
    ) -> Self {
        let python = old.version.python;
        let alone = Alone::of(change, old, new).and_then(|alone| {
            let before = bare.harm(&alone, &[], python, options)?;
            // Some things break only where they are.
            (!before.is_empty()).then_some((alone, before))
        });
        // A schema is edited as it is written.
        let written = texts.and_then(|texts| Some((texts.former(old)?, &texts.new)));
        let rule = finding.rule.page.id;
        let judged = |edits: &[Edit]| {
            let Some((alone, before)) = alone.as_ref().filter(|_| written.is_none()) else {
                return Some((true, false, false));
            };
            let after = bare.harm(alone, edits, python, options)?;
            let left = after.iter().any(|harm| harm.rule == rule);
            let mends = after.is_subset(before) && after != *before;
            mends.then_some((!left, true, after.is_empty()))
        };
        let candidates = match written {
            Some((former, text)) => schema::candidate::of(finding, change, former, text),
            None => candidate::of(finding, change, old, new),
        };
        let candidates = candidates.into_iter();
        let choices = candidates.filter_map(|candidate| {
            let (whole, alone, clean) = judged(&candidate.edits)?;
            Some(Choice {
                edits: candidate.edits,
                message: candidate.message,
                whole,
                alone,
                clean,
                partly: false,
            })
        });
        let mut choices: Vec<Choice> = choices.collect();
        choices.sort_by_key(|choice| !choice.whole);
        Try {
            drafts: match written {
                Some((former, text)) => schema::plan::drafts(change, former, text),
                None => plan::drafts(finding, change, old, new),
            },
            choices,
            ..Try::none(at)
        }
    }

    pub(super) fn outcome(&self) -> Outcome {
        match self.choices.first() {
            Some(best) if self.proven => Outcome::Mends(best.clone()),
            _ if self.untried => Outcome::Untried,
            _ => Outcome::Nothing,
        }
    }
}

/// A record whose findings are to be mended.
pub(super) struct Trial<'r> {
    pub is: &'r Compared,
    pub before: &'r BTreeSet<Harm>,
    pub new: &'r Version,
    pub against: &'r [Version],
    pub options: &'r Options,
    pub effort: &'r mut Effort,
    /// Comparisons of the whole that may still be made.
    pub left: usize,
}

impl Trial<'_> {
    /// Proves as many of the tries as there is effort for.
    pub(super) fn all(&mut self, tries: &mut [Try]) {
        let mut open: Vec<usize> = (0..tries.len())
            .filter(|at| tries.get(*at).is_some_and(|t| !t.choices.is_empty()))
            .collect();
        // Rules of which one finding was mended in the text of a schema: others are then mended together, as far as there
        // are some.
        let mut seen: HashSet<&'static str> = HashSet::new();
        while !open.is_empty() {
            let is = self.is;
            let rule = |tried: &Try| Some(is.findings.get(tried.finding)?.rule.page.id);
            let (together, later) = together(tries, &open, &|tried| {
                rule(tried).is_some_and(|rule| seen.contains(rule))
            });
            let mut failed = Vec::new();
            self.group(tries, &together, &mut failed);
            if let [one] = together.as_slice()
                && let Some(tried) = tries.get(*one)
            {
                let mended = tried.proven && tried.choices.first().is_some_and(|c| c.of_schema());
                seen.extend(rule(tried).filter(|_| mended));
            }
            // Where the best of a finding does no good, the next one is tried.
            failed.extend(later);
            failed.sort_unstable();
            open = failed;
            if self.left == 0 {
                break;
            }
        }
        for at in open {
            if let Some(tried) = tries.get_mut(at) {
                tried.untried = true;
            }
        }
        share(tries);
    }

    /// Tries a group, and its halves where it does no good as a whole.
    fn group(&mut self, tries: &mut [Try], group: &[usize], failed: &mut Vec<usize>) {
        let mut open = vec![group];
        while let Some(group) = open.pop() {
            if self.left == 0 {
                failed.extend(group);
                continue;
            }
            match (self.verdict(tries, group), group) {
                (Verdict::Mend, _) => {
                    for at in group {
                        if let Some(tried) = tries.get_mut(*at) {
                            tried.proven = true;
                        }
                    }
                }
                (verdict, [one]) => {
                    let Some(tried) = tries.get_mut(*one) else {
                        continue;
                    };
                    let choice = tried.choices.remove(0);
                    if let Verdict::Partly = verdict {
                        // The last resort.
                        tried.choices.push(Choice {
                            whole: false,
                            partly: true,
                            ..choice
                        });
                    }
                    tried.proven = tried.choices.first().is_some_and(|choice| choice.partly);
                    if !tried.proven && !tried.choices.is_empty() {
                        failed.push(*one);
                    }
                }
                _ => {
                    let (first, second) = group.split_at(group.len() / 2);
                    open.push(second);
                    open.push(first);
                }
            }
        }
    }

    /// Whether the edits for the findings of a group take these away and bring nothing new.
    fn verdict(&mut self, tries: &[Try], group: &[usize]) -> Verdict {
        self.left -= 1;
        let mut edits: Vec<&Edit> = Vec::new();
        let mut known = BTreeSet::new();
        let mut mended = BTreeSet::new();
        let mut alone = true;
        for tried in group.iter().filter_map(|at| tries.get(*at)) {
            let Some(choice) = tried.choices.first() else {
                continue;
            };
            alone &= choice.alone;
            for edit in &choice.edits {
                if known.insert(format!("{edit:?}")) {
                    edits.push(edit);
                }
            }
            if let Some(finding) = self.is.findings.get(tried.finding) {
                mended.insert((finding.path.as_str(), finding.rule.page.id));
            }
        }
        let Some(edited) = applied(self.new, edits) else {
            return Verdict::Not;
        };
        let Some(name) = &self.is.new else {
            return Verdict::Not;
        };
        let again = Options {
            only: vec![name.clone()],
            ..self.options.clone()
        };
        let before = self.before;
        let paths: BTreeSet<&str> = mended.iter().map(|(path, _)| *path).collect();
        // What was there before may stay elsewhere, whether messages show it or not.
        let sought = |rule: &'static str, path: &str, effect: &Effect| {
            paths.contains(path) || !before.contains(&Harm::of(rule, path, effect))
        };
        let mut run = Run {
            effort: self.effort,
            sought: &sought,
        };
        let Ok(report) = check_with(&edited, self.against, &again, &mut run) else {
            return Verdict::Not;
        };
        // What is read only now may lose what it lost nothing of before.
        let is = self.is;
        let revealed =
            |h: &Harm| h.severity == Severity::Loss && !is_read(is, h) && !before.contains(h);
        let mut after: BTreeSet<Harm> = report.records.iter().flat_map(harm).collect();
        after.retain(|h| !revealed(h));
        let left = |h: &Harm| mended.contains(&(h.path.as_str(), h.rule));
        let still = after.iter().any(left);
        if alone {
            // More may be told of what is left: of what breaks very much not all is.
            let known: BTreeSet<(&str, &str)> = before.iter().map(|h| (&*h.path, h.rule)).collect();
            after.retain(|h| before.contains(h) || !known.contains(&(&*h.path, h.rule)));
        }
        match (after.is_subset(before) && after != *before, still) {
            (true, false) => Verdict::Mend,
            (true, true) => Verdict::Partly,
            (false, _) => Verdict::Not,
        }
    }
}

/// Gives findings of one thing the same edits where the first of these mend all of it, so that all that is shown can be
/// written.
fn share(tries: &mut [Try]) {
    let mut clean: HashMap<Target, Choice> = HashMap::new();
    for tried in tries.iter().filter(|tried| tried.proven) {
        if let Some(choice) = tried.choices.first().filter(|choice| choice.clean) {
            for target in choice.edits.iter().flat_map(Target::of) {
                clean.entry(target).or_insert_with(|| choice.clone());
            }
        }
    }
    for tried in tries.iter_mut().filter(|tried| tried.proven) {
        let Some(choice) = tried.choices.first_mut() else {
            continue;
        };
        let mut targets = choice.edits.iter().flat_map(Target::of);
        if let Some(other) = targets.find_map(|target| clean.get(&target)) {
            choice.clone_from(other);
        }
    }
}

/// Tries that can be made at once, and those for later.
fn together(
    tries: &[Try],
    open: &[usize],
    seen: &dyn Fn(&Try) -> bool,
) -> (Vec<usize>, Vec<usize>) {
    let mut taken = Together::default();
    let (mut now, mut later) = (Vec::new(), Vec::new());
    for at in open {
        let tried = tries.get(*at);
        let Some((tried, first)) = tried.and_then(|tried| Some((tried, tried.choices.first()?)))
        else {
            continue;
        };
        // What was not tried by itself is tried alone, unless another one like it was; what is mended in part, too.
        let alone = !first.whole || !(first.alone || (first.of_schema() && seen(tried)));
        let own = Changes::of(&first.edits);
        if !taken.goes_with(&own) || (alone && !now.is_empty()) {
            later.push(*at);
            continue;
        }
        now.push(*at);
        if alone {
            later.extend(open.iter().filter(|other| *other > at).copied());
            break;
        }
        taken.add(own);
    }
    (now, later)
}
