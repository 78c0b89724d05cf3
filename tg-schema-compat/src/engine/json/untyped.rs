//! Values as hand-written readers of dataclasses read them: what is there is kept as it is.

use std::collections::HashSet;

use tg_schema_model::{Encoding, Enum, RecordId, Type};

use super::typed::{Form, form};
use super::{Comparison, Effect, Kind, Peer, Step, nothing};

impl<'s> Comparison<'s, '_> {
    pub(super) fn untyped(&mut self, ty: &'s Type, of: &'s Type, written: Encoding) -> Step {
        self.budget.step()?;
        match (ty, of) {
            (Type::Optional(ty), Type::Optional(of)) => self.untyped(ty, of, written),
            (Type::Optional(ty), of) => self.untyped(ty, of, written),
            (ty, Type::Optional(of)) => {
                let message = "may be null, which the reader keeps";
                self.find(Effect::Misreads, Kind::Null, message);
                self.untyped(ty, of, written)
            }
            (Type::Record(r), Type::Record(w)) => self.record(*r, *w),
            (Type::Array(ty), Type::Array(of)) => {
                self.inside("[]", |this| this.untyped(ty, of, written))
            }
            (Type::Map(ty), Type::Map(of)) => {
                self.inside("{}", |this| this.untyped(ty, of, written))
            }
            (Type::Record(r), Type::Map(inner)) => self.cross((ty, of), [written; 2], |this| {
                this.entries(*r, |this, field| this.untyped(&field.ty, inner, written))
            }),
            (Type::Map(inner), Type::Record(w)) => {
                self.cross((ty, of), [written; 2], |this| this.untyped_map(inner, *w))
            }
            (Type::Enum(r), Type::Enum(w)) => {
                let reader = self.reader.schema.enums.get(r.0);
                let writer = self.writer.schema.enums.get(w.0);
                let (Some(reader), Some(writer)) = (reader, writer) else {
                    return Ok(());
                };
                let known: HashSet<&String> = reader.symbols.iter().map(|s| &s.name).collect();
                if keeps_texts(reader) {
                    return Ok(());
                }
                if writer.open || !writer.symbols.iter().all(|s| known.contains(&s.name)) {
                    let message = "symbols that the reader does not know are kept as texts";
                    self.find(Effect::Misreads, Kind::Symbol, message);
                }
                Ok(())
            }
            (Type::Enum(r), of) if form(self.writer.schema, of, self.writer.peer) == Form::Text => {
                if self.reader.schema.enums.get(r.0).is_some_and(keeps_texts) {
                    return Ok(());
                }
                let message = "texts that are no symbols are kept as they are";
                self.find(Effect::Misreads, Kind::Symbol, message);
                Ok(())
            }
            (ty, Type::Bytes)
                if written == Encoding::Base64
                    && form(self.reader.schema, ty, Peer::Tg) == Form::Text =>
            {
                let message = "is base64, which the reader takes for the text itself";
                self.find(Effect::Misreads, Kind::Encoding, message);
                Ok(())
            }
            (ty, of) => {
                let taken = form(self.reader.schema, ty, Peer::Tg);
                let sent = form(self.writer.schema, of, self.writer.peer);
                if taken.is_kept(sent) {
                    return Ok(());
                }
                let message = format!(
                    "is {}, which the reader keeps without a look at the type",
                    sent.word()
                );
                self.find(Effect::Misreads, Kind::Untyped, message);
                Ok(())
            }
        }
    }

    /// Every field of the record is an entry of the map.
    fn untyped_map(&mut self, ty: &'s Type, w: RecordId) -> Step {
        let schema = self.writer.schema;
        let fields = schema.records.get(w.0).map_or(&[][..], |r| &r.fields);
        for source in fields {
            self.inside(format!("{{{}}}", source.name), |this| {
                if nothing(this.writer.peer, source).null {
                    let message = "may be null, which the reader keeps";
                    this.find(Effect::Misreads, Kind::Null, message);
                }
                let written = this.encoding(this.writer, source);
                this.untyped(ty, &source.ty, written)
            })?;
        }
        Ok(())
    }
}

/// Whether a symbol that is not known is a value of the enum: a text.
fn keeps_texts(reader: &Enum) -> bool {
    reader.open && reader.default.is_none()
}
