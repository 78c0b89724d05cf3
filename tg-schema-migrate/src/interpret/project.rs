//! Dotted names into files: where Python would find a module among the files.
//!
//! Which folders are on Python's path is not written in the source. A folder counts as one when the
//! module is there: first the folder above the importing file's own package, then the arguments, then
//! the folders above the file, then any other that fits alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::value::FileId;
use crate::source::Texts;

/// Every module that there is.
#[derive(Debug, Default)]
pub struct Project {
    /// Files by the last part of their module's name.
    files: HashMap<String, Vec<Entry>>,
    /// Folders that have Python files below, by name.
    folders: HashMap<String, Vec<PathBuf>>,
    /// Folders with an `__init__.py`.
    packages: BTreeMap<PathBuf, FileId>,
    /// Paths of the files.
    paths: Vec<PathBuf>,
    roots: Vec<PathBuf>,
}

#[derive(Clone, Debug)]
struct Entry {
    /// Path of the module without `.py` or `/__init__.py`.
    stem: PathBuf,
    file: FileId,
}

/// Most names of a package that lies in several folders.
const MAX_PORTION: usize = 4;

/// What a dotted name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A file.
    File(FileId),
    /// A folder without `__init__.py`.
    Folder(PathBuf),
    /// Several that Python might mean.
    Several,
    /// Nothing among the files.
    Nothing,
}

impl Project {
    /// The modules of the texts that were read.
    pub fn new(texts: &Texts) -> Self {
        let mut project = Project {
            roots: texts.roots.clone(),
            ..Project::default()
        };
        let mut folders = BTreeSet::new();
        for (at, text) in texts.files.iter().enumerate() {
            let file = FileId(at as u32);
            let folder = text.real.parent().unwrap_or(Path::new("")).to_owned();
            let is_package = text
                .real
                .file_name()
                .is_some_and(|name| name == "__init__.py");
            let stem = if is_package {
                project.packages.insert(folder.clone(), file);
                folder.clone()
            } else {
                text.real.with_extension("")
            };
            if text.real.extension().is_some_and(|e| e == "py") {
                let entry = Entry { stem, file };
                project
                    .files
                    .entry(last(&entry.stem))
                    .or_default()
                    .push(entry);
            }
            folders.extend(folder.ancestors().map(Path::to_owned));
            project.paths.push(text.real.clone());
        }
        for folder in folders {
            project
                .folders
                .entry(last(&folder))
                .or_default()
                .push(folder);
        }
        project
    }

    fn folder_of(&self, file: FileId) -> &Path {
        self.paths
            .get(file.at())
            .and_then(|path| path.parent())
            .unwrap_or(Path::new(""))
    }

    /// The folder above the outermost package that a file is in.
    fn package_root(&self, file: FileId) -> &Path {
        let mut folder = self.folder_of(file);
        while self.packages.contains_key(folder)
            && let Some(above) = folder.parent()
        {
            folder = above;
        }
        folder
    }

    /// The module `parts` as `importer` imports it.
    pub fn find(&self, importer: FileId, parts: &[&str]) -> Found {
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
            return Found::Nothing;
        };
        if matches!(*first, "pulsar" | "_pulsar") {
            return Found::Nothing;
        }
        let files = self.files.get(*last).into_iter().flatten();
        let mut found: Vec<(usize, &Path, FileId)> = files
            .filter_map(|entry| Some((root_of(&entry.stem, parts)?, entry)))
            .filter_map(|(root, entry)| Some((self.rank(importer, root, first)?, root, entry.file)))
            .collect();
        found.sort();
        // A package goes before a file of its name in the same folder, as in Python.
        match found.as_slice() {
            [] => {}
            [(rank, root, file), rest @ ..] => {
                let same: Vec<_> = rest.iter().filter(|(r, ..)| r == rank).collect();
                if same.iter().any(|(_, other, _)| other != root) {
                    return Found::Several;
                }
                let package = |id: &FileId| self.packages.values().any(|file| file == id);
                let all = std::iter::once(*file).chain(same.iter().map(|(_, _, file)| *file));
                let file = all.clone().find(package).unwrap_or(*file);
                return Found::File(file);
            }
        }
        let folders = self.folders.get(*last).into_iter().flatten();
        let mut found: Vec<(usize, &PathBuf)> = folders
            .filter_map(|folder| {
                Some((self.rank(importer, root_of(folder, parts)?, first)?, folder))
            })
            .collect();
        found.sort();
        match found.first() {
            Some((_, folder)) => Found::Folder((*folder).clone()),
            None => Found::Nothing,
        }
    }

    /// How likely a folder is on Python's path for `importer`; the lowest is the likeliest.
    fn rank(&self, importer: FileId, root: &Path, first: &str) -> Option<usize> {
        let here = self.folder_of(importer);
        if root == self.package_root(importer) {
            return Some(0);
        }
        if self.roots.iter().any(|argument| argument == root) {
            return Some(1);
        }
        if is_standard(first) {
            return None;
        }
        if root == here && !self.packages.contains_key(here) {
            return Some(2);
        }
        if let Ok(below) = here.strip_prefix(root) {
            return Some(3 + below.components().count());
        }
        let shared = here
            .components()
            .zip(root.components())
            .take_while(|(a, b)| a == b)
            .count();
        Some(1_000_000 - shared)
    }

    /// The module that `level` dots and `parts` mean in a file.
    pub fn relative(&self, importer: FileId, level: u32, parts: &[&str]) -> Found {
        let mut folder = self.folder_of(importer);
        for _ in 1..level {
            match folder.parent() {
                Some(above) => folder = above,
                None => return Found::Nothing,
            }
        }
        match self.inside(folder, parts) {
            Found::Nothing => self.portion(importer, folder, parts),
            found => found,
        }
    }

    /// The module `parts` of a package without `__init__.py` that lies in several folders of one name, of
    /// which `folder` is one: each project below its own root, as in `base/acme/schema`, `flow/acme/query`.
    fn portion(&self, importer: FileId, folder: &Path, parts: &[&str]) -> Found {
        if parts.is_empty() || self.packages.contains_key(folder) {
            return Found::Nothing;
        }
        let names = folder.components().filter_map(|c| c.as_os_str().to_str());
        let names: Vec<&str> = names.collect();
        let longest = names.len().min(MAX_PORTION);
        let found = (1..=longest).rev().map(|many| {
            let mut dotted = names[names.len() - many..].to_vec();
            dotted.extend(parts);
            self.find(importer, &dotted)
        });
        let mut found = found.filter(|found| *found != Found::Nothing);
        found.next().unwrap_or(Found::Nothing)
    }

    /// The module `parts` below a folder; the folder's own where there are none.
    pub fn inside(&self, folder: &Path, parts: &[&str]) -> Found {
        let mut stem = folder.to_owned();
        stem.extend(parts);
        if let Some(file) = self.packages.get(&stem) {
            return Found::File(*file);
        }
        let name = last(&stem);
        let mut files = self.files.get(&name).into_iter().flatten();
        if let Some(entry) = files.find(|entry| entry.stem == stem) {
            return Found::File(entry.file);
        }
        let mut folders = self.folders.get(&name).into_iter().flatten();
        if folders.any(|folder| *folder == stem) {
            return Found::Folder(stem);
        }
        Found::Nothing
    }

    /// The folder of a package's `__init__.py`.
    pub fn package_folder(&self, file: FileId) -> Option<&Path> {
        let folder = self.folder_of(file);
        (self.packages.get(folder) == Some(&file)).then_some(folder)
    }
}

fn last(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The folder from which `parts` lead to `stem`.
fn root_of<'p>(stem: &'p Path, parts: &[&str]) -> Option<&'p Path> {
    let mut here = stem;
    for part in parts.iter().rev() {
        if here.file_name()?.to_str()? != *part {
            return None;
        }
        here = here.parent()?;
    }
    Some(here)
}

/// Whether a module of this name comes with Python: one among the files is it only where Python looks first.
pub fn is_standard(name: &str) -> bool {
    const STANDARD: &[&str] = &[
        "__future__",
        "abc",
        "argparse",
        "array",
        "ast",
        "asyncio",
        "atexit",
        "base64",
        "binascii",
        "bisect",
        "builtins",
        "calendar",
        "codecs",
        "collections",
        "concurrent",
        "configparser",
        "contextlib",
        "contextvars",
        "copy",
        "csv",
        "ctypes",
        "dataclasses",
        "datetime",
        "decimal",
        "difflib",
        "dis",
        "email",
        "enum",
        "errno",
        "fnmatch",
        "fractions",
        "functools",
        "gc",
        "getpass",
        "glob",
        "gzip",
        "hashlib",
        "heapq",
        "hmac",
        "html",
        "http",
        "importlib",
        "inspect",
        "io",
        "ipaddress",
        "itertools",
        "json",
        "keyword",
        "linecache",
        "locale",
        "logging",
        "lzma",
        "math",
        "mimetypes",
        "multiprocessing",
        "numbers",
        "operator",
        "os",
        "pathlib",
        "pickle",
        "pkgutil",
        "platform",
        "pprint",
        "profile",
        "queue",
        "random",
        "re",
        "resource",
        "secrets",
        "select",
        "selectors",
        "shlex",
        "shutil",
        "signal",
        "site",
        "socket",
        "socketserver",
        "sqlite3",
        "ssl",
        "stat",
        "statistics",
        "string",
        "struct",
        "subprocess",
        "sys",
        "sysconfig",
        "tarfile",
        "tempfile",
        "textwrap",
        "threading",
        "time",
        "timeit",
        "token",
        "tokenize",
        "traceback",
        "types",
        "typing",
        "unicodedata",
        "unittest",
        "urllib",
        "uuid",
        "warnings",
        "weakref",
        "xml",
        "zipfile",
        "zlib",
        "zoneinfo",
    ];
    STANDARD.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Text;
    use tg_schema_model::SourceId;

    fn project(roots: &[&str], files: &[&str]) -> Project {
        let text = |path: &&str| Text {
            path: path.into(),
            real: path.into(),
            module: Vec::new(),
            root: 0,
            source: SourceId::NONE,
            doubt: Default::default(),
        };
        Project::new(&Texts {
            files: files.iter().map(text).collect(),
            roots: roots.iter().map(PathBuf::from).collect(),
            ..Texts::default()
        })
    }

    #[test]
    fn modules_are_found_as_python_finds_them() {
        let files = [
            "/r/base/tg/schema/__init__.py",
            "/r/base/tg/schema/core.py",
            "/r/flow/tg/llm/service.py",
            "/r/flow/tg/llm/enum.py",
            "/r/one/x.py",
            "/r/two/x.py",
            "/r/tool.py",
        ];
        let project = project(&["/r"], &files);
        let find = |from: u32, name: &str| {
            let parts: Vec<&str> = name.split('.').collect();
            project.find(FileId(from), &parts)
        };
        assert_eq!(find(2, "tg.schema.core"), Found::File(FileId(1)));
        assert_eq!(find(2, "tg.schema"), Found::File(FileId(0)));
        assert_eq!(find(2, "tg.llm"), Found::Folder("/r/flow/tg/llm".into()));
        assert_eq!(find(1, "enum"), Found::Nothing);
        assert_eq!(find(6, "x"), Found::Several);
        assert_eq!(find(4, "x"), Found::File(FileId(4)));
        assert_eq!(find(0, "numpy"), Found::Nothing);
        assert_eq!(find(0, "pulsar.schema"), Found::Nothing);
        assert_eq!(project.relative(FileId(1), 1, &[]), Found::File(FileId(0)));
        assert_eq!(
            project.relative(FileId(0), 1, &["core"]),
            Found::File(FileId(1))
        );
        assert_eq!(
            project.relative(FileId(1), 2, &["schema", "core"]),
            Found::File(FileId(1))
        );
        assert_eq!(project.relative(FileId(1), 9, &["x"]), Found::Nothing);
        // `tg` lies in two folders.
        assert_eq!(
            project.relative(FileId(2), 2, &["schema"]),
            Found::File(FileId(0))
        );
        assert_eq!(project.relative(FileId(2), 2, &["core"]), Found::Nothing);
    }

    #[test]
    fn the_list_of_the_standard_library_is_sorted() {
        for name in ["abc", "enum", "json", "zoneinfo", "__future__"] {
            assert!(is_standard(name), "{name}");
        }
        assert!(!is_standard("numpy"));
    }
}
