//! The part of a generated file that defines one record or enum.

use tg_schema_gen::{Config, Target, target};
use tg_schema_model::{Schema, name};

use crate::exit::Failure;
use crate::project::Found;

/// Its definition and what belongs to it, out of the file of its module.
pub fn text(
    schema: &Schema,
    found: Found,
    target: Target,
    config: &Config,
) -> Result<String, Failure> {
    let (module, name) = match found {
        Found::Record(id) => (schema.record(id).module, &schema.record(id).name),
        Found::Enum(id) => (schema.enumeration(id).module, &schema.enumeration(id).name),
    };
    let files =
        target::render(schema, &[target], config).map_err(|diagnostics| Failure::Definitions {
            sources: Default::default(),
            diagnostics,
        })?;
    let heads = heads(name, target);
    // Modules may define the same name; their files lie where the module lies.
    let path = schema.modules.get(module);
    let path = path.map(|m| m.path.join("/")).unwrap_or_default();
    let lies_there = |file: &str| {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        stem.ends_with(&path)
    };
    let mut blocks: Vec<(bool, String)> = files
        .iter()
        .filter_map(|(file, text)| Some((!lies_there(file), block(text, &heads, target)?)))
        .collect();
    blocks.sort();
    match blocks.into_iter().next() {
        Some((_, block)) => Ok(block),
        None => Err(Failure::new(format!(
            "`{name}` is not in the {target} files"
        ))),
    }
}

/// How the line of its definition begins.
fn heads(name: &str, target: Target) -> [String; 2] {
    if target == Target::Rust {
        let name = name::rust_type(name).unwrap_or_default();
        [format!("pub struct {name} "), format!("pub enum {name} ")]
    } else {
        let name = name::python_ident(name).unwrap_or_default();
        [format!("class {name}:"), format!("class {name}(")]
    }
}

/// From the documentation or decorator before the definition to where the next one starts.
fn block(text: &str, heads: &[String; 2], target: Target) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let is_head = |line: &&str| heads.iter().any(|head| line.starts_with(head.as_str()));
    let head = lines.iter().position(is_head)?;
    let before = lines.iter().take(head).rev();
    let prefix = before.take_while(|line| starts_one(line, target)).count();
    let body = lines.iter().skip(head + 1);
    let rest = body.take_while(|line| !starts_one(line, target)).count();
    let part = lines.get(head - prefix..=head + rest)?.join("\n");
    Some(format!("{}\n", part.trim_end()))
}

/// Whether a line opens a definition of its own.
fn starts_one(line: &str, target: Target) -> bool {
    match target {
        Target::Rust => ["///", "//", "#[", "pub "]
            .iter()
            .any(|s| line.starts_with(s)),
        _ => line.starts_with(|c: char| c.is_alphabetic() || matches!(c, '@' | '_' | '#')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_reaches_from_its_documentation_to_the_next() {
        let rust = "// Head.\n\n/// A.\n#[derive(Clone)]\npub struct A {\n    /// x\n    pub x: i32,\n}\n\n\
                    impl A {}\n\n/// B.\npub struct B {\n}\n";
        let block_of = |text, name| block(text, &heads(name, Target::Rust), Target::Rust);
        assert_eq!(
            block_of(rust, "A").as_deref(),
            Some(
                "/// A.\n#[derive(Clone)]\npub struct A {\n    /// x\n    pub x: i32,\n}\n\nimpl A {}\n"
            )
        );
        assert_eq!(
            block_of(rust, "B").as_deref(),
            Some("/// B.\npub struct B {\n}\n")
        );
        assert_eq!(block_of(rust, "C"), None);

        let python =
            "import x\n\n\n@dataclass(\n    kw_only=True\n)\nclass A:\n    x: int\n\n\nTOPIC = 1\n";
        let found = block(python, &heads("A", Target::Python), Target::Python);
        assert_eq!(found.as_deref(), Some("class A:\n    x: int\n"));
        let python = "@dataclass(kw_only=True)\nclass A(Base):\n    x: int\n\n    y: int\n\n\nclass B:\n    pass\n";
        let found = block(python, &heads("A", Target::Python), Target::Python);
        assert_eq!(
            found.as_deref(),
            Some("@dataclass(kw_only=True)\nclass A(Base):\n    x: int\n\n    y: int\n")
        );
    }
}
