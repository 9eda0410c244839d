"""The emulator, through its sockets and by the official SDK."""
