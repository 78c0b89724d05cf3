//! A lock file into the versions that it keeps.

use tg_schema_compat::lock;
use tg_schema_compat::version::Version;

use crate::exit::Failure;

/// The releases of a lock file, oldest first.
pub fn read(label: &str, text: &str) -> Result<Vec<Version>, Failure> {
    lock::read(label, text).map_err(|(sources, diagnostics)| Failure::Definitions {
        sources,
        diagnostics,
    })
}
