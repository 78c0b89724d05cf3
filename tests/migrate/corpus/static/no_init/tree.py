from pulsar.schema import Array, Record

from .deeper.leaf import Leaf
from no_init.deeper import leaf


class Tree(Record):
    leaves = Array(Leaf())
    first = leaf.Leaf(required=True)
