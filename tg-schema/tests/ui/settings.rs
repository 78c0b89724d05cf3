use tg_schema::tg_schema;

#[tg_schema(nam = "x", rename = "y", colour = "z")]
struct Unknown {
    #[tg(defualt = 1, optional)]
    a: i32,
    #[tg(skip, flatten, with = "x")]
    b: i32,
    #[tg(name = "x")]
    c: i32,
}

#[tg_schema(name, namespace = 1, alias, aliases(1), sorted_fields = "yes", crate = 1, profile = "avro")]
struct Forms {
    #[tg]
    a: i32,
    #[tg = "x"]
    b: i32,
    #[tg(5, rename "x")]
    c: i32,
    #[tg(rename = "x", rename = "y")]
    d: i32,
    #[tg(nullable = 1)]
    e: i32,
    #[tg(default(1))]
    f: i32,
    #[tg(encoding = "hex")]
    g: Vec<u8>,
    #[tg(encoding = "utf8")]
    h: String,
}

#[tg_schema(topic = "q3/tg/flow/name")]
struct Quality {
    a: i32,
}

#[tg_schema(topic = "persistent://tg/flow/name")]
struct Scheme {
    a: i32,
}

#[tg_schema(topics("q1/tg/flow/name", "q1/tg/fl ow/name", "q1/tg"))]
struct Parts {
    a: i32,
}

#[tg_schema(rename_all = "kebab-case")]
struct Kebab {
    a: i32,
}

#[tg_schema(rename_all = "snake")]
struct Snake {
    a: i32,
}

fn main() {}
