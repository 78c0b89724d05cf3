"""What `defaults.py` takes its defaults from."""

PREFIX = "tg"
LIMIT = 1 << 4
NAMES = ["a", "b"]
TABLE = {"k": 1, "l": 2}
SEPARATOR: str = "/"


class Limits:
    LOW = -5
    HIGH = 10 * 60
    RATIO = 0.25
