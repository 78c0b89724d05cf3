//! Recursion over input of any depth: first on the stack at hand, then, where that is not deep enough, on a
//! thread with a large one. Beyond that it is refused.

use std::fmt;

/// Levels that are walked without a thread.
const SHALLOW: usize = 100;
/// Levels that are walked at all.
pub const MAX_LEVELS: usize = 10_000;
/// What [`MAX_LEVELS`] levels need, with room to spare in builds without optimization.
const STACK_BYTES: usize = 128 << 20;
/// Comparisons of two types that one question may take.
pub const MAX_STEPS: usize = 5_000_000;

/// Why a walk was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLarge {
    /// More than [`MAX_LEVELS`] types inside each other.
    Deep,
    /// More than [`MAX_STEPS`] comparisons.
    Long,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TooLarge::Deep => write!(
                f,
                "the types refer to each other more than {MAX_LEVELS} levels deep; split the schema"
            ),
            TooLarge::Long => write!(
                f,
                "comparing the types takes more than {MAX_STEPS} steps; split the schema"
            ),
        }
    }
}

impl std::error::Error for TooLarge {}

/// How deep and how long a walk may still go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    levels: usize,
    steps: usize,
}

impl Budget {
    /// One step more, at the present level.
    pub(crate) fn step(&mut self) -> Result<(), TooLarge> {
        self.spend(1)
    }
    /// Several steps at once.
    pub(crate) fn spend(&mut self, steps: usize) -> Result<(), TooLarge> {
        self.steps = self.steps.checked_sub(steps).ok_or(TooLarge::Long)?;
        Ok(())
    }
    /// One step, one level down. [`Budget::leave`] comes back.
    pub(crate) fn enter(&mut self) -> Result<(), TooLarge> {
        self.step()?;
        self.levels = self.levels.checked_sub(1).ok_or(TooLarge::Deep)?;
        Ok(())
    }
    pub(crate) fn leave(&mut self) {
        self.levels += 1;
    }
}

/// Runs `work`, again on a larger stack if it went too deep for the present one.
pub(crate) fn walk<T: Send>(
    work: impl Fn(&mut Budget) -> Result<T, TooLarge> + Sync,
) -> Result<T, TooLarge> {
    let budget = |levels| Budget {
        levels,
        steps: MAX_STEPS,
    };
    match work(&mut budget(SHALLOW)) {
        Err(TooLarge::Deep) => {}
        other => return other,
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        match thread.spawn_scoped(scope, || work(&mut budget(MAX_LEVELS))) {
            Ok(running) => running.join().unwrap_or(Err(TooLarge::Deep)),
            Err(_) => Err(TooLarge::Deep),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn down(left: usize, budget: &mut Budget) -> Result<usize, TooLarge> {
        if left == 0 {
            return Ok(0);
        }
        budget.enter()?;
        let below = down(left - 1, budget)?;
        budget.leave();
        Ok(below + 1)
    }

    #[test]
    fn deep_walks_get_a_stack_of_their_own() {
        for levels in [1, SHALLOW, SHALLOW + 1, MAX_LEVELS] {
            assert_eq!(walk(|budget| down(levels, budget)), Ok(levels));
        }
        assert_eq!(
            walk(|budget| down(MAX_LEVELS + 1, budget)),
            Err(TooLarge::Deep)
        );
        let long = walk(|budget| {
            loop {
                budget.step()?;
            }
            #[allow(unreachable_code)]
            Ok(())
        });
        assert_eq!(long, Err(TooLarge::Long));
    }
}
