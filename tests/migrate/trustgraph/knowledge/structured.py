"""Structured data that was handed in from outside."""

from pulsar.schema import Record, Bytes, Map, String

from ..core.metadata import Metadata


class StructuredDataSubmission(Record):
    """Structured data handed in for import."""

    metadata = Metadata()  # Where the data comes from and whose it is.
    format = String()  # Format of the data.
    schema_name = String()  # Name of the schema.
    data = Bytes()  # The data, in that format.
    options = Map(String())  # Options by name.
