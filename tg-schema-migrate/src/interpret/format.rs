//! Text that is built: f-strings, `%`, `format`, `str`.

use super::operator::{float, int, plain};
use super::value::{Arguments, Site, Value};
use super::{Frame, Interpreter};
use ruff_python_ast::{ConversionFlag, ExprFString, FStringPart, InterpolatedStringElement};

impl<'a> Interpreter<'a, '_> {
    pub(super) fn f_string(
        &mut self,
        frame: &mut Frame<'a>,
        e: &'a ExprFString,
        site: Site,
    ) -> Value<'a> {
        let mut text = String::new();
        let source = self.program.text(site.file).get(site.range.to_std_range());
        let why = self.lost_characters(source.unwrap_or(""), site);
        let mut lost = why.map(|why| self.unknown(why, site));
        for part in e.value.as_slice() {
            match part {
                FStringPart::Literal(literal) => {
                    text.push_str(&self.one_line_end(&literal.value, frame.at(literal.range)));
                }
                FStringPart::FString(string) => {
                    self.elements_of(frame, &string.elements, &mut text, &mut lost);
                }
            }
        }
        match lost {
            Some(why) => why,
            None => match self.bounded(text) {
                Some(text) => Value::text(text),
                None => self.unknown("it is longer than can be followed", site),
            },
        }
    }

    fn elements_of(
        &mut self,
        frame: &mut Frame<'a>,
        elements: &'a [InterpolatedStringElement],
        text: &mut String,
        lost: &mut Option<Value<'a>>,
    ) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    text.push_str(&self.one_line_end(&literal.value, frame.at(literal.range)));
                }
                InterpolatedStringElement::Interpolation(inner) => {
                    let value = self.eval(frame, &inner.expression);
                    if let Some(debug) = &inner.debug_text {
                        // `{x=}` shows the expression too.
                        let _ = debug;
                        *lost = Some(self.unknown("it shows an expression", frame.at(inner.range)));
                    }
                    let mut spec = String::new();
                    if let Some(format) = &inner.format_spec {
                        self.elements_of(frame, &format.elements, &mut spec, lost);
                    }
                    let shown = match inner.conversion {
                        ConversionFlag::None => self.formatted(&value, &spec),
                        ConversionFlag::Str if spec.is_empty() => self.shown(&value),
                        ConversionFlag::Repr if spec.is_empty() => self.repr(&value),
                        _ => None,
                    };
                    match shown {
                        Some(shown) if text.len() <= super::MAX_TEXT => text.push_str(&shown),
                        _ => {
                            if lost.is_none() {
                                let site = frame.at(inner.range);
                                let why = match &value {
                                    Value::Unknown(_) => value,
                                    _ => self.unknown("a part of the text is not known", site),
                                };
                                *lost = why
                                    .why_unknown()
                                    .map(|why| Value::Unknown(why.behind(text)));
                            }
                        }
                    }
                }
            }
        }
    }

    /// `format(value, spec)`.
    pub(super) fn formatted(&self, value: &Value<'a>, spec: &str) -> Option<String> {
        if spec.is_empty() {
            return self.shown(value);
        }
        let value = plain(value);
        let (rest, kind) = match spec.chars().last()? {
            kind @ ('s' | 'd' | 'x' | 'X') => (&spec[..spec.len() - 1], kind),
            _ => (spec, ' '),
        };
        let text = match (&value, kind) {
            (Value::Str(text), 's' | ' ') => text.to_string(),
            (Value::Int(n), 'd' | ' ') => n.to_string(),
            (Value::Int(n), 'x') if *n >= 0 => format!("{n:x}"),
            (Value::Int(n), 'X') if *n >= 0 => format!("{n:X}"),
            _ => return None,
        };
        let number = matches!(value, Value::Int(_));
        let mut chars = rest.chars().peekable();
        let mut align = if number { '>' } else { '<' };
        if let Some(sign @ ('<' | '>')) = chars.peek().copied() {
            align = sign;
            chars.next();
        }
        let fill = if number && chars.peek() == Some(&'0') {
            '0'
        } else {
            ' '
        };
        let width: String = chars.collect();
        let width: usize = if width.is_empty() {
            0
        } else {
            width.parse().ok().filter(|w| *w <= 1_000)?
        };
        let missing = width.saturating_sub(text.chars().count());
        if fill == '0' && text.starts_with('-') {
            return None;
        }
        let padding = fill.to_string().repeat(missing);
        Some(if align == '<' && fill == ' ' {
            text + &padding
        } else {
            padding + &text
        })
    }

    /// `str(value)`.
    pub(super) fn shown(&self, value: &Value<'a>) -> Option<String> {
        match value {
            Value::Str(text) => Some(text.to_string()),
            Value::Member(member) => {
                let class = member.class.upgrade()?;
                if super::enumeration::shows_value(&class)? {
                    return self.shown(&member.value);
                }
                Some(format!("{}.{}", class.name, member.name))
            }
            value => self.repr(value),
        }
    }

    /// `repr(value)`.
    pub(super) fn repr(&self, value: &Value<'a>) -> Option<String> {
        Some(match value {
            Value::None => "None".to_owned(),
            Value::Bool(true) => "True".to_owned(),
            Value::Bool(false) => "False".to_owned(),
            Value::Int(n) => n.to_string(),
            Value::Float(v) if v.is_finite() => tg_schema_model::json::python_float(*v),
            Value::Str(text)
                if text
                    .chars()
                    .all(|c| (' '..='~').contains(&c) && c != '\'' && c != '\\') =>
            {
                format!("'{text}'")
            }
            _ => return None,
        })
    }

    /// `format % values`.
    pub(super) fn percent(&self, format: &str, values: &Value<'a>) -> Option<String> {
        let single = [values.clone()];
        let mut values: &[Value<'a>] = match values {
            Value::Tuple(items) => items,
            _ => &single,
        };
        let mapping = match &single[0] {
            Value::Dict(entries) => Some(entries.borrow().clone()),
            _ => None,
        };
        let mut out = String::new();
        let mut rest = format;
        while let Some(at) = rest.find('%') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let named = match rest.strip_prefix('(') {
                Some(inside) => {
                    let end = inside.find(')')?;
                    let (key, after) = (&inside[..end], &inside[end + 1..]);
                    rest = after;
                    let entries = mapping.as_ref()?;
                    Some(
                        entries
                            .iter()
                            .find(|(own, _)| own.as_str() == Some(key))?
                            .1
                            .clone(),
                    )
                }
                None => None,
            };
            let kind = rest.chars().next()?;
            rest = &rest[kind.len_utf8()..];
            if kind == '%' {
                out.push('%');
                continue;
            }
            let value = match named {
                Some(value) => value,
                None => {
                    let (first, others) = values.split_first()?;
                    values = others;
                    first.clone()
                }
            };
            out.push_str(&match kind {
                's' => self.shown(&value)?,
                'r' => self.repr(&value)?,
                'd' | 'i' => int(&plain(&value))?.to_string(),
                'f' => format!("{:.6}", float(&plain(&value))?),
                _ => return None,
            });
            if out.len() > super::MAX_TEXT {
                return None;
            }
        }
        out.push_str(rest);
        (mapping.is_some() || values.is_empty()).then_some(out)
    }

    /// `format.format(arguments)`.
    pub(super) fn format_call(
        &mut self,
        format: &str,
        arguments: &Arguments<'a>,
        site: Site,
    ) -> Option<String> {
        let mut out = String::new();
        let mut next = 0;
        let mut rest = format;
        while let Some(at) = rest.find(['{', '}']) {
            out.push_str(&rest[..at]);
            let mark = &rest[at..at + 1];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(mark) {
                out.push_str(mark);
                rest = after;
                continue;
            }
            if mark == "}" {
                return None;
            }
            let end = rest.find('}')?;
            let field = &rest[..end];
            rest = &rest[end + 1..];
            let (field, spec) = field.split_once(':').unwrap_or((field, ""));
            let (field, conversion) = field.split_once('!').unwrap_or((field, ""));
            let mut parts = field.split('.');
            let first = parts.next()?;
            let mut value = if first.is_empty() {
                next += 1;
                arguments.positional.get(next - 1)?.clone()
            } else if let Ok(at) = first.parse::<usize>() {
                arguments.positional.get(at)?.clone()
            } else {
                arguments.keyword(first)?.clone()
            };
            for part in parts {
                value = self.attribute(&value, part, site);
            }
            let value = match conversion {
                "" => value,
                "r" => Value::text(self.repr(&value)?),
                "s" => Value::text(self.shown(&value)?),
                _ => return None,
            };
            out.push_str(&self.formatted(&value, spec)?);
            if out.len() > super::MAX_TEXT {
                return None;
            }
        }
        out.push_str(rest);
        Some(out)
    }
}
