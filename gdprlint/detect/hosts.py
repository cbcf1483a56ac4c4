"""Host names: which host a value names, and whether it is this machine or a private network."""

from __future__ import annotations

import ipaddress
import re

from gdprlint.engine.observations import UNKNOWN, Argument

_LOCAL_NAMES = frozenset(
    ("localhost", "localhost.localdomain", "ip6-localhost", "host.docker.internal")
)
_LOCAL_SUFFIXES = (
    ".localhost",
    ".local",
    ".internal",
    ".svc",
    ".cluster.local",
    ".lan",
    ".home.arpa",
)
_URL = re.compile(r"(?i)^([a-z][a-z0-9+.-]*)://(?:[^/@\s]*@)?(\[[^\]]+\]|[^/:?#\s]*)")
_HOST = re.compile(
    r"(?i)^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$"
)


def host_of(value: object) -> str | None:
    """The host a URL, a host name or a (host, port) pair names; None if it is not known.

    A path of a local socket (`/dev/log`) gives "localhost".
    """
    if isinstance(value, Argument):
        value = value.value
    if isinstance(value, tuple | list):
        return host_of(value[0]) if value else None
    if value is UNKNOWN or not isinstance(value, str):
        return None
    if value.startswith(("/", "unix:")):
        return "localhost"
    url = _URL.match(value)
    if url:
        return url.group(2).strip("[]").lower() or None
    name = value.strip("[]") if value.count(":") > 1 else value.partition(":")[0]
    if _HOST.match(name) or _address(name):
        return name.lower()
    return None


def scheme_of(value: object) -> str:
    """The scheme of a URL or of the first of several, "" if there is none."""
    if isinstance(value, list | tuple):
        return scheme_of(value[0]) if value else ""
    if isinstance(value, Argument):
        value = value.value
    url = _URL.match(value) if isinstance(value, str) else None
    return url.group(1).lower() if url else ""


def is_local(host: str) -> bool:
    """True for this machine, for private and link-local addresses and for undotted names.

    An undotted name (`syslog`, `graylog`) is a container or a host of the same network.
    """
    if not host or host in _LOCAL_NAMES or host.endswith(_LOCAL_SUFFIXES):
        return True
    address = _address(host)
    if address is not None:
        return address.is_private or address.is_loopback or address.is_link_local
    return "." not in host


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
