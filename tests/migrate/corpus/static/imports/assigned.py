import pulsar.schema

Message = pulsar.schema.Record
Text = pulsar.schema.String
schema = pulsar.schema
Number = schema.Long


class Assigned(Message):
    a = Text()
    b = Number(required=True)
    c = schema.Array(Text())
