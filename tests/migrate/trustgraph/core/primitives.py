"""Errors, graph values, triples and table descriptions that other messages are made of."""

from pulsar.schema import Record, Array, Boolean, Integer, String


# Why a request failed.
class Error(Record):
    type = String()  # Kind of error.
    message = String()  # Text for a person.


class Value(Record):
    """One end of a triple: a URI or a literal."""

    # URI or text.
    value = String()
    # Whether the value is a URI.
    is_uri = Boolean()
    # Datatype of a literal.
    type = String()


class Triple(Record):
    """A statement in the knowledge graph: subject, predicate, object."""

    s = Value()  # Subject.
    p = Value()  # Predicate.
    o = Value()  # Object.


# A column of a table description.
class Field(Record):
    name = String()  # Name of the column.
    type = String()  # Type of the column.
    size = Integer()  # Size of the column.
    primary = Boolean()  # Whether it belongs to the primary key.
    description = String()  # Description for a person.
    required = Boolean()  # Whether every row has it.
    enum_values = Array(String())  # Values that are allowed, where they are listed.
    indexed = Boolean()  # Whether it is indexed.


class RowSchema(Record):
    """Describes the rows of a table."""

    # Name of the table.
    name = String()
    # Description for a person.
    description = String()
    # Columns.
    fields = Array(Field())
