"""Tests of the application: keys through Pilot, bytes through a pty."""
