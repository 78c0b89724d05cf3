"""Records that are changed through values of which only running them tells what they are."""

import collections
import contextlib
import operator
import random
import threading
import weakref

from pulsar.schema import Long, Record, String


class Fetched(Record):
    v = String()


next(iter([Fetched])).__name__ = "Taken"


class Queued(Record):
    v = String()


collections.deque([Queued])[0]._avro_namespace = "queue"


class Added(Record):
    v = String()


operator.setitem(Added._fields, "w", Long())


class Got(Record):
    v = String()


operator.attrgetter("_fields")(Got)["w"] = Long()


class Entered(Record):
    v = String()


with contextlib.nullcontext(Entered) as entered:
    entered.__name__ = "Inside"


class Left(Record):
    v = String()


class Right(Record):
    v = String()


(Left if random.random() < 0.5 else Right).__name__ = "Chosen"


class Threaded(Record):
    v = String()


def move(record):
    record._avro_namespace = "thread"


thread = threading.Thread(target=move, args=(Threaded,))
thread.start()
thread.join()


class Weak(Record):
    v = String()


weakref.ref(Weak)().__name__ = "Strong"


class Field(Record):
    v = String()


vars(Field._fields["v"])["_required"] = True


class Renewed(Record):
    v = String()


Renewed._fields["v"].__init__(required=True)


class Yielded(Record):
    v = String()


def each():
    yield Yielded


for one in each():
    one.__name__ = "Generated"


class Sub(Record):
    v = String()


Sub.__mro__[0].__name__ = "First"
