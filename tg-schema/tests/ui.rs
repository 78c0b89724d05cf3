//! What the macro refuses, and in which words. `TRYBUILD=overwrite cargo test -p tg-schema --test ui`
//! renews the texts in `tests/ui`.

#[test]
fn messages() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
