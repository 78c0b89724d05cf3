//! The text that generated code has for a record and for an enum, written once.

/// The implementations of a record. A line of the fields is
///
/// ```text
/// [index] field: row<Codec> = "name" ",\"name\":" or default_function = default; { more of its descriptor }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __record {
    (
        $record:ident { $($about:tt)* } { $($kind:tt)* }
        facts { $($facts:tt)* }
        least $least:expr;
        words $words:literal;
        topics [$($topic:literal),*];
        $(keys { $($keys:tt)* })?
        $(defaults $defaults:literal;)?
        $([$i:literal] $field:ident: $how:ident<$codec:ty> = $name:literal $key:literal $(or $default:ident = $value:expr)?;
            { $($says:tt)* })*
    ) => {
        const __KEYS: &[$crate::__private::Key] = &[$($crate::__private::key($key)),*];
        // A record may say all that there is to say.
        #[allow(clippy::needless_update)]
        static __TABLE: $crate::__private::Table = $crate::__private::Table {
            descriptor: $crate::__private::Descriptor {
                kind: $crate::__private::Kind::Record($crate::__private::RecordDescriptor {
                    fields: &[$($crate::__private::FieldDescriptor {
                        name: $name,
                        ty: <$codec as $crate::__private::Codec>::TYPE,
                        presence: $crate::__private::row::$how,
                        $($says)*
                        ..$crate::__private::FIELD
                    }),*],
                    names: &[$($name),*],
                    $($kind)*
                    ..$crate::__private::RECORD
                }),
                $($about)*
                ..$crate::__private::DESCRIPTOR
            },
            keys: $crate::__private::Keys {
                fields: __KEYS,
                $($($keys)*)?
                ..$crate::__private::KEYS
            },
            facts: $crate::__private::Facts {
                $($facts)*
                ..$crate::__private::FACTS
            },
        };
        $($(fn $default() -> <$codec as $crate::__private::Codec>::Value {
            $value
        })?)*

        pub struct __View<'a> {
            $(pub $field: $crate::__private::viewed::$how<'a, $codec>,)*
            __message: ::core::marker::PhantomData<&'a ()>,
        }

        impl $crate::__private::Blank for $record {
            #[inline]
            fn blank() -> Self {
                $record { $($field: $crate::__private::blanks::$how::<$codec>()),* }
            }
        }

        impl $crate::__private::Blank for __View<'_> {
            #[inline]
            fn blank() -> Self {
                __View {
                    $($field: $crate::__private::Blank::blank(),)*
                    __message: ::core::marker::PhantomData,
                }
            }
        }

        impl $crate::__private::Record for $record {
            type View<'a> = __View<'a>;
            type Seen = [u64; $words];
            const TABLE: &'static $crate::__private::Table = &__TABLE;
            const MIN_AVRO: usize = $least;
            $(const DEFAULTS: bool = $defaults;)?
            #[inline]
            fn each<V: $crate::__private::Visit>(&self, v: &mut V) -> bool {
                true $(&& V::$how::<$codec>(v, $key, &self.$field $(, $default)?))*
            }
            #[inline]
            fn each_mut<V: $crate::__private::Fill>(&mut self, v: &mut V) -> bool {
                true $(&& (!v.wants($i) || V::$how::<$codec>(v, $i, &mut self.$field $(, $default)?)))*
            }
            #[inline]
            fn view<'a>(
                view: &mut __View<'a>,
                v: &mut $crate::__private::Views<'_, 'a>,
            ) -> bool {
                true $(&& $crate::__private::Views::$how::<$codec>(v, $i, &mut view.$field $(, $default)?))*
            }
            #[inline]
            fn own_into(view: &mut __View<'_>, out: &mut Self) {
                $($crate::__private::own::$how::<$codec>(&mut view.$field, &mut out.$field $(, $default)?);)*
            }
        }

        impl $crate::__private::Message for $record {
            const TOPICS: &'static [&'static str] = &[$($topic),*];
            fn try_schemas() -> $crate::__private::Rendered<&'static $crate::__private::Schemas> {
                static SCHEMAS: $crate::__private::OnceLock<$crate::__private::Texts> =
                    $crate::__private::OnceLock::new();
                $crate::__private::rendered(&SCHEMAS, &__TABLE.descriptor)
            }
        }
    };
}

/// What the defaults of a record cost in memory, once they are made.
#[doc(hidden)]
#[macro_export]
macro_rules! __measured {
    ($record:ident) => {
        $crate::__private::Option::Some(|| {
            static COST: $crate::__private::Measured = $crate::__private::Measured::unknown();
            COST.of::<$record>()
        })
    };
}

/// `Serialize` and `Deserialize` of a record or enum.
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    ($item:ident) => {
        impl $crate::__private::serde::Serialize for $item {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                s: S,
            ) -> $crate::__private::Ser<S> {
                $crate::__private::serialize(self, s)
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $item {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                d: D,
            ) -> $crate::__private::De<'de, Self, D> {
                $crate::__private::deserialize(d)
            }
        }
    };
}
