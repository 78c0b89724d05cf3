from pulsar.schema import Record, Long, String
from ...currencies import Currency


class Money(Record):
    amount = Long()
    currency = Currency
    note = String(default="none")
