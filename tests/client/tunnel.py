"""A proxy on loopback that plays the cloud behind it too, with a certificate of its own."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "workspace.example.com"
OPEN = b"HTTP/1.1 200 Connection established\r\n\r\n"


@dataclass
class Tunnel:
    """What the proxy does with each connection.

    Attributes:
        opening: what it says to CONNECT; nothing closes the connection.
        shakes: whether it goes on to TLS once the way is open.
        give: what the cloud behind it answers.
        url: where it listens.
        asked: the first line that each connection began with.
        received: what came through the open way.
    """

    tls: ssl.SSLContext
    opening: bytes = OPEN
    shakes: bool = True
    give: bytes = b""
    url: str = ""
    asked: list[str] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        with suppress(OSError, asyncio.IncompleteReadError):
            asked = await reader.readuntil(b"\r\n\r\n")
            self.asked.append(asked.partition(b"\r\n")[0].decode())
            writer.write(self.opening)
            await writer.drain()
            if self.opening == OPEN and self.shakes:
                await writer.start_tls(self.tls)
                self.received.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(self.give)
                await writer.drain()
        writer.transport.abort()


def _certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "cloud.pem", folder / "cloud.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context


@asynccontextmanager
async def tunnel(folder: Path) -> AsyncIterator[tuple[Tunnel, Path]]:
    """Run a proxy; give it and the certificate to trust."""
    certificate, context = _certificate(folder)
    proxy = Tunnel(context)
    server = await asyncio.start_server(proxy.talk, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy, certificate
    finally:
        server.close()
