//! Values as a Python `Record` reads them: by the Python type that JSON gives, and not everywhere.

use tg_schema_model::{Encoding, Field, Presence, RecordId, Type, Value};

use super::ours::shown;
use super::typed::{Form, Sent, form, sent};
use super::{Comparison, Effect, Kind, Peer, Step};

impl<'s> Comparison<'s, '_> {
    pub(super) fn python_null(&mut self, field: &Field) {
        let as_row = matches!(field.presence, Presence::Required | Presence::Default(_));
        let required = field.pulsar.required.unwrap_or(as_row);
        match field.ty {
            Type::Enum(_) | Type::Array(_) | Type::Map(_) => {}
            _ if required => self.find(Effect::Refuses, Kind::Null, "may be null, and is required"),
            _ => self.find(
                Effect::Fills,
                Kind::Null,
                "may be null; is the default then",
            ),
        }
    }

    pub(super) fn python(&mut self, ty: &'s Type, of: &'s Type, written: Encoding) -> Step {
        self.budget.step()?;
        if let Type::Optional(of) = of {
            // Only elements are optional here.
            self.find(Effect::Refuses, Kind::Null, "may be null");
            return self.python(ty, of, written);
        }
        let sent = form(self.writer.schema, of, self.writer.peer);
        let takes = match ty {
            Type::Optional(ty) => return self.python(ty, of, written),
            Type::Int | Type::Long => matches!(sent, Form::Whole | Form::Truth),
            Type::Float | Type::Double => {
                matches!(sent, Form::Whole | Form::Fraction | Form::Truth)
            }
            Type::Boolean => sent == Form::Truth,
            Type::Bytes if sent != Form::Text => {
                let message = "the reader keeps it without a look at the type";
                self.find(Effect::Misreads, Kind::Untyped, message);
                true
            }
            Type::Array(_) => sent == Form::List,
            Type::Map(_) | Type::Record(_) => sent == Form::Object,
            Type::Enum(_) => matches!(sent, Form::Text | Form::Whole),
            _ => sent == Form::Text,
        };
        let number = matches!(ty, Type::Int | Type::Long | Type::Float | Type::Double);
        if number && sent == Form::Truth {
            let message = "is true or false, which the reader keeps where a number belongs";
            self.find(Effect::Loses, Kind::Untyped, message);
        }
        if !takes {
            let wanted = form(self.reader.schema, ty, Peer::Tg).word();
            let message = format!("is {}, where the reader takes {wanted}", sent.word());
            self.find(Effect::Refuses, Kind::Form, message);
            return Ok(());
        }
        if written == Encoding::Base64 && *of == Type::Bytes {
            let message = "is base64, which the reader takes for the text itself";
            self.find(Effect::Misreads, Kind::Encoding, message);
        }
        match (ty, of) {
            (Type::Record(r), Type::Record(w)) => self.record(*r, *w),
            (Type::Array(ty), Type::Array(of)) => {
                self.inside("[]", |this| this.python_element(ty, of, written))
            }
            (Type::Map(ty), Type::Map(of)) => {
                self.inside("{}", |this| this.python_element(ty, of, written))
            }
            (Type::Map(inner), Type::Record(w)) => {
                self.cross((ty, of), [written; 2], |this| this.python_map(inner, *w))
            }
            (Type::Record(r), Type::Map(inner)) => self.cross((ty, of), [written; 2], |this| {
                this.entries(*r, |this, field| this.python(&field.ty, inner, written))
            }),
            (Type::Enum(id), Type::Enum(w)) => {
                let of = self.writer.schema.enums.get(w.0);
                let known = self.reader.schema.enums.get(id.0);
                let (Some(of), Some(known)) = (of, known) else {
                    return Ok(());
                };
                let mut unknown = Vec::new();
                for (symbol, sent) in sent_of(of, self.writer.peer) {
                    self.budget.step()?;
                    let found = match &sent {
                        Sent::Text(text) => known.symbols.iter().any(|s| s.name == *text),
                        Sent::Number(n) => known.pulsar.values.contains(&Value::Long(*n)),
                    };
                    if !found {
                        unknown.push(symbol);
                    }
                }
                if of.open {
                    unknown.push("any that the writer does not know".to_owned());
                }
                if !unknown.is_empty() {
                    let message = format!("symbols are unknown: {}", shown(&unknown));
                    self.find(Effect::Refuses, Kind::Symbol, message);
                }
                Ok(())
            }
            (Type::Enum(_), _) => {
                let message = "is no symbol in most messages";
                self.find(Effect::Refuses, Kind::Symbol, message);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Every field of the record is an entry of the map.
    fn python_map(&mut self, ty: &'s Type, w: RecordId) -> Step {
        let schema = self.writer.schema;
        let fields = schema.records.get(w.0).map_or(&[][..], |r| &r.fields);
        for source in fields {
            self.inside(format!("{{{}}}", source.name), |this| {
                let written = this.encoding(this.writer, source);
                this.python_element(ty, &source.ty, written)
            })?;
        }
        Ok(())
    }

    /// An item or value of a container. A container in a container is not looked into.
    fn python_element(&mut self, ty: &'s Type, of: &'s Type, written: Encoding) -> Step {
        if let Type::Optional(ty) = ty {
            // No element is optional in Python.
            return self.python_element(ty, of, written);
        }
        if let (Type::Array(_) | Type::Map(_), Type::Optional(of)) = (ty, of) {
            self.find(Effect::Refuses, Kind::Null, "may be null");
            return self.python_element(ty, of, written);
        }
        match ty {
            Type::Enum(_) => {
                let message = "the reader reads no enums inside arrays and maps";
                self.find(Effect::Refuses, Kind::Symbol, message);
                Ok(())
            }
            Type::Array(_) | Type::Map(_) | Type::Bytes => {
                let sent = form(self.writer.schema, of, self.writer.peer);
                if sent == form(self.reader.schema, ty, Peer::Tg) {
                    if *ty == Type::Bytes {
                        return self.python(ty, of, written);
                    }
                } else {
                    let message = format!("is {}, which the reader does not take", sent.word());
                    self.find(Effect::Refuses, Kind::Form, message);
                }
                Ok(())
            }
            ty => self.python(ty, of, written),
        }
    }
}

fn sent_of(definition: &tg_schema_model::Enum, peer: Peer) -> Vec<(String, Sent)> {
    let sent = sent(definition, peer).into_iter();
    sent.map(|(symbol, sent)| (symbol.to_owned(), sent))
        .collect()
}
