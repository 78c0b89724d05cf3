//! What was measured as a table and as JSON, with each goal and whether it holds.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::Outcome;
use crate::rounds::{Run, Side};

#[derive(Debug, Default)]
pub struct Report {
    pub rounds: usize,
    pub comparisons: Vec<Comparison>,
    pub bounds: Vec<Bound>,
}

/// Sides beside one that they are measured by.
#[derive(Debug)]
pub struct Comparison {
    pub what: String,
    pub base: Side,
    pub sides: Vec<Side>,
    /// What each side has to reach of the base's rate.
    pub goals: Vec<(&'static str, f64)>,
    /// Messages a second that are enough, however fast the base is.
    pub enough: Option<f64>,
    /// Runs of the base that failed and were done again, and why.
    pub repeated: Vec<String>,
}

/// A number with a limit.
#[derive(Debug)]
pub struct Bound {
    pub what: String,
    pub unit: &'static str,
    pub at_most: f64,
    pub measured: f64,
}

impl Bound {
    fn holds(&self) -> bool {
        self.measured <= self.at_most
    }
}

/// A goal of a side.
struct Goal {
    needed: f64,
    ratio: f64,
    holds: bool,
}

impl Comparison {
    /// Adds what another process measured, the base first.
    pub fn add(&mut self, measured: impl IntoIterator<Item = Side>) -> Outcome<()> {
        let mut measured = measured.into_iter();
        for side in std::iter::once(&mut self.base).chain(&mut self.sides) {
            let more = measured.next().ok_or("a side was not measured")?;
            side.processes.extend(more.processes);
        }
        Ok(())
    }

    /// The runs of all sides, for another process.
    pub fn runs(&self) -> Value {
        let sides = std::iter::once(&self.base).chain(&self.sides);
        let run = |run: &Run| json!([run.rate, run.processor]);
        let runs = |side: &Side| Value::from_iter(side.processes.iter().flatten().map(run));
        Value::from_iter(sides.map(runs))
    }

    /// Adds the runs that another process told by [`Comparison::runs`].
    pub fn add_runs(&mut self, sides: &Value) -> Outcome<()> {
        let sides: Vec<Vec<[f64; 2]>> = serde_json::from_value(sides.clone())?;
        self.add(sides.into_iter().map(|runs| {
            let run = |[rate, processor]: [f64; 2]| Run { rate, processor };
            Side {
                name: "",
                processes: vec![runs.into_iter().map(run).collect()],
            }
        }))
    }

    fn goal(&self, side: &Side) -> Option<Goal> {
        let (_, needed) = self.goals.iter().find(|(name, _)| *name == side.name)?;
        let (ratio, _) = side.beside(&self.base);
        let enough = self.enough.is_some_and(|enough| side.rate() >= enough);
        Some(Goal {
            needed: *needed,
            ratio,
            holds: ratio >= *needed || enough,
        })
    }
}

fn yes(holds: bool) -> &'static str {
    if holds { "yes" } else { "NO" }
}

impl Report {
    pub fn text(&self) -> String {
        let mut out = format!("{} rounds; medians\n", self.rounds);
        for comparison in &self.comparisons {
            let _ = writeln!(out, "\n{}", comparison.what);
            let base = &comparison.base;
            let _ = writeln!(
                out,
                "  {:<22}{:>12.0} /s {:>9.2} us processor time",
                base.name,
                base.rate(),
                base.processor()
            );
            for why in &comparison.repeated {
                let _ = writeln!(
                    out,
                    "  a run of {} failed and was done again: {why}",
                    base.name
                );
            }
            for side in &comparison.sides {
                let (ratio, processor) = side.beside(base);
                let _ = write!(
                    out,
                    "  {:<22}{:>12.0} /s {:>9.2} us ({processor:.2}); {:.1} % as fast",
                    side.name,
                    side.rate(),
                    side.processor(),
                    ratio * 100.0
                );
                if let Some((lowest, highest)) = side.spread(base) {
                    let (lowest, highest) = (lowest * 100.0, highest * 100.0);
                    let _ = write!(out, " ({lowest:.1} to {highest:.1})");
                }
                if let Some(goal) = comparison.goal(side) {
                    let _ = write!(out, ", needed {:.0} %", goal.needed * 100.0);
                    if let Some(enough) = comparison.enough {
                        let _ = write!(out, " or {enough:.0} /s");
                    }
                    let _ = write!(out, ": {}", yes(goal.holds));
                }
                out.push('\n');
            }
        }
        out.push('\n');
        for bound in &self.bounds {
            let _ = writeln!(
                out,
                "{}: {:.2} {}, at most {}: {}",
                bound.what,
                bound.measured,
                bound.unit,
                bound.at_most,
                yes(bound.holds())
            );
        }
        out
    }

    pub fn json(&self) -> Value {
        let side = |comparison: &Comparison, side: &Side| {
            let (ratio, processor_ratio) = side.beside(&comparison.base);
            let goal = comparison.goal(side);
            json!({
                "who": side.name,
                "rate": side.rate(),
                "processor_us": side.processor(),
                "ratio": ratio,
                "spread": side.spread(&comparison.base),
                "processor_ratio": processor_ratio,
                "needed": goal.as_ref().map(|g| g.needed),
                "holds": goal.as_ref().map(|g| g.holds),
                "measured": goal.as_ref().map(|g| g.ratio),
            })
        };
        let comparisons: Vec<Value> = self
            .comparisons
            .iter()
            .map(|c| {
                let sides = std::iter::once(&c.base).chain(&c.sides);
                json!({
                    "what": c.what,
                    "enough": c.enough,
                    "repeated": c.repeated,
                    "processes": c.base.processes.len(),
                    "sides": sides.map(|s| side(c, s)).collect::<Vec<_>>(),
                })
            })
            .collect();
        let bounds: Vec<Value> = self
            .bounds
            .iter()
            .map(|b| {
                json!({
                    "what": b.what,
                    "unit": b.unit,
                    "at_most": b.at_most,
                    "measured": b.measured,
                    "holds": b.holds(),
                })
            })
            .collect();
        json!({ "rounds": self.rounds, "comparisons": comparisons, "bounds": bounds })
    }
}
