use serde::{Deserialize, Serialize};
use tg_schema::tg_schema;

#[tg_schema]
#[derive(Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Both {
    #[serde(rename = "x")]
    a: i32,
}

#[tg_schema]
enum Variants {
    #[serde(rename = "x")]
    A,
}

#[tg_schema(serde = "derive")]
struct Unknown {
    a: i32,
}

#[tg_schema(default)]
#[derive(Default)]
struct Twice {
    #[tg(default)]
    a: i32,
}

#[tg_schema(default)]
struct Without {
    a: i32,
}

fn main() {}
