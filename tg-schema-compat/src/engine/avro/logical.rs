//! The attributes of a type into the logical type that they say it is.

use std::fmt;

use tg_schema_model::Json;
use tg_schema_model::avro::Kind;

use super::{Node, Shape};

/// A logical type with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Logical {
    /// `date`, `decimal`.
    pub word: String,
    /// Digits, of a decimal.
    pub precision: Option<String>,
    /// Digits after the point, of a decimal.
    pub scale: Option<String>,
}

impl Node {
    /// The logical type, if the type has one.
    pub(crate) fn logical(&self) -> Option<Logical> {
        let property = |name: &str| {
            self.properties
                .iter()
                .find(|(n, _)| n == name)
                .map(|(_, v)| v)
        };
        let word = property("logicalType")?.as_str()?.to_owned();
        let digits = |name: &str| {
            let given = property(name).map_or_else(|| "0".to_owned(), Json::compact);
            (word == "decimal").then_some(given)
        };
        let (precision, scale) = (digits("precision"), digits("scale"));
        Some(Logical {
            word,
            precision,
            scale,
        })
    }

    /// The logical type that readers go by: one of Avro's, laid on a type that it is for.
    pub(crate) fn meaning(&self) -> Option<Logical> {
        let logical = self.logical()?;
        let fits = match (&self.shape, logical.word.as_str()) {
            (Shape::Primitive(Kind::Int), word) => matches!(word, "date" | "time-millis"),
            (Shape::Primitive(Kind::Long), word) => {
                let word = word.strip_prefix("local-").unwrap_or(word);
                let word = word.strip_prefix("timestamp-").unwrap_or(word);
                matches!(word, "time-micros" | "millis" | "micros" | "nanos")
            }
            (Shape::Primitive(Kind::String), word) => word == "uuid",
            (Shape::Primitive(Kind::Bytes), "big-decimal") => true,
            (Shape::Primitive(Kind::Bytes) | Shape::Fixed(_), "decimal") => logical.has_digits(),
            (Shape::Fixed(fixed), "duration") => fixed.size == 12,
            (Shape::Fixed(fixed), "uuid") => fixed.size == 16,
            _ => false,
        };
        fits.then_some(logical)
    }
}

impl Node {
    /// Whether numbers of this type may lose digits where they are read as `to`. A date is a number below 2^24, and
    /// milliseconds since the epoch are one below 2^53.
    pub(crate) fn loses_digits(&self, to: Kind) -> bool {
        let Shape::Primitive(from) = &self.shape else {
            return false;
        };
        let logical = self.meaning();
        let word = logical.as_ref().map_or("", |logical| logical.word.as_str());
        match (from, to) {
            (Kind::Int, Kind::Float) => word != "date",
            (Kind::Long, Kind::Double) => word != "timestamp-millis",
            (Kind::Long, Kind::Float) => true,
            _ => false,
        }
    }
}

impl Logical {
    /// Whether a decimal has a digit, and no more after the point than there are.
    fn has_digits(&self) -> bool {
        let digits = |given: &Option<String>| given.as_ref()?.parse::<u32>().ok();
        let (precision, scale) = (digits(&self.precision), digits(&self.scale));
        precision.is_some_and(|p| p > 0 && scale.is_some_and(|s| s <= p))
    }
}

impl fmt::Display for Logical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.precision, &self.scale) {
            (Some(precision), Some(scale)) => write!(f, "decimal({precision},{scale})"),
            _ => f.write_str(&self.word),
        }
    }
}
