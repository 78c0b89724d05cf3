"""Makes what the holder holds."""

from ..base.connect import wrapped
from ..base.subscriber import Holder, start


def hold():
    start(Holder(wrapped()))
