use tg_schema::tg_schema;

struct Plain {
    a: i32,
}

mod own {
    pub struct String;
    pub type Text = std::string::String;
}

#[tg_schema]
struct NotMessages {
    a: Plain,
    b: Vec<Option<Plain>>,
    c: own::Text,
    d: Missing,
}

mod shadowed {
    use super::own::String;
    use tg_schema::tg_schema;

    #[tg_schema]
    struct Shadowed {
        a: String,
    }
}

#[tg_schema]
enum Kind {
    A,
    B,
}

#[tg_schema]
struct Symbol {
    #[tg(default = "C")]
    kind: Kind,
}

fn main() {}
