//! The fields of one struct, and the variants of one enum: names of their own for wire names that Rust does
//! not tell apart.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::ident::{is_plain_field, rust_field, rust_ident, rust_variant};

/// The struct fields for the wire fields of one record, one each.
///
/// A field has its [`rust_field`], and what has none gets a `_` (`self` is `self_`). Where several would have
/// one name, the field that is called so on the wire keeps it, else the first; the others are numbered in their
/// order (`inner`, `inner_2`).
pub fn rust_fields<'n>(wire: impl IntoIterator<Item = &'n str>) -> Vec<Cow<'n, str>> {
    let wire: Vec<&str> = wire.into_iter().collect();
    if wire.iter().all(|name| is_plain_field(name)) && is_each_once(&wire) {
        return wire.into_iter().map(Cow::Borrowed).collect();
    }
    let idents = one_each(wire, "_", |name| {
        rust_field(name).unwrap_or_else(|| {
            let snake = super::snake(name);
            rust_ident(&format!("{snake}_")).unwrap_or_else(|| format!("{name}_"))
        })
    });
    idents.into_iter().map(Cow::Owned).collect()
}

/// The variants for the symbols of one enum, one each.
///
/// A symbol has its [`rust_variant`], and what has none gets `Value` behind (`self` is `SelfValue`). Where
/// several would have one name they are numbered as [`rust_fields`] does (`RedA`, `RedA2`).
pub fn rust_variants<'n>(wire: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    one_each(wire, "", |name| {
        rust_variant(name).unwrap_or_else(|| {
            let camel = super::upper_camel(name);
            let camel = camel.trim_matches('_');
            rust_ident(&format!("{camel}Value")).unwrap_or_else(|| format!("{name}_"))
        })
    })
}

/// An identifier for each wire name; `between` stands before the number of those that are numbered.
fn one_each<'n>(
    wire: impl IntoIterator<Item = &'n str>,
    between: &str,
    ident: impl Fn(&str) -> String,
) -> Vec<String> {
    let wire: Vec<&str> = wire.into_iter().collect();
    let mut idents: Vec<String> = wire.iter().map(|name| ident(name)).collect();
    if is_each_once(&idents) {
        return idents;
    }
    let wanted: HashSet<String> = idents.iter().cloned().collect();
    let mut kept = HashSet::new();
    for (name, ident) in wire.iter().zip(&idents) {
        if bare(ident) == *name {
            kept.insert(ident.clone());
        }
    }
    let mut taken = HashSet::new();
    let mut numbers = HashMap::new();
    for (name, ident) in wire.iter().zip(&mut idents) {
        let owner = bare(ident) == *name || !kept.contains(ident);
        if owner && taken.insert(ident.clone()) {
            continue;
        }
        let next = numbers.entry(ident.clone()).or_insert(2_usize);
        loop {
            let numbered = format!("{}{between}{next}", bare(ident));
            *next += 1;
            if !wanted.contains(&numbered) && taken.insert(numbered.clone()) {
                *ident = numbered;
                break;
            }
        }
    }
    idents
}

fn bare(ident: &str) -> &str {
    ident.strip_prefix("r#").unwrap_or(ident)
}

/// The length of a name and its first bytes. Names of different numbers are different.
fn number(name: &str) -> u64 {
    let bytes = name.bytes().take(7);
    bytes.fold(name.len() as u64, |number, byte| {
        number << 8 | u64::from(byte)
    })
}

fn is_each_once(idents: &[impl AsRef<str>]) -> bool {
    // Most differ in their length and their first bytes already, which are one number.
    let mut numbers: Vec<u64> = idents.iter().map(|ident| number(ident.as_ref())).collect();
    numbers.sort_unstable();
    if numbers.windows(2).all(|two| two[0] != two[1]) {
        return true;
    }
    let mut sorted: Vec<&str> = idents.iter().map(AsRef::as_ref).collect();
    sorted.sort_unstable();
    sorted.windows(2).all(|two| two[0] != two[1])
}

#[cfg(test)]
mod tests {
    use super::{rust_fields, rust_variants};

    #[test]
    fn each_field_has_a_name_of_its_own() {
        for (wire, expected) in [
            (
                &["userName", "type", "id"][..],
                &["user_name", "r#type", "id"][..],
            ),
            (&["Inner", "inner"], &["inner_2", "inner"]),
            (&["INNER", "Inner"], &["inner", "inner_2"]),
            (
                &["Inner", "inner", "INNER", "inner_2"],
                &["inner_3", "inner", "inner_4", "inner_2"],
            ),
            (&["Type", "type"], &["type_2", "r#type"]),
            (
                &["self", "Self", "super", "crate"],
                &["self_", "self__2", "super_", "crate_"],
            ),
            (&["self", "self_"], &["self__2", "self_"]),
            (&["_"], &["__"]),
            (&[], &[]),
        ] {
            assert_eq!(rust_fields(wire.iter().copied()), expected, "{wire:?}");
        }
    }

    #[test]
    fn each_variant_has_a_name_of_its_own() {
        for (wire, expected) in [
            (&["DARK", "get-list"][..], &["Dark", "GetList"][..]),
            (&["RED_A", "RedA", "red_a"], &["RedA2", "RedA", "RedA3"]),
            (&["RED_A", "red_a", "RED_A_2"], &["RedA", "RedA3", "RedA2"]),
            (
                &["self", "Self", "_"],
                &["SelfValue", "SelfValue2", "Value"],
            ),
        ] {
            assert_eq!(rust_variants(wire.iter().copied()), expected, "{wire:?}");
        }
    }

    #[test]
    fn many_of_one_name_are_numbered_at_once() {
        let wire: Vec<String> = (0..1 << 14)
            .map(|bits| {
                let letter = |at: u32| match bits >> at & 1 {
                    0 => '_',
                    _ => '.',
                };
                format!("a{}b", (0..14).map(letter).collect::<String>())
            })
            .collect();
        let idents = rust_fields(wire.iter().map(String::as_str));
        let distinct: std::collections::HashSet<&str> = idents.iter().map(AsRef::as_ref).collect();
        assert_eq!(distinct.len(), wire.len());
        assert_eq!(idents.iter().filter(|i| *i == "a_b").count(), 1);
    }
}
