//! Reports in every form: what they say, that all say the same, and that hostile texts stay texts.
//!
//! The forms of a report by hand are kept in `golden/`; after a change of one,
//! `TG_SCHEMA_RENEW=1 cargo test -p tg-schema-compat --test render` writes them anew.

#[path = "../change/mod.rs"]
mod change;
mod facts;
mod golden;
mod limits;
mod real;
mod sample;
