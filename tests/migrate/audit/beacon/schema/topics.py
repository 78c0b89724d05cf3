"""Names of topics."""


def topic(queue, kind="persistent", tenant="beacon", namespace="flow"):
    return f"{kind}://{tenant}/{namespace}/{queue}"


reading_request_queue = topic("readings", kind="non-persistent", namespace="request")
reading_response_queue = "non-persistent://beacon/response/" + "readings"
