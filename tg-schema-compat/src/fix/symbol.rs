//! Symbols of enums, to be found without going through all of them.

use std::collections::{HashMap, HashSet};

use tg_schema_model::{Enum, Value};

/// Symbols, to be found at once.
pub(super) fn known_symbols(symbols: &[String]) -> HashSet<&String> {
    symbols.iter().collect()
}

/// The Python values of symbols.
pub(super) fn values(of: &Enum) -> HashMap<&String, Value> {
    let names = of.symbols.iter().map(|symbol| &symbol.name);
    names.zip(of.pulsar.values.iter().cloned()).collect()
}
