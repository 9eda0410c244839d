"""The one-line commands: data on stdout, talk on stderr, exit codes as a contract."""
