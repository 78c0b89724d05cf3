//! Measurements as text for Prometheus, in its exposition format 0.0.4.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use crate::pubsub::enlist;

use super::{Counter, Gauge, Labels, MetricsSink, Refresh, Role, Series, Timing};

/// Content type of what [`Prometheus::render`] gives.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Upper bounds of the buckets of a time, in seconds.
const BUCKETS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0,
];

/// Most series. What comes beyond is counted in one series a role, named `other`, so that a program that invents names
/// does not grow for ever.
const MAX_SERIES: usize = 10_000;

/// Keeps measurements and writes them as text. Clones share them.
///
/// ```
/// use std::sync::Arc;
/// use tg_pubsub::PubSub;
/// use tg_pubsub::metrics::Prometheus;
/// use tg_pubsub_memory::Memory;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tg_pubsub::Error> {
/// let metrics = Prometheus::new();
/// let pubsub = PubSub::builder(Arc::new(Memory::new()))
///     .processor("counter")
///     .metrics(Arc::new(metrics.clone()))
///     .build();
/// let producer = pubsub.producer::<tg_pubsub::Raw>("q1/tg/flow/ticks").label("ticks").open().await?;
/// producer.send(&tg_pubsub::Raw::from("tick")).await?;
/// let text = metrics.render();
/// assert!(text.contains(
///     "tg_producer_output_count_total{processor=\"counter\",flow=\"\",name=\"ticks\",backend=\"memory\"} 1\n"
/// ));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Prometheus(Arc<Mutex<BTreeMap<Labels, Arc<Kept>>>>);

#[derive(Debug)]
struct Kept {
    counters: Vec<AtomicU64>,
    gauges: Vec<Level>,
    timings: Vec<Histogram>,
    /// Asked before the measurements are read.
    refreshes: Mutex<Vec<Weak<dyn Refresh>>>,
}

#[derive(Debug, Default)]
struct Level {
    value: AtomicI64,
    /// It rose once.
    used: AtomicBool,
}

#[derive(Debug)]
struct Histogram {
    /// Observations of each bucket alone, and behind them those above all.
    buckets: [AtomicU64; BUCKETS.len() + 1],
    /// Nanoseconds in sum.
    sum: AtomicU64,
}

impl Prometheus {
    /// Nothing measured yet.
    pub fn new() -> Self {
        Prometheus::default()
    }

    /// What was measured until now. The order of lines depends on the labels alone.
    pub fn render(&self) -> String {
        let series: Vec<_> = {
            let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.iter()
                .map(|(labels, kept)| (labels.clone(), kept.clone()))
                .collect()
        };
        series.iter().for_each(|(_, kept)| kept.refresh());
        let mut groups: BTreeMap<Shown<'_>, Vec<(Role, &Kept)>> = BTreeMap::new();
        for (labels, kept) in &series {
            let group = groups.entry(shown(labels)).or_default();
            group.push((labels.role, kept));
        }
        let mut text = Text {
            groups: &groups,
            out: String::new(),
            last: "",
        };
        for (i, counter) in Counter::ALL.iter().enumerate() {
            let (name, own) = (counter.name(), counter.label());
            text.family(name, counter.help(), "counter", |out, labels, kept, due| {
                let counts = kept.iter().filter_map(|(_, kept)| kept.counters.get(i));
                let value: u64 = counts.map(|count| count.load(Ordering::Relaxed)).sum();
                if due || value > 0 {
                    let _ = writeln!(out, "{name}{} {value}", braces(labels, own));
                }
            });
        }
        for (i, gauge) in Gauge::ALL.iter().enumerate() {
            let (name, own) = (gauge.name(), gauge.label());
            text.family(name, gauge.help(), "gauge", |out, labels, kept, due| {
                let levels = || kept.iter().filter_map(|(_, kept)| kept.gauges.get(i));
                let value: i64 = levels().map(|l| l.value.load(Ordering::Relaxed)).sum();
                if due || levels().any(|level| level.used.load(Ordering::Relaxed)) {
                    let _ = writeln!(out, "{name}{} {value}", braces(labels, own));
                }
            });
        }
        for (i, timing) in Timing::ALL.iter().enumerate() {
            let name = timing.name();
            text.family(
                name,
                timing.help(),
                "histogram",
                |out, labels, kept, due| {
                    let all = kept.iter().filter_map(|(_, kept)| kept.timings.get(i));
                    let sum = Summed::of(all);
                    if due || sum.count() > 0 {
                        sum.render(out, name, labels);
                    }
                },
            );
        }
        text.out
    }
}

/// The labels that are written: processor, flow, name and backend. What differs in its role alone is one in them.
type Shown<'a> = [&'a str; 4];

fn shown(labels: &Labels) -> Shown<'_> {
    [
        &labels.processor,
        &labels.flow,
        &labels.name,
        &labels.backend,
    ]
}

/// An exposition in the making.
struct Text<'a> {
    groups: &'a BTreeMap<Shown<'a>, Vec<(Role, &'a Kept)>>,
    out: String,
    /// The name whose two lines of introduction came last.
    last: &'static str,
}

impl Text<'_> {
    /// The samples of a metric behind the two lines that come once a name. A sample is due where one of the series has
    /// the role of the metric; of other roles, such as a subscriber that lost messages as a consumer, it is written
    /// once it was used.
    fn family(
        &mut self,
        name: &'static str,
        help: &str,
        kind: &str,
        sample: impl Fn(&mut String, &Shown<'_>, &[(Role, &Kept)], bool),
    ) {
        if self.last != name {
            self.last = name;
            let help = help.replace('\\', "\\\\").replace('\n', "\\n");
            let _ = writeln!(self.out, "# HELP {name} {help}");
            let _ = writeln!(self.out, "# TYPE {name} {kind}");
        }
        let role = role_of(name);
        for (labels, kept) in self.groups {
            let due = role.is_none_or(|role| kept.iter().any(|(of, _)| *of == role));
            sample(&mut self.out, labels, kept, due);
        }
    }
}

/// Whose a metric is: a program that only sends has no line of consumers.
fn role_of(name: &str) -> Option<Role> {
    [
        Role::Consumer,
        Role::Producer,
        Role::Subscriber,
        Role::Requester,
    ]
    .into_iter()
    .find(|role| {
        name.strip_prefix("tg_")
            .is_some_and(|n| n.starts_with(role.as_str()))
    })
}

fn braces(labels: &Shown<'_>, own: Option<(&str, &str)>) -> String {
    let mut text = String::from("{");
    let names = ["processor", "flow", "name", "backend"];
    let shared = names.into_iter().zip(labels.iter().copied());
    for (i, (name, value)) in shared.chain(own).enumerate() {
        let comma = if i == 0 { "" } else { "," };
        let value = value
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n");
        let _ = write!(text, "{comma}{name}=\"{value}\"");
    }
    text.push('}');
    text
}

impl MetricsSink for Prometheus {
    fn series(&self, labels: &Labels) -> Arc<dyn Series> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let labels = match all.len() < MAX_SERIES || all.contains_key(labels) {
            true => labels.clone(),
            false => Labels::new(labels.role, "other", labels.backend.clone()),
        };
        all.entry(labels)
            .or_insert_with(|| Arc::new(Kept::new()))
            .clone()
    }
}

impl Kept {
    fn new() -> Self {
        Kept {
            counters: Counter::ALL.iter().map(|_| AtomicU64::new(0)).collect(),
            gauges: Gauge::ALL.iter().map(|_| Level::default()).collect(),
            timings: Timing::ALL.iter().map(|_| Histogram::new()).collect(),
            refreshes: Mutex::new(Vec::new()),
        }
    }
}

impl Kept {
    fn refresh(&self) {
        let refreshes = {
            let mut all = self
                .refreshes
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            all.retain(|refresh| refresh.strong_count() > 0);
            all.clone()
        };
        // Outside the lock: what is asked may be dropped here, and its end is its own affair.
        for refresh in refreshes.iter().filter_map(Weak::upgrade) {
            refresh.refresh();
        }
    }
}

impl Series for Kept {
    fn count(&self, counter: Counter, by: u64) {
        if let Some(counter) = self.counters.get(counter as usize) {
            counter.fetch_add(by, Ordering::Relaxed);
        }
    }
    fn add(&self, gauge: Gauge, by: i64) {
        if let Some(gauge) = self.gauges.get(gauge as usize) {
            gauge.value.fetch_add(by, Ordering::Relaxed);
            gauge.used.store(true, Ordering::Relaxed);
        }
    }
    fn observe(&self, timing: Timing, took: Duration) {
        if let Some(histogram) = self.timings.get(timing as usize) {
            histogram.observe(took);
        }
    }
    fn refreshed_by(&self, refresh: Weak<dyn Refresh>) {
        let refreshes = self.refreshes.lock();
        enlist(
            &mut refreshes.unwrap_or_else(PoisonError::into_inner),
            refresh,
        );
    }
}

impl Histogram {
    fn new() -> Self {
        Histogram {
            buckets: std::array::from_fn(|_| AtomicU64::new(0)),
            sum: AtomicU64::new(0),
        }
    }
    fn observe(&self, took: Duration) {
        let seconds = took.as_secs_f64();
        let at = BUCKETS.iter().position(|bound| seconds <= *bound);
        if let Some(bucket) = self.buckets.get(at.unwrap_or(BUCKETS.len())) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.sum.fetch_add(nanos, Ordering::Relaxed);
    }
}

/// Histograms of one set of labels in one.
#[derive(Default)]
struct Summed {
    buckets: [u64; BUCKETS.len() + 1],
    nanos: u64,
}

impl Summed {
    fn of<'a>(all: impl Iterator<Item = &'a Histogram>) -> Self {
        let mut summed = Summed::default();
        for histogram in all {
            for (sum, bucket) in summed.buckets.iter_mut().zip(&histogram.buckets) {
                *sum += bucket.load(Ordering::Relaxed);
            }
            let nanos = histogram.sum.load(Ordering::Relaxed);
            summed.nanos = summed.nanos.saturating_add(nanos);
        }
        summed
    }
    fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }
    fn render(&self, out: &mut String, name: &str, labels: &Shown<'_>) {
        let mut count = 0;
        let bounds = BUCKETS
            .iter()
            .map(f64::to_string)
            .chain(["+Inf".to_owned()]);
        for (bucket, bound) in self.buckets.iter().zip(bounds) {
            count += bucket;
            let _ = writeln!(
                out,
                "{name}_bucket{} {count}",
                braces(labels, Some(("le", &bound)))
            );
        }
        let sum = Duration::from_nanos(self.nanos).as_secs_f64();
        let braces = braces(labels, None);
        let _ = writeln!(out, "{name}_sum{braces} {sum}");
        let _ = writeln!(out, "{name}_count{braces} {count}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_counters_levels_and_times() {
        let metrics = Prometheus::new();
        let mut labels = Labels::new(Role::Consumer, "a\"b\\c\n", "memory");
        labels.processor = "p".to_owned();
        let series = metrics.series(&labels);
        series.count(Counter::Succeeded, 2);
        series.add(Gauge::ConsumerInFlight, 3);
        series.add(Gauge::ConsumerInFlight, -1);
        series.observe(Timing::Processing, Duration::from_millis(3));
        series.observe(Timing::Processing, Duration::from_secs(100));
        // The same labels are the same series.
        metrics.series(&labels).count(Counter::Succeeded, 1);
        let text = metrics.render();
        let labels = r#"processor="p",flow="",name="a\"b\\c\n",backend="memory""#;
        for line in [
            "# TYPE tg_consumer_processing_count_total counter".to_owned(),
            format!("tg_consumer_processing_count_total{{{labels},status=\"success\"}} 3"),
            format!("tg_consumer_processing_count_total{{{labels},status=\"error\"}} 0"),
            "# TYPE tg_consumer_in_flight gauge".to_owned(),
            format!("tg_consumer_in_flight{{{labels}}} 2"),
            "# TYPE tg_consumer_request_latency_seconds histogram".to_owned(),
            format!("tg_consumer_request_latency_seconds_bucket{{{labels},le=\"0.0025\"}} 0"),
            format!("tg_consumer_request_latency_seconds_bucket{{{labels},le=\"0.005\"}} 1"),
            format!("tg_consumer_request_latency_seconds_bucket{{{labels},le=\"60\"}} 1"),
            format!("tg_consumer_request_latency_seconds_bucket{{{labels},le=\"+Inf\"}} 2"),
            format!("tg_consumer_request_latency_seconds_sum{{{labels}}} 100.003"),
            format!("tg_consumer_request_latency_seconds_count{{{labels}}} 2"),
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
        assert_eq!(
            text.matches("# TYPE tg_consumer_processing_count_total")
                .count(),
            1
        );
        assert!(!text.contains("tg_producer_output_count_total{"), "{text}");
    }

    #[test]
    fn series_that_differ_in_their_role_alone_are_one_line() {
        let metrics = Prometheus::new();
        let of = |role| metrics.series(&Labels::new(role, "asks", "memory"));
        let (requester, subscriber) = (of(Role::Requester), of(Role::Subscriber));
        requester.count(Counter::LateReplies, 1);
        // A subscriber tells of the replies of its requester, and loses messages as a consumer does.
        subscriber.count(Counter::LateReplies, 2);
        subscriber.count(Counter::ConsumerDropped, 3);
        subscriber.add(Gauge::ConsumerInFlight, 1);
        subscriber.add(Gauge::ConsumerInFlight, -1);
        subscriber.observe(Timing::Responding, Duration::from_secs(1));
        let text = metrics.render();
        let labels = r#"{processor="",flow="",name="asks",backend="memory"}"#;
        let values = |name: &str| {
            let lines = text.lines();
            let values = lines.filter_map(|l| l.strip_prefix(name)?.strip_prefix(labels));
            values.map(str::trim).collect::<Vec<_>>()
        };
        assert_eq!(values("tg_requester_late_replies_total"), ["3"]);
        assert_eq!(values("tg_consumer_dropped_total"), ["3"]);
        assert_eq!(values("tg_consumer_in_flight"), ["0"]);
        assert_eq!(values("tg_requester_latency_seconds_count"), ["1"]);
        assert_eq!(values("tg_subscriber_dropped_total"), ["0"]);
        // What it never does is not written.
        assert_eq!(values("tg_consumer_throttled_total"), [""; 0]);
        assert_eq!(values("tg_consumer_state"), [""; 0]);
    }

    #[test]
    fn names_without_end_do_not_grow_for_ever() {
        let metrics = Prometheus::new();
        for i in 0..MAX_SERIES + 500 {
            let series = metrics.series(&Labels::new(Role::Producer, format!("n{i}"), "memory"));
            series.count(Counter::Sent, 1);
        }
        let text = metrics.render();
        let kept = text
            .lines()
            .filter(|l| l.starts_with("tg_producer_output_count_total{"))
            .count();
        assert_eq!(kept, MAX_SERIES + 1);
        let other = r#"tg_producer_output_count_total{processor="",flow="",name="other",backend="memory"} 500"#;
        assert!(text.lines().any(|l| l == other));
    }
}
