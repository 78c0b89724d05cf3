//! Types that have no wire form, and what to use instead.

/// What to use instead of a type of the language or its library. A `sure` name is written with its path
/// or its type arguments; a bare one may be the user's own, so only the telling ones are listed.
pub(super) fn instead(word: &str, sure: bool) -> Option<&'static str> {
    Some(match word {
        "u8" => "use `i32`, or `Vec<u8>` for bytes",
        "i8" | "i16" | "u16" | "NonZeroI32" | "NonZeroU8" | "NonZeroU16" => "use `i32`",
        "u32" | "usize" | "isize" | "NonZeroU32" | "NonZeroUsize" | "NonZeroI64" => "use `i64`",
        "u64" | "i128" | "u128" | "NonZeroU64" | "NonZeroU128" => {
            "use `i64`, or `tg_schema::Decimal` where that is too small"
        }
        "f16" => "use `f32`",
        "f128" => "use `f64`",
        "char" | "str" | "OsString" | "PathBuf" | "CString" | "IpAddr" | "SocketAddr" => {
            "use `String`"
        }
        "SystemTime" | "Instant" => "use `tg_schema::Timestamp`",
        "Duration" => {
            "use an `i64` whose name has the unit; a type of your own is written `self::Duration`"
        }
        "Rc" | "Arc" | "Cell" | "RefCell" | "Mutex" | "RwLock" | "OnceCell" | "OnceLock"
        | "Weak" | "Pin"
            if sure =>
        {
            "use what it holds, or `Box<T>` where the type is recursive"
        }
        "Cow" if sure => "use the owned type",
        "HashSet" | "BTreeSet" | "VecDeque" | "LinkedList" | "BinaryHeap" if sure => "use `Vec<T>`",
        "Result" if sure => "use a struct with two `Option` fields",
        "PhantomData" if sure => "leave the field out",
        "Range" | "RangeInclusive" if sure => "use two fields",
        _ => return None,
    })
}

/// What to use instead of a type of a well-known crate.
pub(super) fn foreign(names: &[String]) -> Option<&'static str> {
    let [crate_name, .., word] = names else {
        return None;
    };
    Some(match (crate_name.as_str(), word.as_str()) {
        ("serde_json", "Map") => "use `BTreeMap<String, T>`",
        ("serde_json", _) => "use a struct, or a `String` that holds the JSON text",
        ("uuid", _) => "use `tg_schema::Uuid`; the feature `uuid` converts",
        ("chrono", "NaiveDate") | ("jiff", "Date") => {
            "use `tg_schema::Date`; the features `chrono` and `jiff` convert"
        }
        ("chrono", "NaiveTime") | ("jiff", "Time") => {
            "use `tg_schema::Time`; the features `chrono` and `jiff` convert"
        }
        ("chrono" | "jiff", _) => {
            "use `tg_schema::Timestamp`; the features `chrono` and `jiff` convert"
        }
        ("rust_decimal" | "bigdecimal", _) => "use `tg_schema::Decimal`",
        ("bytes", "Bytes" | "BytesMut") => "use `Vec<u8>`",
        ("url", _) => "use `String`",
        _ => return None,
    })
}
