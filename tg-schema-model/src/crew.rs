//! A list of work, done by as many threads as the machine has cores for.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Stack of each thread, in bytes: as much as the main thread has.
const STACK_BYTES: usize = 8 << 20;
/// How many parts each thread takes of a list, one after the other: whoever is done early takes more.
const PARTS: usize = 8;

/// What `work` makes of each of a list, in the order of the list. A thread is worth its cost from `least`
/// items on.
pub fn each<T: Sync, R: Send>(list: &[T], least: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = cores.min(list.len() / least.max(1));
    if threads < 2 {
        return list.iter().map(work).collect();
    }
    let size = (list.len() / (threads * PARTS)).max(1);
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        loop {
            let start = next.fetch_add(size, Ordering::Relaxed).min(list.len());
            let end = (start + size).min(list.len());
            match list.get(start..end) {
                Some(part) if !part.is_empty() => {
                    done.push((start, part.iter().map(&work).collect::<Vec<R>>()));
                }
                _ => return done,
            }
        }
    };
    let mut parts = thread::scope(|scope| {
        // One that cannot be had is not missed: the others do its share.
        let thread = || thread::Builder::new().stack_size(STACK_BYTES);
        let others = (1..threads).map_while(|_| thread().spawn_scoped(scope, some).ok());
        let others: Vec<_> = others.collect();
        let mut parts = some();
        for other in others {
            match other.join() {
                Ok(more) => parts.extend(more),
                Err(panic) => resume_unwind(panic),
            }
        }
        parts
    });
    parts.sort_unstable_by_key(|(start, _)| *start);
    parts.into_iter().flat_map(|(_, part)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::each;

    #[test]
    fn results_come_in_the_order_of_the_list() {
        for count in [0, 1, 2, 7, 64, 1000] {
            let list: Vec<usize> = (0..count).collect();
            let doubled: Vec<usize> = list.iter().map(|n| n * 2).collect();
            for least in [0, 1, 10, 10_000] {
                assert_eq!(each(&list, least, |n| n * 2), doubled, "{count} {least}");
            }
        }
    }
}
