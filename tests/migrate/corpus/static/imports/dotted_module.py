import pulsar.schema


class DottedModule(pulsar.schema.Record):
    a = pulsar.schema.Bytes()
