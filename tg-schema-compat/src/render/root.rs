//! Names of files into paths from the root of a repository, as code hosts count them.

use std::path::{Component, Path, PathBuf};

/// The root of a repository, and the folder in it that relative names start from. Both are absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    root: PathBuf,
    folder: PathBuf,
}

impl Root {
    /// The root of the repository that a folder is in, as `is_root` tells; without one, the folder itself.
    pub fn of(folder: impl Into<PathBuf>, is_root: impl Fn(&Path) -> bool) -> Self {
        let folder = folder.into();
        let root = folder.ancestors().find(|above| is_root(above));
        Root {
            root: root.unwrap_or(&folder).to_path_buf(),
            folder,
        }
    }

    /// The root itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path of a file from the root, with `/` between its parts. What is not below the root, or on no disk, stays as
    /// it is written; of what is in a commit (`git:REF:PATH`) it is PATH, which starts at the root or, with `./` or `../`, at
    /// the folder.
    pub fn path(&self, name: &str) -> String {
        let path = match name.strip_prefix("git:").and_then(|r| r.split_once(':')) {
            Some((_, path)) if !path.starts_with("./") && !path.starts_with("../") => {
                return path.to_owned();
            }
            Some((_, path)) => path,
            None => name,
        };
        if name.contains("://") {
            return name.to_owned();
        }
        let mut whole = PathBuf::new();
        for part in self.folder.join(path).components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    whole.pop();
                }
                part => whole.push(part),
            }
        }
        let Ok(below) = whole.strip_prefix(&self.root) else {
            return path.to_owned();
        };
        let parts = below
            .components()
            .map(|part| part.as_os_str().to_string_lossy());
        parts.collect::<Vec<_>>().join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_counted_from_the_root() {
        let root = Root::of("/home/a b/deep/down", |f| f == Path::new("/home/a b"));
        for (name, path) in [
            ("x.toml", "deep/down/x.toml"),
            ("./schemas/ü.toml", "deep/down/schemas/ü.toml"),
            ("../schemas/x.toml", "deep/schemas/x.toml"),
            ("../../x.toml", "x.toml"),
            ("/home/a b/y/../x.toml", "x.toml"),
            ("../../../x.toml", "../../../x.toml"),
            ("/home/x.toml", "/home/x.toml"),
            ("a:b.toml", "deep/down/a:b.toml"),
            ("git:v1.2:schemas/x.toml", "schemas/x.toml"),
            ("git:v1.2:./schemas/x.toml", "deep/down/schemas/x.toml"),
            ("git:v1.2:../x.toml", "deep/x.toml"),
            ("http://host/subjects/a", "http://host/subjects/a"),
        ] {
            assert_eq!(root.path(name), path);
        }
        let none = Root::of("/home/a b", |_| false);
        assert_eq!(none.path("./schemas/x.toml"), "schemas/x.toml");
    }
}
