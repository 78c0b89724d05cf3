from pulsar import schema


class Quantity(schema.Record):
    value = schema.Double()
    unit = schema.String()
