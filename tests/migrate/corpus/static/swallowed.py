"""Names that the client uses itself."""

from pulsar.schema import Array, Boolean, Integer, Long, Map, Record, String


class Swallowed(Record):
    default = String()
    required = Boolean()
    required_default = Integer()
    name = String()


class HoldsSwallowed(Record):
    """Works as long as nothing asks the sub-record for its methods."""

    array = Array(Swallowed())
    map = Map(Swallowed())


class Underscored(Record):
    _default = String()
    _required = Boolean()
    _required_default = Integer()
    _other = Long()


class Methods(Record):
    type = String()
    python_type = String()
    validate_type = String()


class HoldsMethods(Record):
    one = Methods()
    many = Array(Methods())


class Fields(Record):
    _fields = String()
    a = Integer()


class Sorts(Record):
    """A field by this name sorts the fields, since it counts as true."""

    z = String()
    _sorted_fields = Boolean()
    a = String()


class Mangled(Record):
    """Python renames names that begin with two underscores."""

    __secret = String()
    __dunder__ = String()
    ___three = String()
    _single = String()


class _Private(Record):
    __secret = String()


class Keywords(Record):
    type = String()
    match = String()
    case = String()
    cls = String()
    fn = String()
    id = String()
    print = String()
    __doc = String()
