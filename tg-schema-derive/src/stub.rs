//! Implementations of a refused item, so that the compiler does not report everything that uses it on
//! top of what is wrong with it. They never run.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use tg_schema_rust::item::{Item, Serde};
use tg_schema_rust::read::Annotated;

/// What the item would implement; nothing where it has parameters.
pub(crate) fn implementations(item: &syn::Item, annotated: &Annotated) -> TokenStream {
    let (ident, generics, attrs) = match item {
        syn::Item::Struct(item) => (&item.ident, &item.generics, &item.attrs),
        syn::Item::Enum(item) => (&item.ident, &item.generics, &item.attrs),
        _ => return TokenStream::new(),
    };
    let given = annotated.crate_path.clone();
    let path = given.or_else(|| annotated.options.crate_path.parse().ok());
    let Some(path) = path.filter(|_| generics.params.is_empty()) else {
        return TokenStream::new();
    };
    let symbols: Vec<&str> = match &annotated.item {
        Item::Enum(item) => item.symbols.iter().map(|s| s.name.as_str()).collect(),
        Item::Record(_) => Vec::new(),
    };
    let message = matches!(item, syn::Item::Struct(_)).then(|| {
        quote! {
            impl __tg::Message for #ident {
                const TOPICS: &'static [&'static str] = &[];
                fn try_schemas() -> __tg::Rendered<&'static __tg::Schemas> {
                    loop {}
                }
            }
        }
    });
    let bridge = annotated.options.serde == Serde::Bridge;
    let serialize = (bridge && !derives(attrs, "Serialize")).then(|| {
        quote! {
            impl __tg::serde::Serialize for #ident {
                fn serialize<S: __tg::serde::Serializer>(&self, _: S) -> __tg::Ser<S> {
                    loop {}
                }
            }
        }
    });
    let deserialize = (bridge && !derives(attrs, "Deserialize")).then(|| {
        quote! {
            impl<'de> __tg::serde::Deserialize<'de> for #ident {
                fn deserialize<D: __tg::serde::Deserializer<'de>>(_: D) -> __tg::De<'de, Self, D> {
                    loop {}
                }
            }
        }
    });
    let default = (annotated.options.default_impl && !derives(attrs, "Default")).then(|| {
        quote! {
            impl __tg::Default for #ident {
                fn default() -> Self {
                    loop {}
                }
            }
        }
    });
    quote! {
        #[allow(deprecated)]
        const _: () = {
            use #path::__private as __tg;
            impl __tg::Blank for #ident {
                fn blank() -> Self {
                    loop {}
                }
            }
            impl __tg::Wire for #ident {
                type View<'a> = Self;
                const MIN_AVRO: usize = 1;
                const SYMBOLS: &'static [&'static str] = &[#(#symbols),*];
                fn descriptor() -> &'static __tg::Descriptor {
                    loop {}
                }
                fn write_avro(&self, _: &mut __tg::AvroWriter) -> __tg::Result<()> {
                    loop {}
                }
                fn read_avro_into(&mut self, _: &mut __tg::AvroReader<'_>) -> __tg::Result<()> {
                    loop {}
                }
                fn view_avro_into<'a>(
                    _: &mut Self,
                    _: &mut __tg::AvroReader<'a>,
                ) -> __tg::Result<()> {
                    loop {}
                }
                fn own_into(_: &mut Self, _: &mut Self) {
                    loop {}
                }
                fn resolve_avro_into(
                    &mut self,
                    _: &mut __tg::AvroReader<'_>,
                    _: &__tg::Plan,
                    _: __tg::NodeId,
                ) -> __tg::Result<()> {
                    loop {}
                }
                fn write_json(&self, _: &mut __tg::JsonWriter) -> __tg::Result<()> {
                    loop {}
                }
                fn read_json_into(&mut self, _: &mut __tg::JsonReader<'_>) -> __tg::Result<()> {
                    loop {}
                }
                fn show(&self, _: &mut __tg::Show<'_>) {
                    loop {}
                }
                fn place(_: &mut __tg::Option<Self>, _: &mut __tg::Filler<'_>) -> __tg::Res {
                    loop {}
                }
            }
            #message
            #serialize
            #deserialize
            #default
        };
    }
}

/// Whether a derive names a trait.
fn derives(attrs: &[syn::Attribute], word: &str) -> bool {
    let derives = attrs.iter().filter(|a| a.path().is_ident("derive"));
    derives
        .filter_map(|a| a.meta.require_list().ok())
        .flat_map(|list| list.tokens.clone())
        .any(|token| matches!(token, TokenTree::Ident(ident) if ident == word))
}
