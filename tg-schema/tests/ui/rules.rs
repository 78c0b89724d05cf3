use tg_schema::tg_schema;

#[tg_schema(name = "no-name", namespace = "a..b", alias = "1")]
struct Names {
    #[tg(rename = "9")]
    a: i32,
    #[tg(alias = "a b")]
    ä: i32,
}

#[tg_schema(reserved("gone"))]
struct Duplicates {
    a: i32,
    #[tg(rename = "a")]
    b: i32,
    #[tg(alias = "a")]
    c: i32,
    gone: i32,
}

#[tg_schema]
struct Endless {
    next: Box<Endless>,
}

#[tg_schema]
enum Symbols {
    A,
    #[tg(rename = "A")]
    B,
    #[tg(rename = "b-c")]
    C,
}

#[tg_schema]
enum Empty {}

fn main() {}
