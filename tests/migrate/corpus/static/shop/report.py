from pulsar.schema import Record, Array, Map

import shop
import shop.common.types.quantity as quantity
from shop import PurchaseOrder, Line, Position as Place


class Report(Record):
    first = PurchaseOrder()
    lines = Map(Line())
    places = Array(Place())
    second = shop.PurchaseOrder(required=True)
    third = shop.orders.FullOrder()
    amount = quantity.Quantity()
