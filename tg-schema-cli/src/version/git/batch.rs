//! Names of objects into objects, by one `git cat-file --batch` child.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;

use tg_schema_gen::load::MAX_FILE_SIZE;

use crate::exit::Failure;

/// Largest folder, in bytes of Git's form of it.
const MAX_TREE: u64 = 64 * 1024 * 1024;
/// Bytes of everything that is read.
const MAX_ALL: u64 = 1024 * 1024 * 1024;
/// Names that are asked for before the first answer is read: they fit the smallest pipe.
pub const AHEAD: usize = 48;
/// Bytes of what the child says of its troubles.
const MAX_WORDS: u64 = 8 * 1024;
/// Longest first line of an answer.
const MAX_LINE: u64 = 64 * 1024;

/// The child.
pub struct Batch {
    child: Child,
    names: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    words: Option<JoinHandle<String>>,
    read: u64,
}

/// What helps in a partial clone.
const REFETCH: &str =
    "fetch the commit with its files: `git fetch --refetch --no-filter --depth=1 REMOTE BRANCH`";

/// What a name stands for.
#[derive(Debug)]
pub enum Object {
    /// The content of a file.
    Blob { id: String, bytes: Vec<u8> },
    /// A folder, in Git's form.
    Tree { id: String, entries: Vec<u8> },
}

/// Why a name stands for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Nothing has this name.
    Missing,
    /// A link to somewhere outside of the repository.
    Outside,
    /// A link to nothing or to itself.
    Broken,
}

impl Batch {
    /// Starts the child in the current folder.
    pub fn open() -> Result<Self, Failure> {
        let mut child = git(&["cat-file", "--batch", "--follow-symlinks"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| {
                Failure::help(
                    format!("cannot run git: {error}"),
                    "install it, or name a folder, a lock file or a registry instead",
                )
            })?;
        let (Some(names), Some(answers), Some(mut words)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(Failure::new("cannot talk to git"));
        };
        let words = std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = words.by_ref().take(MAX_WORDS).read_to_end(&mut text);
            // What follows is read too, or the child would wait for it.
            let _ = std::io::copy(&mut words, &mut std::io::sink());
            String::from_utf8_lossy(&text).into_owned()
        });
        Ok(Batch {
            child,
            names: Some(names),
            answers: BufReader::with_capacity(64 * 1024, answers),
            words: Some(words),
            read: 0,
        })
    }

    /// What a name stands for. It holds no line break.
    pub fn ask(&mut self, name: &str) -> Result<Result<Object, Absent>, Failure> {
        self.send(std::slice::from_ref(&name))?;
        self.answer(name, name)
    }

    /// What ids stand for, in their order. With each comes its path, for people.
    pub fn all(&mut self, wanted: &[(&str, &str)]) -> Result<Vec<Object>, Failure> {
        let mut objects = Vec::with_capacity(wanted.len());
        for some in wanted.chunks(AHEAD) {
            let ids: Vec<&str> = some.iter().map(|(id, _)| *id).collect();
            self.send(&ids)?;
            for (id, path) in some {
                let object = self.answer(id, path)?;
                objects.push(object.map_err(|_| {
                    Failure::help(
                        format!("git cannot read `{path}`: the object {id} is not there, or damaged"),
                        format!("in a partial clone, {REFETCH}; else `git fsck` tells more, and another baseline may do"),
                    )
                })?);
            }
        }
        Ok(objects)
    }

    fn send(&mut self, names: &[&str]) -> Result<(), Failure> {
        let mut text = names.join("\n");
        text.push('\n');
        let sent = match &mut self.names {
            Some(pipe) => pipe.write_all(text.as_bytes()).and_then(|()| pipe.flush()),
            None => Ok(()),
        };
        sent.map_err(|_| self.gone())
    }

    /// The answer on a name; `path` is what people call it.
    fn answer(&mut self, name: &str, path: &str) -> Result<Result<Object, Absent>, Failure> {
        let line = self.line()?;
        for end in [" missing", " ambiguous"] {
            if line.strip_suffix(end) == Some(name) {
                return Ok(Err(Absent::Missing));
            }
        }
        let words: Vec<&str> = line.split(' ').collect();
        let (id, kind, size) = match words[..] {
            ["symlink", size] => return self.skip(size, Absent::Outside),
            ["dangling" | "loop", size] => return self.skip(size, Absent::Broken),
            ["notdir", size] => return self.skip(size, Absent::Missing),
            [id, kind, size] => (id.to_owned(), kind, size),
            _ => return Err(confused(&line)),
        };
        let size: u64 = size.parse().map_err(|_| confused(&line))?;
        let most = match kind {
            "blob" => MAX_FILE_SIZE,
            _ => MAX_TREE,
        };
        self.read = self.read.saturating_add(size);
        if size > most {
            return Err(Failure::new(format!(
                "`{path}` has {size} bytes in git; at most {most} are read"
            )));
        }
        if self.read > MAX_ALL {
            return Err(Failure::help(
                format!("there are more than {MAX_ALL} bytes of files in git"),
                "name the folder of the definitions: git:REF:PATH",
            ));
        }
        let bytes = self.bytes(size)?;
        match kind {
            "blob" => Ok(Ok(Object::Blob { id, bytes })),
            "tree" => Ok(Ok(Object::Tree { id, entries: bytes })),
            other => Err(Failure::new(format!(
                "`{path}` is a {other} in git, no file or folder"
            ))),
        }
    }

    fn skip(&mut self, size: &str, absent: Absent) -> Result<Result<Object, Absent>, Failure> {
        let known = size.parse().ok().filter(|size| *size <= MAX_LINE);
        let known = known.ok_or_else(|| confused(size))?;
        self.bytes(known)?;
        Ok(Err(absent))
    }

    /// So many bytes, and the line break behind them.
    fn bytes(&mut self, size: u64) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
        let read = self.answers.by_ref().take(size + 1).read_to_end(&mut bytes);
        match read {
            Ok(_) if bytes.len() as u64 == size + 1 => {
                bytes.pop();
                Ok(bytes)
            }
            _ => Err(self.gone()),
        }
    }

    fn line(&mut self) -> Result<String, Failure> {
        let mut line = Vec::new();
        let read = self
            .answers
            .by_ref()
            .take(MAX_LINE)
            .read_until(b'\n', &mut line);
        match (read, line.pop()) {
            (Ok(_), Some(b'\n')) => Ok(String::from_utf8_lossy(&line).into_owned()),
            _ => Err(self.gone()),
        }
    }

    /// Why the child has ended.
    fn gone(&mut self) -> Failure {
        self.names = None;
        let _ = self.child.kill();
        let words = self.words.take().and_then(|words| words.join().ok());
        let words = words.unwrap_or_default();
        let said = words.lines().find_map(|line| line.strip_prefix("fatal: "));
        let said = said
            .or_else(|| words.lines().next())
            .unwrap_or("it ended early");
        let message = format!("git: {said}");
        if said.contains("promisor remote") {
            return Failure::help(
                format!(
                    "{message}: this clone is partial and does not hold all files of the commit"
                ),
                format!("{REFETCH}; tg-schema.lock needs no fetch"),
            );
        }
        let help = match said {
            said if said.contains("not a git repository") => {
                "go to where the commit is, or name a folder, a lock file or a registry instead"
            }
            said if said.contains("outside working tree") => {
                "write git:REF:PATH, with PATH below the root of the repository"
            }
            said if said.contains("dubious ownership") => {
                "the repository is somebody else's: `git config --global --add safe.directory FOLDER` trusts it"
            }
            _ => "`git status` in this folder may tell more",
        };
        Failure::help(message, help)
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.names = None;
        // It may be in the middle of an answer that nobody reads.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A name that is no commit, and what may be the reason.
pub fn unknown(reference: &str) -> Failure {
    let shallow = git(&["rev-parse", "--is-shallow-repository"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .is_ok_and(|output| output.stdout.starts_with(b"true"));
    let message = format!("git has no commit, branch or tag `{reference}` here");
    if reference.contains("..") {
        return Failure::help(
            message,
            "name one commit: `git merge-base A B` prints where branches parted",
        );
    }
    match shallow {
        true => Failure::help(
            format!("{message}, and this clone is shallow"),
            "fetch what is compared with, such as `git fetch --depth 1 origin tag NAME`, or clone with the history \
             (`fetch-depth: 0`); tg-schema.lock needs neither",
        ),
        false => Failure::help(message, "`git fetch --tags` brings those of the remote"),
    }
}

fn git(arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.args(arguments)
        .env("LC_ALL", "C")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        // Objects that a partial clone has left out are not fetched.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none");
    git
}

fn confused(line: &str) -> Failure {
    Failure::new(format!("git: an answer that is not understood: {line}"))
}
