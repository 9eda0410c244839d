"""Where the secrets of a profile are kept: one module for each kind of place."""
