"""The tests, laid out as the rooms of `console` are."""
