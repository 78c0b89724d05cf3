from pulsar.schema import Record

import shop.orders
import shop.orders as o


class Parent(Record):
    order = shop.orders.Order()
    full = o.FullOrder()
    line = o.Line()
