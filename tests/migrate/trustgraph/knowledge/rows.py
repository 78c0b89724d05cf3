"""Table rows extracted from text by a schema."""

from pulsar.schema import Record, Array, Map, String

from ..core.metadata import Metadata
from ..core.primitives import RowSchema


class Rows(Record):
    """Rows of one table, extracted from text."""

    # Where the data comes from and whose it is.
    metadata = Metadata()
    # Description of the table.
    row_schema = RowSchema()
    # One map of column to value for each row.
    rows = Array(Map(String()))
