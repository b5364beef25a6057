"""The archive of a backup: a tar stream that ends with the digest of everything before it, optionally encrypted by age.

Members come in any order; the last is manifest.json with the size and SHA-256 of each. The tar is followed by one line
with the SHA-256 of all bytes before it, so that no changed or missing byte goes unnoticed. Encrypted, the whole stream
is an age file (https://age-encryption.org/v1) for one X25519 recipient: who makes backups need not be able to read them.
"""

import hashlib
import io
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

import pyrage

from rapport.platform.setup.lease import Refused

FORMAT = 1
MANIFEST = "manifest.json"
AGE = b"age-encryption.org/v1"
FOOTER = b"rapport-backup-1 "
FOOTER_LENGTH = len(FOOTER) + 64 + 1
PIECE = 2**20


class Broken(Refused):
    """The archive cannot be trusted; nothing of it was used."""


class ArchiveWriter:
    """Adds members to an archive and remembers what they were."""

    def __init__(self, stream: "_Digesting") -> None:
        self._tar: tarfile.TarFile = tarfile.open(  # noqa: SIM115
            fileobj=stream,
            mode="w|",
            format=tarfile.PAX_FORMAT,  # type: ignore[call-overload]
        )
        self.members: dict[str, dict[str, Any]] = {}

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        """Adds one member of exactly `size` bytes. Raises OSError if the content is shorter."""
        reader = _Digesting(content)
        entry = tarfile.TarInfo(name)
        entry.size = size
        self._tar.addfile(entry, reader)  # type: ignore[arg-type]  # only read() is asked for
        self.members[name] = {"size": size, "sha256": reader.digest.hexdigest()}

    def abandon(self) -> None:
        """Keeps the tar from writing its end when it is thrown away."""
        self._tar.fileobj.closed = True  # type: ignore[union-attr,attr-defined]

    def close(self, manifest: dict[str, Any]) -> None:
        """Writes the manifest, with all members, and ends the tar."""
        text = json.dumps({"format": FORMAT, **manifest, "members": self.members}, indent=1).encode()
        self.add(MANIFEST, io.BytesIO(text), len(text))
        self._tar.close()


class _Digesting:
    """Passes bytes on and digests them."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.digest = inner, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.inner.write(data)
        return len(data)

    def read(self, size: int = -1) -> bytes:
        data: bytes = self.inner.read(size)
        self.digest.update(data)
        return data


@contextmanager
def writing(path: Path, recipient: str = "") -> Iterator[ArchiveWriter]:
    """Writes an archive to `path`, which only comes into being whole. `recipient` is an age public key, or "".

    Raises Refused for a recipient that is none.
    """
    key = _recipient(recipient) if recipient else None
    part = path.with_name(path.name + ".part")
    try:
        # Everything about everybody is in it: nobody but its maker may read it.
        with open(part, "wb", opener=_private) as file:
            with _encrypted(file, key) if key else _plain(file) as stream:
                digesting = _Digesting(stream)
                archive = ArchiveWriter(digesting)
                try:
                    yield archive
                except BaseException:
                    archive.abandon()
                    raise
                stream.write(FOOTER + digesting.digest.hexdigest().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def _plain(file: IO[bytes]) -> Iterator[IO[bytes]]:
    yield file


@contextmanager
def _encrypted(file: IO[bytes], key: Any) -> Iterator[IO[bytes]]:
    with _piped(lambda source: pyrage.encrypt_io(source, file, [key]), "rb") as stream:
        yield stream


def _recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise Refused(f"{text!r} is no age recipient (age1…): {error}") from error


@contextmanager
def _piped(work: Callable[[IO[bytes]], None], mode: str) -> Iterator[IO[bytes]]:
    """A thread that reads ("rb") what is written here, or writes ("wb") what is read here; its error is raised here."""
    reading, sending = os.pipe()
    theirs, ours = (reading, sending) if mode == "rb" else (sending, reading)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with os.fdopen(theirs, mode) as end:
                work(end)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="age", daemon=True)
    thread.start()
    try:
        with os.fdopen(ours, "wb" if mode == "rb" else "rb") as end:
            try:
                yield end
            finally:
                while mode == "wb" and end.read(PIECE):
                    pass  # a reader that stops early would leave the thread waiting for ever
    except (OSError, Broken) as error:
        thread.join()
        raise (failed[0] if failed else error) from None
    thread.join()
    if failed:
        raise failed[0]


def new_key() -> tuple[str, str]:
    """A new pair: (the identity that reads backups, the recipient that backups are made for)."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


@contextmanager
def _opened(path: Path, identity: str) -> Iterator[IO[bytes]]:
    """The plain stream of an archive. Raises Refused without the right identity, Broken for damaged ciphertext."""
    with path.open("rb") as file:
        encrypted = file.read(len(AGE)) == AGE
        file.seek(0)
        if not encrypted:
            yield file
            return
        if not identity:
            raise Refused(f"{path.name} is encrypted: say with --identity which file holds the key.")
        try:
            key = pyrage.x25519.Identity.from_str(identity)
        except pyrage.IdentityError as error:
            raise Refused(f"This is no age identity (AGE-SECRET-KEY-1…): {error}") from error
        try:
            with _piped(lambda target: pyrage.decrypt_io(file, target, [key]), "wb") as stream:
                yield stream
        except (pyrage.DecryptError, OSError) as error:
            raise Broken(
                f"{path.name} cannot be decrypted: another key made it, or it is damaged ({error})."
            ) from error


class _HoldingBack:
    """Reads a stream up to its footer, which it compares with the digest of what came before."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self.stream, self.name, self.digest, self.held = stream, name, hashlib.sha256(), b""

    def read(self, size: int = PIECE) -> bytes:
        while len(self.held) < size + FOOTER_LENGTH:
            more = self.stream.read(max(size, PIECE))
            if not more:
                break
            self.held += more
        size = min(size, max(0, len(self.held) - FOOTER_LENGTH))
        data, self.held = self.held[:size], self.held[size:]
        self.digest.update(data)
        return data

    def finish(self) -> None:
        """Reads what is left. Raises Broken unless everything was as it was written."""
        while self.read(PIECE):
            pass
        if self.held != FOOTER + self.digest.hexdigest().encode() + b"\n":
            raise Broken(f"{self.name} is damaged or was cut off: its digest does not fit.")


def members(path: Path, identity: str = "") -> Iterator[tuple[str, BinaryIO]]:
    """Every member (name, content to be read at once). Raises Broken, at the end at the latest, for any changed byte."""
    with _opened(path, identity) as stream:
        checked = _HoldingBack(stream, path.name)
        try:
            with tarfile.open(fileobj=checked, mode="r|") as tar:  # type: ignore[call-overload]
                for entry in tar:
                    content = tar.extractfile(entry)
                    if content is None or entry.name.startswith(("/", "..")):
                        raise Broken(f"{path.name} has a member that does not belong there: {entry.name!r}")
                    yield entry.name, content
        except (tarfile.TarError, EOFError) as error:
            raise Broken(f"{path.name} is damaged or was cut off: {error}.") from error
        checked.finish()


def verified(path: Path, identity: str = "") -> dict[str, Any]:
    """Reads the whole archive and returns its manifest. Raises Refused, Broken; then nothing was changed."""
    if not path.is_file():
        raise Refused(f"There is no file {path}.")
    found: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] = {}
    for name, content in members(path, identity):
        if name == MANIFEST:
            manifest = _read_manifest(path, content.read())
            continue
        digest, size = hashlib.sha256(), 0
        while piece := content.read(PIECE):
            digest.update(piece)
            size += len(piece)
        found[name] = {"size": size, "sha256": digest.hexdigest()}
    misnamed = [n for n, one in found.items() if n.startswith("blobs/") and n.rpartition("/")[2] != one["sha256"]]
    if misnamed or not manifest or found != {k: v for k, v in manifest["members"].items() if k != MANIFEST}:
        raise Broken(f"{path.name} is damaged: its members are not those of its manifest.")
    return manifest


def _read_manifest(path: Path, text: bytes) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(text)
        known = manifest["format"] == FORMAT
    except (ValueError, KeyError, TypeError) as error:
        raise Broken(f"{path.name} is damaged: its manifest cannot be read.") from error
    if not known:
        raise Refused(f"{path.name} was made by another version of Rapport (format {manifest['format']}).")
    return manifest
