//! Random Avro schemas as JSON: few names, so that they meet; most of them are schemas, some nearly.

use tg_schema_dynamic::Random;
use tg_schema_model::Json;

const NAMES: [&str; 6] = ["A", "B", "C", "D", "E", "F"];
const SPACES: [&str; 3] = ["x", "y", "x.z"];
pub const FIELDS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
pub const SYMBOLS: [&str; 5] = ["RED", "GREEN", "BLUE", "PINK", "GREY"];
const PRIMITIVES: [&str; 8] = [
    "null", "boolean", "int", "long", "float", "double", "bytes", "string",
];
const LOGICAL: [(&str, &str); 6] = [
    ("int", "date"),
    ("long", "timestamp-millis"),
    ("string", "uuid"),
    ("bytes", "decimal"),
    ("int", "unheard-of"),
    ("string", "date"),
];

/// Makes one schema.
pub struct Maker<'r> {
    pub random: &'r mut Random,
    /// Full names of what is defined so far, or being defined.
    defined: Vec<String>,
    /// Definitions written so far.
    written: Vec<Json>,
}

pub fn text(value: impl Into<String>) -> Json {
    Json::String(value.into())
}

impl<'r> Maker<'r> {
    pub fn new(random: &'r mut Random) -> Self {
        Maker {
            random,
            defined: Vec::new(),
            written: Vec::new(),
        }
    }

    /// A whole schema; most often a record.
    pub fn whole(&mut self) -> Json {
        match self.random.below(8) {
            0 => self.any(3, None),
            1 => self.union(3, None),
            2 => self.chain(),
            _ => {
                let depth = match self.random.one_in(10) {
                    true => 6,
                    false => 2 + self.random.below(3),
                };
                self.record(depth, None)
            }
        }
    }

    pub fn any(&mut self, depth: usize, space: Option<&str>) -> Json {
        if depth == 0 {
            return match self.random.below(4) {
                0 => self.reference(space),
                1 => self.enumeration(space),
                _ => self.primitive(),
            };
        }
        match self.random.below(16) {
            0..5 => self.primitive(),
            5 | 6 => self.record(depth - 1, space),
            7 => self.enumeration(space),
            8 => self.fixed(space),
            9 | 10 => self.array(depth - 1, space),
            11 => self.map(depth - 1, space),
            12 | 13 => self.union(depth - 1, space),
            14 => self.reference(space),
            _ => {
                let inner = self.any(depth - 1, space);
                self.optional(inner)
            }
        }
    }

    /// Types that refer to each other in all directions.
    fn chain(&mut self) -> Json {
        let names = &NAMES[..2 + self.random.below(4)];
        let definitions = names.iter().map(|name| {
            let mut fields = Vec::new();
            for field in FIELDS.iter().take(1 + self.random.below(3)) {
                let target = text(*self.random.pick(names));
                let ty = match self.random.below(4) {
                    0 => Json::object([("type", text("array")), ("items", target)]),
                    1 => Json::object([("type", text("map")), ("values", target)]),
                    2 => Json::Array(vec![text("null"), target]),
                    _ => self.primitive(),
                };
                fields.push(Json::object([("name", text(*field)), ("type", ty)]));
            }
            Json::object([
                ("type", text("record")),
                ("name", text(*name)),
                ("fields", Json::Array(fields)),
            ])
        });
        let definitions: Vec<Json> = definitions.collect();
        match self.random.one_in(2) {
            true => Json::Array(definitions),
            false => {
                let fields = definitions
                    .into_iter()
                    .enumerate()
                    .map(|(at, ty)| Json::object([("name", text(FIELDS[at])), ("type", ty)]));
                let fields = fields.collect();
                Json::object([
                    ("type", text("record")),
                    ("name", text("Root")),
                    ("fields", Json::Array(fields)),
                ])
            }
        }
    }

    pub fn primitive(&mut self) -> Json {
        let kind = *self.random.pick(&PRIMITIVES);
        match self.random.below(14) {
            0 => Json::object([("type", text(kind))]),
            1 => {
                let (kind, logical) = *self.random.pick(&LOGICAL);
                let mut entries = vec![("type", text(kind)), ("logicalType", text(logical))];
                if logical == "decimal" {
                    entries.push(("precision", Json::int(4)));
                }
                Json::object(entries)
            }
            2 if self.random.one_in(20) => {
                Json::object([("type", Json::object([("type", text(kind))]))])
            }
            _ => text(kind),
        }
    }

    fn reference(&mut self, space: Option<&str>) -> Json {
        if self.defined.is_empty() || self.random.one_in(40) {
            return match self.random.one_in(8) {
                true => text(*self.random.pick(&NAMES)),
                false => self.primitive(),
            };
        }
        if self.random.one_in(40) && !self.written.is_empty() {
            return self.random.pick(&self.written).clone();
        }
        let full = self.random.pick(&self.defined).clone();
        let bare = match full.rsplit_once('.') {
            Some((own, bare)) if Some(own) == space => bare.to_owned(),
            _ => full,
        };
        match self.random.one_in(60) {
            true => Json::object([("type", text(bare))]),
            false => text(bare),
        }
    }

    /// `name`, perhaps `namespace`, and the namespace for what is inside.
    fn heading(
        &mut self,
        kind: &str,
        space: Option<&str>,
    ) -> (Vec<(&'static str, Json)>, Option<String>) {
        let mut entries = vec![("type", text(kind))];
        let mut name = (*self.random.pick(&NAMES)).to_owned();
        let full = |name: &str, space: Option<&str>| match space {
            Some(space) => format!("{space}.{name}"),
            None => name.to_owned(),
        };
        for _ in 0..8 {
            if !self.defined.contains(&full(&name, space)) {
                break;
            }
            name = (*self.random.pick(&NAMES)).to_owned();
        }
        while self.defined.contains(&full(&name, space)) && !self.random.one_in(100) {
            name.push('1');
        }
        let mut own = space.map(str::to_owned);
        match self.random.below(10) {
            0 => {
                let chosen = *self.random.pick(&SPACES);
                entries.push(("name", text(format!("{chosen}.{name}"))));
                own = Some(chosen.to_owned());
            }
            1 => {
                let chosen = *self.random.pick(&SPACES);
                entries.extend([("name", text(&name)), ("namespace", text(chosen))]);
                own = Some(chosen.to_owned());
            }
            2 => {
                entries.extend([("name", text(&name)), ("namespace", text(""))]);
                own = None;
            }
            _ => entries.push(("name", text(&name))),
        }
        self.defined.push(full(&name, own.as_deref()));
        if self.random.one_in(6) {
            entries.push(("aliases", self.aliases()));
        }
        if self.random.one_in(12) {
            entries.push(("doc", text("of old")));
        }
        if self.random.one_in(12) {
            entries.push(("since", Json::int(i128::from(self.random.one_in(2)))));
        }
        (entries, own)
    }

    pub fn aliases(&mut self) -> Json {
        let count = 1 + self.random.below(2);
        let aliases = (0..count).map(|_| {
            let name = *self.random.pick(&NAMES);
            text(match self.random.below(8) {
                0 => format!("{}.{name}", *self.random.pick(&SPACES)),
                1 => format!(".{name}"),
                _ => name.to_owned(),
            })
        });
        Json::Array(aliases.collect())
    }

    pub fn record(&mut self, depth: usize, space: Option<&str>) -> Json {
        let kind = if self.random.one_in(30) {
            "error"
        } else {
            "record"
        };
        let (mut entries, own) = self.heading(kind, space);
        let mut names = FIELDS.to_vec();
        let mut fields = Vec::new();
        for _ in 0..self.random.below(6) {
            let at = self.random.below(names.len());
            let name = names.remove(at);
            fields.push(self.field(name, depth, own.as_deref()));
        }
        entries.push(("fields", Json::Array(fields)));
        let record = Json::object(entries);
        self.written.push(record.clone());
        record
    }

    pub fn field(&mut self, name: &str, depth: usize, space: Option<&str>) -> Json {
        let ty = self.any(depth, space);
        let mut entries = vec![("name", text(name)), ("type", ty.clone())];
        if self.random.one_in(2)
            && let Some(default) = self.default(&ty)
        {
            entries.push(("default", default));
        }
        if self.random.one_in(10) {
            let count = 1 + self.random.below(2);
            let aliases = (0..count).map(|_| text(*self.random.pick(&FIELDS)));
            entries.push(("aliases", Json::Array(aliases.collect())));
        }
        if self.random.one_in(20) {
            let word = *self
                .random
                .pick(&["ascending", "descending", "ignore", "Ignore"]);
            entries.push(("order", text(word)));
        }
        if self.random.one_in(20) {
            entries.push(("doc", text("a field")));
        }
        if self.random.one_in(20) {
            let value = self.random.pick(&["1", "1.0", "null", "{\"k\": [1]}"]);
            entries.push((
                "note",
                tg_schema_model::json::parse(value).unwrap_or(Json::Null),
            ));
        }
        Json::object(entries)
    }

    fn enumeration(&mut self, space: Option<&str>) -> Json {
        let (mut entries, _) = self.heading("enum", space);
        let mut symbols = SYMBOLS.to_vec();
        for _ in 0..self.random.below(4) {
            let at = self.random.below(symbols.len());
            symbols.remove(at);
        }
        if self.random.one_in(3) {
            let default = match self.random.one_in(30) {
                true => *self.random.pick(&SYMBOLS),
                false => *self.random.pick(&symbols),
            };
            entries.push(("default", text(default)));
        }
        entries.push(("symbols", Json::strings(symbols)));
        Json::object(entries)
    }

    fn fixed(&mut self, space: Option<&str>) -> Json {
        let (mut entries, _) = self.heading("fixed", space);
        let size = *self.random.pick(&[0, 1, 12, 16]);
        entries.push(("size", Json::int(size)));
        if self.random.one_in(6) {
            let word = *self.random.pick(&["duration", "uuid", "decimal"]);
            entries.push(("logicalType", text(word)));
        }
        Json::object(entries)
    }

    fn array(&mut self, depth: usize, space: Option<&str>) -> Json {
        let items = self.any(depth, space);
        Json::object([("type", text("array")), ("items", items)])
    }

    fn map(&mut self, depth: usize, space: Option<&str>) -> Json {
        let values = self.any(depth, space);
        Json::object([("type", text("map")), ("values", values)])
    }

    pub fn union(&mut self, depth: usize, space: Option<&str>) -> Json {
        let count = self.random.below(6);
        let mut branches: Vec<Json> = Vec::new();
        for _ in 0..count {
            let branch = self.any(depth, space);
            let twin = |other: &Json| kind(other) == kind(&branch) && kind(&branch).is_some();
            let nested = matches!(branch, Json::Array(_));
            if (nested || branches.iter().any(twin)) && !self.random.one_in(60) {
                continue;
            }
            branches.push(branch);
        }
        Json::Array(branches)
    }

    pub fn optional(&mut self, inner: Json) -> Json {
        let mut branches = match inner {
            Json::Array(branches) => branches,
            other => vec![other],
        };
        if !branches.iter().any(|b| b.as_str() == Some("null")) {
            let at = if self.random.one_in(5) {
                branches.len()
            } else {
                0
            };
            branches.insert(at, text("null"));
        }
        Json::Array(branches)
    }

    /// A default, most often one of the type.
    pub fn default(&mut self, ty: &Json) -> Option<Json> {
        if self.random.one_in(25) {
            let odd = [
                "null", "1", "1.5", "\"x\"", "[]", "{}", "true", "\"RED\"", "[null]",
            ];
            let odd = *self.random.pick(&odd);
            return tg_schema_model::json::parse(odd).ok();
        }
        Some(match ty {
            Json::Array(branches) if branches.is_empty() => return None,
            Json::Array(branches) => {
                let at = if self.random.one_in(4) {
                    self.random.below(branches.len())
                } else {
                    0
                };
                return self.default(&branches[at]);
            }
            Json::String(word) => match word.as_str() {
                "null" => Json::Null,
                "boolean" => Json::Bool(self.random.one_in(2)),
                "int" => Json::int(*self.random.pick(&[0_i64, -1, 2_147_483_647, 2_147_483_648])),
                "long" => Json::int(*self.random.pick(&[0_i128, 1 << 40, 1 << 63])),
                "float" | "double" => {
                    let numbers = ["0", "1.5", "1e3", "\"NaN\"", "\"1.5\"", "\"x\"", "1e400"];
                    let number = *self.random.pick(&numbers);
                    return tg_schema_model::json::parse(number).ok();
                }
                "bytes" | "string" => text(*self.random.pick(&["", "x", "\u{ff}", "\u{100}"])),
                _ => return None,
            },
            Json::Object(_) => {
                let word = ty.get("type").and_then(Json::as_str)?;
                match word {
                    "enum" => {
                        let symbols = ty.get("symbols").and_then(Json::as_array)?;
                        match self.random.one_in(8) {
                            true => text(*self.random.pick(&SYMBOLS)),
                            false => self.random.pick(symbols).clone(),
                        }
                    }
                    "fixed" => text("\u{1}"),
                    "array" => match self.random.one_in(2) {
                        true => Json::Array(Vec::new()),
                        false => Json::Array(vec![self.default(ty.get("items")?)?]),
                    },
                    "map" => match self.random.one_in(2) {
                        true => Json::Object(Vec::new()),
                        false => Json::object([("k", self.default(ty.get("values")?)?)]),
                    },
                    "record" | "error" => {
                        let fields = ty.get("fields").and_then(Json::as_array)?;
                        let mut entries = Vec::new();
                        for field in fields {
                            if field.get("default").is_some() && self.random.one_in(2) {
                                continue;
                            }
                            let name = field.get("name").and_then(Json::as_str)?.to_owned();
                            entries.push((name, self.default(field.get("type")?)?));
                        }
                        Json::object(entries)
                    }
                    word => return self.default(&text(word)),
                }
            }
            _ => return None,
        })
    }
}

/// What tells branches apart, where it is easy to see.
fn kind(branch: &Json) -> Option<String> {
    match branch {
        Json::String(word) => Some(word.clone()),
        Json::Object(_) => match branch.get("type")?.as_str()? {
            "record" | "enum" | "fixed" | "error" => None,
            word => Some(word.to_owned()),
        },
        _ => None,
    }
}
