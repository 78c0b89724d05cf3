//! The messages of `schemas/` as Rust types, as `tg-schema gen` writes them.
//!
//! This file and the manifest beside it are written by hand; everything else in this folder is
//! generated.
#![deny(missing_docs, warnings)]
#![forbid(unsafe_code)]
#![warn(clippy::pedantic)]

include!("../mod.rs");
