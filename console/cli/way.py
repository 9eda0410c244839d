"""The way into the cloud that a command takes."""

import os

from console.profiles import environment
from console.profiles.profile import Profile


def profile() -> Profile:
    """Return the profile to use.

    Raises:
        CredentialsError: the environment holds no credential.
        SettingsError: it holds something that cannot be used.
    """
    return environment.profile(os.environ)
