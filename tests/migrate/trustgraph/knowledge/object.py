"""Objects extracted from text by a schema."""

from pulsar.schema import Record, Array, Double, Map, String

from ..core.metadata import Metadata


# Objects of one schema, extracted from text.
class ExtractedObject(Record):
    metadata = Metadata()  # Where the data comes from and whose it is.
    schema_name = String()  # Name of the schema.
    values = Array(Map(String()))  # One map of field to value for each object.
    confidence = Double()  # How certain the finding is.
    source_span = String()  # Text that the objects were found in.
