import pulsar as p


class ClientAlias(p.schema.Record):
    a = p.schema.Array(p.schema.String())
