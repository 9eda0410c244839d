"""Check, journal, send and follow: a message from its text to the last desktop that got it."""
