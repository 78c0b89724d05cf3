use tg_schema::tg_schema;

type Id = i32;

#[tg_schema]
struct One {
    b: Id,
}

#[tg_schema]
struct Several {
    a: Id,
    b: Option<Id>,
    c: i32,
}

fn main() {}
