//! A schema into a catalogue to browse: Markdown, one page a module and an index.
//!
//! Texts of definitions are words and never markup, but for `code` in single backticks: whatever a text holds,
//! it cannot break a table, add a link or bring HTML in. Links are relative, and anchors are written out, so
//! that they hold in every renderer.

mod index;
mod markdown;
mod page;
mod place;

use std::ops::Range;

use tg_schema_model::Schema;

use crate::output::Files;
use place::Places;

/// What all pages are made from.
pub(crate) struct Docs<'s> {
    schema: &'s Schema,
    places: Places<'s>,
}

/// A piece of the page of a module: some of its items.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    module: usize,
    items: Range<usize>,
}

/// Items of one piece.
const PIECE: usize = 512;

impl<'s> Docs<'s> {
    pub(crate) fn new(schema: &'s Schema) -> Self {
        let places = Places::new(schema);
        Docs { schema, places }
    }

    /// The pieces of all pages, which can be written at the same time.
    pub(crate) fn pieces(&self) -> Vec<Piece> {
        let of_module = |(module, count): (usize, usize)| {
            let starts = (0..count.max(1)).step_by(PIECE);
            starts.map(move |start| Piece {
                module,
                items: start..(start + PIECE).min(count),
            })
        };
        let counts = self.schema.modules.iter().map(|m| m.items.len());
        counts.enumerate().flat_map(of_module).collect()
    }

    pub(crate) fn text(&self, piece: &Piece) -> String {
        page::text(self, piece.module, piece.items.clone())
    }

    /// Puts the texts of the pieces, in their order, and the index into files below the output folder.
    pub(crate) fn bind(&self, pieces: &[Piece], texts: Vec<String>, files: &mut Files) {
        let name = |file: &str| format!("docs/{file}");
        files.insert(name(place::INDEX), index::text(self));
        let mut texts = pieces.iter().zip(texts).peekable();
        while let Some((first, mut page)) = texts.next() {
            while let Some((_, more)) = texts.next_if(|(next, _)| next.module == first.module) {
                page.push_str(&more);
            }
            files.insert(name(&self.places.page(first.module)), page);
        }
    }
}

#[cfg(test)]
mod tests;
