"""TLS: only a certificate that is valid, for this very host and from a known authority will do."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from console.client.client import Client
from console.errors import Exit, SettingsError, UnreachableError, UntrustedError
from console.services.desktop_notifications import send_to_pool
from tests.client.reading import ROW, listing, rows_of
from tests.client.wire import console_beside, environ_to, profile_to, serving

_NOW = datetime.now(UTC)
_DAY = timedelta(days=1)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass
class Authority:
    """A certificate authority of the tests."""

    folder: Path
    title: str = "authority"

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = self._made(_name(self.title), self._key.public_key(), ca=True)
        self.file = self.folder / f"{self.title}.pem"
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def _made(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        *,
        ca: bool = False,
        hosts: tuple[str, ...] = (),
        ends: datetime = _NOW + _DAY,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(_name(self.title))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(_NOW, ends) - _DAY)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if hosts:
            names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256())

    def server(self, *hosts: str, ends: datetime = _NOW + _DAY) -> ssl.SSLContext:
        """Return the context of a server that shows a certificate for `hosts`."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._made(_name(hosts[0]), key.public_key(), hosts=hosts, ends=ends)
        file = self.folder / f"{hosts[0]}.key.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Give an authority that nobody knows."""
    return Authority(tmp_path)


@pytest.fixture
def other(tmp_path: Path) -> Authority:
    """Give another such authority."""
    return Authority(tmp_path, "other")


async def _read(context: ssl.SSLContext, authority: Authority) -> None:
    async with (
        serving(listing(), tls=context) as wire,
        Client(profile_to(wire.url, ca_file=str(authority.file))) as client,
    ):
        assert await rows_of(client) == [ROW]


async def _error(context: ssl.SSLContext, ca_file: str) -> UntrustedError:
    async with serving(listing(), tls=context) as wire:
        async with Client(profile_to(wire.url, ca_file=ca_file, seconds=5.0)) as client:
            with pytest.raises(UntrustedError) as caught:
                await rows_of(client)
        assert not wire.received
        assert wire.connections <= 1  # it is not tried again
    assert caught.value.exit_code is Exit.REFUSED
    return caught.value


async def test_an_authority_of_ones_own_is_accepted_when_it_is_named(authority: Authority) -> None:
    await _read(authority.server("localhost"), authority)


async def test_an_unknown_authority_is_refused_and_the_hint_names_the_cure(
    authority: Authority,
) -> None:
    error = await _error(authority.server("localhost"), "")
    assert "CA file" in error.hint


async def test_an_authority_is_not_accepted_in_place_of_another(
    authority: Authority, other: Authority
) -> None:
    await _error(authority.server("localhost"), str(other.file))


async def test_an_expired_certificate_is_refused(authority: Authority) -> None:
    context = authority.server("localhost", ends=_NOW - _DAY)
    error = await _error(context, str(authority.file))
    assert "expired" in error.sentence


async def test_a_certificate_for_another_host_is_refused(authority: Authority) -> None:
    error = await _error(authority.server("example.invalid"), str(authority.file))
    assert "localhost" in error.sentence


async def test_a_send_to_a_server_that_cannot_be_trusted_sends_nothing(
    authority: Authority,
) -> None:
    async with serving(listing(), tls=authority.server("localhost")) as wire:
        async with Client(profile_to(wire.url)) as client:
            with pytest.raises(UntrustedError):
                await send_to_pool(client, "pool", "text")
        assert not wire.received


async def test_tls_1_2_still_does(authority: Authority) -> None:
    context = authority.server("localhost")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    await _read(context, authority)


@pytest.mark.parametrize("content", [None, "", "no certificate", "directory"])
async def test_a_ca_file_that_cannot_be_used_is_a_setting_to_mend(
    tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "ca.pem"
    if content == "directory":
        file.mkdir()
    elif content is not None:
        file.write_text(content)
    async with Client(profile_to("https://localhost:1", ca_file=str(file))) as client:
        with pytest.raises(SettingsError, match="CA file"):
            await rows_of(client)


async def test_plain_text_where_tls_is_spoken_is_unreachable(authority: Authority) -> None:
    async with serving(listing(), tls=authority.server("localhost")) as wire:
        plain = wire.url.replace("https", "http")
        async with Client(profile_to(plain)) as client:
            with pytest.raises(UnreachableError):
                await rows_of(client)


async def test_the_command_says_untrusted_and_ends_with_1(authority: Authority) -> None:
    async with serving(listing(), tls=authority.server("localhost")) as wire:
        ran = await console_beside("blocked", "--query-type=DESKTOP", environ=environ_to(wire.url))
        assert ran.code == Exit.REFUSED
        assert "Untrusted server" in ran.err
        assert "Traceback" not in ran.err
        trusting = environ_to(wire.url, CONSOLE_CA_FILE=str(authority.file))
        ran = await console_beside("blocked", "--query-type=DESKTOP", environ=trusting)
        assert ran.code == Exit.DONE
