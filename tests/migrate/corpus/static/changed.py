"""Records that are changed after they are made, in ways that can be followed."""

from pulsar.schema import Long, Record, String


class Named(Record):
    v = String()


Named.__name__ = "Renamed"


class Suffixed(Record):
    v = String()


Suffixed.__name__ += String.__name__


class Spaced(Record):
    v = String()


type.__setattr__(Spaced, "_avro_namespace", "changed")


class Seen(Record):
    v = String()


vars(Seen)["_fields"]["w"] = Long()
Seen.__dict__.get("_fields").update(x=Long())


class Mapped(Record):
    v = String()


list(map(lambda c: c._fields.__setitem__("w", Long()), [Mapped]))


class Global(Record):
    v = String()


globals()["Global"]._sorted_fields = True
exec("NOTHING = 5")
eval("Global._fields")
