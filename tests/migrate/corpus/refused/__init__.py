"""Classes that the client refuses, each for one reason."""
