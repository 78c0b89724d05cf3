use tg_schema::tg_schema;

#[tg_schema]
enum Data {
    Unit,
    Tuple(i32),
    Fields { a: i32 },
    Text(String),
}

#[tg_schema(open, topic = "q1/a/b/c", reserved("A"), default, deprecated = "x", symbols = 1)]
enum Settings {
    #[tg(other, name = "x")]
    A,
}

#[tg_schema]
enum Defaults {
    #[tg(default)]
    A,
    #[tg(default)]
    B,
    #[tg(default = "x")]
    C,
}

#[tg_schema]
enum Unknowns {
    A,
    #[tg(unknown)]
    Unit,
    #[tg(unknown)]
    Number(i32),
    #[tg(unknown, default, rename = "x", value = 1)]
    First(String),
    #[tg(unknown)]
    Second(String),
}

#[tg_schema]
enum Values {
    #[tg(value = 1)]
    A,
    B,
    #[tg(value = 1.5)]
    C,
    #[tg(value)]
    D,
}

#[tg_schema(values(1, 2))]
enum Counted {
    A,
}

#[tg_schema(values(1))]
enum Twice {
    #[tg(value = 1)]
    A,
}

#[tg_schema]
enum Conditional {
    #[cfg(unix)]
    A,
    B,
}

#[tg_schema]
enum Generic<T> {
    A,
    B(T),
}

fn main() {}
