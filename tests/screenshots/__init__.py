"""The pictures in `screenshots/`: the screens on an emulated cloud whose clock stands still."""
