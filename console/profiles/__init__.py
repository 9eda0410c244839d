"""Named ways into the cloud, and where their secrets come from."""
