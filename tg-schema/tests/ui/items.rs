use tg_schema::tg_schema;

#[tg_schema]
struct Borrowed<'a> {
    text: &'a str,
}

#[tg_schema]
struct Generic<T: Clone, const N: usize>
where
    T: Send,
{
    value: Vec<i32>,
}

#[tg_schema]
struct Tuple(String, i32);

#[tg_schema]
struct Unit;

#[tg_schema]
union Union {
    a: i32,
    b: f32,
}

#[tg_schema]
fn function() {}

#[tg_schema]
type Alias = String;

#[tg_schema]
mod module {}

#[tg_schema]
#[tg_schema(name = "Twice")]
struct Twice {
    a: i32,
}

#[tg_schema]
#[tg(name = "Other")]
struct Wrong {
    a: i32,
}

#[tg_schema]
struct Conditional {
    #[cfg(unix)]
    a: i32,
    #[cfg_attr(unix, deprecated)]
    b: i32,
    #[tg_schema(default = 1)]
    c: i32,
}

fn main() {}
