"""What runs inside the measured processes; the environment says which cloud to ask.

A program that measures itself writes its report as JSON on its last line.
"""
