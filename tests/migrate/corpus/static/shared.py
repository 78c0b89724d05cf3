"""Field objects that several classes share."""

from pulsar.schema import Array, Integer, Map, Record, String


class In(Record):
    x = Integer()


identifier = String(required=True)
inner = In(required=True)
names = Array(String(), required_default=True)


class First(Record):
    id = identifier
    inner = inner
    names = names


class Second(Record):
    key = identifier
    other = identifier
    inner = inner
    same = inner


class Aliases(Record):
    x = String()
    y = x
    z = Array(x)
    m = Map(y)


class OfClass(Record):
    taken = Aliases.x
    mapped = Array(Aliases.y)
    kept = First.inner
