use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::rc::Rc;

use tg_schema::tg_schema;

struct Generic<T>(T);

#[tg_schema]
struct Numbers {
    a: u8,
    b: u16,
    c: u32,
    d: u64,
    e: usize,
    f: i8,
    g: i16,
    h: i128,
    i: u128,
    j: isize,
}

#[tg_schema]
struct Texts {
    a: char,
    b: &'static str,
    c: &'static [u8],
    d: Box<str>,
    e: Cow<'static, str>,
    f: std::path::PathBuf,
    g: std::net::IpAddr,
}

#[tg_schema]
struct Containers {
    a: (i32, String),
    b: [i32; 3],
    c: [u8; 3],
    d: Box<[i32]>,
    e: HashSet<String>,
    f: Vec<BTreeSet<i64>>,
    g: Option<VecDeque<i64>>,
    h: BTreeMap<i32, String>,
    i: HashMap<u64, Vec<u32>>,
    j: HashMap<String, i32, ()>,
    k: Option<Option<i32>>,
    l: Box<Option<i32>>,
    m: Result<i32, String>,
    n: (),
}

#[tg_schema]
struct Others {
    a: Rc<i32>,
    b: std::sync::Arc<std::cell::RefCell<i32>>,
    c: Box<dyn std::any::Any>,
    d: fn(i32) -> i32,
    e: *const i32,
    f: Generic<i32>,
    g: serde_json::Value,
    h: std::time::Duration,
    i: std::time::SystemTime,
    j: <Vec<i32> as IntoIterator>::Item,
    k: std::fmt::Error,
    l: Option,
    m: concat!("a"),
}

#[tg_schema]
struct Logical {
    a: tg_schema::Decimal,
    #[tg(type = "decimal(39,2)")]
    b: tg_schema::Decimal,
    #[tg(type = "timestamp")]
    c: tg_schema::Timestamp,
    #[tg(type = "timestamp_us")]
    d: i64,
    #[tg(type = "date")]
    e: tg_schema::Time,
}

fn main() {}
