import pulsar


class Dotted(pulsar.schema.Record):
    a = pulsar.schema.String()
