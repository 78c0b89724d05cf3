//! A folder of a commit into the files below it, by the rules for folders on the disk: hidden entries, caches and
//! generated folders are passed over, links are followed inside the repository.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tg_schema_gen::load::{self, MAX_DEPTH, MAX_FILES};
use tg_schema_gen::output;

use super::batch::{AHEAD, Absent, Batch, Object};
use crate::exit::Failure;

/// Entries of all folders that are looked at. A small repository can unfold to any number.
const MAX_ENTRIES: usize = 1_000_000;

/// The files below a folder.
pub struct Tree {
    files: Vec<Found>,
    /// Paths of submodules: what is in them is in another repository.
    pub submodules: Vec<String>,
}

/// A file.
pub struct Found {
    /// From where the folder of the walk is found.
    pub path: String,
    /// Its own name.
    pub name: String,
    /// The folders that it is in, below the folder of the walk.
    pub folders: Vec<String>,
    id: String,
    /// Its content, where it came with the answer.
    bytes: Option<Vec<u8>>,
    /// Whether it was reached by a link.
    linked: bool,
}

/// A folder that is still to be looked into.
struct Folder {
    path: String,
    folders: Vec<String>,
    /// Ids of the folders above, and its own.
    above: Vec<String>,
    linked: bool,
}

/// A line of a folder.
struct Entry {
    mode: u32,
    name: String,
    id: String,
}

const KIND: u32 = 0o170_000;
const FOLDER: u32 = 0o040_000;
const LINK: u32 = 0o120_000;
const SUBMODULE: u32 = 0o160_000;

impl Tree {
    /// All files below the folder at `path` of a commit.
    pub fn walk(
        batch: &mut Batch,
        reference: &str,
        path: &str,
        id: String,
        entries: &[u8],
    ) -> Result<Self, Failure> {
        let mut walk = Walk {
            batch,
            reference,
            tree: Tree {
                files: Vec::new(),
                submodules: Vec::new(),
            },
            left: MAX_ENTRIES,
            definitions: 0,
            generated: BTreeSet::new(),
            links: Vec::new(),
        };
        let path = path.trim_end_matches('/').to_owned();
        let top = Folder {
            path,
            folders: Vec::new(),
            above: vec![id],
            linked: false,
        };
        let mut waiting = walk.folder(&top, entries)?;
        loop {
            waiting.extend(walk.follow()?);
            if waiting.is_empty() {
                break;
            }
            // The deepest first: of a tree that unfolds without end, few wait at any time.
            let some = waiting.split_off(waiting.len().saturating_sub(AHEAD));
            let wanted: Vec<(&str, &str)> = some
                .iter()
                .filter_map(|f| Some((f.above.last()?.as_str(), f.path.as_str())))
                .collect();
            let objects = walk.batch.all(&wanted)?;
            for (folder, object) in some.iter().zip(objects) {
                if let Object::Tree { entries, .. } = object {
                    waiting.extend(walk.folder(folder, &entries)?);
                }
            }
        }
        let mut tree = walk.tree;
        once(&mut tree.files);
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    /// The files whose name is wanted, and their contents.
    pub fn take<'t>(
        &'t self,
        batch: &mut Batch,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<(&'t Found, Vec<u8>)>, Failure> {
        let files: Vec<&Found> = self.files.iter().filter(|f| wanted(&f.name)).collect();
        if files.len() > MAX_FILES {
            return Err(too_many());
        }
        let unread = files.iter().filter(|file| file.bytes.is_none());
        let unread = unread.map(|file| (file.id.as_str(), file.path.as_str()));
        let unread: Vec<(&str, &str)> = unread.collect();
        let mut objects = batch.all(&unread)?.into_iter();
        let mut taken = Vec::with_capacity(files.len());
        for file in files {
            let bytes = match &file.bytes {
                Some(bytes) => bytes.clone(),
                None => match objects.next() {
                    Some(Object::Blob { bytes, .. }) => bytes,
                    _ => return Err(Failure::new(format!("`{}` is no file in git", file.path))),
                },
            };
            taken.push((file, bytes));
        }
        Ok(taken)
    }
}

/// What links lead to is the file itself, where that is below the folder too. A file that only links lead to has one
/// place, the deepest.
fn once(files: &mut Vec<Found>) {
    files.sort_by(|a, b| {
        let depth = |file: &Found| std::cmp::Reverse(file.folders.len());
        (&a.id, a.linked, depth(a), &a.path).cmp(&(&b.id, b.linked, depth(b), &b.path))
    });
    files.dedup_by(|other, kept| other.linked && other.id == kept.id);
}

struct Walk<'b> {
    batch: &'b mut Batch,
    reference: &'b str,
    tree: Tree,
    /// Entries that may still be looked at.
    left: usize,
    /// Definitions that were met.
    definitions: usize,
    /// Paths below the folder of the walk that were generated into it.
    generated: BTreeSet<PathBuf>,
    /// Links that may lead to something: their folder, as it is, and their name.
    links: Vec<(Folder, String)>,
}

impl Walk<'_> {
    /// Takes the files of a folder; the folders in it come back.
    fn folder(&mut self, folder: &Folder, entries: &[u8]) -> Result<Vec<Folder>, Failure> {
        let entries = parse(entries, folder.above.last().map_or(0, |id| id.len() / 2))
            .ok_or_else(|| Failure::new(format!("git: `{}` is no folder", folder.path)))?;
        self.left = self.left.checked_sub(entries.len()).ok_or_else(|| {
            Failure::help(
                format!("there are more than {MAX_ENTRIES} files and folders in git"),
                "name the folder of the definitions: git:REF:PATH",
            )
        })?;
        let top = folder.folders.is_empty();
        let marks = entries.iter().find(|entry| load::marks_folder(&entry.name));
        if let Some(mark) = marks {
            if !top {
                return Ok(Vec::new());
            }
            if mark.name == output::MANIFEST
                && let [Object::Blob { bytes, .. }] =
                    self.batch.all(&[(&mark.id, &mark.name)])?.as_slice()
            {
                self.generated = output::listed_in(&String::from_utf8_lossy(bytes));
            }
        }
        let mut inner = Vec::new();
        for entry in entries
            .into_iter()
            .filter(|entry| !entry.name.starts_with('.'))
        {
            let path = match folder.path.as_str() {
                "" => entry.name.clone(),
                path => format!("{path}/{}", entry.name),
            };
            match entry.mode & KIND {
                FOLDER => inner.extend(self.below(folder, path, entry.name, entry.id, false)?),
                SUBMODULE => self.tree.submodules.push(path),
                LINK => {
                    let folder = Folder {
                        path,
                        folders: folder.folders.clone(),
                        above: folder.above.clone(),
                        linked: true,
                    };
                    self.links.push((folder, entry.name));
                }
                _ => {
                    let linked = folder.linked;
                    self.file(path, entry.name, &folder.folders, entry.id, None, linked)?;
                }
            }
        }
        Ok(inner)
    }

    fn below(
        &self,
        folder: &Folder,
        path: String,
        name: String,
        id: String,
        linked: bool,
    ) -> Result<Option<Folder>, Failure> {
        // A link back to a folder above would never end.
        if folder.above.contains(&id) {
            return Ok(None);
        }
        if folder.above.len() >= MAX_DEPTH {
            return Err(Failure::new(format!(
                "more than {MAX_DEPTH} nested folders in git, at `{path}`"
            )));
        }
        let mut above = folder.above.clone();
        above.push(id);
        let mut folders = folder.folders.clone();
        folders.push(name);
        Ok(Some(Folder {
            path,
            folders,
            above,
            linked: linked || folder.linked,
        }))
    }

    fn file(
        &mut self,
        path: String,
        name: String,
        folders: &[String],
        id: String,
        bytes: Option<Vec<u8>>,
        linked: bool,
    ) -> Result<(), Failure> {
        let below: PathBuf = folders.iter().map(String::as_str).chain([&*name]).collect();
        if !self.generated.contains(Path::new(&below)) {
            self.definitions += usize::from(load::module_name(&name).is_some());
            if self.definitions > MAX_FILES {
                return Err(too_many());
            }
            self.tree.files.push(Found {
                path,
                name,
                folders: folders.to_vec(),
                id,
                bytes,
                linked,
            });
        }
        Ok(())
    }

    /// Where the links lead that were met: files are taken, folders come back.
    fn follow(&mut self) -> Result<Vec<Folder>, Failure> {
        let mut inner = Vec::new();
        for (link, name) in std::mem::take(&mut self.links) {
            let readable = load::module_name(&name).is_some() || name.ends_with(".py");
            let is_other = name.contains('.') && !readable;
            // A name that Git does not take in one line is not asked for.
            if is_other || link.path.chars().any(char::is_control) {
                continue;
            }
            match self
                .batch
                .ask(&format!("{}:{}", self.reference, link.path))?
            {
                Ok(Object::Blob { id, bytes }) => {
                    self.file(link.path, name, &link.folders, id, Some(bytes), true)?;
                }
                Ok(Object::Tree { id, .. }) => {
                    let path = link.path.clone();
                    inner.extend(self.below(&link, path, name, id, true)?);
                }
                Err(absent) => {
                    let place = format!("`{}` at git:{}", link.path, self.reference);
                    return Err(Failure::new(match absent {
                        Absent::Outside => format!("{place} is a link out of the repository"),
                        _ => format!("{place} is a link that leads nowhere"),
                    }));
                }
            }
        }
        Ok(inner)
    }
}

fn too_many() -> Failure {
    Failure::help(
        format!("more than {MAX_FILES} files in git"),
        "name the folder of the definitions: git:REF:PATH",
    )
}

/// Git's form of a folder: `mode name`, a zero byte, the id in `width` bytes. None: it is another form.
fn parse(mut bytes: &[u8], width: usize) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let space = bytes.iter().position(|&b| b == b' ')?;
        let (mode, rest) = bytes.split_at_checked(space)?;
        let rest = rest.get(1..)?;
        let zero = rest.iter().position(|&b| b == 0)?;
        let (name, rest) = rest.split_at_checked(zero)?;
        let (id, rest) = rest.get(1..)?.split_at_checked(width)?;
        entries.push(Entry {
            mode: u32::from_str_radix(std::str::from_utf8(mode).ok()?, 8).ok()?,
            name: String::from_utf8_lossy(name).into_owned(),
            id: id.iter().map(|byte| format!("{byte:02x}")).collect(),
        });
        bytes = rest;
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_read_in_gits_form() {
        let mut bytes = b"100644 a b.toml\0".to_vec();
        bytes.extend([0xab; 20]);
        bytes.extend(b"40000 caf\xc3\xa9\0");
        bytes.extend([0x01; 20]);
        let entries = parse(&bytes, 20).unwrap();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].name, "a b.toml");
        assert_eq!(entries[0].id, "ab".repeat(20));
        assert_eq!(entries[1].mode & KIND, FOLDER);
        assert_eq!(entries[1].name, "café");
        for broken in [&b"100644"[..], b"100644 a", b"100644 a\0short", b"9 a\0"] {
            assert!(parse(broken, 20).is_none(), "{broken:?}");
        }
    }
}
