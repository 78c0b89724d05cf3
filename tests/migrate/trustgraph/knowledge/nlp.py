"""What language analysis finds in text."""

from pulsar.schema import Record, Boolean, String


class Definition(Record):
    """A term and its definition, found in text."""

    name = String()  # The term.
    definition = String()  # What it means.


# A topic found in text.
class Topic(Record):
    name = String()  # The topic.
    definition = String()  # What it means.


class Relationship(Record):
    """A relationship found in text."""

    # Subject.
    s = String()
    # Predicate.
    p = String()
    # Object.
    o = String()
    # Whether the object is an entity.
    o_entity = Boolean()


class Fact(Record):
    """A fact found in text."""

    s = String()  # Subject.
    p = String()  # Predicate.
    o = String()  # Object.
