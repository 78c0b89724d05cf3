"""What travels with every piece of extracted data."""

from pulsar.schema import Record, Array, String

from .primitives import Triple


class Metadata(Record):
    """Says what a piece of data is and whose it is."""

    id = String()  # Identifier of the source.
    metadata = Array(Triple())  # Statements about the source.
    user = String()  # Owner of the data.
    collection = String()  # Collection that the data belongs to.
