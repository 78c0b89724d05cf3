from .types import *
from .types.quantity import Quantity as Amount
