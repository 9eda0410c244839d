"""Reusable controls: each draws one thing and says what was done to it."""
