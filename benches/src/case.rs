//! One thing that can be timed, and the list of them.

use std::fmt;
use std::hint::black_box;

/// What is done, on what, by whom: `triples/avro-encode/ours`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub shape: &'static str,
    pub op: &'static str,
    pub who: &'static str,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.shape, self.op, self.who)
    }
}

/// Something that can be timed. It did what it claims at least once.
pub struct Case {
    pub key: Key,
    /// Does it so many times.
    pub run: Box<dyn FnMut(u64)>,
}

/// The cases of one shape.
pub struct Cases {
    shape: &'static str,
    layout: u64,
    pub all: Vec<Case>,
}

impl Cases {
    /// None yet, and all of this shape. Each layout has the buffers in other places.
    pub fn new(shape: &'static str, layout: u64) -> Self {
        Cases {
            shape,
            layout,
            all: Vec::new(),
        }
    }
    pub fn add<R>(
        &mut self,
        op: &'static str,
        who: &'static str,
        mut work: impl FnMut() -> R + 'static,
    ) {
        let run = move |times| {
            for _ in 0..times {
                black_box(work());
            }
        };
        self.all.push(Case {
            key: Key {
                shape: self.shape,
                op,
                who,
            },
            run: Box::new(run),
        });
    }
    /// Takes some room, so that what comes next lies elsewhere than in another layout.
    fn move_on(&self) {
        let mixed =
            (self.layout * 1_000 + self.all.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        black_box(vec![1u8; (mixed >> 52) as usize + 1].leak());
    }
    /// An encoder into a buffer that is used again; it has to give these bytes.
    pub fn encoder(
        &mut self,
        op: &'static str,
        who: &'static str,
        expected: &[u8],
        encode: impl FnMut(&mut Vec<u8>) + 'static,
    ) {
        self.encoder_that(op, who, |found| found == expected, encode);
    }
    /// An encoder whose bytes have to please.
    pub fn encoder_that(
        &mut self,
        op: &'static str,
        who: &'static str,
        pleases: impl Fn(&[u8]) -> bool,
        mut encode: impl FnMut(&mut Vec<u8>) + 'static,
    ) {
        self.move_on();
        let mut out = Vec::new();
        encode(&mut out);
        assert!(
            pleases(&out),
            "{}/{op}/{who} wrote something else: {}",
            self.shape,
            String::from_utf8_lossy(&out[..out.len().min(2000)]),
        );
        // Only its address goes out: who loads pointer and length as one waits for the length to be stored,
        // which takes as long as a short message.
        self.add(op, who, move || {
            encode(&mut out);
            black_box(&out);
        });
    }
    /// A decoder of these bytes; it has to give a value like this.
    pub fn decoder<T: PartialEq<E>, E>(
        &mut self,
        op: &'static str,
        who: &'static str,
        expected: &E,
        bytes: &'static [u8],
        mut decode: impl FnMut(&'static [u8]) -> T + 'static,
    ) {
        assert!(
            decode(bytes) == *expected,
            "{}/{op}/{who} read another value",
            self.shape
        );
        self.add(op, who, move || decode(black_box(bytes)));
    }
}
