"""Records over several files, which need each other."""

from .orders import Order as PurchaseOrder
from .lines import *
from . import orders
