"""Tests of sending: the text, the targets, the request, and what became of it."""
