//! Rounds in which each side runs once.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::Outcome;

/// One run of one side.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Messages a second.
    pub rate: f64,
    /// Microseconds of processor time of this process for a message.
    pub processor: f64,
}

/// All runs of one side.
#[derive(Clone, Debug)]
pub struct Side {
    pub name: &'static str,
    /// The runs of each process.
    pub processes: Vec<Vec<Run>>,
}

/// Times a run from here to [`Clock::stop`].
pub struct Clock {
    started: Instant,
    processor: Duration,
}

/// Processor time of this process, user's and system's.
pub fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        u32::try_from(time.tv_nsec).unwrap_or(0),
    )
}

impl Clock {
    pub fn start() -> Self {
        Clock {
            started: Instant::now(),
            processor: processor_time(),
        }
    }
    pub fn stop(self, messages: usize) -> Run {
        let messages = messages as f64;
        let processor = processor_time().saturating_sub(self.processor);
        Run {
            rate: messages / self.started.elapsed().as_secs_f64(),
            processor: processor.as_secs_f64() * 1e6 / messages,
        }
    }
}

impl Side {
    pub fn new(name: &'static str) -> Self {
        Side {
            name,
            processes: Vec::new(),
        }
    }
    pub fn rate(&self) -> f64 {
        self.median(|run| run.rate)
    }
    pub fn processor(&self) -> f64 {
        self.median(|run| run.processor)
    }
    fn median(&self, of: impl Fn(&Run) -> f64) -> f64 {
        let processes = self.processes.iter();
        median(processes.map(|runs| median(runs.iter().map(&of))))
    }
    /// How many times as fast as the other in the same round, and how many times as much processor time: medians.
    pub fn beside(&self, other: &Side) -> (f64, f64) {
        let processor = |ours: &Run, theirs: &Run| ours.processor / theirs.processor;
        (
            median(self.ratios(other).into_iter()),
            median(self.by_process(other, processor).into_iter()),
        )
    }
    /// The lowest and the highest of the processes' ratios to the other's rate. None of one process.
    pub fn spread(&self, other: &Side) -> Option<(f64, f64)> {
        let ratios = self.ratios(other);
        let lowest = ratios.iter().copied().min_by(f64::total_cmp)?;
        let highest = ratios.iter().copied().max_by(f64::total_cmp)?;
        (ratios.len() > 1).then_some((lowest, highest))
    }
    fn ratios(&self, other: &Side) -> Vec<f64> {
        self.by_process(other, |ours, theirs| ours.rate / theirs.rate)
    }
    fn by_process(&self, other: &Side, ratio: impl Fn(&Run, &Run) -> f64) -> Vec<f64> {
        let both = self.processes.iter().zip(&other.processes);
        both.map(|(ours, theirs)| {
            let pairs = ours.iter().zip(theirs);
            median(pairs.map(|(ours, theirs)| ratio(ours, theirs)))
        })
        .collect()
    }
}

/// All runs of all sides, by their places. In each round another one is the first. One round more is not counted: buffers
/// grow, and the broker learns of everybody and compiles what it needs.
pub async fn interleaved<const N: usize>(
    names: [&'static str; N],
    rounds: usize,
    mut run: impl AsyncFnMut(usize) -> Outcome<Run>,
) -> Outcome<[Side; N]> {
    let mut sides = names.map(|name| Side {
        name,
        processes: vec![Vec::new()],
    });
    for round in 0..=rounds {
        for turn in 0..N {
            let which = (round + turn) % N;
            let run = run(which).await?;
            if round > 0
                && let Some(runs) = sides
                    .get_mut(which)
                    .and_then(|side| side.processes.last_mut())
            {
                runs.push(run);
            }
        }
    }
    Ok(sides)
}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
