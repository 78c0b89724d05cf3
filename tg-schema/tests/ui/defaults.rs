use std::collections::BTreeMap;

use tg_schema::tg_schema;

const MAX: i32 = 1;

#[tg_schema]
struct Rows {
    #[tg(default = 1)]
    a: Option<i32>,
    #[tg(nullable)]
    b: i32,
    #[tg(nullable)]
    c: Option<i32>,
    #[tg(default)]
    d: tg_schema::Date,
}

#[tg_schema]
struct Forms {
    #[tg(default = MAX)]
    a: i32,
    #[tg(default = String::new())]
    b: String,
    #[tg(default = 'c')]
    c: String,
    #[tg(default = 1u8)]
    d: i32,
    #[tg(default = { a })]
    e: BTreeMap<String, i32>,
    #[tg(default = { a: 1, a: 2 })]
    f: BTreeMap<String, i32>,
    #[tg(default = b"\xff", encoding = "utf8")]
    g: Vec<u8>,
}

#[tg_schema]
struct Values {
    #[tg(default = "1")]
    a: i32,
    #[tg(default = 3_000_000_000)]
    b: i32,
    #[tg(default = 1.0)]
    c: i64,
    #[tg(default = [1, "x"])]
    d: Vec<i32>,
    #[tg(default = null)]
    e: String,
    #[tg(default = "not base64")]
    f: Vec<u8>,
    #[tg(default = "2026-02-30")]
    g: tg_schema::Date,
    #[tg(default = "1.234", type = "decimal(4,2)")]
    h: tg_schema::Decimal,
    #[tg(default = nan)]
    i: f64,
}

fn main() {}
