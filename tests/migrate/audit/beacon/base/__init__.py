from .client import PulsarClient
from .processor import Processor
