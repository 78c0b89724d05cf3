//! `match`: patterns of plain values decide; every other pattern may match.

use ruff_python_ast::{Expr, MatchCase, Pattern, Singleton, StmtMatch};
use ruff_text_size::Ranged;

use super::value::{Site, Value};
use super::{Flow, Frame, Interpreter};

impl<'a> Interpreter<'a, '_> {
    pub(super) fn match_statement(&mut self, frame: &mut Frame<'a>, s: &'a StmtMatch) -> Flow<'a> {
        let subject = self.eval(frame, &s.subject);
        let site = frame.site(s);
        self.cases(frame, site, &subject, &s.cases)
    }

    fn cases(
        &mut self,
        frame: &mut Frame<'a>,
        site: Site,
        subject: &Value<'a>,
        cases: &'a [MatchCase],
    ) -> Flow<'a> {
        let Some((first, rest)) = cases.split_first() else {
            return Flow::Next;
        };
        let guarded = first.guard.is_some();
        let verdict = self.matches(frame, &first.pattern, subject);
        match verdict {
            Some(true) if !guarded => {
                let flow = self.case(frame, first, subject);
                if self.mute == 0 {
                    self.never(frame, false, |this, frame| {
                        this.cases(frame, site, subject, rest)
                    });
                }
                flow
            }
            Some(false) => {
                if self.mute == 0 {
                    self.never(frame, false, |this, frame| this.case(frame, first, subject));
                }
                self.deeper(Flow::Next, |this| this.cases(frame, site, subject, rest))
            }
            _ => self.deeper(Flow::Next, |this| {
                this.either(
                    frame,
                    site,
                    vec![
                        Box::new(|this, frame| this.case(frame, first, subject)),
                        Box::new(|this, frame| this.cases(frame, site, subject, rest)),
                    ],
                )
            }),
        }
    }

    fn case(
        &mut self,
        frame: &mut Frame<'a>,
        case: &'a MatchCase,
        subject: &Value<'a>,
    ) -> Flow<'a> {
        self.capture(frame, &case.pattern, Some(subject));
        if let Some(guard) = &case.guard {
            self.eval(frame, guard);
        }
        self.block(frame, &case.body)
    }

    /// Whether a pattern matches, where that is known.
    fn matches(
        &mut self,
        frame: &mut Frame<'a>,
        pattern: &'a Pattern,
        subject: &Value<'a>,
    ) -> Option<bool> {
        match pattern {
            Pattern::MatchValue(of) => {
                let value = self.eval(frame, &of.value);
                self.equal(&value, subject)
            }
            Pattern::MatchSingleton(of) => match (&of.value, subject) {
                (_, Value::Unknown(_)) => None,
                (Singleton::None, value) => Some(matches!(value, Value::None)),
                (Singleton::True, value) => Some(matches!(value, Value::Bool(true))),
                (Singleton::False, value) => Some(matches!(value, Value::Bool(false))),
            },
            Pattern::MatchAs(of) => match &of.pattern {
                None => Some(true),
                Some(inner) => self.matches(frame, inner, subject),
            },
            Pattern::MatchOr(of) => {
                let each: Vec<_> = of
                    .patterns
                    .iter()
                    .map(|p| self.matches(frame, p, subject))
                    .collect();
                if each.contains(&Some(true)) {
                    return Some(true);
                }
                each.iter().all(|m| *m == Some(false)).then_some(false)
            }
            _ => None,
        }
    }

    /// Binds the names of a pattern.
    fn capture(
        &mut self,
        frame: &mut Frame<'a>,
        pattern: &'a Pattern,
        subject: Option<&Value<'a>>,
    ) {
        let site = frame.site(pattern);
        let bind = |this: &mut Self, name: &'a ruff_python_ast::Identifier| {
            let part = || this.unknown("it is captured by a pattern", site);
            let value = subject.cloned().unwrap_or_else(part);
            this.bind_name(frame, name.id.clone(), value, site, site);
        };
        match pattern {
            Pattern::MatchAs(of) => {
                if let Some(name) = &of.name {
                    bind(self, name);
                }
                if let Some(inner) = &of.pattern {
                    self.capture(frame, inner, subject);
                }
            }
            Pattern::MatchStar(of) => {
                if let Some(name) = &of.name {
                    let place = frame.site(name);
                    let value = self.unknown("it is captured by a pattern", place);
                    self.bind_name(frame, name.id.clone(), value, place, place);
                }
            }
            Pattern::MatchMapping(of) => {
                for inner in &of.patterns {
                    self.capture(frame, inner, None);
                }
                if let Some(name) = &of.rest {
                    let place = frame.site(name);
                    let value = self.unknown("it is captured by a pattern", place);
                    self.bind_name(frame, name.id.clone(), value, place, place);
                }
            }
            Pattern::MatchSequence(of) => of
                .patterns
                .iter()
                .for_each(|p| self.capture(frame, p, None)),
            Pattern::MatchOr(of) => of
                .patterns
                .iter()
                .for_each(|p| self.capture(frame, p, subject)),
            Pattern::MatchClass(of) => {
                let class: &Expr = &of.cls;
                self.eval(frame, class);
                of.arguments
                    .patterns
                    .iter()
                    .for_each(|p| self.capture(frame, p, None));
                of.arguments
                    .keywords
                    .iter()
                    .for_each(|k| self.capture(frame, &k.pattern, None));
            }
            Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => {}
        }
        let _ = pattern.range();
    }
}
