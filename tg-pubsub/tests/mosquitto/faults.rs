//! The fault table behind the supervision of the service layer: a broker that is away for long, and a consumer whose
//! process is killed. Each run prints what it counted.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, SystemTime};

use tg_pubsub::{Backoff, HandlerError, LinkState, Shutdown};
use tg_test_brokers::Confirmed;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::{Note, SHORT, SOON, broker, note, pubsub_with, until};

/// As long as the service layer's own, without its long pauses at the end.
const BACKOFF: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(1));

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_is_killed_and_away_for_three_seconds() {
    away(Duration::from_secs(3)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes more than half a minute; the run of three seconds is the same"]
async fn a_broker_that_is_killed_and_away_for_thirty_seconds() {
    away(Duration::from_secs(30)).await;
}

/// The broker is killed under load and stays away. The backend gives its links up at once, so that the service layer
/// builds them again. Nobody else does anything.
async fn away(time: Duration) {
    const SENDERS: usize = 8;
    let Some(mut mosquitto) = broker() else {
        return;
    };
    let pubsub = pubsub_with(&mosquitto, "one", Duration::from_millis(1));
    let topic = "q1/tg/flow/away";
    let consumer = pubsub.consumer::<Note>(topic, "s").backoff(BACKOFF);
    let consumer = consumer.open().await.expect("a consumer");
    let received: Arc<Mutex<BTreeMap<String, usize>>> = Arc::default();
    let keep = received.clone();
    let service = consumer.service().concurrency(8).run(move |note| {
        let mut received = keep.lock().expect("no panic");
        *received.entry(note.into_value().text).or_default() += 1;
        async { Ok::<(), HandlerError>(()) }
    });
    let service = service.expect("a service");
    let producer = pubsub.producer::<Note>(topic).backoff(BACKOFF);
    let producer = producer.send_timeout(2 * time + SOON).open().await;
    let producer = producer.expect("a producer");
    // The broker saves its sessions each other second.
    sleep(Duration::from_millis(2_500)).await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut sending = JoinSet::new();
    for sender in 0..SENDERS {
        let (producer, stop) = (producer.clone(), stop.clone());
        sending.spawn(async move {
            let (mut confirmed, mut unrouted) = (Vec::new(), 0);
            let mut n = 0;
            while !stop.load(Ordering::Relaxed) {
                // None is a part of another one.
                let text = format!("<{sender}-{n}>");
                n += 1;
                let sent = SystemTime::now();
                let receipt = producer
                    .send(&note(&text))
                    .await
                    .expect("confirmed at last");
                // A broker that comes back has forgotten shared subscriptions until its consumer is back, and says so.
                match receipt.routed {
                    Some(false) => unrouted += 1,
                    _ => confirmed.push(Confirmed {
                        text,
                        sent,
                        confirmed: SystemTime::now(),
                    }),
                }
                sleep(Duration::from_millis(20)).await;
            }
            (confirmed, unrouted)
        });
    }
    until("messages flow", || {
        received.lock().expect("no panic").len() > 100
    })
    .await;
    let killed = tokio::task::spawn_blocking(move || {
        let killed = mosquitto.kill_and_restart(time).expect("a broker");
        (killed, mosquitto)
    });
    until("the loss is known", || {
        let health = consumer.health();
        health.link == LinkState::Down || health.reconnects > 0
    })
    .await;
    let (killed, _mosquitto) = killed.await.expect("a broker");
    let back = Instant::now();
    let before = received.lock().expect("no panic").len();
    until("messages flow again", || {
        received.lock().expect("no panic").len() > before
    })
    .await;
    let recovered = back.elapsed();
    until("as many as before", || {
        received.lock().expect("no panic").len() > before + 100
    })
    .await;
    stop.store(true, Ordering::Relaxed);
    let (mut confirmed, mut unrouted) = (Vec::new(), 0);
    for (some, lost) in sending.join_all().await {
        confirmed.extend(some);
        unrouted += lost;
    }
    let missing = || {
        let received = received.lock().expect("no panic");
        let missing = confirmed
            .iter()
            .filter(|message| !received.contains_key(&message.text));
        // What the broker confirmed and had not saved it has lost by itself.
        let (by_broker, ours): (Vec<_>, Vec<_>) = missing.partition(|m| killed.lost(m, 1));
        (by_broker.len(), ours.len())
    };
    let start = Instant::now();
    while missing().1 > 0 && start.elapsed() < SOON {
        sleep(Duration::from_millis(50)).await;
    }
    let ((unsaved, lost), health) = (missing(), consumer.health());
    let (different, duplicates, unexplained) = {
        let received = received.lock().expect("no panic");
        let all: usize = received.values().sum();
        // What had waited for an acknowledgement when the broker saved last comes again, however much that was.
        let repeated = received.iter().filter(|(_, times)| **times > 1);
        let unexplained = repeated.filter(|(text, _)| !killed.has(text)).count();
        (received.len(), all - received.len(), unexplained)
    };
    println!(
        "broker killed and away for {time:?}: {} confirmed, {unrouted} told to be unrouted, {different} received, \
         {duplicates} duplicates, {unsaved} confirmed by the broker and not saved, {lost} lost; flowing again {recovered:?} after its start, {} new links of the consumer",
        confirmed.len(),
        health.reconnects
    );
    assert_eq!(lost, 0);
    assert!(confirmed.len() > 200, "{}", confirmed.len());
    assert!(
        unexplained <= SENDERS,
        "{unexplained}: those that were not confirmed"
    );
    assert_eq!((health.link, health.reconnects), (LinkState::Up, 1));
    let mut shutdown = Shutdown::new();
    shutdown.add(service).add(producer);
    let drained = shutdown.drain(SOON).await;
    assert!(drained.is_clean(), "{drained:?}");
}

/// Where the process that consumes finds the broker; without it, its test does nothing.
const PORT: &str = "TG_TEST_CONSUMER_PORT";
/// How many messages it processes; it keeps what comes after them.
const MOST: &str = "TG_TEST_CONSUMER_MOST";
const KILLED: &str = "q1/tg/flow/killed";

/// The consumer that is killed: this test in a process of its own. It tells of each message before it is acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the process that another test starts and kills"]
async fn consumer_process() {
    let Ok(port) = std::env::var(PORT) else {
        return;
    };
    let port = port.parse().expect("a port");
    let pubsub = crate::pubsub_at(port, "mortal", SOON);
    let consumer = pubsub.consumer::<Note>(KILLED, "s").backoff(SHORT);
    let consumer = consumer.open().await.expect("a consumer");
    tell("open");
    let most = std::env::var(MOST).ok().and_then(|most| most.parse().ok());
    let left = Arc::new(AtomicUsize::new(most.unwrap_or(usize::MAX)));
    let service = consumer.service().concurrency(8).run(move |note| {
        let left = left.clone();
        async move {
            sleep(Duration::from_millis(20)).await;
            let less = |left: usize| left.checked_sub(1);
            let turn = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
            if turn.is_err() {
                std::future::pending::<()>().await;
            }
            tell(&format!("got {}", note.value().text));
            Ok(())
        }
    });
    service
        .expect("a service")
        .ended()
        .await
        .expect("killed before");
}

fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").expect("somebody listens");
    out.flush().expect("somebody listens");
}

/// A process that consumes, and what it tells. Killed when this goes away.
struct Process {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Process {
    fn start(port: u16, most: usize) -> Self {
        let name = "mosquitto::faults::consumer_process";
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", name, "--ignored", "--nocapture"])
            .env(PORT, port.to_string())
            .env(MOST, most.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let out = child.stdout.take().expect("piped");
        let (told, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if told.send(line).is_err() {
                    return;
                }
            }
        });
        let mut process = Process { child, lines };
        process.wait(|line| line.ends_with("open"));
        process
    }
    /// Takes lines until one is as wanted.
    fn wait(&mut self, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let mut seen = Vec::new();
        loop {
            let line = self.lines.recv_timeout(SOON).expect("a line in time");
            seen.push(line);
            if seen.last().is_some_and(|line| wanted(line)) {
                return seen;
            }
        }
    }
    /// Kills it, and gives what it told and nobody has taken yet.
    fn kill(mut self) -> Vec<String> {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
        self.lines.iter().collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_whose_process_is_killed_leaves_its_messages_to_its_successor() {
    const COUNT: usize = 300;
    let Some(mosquitto) = broker() else { return };
    let port = mosquitto.port();
    let mut first = tokio::task::block_in_place(|| Process::start(port, COUNT / 2));
    let pubsub = pubsub_with(&mosquitto, "sender", SOON);
    let producer = pubsub.producer::<Note>(KILLED).open().await;
    let producer = producer.expect("a producer");
    for n in 0..COUNT {
        producer.send(&note(format!("n{n}"))).await.expect("sent");
    }
    let (mine, theirs) = tokio::task::block_in_place(|| {
        let mut mine = first.wait(|line| line.contains("n100"));
        mine.extend(first.kill());
        let mut all: BTreeSet<String> = mine.iter().filter_map(|line| text(line)).collect();
        let mut second = Process::start(port, usize::MAX);
        let mut theirs = Vec::new();
        while all.len() < COUNT {
            let more = second.wait(|line| line.contains("got "));
            all.extend(more.iter().filter_map(|line| text(line)));
            theirs.extend(more);
        }
        // What comes twice comes before what comes later: a moment is enough to see it, and nothing fails without.
        std::thread::sleep(Duration::from_millis(300));
        theirs.extend(second.kill());
        (mine, theirs)
    });
    let texts = |lines: &[String]| lines.iter().filter_map(|line| text(line)).collect();
    let (mine, theirs): (Vec<String>, Vec<String>) = (texts(&mine), texts(&theirs));
    let different: BTreeSet<&String> = mine.iter().chain(&theirs).collect();
    let duplicates = mine.len() + theirs.len() - different.len();
    println!(
        "consumer process killed: {COUNT} confirmed, {} processed by the one that was killed, {} by its successor, \
         {duplicates} duplicates, {} lost",
        mine.len(),
        theirs.len(),
        COUNT - different.len()
    );
    assert_eq!(different.len(), COUNT);
    assert!(mine.len() < COUNT, "it was killed before the end");
    // Those in hand, and those whose acknowledgement was on its way.
    assert!(duplicates < COUNT / 4, "{duplicates}");
    producer.close(SOON).await.expect("closed");
}

/// The text of the message that a line tells of.
fn text(line: &str) -> Option<String> {
    let (_, text) = line.split_once("got ")?;
    Some(text.to_owned())
}
