def declare():
    from pulsar.schema import Record, String as Text

    class InFunction(Record):
        a = Text()

    return InFunction


InFunction = declare()
