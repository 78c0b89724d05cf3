//! Chosen fields of a message: the steps of a plan, carried out on bytes.

use tg_schema_model::avro::peek::{Action, Plan, Step, Take};
use tg_schema_model::logical::Uuid;

use super::AvroReader;
use crate::codec::{Codec, DateDay, TimeOfDay, TimestampMicros, TimestampMillis, UuidText};
use crate::error::Error;
use crate::peek::Peeked;

impl<'a> AvroReader<'a> {
    /// Puts the value of each field that was asked for at its place. Those that the message has no value
    /// for are left as they are.
    pub(crate) fn peek(
        &mut self,
        plan: &Plan,
        steps: &[Step],
        out: &mut [Peeked<'a>],
    ) -> Result<(), Error> {
        for step in steps {
            if let Err(e) = self.peek_step(plan, step, out) {
                return Err(e.in_field_of(plan.name(step)));
            }
        }
        Ok(())
    }
    /// A record inside another one.
    fn peek_inside(
        &mut self,
        plan: &Plan,
        steps: &[Step],
        out: &mut [Peeked<'a>],
    ) -> Result<(), Error> {
        self.enter()?;
        self.peek(plan, steps, out)?;
        self.leave();
        Ok(())
    }
    #[inline]
    fn peek_step(&mut self, plan: &Plan, step: &Step, out: &mut [Peeked<'a>]) -> Result<(), Error> {
        match &step.action {
            Action::Skip(skip) => self.skip(&plan.skips, *skip),
            Action::Take { place, take } => {
                let value = self.peeked(plan, take)?;
                if let Some(out) = out.get_mut(*place as usize) {
                    *out = value;
                }
                Ok(())
            }
            Action::Record(steps) => self.peek_inside(plan, steps, out),
            Action::Optional {
                branches,
                record,
                steps,
            } => {
                let n = self.foreign_index(*branches as usize, "branches")?;
                match n == *record as usize {
                    true => self.peek_inside(plan, steps, out),
                    false => Ok(()),
                }
            }
        }
    }
    fn peeked(&mut self, plan: &Plan, take: &Take) -> Result<Peeked<'a>, Error> {
        Ok(match take {
            Take::Null => Peeked::Null,
            Take::Boolean => Peeked::Boolean(self.boolean()?),
            Take::Int => Peeked::Int(self.int()?),
            Take::Long => Peeked::Long(self.long()?),
            Take::Float => Peeked::Float(self.float()?),
            Take::Double => Peeked::Double(self.double()?),
            Take::String => Peeked::String(self.string()?),
            Take::Bytes => Peeked::Bytes(self.bytes()?),
            Take::Fixed(n) => Peeked::Bytes(self.take(*n as usize)?),
            Take::Enum(symbols) => {
                let symbols = plan.symbols.get(*symbols as usize).map_or(&[][..], |s| s);
                let n = self.foreign_index(symbols.len(), "symbols")?;
                match symbols.get(n) {
                    Some(symbol) => Peeked::Symbol(symbol.clone()),
                    None => return Err(self.foreign_plan()),
                }
            }
            Take::Date => Peeked::Date(DateDay::read_avro(self)?),
            Take::TimeMillis => Peeked::Time(TimeOfDay::read_avro(self)?),
            Take::TimestampMillis => Peeked::Timestamp(TimestampMillis::read_avro(self)?),
            Take::TimestampMicros => Peeked::Timestamp(TimestampMicros::read_avro(self)?),
            Take::UuidText => Peeked::Uuid(UuidText::read_avro(self)?),
            Take::UuidBytes => match self.take(16)?.first_chunk() {
                Some(bytes) => Peeked::Uuid(Uuid::from_bytes(*bytes)),
                None => return Err(self.foreign_plan()),
            },
            Take::Decimal {
                precision,
                scale,
                size,
            } => {
                let bytes = match size {
                    Some(n) => self.take(*n as usize)?,
                    None => self.bytes()?,
                };
                Peeked::Decimal(self.decimal(bytes, *precision, *scale)?)
            }
            Take::Encoded(skip) => {
                let start = self.offset();
                self.skip(&plan.skips, *skip)?;
                Peeked::Encoded(self.since(start))
            }
            Take::Union(branches) => {
                let n = self.foreign_index(branches.len(), "branches")?;
                // A branch is never a union itself.
                match branches.get(n) {
                    Some(branch) => self.peeked(plan, branch)?,
                    None => return Err(self.foreign_plan()),
                }
            }
        })
    }
}
