//! What serde needs: a record's fields by index, on their way out and in.

use super::{Written, made};
use crate::item::{PresenceItem, RecordItem};
use crate::write::text::Text;

pub(super) fn partial(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    if fields.is_empty() {
        t.line("pub struct __Partial {}");
    } else {
        t.block("pub struct __Partial {", "}", |t| {
            for f in fields {
                t.line(format!(
                    "f{}: __tg::Option<<{} as __tg::Codec>::Value>,",
                    f.index,
                    f.reader()
                ));
            }
        });
    }
    t.blank();
    t.block(
        format!("impl __tg::Partial<{}> for __Partial {{", r.ident),
        "}",
        |t| {
            t.block("fn empty() -> Self {", "}", |t| {
                let none = |f: &Written<'_>| format!("f{}: __tg::Option::None", f.index);
                t.literal("Self", &fields.iter().map(none).collect::<Vec<_>>(), "");
            });
            let (i, f) = if fields.is_empty() {
                ("_", "_")
            } else {
                ("__i", "__f")
            };
            t.block(
                format!(
                    "fn place(&mut self, {i}: usize, {f}: &mut __tg::Fill<'_>) -> __tg::Res {{"
                ),
                "}",
                |t| {
                    if fields.is_empty() {
                        return t.line("__tg::Res::Err(__tg::Fail)");
                    }
                    t.block("match __i {", "}", |t| {
                        for f in fields {
                            t.line(format!(
                                "{i} => {c}::place(&mut self.f{i}, __f),",
                                i = f.index,
                                c = f.reader()
                            ));
                        }
                        t.line("_ => __tg::Res::Err(__tg::Fail),");
                    });
                },
            );
            t.block(
                format!("fn finish(self) -> __tg::Finished<{}> {{", r.ident),
                "}",
                |t| {
                    for f in fields {
                        let i = f.index;
                        match &f.field.presence {
                            PresenceItem::Required => {
                                t.line(format!("let __f{i} = self.f{i}.ok_or({i}usize)?;"))
                            }
                            PresenceItem::Optional => {
                                t.line(format!("let __f{i} = self.f{i}.flatten();"))
                            }
                            PresenceItem::Default(_) | PresenceItem::NullableDefault(_) => {
                                t.line(format!(
                                    "let __f{i} = self.f{i}.flatten().unwrap_or_else(__d{i});"
                                ));
                            }
                        }
                    }
                    made(t, r, fields);
                },
            );
        },
    );
}

pub(super) fn bridge(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    t.block(
        format!("impl __tg::RecordView for {} {{", r.ident),
        "}",
        |t| {
            if fields.is_empty() {
                t.line("fn show_field(&self, _: usize, _: &mut __tg::Show<'_>) {}");
                return;
            }
            t.block(
                "fn show_field(&self, __i: usize, __f: &mut __tg::Show<'_>) {",
                "}",
                |t| {
                    let shown = |f: &Written<'_>| {
                        let codec = if f.field.presence == PresenceItem::Optional {
                            f.reader()
                        } else {
                            &f.codec
                        };
                        format!("{codec}::show(&{}, __f)", f.access())
                    };
                    if let [f] = fields {
                        return t.block("if __i == 0 {", "}", |t| t.line(format!("{};", shown(f))));
                    }
                    t.block("match __i {", "}", |t| {
                        for f in fields {
                            t.line(format!("{} => {},", f.index, shown(f)));
                        }
                        t.line("_ => {}");
                    });
                },
            );
        },
    );
    t.blank();
    t.block(format!("impl __tg::Record for {} {{", r.ident), "}", |t| {
        t.line("type Partial = __Partial;")
    });
    t.blank();
}
