"""Records that are changed after they are made, in ways that cannot be followed."""

import functools
import os

from pulsar.schema import Long, Record, String


class Named(Record):
    v = String()


Named.__name__ = "N" + os.environ.get("NO_SUCH_VARIABLE", "amed")


class Written(Record):
    v = String()


Written._fields = {"w": Long()}


class Merged(Record):
    v = String()


Merged._fields |= {"w": Long()}


class Tried(Record):
    v = String()


try:
    Tried._fields["w"] = Long()
    raise OSError
except OSError:
    Tried._fields["x"] = Long()


class Executed(Record):
    v = String()


exec("Executed._fields['w'] = Long()")


class Reduced(Record):
    v = String()


functools.reduce(lambda _, c: c._fields.update(w=Long()), [Reduced], None)
