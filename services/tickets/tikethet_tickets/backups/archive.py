"""The file of a back-up: a tar with gzipped rows, attachments as they are, and the manifest as its last member.

A file that was cut short has no manifest, so it is refused before anything is touched.
"""

import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import msgspec
from msgspec import Struct

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"


class BadArchive(Exception):
    """The file is no whole back-up that this release can read; the message says why."""


class Table(Struct, frozen=True, kw_only=True):
    """Rows in COPY's text format, gzipped, under ``member``."""

    name: str
    columns: tuple[str, ...]
    member: str


class Sequence(Struct, frozen=True, kw_only=True):
    """Where a sequence stood."""

    name: str
    last: int
    called: bool


class Schema(Struct, frozen=True, kw_only=True):
    """One service's schema: the SQL that made it, in its order, and what it held; tables in an order that fits."""

    name: str
    sources: tuple[str, ...]
    tables: tuple[Table, ...]
    sequences: tuple[Sequence, ...]


class Manifest(Struct, frozen=True, kw_only=True):
    """What a back-up holds. ``key_check`` (hex) is the log's check of SECRET_KEY; ``members``: name → SHA-256, hex.

    ``files``: whether attachments are in it.
    """

    format: int = FORMAT
    made_at: str
    installation: str
    position: int
    key_check: str
    schemas: tuple[Schema, ...]
    files: bool
    members: dict[str, str] = {}


class Writer:
    """Adds members to a back-up that is being written."""

    def __init__(self, tar: tarfile.TarFile, folder: Path) -> None:
        self._tar = tar
        self.folder = folder
        """For what is on its way in; gone afterwards."""
        self.members: dict[str, str] = {}

    def add(self, name: str, path: Path) -> None:
        """Take in a file and remove it from where it was."""
        with path.open("rb") as source:
            self.members[name] = hashlib.file_digest(source, "sha256").hexdigest()
        self._tar.add(path, name)
        path.unlink()

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest, which makes it whole."""
        path = self.folder / MANIFEST
        path.write_bytes(msgspec.json.encode(msgspec.structs.replace(manifest, members=self.members)))
        self._tar.add(path, MANIFEST)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A back-up that appears at ``path``, readable by its owner alone, when the block ends well; else nothing does."""
    partial = path.with_name(f".{path.name}.partial")
    folder = Path(tempfile.mkdtemp(prefix=".backup-", dir=path.parent))
    try:
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        with partial.open("wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                yield Writer(tar, folder)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        _sync_folder(path.parent)
    finally:
        partial.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


class Reader:
    """A back-up that was found whole."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar = tar
        self.manifest = manifest

    def member(self, name: str) -> IO[bytes]:
        """The content of a member."""
        file = self._tar.extractfile(name)
        if file is None:
            raise BadArchive(f"{name} is no file")
        return file

    def names(self, prefix: str) -> list[str]:
        """The members under a prefix."""
        return [name for name in self.manifest.members if name.startswith(prefix)]


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """Open a back-up and check every byte of it. Raises BadArchive."""
    try:
        tar = tarfile.open(path)  # noqa: SIM115 - closed below
    except (OSError, tarfile.TarError) as failure:
        raise BadArchive(f"{path} cannot be read: {failure}") from None
    with tar:
        reader = Reader(tar, _manifest(tar))
        for name, digest in reader.manifest.members.items():
            if _digest(reader, name) != digest:
                raise BadArchive(f"{name} is not what was backed up")
        yield reader


def _manifest(tar: tarfile.TarFile) -> Manifest:
    try:
        file = tar.extractfile(MANIFEST)
        if file is None:
            raise BadArchive("its manifest is no file")
        text = file.read()
        manifest = msgspec.json.decode(text)
        if manifest["format"] != FORMAT:
            raise BadArchive(f"its format is {manifest['format']}, this release reads {FORMAT}")
        return msgspec.json.decode(text, type=Manifest)
    except (KeyError, TypeError, OSError, tarfile.TarError, msgspec.DecodeError):
        raise BadArchive("it is not whole: the manifest at its end is missing or damaged") from None


def _digest(reader: Reader, name: str) -> str:
    try:
        with reader.member(name) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # it reads into buffers too
    except (KeyError, OSError, tarfile.TarError):
        raise BadArchive(f"{name} is missing or cut short") from None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
