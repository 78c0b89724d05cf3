//! Cases into times.
//!
//! Each round runs every case for about a millisecond, each round in another order. What disturbs the machine
//! for a while disturbs all of them, and ratios are taken within a round. The clock is the processor time of
//! this thread, which stands still while another program has the processor.
//!
//! Where a buffer happens to lie can make a copy half as fast again. So the cases are set up several times,
//! each time with their buffers elsewhere.

use rustix::time::{ClockId, clock_gettime};

use crate::case::{Case, Key};

/// How long, and how often.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    pub rounds: usize,
    /// How often everything is set up anew.
    pub layouts: usize,
    /// Of one case in one round, in nanoseconds.
    pub slice: f64,
}

/// Nanoseconds of one run of a case, one for each round.
pub struct Times {
    pub key: Key,
    pub rounds: Vec<f64>,
}

/// The middle, and how far the tenths lie apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub tenth: f64,
    pub median: f64,
    pub ninetieth: f64,
}

pub fn spread(values: impl IntoIterator<Item = f64>) -> Spread {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted[(share * (sorted.len() - 1) as f64).round() as usize];
    Spread {
        tenth: at(0.1),
        median: at(0.5),
        ninetieth: at(0.9),
    }
}

impl Times {
    pub fn spread(&self) -> Spread {
        spread(self.rounds.iter().copied())
    }
    /// How many times as long as the other, round by round.
    pub fn over(&self, other: &Times) -> Spread {
        spread(self.rounds.iter().zip(&other.rounds).map(|(a, b)| a / b))
    }
}

/// Runs of the case that fill the slice.
fn calibrate(case: &mut Case, slice: f64) -> u64 {
    let mut runs = 1;
    loop {
        let taken = time(case, runs) * runs as f64;
        if taken >= slice / 4.0 {
            return ((slice / taken * runs as f64) as u64).max(1);
        }
        runs *= 4;
    }
}

fn time(case: &mut Case, runs: u64) -> f64 {
    let start = clock_gettime(ClockId::ThreadCPUTime);
    (case.run)(runs);
    let taken = clock_gettime(ClockId::ThreadCPUTime) - start;
    (taken.tv_sec as f64 * 1e9 + taken.tv_nsec as f64) / runs as f64
}

/// Times all cases that `set_up` gives, which are the same for every layout. `progress` learns how many
/// rounds are done.
pub fn run(
    set_up: impl Fn(u64) -> Vec<Case>,
    effort: Effort,
    progress: impl Fn(usize),
) -> Vec<Times> {
    let mut all: Vec<Times> = Vec::new();
    let mut seed = 0x2545_f491_4f6c_dd1d;
    for layout in 0..effort.layouts {
        let mut cases = set_up(layout as u64);
        if layout == 0 {
            let times = |case: &Case| Times {
                key: case.key,
                rounds: Vec::with_capacity(effort.rounds),
            };
            all = cases.iter().map(times).collect();
        }
        let runs: Vec<u64> = cases
            .iter_mut()
            .map(|case| calibrate(case, effort.slice))
            .collect();
        let mut order: Vec<usize> = (0..cases.len()).collect();
        let (first, end) = (
            layout * effort.rounds / effort.layouts,
            (layout + 1) * effort.rounds / effort.layouts,
        );
        for round in first..end {
            shuffle(&mut order, &mut seed);
            for &i in &order {
                // Not timed: brings its code and its data back into the caches.
                (cases[i].run)(runs[i].div_ceil(8));
                all[i].rounds.push(time(&mut cases[i], runs[i]));
            }
            progress(round + 1);
        }
    }
    all
}

fn shuffle(order: &mut [usize], seed: &mut u64) {
    for i in (1..order.len()).rev() {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        order.swap(i, (*seed % (i as u64 + 1)) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_tenths_of_what_was_measured() {
        let found = spread((0..=100).rev().map(f64::from));
        assert_eq!(
            found,
            Spread {
                tenth: 10.0,
                median: 50.0,
                ninetieth: 90.0
            }
        );
    }

    #[test]
    fn a_shuffle_loses_nobody() {
        let (mut order, mut seed) = ((0..50).collect::<Vec<_>>(), 7);
        shuffle(&mut order, &mut seed);
        assert_ne!(order, (0..50).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..50).collect::<Vec<_>>());
    }
}
