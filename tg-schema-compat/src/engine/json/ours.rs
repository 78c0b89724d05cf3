//! Values as our readers read them: the wire contract, type by type.

use tg_schema_model::{Encoding, EnumId, Presence, RecordId, Type, Value};

use super::typed::{Form, Sent, form, named, sent};
use super::{Comparison, EXTREMES, Effect, Kind, Peer, Step, nothing};

impl<'s> Comparison<'s, '_> {
    pub(super) fn ours(
        &mut self,
        ty: &'s Type,
        encoding: Encoding,
        of: &'s Type,
        written: Encoding,
    ) -> Step {
        self.budget.step()?;
        match (ty, of) {
            (Type::Optional(ty), Type::Optional(of)) => self.ours(ty, encoding, of, written)?,
            (Type::Optional(ty), of) => self.ours(ty, encoding, of, written)?,
            (ty, Type::Optional(of)) => {
                self.find(Effect::Refuses, Kind::Null, "may be null");
                self.ours(ty, encoding, of, written)?;
            }
            (Type::Array(ty), Type::Array(of)) => {
                self.inside("[]", |this| this.ours(ty, encoding, of, written))?;
            }
            (Type::Map(ty), Type::Map(of)) => {
                self.inside("{}", |this| this.ours(ty, encoding, of, written))?;
            }
            (Type::Map(inner), Type::Record(id)) => {
                self.cross((ty, of), [encoding, written], |this| {
                    this.record_as_map(inner, encoding, *id)
                })?;
            }
            (Type::Record(id), Type::Map(inner)) => {
                self.cross((ty, of), [encoding, written], |this| {
                    this.map_as_record(*id, inner, written)
                })?;
            }
            (Type::Record(r), Type::Record(w)) => self.record(*r, *w)?,
            (Type::Enum(id), of) => self.symbol(*id, of, written)?,
            (ty, of) => self.scalar(ty, encoding, of, written),
        }
        Ok(())
    }

    fn scalar(&mut self, ty: &Type, encoding: Encoding, of: &Type, written: Encoding) {
        let names = (
            named(self.reader.schema, ty, encoding),
            named(self.writer.schema, of, written),
        );
        let is = |end: &str| format!("is {}, {end}", names.1);
        let is_text = form(self.writer.schema, of, self.writer.peer) == Form::Text;
        match (ty, of) {
            (Type::String, Type::Bytes) if written == Encoding::Base64 => {
                let message = is("which is read as the text that it is written as");
                self.find(Effect::Misreads, Kind::Encoding, message);
            }
            (Type::Bytes, Type::Bytes) => match (encoding, written) {
                (Encoding::Utf8, Encoding::Base64) => {
                    let message = "is base64, which is read as the bytes of that text";
                    self.find(Effect::Misreads, Kind::Encoding, message);
                }
                (Encoding::Base64, Encoding::Utf8) => {
                    let message = "is text, which is no base64 in most messages";
                    self.find(Effect::Refuses, Kind::Encoding, message);
                }
                _ => {}
            },
            (Type::String, _) if is_text => {}
            (Type::Bytes, _) if is_text && encoding == Encoding::Utf8 => {}
            (Type::Bytes, _) if is_text => {
                let message = is("which is no base64 in most messages");
                self.find(Effect::Refuses, Kind::Encoding, message);
            }
            (Type::Int | Type::Long | Type::Float | Type::Double, Type::Enum(w))
                if self
                    .numbers(*w)
                    .is_some_and(|all| all.iter().all(|n| holds(ty, *n))) => {}
            (Type::Int, Type::Long) => {
                let message = "is a long, which is refused from 2147483648 on";
                self.find(Effect::Refuses, Kind::Range, message);
            }
            (Type::Float, Type::Double) => {
                let message = "is a double, of which a float keeps about 7 digits";
                self.find(Effect::Loses, Kind::Precision, message);
                self.find(Effect::RefusesExtremes, Kind::Range, EXTREMES);
            }
            (Type::Float, Type::Int | Type::Long) => {
                let message = is("which a float holds exactly up to 16777216 only");
                self.find(Effect::Loses, Kind::Precision, message);
            }
            (Type::Double, Type::Long) => {
                let message = "is a long, which a double holds exactly up to 9007199254740992 only";
                self.find(Effect::Loses, Kind::Precision, message);
            }
            (Type::Boolean, Type::Boolean)
            | (Type::Int, Type::Int)
            | (Type::Long, Type::Int | Type::Long)
            | (Type::Float, Type::Float)
            | (Type::Double, Type::Int | Type::Float | Type::Double)
            | (Type::Date, Type::Date)
            | (Type::TimeMs, Type::TimeMs)
            | (Type::TimestampMs | Type::TimestampUs, Type::TimestampMs)
            | (Type::TimestampUs, Type::TimestampUs)
            | (Type::Uuid, Type::Uuid) => {}
            (Type::TimestampMs, Type::TimestampUs) => {
                let message = "has microseconds, which are refused where they are not zero";
                self.find(Effect::Refuses, Kind::Precision, message);
            }
            (
                &Type::Decimal { precision, scale },
                &Type::Decimal {
                    precision: p,
                    scale: s,
                },
            ) => {
                let before = |precision: u8, scale: u8| precision.saturating_sub(scale);
                if s > scale || before(p, s) > before(precision, scale) {
                    let message = is("which may have more digits than are taken");
                    self.find(Effect::Refuses, Kind::Range, message);
                }
            }
            (_, Type::String | Type::Bytes)
                if matches!(
                    ty,
                    Type::Date
                        | Type::TimeMs
                        | Type::TimestampMs
                        | Type::TimestampUs
                        | Type::Uuid
                        | Type::Decimal { .. }
                ) =>
            {
                let message = is(&format!("which is no {} in most messages", names.0));
                self.find(Effect::Refuses, Kind::Form, message);
            }
            _ => {
                let message = is(&format!("which is never read as {}", names.0));
                self.find(Effect::Refuses, Kind::Form, message);
            }
        }
    }

    /// What the writer sends for the symbols of an enum, where these are numbers.
    fn numbers(&self, of: EnumId) -> Option<Vec<i64>> {
        let of = self.writer.schema.enums.get(of.0)?;
        let number = |(_, sent)| match sent {
            Sent::Number(number) => Some(number),
            Sent::Text(_) => None,
        };
        sent(of, self.writer.peer).into_iter().map(number).collect()
    }

    fn symbol(&mut self, id: EnumId, of: &Type, encoding: Encoding) -> Step {
        let Some(reader) = self.reader.schema.enums.get(id.0) else {
            return Ok(());
        };
        let default = reader.default_symbol();
        let known: std::collections::HashMap<&str, &str> = reader
            .symbols
            .iter()
            .map(|s| (s.name.as_str(), s.name.as_str()))
            .collect();
        let by_value = |sent: &Sent| {
            let mut values = reader.pulsar.values.iter();
            let at = values.position(|value| match (value, sent) {
                (Value::String(a), Sent::Text(b)) => a == b,
                (Value::Long(a), Sent::Number(b)) => a == b,
                (Value::Int(a), Sent::Number(b)) => i64::from(*a) == *b,
                _ => false,
            })?;
            reader.symbols.get(at).map(|s| s.name.as_str())
        };
        let written = match of {
            Type::Enum(w) => self.writer.schema.enums.get(w.0),
            _ => None,
        };
        let Some(writer) = written else {
            let form = form(self.writer.schema, of, self.writer.peer);
            let numbered = form == Form::Whole && !reader.pulsar.values.is_empty();
            let base64 = *of == Type::Bytes && encoding == Encoding::Base64;
            if base64 && reader.open && default.is_none() {
                let message = "is base64, which is kept as the text that it is written as";
                self.find(Effect::Misreads, Kind::Encoding, message);
            }
            return self.no_symbol(form, numbered, default.is_some(), reader.open, of);
        };
        let (mut lost, mut other, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
        for (symbol, sent) in sent(writer, self.writer.peer) {
            self.budget.step()?;
            let read = match &sent {
                Sent::Text(text) => known.get(text.as_str()).copied(),
                Sent::Number(_) => None,
            };
            match read.or_else(|| by_value(&sent)) {
                Some(read) if read == symbol => {}
                Some(read) => other.push(format!("{symbol} as {read}")),
                // An open enum keeps texts only.
                None if reader.open && default.is_none() && matches!(sent, Sent::Text(_)) => {
                    // Kept, but a value that Python gave the symbol is not the symbol.
                    if let Sent::Text(text) = &sent
                        && text != symbol
                    {
                        other.push(format!("{symbol} as {text}"));
                    }
                }
                None if matches!(sent, Sent::Number(_)) && reader.pulsar.values.is_empty() => {
                    numbers.push(symbol.to_owned());
                }
                None => lost.push(symbol.to_owned()),
            }
        }
        if !other.is_empty() {
            let message = format!("symbols are read as others: {}", shown(&other));
            self.find(Effect::Misreads, Kind::Symbol, message);
        }
        if !numbers.is_empty() {
            let message = format!(
                "symbols are sent as numbers, and the reader knows none: {}",
                shown(&numbers)
            );
            self.find(Effect::Refuses, Kind::Symbol, message);
        }
        // A Python enum has its symbols and no others.
        let open = writer.open && self.writer.peer != Peer::PythonRecord;
        if open && !(reader.open && default.is_none()) {
            lost.push("any that the writer does not know".to_owned());
        }
        if lost.is_empty() {
            return Ok(());
        }
        match default {
            Some(default) => {
                let message = format!("symbols become {}: {}", default.name, shown(&lost));
                self.find(Effect::Loses, Kind::Symbol, message);
            }
            None => {
                let message = format!("symbols are unknown: {}", shown(&lost));
                self.find(Effect::Refuses, Kind::Symbol, message);
            }
        }
        Ok(())
    }

    /// Something that is no enum, read as one.
    fn no_symbol(
        &mut self,
        form: Form,
        numbered: bool,
        default: bool,
        open: bool,
        of: &Type,
    ) -> Step {
        let name = self.writer.schema.type_text(of);
        match form {
            Form::Text | Form::Whole if default && (form == Form::Text || numbered) => {
                let message = format!("is {name}; what is no symbol becomes the default");
                self.find(Effect::Loses, Kind::Symbol, message);
            }
            Form::Text if open => {}
            _ => {
                let message = format!("is {name}, which is no symbol in most messages");
                self.find(Effect::Refuses, Kind::Symbol, message);
            }
        }
        Ok(())
    }

    /// Every field of the record is an entry of the map.
    fn record_as_map(&mut self, ty: &'s Type, encoding: Encoding, of: RecordId) -> Step {
        let Some(record) = self.writer.schema.records.get(of.0) else {
            return Ok(());
        };
        for source in &record.fields {
            self.inside(format!("{{{}}}", source.name), |this| {
                let nothing = nothing(this.writer.peer, source);
                if nothing.null && !matches!(ty, Type::Optional(_)) {
                    this.find(Effect::Refuses, Kind::Null, "may be null");
                }
                let written = this.encoding(this.writer, source);
                let apart = std::mem::replace(&mut this.apart, true);
                this.ours(ty, encoding, &source.ty, written)?;
                this.apart = apart;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Any entry of the map may be there, or not.
    fn map_as_record(&mut self, id: RecordId, of: &'s Type, written: Encoding) -> Step {
        self.entries(id, |this, field| {
            if !field.aliases.is_empty() {
                this.find(Effect::Refuses, Kind::Twice, "may be there under two names");
            }
            let of = match of {
                Type::Optional(inner) => {
                    if field.presence == Presence::Required {
                        this.find(Effect::Refuses, Kind::Null, "may be null, and is required");
                    }
                    inner
                }
                of => of,
            };
            this.ours(&field.ty, field.encoding, of, written)
        })
    }
}

/// Whether a type of numbers holds a whole one exactly.
fn holds(ty: &Type, number: i64) -> bool {
    let bits = match ty {
        Type::Int => return i32::try_from(number).is_ok(),
        Type::Float => 24,
        Type::Double => 53,
        _ => 64,
    };
    bits == 64 || number.unsigned_abs() <= 1 << bits
}

/// At most a few names.
pub(super) fn shown(names: &[String]) -> String {
    const SHOWN: usize = 8;
    match names.get(..SHOWN) {
        Some(first) if names.len() > SHOWN => {
            format!("{} and {} more", first.join(", "), names.len() - SHOWN)
        }
        _ => names.join(", "),
    }
}
