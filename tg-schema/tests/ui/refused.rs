use tg_schema::{Message, tg_schema};

#[tg_schema]
struct Many {
    a: u64,
    #[tg(default = "x")]
    b: i32,
    #[tg(rename = "a")]
    c: i32,
    #[tg(default = concat!("a"))]
    d: String,
    #[tg(default = 1.5)]
    e: i64,
}

#[tg_schema(default)]
struct Refused {
    #[tg(default = "x")]
    a: i32,
}

#[tg_schema]
enum Kind {
    A,
    B(i32),
}

#[tg_schema]
struct User {
    a: Refused,
    b: Vec<Option<Refused>>,
    #[tg(default = "A")]
    c: Kind,
}

#[tg_schema]
struct Itself {
    #[tg(default = [{}])]
    n: Vec<Itself>,
}

fn main() {
    let refused = Refused::default();
    let _ = refused.to_json();
    let _ = serde_json::to_string(&refused);
    let _ = User::from_json(b"{}");
}
