"""Every way to come by the words of the client."""
