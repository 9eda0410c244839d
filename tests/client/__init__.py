"""Tests of the client: signing, errors, retries, paging."""
