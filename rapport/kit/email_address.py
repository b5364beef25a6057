"""E-mail addresses: read, checked and brought into one form."""

import re
from dataclasses import dataclass

import idna

from rapport.kit.problem import Problem, _

# What RFC 5321 allows without quotes, plus letters of every script (RFC 6531).
_LOCAL = re.compile(r"^[^\s\x00-\x20\x7f\"(),:;<>@\[\\\]]+$")
_WITH_NAME = re.compile(r"^\s*(?P<name>.*?)\s*<\s*(?P<address>[^<>]*)>\s*$", re.DOTALL)
_LABEL = re.compile(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """`address` is ready to store and to send to: its domain is lower case and in ASCII (xn--…), its local part as
    written. `name` is the display name that stood before it, or ""."""

    address: str
    name: str = ""

    @property
    def key(self) -> str:
        """The form for comparing: all lower case, since no provider in use tells Ana@ from ana@."""
        return self.address.lower()

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def readable(self) -> str:
        """The address with its domain in the letters of its owner ("müller.de", not "xn--mller-kva.de")."""
        local, _at, domain = self.address.rpartition("@")
        try:
            return f"{local}@{idna.decode(domain)}"
        except (idna.IDNAError, UnicodeError):
            return self.address


def normalise_email(text: str) -> str:
    """The address in `text`, ready to store. Raises Problem (a ValueError) that says what is wrong."""
    return parse_email(text).address


def parse_email(text: str) -> EmailAddress:
    """Reads "ana@x.y", "Ana <ana@x.y>", '"Ruiz, Ana" <ana@x.y>' and "mailto:ana@x.y". Raises Problem."""
    text = text.strip()
    if len(text) > 1000:
        raise Problem(_("an e-mail address has at most 254 characters"))
    name = ""
    if match := _WITH_NAME.match(text):
        name, text = match["name"].strip().strip("\"'").strip(), match["address"].strip()
    text = text.strip("<>").strip()
    if text.lower().startswith("mailto:"):
        text = text[7:].partition("?")[0]
    if not text:
        raise Problem(_("there is no e-mail address"))
    if "@" not in text:
        raise Problem(_("“{text}” has no @"), text=text[:100])
    local, _at, domain = text.rpartition("@")
    if not local or not domain or "@" in local:
        raise Problem(_("“{text}” is not one e-mail address"), text=text[:100])
    _check_local(local)
    address = f"{local}@{normalise_domain(domain)}"
    if len(address) > 254:
        raise Problem(_("an e-mail address has at most 254 characters"))
    return EmailAddress(address, name)


def normalise_domain(text: str) -> str:
    """A domain name in lower-case ASCII ("Müller.de" -> "xn--mller-kva.de"). Raises Problem."""
    domain = text.strip().rstrip(".").lower()
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise Problem(_("“{domain}” is not a domain name"), domain=text[:100]) from error
    labels = domain.split(".")
    if len(domain) > 253 or len(labels) < 2 or not all(_LABEL.match(label) for label in labels) or labels[-1].isdigit():
        raise Problem(_("“{domain}” is not a domain name"), domain=text[:100])
    return domain


def _check_local(local: str) -> None:
    if len(local.encode("utf-8", "surrogatepass")) > 64:
        raise Problem(_("the part before the @ has more than 64 characters"))
    if not _LOCAL.match(local) or any("\ud800" <= c <= "\udfff" for c in local):
        raise Problem(_("“{local}” has a character that an e-mail address cannot have"), local=local)
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise Problem(_("“{local}” has a dot at its edge or two in a row"), local=local)
