"""Connections out of the house: to whom they may go, and that they end in time.

Decides that a name is looked up once and the connection goes to the very address that was checked, that only public
addresses are reached unless the operator has listed the host (`KAOHE_REACH`), and that without encryption only listed
hosts are reached which the list names with `http://` or `smtp://`. Refuses everything else with the host in words.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer
from urllib.parse import urlsplit

from kaohe.messages.refusals import (
    CertificateUnfit,
    HostNotAllowed,
    HostUnknown,
    NoAnswer,
    NoConnection,
    NotDelivered,
    PlainNotAllowed,
)

SECONDS = 5
"""How long the other side may be silent."""
IN_ALL = 15
"""How long one conversation may last, however it drips."""
_PLAIN = ("http", "smtp")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Reach:
    """The hosts that the operator lets messages go to beside public ones; `plain` ones also without encryption."""

    listed: frozenset[tuple[str, int | None]] = frozenset()
    plain: frozenset[tuple[str, int | None]] = frozenset()
    seconds: float = SECONDS
    in_all: float = IN_ALL

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Reach:
        """Read `KAOHE_REACH`: hosts with or without port, apart by commas; `http://` or `smtp://` in front: plain too."""
        env = os.environ if environ is None else environ
        listed, plain = set(), set()
        for entry in filter(None, (part.strip() for part in env.get("KAOHE_REACH", "").split(","))):
            parts = urlsplit(entry if "://" in entry else f"//{entry}")
            if parts.hostname:
                listed.add((parts.hostname, parts.port))
                if parts.scheme in _PLAIN:
                    plain.add((parts.hostname, parts.port))
        return cls(frozenset(listed), frozenset(plain))

    def lists(self, host: str, port: int) -> bool:
        """Whether the operator has listed the host."""
        return _among(self.listed, host, port)

    def need_plain(self, host: str, port: int) -> None:
        """Raise `PlainNotAllowed` unless the host may be reached without encryption."""
        if not _among(self.plain, host, port):
            raise PlainNotAllowed(host=host)

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection to the host at an address that was checked; raises what a `NotDelivered` says in words."""
        with in_words(host, self.seconds):
            address = self._checked(host, port)
            return socket.create_connection((address, port), timeout=self.seconds)

    def _checked(self, host: str, port: int) -> str:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise HostUnknown(host=host) from error
        addresses = [str(entry[4][0]) for entry in found]
        if not self.lists(host, port) and not all(_is_public(one) for one in addresses):
            raise HostNotAllowed(host=host)
        return addresses[0]


def _among(hosts: frozenset[tuple[str, int | None]], host: str, port: int) -> bool:
    return (host.lower(), port) in hosts or (host.lower(), None) in hosts


def _is_public(address: str) -> bool:
    """Whether an address lies in the open network: no private, loopback, link-local, shared or multicast one."""
    found = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if isinstance(found, ipaddress.IPv6Address) and (found in _NAT64 or int(found) >> 32 == 0):
        mapped = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
    inside = found.is_multicast or getattr(found, "is_site_local", False)
    return found.is_global and not inside and (mapped is None or _is_public(str(mapped)))


@contextmanager
def in_words(host: str, seconds: float) -> Iterator[None]:
    """Turn what a connection raises into a refusal that names the host."""
    try:
        yield
    except NotDelivered:
        raise
    except TimeoutError as error:
        raise NoAnswer(host=host, seconds=f"{seconds:g}") from error
    except ssl.SSLCertVerificationError as error:
        raise CertificateUnfit(host=host) from error
    except OSError as error:
        raise NoConnection(host=host, why=error.strerror or type(error).__name__) from error


@contextmanager
def ending(connection: socket.socket, seconds: float) -> Iterator[None]:
    """Cut a conversation that lasts too long: a silence is noticed by the socket, a drip only by this."""
    twin = connection.dup()  # TLS takes the socket over; its twin still ends the connection
    timer = Timer(seconds, _cut, (twin,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        twin.close()


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):  # it has ended by itself
        connection.shutdown(socket.SHUT_RDWR)


def encrypted(connection: socket.socket, host: str) -> ssl.SSLSocket:
    """The connection under TLS, with the certificate checked against the name."""
    return ssl.create_default_context().wrap_socket(connection, server_hostname=host)
