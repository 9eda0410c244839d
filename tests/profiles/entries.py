"""Entries of each way to authenticate, as the file of profiles has them."""

from datetime import UTC, datetime

KEY = {"auth": "access-key", "store": "keyring", "access_key": "AK"}
TEMPORARY = {"auth": "temporary-key", "store": "keyring", "access_key": "AK"}
TOKEN = {"auth": "token", "store": "keyring"}
PASSWORD = {"auth": "password", "store": "keyring", "user_name": "u", "domain_name": "d"}
TOTP = {**PASSWORD, "totp": True, "user_id": "0123"}
ROLE = {"agency_name": "a", "domain_name": "d"}
NOW = datetime(2030, 1, 1, tzinfo=UTC)
