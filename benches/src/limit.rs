//! Codecs by hand, for the four main shapes and for evolution: how fast one type can be when nothing is
//! generic at run time.
//!
//! They are written for speed alone. They have no limits against hostile input and no error messages: a
//! `None` is all that a caller learns.

pub mod avro;
pub mod evolution;
pub mod json;
pub mod view;
