from .base import *


class HandedOn(Record):
    a = String()
    b = Text()
