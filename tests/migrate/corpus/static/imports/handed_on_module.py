from . import base
from .base import Record as Base


class HandedOnModule(Base):
    a = base.Text()
    b = base.Map(base.Text())
