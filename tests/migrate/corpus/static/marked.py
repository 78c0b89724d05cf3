from pulsar.schema import Record, String


class Marked(Record):
	a = String()
	b = String(default="☃", required_default=True)

class AfterFormFeed(Record):
    a = String()
