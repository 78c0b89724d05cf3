from pulsar.schema import Record, Integer

import shop.orders  # which imports this module in turn
from shop.common import types as t, Amount


class Line(Record):
    price = t.Money()
    amount = Amount()


class Position(Record):
    number = Integer()
