"""Messages of a knowledge graph system, as Records of the Python client."""

from .core import *
from .knowledge import *
from .services import *
