//! Which Rust files count.

use std::borrow::Cow;

use tg_schema_rust::read::file::SourceModule;

/// Whether a text has, or may have, an attribute that names us outside comments. A file that has none
/// need not be Rust.
pub(super) fn is_annotated(text: &str) -> bool {
    const NAME: &str = "tg_schema";
    if !text.contains(NAME) {
        return false;
    }
    let lines = text.lines().map(str::trim_start);
    let code: String = lines
        .filter(|line| !line.starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    code.split("#[").skip(1).any(|attribute| {
        let end = attribute.find(']').unwrap_or(attribute.len());
        attribute[..end].contains(NAME)
    })
}

/// The path of a module in the model: the root of a crate has the name of its file there.
pub(super) fn path(module: &SourceModule) -> Cow<'_, [String]> {
    if module.path.is_empty() {
        Cow::Owned(vec![module.stem.clone()])
    } else {
        Cow::Borrowed(&module.path)
    }
}

/// Whether a file with this module path, or a module below it, has an annotated item.
pub(super) fn has_items(file: &[String], modules: &[SourceModule]) -> bool {
    let root = match file.split_last() {
        Some((last, above)) if matches!(last.as_str(), "mod" | "lib" | "main") => above,
        _ => file,
    };
    let inside = |module: &&SourceModule| module.path.starts_with(root);
    modules.iter().filter(inside).any(|m| !m.items.is_empty())
}

#[cfg(test)]
mod tests {
    use super::is_annotated;

    #[test]
    fn annotations_are_found() {
        for text in [
            "#[tg_schema]\nstruct A {}",
            "#[tg_schema::tg_schema(topic = \"q1/a/b/c\")] struct A {}",
            "#[derive(Debug)] #[ tg_schema ] struct A {}",
            "#[cfg_attr(\n    feature = \"x\",\n    tg_schema\n)]\nstruct A {}",
        ] {
            assert!(is_annotated(text), "{text}");
        }
        for text in [
            "use tg_schema::Message;",
            "//! #[tg_schema]\n/// #[tg_schema]\nstruct A {}",
            "#[derive(Debug)] struct A { tg_schema: i32 }",
            "",
        ] {
            assert!(!is_annotated(text), "{text}");
        }
    }
}
