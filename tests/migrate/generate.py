"""Writes Python modules with random Records: legal ones, which a careful reader resolves without running them.

    python generate.py FOLDER [SEED]

The same seed writes the same modules. Every kind of field occurs with every combination of `default`, `required` and
`required_default`, given by name and by place; the rest (nesting, imports, scopes, names, namespaces, comments) is drawn.
"""

import itertools
import random
import sys
from pathlib import Path

WORDS = ["Null", "Boolean", "Integer", "Long", "Float", "Double", "Bytes", "String", "CustomEnum", "Array", "Map", "Record"]
CLASSES = ["Item", "Order", "Event", "Envelope", "Error", "Result", "State", "Chunk", "Note", "Query", "Reply", "Point"]
ENUMS = ["Kind", "Color", "Level", "Mode"]
FIELDS = [
    "id", "name", "type", "value", "time", "data", "items", "labels", "error", "count", "total", "note", "in_", "from_", "cls",
    "x", "y", "z", "_hidden", "camelCase", "CAPITALS", "with_1", "größe", "format", "object", "match", "ref", "async_", "fn", "box",
]
SIMPLE = ["Boolean", "Integer", "Long", "Float", "Double", "Bytes", "String"]
TEXTS = ['""', '"x"', "'it\\'s'", '"a" "b"', '"Grüße ☃"', '"tab\\t\\"quoted\\""', 'r"raw\\n"', '"""long\ntext"""', 'f"{PREFIX}/x"', 'PREFIX + "-y"']
COMMENTS = ["What it says.", "In seconds; zero for none.", "Grüße, ☃.", 'With "quotes" and \\ back.', "TODO: think # again", "= = ="]


class Style:
    """One way to come by the words of the client."""

    def __init__(self, dice):
        way = dice.randrange(7)
        if way == 0:
            self.lines, self.prefix = ["from pulsar.schema import " + ", ".join(WORDS)], ""
        elif way == 1:
            self.lines, self.prefix = ["from pulsar.schema import *"], ""
        elif way == 2:
            self.lines, self.prefix = ["import pulsar.schema as s"], "s."
        elif way == 3:
            self.lines, self.prefix = ["import pulsar"], "pulsar.schema."
        elif way == 4:
            self.lines, self.prefix = ["from pulsar import schema"], "schema."
        elif way == 5:
            self.lines, self.prefix = ["from pulsar.schema import (", *(f"    {w} as P{w}," for w in WORDS), ")"], "P"
        else:
            self.lines, self.prefix = ["try:", "    from pulsar.schema import *", "except ImportError:", "    raise"], ""

    def word(self, word):
        return self.prefix + word


class Named:
    """A Record or an enum that can be referred to: where it is, and what it is called there."""

    def __init__(self, module, name, members=None):
        self.module, self.name, self.members = module, name, members


class Module:
    """One file in the making."""

    def __init__(self, dice, path, earlier):
        self.dice, self.path, self.style = dice, path, Style(dice)
        self.records, self.enums = [], []
        self.imports, self.names = [], {}
        self.lines = []
        self.take(earlier)

    def take(self, earlier):
        """Imports some of what earlier modules have."""
        for number, other in enumerate(self.dice.sample(earlier, min(len(earlier), 2))):
            path = ".".join(other.path)
            up = "." * (len(self.path) - 1)
            relative = up + ".".join(other.path[1:])
            way = self.dice.randrange(5)
            for named in other.records[-3:] + other.enums[-1:]:
                alias = f"{named.name}{number}"
                if way == 0:
                    self.imports.append(f"from {relative} import {named.name} as {alias}")
                elif way == 1:
                    self.imports.append(f"from {path} import {named.name} as {alias}")
                elif way == 2:
                    self.imports.append(f"import {path}")
                    alias = f"{path}.{named.name}"
                elif way == 3:
                    self.imports.append(f"import {path} as m{number}")
                    alias = f"m{number}.{named.name}"
                else:
                    parent = up + ".".join(other.path[1:-1])
                    self.imports.append(f"from {parent} import {other.path[-1]} as n{number}")
                    alias = f"n{number}.{named.name}"
                (self.records if named.members is None else self.enums).append(Named(self, alias, named.members))
        self.imports = list(dict.fromkeys(self.imports))

    def write(self, folder):
        """Declares enums and Records, and writes the file."""
        own = [n for n in self.dice.sample(CLASSES, self.dice.randrange(6, 12))]
        for name in self.dice.sample(ENUMS, self.dice.randrange(1, 4)):
            self.enum(name)
        for name in own:
            self.placed(name)
        head = ["import enum", *self.style.lines, *self.imports, "", 'PREFIX = "tg"', "LIMIT = 1 << 4", "YES = True", "", ""]
        file = folder.joinpath(*self.path).with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        for parent in [file.parent, *file.parent.parents]:
            if parent == folder:
                break
            (parent / "__init__.py").touch()
        # What the module exports is its own.
        file.write_text("\n".join(head + self.lines) + "\n", encoding="utf-8")
        self.records = [r for r in self.records if r.name in own and r.module is self]
        self.enums = [e for e in self.enums if "." not in e.name and e.name in ENUMS]

    def enum(self, name):
        dice = self.dice
        base = dice.choice(["enum.Enum", "enum.Enum", "enum.IntEnum", "str, enum.Enum"])
        symbols = dice.sample(["RED", "GREEN", "blue", "A", "B", "Other", "X1"], dice.randrange(1, 5))
        values = {"enum.IntEnum": [1, 2, 5, 7], "str, enum.Enum": ['"r"', '"g"', '"Blau"', '"A"']}.get(base, [1, '"two"', 3, "1.5"])
        self.lines.append(f"class {name}({base}):")
        self.lines += [f"    {symbol} = {value}" for symbol, value in zip(symbols, values)]
        if dice.random() < 0.3:
            self.lines.append(f"    ALIAS = {values[0]}")
        self.lines += ["", ""]
        self.enums.append(Named(self, name, list(zip(symbols, values))))

    def placed(self, name):
        """Declares a Record somewhere in the module."""
        place = self.dice.randrange(12)
        if place == 0:
            self.lines += [f"def make_{name.lower()}():"]
            self.record(name, "    ")
            self.lines += [f"    return {name}", "", "", f"{name} = make_{name.lower()}()", "", ""]
        elif place == 1:
            self.lines += [f"class In{name}:"]
            self.record(name, "    ")
            self.lines += [""]
            name = f"In{name}.{name}"
        elif place == 2:
            self.lines += ["if YES:"]
            self.record(name, "    ")
        else:
            self.record(name, "")
        self.records.append(Named(self, name))

    def record(self, name, indent):
        dice = self.dice
        if dice.random() < 0.2:
            self.lines.append(f"{indent}# {dice.choice(COMMENTS)}")
        self.lines.append(f"{indent}class {name}({self.style.word('Record')}):")
        inside = indent + "    "
        if dice.random() < 0.4:
            self.lines += [f'{inside}"""{dice.choice(COMMENTS[:3])}"""', ""]
        if dice.random() < 0.15:
            self.lines.append(f'{inside}_avro_namespace = {dice.choice([chr(34) + "a.b" + chr(34), "PREFIX"])}')
        if dice.random() < 0.15:
            self.lines.append(f"{inside}_sorted_fields = {dice.choice(['True', 'False', 'YES'])}")
        for field in dice.sample(FIELDS, dice.randrange(1, 8)):
            self.field(field, inside, *self.options())
        self.lines += ["", ""]

    def options(self):
        return tuple(self.dice.random() < chance for chance in (0.4, 0.3, 0.4))

    def combinations(self, name):
        """A Record with every combination of the options for every kind of field."""
        self.lines.append(f"class {name}({self.style.word('Record')}):")
        kinds = [*SIMPLE, "enum", "Record", "Array", "Map", "Null"]
        for number, (kind, *options) in enumerate(itertools.product(kinds, *[[False, True]] * 3)):
            self.field(f"{kind.lower()}_{number}", "    ", *options, kind=kind)
        self.lines += ["", ""]
        self.records.append(Named(self, name))

    def field(self, name, indent, default, required, required_default, kind=None):
        dice = self.dice
        kind = kind or dice.choice([*SIMPLE, *SIMPLE, "enum", "Record", "Array", "Map", "Array", "Map"])
        if kind == "enum" and not self.enums or kind == "Record" and not self.records:
            kind = "String"
        if kind == "enum" and not (default or required or required_default) and dice.random() < 0.5:
            return self.lines.append(f"{indent}{name} = {dice.choice(self.enums).name}")
        if kind == "Record" and not (default or required or required_default) and dice.random() < 0.3:
            return self.lines.append(f"{indent}{name} = {dice.choice(self.records).name}")
        word, first, value = self.parts(kind)
        # The client cannot write these two as text.
        if kind in ("Bytes", "Record") and required_default or kind == "Null":
            default = False
        arguments = self.arguments(kind, first, value if default else None, required, required_default)
        line = f"{indent}{name} = {word}({', '.join(arguments)})"
        if dice.random() < 0.1:
            self.lines.append(f"{indent}# {dice.choice(COMMENTS)}")
        if dice.random() < 0.2:
            line += f"  # {dice.choice(COMMENTS)}"
        elif dice.random() < 0.05:
            line = f"{indent}{name} = {word}(\n{indent}    " + f",  # {dice.choice(COMMENTS)}\n{indent}    ".join(arguments) + f"\n{indent})"
        self.lines.append(line)
        return None

    def arguments(self, kind, first, value, required, required_default):
        """The arguments of a field, by place or by name."""
        dice = self.dice
        by_place = [("default", value or "None"), ("required", str(required)), ("required_default", str(required_default))]
        if kind == "Record":  # which has them the other way round
            by_place[1:] = reversed(by_place[1:])
        if dice.random() < 0.2:
            return first + [v for _, v in by_place][: 3 if required or required_default else 1 if value else 0]
        named = []
        if value:
            named.append(f"default={value}")
        if required or dice.random() < 0.05:
            named.append(f"required={dice.choice(['YES', '1']) if required and dice.random() < 0.2 else required}")
        if required_default:
            named.append("required_default=True")
        dice.shuffle(named)
        return first + named

    def parts(self, kind):
        """The word to call, its first arguments, and a default."""
        dice = self.dice
        if kind == "enum":
            enum = dice.choice(self.enums)
            symbol, value = dice.choice(enum.members)
            given = [f"{enum.name}.{symbol}", f'"{symbol}"', *([str(value)] if isinstance(value, int) else [])]
            return self.style.word("CustomEnum"), [enum.name], dice.choice(given)
        if kind == "Record":
            name = dice.choice(self.records).name
            return name, [], f"{name}()"
        if kind in ("Array", "Map"):
            inside, value = self.inside(0)
            listed = [value] if value else []
            shown = f"[{', '.join(listed * dice.randrange(3))}]"
            if kind == "Map":
                keys = ['"k"', '"l"', '"é"'][: len(listed) * dice.randrange(3)]
                shown = "{" + ", ".join(f"{k}: {value}" for k in keys) + "}"
            return self.style.word(kind), [inside], shown
        return self.style.word(kind), [], self.value(kind)

    def inside(self, depth):
        """What is in an array or a map, and a value of it where the client can write one."""
        dice = self.dice
        kind = dice.choice([*SIMPLE, *SIMPLE, "Record", "Record", "enum", *(["Array", "Map"] if depth < 3 else [])])
        if kind == "Record" and self.records:
            return f"{dice.choice(self.records).name}()", None
        if kind == "enum" and self.enums:
            return f"{self.style.word('CustomEnum')}({dice.choice(self.enums).name})", None
        if kind in ("Array", "Map"):
            inside, value = self.inside(depth + 1)
            shown = f"[{value or ''}]" if kind == "Array" else "{" + (f'"m": {value}' if value else "") + "}"
            return f"{self.style.word(kind)}({inside})", shown
        kind = kind if kind in SIMPLE else "String"
        return f"{self.style.word(kind)}()", None if kind == "Bytes" else self.value(kind)

    def value(self, kind):
        dice = self.dice
        return {
            "Null": lambda: None,
            "Boolean": lambda: dice.choice(["True", "False", "YES"]),
            "Integer": lambda: dice.choice(["0", "-5", "1_000", "0x7f", "LIMIT", "LIMIT * 2 + 1", str(2**31 - 1), "-2**31"]),
            "Long": lambda: dice.choice(["0", "1 << 40", "-(2**63)", str(2**63 - 1), "60 * 60"]),
            "Float": lambda: dice.choice(["0.5", "-0.25", "3", "1e10", "0.0"]),
            "Double": lambda: dice.choice(["0.1", "1e-7", "2.0", "1e16", "123456789.125", "7", "-0.0", "5e-324"]),
            "Bytes": lambda: dice.choice(['b"ab"', '"text"', "b''"]),
            "String": lambda: dice.choice(TEXTS),
        }[kind]()


def write(folder, seed, count=48):
    """Writes `count` modules into a folder."""
    dice = random.Random(seed)
    modules = []
    for number in range(count):
        name = f"m{number:02}"
        path = dice.choice([[name], ["pkg", name], ["pkg", name], ["pkg", "deep", name], ["other", name]])
        path = path if len(path) > 1 else ["pkg", *path]
        module = Module(dice, path, [m for m in modules if m.path[0] == path[0]])
        if number % 6 == 5:
            module.enum("Choice")
            module.record("Part", "")
            module.records.append(Named(module, "Part"))
            module.combinations("Combinations")
        module.write(folder)
        modules.append(module)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
