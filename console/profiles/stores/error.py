"""The one error that every store raises; apart, so that a lookup needs to load little else."""

from console.errors import CredentialsError


class StoreError(CredentialsError):
    """A secret cannot be read, kept or removed; the hint is a way out."""

    title = "Secret out of reach"


class PassphraseError(StoreError):
    """The passphrase of the encrypted file is not the right one, or can be none."""
