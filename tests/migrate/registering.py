"""Imports Python sources with the real client, and says what it registers for each Record class in them.

    python registering.py [--sorted-fields] [--repeat-definitions] ROOT [PATH...]

Writes a JSON list to standard output, one entry for each class that is made while the modules below the root are
imported, in the order of their making: `file` (relative to the root), `line` (of the `class` keyword or of the call that
made it) and `first` (of the first decorator), `name`, `statement` (made by a `class` statement), `fields`,
and either `text` (to register) and `unset` (an instance to which nothing was given, as its JSON message, where the
client can make one), or `error`. A class whose body the client refuses is an entry too, and the import goes on without it. The paths are where
modules outside of the root are found. The options make the client do what its older versions did.
"""

import ast
import builtins
import importlib
import json
import sys
from pathlib import Path

from pulsar.schema import JsonSchema, Record
from pulsar.schema import definition

Meta = definition.RecordMeta
build_class, new = builtins.__build_class__, Meta.__new__
sys.setrecursionlimit(20_000)


def as_before(option):
    """Has the client write what an older version of it wrote."""
    if option == "--sorted-fields":
        Record._sorted_fields = True
        return
    for kind in (Record, definition.CustomEnum):
        method = kind.__dict__["schema_info"]
        whole = method.__func__ if isinstance(method, classmethod) else method

        def repeated(self, _, whole=whole):
            return whole(self, set())

        kind.schema_info = classmethod(repeated) if isinstance(method, classmethod) else repeated


class Made:
    """The classes made so far, with their places."""

    def __init__(self, root):
        self.root = root
        self.entries = []

    def place(self, frame):
        path = Path(frame.f_code.co_filename)
        if not path.is_relative_to(self.root):
            return None
        return {"file": path.relative_to(self.root).as_posix(), "line": frame.f_lineno}

    def by_statement(self, function, name, *bases, **options):
        """What a `class` statement calls."""
        place = self.place(sys._getframe(1))
        if place is None:
            return build_class(function, name, *bases, **options)
        entry = {**place, "name": name, "statement": True}
        try:
            made = build_class(function, name, *bases, **options)
        except Exception as error:
            if not any(isinstance(base, Meta) for base in bases):
                raise
            self.entries.append({**entry, "error": f"{type(error).__name__}: {error}"})
            return build_class(lambda: None, name)
        if isinstance(made, Meta):
            # A metaclass of the sources' own has called the client's.
            self.entries = [e for e in self.entries if e.get("class") is not made]
            self.entries.append({**entry, "class": made})
        return made

    def by_call(self, metaclass, name, bases, names, **options):
        """What a call of the metaclass comes to."""
        made = new(metaclass, name, bases, names, **options)
        frame = sys._getframe(1)
        if frame.f_code is not Made.by_statement.__code__ and (place := self.place(frame)):
            self.entries.append({**place, "name": name, "statement": False, "class": made})
        return made


def describe(entry):
    """The entry with what the client registers for its class."""
    record = entry.pop("class", None)
    if record is None:
        return entry
    try:
        entry["fields"] = list(record._fields)
        text = JsonSchema(record).schema_info().schema()
    except Exception as error:
        return {**entry, "error": f"{type(error).__name__}: {error}"}
    entry["text"] = text
    try:
        unset = JsonSchema(record).encode(record()).decode()
        json.loads(unset, parse_constant=not_json)
        entry["unset"] = unset
    except Exception:
        pass
    return entry


def not_json(word):
    raise ValueError(word)


def first_lines(path):
    """The line of the first decorator of each class, by the line of its `class`."""
    tree = ast.parse(path.read_bytes())
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return {c.lineno: min([c.lineno, *(d.lineno for d in c.decorator_list)]) for c in classes}


def modules(root):
    """The names by which the modules below a root are imported. A folder `src` is a root for what is in it."""
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if "src" in parts:
            parts = parts[parts.index("src") + 1 :]
        yield ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def imported(root, *paths):
    """The entries of all classes, with the classes themselves as `class`."""
    root = Path(root).resolve()
    made = Made(root)
    builtins.__build_class__ = made.by_statement
    Meta.__new__ = staticmethod(made.by_call)
    # A root that is a package itself is imported by its own name.
    package = [root.name] if (root / "__init__.py").exists() else []
    sys.path[:0] = [str(root.parent if package else root), *map(str, sorted(root.rglob("src"))), *paths]
    for name in modules(root):
        importlib.import_module(".".join(package if name == "__init__" else [*package, name]))
    builtins.__build_class__, Meta.__new__ = build_class, staticmethod(new)
    return list(placed(root, made.entries))


def placed(root, entries):
    """The entries, with the line of `class` where a statement begins with decorators."""
    lines = {}
    for entry in entries:
        file = entry["file"]
        if file not in lines:
            lines[file] = first_lines(root / file)
        begins = {first: line for line, first in lines[file].items()}
        line = begins.get(entry["line"], entry["line"])
        yield {**entry, "line": line, "first": lines[file].get(line, line)}


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    for argument in sys.argv[1:]:
        if argument.startswith("--"):
            as_before(argument)
    found = imported(*(argument for argument in sys.argv[1:] if not argument.startswith("--")))
    json.dump([describe(entry) for entry in found], sys.stdout)
