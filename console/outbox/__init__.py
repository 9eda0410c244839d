"""The outbox: drafts, and the journal of what was sent.

A send is in the journal before a byte of it leaves, so whatever happens to the program, the journal
tells afterwards what was accepted, what was rejected, and of what nobody knows the outcome.
"""
