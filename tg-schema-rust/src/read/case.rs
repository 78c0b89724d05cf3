//! `rename_all`: how names on the wire follow from Rust's.

use heck::{ToLowerCamelCase, ToPascalCase, ToShoutySnakeCase, ToSnakeCase};

use super::error::Errors;
use super::setting::{Settings, list};

/// One of serde's cases that Avro allows.
#[derive(Clone, Copy)]
pub(crate) enum Case {
    AsIs,
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ShoutySnake,
}

impl Case {
    /// By its name in `rename_all`.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "lowercase" => Case::Lower,
            "UPPERCASE" => Case::Upper,
            "PascalCase" => Case::Pascal,
            "camelCase" => Case::Camel,
            "snake_case" => Case::Snake,
            "SCREAMING_SNAKE_CASE" => Case::ShoutySnake,
            _ => return None,
        })
    }
    /// The name on the wire.
    pub(crate) fn apply(self, name: &str) -> String {
        match self {
            Case::AsIs => name.to_owned(),
            Case::Lower => name.to_lowercase(),
            Case::Upper => name.to_uppercase(),
            Case::Pascal => name.to_pascal_case(),
            Case::Camel => name.to_lower_camel_case(),
            Case::Snake => name.to_snake_case(),
            Case::ShoutySnake => name.to_shouty_snake_case(),
        }
    }
}

/// `rename_all = "…"`.
pub(super) fn case(settings: &mut Settings, errors: &mut Errors) -> Case {
    const CASES: &[&str] = &[
        "lowercase",
        "UPPERCASE",
        "PascalCase",
        "camelCase",
        "snake_case",
        "SCREAMING_SNAKE_CASE",
    ];
    let Some(text) = settings.text("rename_all", errors) else {
        return Case::AsIs;
    };
    if let Some(case) = Case::of(&text.value) {
        return case;
    }
    match text.value.as_str() {
        "kebab-case" | "SCREAMING-KEBAB-CASE" => {
            errors.at(
                &text.token,
                "Avro names have no `-`",
                "write \"snake_case\" or \"SCREAMING_SNAKE_CASE\"",
            );
        }
        other => errors.at(
            &text.token,
            format!("there is no case `{other}`"),
            format!("the cases are {}", list(CASES)),
        ),
    }
    Case::AsIs
}
