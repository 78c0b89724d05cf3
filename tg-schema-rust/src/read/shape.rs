//! A Rust type into the [`Shape`] that travels, or into what to use instead.
//!
//! Types are told apart by how they are written: the macro sees no definitions. A type of the user's
//! own that bears a name of the standard library or of a logical type is written `self::Name`.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{AngleBracketedGenericArguments, GenericArgument, Path, PathArguments, Type};
use tg_schema_model::name;

use super::error::Errors;
use super::instead::{foreign, instead};
use super::setting::{Text, list};
use crate::item::Shape;

/// How deep lists, maps and options may stand in each other.
const DEPTH: usize = 32;

/// The words of `#[tg(type = "…")]`.
const LOGICAL: &[&str] = &[
    "date",
    "time_ms",
    "timestamp_ms",
    "timestamp_us",
    "uuid",
    "decimal",
];

/// Reads the type of one field.
pub(super) struct Reader<'a> {
    /// Name of the item, for `Self`.
    pub(super) own: &'a Ident,
    /// Segments of the runtime crate's path.
    pub(super) runtime: &'a [String],
    /// Logical type of the innermost type by `#[tg(type = "…")]`.
    pub(super) logical: Option<Shape>,
    /// Whether there is such a setting and it is wrong: nothing is said of its type then.
    pub(super) misled: bool,
    /// Every named type.
    pub(super) leaves: Vec<TokenStream>,
    /// Problems.
    pub(super) errors: &'a mut Errors,
}

/// The logical type that a `#[tg(type = "…")]` names.
pub(super) fn logical(text: &Text, errors: &mut Errors) -> Option<Shape> {
    let word: String = text.value.chars().filter(|c| *c != ' ').collect();
    match word.as_str() {
        "date" => return Some(Shape::Date),
        "time_ms" => return Some(Shape::TimeMs),
        "timestamp_ms" => return Some(Shape::TimestampMs),
        "timestamp_us" => return Some(Shape::TimestampUs),
        "uuid" => return Some(Shape::Uuid),
        _ => {}
    }
    let (head, digits) = word.split_once('(').unwrap_or((&word, ""));
    if head == "decimal" {
        if let Some((p, s)) = digits.strip_suffix(')').and_then(|d| d.split_once(','))
            && let (Ok(precision), Ok(scale)) = (p.parse::<u8>(), s.parse::<u8>())
            && (1..=38).contains(&precision)
            && scale <= precision
        {
            return Some(Shape::Decimal { precision, scale });
        }
        let help = "write `decimal(p,s)`: p digits in all, 1 to 38, s of them after the point";
        errors.at(
            &text.token,
            format!("`{}` is not a decimal type", text.value),
            help,
        );
        return None;
    }
    let help = match name::nearest(head, LOGICAL.iter().copied()) {
        Some("decimal") => "did you mean `decimal(10,2)`?".to_owned(),
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "the Rust type says the rest; logical types are {}",
            list(LOGICAL)
        ),
    };
    errors.at(
        &text.token,
        format!("`{}` is not a logical type", text.value),
        help,
    );
    None
}

/// The type as it is written, without the spaces that token text has.
pub(super) fn text(tokens: impl ToTokens) -> String {
    let mut out = String::new();
    write(tokens.to_token_stream(), &mut out, DEPTH * 2);
    out
}

fn write(tokens: TokenStream, out: &mut String, depth: usize) {
    let word_before =
        |out: &str| out.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '>' | ')'));
    for token in tokens {
        match token {
            TokenTree::Group(group) if depth > 0 => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => (if word_before(out) { " [" } else { "[" }, "]"),
                    Delimiter::None => ("", ""),
                };
                out.push_str(open);
                write(group.stream(), out, depth - 1);
                out.push_str(close);
            }
            TokenTree::Group(_) => out.push('…'),
            TokenTree::Punct(p) => match p.as_char() {
                mark @ (',' | ';') => out.extend([mark, ' ']),
                '-' => out.push_str(" -"),
                '>' if out.ends_with('-') => out.push_str("> "),
                mark => out.push(mark),
            },
            word => {
                if word_before(out) {
                    out.push(' ');
                }
                out.push_str(&word.to_string());
            }
        }
    }
}

impl Reader<'_> {
    /// The shape of a type.
    pub(super) fn shape(&mut self, ty: &Type) -> Option<Shape> {
        self.at(ty, DEPTH)
    }

    fn at(&mut self, ty: &Type, depth: usize) -> Option<Shape> {
        if depth == 0 {
            return self.refuse(
                ty,
                format!("the type is nested deeper than {DEPTH} levels"),
                "give a part of it a name",
            );
        }
        match ty {
            Type::Group(group) => self.at(&group.elem, depth - 1),
            Type::Paren(paren) => self.at(&paren.elem, depth - 1),
            Type::Path(path) if path.qself.is_none() => self.path(ty, &path.path, depth),
            Type::Path(_) => self.wireless(ty, "write the type that it stands for"),
            Type::Reference(reference) => {
                let help = match &*reference.elem {
                    Type::Path(p) if p.path.is_ident("str") => "use `String`".to_owned(),
                    Type::Slice(slice) if text(ungroup(&slice.elem)) == "u8" => {
                        "use `Vec<u8>`".to_owned()
                    }
                    Type::Slice(slice) => format!("use `Vec<{}>`", text(&slice.elem)),
                    owned => format!("use the owned type: `{}`", text(owned)),
                };
                self.refuse(
                    ty,
                    format!(
                        "`{}` is borrowed, and a message owns what it holds",
                        text(ty)
                    ),
                    help,
                )
            }
            Type::Tuple(tuple) if tuple.elems.is_empty() => {
                self.wireless(ty, "leave the field out")
            }
            Type::Tuple(_) => {
                self.wireless(ty, "use a struct with named fields under `#[tg_schema]`")
            }
            Type::Array(array) if text(ungroup(&array.elem)) == "u8" => {
                self.wireless(ty, "use `Vec<u8>`")
            }
            Type::Array(array) => self.wireless(ty, format!("use `Vec<{}>`", text(&array.elem))),
            Type::Slice(slice) => self.wireless(ty, format!("use `Vec<{}>`", text(&slice.elem))),
            Type::FnPtr(_) => self.wireless(
                ty,
                "a message holds data only: name what is called in a `String` or an enum",
            ),
            Type::Ptr(_) => self.wireless(ty, "use the owned type"),
            Type::TraitObject(_) | Type::ImplTrait(_) => self.wireless(
                ty,
                "use a struct, or one `Option` field for each type that it may be",
            ),
            Type::Macro(_) => self.refuse(
                ty,
                "a macro in the place of a type cannot be read",
                "write the type out",
            ),
            _ => self.wireless(ty, "write a type that holds data"),
        }
    }

    fn path(&mut self, ty: &Type, path: &Path, depth: usize) -> Option<Shape> {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        let last = path.segments.last()?;
        let word = names.last().map_or("", String::as_str);
        let std = names.len() == 1 && path.leading_colon.is_none()
            || names.len() > 1 && matches!(names[0].as_str(), "std" | "core" | "alloc");
        let plain = path.segments.iter().all(|s| s.arguments.is_none());

        if plain && let Some(shape) = std.then(|| primitive(word)).flatten() {
            return self.scalar(ty, shape);
        }
        if plain
            && self.is_runtime(path, &names)
            && let Some(shape) = self.of_runtime(ty, word)
        {
            return shape;
        }
        if std {
            match (word, &last.arguments) {
                ("Vec" | "Option" | "Box", PathArguments::AngleBracketed(args)) => {
                    return self.container(ty, word, args, depth);
                }
                ("BTreeMap" | "HashMap", PathArguments::AngleBracketed(args)) => {
                    return self.map(ty, word, args, depth);
                }
                ("Vec" | "Option" | "Box", PathArguments::None) => {
                    return self.refuse(
                        ty,
                        format!("`{word}` does not say what it holds"),
                        format!("write `{word}<T>`"),
                    );
                }
                ("BTreeMap" | "HashMap", PathArguments::None) => {
                    let help = format!("write `{word}<String, T>`");
                    return self.refuse(ty, format!("`{word}` does not say what it holds"), help);
                }
                _ => {}
            }
            if let Some(help) = instead(word, names.len() > 1 || !plain) {
                return self.wireless(ty, help);
            }
            if names.len() > 1 {
                return self.wireless(ty, "use a struct of your own under `#[tg_schema]`");
            }
        }
        if let Some(help) = foreign(&names) {
            return self.wireless(ty, help);
        }
        if !plain {
            return self.refuse(
                ty,
                format!(
                    "`{}` is generic, and a message type has one schema",
                    text(ty)
                ),
                "write a struct without type parameters for each type that travels",
            );
        }
        if let Some(shape) = &self.logical {
            return Some(shape.clone());
        }
        if path.is_ident("Self") {
            let own = self.own;
            let mut ident = own.clone();
            ident.set_span(last.ident.span());
            self.leaves.push(ident.into_token_stream());
            return Some(Shape::Named(own.to_string()));
        }
        self.leaves.push(path.to_token_stream());
        Some(Shape::Named(text(path)))
    }

    /// Whether a path is the runtime crate's, or a name of one segment that may be.
    fn is_runtime(&self, path: &Path, names: &[String]) -> bool {
        let Some((_, before)) = names.split_last() else {
            return false;
        };
        match before {
            [] => path.leading_colon.is_none(),
            _ => {
                before == self.runtime
                    || matches!(before[0].as_str(), "tg_schema" | "tg_schema_model")
            }
        }
    }

    /// A logical type by the name of its Rust type; `None` where it is no such name.
    fn of_runtime(&mut self, ty: &Type, word: &str) -> Option<Option<Shape>> {
        let given = self.logical.clone();
        let (fits, unsaid) = match word {
            "Date" => (matches!(given, Some(Shape::Date)), Some(Shape::Date)),
            "Time" => (matches!(given, Some(Shape::TimeMs)), Some(Shape::TimeMs)),
            "Timestamp" => (
                matches!(given, Some(Shape::TimestampMs | Shape::TimestampUs)),
                Some(Shape::TimestampMs),
            ),
            "Uuid" => (matches!(given, Some(Shape::Uuid)), Some(Shape::Uuid)),
            "Decimal" => (matches!(given, Some(Shape::Decimal { .. })), None),
            _ => return None,
        };
        Some(match (given, unsaid) {
            (Some(shape), _) if fits => Some(shape),
            (Some(shape), _) => self.mismatch(ty, &shape),
            (None, Some(shape)) => Some(shape),
            (None, None) if self.misled => None,
            (None, None) => self.refuse(
                ty,
                "the precision of the decimal is not known",
                "add `#[tg(type = \"decimal(10,2)\")]`: digits in all, digits after the point",
            ),
        })
    }

    fn scalar(&mut self, ty: &Type, shape: Shape) -> Option<Shape> {
        match self.logical.clone() {
            Some(given) => self.mismatch(ty, &given),
            None => Some(shape),
        }
    }

    fn mismatch(&mut self, ty: &Type, given: &Shape) -> Option<Shape> {
        let (word, rust) = match given {
            Shape::Date => ("date", "Date"),
            Shape::TimeMs => ("time_ms", "Time"),
            Shape::TimestampMs => ("timestamp_ms", "Timestamp"),
            Shape::TimestampUs => ("timestamp_us", "Timestamp"),
            Shape::Uuid => ("uuid", "Uuid"),
            _ => ("decimal", "Decimal"),
        };
        let message = format!("`{}` does not hold a {word}", text(ty));
        self.refuse(
            ty,
            message,
            format!("use `tg_schema::{rust}`, or leave `type` out"),
        )
    }

    fn container(
        &mut self,
        ty: &Type,
        word: &str,
        args: &AngleBracketedGenericArguments,
        depth: usize,
    ) -> Option<Shape> {
        let inner = match args.args.first() {
            Some(GenericArgument::Type(inner)) if args.args.len() == 1 => inner,
            _ => {
                return self.refuse(
                    ty,
                    format!("`{word}` takes one type here"),
                    format!("write `{word}<T>`"),
                );
            }
        };
        let bare = ungroup(inner);
        if word == "Vec" && text(bare) == "u8" {
            return self.scalar(ty, Shape::Bytes);
        }
        if word == "Box" {
            match bare {
                Type::Path(p) if p.path.is_ident("str") => {
                    return self.wireless(ty, "use `String`");
                }
                Type::Slice(slice) => {
                    return self.wireless(ty, format!("use `Vec<{}>`", text(&slice.elem)));
                }
                _ => {}
            }
        }
        let inner = self.at(inner, depth - 1)?;
        match (word, inner) {
            ("Vec", inner) => Some(Shape::Array(Box::new(inner))),
            ("Option", Shape::Optional(_)) => self.refuse(
                ty,
                "an `Option` inside an `Option` has two ways to be absent, and the wire has one",
                "use one `Option`",
            ),
            ("Option", inner) => Some(Shape::Optional(Box::new(inner))),
            (_, Shape::Optional(_)) => self.refuse(
                ty,
                "a `Box` around an `Option` is not read",
                "write `Option<Box<T>>`",
            ),
            (_, inner) => Some(Shape::Boxed(Box::new(inner))),
        }
    }

    fn map(
        &mut self,
        ty: &Type,
        word: &str,
        args: &AngleBracketedGenericArguments,
        depth: usize,
    ) -> Option<Shape> {
        let types: Vec<&Type> = args
            .args
            .iter()
            .filter_map(|arg| match arg {
                GenericArgument::Type(t) => Some(t),
                _ => None,
            })
            .collect();
        let [key, value] = types.as_slice() else {
            let message = format!("`{word}` takes a key and a value here and nothing else");
            return self.refuse(ty, message, format!("write `{word}<String, T>`"));
        };
        if args.args.len() != 2 {
            let message = format!("`{word}` takes a key and a value here and nothing else");
            return self.refuse(ty, message, format!("write `{word}<String, T>`"));
        }
        let is_string = match ungroup(key) {
            Type::Path(p) => matches!(
                text(&p.path).trim_start_matches("::"),
                "String" | "std::string::String" | "alloc::string::String"
            ),
            _ => false,
        };
        if !is_string {
            let help = format!("use `{word}<String, {}>`", text(value));
            self.errors.at(
                key,
                format!(
                    "`{}` is not a map key: keys are strings on the wire",
                    text(key)
                ),
                help,
            );
        }
        let value = self.at(value, depth - 1);
        is_string.then_some(())?;
        let value = Box::new(value?);
        Some(if word == "HashMap" {
            Shape::HashMap(value)
        } else {
            Shape::Map(value)
        })
    }

    fn wireless(&mut self, ty: &Type, help: impl Into<String>) -> Option<Shape> {
        self.refuse(ty, format!("`{}` has no wire form", text(ty)), help)
    }

    fn refuse(
        &mut self,
        ty: &Type,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<Shape> {
        self.errors.at(ty, message, help);
        None
    }
}

/// A type without the invisible groups and parentheses around it.
fn ungroup(ty: &Type) -> &Type {
    let mut ty = ty;
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            _ => return ty,
        };
    }
}

fn primitive(word: &str) -> Option<Shape> {
    Some(match word {
        "String" => Shape::String,
        "bool" => Shape::Boolean,
        "i32" => Shape::Int,
        "i64" => Shape::Long,
        "f32" => Shape::Float,
        "f64" => Shape::Double,
        _ => return None,
    })
}
