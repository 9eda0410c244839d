"""Rows written to a file or a stream: JSON, NDJSON, CSV, each safe in its own way."""
