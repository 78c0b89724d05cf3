import pulsar.schema as s


class ModuleAlias(s.Record):
    a = s.String(required=True)
    b = s.Array(s.Map(s.Long()))
