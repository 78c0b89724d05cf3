"""What all other messages are made of."""

from .metadata import Metadata
from .primitives import Error, Value, Triple, Field, RowSchema
from .topic import topic
