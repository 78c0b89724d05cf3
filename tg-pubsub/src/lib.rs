//! Typed publish and subscribe over any broker that configuration names.
