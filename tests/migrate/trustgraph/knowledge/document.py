"""Documents on their way in: raw, as text, in chunks."""

from pulsar.schema import Record, Bytes

from ..core.metadata import Metadata


class Document(Record):
    """A document as it was loaded."""

    # Where the data comes from and whose it is.
    metadata = Metadata()
    # Content of the document.
    data = Bytes()


class TextDocument(Record):
    """A document whose text has been taken out."""

    metadata = Metadata()  # Where the data comes from and whose it is.
    text = Bytes()  # Text of the document.


# A part of a text document.
class Chunk(Record):
    metadata = Metadata()  # Where the data comes from and whose it is.
    chunk = Bytes()  # Text of the chunk.
