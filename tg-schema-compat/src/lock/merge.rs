//! A lock in which a merge left conflicts into one that has the blocks of both sides.
//!
//! Git knows lines and not blocks: what the ends of two blocks have in common it leaves outside of its marks, once. So
//! each side is put together and read by itself.

use tg_schema_model::{Diagnostic, Diagnostics, Sources};

use super::{MARKS, block, parse, write};

/// The lock that both sides of the conflicts in a text make; nothing where there is no conflict. `label` is the name of
/// the file.
///
/// # Errors
///
/// What is wrong with one side, with its places in that side; or both sides have a block of one name and release, and the
/// two differ.
pub fn merged(label: &str, text: &str) -> Result<Option<String>, (Sources, Diagnostics)> {
    let Some(sides) = sides(text) else {
        return Ok(None);
    };
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let [ours, mut theirs] = [("ours", &sides[0]), ("theirs", &sides[1])].map(|(name, text)| {
        let source = sources.add(format!("{label} ({name})"), text.clone());
        parse::entries(text, source, &mut diagnostics)
    });
    theirs.retain(|their| {
        let is = |our: &&super::item::Entry| {
            (our.kind, our.release, &our.name) == (their.kind, their.release, &their.name)
        };
        let Some(our) = ours.iter().find(is) else {
            return true;
        };
        if !our.same(their) {
            let message = format!("both sides made a release {} of `{}`", their.release, their.name);
            let found = Diagnostic::error(their.place, message, "not what the other side made of it");
            diagnostics.push(found.help(
                "take the file of the side that was released first (`git checkout --ours` or `--theirs`), then run \
                 `tg-schema check --accept` again",
            ));
        }
        false
    });
    let blocks = block::blocks(ours.into_iter().chain(theirs).collect(), &mut diagnostics);
    match diagnostics.has_errors() {
        true => {
            diagnostics.finish();
            Err((sources, diagnostics))
        }
        false => Ok(Some(write::text(&blocks))),
    }
}

/// The text of each side; nothing where there is no conflict, or marks that do not belong together.
fn sides(text: &str) -> Option<[String; 2]> {
    #[derive(PartialEq)]
    enum In {
        Both,
        Ours,
        Base,
        Theirs,
    }
    let [start, base, middle, end] = MARKS;
    let (mut ours, mut theirs) = (String::new(), String::new());
    let (mut place, mut found) = (In::Both, false);
    for line in text.split_inclusive('\n') {
        place = match (super::mark(line), place) {
            (Some(mark), In::Both) if mark == start => In::Ours,
            (Some(mark), In::Ours) if mark == base => In::Base,
            (Some(mark), In::Ours | In::Base) if mark == middle => In::Theirs,
            (Some(mark), In::Theirs) if mark == end => In::Both,
            (Some(_), _) => return None,
            (None, place) => {
                if matches!(place, In::Both | In::Ours) {
                    ours.push_str(line);
                }
                if matches!(place, In::Both | In::Theirs) {
                    theirs.push_str(line);
                }
                place
            }
        };
        found |= place != In::Both;
    }
    (found && place == In::Both).then_some([ours, theirs])
}
