"""Names of topics."""


def topic(name, kind="persistent", tenant="tg", namespace="flow"):
    """The address of a topic: its kind, a tenant, a namespace, and the name in it."""
    return f"{kind}://{tenant}/{namespace}/{name}"
