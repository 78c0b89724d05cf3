//! The codecs of the rows P1 to P8 with and without each group of unsafe functions, in one process and interleaved
//! rounds: a variant is a copy of the crate. Writes a JSON object: for each variant and case, how many times as long
//! as the crate as it is. `measure.py` makes the workspace around it.

use std::hint::black_box;

use rustix::time::{ClockId, clock_gettime};

/// One case: how often, and what is run.
type Run = Box<dyn FnMut(u64)>;

/// Of one case in one round, in nanoseconds.
const SLICE: f64 = 4e5;
/// How often everything is set up anew, with its buffers elsewhere.
const LAYOUTS: usize = 5;

macro_rules! variant {
    ($name:ident, $library:ident, $folder:literal) => {
        mod $name {
            mod messages {
                include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/", $folder, "/mod.rs"));
            }
            use super::{Run, black_box};
            use messages::{knowledge, services};
            use $library::Message;

            fn of<T: Message + Clone + PartialEq + std::fmt::Debug + 'static>(
                name: &str,
                json: &str,
                cases: &mut Vec<(String, Run)>,
            ) {
                let message = T::from_json(json.as_bytes()).expect("the sample is a message");
                let (avro, json) = (message.to_avro().expect("bytes"), message.to_json().expect("text"));
                assert_eq!(T::from_avro(&avro).expect("its own bytes"), message);
                let mut add = |way: &str, run: Run| cases.push((format!("{name}/{way}"), run));
                let (from, mut out) = (message.clone(), Vec::with_capacity(avro.len() + 128));
                add("avro-encode", Box::new(move |n| {
                    for _ in 0..n {
                        out.clear();
                        black_box(black_box(&from).encode_avro(&mut out)).expect("bytes");
                        black_box(out.as_ptr());
                    }
                }));
                let bytes = avro.clone();
                add("avro-decode", Box::new(move |n| {
                    for _ in 0..n {
                        drop(black_box(T::from_avro(black_box(&bytes))).expect("a message"));
                    }
                }));
                let (bytes, mut into) = (avro.clone(), message.clone());
                add("avro-reuse", Box::new(move |n| {
                    for _ in 0..n {
                        black_box(&mut into).decode_into(black_box(&bytes)).expect("a message");
                    }
                }));
                add("avro-view", Box::new(move |n| {
                    for _ in 0..n {
                        drop(black_box(T::view(black_box(&avro))).expect("a view"));
                    }
                }));
                let mut out = Vec::with_capacity(json.len() + 128);
                add("json-encode", Box::new(move |n| {
                    for _ in 0..n {
                        out.clear();
                        black_box(black_box(&message).encode_json(&mut out)).expect("text");
                        black_box(out.as_ptr());
                    }
                }));
                add("json-decode", Box::new(move |n| {
                    for _ in 0..n {
                        drop(black_box(T::from_json(black_box(&json))).expect("a message"));
                    }
                }));
            }

            pub fn cases(samples: &super::Samples) -> Vec<(String, Run)> {
                let mut cases = Vec::new();
                of::<services::ConfigRequest>("config", &samples.config, &mut cases);
                of::<services::TextCompletionRequest>("text", &samples.text, &mut cases);
                of::<knowledge::Triples>("triples", &samples.triples, &mut cases);
                of::<knowledge::DocumentEmbeddings>("docemb", &samples.docemb, &mut cases);
                cases
            }
        }
    };
}

// VARIANTS

/// One message of each shape, as JSON.
pub struct Samples {
    config: String,
    text: String,
    triples: String,
    docemb: String,
}

fn samples() -> Samples {
    let value = |i: usize, part: &str| {
        format!(r#"{{"value":"http://example.org/graph/{part}/{i}","is_uri":true,"type":"uri"}}"#)
    };
    let triple = |i: usize| {
        let [s, p, o] = ["subject", "predicate", "object"].map(|part| value(i * 37, part));
        format!(r#"{{"s":{s},"p":{p},"o":{o}}}"#)
    };
    let metadata = r#"{"id":"doc-7","user":"someone","collection":"default","metadata":[]}"#;
    let triples: Vec<String> = (0..100).map(triple).collect();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut number = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    let mut vector = || {
        let numbers: Vec<String> = (0..768).map(|_| format!("{:?}", number())).collect();
        format!("[{}]", numbers.join(","))
    };
    let chunks: Vec<String> = (0..20)
        .map(|_| format!(r#"{{"chunk":"QSBjaHVuayBvZiB0ZXh0Lg==","vectors":[{},{}]}}"#, vector(), vector()))
        .collect();
    let sentence = r"Summarize the text that follows in three sentences, and name the sources.\n";
    Samples {
        config: r#"{"operation":"get-the-configuration"}"#.into(),
        text: format!(
            r#"{{"system":"You are a helpful assistant.","prompt":"{}","streaming":true}}"#,
            sentence.repeat(15)
        ),
        triples: format!(r#"{{"metadata":{metadata},"triples":[{}]}}"#, triples.join(",")),
        docemb: format!(r#"{{"metadata":{metadata},"chunks":[{}]}}"#, chunks.join(",")),
    }
}

/// Nanoseconds of one run, by the processor time of this thread.
fn time(run: &mut Run, n: u64) -> f64 {
    let start = clock_gettime(ClockId::ThreadCPUTime);
    run(n);
    let taken = clock_gettime(ClockId::ThreadCPUTime) - start;
    (taken.tv_sec as f64 * 1e9 + taken.tv_nsec as f64) / n as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let rounds: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(101);
    let samples = samples();
    let mut names: Vec<String> = Vec::new();
    let mut times: Vec<Vec<Vec<f64>>> = Vec::new();
    for layout in 0..LAYOUTS {
        // Moves what is allocated behind it.
        let padding: Vec<Vec<u8>> = (0..layout).map(|i| vec![1; 1_000 + 640 * i]).collect();
        let mut variants = variants(&samples);
        if names.is_empty() {
            names = variants[0].1.iter().map(|(name, _)| name.clone()).collect();
            times = vec![vec![Vec::new(); names.len()]; variants.len()];
        }
        for round in layout * rounds / LAYOUTS..(layout + 1) * rounds / LAYOUTS {
            for case in 0..names.len() {
                let n = (SLICE / time(&mut variants[0].1[case].1, 2)).clamp(1.0, 1e5) as u64;
                for i in 0..variants.len() {
                    // Each round begins with another variant.
                    let i = (i + round) % variants.len();
                    let run = &mut variants[i].1[case].1;
                    run(n.div_ceil(8));
                    times[i][case].push(time(run, n));
                }
            }
        }
        drop(black_box(padding));
    }
    let variants = variants(&samples);
    let objects: Vec<String> = variants
        .iter()
        .zip(&times)
        .map(|((variant, _), cases)| {
            let ratios = names.iter().zip(cases.iter().zip(&times[0])).map(|(name, (own, base))| {
                let ratio = median(own.iter().zip(base).map(|(a, b)| a / b).collect());
                format!("{name:?}: {ratio:.4}")
            });
            format!("{variant:?}: {{{}}}", ratios.collect::<Vec<_>>().join(", "))
        })
        .collect();
    println!("{{{}}}", objects.join(",\n "));
}
