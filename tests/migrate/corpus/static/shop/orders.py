from pulsar.schema import Record, String, Array

from .common.types import Money
from . import common


class Order(Record):
    number = String(required=True)
    total = Money()
    paid = common.types.Money(required=True)


from .lines import Line  # noqa: E402


class FullOrder(Record):
    order = Order()
    lines = Array(Line())
