//! Times and goals into text and JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::case::Key;
use crate::goals::{Goal, NOISE, Need, Outcome, Verdict, goals, judge};
use crate::rounds::Times;

/// Everything of one run.
pub struct Report {
    pub times: Vec<Times>,
    pub goals: Vec<(Goal, Vec<Verdict>)>,
}

impl Report {
    pub fn of(times: Vec<Times>) -> Report {
        let verdicts = |goal: Goal| {
            let cells = goal.cells.iter().map(|cell| judge(*cell, &times)).collect();
            (goal, cells)
        };
        let goals = goals().into_iter().map(verdicts).collect();
        Report { times, goals }
    }

    pub fn find(&self, shape: &str, op: &str, who: &str) -> Option<&Times> {
        let wanted = |key: Key| key.shape == shape && key.op == op && key.who == who;
        self.times.iter().find(|times| wanted(times.key))
    }

    /// Shapes, or operations, or who, in the order of the cases.
    pub fn distinct(&self, of: impl Fn(Key) -> &'static str) -> Vec<&'static str> {
        let mut found = Vec::new();
        for times in &self.times {
            let one = of(times.key);
            if !found.contains(&one) {
                found.push(one);
            }
        }
        found
    }

    pub fn text(&self) -> String {
        format!(
            "{}\n{}\n{}",
            self.times_text(),
            self.goals_text(),
            self.behind_text()
        )
    }

    /// One table an operation: nanoseconds, half the distance of the tenths in percent, times ours.
    fn times_text(&self) -> String {
        let mut out = String::from(
            "Nanoseconds of one message: the median of all rounds, ± half of what lies between the tenth\n\
             and the ninetieth percentile, and how many times ours it is.\n",
        );
        for op in self.distinct(|key| key.op) {
            let of_op = |key: Key| if key.op == op { key.shape } else { "" };
            let shapes: Vec<_> = self
                .distinct(of_op)
                .into_iter()
                .filter(|s| !s.is_empty())
                .collect();
            let of_op = |key: Key| if key.op == op { key.who } else { "" };
            let who: Vec<_> = self
                .distinct(of_op)
                .into_iter()
                .filter(|w| !w.is_empty())
                .collect();
            for shapes in shapes.chunks(4) {
                let _ = write!(out, "\n{op:<18}");
                for shape in shapes {
                    let _ = write!(out, "{shape:>27}");
                }
                out.push('\n');
                for who in &who {
                    let cells: Vec<String> = shapes
                        .iter()
                        .map(|shape| self.cell(shape, op, who))
                        .collect();
                    if cells.iter().any(|cell| !cell.is_empty()) {
                        let _ = write!(out, "{who:<18}");
                        for cell in cells {
                            let _ = write!(out, "{cell:>27}");
                        }
                        out.push('\n');
                    }
                }
            }
        }
        out
    }

    fn cell(&self, shape: &str, op: &str, who: &str) -> String {
        let Some(times) = self.find(shape, op, who) else {
            return String::new();
        };
        let s = times.spread();
        let noise = (s.ninetieth - s.tenth) / s.median * 50.0;
        let ratio = self
            .find(shape, op, "ours")
            .map_or(String::from("-"), |ours| {
                format!("{:.2}", times.over(ours).median)
            });
        format!("{} ±{noise:>2.0}% {ratio:>7}", grouped(s.median))
    }

    fn goals_text(&self) -> String {
        let mut out = format!(
            "Goals: how many times as long one case takes as another; what is needed, the median (tenth to\n\
             ninetieth percentile), what the codec by hand reaches in our place, and whether it holds:\n\
             within noise is what misses it by at most {} percent.\n",
            NOISE * 100.0
        );
        for (goal, verdicts) in &self.goals {
            let _ = writeln!(out, "\n{}  {}", goal.id, goal.what);
            for verdict in verdicts {
                let _ = writeln!(out, "    {}", verdict_text(verdict));
            }
        }
        out
    }

    /// Where a peer is ahead of us.
    fn behind_text(&self) -> String {
        let mut out = String::new();
        for times in &self.times {
            let Key { shape, op, who } = times.key;
            if matches!(who, "ours" | "limit" | "memcpy" | "clone") {
                continue;
            }
            if let Some(ours) = self.find(shape, op, "ours") {
                let ratio = times.over(ours).median;
                if ratio < 1.0 {
                    let _ = writeln!(
                        out,
                        "    {:<44} takes {ratio:.2} of our time",
                        times.key.to_string()
                    );
                }
            }
        }
        match out.is_empty() {
            true => String::from("No peer is ahead anywhere.\n"),
            false => format!("Where a peer is ahead\n\n{out}"),
        }
    }

    pub fn json(&self) -> Value {
        let times = |times: &Times| {
            let s = times.spread();
            json!({
                "case": times.key.to_string(),
                "shape": times.key.shape, "op": times.key.op, "who": times.key.who,
                "median_ns": s.median, "p10_ns": s.tenth, "p90_ns": s.ninetieth,
                "times_ours": self.find(times.key.shape, times.key.op, "ours").map(|ours| times.over(ours).median),
            })
        };
        let verdict = |verdict: &Verdict| {
            let (need, bound) = match verdict.cell.need {
                Need::AtLeast(bound) => ("at least", bound),
                Need::AtMost(bound) => ("at most", bound),
            };
            json!({
                "of": verdict.cell.of.to_string(), "over": verdict.cell.over.to_string(),
                "need": need, "bound": bound,
                "measured": verdict.measured.map(|s| s.median),
                "p10": verdict.measured.map(|s| s.tenth), "p90": verdict.measured.map(|s| s.ninetieth),
                "limit": verdict.limit,
                "holds": verdict.outcome().map(|outcome| outcome == Outcome::Holds),
                "within_noise": verdict.outcome().map(|outcome| outcome == Outcome::WithinNoise),
            })
        };
        let goal = |(goal, verdicts): &(Goal, Vec<Verdict>)| {
            json!({
                "id": goal.id, "what": goal.what,
                "cells": verdicts.iter().map(verdict).collect::<Vec<_>>(),
            })
        };
        json!({
            "noise": NOISE,
            "rounds": self.times.first().map_or(0, |times| times.rounds.len()),
            "times": self.times.iter().map(times).collect::<Vec<_>>(),
            "goals": self.goals.iter().map(goal).collect::<Vec<_>>(),
        })
    }
}

fn verdict_text(verdict: &Verdict) -> String {
    let Verdict {
        cell,
        measured,
        limit,
    } = verdict;
    let (sign, bound) = match cell.need {
        Need::AtLeast(bound) => ("≥", bound),
        Need::AtMost(bound) => ("≤", bound),
    };
    let found = match measured {
        None => "not built or not measured".to_owned(),
        Some(s) => format!("{:>6.2} ({:.2} to {:.2})", s.median, s.tenth, s.ninetieth),
    };
    let limit = limit.map_or(String::from("-"), |limit| format!("{limit:.2}"));
    let holds = match verdict.outcome() {
        None => "",
        Some(Outcome::Holds) => "yes",
        Some(Outcome::WithinNoise) => "within noise",
        Some(Outcome::Missed) => "NO",
    };
    let name = format!("{} : {}", cell.of, cell.over);
    format!("{name:<80} {sign} {bound:<5} {found:<26} {limit:>7}  {holds}")
}

/// With a comma between thousands, and a decimal where there are few digits.
pub fn grouped(value: f64) -> String {
    if value < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_parted() {
        assert_eq!(super::grouped(12.34), "12.3");
        assert_eq!(super::grouped(1234567.0), "1,234,567");
    }
}
