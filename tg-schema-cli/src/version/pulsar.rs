//! `pulsar-admin:URL`: every version of the schemas behind an address of a Pulsar admin interface.

use tg_schema_compat::version::Version;

use super::{Notes, history, snapshot};
use crate::exit::Failure;
use crate::http::Limits;
use crate::registered::admin::Admin;

/// The versions that the topics behind an address have.
pub fn read(address: &str, label: &str, notes: &mut Notes) -> Result<Vec<Version>, Failure> {
    let found = Admin::new(address, Limits::default())?.histories(&[])?;
    let entries = snapshot::of_registered(found, notes)?;
    if entries.is_empty() {
        notes.push(format!("no topic of {label} has a schema with a text"));
    }
    history::versions(label, entries)
}
