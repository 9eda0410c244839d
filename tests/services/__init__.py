"""Tests of the services: queries, records, and what the official SDK says of them."""
