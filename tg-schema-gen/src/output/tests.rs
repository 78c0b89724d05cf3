use super::change::WORTH_A_THREAD;
use super::manifest::Entry;
use super::*;

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

const ALL: &[Target] = &Target::ALL;

/// A folder of its own, gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("tg-schema-output-{}-{n}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
    fn out(&self) -> PathBuf {
        self.0.join("out")
    }
    fn put(&self, path: &str, text: &str) {
        let place = self.out().join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    }
    fn get(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.out().join(path)).ok()
    }
    fn write(&self, files: &Files, targets: &[Target]) -> Result<Report, OutputError> {
        write(&self.out(), files, targets)
    }
    fn check(&self, files: &Files) -> Freshness {
        check(&self.out(), files, ALL).unwrap()
    }
    /// Every file with its content.
    fn all(&self) -> BTreeMap<String, Vec<u8>> {
        fn walk(at: &Path, base: &Path, out: &mut BTreeMap<String, Vec<u8>>) {
            for entry in fs::read_dir(at).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.is_symlink() {
                    walk(&path, base, out);
                } else {
                    let name = path.strip_prefix(base).unwrap().display().to_string();
                    out.insert(name, fs::read(&path).unwrap_or_default());
                }
            }
        }
        let mut out = BTreeMap::new();
        walk(&self.0, &self.0, &mut out);
        out
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn files(list: &[(&str, &str)]) -> Files {
    list.iter()
        .map(|(p, t)| ((*p).to_owned(), (*t).to_owned()))
        .collect()
}

#[test]
fn the_first_run_writes_and_the_second_does_nothing() {
    let folder = Folder::new();
    let set = files(&[
        ("rust/mod.rs", "a"),
        ("rust/x/y.rs", "b"),
        ("avro/m/R.avsc", "c\n"),
    ]);
    assert_eq!(folder.check(&set).missing.len(), 3);
    let report = folder.write(&set, ALL).unwrap();
    assert_eq!(
        report.written,
        ["avro/m/R.avsc", "rust/mod.rs", "rust/x/y.rs"]
    );
    assert!(folder.check(&set).is_fresh());
    assert_eq!(folder.check(&set).fresh, 3);

    let before = fs::metadata(folder.out().join(MANIFEST))
        .unwrap()
        .modified()
        .unwrap();
    let report = folder.write(&set, ALL).unwrap();
    assert_eq!(
        (report.written.len(), report.unchanged, report.removed.len()),
        (0, 3, 0)
    );
    assert_eq!(
        fs::metadata(folder.out().join(MANIFEST))
            .unwrap()
            .modified()
            .unwrap(),
        before
    );
}

#[test]
fn only_files_that_differ_are_written() {
    let folder = Folder::new();
    folder
        .write(&files(&[("rust/a.rs", "1"), ("rust/b.rs", "1")]), ALL)
        .unwrap();
    let next = files(&[("rust/a.rs", "1"), ("rust/b.rs", "2")]);
    assert_eq!(folder.check(&next).changed, ["rust/b.rs"]);
    let report = folder.write(&next, ALL).unwrap();
    assert_eq!(
        (report.written, report.unchanged),
        (vec!["rust/b.rs".to_owned()], 1)
    );
    assert_eq!(folder.get("rust/b.rs").as_deref(), Some("2"));
}

#[test]
fn stale_files_and_the_folders_they_leave_are_removed() {
    let folder = Folder::new();
    folder
        .write(
            &files(&[
                ("rust/mod.rs", "1"),
                ("avro/a/b/c/R.avsc", "2"),
                ("avro/a/S.avsc", "3"),
            ]),
            ALL,
        )
        .unwrap();
    folder.put("avro/a/b/notes.txt", "mine");
    let next = files(&[("rust/mod.rs", "1")]);
    assert_eq!(
        folder.check(&next).stale,
        ["avro/a/S.avsc", "avro/a/b/c/R.avsc"]
    );
    let report = folder.write(&next, ALL).unwrap();
    assert_eq!(report.removed, ["avro/a/S.avsc", "avro/a/b/c/R.avsc"]);
    assert!(!folder.out().join("avro/a/b/c").exists());
    assert_eq!(folder.get("avro/a/b/notes.txt").as_deref(), Some("mine"));
    assert!(folder.check(&next).is_fresh());
}

#[test]
fn a_stale_file_that_someone_changed_stays() {
    let folder = Folder::new();
    folder
        .write(&files(&[("rust/a.rs", "1"), ("rust/b.rs", "1")]), ALL)
        .unwrap();
    folder.put("rust/b.rs", "edited");
    let next = files(&[("rust/a.rs", "1")]);
    let report = folder.write(&next, ALL).unwrap();
    assert_eq!(
        (report.kept, report.removed.len()),
        (vec!["rust/b.rs".to_owned()], 0)
    );
    assert_eq!(folder.get("rust/b.rs").as_deref(), Some("edited"));
    assert!(folder.write(&next, ALL).unwrap().kept.is_empty());
    assert!(folder.check(&next).is_fresh());
}

#[test]
fn other_targets_are_left_alone() {
    let folder = Folder::new();
    folder
        .write(&files(&[("rust/a.rs", "1"), ("python/a.py", "1")]), ALL)
        .unwrap();
    let report = folder
        .write(&files(&[("rust/b.rs", "1")]), &[Target::Rust])
        .unwrap();
    assert_eq!(report.removed, ["rust/a.rs"]);
    assert_eq!(folder.get("python/a.py").as_deref(), Some("1"));
    let report = folder.write(&files(&[("rust/b.rs", "1")]), ALL).unwrap();
    assert_eq!(report.removed, ["python/a.py"]);
}

#[test]
fn foreign_files_are_all_listed_and_nothing_is_written() {
    let folder = Folder::new();
    folder.put("rust/a.rs", "mine");
    folder.put("rust/b.rs", "mine too");
    folder.put("rust/same.rs", "equal");
    let before = folder.all();
    let set = files(&[
        ("rust/a.rs", "1"),
        ("rust/b.rs", "1"),
        ("rust/same.rs", "equal"),
        ("avro/R.avsc", "1"),
    ]);
    let error = folder.write(&set, ALL).unwrap_err().to_string();
    assert!(
        error.contains("rust/a.rs was not written by tg-schema") && error.contains("rust/b.rs"),
        "{error}"
    );
    assert!(!error.contains("same.rs"), "{error}");
    assert_eq!(folder.all(), before);

    fs::remove_file(folder.out().join("rust/a.rs")).unwrap();
    fs::remove_file(folder.out().join("rust/b.rs")).unwrap();
    assert_eq!(folder.write(&set, ALL).unwrap().unchanged, 1);
}

#[test]
fn a_killed_run_is_healed() {
    let folder = Folder::new();
    let old = files(&[
        ("rust/a.rs", "old a"),
        ("rust/b.rs", "old b"),
        ("rust/c.rs", "old c"),
    ]);
    let new = files(&[
        ("rust/a.rs", "new a"),
        ("rust/b.rs", "new b"),
        ("rust/d.rs", "new d"),
        ("rust/e.rs", "new e"),
    ]);
    folder.write(&old, ALL).unwrap();
    // As after a kill between the second and the third file: `a` is new, `b` is cut, `d` is empty.
    let plan = Plan::of(&folder.out(), &new, ALL).unwrap();
    let changes = plan.write.iter();
    let changes = changes.map(|change| (change.path, change.entry));
    Manifest::replace(&folder.out(), &plan.old.announcing(changes)).unwrap();
    folder.put("rust/a.rs", "new a");
    folder.put("rust/b.rs", "ne");
    folder.put("rust/d.rs", "");
    assert!(!folder.check(&new).is_fresh());

    // Either way out works: on to the new state, or back to the old one.
    let saved = folder.all();
    let report = folder.write(&new, ALL).unwrap();
    assert_eq!(report.written, ["rust/b.rs", "rust/d.rs", "rust/e.rs"]);
    assert_eq!(report.removed, ["rust/c.rs"]);
    assert!(folder.check(&new).is_fresh());
    fs::remove_dir_all(folder.out()).unwrap();
    for (path, content) in saved {
        let place = folder.0.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, content).unwrap();
    }
    let report = folder.write(&old, ALL).unwrap();
    assert_eq!(
        (report.written.len(), report.removed.as_slice()),
        (2, &["rust/d.rs".to_owned()][..])
    );
    assert!(folder.check(&old).is_fresh());
    assert_eq!(folder.all().len(), 4);
}

#[test]
fn a_lost_or_merged_manifest_does_no_harm() {
    let folder = Folder::new();
    let set = files(&[("rust/a.rs", "1"), ("rust/b.rs", "2")]);
    folder.write(&set, ALL).unwrap();
    fs::remove_file(folder.out().join(MANIFEST)).unwrap();
    assert_eq!(folder.check(&set).missing, [MANIFEST]);
    assert_eq!(folder.write(&set, ALL).unwrap().unchanged, 2);
    let text = folder.get(MANIFEST).unwrap();
    folder.put(
        MANIFEST,
        &format!("{text}<<<<<<< one\n{text}=======\n>>>>>>> two\n"),
    );
    assert_eq!(folder.check(&set).changed, [MANIFEST]);
    assert_eq!(folder.write(&set, ALL).unwrap().unchanged, 2);
    assert_eq!(folder.get(MANIFEST).unwrap(), text);
    folder.put(MANIFEST, "tg-schema-manifest 999\n");
    assert!(matches!(
        folder.write(&set, ALL),
        Err(OutputError::NewerManifest(_))
    ));
}

#[test]
fn things_in_the_way_are_named() {
    let folder = Folder::new();
    folder.put("rust/a.rs/inner", "a folder where a file must be");
    folder.put("avro", "a file where a folder must be");
    let before = folder.all();
    let error = folder
        .write(
            &files(&[("rust/a.rs", "1"), ("avro/R.avsc", "1"), ("rust/n.rs", "")]),
            ALL,
        )
        .unwrap_err();
    let OutputError::InTheWay(list) = &error else {
        panic!("{error}")
    };
    assert_eq!(list.len(), 2);
    assert!(
        error.to_string().contains("avro is not a folder"),
        "{error}"
    );
    assert!(
        error.to_string().contains("rust/a.rs is not a file"),
        "{error}"
    );
    assert_eq!(folder.all(), before);

    let file = Folder::new();
    fs::write(file.out(), "the output folder is a file").unwrap();
    let error = file
        .write(&files(&[("rust/a.rs", "1")]), ALL)
        .unwrap_err()
        .to_string();
    assert!(error.contains("is not a folder"), "{error}");
    let error = write(
        &file.out().join("deeper"),
        &files(&[("rust/a.rs", "1")]),
        ALL,
    )
    .unwrap_err()
    .to_string();
    assert!(error.starts_with("cannot create the folder"), "{error}");
}

#[test]
fn paths_that_lead_out_are_refused() {
    let folder = Folder::new();
    for path in ["../x", "/x", "rust/../../x", "rust//x", "a\\b"] {
        let error = folder.write(&files(&[(path, "1")]), ALL).unwrap_err();
        assert!(matches!(error, OutputError::UnsafePath(_)), "{path}");
    }
    assert!(folder.all().is_empty());
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    fs::create_dir_all(folder.0.join("elsewhere")).unwrap();
    fs::write(folder.0.join("elsewhere/a.rs"), "theirs").unwrap();
    fs::create_dir_all(folder.out().join("avro")).unwrap();
    symlink("../elsewhere", folder.out().join("rust")).unwrap();
    symlink("../../elsewhere/a.rs", folder.out().join("avro/R.avsc")).unwrap();
    let error = folder
        .write(&files(&[("rust/a.rs", "1"), ("avro/R.avsc", "1")]), ALL)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("rust is a symbolic link")
            && error.contains("avro/R.avsc is a symbolic link"),
        "{error}"
    );
    assert_eq!(
        fs::read_to_string(folder.0.join("elsewhere/a.rs")).unwrap(),
        "theirs"
    );

    // A manifest that names a file behind a link does not get it removed.
    let hash = format!("{:032x}", Entry::of(b"theirs").hash.0);
    folder.put(
        MANIFEST,
        &format!("tg-schema-manifest 1\n{hash} 6 rust/a.rs\n"),
    );
    fs::remove_file(folder.out().join("avro/R.avsc")).unwrap();
    let report = folder.write(&files(&[("avro/R.avsc", "1")]), ALL).unwrap();
    assert_eq!((report.kept.len(), report.removed.len()), (1, 0));
    assert!(folder.0.join("elsewhere/a.rs").exists());

    // The output folder itself may be a link.
    symlink("out", folder.0.join("link")).unwrap();
    assert!(write(&folder.0.join("link"), &files(&[("avro/R.avsc", "1")]), ALL).is_ok());
}

#[test]
fn a_failure_in_the_middle_is_undone() {
    // Few files are written by one thread, many by two.
    for more in [0, 2 * WORTH_A_THREAD] {
        let folder = Folder::new();
        folder
            .write(&files(&[("rust/a.rs", "1"), ("rust/stale.rs", "1")]), ALL)
            .unwrap();
        let before = folder.all();
        // A name that is legal here and too long for any file system: it fails when it is written.
        let long = format!("rust/z/{}", "x".repeat(300));
        let mut next = files(&[("rust/a.rs", "2"), ("rust/n/new.rs", "2"), (&long, "2")]);
        next.extend((0..more).map(|n| (format!("rust/n/{n}.rs"), "2".to_owned())));
        let error = folder.write(&next, ALL).unwrap_err();
        let OutputError::Io { restored, .. } = &error else {
            panic!("{error}")
        };
        assert!(restored, "{error}");
        assert_eq!(folder.all(), before);
        assert!(!folder.out().join("rust/n").exists() && !folder.out().join("rust/z").exists());
    }
}

#[test]
fn outputs_among_the_inputs_are_refused() {
    let folder = Folder::new();
    let inputs = [folder.0.join("schemas"), folder.0.join("single.toml")];
    fs::create_dir_all(&inputs[0]).unwrap();
    for dir in ["schemas", "schemas/generated/deep", "schemas/../schemas/x"] {
        let error = outside(&folder.0.join(dir), &inputs)
            .unwrap_err()
            .to_string();
        assert!(error.contains("lies inside the input folder"), "{error}");
    }
    fs::create_dir_all(folder.0.join("one")).unwrap();
    fs::write(folder.0.join("one/a.toml"), "").unwrap();
    let file = [folder.0.join("one/a.toml")];
    for dir in ["one", "one/../one"] {
        let error = outside(&folder.0.join(dir), &file).unwrap_err();
        assert!(matches!(error, OutputError::BesideInput { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains("is the folder of the input"), "{text}");
    }
    assert!(outside(&folder.0.join("one/generated"), &file).is_ok());
    for dir in ["generated", "schemas2", "not/there/yet"] {
        assert!(outside(&folder.0.join(dir), &inputs).is_ok(), "{dir}");
    }
}
