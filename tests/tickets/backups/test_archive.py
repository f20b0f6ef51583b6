"""The file of a back-up: whole, or refused before anything is touched."""

import tarfile
from pathlib import Path

import msgspec
import pytest
from tikethet_tickets.backups.archive import FORMAT, MANIFEST, BadArchive, Manifest, reading, writing

ROWS = b"1\tone\n2\ttwo\n" * 1000


def manifest() -> Manifest:
    return Manifest(
        made_at="2026-01-05T09:00:00+00:00", installation="i", position=7, key_check="00", schemas=(), files=True
    )


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "made.tar"
    with writing(path) as writer:
        rows = writer.folder / "rows"
        rows.write_bytes(ROWS)
        writer.add("rows/one", rows)
        writer.finish(manifest())
    return path


def test_what_went_in_comes_out(archive: Path) -> None:
    with reading(archive) as reader:
        assert reader.member("rows/one").read() == ROWS
        assert reader.names("rows/") == ["rows/one"]
        assert reader.manifest.position == 7
    assert archive.stat().st_mode & 0o777 == 0o600
    assert list(archive.parent.iterdir()) == [archive]


def test_one_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), writing(tmp_path / "made.tar") as writer:
        writer.add("rows", writer.folder / "rows")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("share", [0, 0.3, 0.6])
def test_one_cut_short_is_refused(archive: Path, share: float) -> None:
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(BadArchive), reading(archive):
        pass


def test_one_with_a_changed_byte_is_refused(archive: Path) -> None:
    whole = bytearray(archive.read_bytes())
    whole[2000] ^= 1
    archive.write_bytes(whole)
    with pytest.raises(BadArchive, match="rows/one is not what was backed up"), reading(archive):
        pass


def test_one_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(msgspec.json.encode({"format": FORMAT + 1}))
    with tarfile.open(tmp_path / "made.tar", "w") as tar:
        tar.add(tmp_path / MANIFEST, MANIFEST)
    with pytest.raises(BadArchive, match="its format is 2"), reading(tmp_path / "made.tar"):
        pass


def test_one_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match="cannot be read"), reading(tmp_path / "none.tar"):
        pass
