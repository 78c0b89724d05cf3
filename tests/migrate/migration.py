"""One run of `tg-schema migrate`, what `gen` makes of it, and what the real client says of the same sources."""

import hashlib
import importlib
import json
import subprocess
import sys
from functools import cache, cached_property
from pathlib import Path

from peers import REPOSITORY, tool

HERE = Path(__file__).resolve().parent
VERDICTS = {"exact", "widened", "lossy", "manual"}


def run(*arguments, cwd=REPOSITORY, given=b"", **options):
    """The command's exit code and what it wrote."""
    return subprocess.run([tool(), *map(str, arguments)], cwd=cwd, input=given, capture_output=True, **options)


def client(script, *arguments, given=""):
    """What a script of this folder writes, which imports sources with the real client."""
    command = [sys.executable, "-W", "ignore", str(HERE / script), *map(str, arguments)]
    run = subprocess.run(command, input=given, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@cache
def registered(root, *paths):
    """What the client registers for the classes below a root; see `registering.py`."""
    return client("registering.py", root, *paths)


class Migration:
    """The definitions, the report and the generated files of one folder of sources."""

    def __init__(self, root, folder, *options):
        self.root, self.folder = Path(root).resolve(), Path(folder)
        self.out = self.folder / "definitions"
        self.folder.mkdir(exist_ok=True)
        made = run("migrate", self.root, "--out", self.out, "--format", "json", *options)
        self.exit, self.errors = made.returncode, made.stderr.decode()
        assert self.exit in (0, 1), self.errors
        self.report = json.loads(made.stdout)
        self.classes = {(self.file(c["file"]), c["line"], c["name"]): c for c in self.report["classes"]}
        assert len(self.classes) == len(self.report["classes"]), "a class that is there twice"

    def file(self, path):
        """A path of the report, relative to the root."""
        path = REPOSITORY / path
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()

    def find(self, entry):
        """The class of an entry of `registered`."""
        places = [(entry["file"], line) for line in (entry["line"], entry.get("first", entry["line"]))]
        named = [self.classes[(*place, entry["name"])] for place in places if (*place, entry["name"]) in self.classes]
        # Its name may be another one in the end.
        return next(iter(named + [c for (file, line, _), c in self.classes.items() if (file, line) in places]), None)

    def rows(self, file):
        """The rows of a file, as (line, row)."""
        found = []
        for row in self.report["rows"]:
            path, _, line = row["place"].rpartition(":")
            if self.file(path) == file:
                found.append((int(line), row))
        return found

    @cached_property
    def generated(self):
        """The folder with what `gen` writes for the definitions. The Python package is called as the folder."""
        self.package = "migrated_" + self.folder.name.replace("-", "_")
        (self.folder / "tg-schema.toml").write_text(
            f'inputs = ["definitions"]\nout = "generated"\n[python]\npackage = "{self.package}"\n'
        )
        made = run("gen", "--target", "pulsar,avro,python", cwd=self.folder)
        if made.returncode:  # the Avro target refuses what no reader of Avro takes
            made = run("gen", "--target", "pulsar,python", cwd=self.folder)
        assert made.returncode == 0, made.stderr.decode()
        return self.folder / "generated"

    @cached_property
    def rust(self):
        """The folder with the Rust text for the definitions."""
        made = run("gen", self.out, "--out", self.folder / "rust-types", "--target", "rust")
        assert made.returncode == 0, made.stderr.decode()
        return self.folder / "rust-types" / "rust"

    def pulsar(self, found):
        """The text for Pulsar of a class, as bytes; None: there is none."""
        path = self.generated.joinpath("pulsar", *found["module"].split("."), f"{found['name']}.json")
        return path.read_bytes() if path.exists() else None

    def type(self, found):
        """The generated Python class."""
        folder = str(self.generated / "python")
        if folder not in sys.path:
            sys.path.insert(0, folder)
        module = f"{self.package}.{found['module']}"
        path = self.generated.joinpath("python", *module.split("."))
        # A module with modules below it has its own types in one of them.
        module = importlib.import_module(f"{module}.definitions" if (path / "definitions.py").exists() else module)
        return getattr(module, found["name"], None) or getattr(module, found["name"] + "_")


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def differences(migration, entry):
    """What is wrong about a class that the client registers: nothing where the command says that it is open."""
    found = migration.find(entry)
    if found is None:
        # Made by a call and not by a statement: a row has to tell of it.
        if not entry["statement"] and manual_near(migration, entry):
            return "open"
        return "not in the report"
    if found["sha256"] is None:
        return "open" if found["reason"] else "neither text nor reason"
    if found["sha256"] != sha256(entry["text"]):
        ours = migration.pulsar(found)
        return f"another text: {ours and ours.decode()}\ninstead of: {entry['text']}"
    if migration.pulsar(found) != entry["text"].encode():
        return "the definitions give another text than the report says"
    if found["fields"] != len(entry["fields"]):
        return f"{found['fields']} fields instead of {len(entry['fields'])}"
    return None


def manual_near(migration, entry):
    rows = migration.rows(entry["file"])
    return any(row["verdict"] == "manual" and row["reason"] for line, row in rows if abs(line - entry["line"]) <= 1)


# A small source that is in order, to lie beside what is not.
GOOD = "from pulsar.schema import *\n\n\nclass Good(Record):\n    a = String()\n    b = Array(Long())\n"
# Nothing of these takes long; a run that hangs is stopped.
PATIENCE = 600


def write(folder, **files):
    """Writes sources into a folder; `__` in a name is a `/`."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def migrate(*arguments, codes=(0,), **options):
    """Runs the command, which never panics, hangs, or ends by a signal."""
    made = run("migrate", *arguments, timeout=PATIENCE, **options)
    made.text = made.stdout.decode() + made.stderr.decode()
    assert "panicked" not in made.text and "overflowed its stack" not in made.text, made.text[-2000:]
    assert made.returncode in codes, (made.returncode, made.text[-3000:])
    return made


def report(*arguments, codes=(0,), **options):
    """The report, as JSON."""
    return json.loads(migrate(*arguments, "--format", "json", codes=codes, **options).stdout)


def names(found):
    """The classes whose text is known."""
    return sorted(c["name"] for c in found["classes"] if c["sha256"])


def files(folder):
    """What is in a folder, with the time of the last change."""
    paths = [p for p in sorted(folder.rglob("*")) if p.is_file()]
    return {p.relative_to(folder).as_posix(): (p.stat().st_mtime_ns, p.read_bytes()) for p in paths}
