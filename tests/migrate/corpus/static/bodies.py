"""Statements in the body of a class."""

import enum

from pulsar.schema import (
    Array,
    Boolean,
    Double,
    Integer,
    Long,
    Map,
    Record,
    String,
)


class In(Record):
    x = Integer()


class Bare(Record):
    a = In
    b = In()


class Annotated(Record):
    a: String = String()
    b: int
    c: "In" = In()
    d: int = 5


class NotFields(Record):
    """Only the last one is a field."""

    a = String
    b = int()
    c = 5
    d: int
    e = [String()]
    f = {"k": String()}
    g = None
    h = lambda self: String()
    i = (String(),)
    j = "text"
    k = String().type()
    last = String()

    def method(self):
        hidden = String()
        return hidden

    @property
    def prop(self):
        return String()

    @staticmethod
    def static():
        return 1


class Several(Record):
    a = b = String()
    c, d = Integer(), Long()
    (e, f) = [Boolean(), Double()]
    g, (h, i) = String(), (Integer(), Long())


class Starred(Record):
    first, *rest = Integer(), String(), Long()
    *others, last = String(), Boolean()


class Walrus(Record):
    a = Array((b := String(required=True)))
    (c := Integer())


class Deleted(Record):
    a = String()
    b = Integer()
    c = Long()
    del a
    d = Boolean()
    del b, c
    b = String()


class Reassigned(Record):
    """A name keeps its first place and has its last value."""

    a = String()
    b = Integer()
    a = Long(required=True)
    c = String()
    c = None
    d = 5
    e = String()
    d = Double()


class Layout \
        (Record):
    a = String(); b = Integer(
    )
    # c = String()
    c = Array(  # what is in it
        String(),
    )
    d = \
        Long()

    e = (
        Map(Array(
            Boolean()))
    )


class Conditions(Record):
    if True:
        a = String()
    else:
        b = String()
    if False:
        c = Integer()
    elif True:
        d = Integer()
    try:
        e = Long()
    except ValueError:
        f = Long()


class Unicode(Record):
    """Python writes names in their composed form."""

    año = String()
    año_zerlegt = String()
    ﬁ = Integer()
    名前 = String()


class Imports(Record):
    import enum as module
    from constants import LIMIT

    a = Integer(default=LIMIT, required_default=True)


class OfAnotherModule(Record):
    """A class that is imported into the body is a field."""

    from inherit import Base
    from enums import Number as number

    a = String()


class Kind(enum.Enum):
    A = 1


class EnumInBody(Record):
    kind = Kind
    default_kind = kind
    other = kind


class Docstring(Record):
    ("Not a docstring's usual form.")
    a = String()
    """A text after a field."""
    b = String()
    ...
    pass


class Semicolons(Record): a = String(); b = a; c = Array(a)
