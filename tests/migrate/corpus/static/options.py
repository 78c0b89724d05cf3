"""`_avro_namespace`, `_sorted_fields`, and what only looks like them."""

from pulsar.schema import Array, Integer, Map, Record, String

SPACE = "org" + ".example"


class In(Record):
    x = Integer()


class Spaced(Record):
    _avro_namespace = "a.b"
    z = String()
    a = Integer()
    n = In()


class SpacedByConstant(Record):
    _avro_namespace = SPACE
    spaced = Spaced()
    again = Array(Spaced())


class SpaceInherited(Spaced):
    own = String()


class SpaceTakenBack(Spaced):
    _avro_namespace = None
    own = String()


class Typo(Record):
    _avro_namespace_ = "a.b"
    _namespace = "a.b"
    _sorted_field = True
    z = String()
    a = String()


class SpaceAsField(Record):
    """A field by that name is a field, and the value is gone."""

    avro_namespace = String()
    sorted_fields = String()


class Sorted(Record):
    _sorted_fields = True
    z = String()
    C = String()
    b = In()
    a = Spaced()
    Ä = String()
    é = String()
    _u = In()


class SortedInherited(Sorted):
    y = String()
    x = String()


class SortedBack(Sorted):
    _sorted_fields = False
    y = String()
    x = Sorted()


class SortedByNumber(Record):
    _sorted_fields = 1
    y = String()
    x = String()


class NotSorted(Record):
    _sorted_fields = 0
    y = String()
    x = SortedByNumber()


class Mixin:
    _avro_namespace = "mixed.in"
    _sorted_fields = True
    lost = String()


class Mixed(Mixin, Record):
    z = String()
    a = String()


class MixedLast(Record, Mixin):
    """Record's own None comes first."""

    z = String()
    a = String()


class Leak(Record):
    first = In()
    second = Spaced()


class LeakBack(Record):
    first = Spaced()
    second = In()


class SameSpace(Record):
    _avro_namespace = "a.b"
    first = Spaced()
    second = Map(Spaced())
