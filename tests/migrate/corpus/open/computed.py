"""Fields that only come out when Python runs."""

import functools
import os
import sys

from pulsar.schema import *

OPTIONS = {"required": True}
PARTIAL = functools.partial(String, required=True)
KINDS = {"text": String, "number": Integer}
lazily = lambda: Long()  # noqa: E731


def text(**options):
    return String(**options)


def optional(kind, *arguments):
    field = kind(*arguments)
    field._required = False
    return field


class In(Record):
    x = Integer()


class Helper(Record):
    a = text()
    b = text(required=True)


class Partial(Record):
    a = PARTIAL()


class Lambda(Record):
    a = lazily()


class Table(Record):
    a = KINDS["text"]()
    b = getattr(sys.modules["pulsar.schema"], "Double")()


class Spread(Record):
    a = String(**OPTIONS)
    b = String(*[None, True])
    c = String(**{"required": True, "required_default": True})


class Loop(Record):
    for _name in ("a", "b"):
        locals()[_name] = String()


class LoopOverFields(Record):
    for field in (String(), Integer()):
        pass


class Locals(Record):
    vars()["a"] = String()
    locals().update(b=Integer())


class Executed(Record):
    exec("a = String()")


class Ternary(Record):
    a = String() if os.environ.get("NO_SUCH_VARIABLE") else Long()
    b = String() if sys.version_info >= (3,) else Long()


class Shortened(Record):
    a = None or String()
    b = True and Long()


class Environment(Record):
    a = String(default=os.environ.get("NO_SUCH_VARIABLE", "x"), required_default=True)


class Required(Record):
    a = String(required=bool(os.environ.get("NO_SUCH_VARIABLE")))


class Space(Record):
    _avro_namespace = os.environ.get("NO_SUCH_VARIABLE", "computed.space")
    a = String()


class SortedByCall(Record):
    _sorted_fields = bool(1)
    z = String()
    a = String()


class Calls(Record):
    joined = String(default=", ".join(["a", "b"]), required_default=True)
    lower = String(default="ABC".lower(), required_default=True)
    repeated = String(default="ab" * 3, required_default=True)
    length = Integer(default=len("abc"), required_default=True)
    number = Integer(default=int("5"), required_default=True)
    text = String(default=str(5), required_default=True)
    percent = String(default="%s-%d" % ("a", 1), required_default=True)
    formatted = String(default="{}-{b}".format("a", b=1), required_default=True)
    specified = String(default=f"{7:03d}{'a'!r:>5}{1.5}", required_default=True)
    debugged = String(default=f"{1 + 1=}", required_default=True)
    indexed = String(default="abc"[1], required_default=True)
    sliced = String(default="abcdef"[1:-1:2], required_default=True)
    comprehended = Array(Integer(), default=[i * i for i in range(4)], required_default=True)
    keyed = Map(Integer(), default={k: 1 for k in "ab"}, required_default=True)
    unpacked = Array(String(), default=[*"ab", "c"], required_default=True)
    merged = Map(Integer(), default={**{"a": 1}, "b": 2}, required_default=True)
    united = Map(Integer(), default={"a": 1} | {"b": 2}, required_default=True)
    made = Map(Integer(), default=dict(a=1), required_default=True)
    listed = Array(String(), default=list("ab"), required_default=True)
    split = Array(String(), default="a b".split(), required_default=True)
    compared = Boolean(default=1 < 2, required_default=True)
    chained = Boolean(default=1 < 3 < 2, required_default=True)
    membership = Boolean(default="a" in "abc", required_default=True)
    rounded = Double(default=round(2.567, 1), required_default=True)
    matrix = Array(Array(Integer()), default=[[0] * 2] * 2, required_default=True)


class Identifier(String):
    """A kind of field of one's own."""


class Strict(String):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, required=True, **options)


class Decimal(String):
    def type(self):
        return "bytes"


class Complex(Record):
    class Time(Long):
        pass

    time = Time()
    other = Time(required=True)


class OwnKinds(Record):
    a = Identifier()
    b = Strict()
    c = Decimal()
    d = Array(Decimal())


class Mutated(Record):
    a = String()
    a._required = True
    b = optional(String, None, True)


class MutatedLater(Record):
    a = String()


MutatedLater.a._required = True
MutatedLater._fields["a"]._default = "x"


class FromFields(Record):
    a = In._fields["x"]


class Copied(Record):
    locals().update(In._fields)


class Conditions(Record):
    if os.environ.get("NO_SUCH_VARIABLE"):
        a = String()
    else:
        b = Integer()
    if sys.platform == "win32":
        c = String()


class Tried(Record):
    try:
        a = Undefined()  # noqa: F821
    except NameError:
        a = Long()


class Shared(Record):
    _required = String()
    _default = Long()
    _required_default = Boolean()
    a = String()


class HoldsShared(Record):
    """The record's own fields of these names hide what its instances are told."""

    a = Shared(required=True)
    b = Shared(required_default=True)


if os.environ.get("NO_SUCH_VARIABLE"):
    class Branch(Record):
        a = String()
else:
    class Branch(Record):
        a = Long()
        b = String()

try:
    from nowhere import Elsewhere
except ImportError:
    class Elsewhere(Record):
        a = String()


class HoldsBranch(Record):
    branch = Branch()
    elsewhere = Elsewhere()
