"""Records made by functions, from tables of fields and around other Records."""
from __future__ import annotations

from pulsar.schema import Array, Double, Integer, Map, Record, String

FIELDS = {"str": String, "int": Integer, "float": Double}


def make_record(name, **fields):
    """`name` with the fields of `fields`."""
    body = {key: FIELDS[kind]() for key, kind in fields.items()}
    return type(name, (Record,), body)


Point = make_record("Point", x="float", y="float")
Label = make_record("Label", text="str", size="int")


class Shape(Record):
    points = Array(Point())
    label = Label()
    style = Map(String())


def paged(item):
    class Page(Record):
        items = Array(item())
        next = String()
    Page.__name__ = f"{item.__name__}Page"
    return Page


PointPage = paged(Point)


def optional(**fields):
    def wrap(cls):
        for name, field in fields.items():
            cls._fields[name] = field
        return cls
    return wrap


@optional(note=String())
class Noted(Record):
    text = String()


for _name in ("Alpha", "Beta"):
    globals()[_name] = make_record(_name, value="int")
