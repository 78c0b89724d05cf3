import enum


class Currency(enum.Enum):
    EUR = "eur"
    USD = "usd"
