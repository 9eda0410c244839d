"""The emulated services: one module each, found by being in this folder.

A module defines `OPERATIONS`, and `facts(cloud)` where a client must know something to call it.
"""
