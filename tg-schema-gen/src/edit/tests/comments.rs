//! Whatever is changed, and however the text is written, its comments stay and the definitions are what they should be.

use std::fmt::Write;

use tg_schema_model::edit::{self, Edit};
use tg_schema_model::{EnumId, Field, Presence, RecordId, Schema, Type, Value};

use super::super::proof::facts;
use super::super::{apply, texts, texts_of_each};
use super::load;

/// Numbers without a pattern, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }
}

/// A text with comments wherever they may stand.
struct Writer {
    random: Random,
    text: String,
    comments: usize,
    names: usize,
}

impl Writer {
    fn comment(&mut self) -> String {
        self.comments += 1;
        let odd = self
            .random
            .one(&["", " \"", " '", " ]", " }", " , x", " = [", " ü", " #", " "]);
        format!("# c{};{odd}", self.comments)
    }

    /// Behind a statement.
    fn line_end(&mut self) {
        if self.random.below(2) == 0 {
            let comment = self.comment();
            let space = self.random.one(&["", " ", "  "]);
            write!(self.text, "{space}{comment}").unwrap();
        }
        self.text.push('\n');
        while self.random.below(4) == 0 {
            let line = match self.random.below(2) {
                0 => String::new(),
                _ => format!("{}{}", self.random.one(&["", "  "]), self.comment()),
            };
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    fn key(&mut self, key: &str) -> String {
        match self.random.below(6) {
            0 => format!("\"{key}\""),
            1 => format!("'{key}'"),
            _ => key.to_owned(),
        }
    }

    fn equals(&mut self) -> &'static str {
        self.random.one(&[" = ", "=", " =  "])
    }

    fn string(&mut self, text: &str) -> String {
        match self.random.below(5) {
            0 => format!("'{text}'"),
            1 => format!("\"\"\"{text}\"\"\""),
            _ => format!("\"{text}\""),
        }
    }

    /// What stands between brackets: on one line, or with line breaks and comments.
    fn list(&mut self, brackets: (&str, &str), elements: &[String]) -> String {
        let (open, close) = brackets;
        if elements.is_empty() || self.random.below(2) == 0 {
            let space = self.random.one(&["", " "]);
            let comma = self.random.one(&[", ", ","]);
            return format!("{open}{space}{}{space}{close}", elements.join(comma));
        }
        let mut text = open.to_owned();
        let lined = self.random.below(3) > 0;
        for (at, element) in elements.iter().enumerate() {
            text.push_str(&self.gap(lined));
            text.push_str(element);
            if at + 1 < elements.len() || self.random.below(2) == 0 {
                if self.random.below(12) == 0 {
                    text.push_str(&self.gap(true));
                }
                text.push(',');
            }
        }
        text.push_str(&self.gap(true));
        text + close
    }

    fn gap(&mut self, breaks: bool) -> String {
        let mut gap = String::new();
        if self.random.below(3) == 0 {
            write!(gap, " {}\n  ", self.comment()).unwrap();
        } else if breaks {
            gap.push_str("\n  ");
        }
        while breaks && self.random.below(5) == 0 {
            write!(gap, "{}\n  ", self.comment()).unwrap();
        }
        gap
    }

    fn strings(&mut self, names: &[&str]) -> String {
        let items: Vec<String> = names.iter().map(|name| self.string(name)).collect();
        self.list(("[", "]"), &items)
    }

    /// The keys of a field, each with its value.
    fn field(&mut self) -> Vec<(&'static str, String)> {
        let mut keys = vec![("type", self.string("int"))];
        if self.random.below(2) == 0 {
            keys.push(("default", "3".to_owned()));
            if self.random.below(2) == 0 {
                keys.push(("nullable", "true".to_owned()));
            }
        }
        if self.random.below(2) == 0 {
            keys.push(("doc", self.string("A, [b] # {c}.")));
        }
        if self.random.below(2) == 0 {
            self.names += 1;
            let number = self.names;
            let names = [format!("x{number}"), format!("y{number}")];
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            keys.push(("aliases", self.strings(&names)));
        }
        if self.random.below(4) == 0 {
            let inner = [format!("required{}false", self.equals())];
            keys.push(("pulsar", self.list(("{", "}"), &inner)));
        }
        let by = self.random.below(keys.len());
        keys.rotate_left(by);
        keys
    }

    fn pairs(&mut self, keys: &[(&str, String)]) -> Vec<String> {
        let pair =
            |(key, value): &(&str, String)| format!("{}{}{value}", self.key(key), self.equals());
        keys.iter().map(pair).collect()
    }

    fn statement(&mut self, path: &str, key: &str, value: &str) {
        let indent = self.random.one(&["", "", "  ", "\t"]);
        let line = format!("{indent}{path}{}{}{value}", self.key(key), self.equals());
        self.text.push_str(&line);
        self.line_end();
    }

    fn header(&mut self, header: &str) {
        let indent = self.random.one(&["", "", "  "]);
        write!(self.text, "{indent}{header}").unwrap();
        self.line_end();
    }

    fn record(&mut self, fields: &[Vec<(&'static str, String)>]) {
        const NAMES: [&str; 4] = ["a", "b", "c", "d"];
        let named: Vec<(&str, &Vec<(&str, String)>)> = NAMES.into_iter().zip(fields).collect();
        let reserved = self.strings(&["z", "w"]);
        let inline = |writer: &mut Writer, keys: &[(&str, String)], name: Option<&str>| {
            let mut keys = keys.to_vec();
            if let Some(name) = name {
                keys.push(("name", format!("\"{name}\"")));
            }
            let pairs = writer.pairs(&keys);
            writer.list(("{", "}"), &pairs)
        };
        match self.random.below(7) {
            0 => {
                self.header("[record.R]");
                self.statement("", "reserved", &reserved);
                self.header("[record.R.fields]");
                for (name, keys) in named {
                    let value = match keys.as_slice() {
                        [(_, ty)] => ty.clone(),
                        keys => inline(self, keys, None),
                    };
                    self.statement("", name, &value);
                }
            }
            1 => {
                self.header("[record.R]");
                self.statement("", "reserved", &reserved);
                for (name, keys) in named {
                    self.header(&format!("[record.R.fields.{name}]"));
                    for (key, value) in keys {
                        self.statement("", key, value);
                    }
                }
            }
            2 => {
                self.statement("record.R.", "reserved", &reserved);
                for (name, keys) in named {
                    for (key, value) in keys {
                        self.statement(&format!("record.R.fields.{name}."), key, value);
                    }
                }
            }
            3 => {
                self.header("[[record]]");
                self.statement("", "name", "\"R\"");
                self.statement("", "reserved", &reserved);
                for (name, keys) in named {
                    self.header("[[record.fields]]");
                    self.statement("", "name", &format!("\"{name}\""));
                    for (key, value) in keys {
                        self.statement("", key, value);
                    }
                }
            }
            4 => {
                self.header("[record.R]");
                let all: Vec<String> = named
                    .iter()
                    .map(|(name, keys)| inline(self, keys, Some(name)))
                    .collect();
                let all = self.list(("[", "]"), &all);
                self.statement("", "fields", &all);
                self.statement("", "reserved", &reserved);
            }
            5 => {
                let all: Vec<(&str, String)> = named
                    .iter()
                    .map(|(name, keys)| (*name, inline(self, keys, None)))
                    .collect();
                let pairs = self.pairs(&all);
                let fields = self.list(("{", "}"), &pairs);
                let pairs = self.pairs(&[("reserved", reserved), ("fields", fields)]);
                let record = self.list(("{", "}"), &pairs);
                self.statement("record.", "R", &record);
            }
            _ => {
                let mut pairs = Vec::new();
                for (name, keys) in named {
                    let own = self.pairs(keys);
                    pairs.extend(own.iter().map(|pair| format!("{name}.{pair}")));
                }
                let fields = self.list(("{", "}"), &pairs);
                self.header("[record.R]");
                self.statement("", "fields", &fields);
                self.statement("", "reserved", &reserved);
            }
        }
    }

    fn enumeration(&mut self) {
        let symbols = self.strings(&["A", "B", "C"]);
        let mut keys = vec![("symbols", symbols)];
        if self.random.below(2) == 0 {
            keys.push(("open", "true".to_owned()));
        }
        let table = match self.random.below(3) {
            0 => {
                let pairs = self.pairs(&keys);
                let value = self.list(("{", "}"), &pairs);
                return self.statement("enum.", "E", &value);
            }
            1 => "[enum.E]",
            _ => "[[enum]]",
        };
        self.header(table);
        if table == "[[enum]]" {
            self.statement("", "name", "'E'");
        }
        for (key, value) in &keys {
            self.statement("", key, value);
        }
    }
}

/// A definition file, and how many comments are in it.
fn file(seed: u64) -> (String, usize) {
    let mut writer = Writer {
        random: Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66),
        text: String::new(),
        comments: 0,
        names: 0,
    };
    writer.line_end();
    // Statements without a header come first.
    let count = 1 + writer.random.below(3);
    let fields: Vec<_> = (0..count).map(|_| writer.field()).collect();
    writer.record(&fields);
    let mut record = std::mem::take(&mut writer.text);
    writer.enumeration();
    let mut text = std::mem::take(&mut writer.text);
    match text.trim_start().starts_with("enum.") {
        true => text.push_str(&record),
        false => {
            record.push_str(&text);
            text = record;
        }
    }
    writer.header("[topic.t]");
    writer.statement("", "record", "\"R\"");
    writer.statement("", "address", "'q1/a/b/c'");
    text.push_str(&writer.text);
    text.insert_str(0, "profile = \"pulsar-record\"\n");
    if writer.random.below(3) == 0 {
        text = text.replace('\n', "\r\n");
    }
    if writer.random.below(3) == 0 {
        text.truncate(text.trim_end().len());
    }
    (text, writer.comments)
}

/// Some changes of it, each by itself.
fn changes(schema: &Schema, seed: u64) -> Vec<Edit> {
    let mut random = Random(seed);
    let record = RecordId(0);
    let fields = &schema.record(record).fields;
    let new = |name: &str| Field {
        name: name.into(),
        ty: Type::String,
        presence: Presence::Optional,
        doc: None,
        aliases: Vec::new(),
        pulsar: Default::default(),
        deprecated: Some("No longer used.".into()),
        ..fields[0].clone()
    };
    let mut edits = Vec::new();
    for field in fields {
        let mut set = |change: &dyn Fn(&mut Field)| {
            let mut field = field.clone();
            change(&mut field);
            edits.push(Edit::SetField {
                record,
                field: Box::new(field),
            });
        };
        set(&|f| f.presence = Presence::Required);
        set(&|f| f.presence = Presence::Optional);
        set(&|f| f.presence = Presence::Default(Value::Int(7)));
        set(&|f| f.presence = Presence::NullableDefault(Value::Int(8)));
        set(&|f| f.aliases.push("new".into()));
        set(&|f| drop(f.aliases.pop()));
        set(&|f| f.aliases.clear());
        set(&|f| f.pulsar.required_default = true);
        set(&|f| {
            f.ty = Type::Long;
            f.presence = Presence::Optional;
            f.aliases = f.aliases.iter().skip(1).cloned().collect();
            f.pulsar.required = None;
        });
    }
    for at in 0..=fields.len() {
        for name in ["z", "w", "v"] {
            edits.push(Edit::AddField {
                record,
                field: Box::new(new(name)),
                at,
            });
        }
    }
    edits.push(Edit::AddRecordAlias {
        record,
        alias: "x.Old".into(),
    });
    let enumeration = EnumId(0);
    edits.push(Edit::AddEnumAlias {
        enumeration,
        alias: "x.Old".into(),
    });
    for open in [true, false] {
        edits.push(Edit::SetOpen { enumeration, open });
    }
    for _ in 0..4 {
        // In their order, as far as they are there.
        let mut symbols = Vec::new();
        for (at, symbol) in ["A", "B", "C"].iter().enumerate() {
            if random.below(3) == 0 {
                symbols.push(format!("N{at}"));
            }
            if random.below(2) == 0 || (at == 2 && symbols.is_empty()) {
                symbols.push((*symbol).to_owned());
            }
        }
        edits.push(Edit::SetSymbols {
            enumeration,
            symbols,
            values: Vec::new(),
        });
    }
    edits.push(Edit::SetAddress {
        topic: 0,
        address: "q2/a/b/d".parse().expect("an address"),
    });
    edits
}

#[test]
fn no_comment_is_lost() {
    for seed in 0..24 {
        let (text, comments) = file(seed);
        let loaded = load(&text);
        let edits = changes(&loaded.schema, seed);
        let groups: Vec<&[Edit]> = edits.iter().map(std::slice::from_ref).collect();
        let all = texts_of_each(&loaded.schema, &loaded.sources, &groups);
        for (edit, together) in edits.iter().zip(all) {
            let own = std::slice::from_ref(edit);
            let found = texts(&loaded.schema, &loaded.sources, own);
            let found = found.unwrap_or_else(|e| panic!("{seed}: {e}: {edit:?}\n{text}"));
            assert_eq!(together.as_ref(), Ok(&found), "{seed}: {edit:?}\n{text}");
            let result = apply(&text, &found).expect("edits that do not overlap");
            for number in 1..=comments {
                let comment = format!("# c{number};");
                assert_eq!(
                    result.matches(&comment).count(),
                    1,
                    "{seed}: {comment} {edit:?}\n{text}\n=>\n{result}"
                );
            }
            let mut expected = loaded.schema.clone();
            assert!(edit::apply(&mut expected, edit));
            assert_eq!(
                facts(&load(&result).schema),
                facts(&expected),
                "{seed}\n{result}"
            );
            assert_eq!(text.contains("\r\n"), result.contains("\r\n"));
            assert!(
                !text.contains("\r\n") || !result.replace("\r\n", "").contains('\n'),
                "{result:?}"
            );
        }
    }
}

#[test]
fn symbols_in_another_order_keep_their_comments() {
    for seed in 0..80 {
        let (text, comments) = file(seed);
        let loaded = load(&text);
        let edit = Edit::SetSymbols {
            enumeration: EnumId(0),
            symbols: ["C", "N", "A"].map(str::to_owned).to_vec(),
            values: Vec::new(),
        };
        // Where it is not told which symbol a comment is of, nothing is done.
        let Ok(found) = texts(&loaded.schema, &loaded.sources, &[edit]) else {
            continue;
        };
        let result = apply(&text, &found).expect("edits that do not overlap");
        let kept = (1..=comments).filter(|n| result.contains(&format!("# c{n};")));
        assert_eq!(kept.count(), comments, "{seed}:\n{text}\n=>\n{result}");
    }
}
