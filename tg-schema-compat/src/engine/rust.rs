//! Rust code that uses the generated types: whether it compiles with those of another version.
//!
//! What is compared is what the generator writes: names of types, fields and variants in Rust's spelling,
//! types of fields, the derived traits, and whether types are `#[non_exhaustive]`.
//!
//! ```
//! use tg_schema_compat::engine::rust::{Grade, Options, Types, compare};
//! use tg_schema_model::{RecordId, Schema};
//!
//! let schema = Schema {
//!     records: vec![tg_schema_model::Record { name: "Empty".into(), ..Default::default() }],
//!     ..Default::default()
//! };
//! let types = Types::of(&schema);
//! let same = compare((&types, RecordId(0)), (&types, RecordId(0)), Options::default());
//! assert_eq!(same.grade(), Grade::Ok);
//! ```

mod derive;
mod types;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;

use tg_schema_model::name::{rust_fields, rust_variants};
use tg_schema_model::{Enum, EnumId, Presence, Record, RecordId, Schema, Type};

pub use types::Types;

/// How the types were, and are, generated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The generator's option `non_exhaustive` for the old version.
    pub was_non_exhaustive: bool,
    /// The generator's option `non_exhaustive` for the new version.
    pub non_exhaustive: bool,
    /// Whether only the names of types count, because nobody knows which modules those of one side are in.
    pub without_modules: bool,
}

/// What becomes of code that uses the types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// It compiles.
    #[default]
    Ok,
    /// It compiles where it makes values and takes them apart by the names that it needs only; a struct
    /// literal with every field, a call of `new` or an exhaustive `match` may have to be edited.
    Soft,
    /// It has to be edited.
    Breaking,
}

impl Grade {
    /// Its name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Grade::Ok => "ok",
            Grade::Soft => "soft",
            Grade::Breaking => "breaking",
        }
    }
}

/// What a change does to code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Everything, in the order of the new definition; what is gone comes after it.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// The worst of it.
    pub fn grade(&self) -> Grade {
        self.findings
            .iter()
            .map(|f| f.grade)
            .max()
            .unwrap_or_default()
    }
}

/// Something that happens to code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is. What is only worth a look has [`Grade::Ok`].
    pub grade: Grade,
    /// The place, by wire names: `Order.lines`, `Status.open`.
    pub path: String,
    /// The facts, for people.
    pub message: String,
    /// The errors that rustc gives, where it gives some.
    pub codes: &'static [&'static str],
    /// What it is.
    pub kind: Kind,
}

/// What happens to code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A type has another path.
    Moved,
    /// A field has another type.
    Type,
    /// A field is new.
    Added,
    /// A field is gone.
    Removed,
    /// A value is made in another way.
    Made,
    /// A trait is not derived any more.
    Derive,
    /// A variant is new.
    VariantAdded,
    /// A variant is gone.
    VariantRemoved,
    /// An enum is open now.
    Opened,
    /// A type is `#[non_exhaustive]` now.
    NonExhaustive,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// What a change from `old` to `new` does to code that uses the types of the record and of what it holds.
pub fn compare(
    old: (&Types<'_>, RecordId),
    new: (&Types<'_>, RecordId),
    options: Options,
) -> Verdict {
    let mut comparison = Comparison {
        old: old.0,
        new: new.0,
        options,
        seen: HashSet::new(),
        open: vec![Pair::Records(old.1, new.1)],
        verdict: Verdict::default(),
    };
    while let Some(pair) = comparison.open.pop() {
        if comparison.seen.insert(pair) {
            match pair {
                Pair::Records(old, new) => comparison.records(old, new),
                Pair::Enums(old, new) => comparison.enums(old, new),
            }
        }
    }
    comparison.verdict
}

/// Two versions of a type.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Pair {
    Records(RecordId, RecordId),
    Enums(EnumId, EnumId),
}

struct Comparison<'t, 's> {
    old: &'t Types<'s>,
    new: &'t Types<'s>,
    options: Options,
    seen: HashSet<Pair>,
    open: Vec<Pair>,
    verdict: Verdict,
}

impl<'s> Comparison<'_, 's> {
    fn find(
        &mut self,
        grade: Grade,
        path: impl Into<String>,
        kind: Kind,
        codes: &'static [&'static str],
        message: impl Into<String>,
    ) {
        self.verdict.findings.push(Finding {
            grade,
            path: path.into(),
            message: message.into(),
            codes,
            kind,
        });
    }

    /// What a further field or variant is to code outside of the crate. Of a type that says nothing the options do; where
    /// one version is not known, the type has not changed.
    fn addition(&mut self, name: &str, old: Option<bool>, new: Option<bool>) -> Grade {
        let was = old.or(new).unwrap_or(self.options.was_non_exhaustive);
        let is = new.or(old).unwrap_or(self.options.non_exhaustive);
        if is && !was {
            let message = "the type is `#[non_exhaustive]` now";
            let codes = &["E0639", "E0638", "E0004"];
            self.find(Grade::Soft, name, Kind::NonExhaustive, codes, message);
        }
        match was {
            true => Grade::Ok,
            false => Grade::Soft,
        }
    }

    fn records(&mut self, old_id: RecordId, new_id: RecordId) {
        let (old_schema, new_schema): (&'s Schema, &'s Schema) = (self.old.schema, self.new.schema);
        let (Some(old), Some(new)) = (
            old_schema.records.get(old_id.0),
            new_schema.records.get(new_id.0),
        ) else {
            return;
        };
        self.moved((old.module, &old.name), (new.module, &new.name));
        let addition = self.addition(&new.name, old.non_exhaustive, new.non_exhaustive);
        let (old_idents, new_idents) = (idents(old), idents(new));
        let was = places(&old_idents);
        let is = places(&new_idents);
        for ((at, field), ident) in new.fields.iter().enumerate().zip(&new_idents) {
            let path = format!("{}.{}", new.name, field.name);
            match was
                .get(&**ident)
                .and_then(|at| Some((*at, old.fields.get(*at)?)))
            {
                Some((before, other)) => {
                    let types = (
                        self.old.field(old_id, before, other, self.options),
                        self.new.field(new_id, at, field, self.options),
                    );
                    self.types(&path, types, &other.ty, &field.ty);
                }
                None if field.presence == Presence::Required => {
                    let message = format!("the field is new, and `{}::new` asks for it", new.name);
                    self.find(
                        Grade::Soft,
                        path,
                        Kind::Added,
                        &["E0063", "E0027", "E0061"],
                        message,
                    );
                }
                None => {
                    self.find(
                        addition,
                        path,
                        Kind::Added,
                        &["E0063", "E0027"],
                        "the field is new",
                    );
                }
            }
        }
        for (field, ident) in old.fields.iter().zip(&old_idents) {
            if !is.contains_key(&**ident) {
                let path = format!("{}.{}", old.name, field.name);
                let message = format!("the field `{ident}` is gone");
                self.find(
                    Grade::Breaking,
                    path,
                    Kind::Removed,
                    &["E0560", "E0609", "E0026"],
                    message,
                );
            }
        }
        self.constructors(old, new);
        let lost = self.old.derives.lost(&self.new.derives, old_id, new_id);
        if let Some(lost) = lost {
            let message = format!("the type no longer derives {lost}");
            self.find(
                Grade::Soft,
                &new.name,
                Kind::Derive,
                &["E0277", "E0599"],
                message,
            );
        }
    }

    /// What may change in making a value: the parameters of `new`, and whether there is a default.
    fn constructors(&mut self, old: &Record, new: &Record) {
        let required = |record: &Record| -> Vec<String> {
            let fields = record.fields.iter().zip(idents(record));
            let required = fields.filter(|(f, _)| f.presence == Presence::Required);
            required.map(|(_, ident)| ident.into_owned()).collect()
        };
        let (was, is) = (required(old), required(new));
        let then: BTreeSet<&String> = was.iter().collect();
        let now: BTreeSet<&String> = is.iter().collect();
        if was != is && then == now {
            let message = "the parameters of `new` come in another order";
            self.find(Grade::Ok, &new.name, Kind::Made, &["E0308"], message);
        }
        if !was.is_empty() && is.len() < was.len() && now.is_subset(&then) {
            let (codes, message): (&[_], _) = match is.is_empty() {
                true => (
                    &["E0599"],
                    "there is no `new` any more, because no field is required",
                ),
                false => (&["E0061"], "`new` takes fewer parameters"),
            };
            self.find(Grade::Ok, &new.name, Kind::Made, codes, message);
        }
        if !was.is_empty() && was.len() < is.len() && then.is_subset(&now) {
            let before = idents(old);
            let before: HashSet<&str> = before.iter().map(AsRef::as_ref).collect();
            // Of a field that is new, that is said.
            if is.iter().all(|name| before.contains(name.as_str())) {
                let message =
                    "`new` takes more parameters, and there is no `with_` method for them";
                self.find(
                    Grade::Ok,
                    &new.name,
                    Kind::Made,
                    &["E0061", "E0599"],
                    message,
                );
            }
        }
        if was.is_empty() && !is.is_empty() {
            let message = "there is no `Default` any more, because a field is required";
            self.find(
                Grade::Ok,
                &new.name,
                Kind::Made,
                &["E0277", "E0599"],
                message,
            );
        }
    }

    fn moved(&mut self, old: (usize, &str), new: (usize, &str)) {
        let was = self.old.path(old.0, old.1, self.options);
        let is = self.new.path(new.0, new.1, self.options);
        // Where the old type is there still, fields have another type, and that is said of them.
        if was != is && !self.new.has(&was, self.options) {
            let message = format!("the type `{was}` is now `{is}`");
            self.find(
                Grade::Breaking,
                new.1,
                Kind::Moved,
                &["E0432", "E0425", "E0422", "E0412"],
                message,
            );
        }
    }

    /// Whether two types of a field differ only because the type inside them has moved.
    fn is_move(&self, was: &str, is: &str, old: &Type, new: &Type) -> bool {
        let (old, new) = (old.leaf(), new.leaf());
        let named = matches!(
            (old, new),
            (Type::Record(_), Type::Record(_)) | (Type::Enum(_), Type::Enum(_))
        );
        let before = self.old.ty(old, self.options);
        let after = self.new.ty(new, self.options);
        named && !self.new.has(&before, self.options) && was.replace(&before, &after) == is
    }

    fn types(&mut self, path: &str, (was, is): (String, String), old: &'s Type, new: &'s Type) {
        // Where a type has moved, that is said once, and not of every field that has it.
        if was != is && !self.is_move(&was, &is, old, new) {
            let message = format!("the type was `{was}` and is `{is}`");
            self.find(Grade::Breaking, path, Kind::Type, &["E0308"], message);
        }
        // One name may stand for an enum and then for a struct.
        if let (true, Some((was_kind, is_kind))) = (was == is, other_kind(old, new)) {
            let name = self.new.ty(new.leaf(), self.options);
            let message = format!("`{name}` was {was_kind} and is {is_kind}");
            let codes = &["E0574", "E0599", "E0609"];
            self.find(Grade::Breaking, path, Kind::Type, codes, message);
        }
        self.parts(old, new);
    }

    /// Named types inside two types of one shape are compared too.
    fn parts(&mut self, old: &Type, new: &Type) {
        match (old, new) {
            (
                Type::Array(old) | Type::Map(old) | Type::Optional(old),
                Type::Array(new) | Type::Map(new) | Type::Optional(new),
            ) => self.parts(old, new),
            (Type::Record(old), Type::Record(new)) => self.open.push(Pair::Records(*old, *new)),
            (Type::Enum(old), Type::Enum(new)) => self.open.push(Pair::Enums(*old, *new)),
            _ => {}
        }
    }

    fn enums(&mut self, old: EnumId, new: EnumId) {
        let (old_schema, new_schema): (&'s Schema, &'s Schema) = (self.old.schema, self.new.schema);
        let (Some(old), Some(new)) = (old_schema.enums.get(old.0), new_schema.enums.get(new.0))
        else {
            return;
        };
        self.moved((old.module, &old.name), (new.module, &new.name));
        let addition = self.addition(&new.name, old.non_exhaustive, new.non_exhaustive);
        let (was, is) = (variants(old), variants(new));
        let names = |all: &[(String, &str)]| all.iter().map(|(name, _)| name.clone()).collect();
        let (known, present): (HashSet<String>, HashSet<String>) = (names(&was), names(&is));
        for (variant, symbol) in &is {
            if !known.contains(variant) {
                let path = format!("{}.{symbol}", new.name);
                let message = format!("the variant `{variant}` is new");
                self.find(addition, path, Kind::VariantAdded, &["E0004"], message);
            }
        }
        for (variant, symbol) in &was {
            if !present.contains(variant) {
                let path = format!("{}.{symbol}", old.name);
                let message = format!("the variant `{variant}` is gone");
                self.find(
                    Grade::Breaking,
                    path,
                    Kind::VariantRemoved,
                    &["E0599"],
                    message,
                );
            }
        }
        if new.open && !old.open {
            let message = "the enum is open now, holds a `String` and is no `Copy` any more";
            self.find(
                Grade::Breaking,
                &new.name,
                Kind::Opened,
                &["E0382", "E0507", "E0004"],
                message,
            );
        }
        if old.default.is_some() && new.default.is_none() {
            let message = "there is no `Default` any more";
            self.find(
                Grade::Ok,
                &new.name,
                Kind::Made,
                &["E0277", "E0599"],
                message,
            );
        }
    }
}

/// What two types are made of, where one is made of an enum and the other of a struct.
fn other_kind(old: &Type, new: &Type) -> Option<(&'static str, &'static str)> {
    match (old.leaf(), new.leaf()) {
        (Type::Enum(_), Type::Record(_)) => Some(("an enum", "a struct")),
        (Type::Record(_), Type::Enum(_)) => Some(("a struct", "an enum")),
        _ => None,
    }
}

fn idents(record: &Record) -> Vec<Cow<'_, str>> {
    rust_fields(record.fields.iter().map(|f| f.name.as_str()))
}

fn places<I: AsRef<str>>(idents: &[I]) -> HashMap<&str, usize> {
    let idents = idents.iter().enumerate();
    idents.map(|(at, ident)| (ident.as_ref(), at)).collect()
}

/// Variants with their symbols.
fn variants(definition: &Enum) -> Vec<(String, &str)> {
    let symbols = || definition.symbols.iter().map(|s| s.name.as_str());
    let known = rust_variants(symbols()).into_iter().zip(symbols());
    let open = definition.open.then(|| ("Unknown".to_owned(), "any other"));
    known.chain(open).collect()
}
