//! Names of the Python client and of `enum` into one spelling, and what a star import brings of them.

use ruff_python_ast::name::Name;

/// What `from pulsar.schema import *` brings.
const PULSAR_SCHEMA: &[&str] = &[
    "Record",
    "Field",
    "Null",
    "Boolean",
    "Integer",
    "Long",
    "Float",
    "Double",
    "Bytes",
    "String",
    "Array",
    "Map",
    "CustomEnum",
    "Schema",
    "BytesSchema",
    "StringSchema",
    "JsonSchema",
    "AvroSchema",
    "ProtobufNativeSchema",
    "definition",
    "schema",
    "schema_avro",
    "schema_protobuf",
];
/// What `from pulsar.schema.definition import *` brings beside the client's own classes, and from where.
const DEFINITION: &[(&str, &str)] = &[
    ("copy", "copy"),
    ("abstractmethod", "abc.abstractmethod"),
    ("OrderedDict", "collections.OrderedDict"),
    ("Enum", "enum.Enum"),
    ("EnumMeta", "enum.EnumMeta"),
];
/// What the modules below `pulsar.schema` have that is found in `pulsar.schema` too.
const SUBMODULES: &[(&str, &[&str])] = &[
    (
        "pulsar.schema.definition",
        &[
            "Record",
            "Field",
            "Null",
            "Boolean",
            "Integer",
            "Long",
            "Float",
            "Double",
            "Bytes",
            "String",
            "CustomEnum",
            "Array",
            "Map",
        ],
    ),
    (
        "pulsar.schema.schema",
        &["Schema", "BytesSchema", "StringSchema", "JsonSchema"],
    ),
    (
        "pulsar.schema.schema_avro",
        &["Record", "Schema", "AvroSchema"],
    ),
    (
        "pulsar.schema.schema_protobuf",
        &["Schema", "ProtobufNativeSchema"],
    ),
];
/// What `from pulsar import *` brings.
const PULSAR: &[&str] = &[
    "Client",
    "Producer",
    "Consumer",
    "Reader",
    "Message",
    "MessageId",
    "MessageBatch",
    "Authentication",
    "AuthenticationTLS",
    "AuthenticationToken",
    "AuthenticationAthenz",
    "AuthenticationOauth2",
    "AuthenticationBasic",
    "Result",
    "CompressionType",
    "ConsumerType",
    "InitialPosition",
    "PartitionsRoutingMode",
    "BatchingType",
    "RegexSubscriptionMode",
    "ConsumerCryptoFailureAction",
    "ProducerCryptoFailureAction",
    "LoggerLevel",
    "ProducerAccessMode",
    "CryptoKeyReader",
    "ConsumerBatchReceivePolicy",
    "ConsumerDeadLetterPolicy",
    "ConsumerKeySharedPolicy",
    "KeySharedMode",
    "TableView",
    "Function",
    "Context",
    "SerDe",
    "IdentitySerDe",
    "PickleSerDe",
    "BytesSchema",
    "schema",
    "ConsoleLogger",
    "FileLogger",
    "PulsarException",
    "Timeout",
    "Interrupted",
    "ConnectError",
    "AlreadyClosed",
    "logging",
    "re",
    "timedelta",
    "Callable",
    "List",
    "Tuple",
    "Optional",
    "Union",
];
const ENUM: &[&str] = &[
    "Enum",
    "IntEnum",
    "StrEnum",
    "Flag",
    "IntFlag",
    "EnumMeta",
    "EnumType",
    "ReprEnum",
    "auto",
    "unique",
    "verify",
    "member",
    "nonmember",
    "property",
    "global_enum",
    "KEEP",
    "STRICT",
    "CONFORM",
    "EJECT",
];

/// What `from path import *` brings. `None`: it is not known.
pub(super) fn star(path: &str) -> Option<Vec<Name>> {
    Some(match path {
        "pulsar.schema" => names(PULSAR_SCHEMA),
        "pulsar.schema.definition" => {
            let beside = DEFINITION.iter().map(|(name, _)| *name);
            let own = ["RecordMeta", "is_unicode"].into_iter();
            let all = submodule(path).iter().copied().chain(beside).chain(own);
            all.map(Name::new).collect()
        }
        "pulsar" => names(PULSAR),
        "enum" => names(ENUM),
        _ => return None,
    })
}

/// Whether a module of the client surely does not have a name, since another one of its modules does.
pub(super) fn lacks(path: &str, name: &str) -> bool {
    let own = submodule(path);
    !own.is_empty() && PULSAR_SCHEMA.contains(&name) && !own.contains(&name) && name != "schema"
}

fn submodule(path: &str) -> &'static [&'static str] {
    let found = SUBMODULES.iter().find(|(module, _)| *module == path);
    found.map_or(&[], |(_, names)| names)
}

fn names(list: &[&str]) -> Vec<Name> {
    list.iter().map(|name| Name::new(*name)).collect()
}

/// One spelling for what the client has by several paths.
pub(crate) fn canonical(path: &str) -> String {
    // A module has its own names: `pulsar.schema.schema` knows of no fields.
    for (module, names) in SUBMODULES {
        let rest = path.strip_prefix(module);
        let Some(rest) = rest.and_then(|rest| rest.strip_prefix('.')) else {
            continue;
        };
        let first = rest.split('.').next().unwrap_or(rest);
        if names.contains(&first) {
            return format!("pulsar.schema.{rest}");
        }
        let beside = DEFINITION.iter().find(|(name, _)| *name == rest);
        return match beside {
            Some((_, from)) if *module == "pulsar.schema.definition" => (*from).to_owned(),
            _ => path.to_owned(),
        };
    }
    for (long, short) in [
        ("pulsar._schema.", "pulsar.schema."),
        ("pulsar.exceptions.", "pulsar."),
        ("pulsar.functions.function.", "pulsar."),
        ("pulsar.functions.context.", "pulsar."),
        ("pulsar.BytesSchema", "pulsar.schema.BytesSchema"),
    ] {
        if let Some(rest) = path.strip_prefix(long) {
            return format!("{short}{rest}");
        }
    }
    path.to_owned()
}
