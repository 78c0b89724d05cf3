from pulsar.schema import Record, String


class Windows(Record):
    """Lines that end
    as on Windows."""

    a = String()  # with a comment
    b = String(default="""one
two""", required_default=True)
