"""`git:REF[:PATH]` with a real git: odd names, odd trees, clones that lack something."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess

import pytest
from command import check, commit, compared, git, record, records, refused, rules, schema, widened, write

OLD = record('a = "int"')
NEW = record('a = "long"')


@pytest.fixture(name="repository")
def fixture_repository(tmp_path: pathlib.Path) -> pathlib.Path:
    """A repository with the tag v1, in which the definition then changes."""
    folder = tmp_path / "repository"
    write(folder, schemas__m=OLD, schemas__deep__n=record('b = "int"', name="B"))
    commit(folder, "v1")
    write(folder, schemas__m=NEW)
    return folder


def state(folder: pathlib.Path) -> str:
    """What a run must not touch."""
    return str([(p, p.stat().st_mtime_ns) for p in sorted(folder.rglob("*")) if p.is_file()])


def test_commits_tags_and_branches(repository: pathlib.Path) -> None:
    """Every way of naming a commit that git has; the work tree stays as it is."""
    git(repository, "branch", "side/branch")
    git(repository, "tag", "-a", "annotated", "-m", "x")
    commit_id = git(repository, "rev-parse", "HEAD")
    before = state(repository)
    for name in ("v1", "side/branch", "annotated", "HEAD", commit_id, commit_id[:10], "HEAD^{/x}", "refs/tags/v1", "@"):
        report = compared(repository, "--against", f"git:{name}")
        assert report["against"] == [f"git:{name}"]
        assert sorted(records(report)) == ["A", "B"]
        assert widened(report) == ["A"], name
    assert state(repository) == before


def test_options_of_the_generator_are_those_of_the_commit(repository: pathlib.Path) -> None:
    """Types that are non_exhaustive from now on were not before, whatever the configuration says today."""
    config = repository / "tg-schema.toml"
    config.write_text('inputs = ["schemas"]\n[rust]\nnon_exhaustive = false\n')
    (repository / "schemas" / "m.toml").write_text(OLD)
    commit(repository, "v2")
    config.write_text('inputs = ["schemas"]\n[rust]\nnon_exhaustive = true\n')
    report = compared(repository, "--against", "git:v2")
    assert (report["matrix"]["rust"], set(rules(report))) == ("soft", {"RUST_NON_EXHAUSTIVE"}), report["records"]
    (repository / "schemas" / "m.toml").write_text(record('a = "int"', 'b = "int?"'))
    report = compared(repository, "--against", "git:v2", "--only", "A")
    assert (report["matrix"]["rust"], rules(report)) == ("soft", ["FIELD_ADDED", "RUST_NON_EXHAUSTIVE"]), report["records"]
    commit(repository, "v3")
    (repository / "schemas" / "m.toml").write_text(record('a = "int"', 'b = "int?"', 'c = "int?"'))
    report = compared(repository, "--against", "git:v3", "--only", "A")
    assert (report["matrix"]["rust"], rules(report)) == ("ok", ["FIELD_ADDED"]), report["records"]
    # Two versions of one text are not one version to code.
    for tag, option in (("v4", "false"), ("v5", "true"), ("v6", "false")):
        config.write_text(f'inputs = ["schemas"]\n[rust]\nnon_exhaustive = {option}\n')
        commit(repository, tag)
    config.write_text('inputs = ["schemas"]\n[rust]\nnon_exhaustive = true\n')
    for tags, grades, against in (
        (("v5",), ["ok"], []),
        (("v5", "v6"), ["ok", "soft"], ["git:v6"]),
        (("v4", "v5"), ["soft", "ok"], ["git:v4"]),
        (("v4", "v6"), ["soft"], ["git:v4", "git:v6"]),
    ):
        named = [word for tag in tags for word in ("--against", f"git:{tag}")]
        one = records(compared(repository, *named, "--only", "A"))["A"]
        assert [version["matrix"]["rust"] for version in one["versions"]] == grades, (tags, one)
        assert [finding["against"] for finding in one["findings"]] == ([against] if against else []), (tags, one)
    # What was no configuration, or none that is understood, is as today.
    report = compared(repository, "--against", "git:v1", "--only", "A")
    assert (report["matrix"]["rust"], rules(report)) == ("ok", ["FIELD_ADDED"]), report["records"]


def test_both_may_be_commits(repository: pathlib.Path) -> None:
    """NEW too."""
    commit(repository, "v2")
    report = compared(repository, "git:v2:schemas", "--against", "git:v1:schemas")
    assert (report["new"], report["against"]) == ("git:v2:schemas", ["git:v1:schemas"])
    assert widened(report) == ["A"]
    finding = records(report)["A"]["findings"][0]
    assert finding["span"]["file"] == "git:v2:schemas/m.toml"
    assert rules(compared(repository, "git:v2", "--against", "git:v2")) == []


def test_paths(repository: pathlib.Path) -> None:
    """Below the root, or below the current folder; a file or a folder."""
    for path in ("schemas", "schemas/", "./schemas", "schemas/m.toml"):
        report = compared(repository, "schemas/m.toml", "--against", f"git:v1:{path}", "--only", "A")
        assert widened(report) == ["A"], path
    for path in (".", "./", "", "schemas/..", "./schemas/.."):
        report = compared(repository, ".", "--against", f"git:v1:{path}")
        assert (sorted(records(report)), widened(report)) == (["A", "B"], ["A"]), path
    for path in (".", "./", "..//schemas/", "../schemas"):
        report = compared(repository / "schemas", ".", "--against", f"git:v1:{path}")
        assert widened(report) == ["A"], path
    for path in ("..", "../", "./.."):
        report = compared(repository / "schemas", path, "--against", "git:v1", "--against", f"git:v1:{path}")
        assert widened(report) == ["A"], path
    deep = repository / "schemas" / "deep"
    for path in ("schemas/m.toml", "./../m.toml", "../m.toml"):
        report = compared(deep, "../m.toml", "--against", f"git:v1:{path}")
        assert widened(report) == ["A"], path
    assert "there is no `m.toml` at git:v1" in refused(deep, "../m.toml", "--against", "git:v1:m.toml")
    assert "PATH" in refused(repository, "--against", "git:v1:a\nb")


def test_a_folder_that_was_renamed_is_found(repository: pathlib.Path) -> None:
    """What held definitions then is told."""
    (repository / "schemas").rename(repository / "renamed")
    said = refused(repository, "renamed", "--against", "git:v1")
    assert "there is no `./renamed` at git:v1" in said
    assert "definitions were there then: git:v1:schemas" in said


def test_the_default_is_what_is_checked(repository: pathlib.Path) -> None:
    """From anywhere: what NEW names, else the configured inputs, which need not all be there."""
    deep = repository / "schemas" / "deep"
    assert list(records(compared(deep, "../m.toml", "--against", "git:v1"))) == ["A"]
    absolute = str(repository / "schemas" / "m.toml")
    assert list(records(compared(deep, absolute, "--against", "git:v1"))) == ["A"]
    write(repository, more__x=record('c = "int"', name="C"))
    (repository / "tg-schema.toml").write_text('inputs = ["schemas", "more"]\n[check]\nagainst = "git:v1"\n')
    for folder in (repository, deep, repository / "more"):
        assert sorted(records(compared(folder))) == ["A", "B", "C"], folder
    (repository / "tg-schema.toml").write_text('inputs = ["more"]\n')
    assert "there is no `./more` at git:v1" in refused(repository, "--against", "git:v1")


@pytest.mark.parametrize(
    "name",
    ["nope", "-x", "--help", "--upload-pack=touch x", "a..b", "v1..HEAD", "@{u}", "HEAD@{99999}", "v1 nope", "*", "~", "^", "é"]
    + ["x blob 5", "0" * 40, "HEAD^9", ":/nothing like it", ":0", "v1^{blob}"],
)
def test_names_of_nothing(repository: pathlib.Path, name: str) -> None:
    """A name is never an option, and what it is not is told."""
    before = state(repository)
    error = refused(repository, "schemas", "--against", f"git:{name}")
    assert "git" in error and "panicked" not in error, error
    assert state(repository) == before
    assert not (repository / "x").exists()


@pytest.mark.parametrize("name", ["a\nb", "v1\n", "\nv1", "v\x01", "v1\r"])
def test_names_that_are_no_line(repository: pathlib.Path, name: str) -> None:
    """They would be two questions."""
    assert "line break or another control character" in refused(repository, "schemas", "--against", f"git:{name}")


def test_refs_that_look_like_options(repository: pathlib.Path) -> None:
    """Git has them where somebody makes them by hand."""
    for name in ("-x", "--help", "a b"):
        (repository / ".git" / "refs" / "heads" / name).write_text(git(repository, "rev-parse", "v1") + "\n")
    for name in ("-x", "--help"):
        report = compared(repository, "--against", f"git:{name}")
        assert widened(report) == ["A"], name


def test_shallow_clones(repository: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """What is not there is told, with the reason."""
    commit(repository, "v2")
    subprocess.run(["git", "clone", "-q", "--depth", "1", "--no-tags", repository.as_uri(), "shallow"], cwd=tmp_path, check=True)
    shallow = tmp_path / "shallow"
    error = refused(shallow, "--against", "git:v1")
    assert "this clone is shallow" in error and "--depth 1" in error and "tg-schema.lock" in error
    assert "shallow" in refused(shallow, "--against", "git:HEAD~1")
    assert rules(compared(shallow, "--against", "git:HEAD")) == []
    git(shallow, "fetch", "-q", "--depth", "1", "origin", "tag", "v1")
    assert widened(compared(shallow, "--against", "git:v1")) == ["A"]


def test_partial_clones_are_not_filled(repository: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """Nothing is fetched, whatever the repository's configuration would run for that."""
    git(repository, "config", "uploadpack.allowFilter", "true")
    clone = ["git", "clone", "-q", "--no-checkout", "--filter=blob:none", repository.as_uri(), "partial"]
    subprocess.run(clone, cwd=tmp_path, check=True)
    partial = tmp_path / "partial"
    git(partial, "config", "remote.origin.uploadpack", f"touch {tmp_path}/ran; git-upload-pack")
    write(partial, schemas__m=NEW)
    error = refused(partial, "--against", "git:origin/main")
    assert "this clone is partial" in error
    assert not (tmp_path / "ran").exists()
    git(partial, "config", "--unset", "remote.origin.uploadpack")
    helped = re.search("`git (fetch .*) REMOTE BRANCH`", error)
    assert helped, error
    git(partial, *helped[1].split(" "), "-q", "origin", "main")
    assert widened(compared(partial, "--against", "git:origin/main")) == ["A"]


def test_a_project_in_a_folder(tmp_path: pathlib.Path) -> None:
    """What stands in the earlier text only has the path that it has in the repository, as what stands in both."""
    gone = record('x = "int"', name="Gone")
    for place, names in [(".", "schemas/m.toml"), ("services/chat", "services/chat/schemas/m.toml")]:
        repository = tmp_path / place.replace("/", "-").replace(".", "top")
        folder = repository / place
        folder.mkdir(parents=True)
        write(folder, schemas__m=record('a = "int"\nb = "string?"') + gone)
        (folder / "tg-schema.toml").touch()
        commit(repository, "v1")
        write(folder, schemas__m=record('a = "int"'))
        entries = json.loads(check(folder, "--against", "git:v1", "--format", "gitlab").out)
        assert {entry["location"]["path"] for entry in entries} == {names}
        found = re.findall('"uri": *"([^"]*)"', check(folder, "--against", "git:v1", "--format", "sarif").out)
        assert set(found) == {names}
        told = re.search("git:v1:([^: ]*):", check(folder, "--against", "git:v1").out)
        assert told and git(folder, "show", f"v1:{told[1]}").startswith("[record.A"), told
    deep = tmp_path / "services-chat" / "services" / "chat" / "deep"
    deep.mkdir()
    run = check(deep, "../schemas", "--against", "git:v1", "--format", "gitlab")
    assert {entry["location"]["path"] for entry in json.loads(run.out)} == {names}


def test_bare_repositories(repository: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """There is no work tree to be relative to."""
    commit(repository, "v2")
    subprocess.run(["git", "clone", "-q", "--bare", repository.as_uri(), "bare.git"], cwd=tmp_path, check=True)
    bare = tmp_path / "bare.git"
    report = compared(bare, "git:v2", "--against", "git:v1")
    assert widened(report) == ["A"]
    assert "outside" in refused(bare, "git:v2:./schemas", "--against", "git:v1")


def test_work_trees_and_git_dir(repository: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """A second work tree, and a repository that is named by the environment."""
    commit(repository, "v2")
    git(repository, "worktree", "add", "-q", str(tmp_path / "second"), "v2")
    assert widened(compared(tmp_path / "second", "--against", "git:v1")) == ["A"]
    elsewhere = {"GIT_DIR": str(repository / ".git"), "GIT_WORK_TREE": str(repository)}
    assert widened(compared(repository / "schemas", "../schemas", "--against", "git:v1", **elsewhere)) == ["A"]


def test_no_repository_and_no_git(tmp_path: pathlib.Path) -> None:
    """Both are told."""
    write(tmp_path, schemas__m=OLD)
    outside = {"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    assert "not a git repository" in refused(tmp_path, "--against", "git:v1", **outside)
    assert "cannot run git" in refused(tmp_path, "--against", "git:v1", PATH=str(tmp_path))


def test_spaces_and_other_letters(tmp_path: pathlib.Path) -> None:
    """In the folder of the repository and in the paths inside."""
    folder = tmp_path / "a répo [x]"
    for name in ("schémas/Größe und mehr.toml", 'schémas/"quoted"/tab\there.toml'):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(record('a = "int"', name=f"R{len(name)}"))
    # A module has the name of its file: what no language takes is told, from git as from the disk.
    commit(folder, "v1")
    on_disk = refused(folder, "schémas", "--against", "schémas")
    from_git = refused(folder, "git:v1:schémas", "--against", "git:v1:schémas")
    assert "git:v1:schémas/" in from_git and on_disk.count("\nerror") == from_git.count("\nerror")
    for path in folder.rglob("*.toml"):
        path.rename(path.with_suffix(".txt"))
    (folder / "schémas" / "Größe und mehr.avsc").write_text(schema("A", ("a", "int")))
    commit(folder, "v2")
    report = compared(folder, "schémas", "--against", "git:v2", "--against", "git:v2:schémas/Größe und mehr.avsc")
    assert list(records(report)) == ["A"] and rules(report) == []


def test_links_are_followed_inside(tmp_path: pathlib.Path) -> None:
    """As on the disk: to files, to folders, around in circles; not out of the repository."""
    write(tmp_path, real__m=OLD, real__sub__n=record('b = "int"', name="B"))
    (tmp_path / "schemas").mkdir()
    os.symlink("../real/m.toml", tmp_path / "schemas" / "linked.toml")
    os.symlink("../real/sub", tmp_path / "schemas" / "folder")
    os.symlink("..", tmp_path / "real" / "sub" / "up")
    os.symlink("real", tmp_path / "whole")
    commit(tmp_path, "v1")
    for path, names in (("schemas", ["A", "B"]), ("real", ["A", "B"]), ("whole", ["A", "B"]), ("schemas/linked.toml", ["A"])):
        report = compared(tmp_path, path, "--against", f"git:v1:{path}")
        assert sorted(records(report)) == names and rules(report) == [], path
    for target in ("/etc/passwd", "../../outside.toml", "nothing.toml", "self.toml"):
        link = tmp_path / "schemas" / "self.toml"
        link.unlink(missing_ok=True)
        os.symlink(target, link)
        commit(tmp_path)
        error = refused(tmp_path, "real", "--against", "git:HEAD:schemas")
        assert "schemas/self.toml` at git:HEAD is a link" in error, error


def test_submodules_are_told(tmp_path: pathlib.Path) -> None:
    """What is in them is in another repository."""
    inner = tmp_path / "inner"
    write(inner, x=record('c = "int"', name="C"))
    commit(inner)
    outer = tmp_path / "outer"
    write(outer, schemas__m=OLD)
    commit(outer)
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", inner.as_uri(), "schemas/sub")
    commit(outer, "v1")
    run = check(outer, "--against", "git:v1")
    assert run.code in (0, 1) and "git:v1:schemas/sub is a submodule and left out" in run.err, run


def test_generated_folders_are_passed_over(tmp_path: pathlib.Path) -> None:
    """As on the disk, by what marks them."""
    write(tmp_path, schemas__m=OLD, schemas__cache__x="[record")
    (tmp_path / "schemas" / "cache" / "CACHEDIR.TAG").write_text("")
    (tmp_path / "schemas" / ".hidden.toml").write_text("[record")
    (tmp_path / "schemas" / "other.json").write_text('{"name": "package"}')
    commit(tmp_path, "v1")
    assert list(records(compared(tmp_path, "--against", "git:v1"))) == ["A"]


def test_rust_modules(tmp_path: pathlib.Path) -> None:
    """`mod x;` is followed in the commit, not on the disk."""
    source = tmp_path / "src"
    (source / "inner").mkdir(parents=True)
    (source / "lib.rs").write_text("mod inner;\n#[tg_schema::tg_schema]\npub struct A { pub a: i32, pub b: crate::inner::B }\n")
    (source / "inner" / "mod.rs").write_text("#[tg_schema::tg_schema]\npub struct B { pub b: i32 }\n")
    commit(tmp_path, "v1")
    for path in ("src", "src/lib.rs"):
        (source / "inner" / "mod.rs").write_text("#[tg_schema::tg_schema]\npub struct B { pub b: i64 }\n")
        report = compared(tmp_path, path, "--against", "git:v1")
        assert sorted(records(report)) == ["A", "B"], report
        assert widened(report) == ["A", "B"], path


def test_other_kinds_in_a_commit(tmp_path: pathlib.Path) -> None:
    """Avro schemas, Python and snapshots."""
    python = "from pulsar.schema import *\nfrom .base import Base\nclass A(Base):\n    a = Integer()\n"
    (tmp_path / "py").mkdir()
    (tmp_path / "py" / "__init__.py").write_text("")
    (tmp_path / "py" / "base.py").write_text("from pulsar.schema import *\nclass Base(Record):\n    z = String()\n")
    (tmp_path / "py" / "a.py").write_text(python)
    (tmp_path / "avro").mkdir()
    (tmp_path / "avro" / "a.avsc").write_text(schema("A", ("a", "int")))
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "a.json").write_text(schema("A", ("a", "int")))
    commit(tmp_path, "v1")
    for path in ("py", "avro", "kept", "avro/a.avsc"):
        report = compared(tmp_path, path, "--against", f"git:v1:{path}")
        assert "A" in records(report) and rules(report) == [], (path, report)
    assert "base" in refused(tmp_path, "avro", "--against", "git:v1:py/a.py")


def test_trees_that_unfold(tmp_path: pathlib.Path) -> None:
    """A few objects that stand for a thousand million files, and a folder a thousand levels deep."""
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path, schemas__m=OLD)

    def tree(lines: str) -> str:
        done = subprocess.run(["git", "mktree"], cwd=tmp_path, input=lines, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    blob = git(tmp_path, "hash-object", "-w", "schemas/m.toml")
    bomb = tree(f"100644 blob {blob}\tm.txt\n")
    for _ in range(9):
        bomb = tree("".join(f"040000 tree {bomb}\td{i}\n" for i in range(10)))
    git(tmp_path, "tag", "bomb", git(tmp_path, "commit-tree", bomb, "-m", "x"))
    error = refused(tmp_path, "schemas", "--against", "git:bomb:")
    assert "more than 1000000 files and folders" in error
    many = tree("".join(f"100644 blob {blob}\tm{i}.toml\n" for i in range(1000)))
    for _ in range(3):
        many = tree("".join(f"040000 tree {many}\td{i}\n" for i in range(10)))
    git(tmp_path, "tag", "many", git(tmp_path, "commit-tree", many, "-m", "x"))
    assert "more than 100000 files in git" in refused(tmp_path, "schemas", "--against", "git:many:")
    deep = tree(f"100644 blob {blob}\tm.toml\n")
    for _ in range(1000):
        deep = tree(f"040000 tree {deep}\td\n")
    git(tmp_path, "tag", "deep", git(tmp_path, "commit-tree", deep, "-m", "x"))
    assert "more than 64 nested folders" in refused(tmp_path, "schemas", "--against", "git:deep:")


def test_large_files_in_a_commit(tmp_path: pathlib.Path) -> None:
    """They are refused by their size, before they are read."""
    write(tmp_path, schemas__m=OLD, large__m="#" * (17 << 20))
    commit(tmp_path, "v1")
    assert "`large/m.toml` has 17825792 bytes" in refused(tmp_path, "schemas", "--against", "git:v1:large")
    assert "at most 16777216 are read" in refused(tmp_path, "schemas", "--against", "git:v1:large/m.toml")


def test_objects_that_are_gone_or_damaged(tmp_path: pathlib.Path) -> None:
    """The file is named, and what to do."""
    write(tmp_path, schemas__m=OLD)
    commit(tmp_path, "v1")
    blob = git(tmp_path, "rev-parse", "v1:schemas/m.toml")
    stored = tmp_path / ".git" / "objects" / blob[:2] / blob[2:]
    stored.unlink()
    gone = refused(tmp_path, "schemas", "--against", "git:v1")
    stored.write_bytes(b"no object")
    damaged = refused(tmp_path, "schemas", "--against", "git:v1")
    for error in (gone, damaged):
        assert "schemas/m.toml`: the object " + blob in error, error
        assert "git fsck" in error, error


def test_outside_of_a_repository(tmp_path: pathlib.Path) -> None:
    """What else there is to compare with."""
    write(tmp_path, schemas__m=OLD)
    error = refused(tmp_path, "schemas", "--against", "git:v1")
    assert "not a git repository" in error and "a lock file" in error, error


def test_ranges_are_no_commits(repository: pathlib.Path) -> None:
    """What other commands take for a range is told to be none."""
    for name in ("main..v1", "main...v1"):
        told = refused(repository, "schemas", "--against", f"git:{name}")
        assert "no commit, branch or tag" in told and "git merge-base A B" in told


def test_outside_of_the_work_tree(repository: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """With the repository named by the environment, Git knows no relative paths elsewhere."""
    there = {"GIT_DIR": str(repository / ".git"), "GIT_WORK_TREE": str(repository)}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    told = refused(elsewhere, str(repository / "schemas"), "--against", "git:v1", **there)
    assert "write git:REF:PATH" in told
    report = compared(elsewhere, str(repository / "schemas"), "--against", "git:v1:schemas", **there)
    assert records(report)


def test_long_names_are_refused(tmp_path: pathlib.Path) -> None:
    """Before Git is asked, which takes none so long."""
    write(tmp_path, schemas__m=OLD)
    commit(tmp_path, "v1")
    for name in ("git:" + "a" * 100_000, "git:v1:" + "a" * 100_000):
        error = refused(tmp_path, "schemas", "--against", name)
        assert "100000 bytes; at most 4096 are read" in error, error[-300:]
