"""Attachments in a bucket go into a back-up and come back from it, by the operator's own commands."""

import asyncio
import base64
import hashlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tikethet_tickets.backups.making import kept

from tests.tickets.backups.bucket import KEYS, Bucket, serving
from tests.tickets.backups.house import NOW, SECRET, House

CONTENTS = (b"small", bytes(range(256)) * 50_000)
"""The second takes several parts."""


@pytest.fixture
async def bucket() -> AsyncIterator[Bucket]:
    async with serving("attachments") as made:
        yield made


def path_of(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    return f"desk/blobs/{digest[:2]}/{digest}"


async def operate(house: House, bucket: Bucket, folder: Path, *words: str, **given: str) -> tuple[int, str]:
    """`tikethet …` where files are kept in that bucket: how it ended, and what it said."""
    env = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": house.tickets,
        "BOT_DATABASE_URL": house.bot,
        "SECRET_KEY": base64.urlsafe_b64encode(SECRET).decode(),
        "FILES_URL": "s3://attachments/desk",
        "BACKUP_DIR": str(folder),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tikethet_tickets.cli", *words),
        env=env | bucket.environment | given,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


@pytest.fixture
async def filled(house: House, bucket: Bucket) -> House:
    """A house with attachments, one of them lost."""
    for content in CONTENTS:
        bucket.objects[path_of(content)] = content
    for content in (*CONTENTS, b"lost"):
        digest = hashlib.sha256(content).digest()
        await house.run(house.tickets, "INSERT INTO tickets.blobs VALUES ($1, 1, 'image/png', $2)", digest, NOW)
    return house


async def test_they_come_back_into_a_bucket_that_is_empty(filled: House, bucket: Bucket, tmp_path: Path) -> None:
    ended, said = await operate(filled, bucket, tmp_path, "backup")
    assert ended == 0, said
    assert "missing       1 attachments" in said
    (archive,) = kept(tmp_path)
    assert archive.stat().st_size > sum(map(len, CONTENTS))
    assert bucket.callers == {KEYS["AWS_ACCESS_KEY_ID"]}

    bucket.objects.clear()
    ended, said = await operate(filled, bucket, tmp_path, "restore", str(archive))
    assert ended == 0, said
    assert bucket.objects == {path_of(content): content for content in CONTENTS}
    assert "not in it" not in said


async def test_they_can_be_left_out_and_that_is_said(filled: House, bucket: Bucket, tmp_path: Path) -> None:
    ended, said = await operate(filled, bucket, tmp_path, "backup", BACKUP_FILES="false")
    assert ended == 0, said
    assert "left out      attachments" in said
    (archive,) = kept(tmp_path)
    there = dict(bucket.objects)
    ended, said = await operate(filled, bucket, tmp_path, "restore", str(archive))
    assert ended == 0, said
    assert "not in it     attachments" in said
    assert bucket.objects == there


@pytest.mark.parametrize(
    ("place", "reason"),
    [("s3://attachments/elsewhere", "not one of 3 attachments is where FILES_URL says"), ("s3://closed/desk", "AWS_*")],
)
async def test_where_files_cannot_be_had_no_back_up_is_made(
    filled: House, bucket: Bucket, tmp_path: Path, place: str, reason: str
) -> None:
    ended, said = await operate(filled, bucket, tmp_path, "backup", FILES_URL=place)
    assert ended == 1
    assert "no back-up was made" in said
    assert reason in said
    assert not kept(tmp_path)
