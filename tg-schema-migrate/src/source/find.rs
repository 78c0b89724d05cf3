//! PATH arguments into the Python files under them, each once, in the order of their paths.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use tg_schema_model::{Diagnostic, Diagnostics, Span};

/// How deep folders are walked.
const MAX_DEPTH: usize = 64;
/// Most files of one run.
const MAX_FILES: usize = 100_000;

/// A file that may be read.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) real: PathBuf,
    pub(super) module: Vec<String>,
    pub(super) root: usize,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) files: Vec<Found>,
    pub(super) roots: Vec<PathBuf>,
    pub(super) skipped: Skipped,
}

/// Folders that hold no source of the project, and files that are no plain Python, by the reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Names that begin with a dot.
    pub hidden: usize,
    /// `__pycache__`.
    pub caches: usize,
    /// Virtual environments, by their `pyvenv.cfg`.
    pub environments: usize,
    /// `node_modules`.
    pub packages: usize,
    /// Stubs for type checkers, `.pyi`.
    pub stubs: usize,
    /// Notebooks, `.ipynb`.
    pub notebooks: usize,
}

impl Skipped {
    /// A key, a word for one, and how many.
    pub fn counts(&self) -> [(&'static str, &'static str, usize); 6] {
        [
            ("hidden", "hidden folder", self.hidden),
            ("caches", "cache", self.caches),
            ("environments", "virtual environment", self.environments),
            ("packages", "node_modules folder", self.packages),
            ("stubs", "stub (.pyi)", self.stubs),
            ("notebooks", "notebook (.ipynb)", self.notebooks),
        ]
    }

    /// What was passed over, for people. `None`: nothing was.
    pub fn told(&self) -> Option<String> {
        let counts = self.counts().into_iter().filter(|(_, _, count)| *count > 0);
        let parts: Vec<String> = counts
            .map(|(_, word, count)| match (count, word.split_once(' ')) {
                (1, _) => format!("1 {word}"),
                (_, Some((first, rest))) if rest.starts_with('(') => {
                    format!("{count} {first}s {rest}")
                }
                _ => format!("{count} {word}s"),
            })
            .collect();
        (!parts.is_empty()).then(|| format!("Passed over: {}.", parts.join(", ")))
    }
}

/// Files of Python that no interpreter runs, and what to do.
fn no_source(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name.rsplit_once('.')?.1 {
        "ipynb" => (
            "is a notebook, which is no Python file",
            "write its code to one: `jupyter nbconvert --to script`",
        ),
        "pyi" => (
            "is a stub, which says nothing of what a program does",
            "name the Python file beside it",
        ),
        _ => return None,
    })
}

/// Whether a name in a folder is that of a Python file.
fn is_python(name: &str) -> bool {
    name.ends_with(".py") || name.ends_with(".pyw")
}

/// The files under `paths`. What cannot be looked at is noted.
pub(super) fn find(paths: &[PathBuf], findings: &mut Diagnostics) -> Listing {
    let mut walk = Walk {
        listing: Listing::default(),
        findings,
        files: BTreeSet::new(),
        folders: BTreeSet::new(),
        module: Vec::new(),
        root: 0,
        full: false,
    };
    for (root, path) in paths.iter().enumerate() {
        walk.root = root;
        walk.argument(path);
    }
    let mut listing = walk.listing;
    listing.files.sort_by(|a, b| a.path.cmp(&b.path));
    listing
}

struct Walk<'f> {
    listing: Listing,
    findings: &'f mut Diagnostics,
    /// Files that were taken, by what they are on the disk.
    files: BTreeSet<PathBuf>,
    /// Folders that were entered.
    folders: BTreeSet<PathBuf>,
    module: Vec<String>,
    root: usize,
    full: bool,
}

impl Walk<'_> {
    fn refuse(&mut self, message: String, help: &str) {
        self.findings.push(
            Diagnostic::error(Span::NONE, message, "")
                .code("UNREADABLE_FILE")
                .help(help),
        );
    }

    fn argument(&mut self, path: &Path) {
        let about = match std::fs::metadata(path) {
            Ok(about) => about,
            Err(error) => {
                self.listing.roots.push(absolute(path));
                return self.refuse(
                    unseen(path, &error),
                    "name files and folders that are there",
                );
            }
        };
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| absolute(path));
        if about.is_dir() {
            self.listing.roots.push(real.clone());
            self.folder(path, real, 0);
        } else {
            let folder = real.parent().map_or_else(PathBuf::new, Path::to_owned);
            self.listing.roots.push(folder);
            if !about.is_file() {
                return self.refuse(
                    format!("{} is not a regular file", path.display()),
                    "name files and folders of Python",
                );
            }
            let name = real_name(path);
            if let Some((what, help)) = no_source(&name) {
                return self.refuse(format!("{} {what}", path.display()), help);
            }
            self.file(path.to_owned(), real, &name);
        }
    }

    fn file(&mut self, path: PathBuf, real: PathBuf, name: &str) {
        // One file by two names is one file; the links in its own name do not count as Python's name for it.
        if !self.files.insert(real.clone()) {
            return;
        }
        if self.files.len() > MAX_FILES {
            if !self.full {
                self.full = true;
                self.refuse(
                    format!("more than {MAX_FILES} files, at {}", path.display()),
                    "name the folders that hold the schema and its users",
                );
            }
            return;
        }
        let stem = name.strip_suffix(".py").or(name.strip_suffix(".pyw"));
        let stem = stem.unwrap_or(name);
        let mut module = self.module.clone();
        match real.parent().and_then(Path::file_name) {
            // A package is its folder, also where that is what was named.
            Some(folder) if stem == "__init__" && module.is_empty() => {
                module.push(folder.to_string_lossy().into_owned());
            }
            _ if stem == "__init__" && !module.is_empty() => {}
            _ => module.push(stem.to_owned()),
        }
        // `./a.py` and `a.py` are one place by one name.
        let path = path.strip_prefix(".").map_or(path.clone(), Path::to_owned);
        self.listing.files.push(Found {
            path,
            real,
            module,
            root: self.root,
        });
    }

    fn folder(&mut self, folder: &Path, real: PathBuf, depth: usize) {
        // A second way to a folder leads to nothing new.
        if !self.folders.insert(real.clone()) {
            return;
        }
        if depth > MAX_DEPTH {
            return self.refuse(
                format!("folders deeper than {MAX_DEPTH} at {}", folder.display()),
                "name the deeper folder itself",
            );
        }
        if depth > 0 && real.join("pyvenv.cfg").exists() {
            self.listing.skipped.environments += 1;
            return;
        }
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                return self.refuse(
                    format!("cannot read the folder {}: {error}", folder.display()),
                    "allow reading it, or name the folders beside it",
                );
            }
        };
        let mut names = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => names.push(entry.file_name()),
                Err(error) => self.refuse(
                    format!("cannot read the folder {}: {error}", folder.display()),
                    "allow reading it, or name the folders beside it",
                ),
            }
        }
        names.sort();
        for name in names {
            let path = folder.join(&name);
            let text = name.to_string_lossy();
            let about = match std::fs::metadata(&path) {
                Ok(about) => about,
                Err(error) => {
                    let (python, loops) = (is_python(&text), is_loop(&error));
                    if python || (loops && !text.starts_with('.')) {
                        self.refuse(unseen(&path, &error), "remove the link, or repair it");
                    }
                    continue;
                }
            };
            if about.is_dir() {
                self.subfolder(&path, &text, &real, depth);
            } else if text.starts_with('.') {
                continue;
            } else if text.ends_with(".pyi") {
                self.listing.skipped.stubs += 1;
            } else if text.ends_with(".ipynb") {
                self.listing.skipped.notebooks += 1;
            } else if is_python(&text) {
                if !about.is_file() {
                    self.refuse(
                        format!("{} is not a regular file", path.display()),
                        "a pipe or a device has no end to read to",
                    );
                    continue;
                }
                let real = std::fs::canonicalize(&path).unwrap_or_else(|_| real.join(&name));
                self.file(path, real, &text);
            }
        }
    }

    fn subfolder(&mut self, path: &Path, name: &str, above: &Path, depth: usize) {
        let skipped = &mut self.listing.skipped;
        match name {
            _ if name.starts_with('.') => skipped.hidden += 1,
            "__pycache__" => skipped.caches += 1,
            "node_modules" => skipped.packages += 1,
            _ => {
                let real = std::fs::canonicalize(path).unwrap_or_else(|_| above.join(name));
                if above.starts_with(&real) {
                    return self.refuse(
                        format!("{} is a link to a folder that it is in", path.display()),
                        "remove the link; all else in the folder is read",
                    );
                }
                self.module.push(name.to_owned());
                self.folder(path, real, depth + 1);
                self.module.pop();
            }
        }
    }
}

/// More links than the system follows.
fn is_loop(error: &io::Error) -> bool {
    error.kind() != io::ErrorKind::NotFound
}

fn real_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn unseen(path: &Path, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound if path.is_symlink() => {
            format!("{} is a link that leads nowhere", path.display())
        }
        io::ErrorKind::NotFound => format!("there is no file or folder {}", path.display()),
        _ => format!("cannot read {}: {error}", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("tg-migrate-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        folder
    }

    fn write(folder: &Path, path: &str) {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, "x = 1\n").expect("a file");
    }

    #[test]
    fn python_files_are_found_in_order() {
        let top = folder("order");
        for path in [
            "b.py",
            "a/__init__.py",
            "a/z.py",
            "notes.txt",
            "c.pyw",
            "b.pyi",
            "work.ipynb",
            ".git/x.py",
            "__pycache__/x.py",
            "node_modules/x.py",
            "venv/pyvenv.cfg",
            "venv/lib/x.py",
        ] {
            write(&top, path);
        }
        let mut findings = Diagnostics::default();
        let listing = find(std::slice::from_ref(&top), &mut findings);
        let modules: Vec<String> = listing.files.iter().map(|f| f.module.join(".")).collect();
        assert_eq!(modules, ["a", "a.z", "b", "c"]);
        assert!(findings.0.is_empty(), "{findings:?}");
        let skipped = Skipped {
            hidden: 1,
            caches: 1,
            environments: 1,
            packages: 1,
            stubs: 1,
            notebooks: 1,
        };
        assert_eq!(listing.skipped, skipped);
        assert_eq!(
            skipped.told().as_deref(),
            Some(
                "Passed over: 1 hidden folder, 1 cache, 1 virtual environment, 1 node_modules folder, 1 stub (.pyi), 1 notebook (.ipynb)."
            )
        );
        let many = Skipped {
            hidden: 2,
            stubs: 2,
            ..Skipped::default()
        };
        assert_eq!(
            many.told().as_deref(),
            Some("Passed over: 2 hidden folders, 2 stubs (.pyi).")
        );
        for name in ["b.pyi", "work.ipynb"] {
            let mut findings = Diagnostics::default();
            let listing = find(&[top.join(name)], &mut findings);
            assert!(listing.files.is_empty() && findings.has_errors(), "{name}");
        }
        let script = top.join("notes.txt");
        let listing = find(&[script], &mut findings);
        assert_eq!(listing.files[0].module, ["notes.txt"]);
        std::fs::remove_dir_all(&top).expect("removed");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_there_is_told_and_loops_end() {
        use std::os::unix::fs::symlink;
        let top = folder("loops");
        write(&top, "a/b.py");
        symlink(&top, top.join("a/up")).expect("a link");
        symlink("self.py", top.join("self.py")).expect("a link");
        symlink("nowhere.py", top.join("gone.py")).expect("a link");
        let mut findings = Diagnostics::default();
        let listing = find(&[top.clone(), top.join("missing")], &mut findings);
        assert_eq!(listing.files.len(), 1);
        let messages: Vec<&str> = findings.0.iter().map(|d| d.message.as_str()).collect();
        assert_eq!(messages.len(), 4, "{messages:?}");
        assert!(
            messages
                .iter()
                .any(|m| m.ends_with("a/up is a link to a folder that it is in"))
        );
        assert!(messages.iter().any(|m| m.ends_with("leads nowhere")));
        assert!(messages.iter().any(|m| m.contains("self.py")));
        assert!(messages.iter().any(|m| m.contains("missing")));
        std::fs::remove_dir_all(&top).expect("removed");
    }
}
