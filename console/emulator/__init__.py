"""A cloud on loopback that answers as the public documents say, for demonstrations and tests.

It shares no code with the rest of the console: it reads the documents for itself, so that a
misreading on either side shows as a disagreement between the two.
"""
