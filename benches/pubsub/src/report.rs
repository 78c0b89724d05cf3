//! What was measured as a table and as JSON, with each goal and whether it holds.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::rounds::Side;

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
