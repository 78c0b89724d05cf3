from pulsar import schema, schema as ps


class FromClient(schema.Record):
    a = schema.String()
    b = ps.Boolean()
