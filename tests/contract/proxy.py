"""A proxy that opens TLS, as an operator may run one to watch what is sent: it notes each request and answers 500."""

import socketserver
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ANSWER = (
    b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{}"
)


class Proxy(socketserver.ThreadingTCPServer):
    """`asked`: hosts of CONNECT; `seen`: host and path of the requests inside, where the client trusted our authority."""

    daemon_threads = True

    def __init__(self, folder: Path, hosts: Sequence[str]) -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.asked: list[str] = []
        self.seen: list[tuple[str, str]] = []
        self.authority = folder / "authority.pem"
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(_certified(self.authority, folder / "proxy.pem", hosts))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Tunnel(socketserver.BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        host = _head(self.request).split(" ")[1].partition(":")[0]
        self.server.asked.append(host)
        self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with suppress(OSError):  # the client does not trust us, or has gone
            inside = self.server.tls.wrap_socket(self.request, server_side=True)
            self.server.seen.append((host, _head(inside).split(" ")[1].partition("?")[0]))
            inside.sendall(ANSWER)
            inside.unwrap()


def _head(connection: object) -> str:
    """The first line of a request; what follows it is read as far as it has come."""
    got = b""
    while b"\r\n\r\n" not in got and (more := connection.recv(65_536)):  # type: ignore[attr-defined]
        got += more
    return got.decode("latin-1").partition("\r\n")[0]


def _certified(authority: Path, chain: Path, hosts: Sequence[str]) -> Path:
    """An authority in the one file, and in the other the certificate and key that it gives to all `hosts`."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An operator's own authority")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "proxy")])
    root = _certificate(root_name, root_name, root_key, root_key, x509.BasicConstraints(ca=True, path_length=0))
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    leaf = _certificate(name, root_name, key, root_key, names)
    pem = serialization.Encoding.PEM
    authority.write_bytes(root.public_bytes(pem))
    plain = (pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chain.write_bytes(leaf.public_bytes(pem) + key.private_bytes(*plain))
    return chain


def _certificate(
    name: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    made = made.not_valid_after(now + timedelta(days=1)).add_extension(extension, critical=True)
    return made.sign(signer, hashes.SHA256())


@contextmanager
def running(folder: Path, hosts: Sequence[str]) -> Iterator[Proxy]:
    with Proxy(folder, hosts) as proxy:
        Thread(target=proxy.serve_forever, args=(0.02,), daemon=True).start()
        yield proxy
        proxy.shutdown()
