//! What many topics and idle consumers leave behind: alone in their process, since descriptors and tasks are counted.

#[path = "broker/support.rs"]
#[allow(dead_code)]
mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use support::*;

/// One at a time.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

/// Memory that this process has in use, in MiB.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split_whitespace().nth(1);
    pages.and_then(|n| n.parse::<usize>().ok()).unwrap_or(0) * 4 / 1024
}

/// Far less than 1,000 consumers or producers take: a consumer has some 77 kB, and its session more.
const GROWTH: usize = 24;

/// 1,000 topics are opened and closed, 50 at a time, twice: the second time finds what the first one left.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_topics_leave_nothing_behind() {
    let _alone = ALONE.lock().await;
    let Some(mosquitto) = broker() else { return };
    let backend = Arc::new(backend(mosquitto.port()));
    let thousand = async || {
        for _ in 0..20 {
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..50 {
                let backend = Arc::clone(&backend);
                tasks.spawn(async move {
                    let topic = topic(1);
                    let receiver = consumer(&*backend, &topic, "s").await;
                    let sender = producer(&*backend, &topic).await;
                    send(&*sender, "x").await;
                    receive(&*receiver).await.ack().await.expect("acknowledged");
                    sender.close(SOON).await.expect("closed");
                    receiver.unsubscribe().await.expect("ended");
                });
            }
            while let Some(done) = tasks.join_next().await {
                done.expect("a topic");
            }
        }
    };
    thousand().await;
    let metrics = tokio::runtime::Handle::current().metrics();
    let counts = || (descriptors(), metrics.num_alive_tasks(), resident());
    // What ends by itself may need a moment.
    let mut before = counts();
    for _ in 0..30 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let now = counts();
        before = (
            before.0.min(now.0),
            before.1.min(now.1),
            before.2.min(now.2),
        );
    }
    thousand().await;
    let none_left = |after: (usize, usize, usize)| {
        after.0 <= before.0 + 2 && after.1 <= before.1 + 1 && after.2 <= before.2 + GROWTH
    };
    let start = Instant::now();
    while !none_left(counts()) && start.elapsed() < SOON {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let after = counts();
    println!("1,000 topics more: descriptors, tasks and MiB {before:?} before, {after:?} after");
    assert!(none_left(after), "{before:?} {after:?}");
}

/// Processor time of this process, in hundredths of a second.
fn processor_time() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let times = fields.split_whitespace().skip(11).take(2);
    times.filter_map(|t| t.parse::<u64>().ok()).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_consumers_cost_nothing() {
    let _alone = ALONE.lock().await;
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    let mut idle = Vec::new();
    for _ in 0..50 {
        let topic = topic(1);
        let receiver = consumer(&backend, &topic, "s").await;
        idle.push(tokio::spawn(async move {
            let _end = receiver.receive().await;
        }));
    }
    // On a busy machine each thread that wakes costs more; who works while idle does so each time.
    let mut least = u64::MAX;
    for _ in 0..5 {
        let before = processor_time();
        tokio::time::sleep(Duration::from_secs(3)).await;
        let spent = processor_time() - before;
        println!("50 idle consumers for 3 s: {spent}0 ms of processor time");
        least = least.min(spent);
        if least <= 3 {
            break;
        }
    }
    assert!(least <= 3, "{least}0 ms");
    assert!(idle.iter().all(|task| !task.is_finished()));
}
