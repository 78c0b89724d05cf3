//! Publish and subscribe inside one process, without a server.
