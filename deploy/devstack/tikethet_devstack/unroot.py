"""Run a command as another user when we are root: `python unroot.py UID GID COMMAND…` (PostgreSQL refuses root).

A clone often lies where only root may look (/root, a `mktemp -d`). On Linux the command then keeps one single right of
root, CAP_DAC_OVERRIDE, so that no directory's permissions have to be changed for it. Elsewhere, or where that right is
not ours to give, the plain change of user remains. Standard library only.
"""

import ctypes
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP = 28, 1 << 2
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE = 1


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def hidden(words: Iterable[str]) -> bool:
    """Whether one of the absolute paths among `words` lies in a folder that others may not enter."""
    folders = {folder for word in words if word.startswith("/") for folder in Path(word).parents}
    return any(folder.exists() and not folder.stat().st_mode & stat.S_IXOTH for folder in folders)


def become(uid: int, gid: int, *, override: bool) -> None:
    """Turn this process from root into `uid`:`gid`; `override` keeps CAP_DAC_OVERRIDE where Linux lets us."""
    keeps = override and sys.platform == "linux" and _prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if keeps:
        mask = 1 << CAP_DAC_OVERRIDE
        sets = (_Sets * 2)(_Sets(mask, mask, mask), _Sets(0, 0, 0))
        ctypes.CDLL(None).capset(ctypes.byref(_Header(CAPABILITY_VERSION_3, 0)), sets)
        _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE)


def _prctl(option: int, *values: int) -> bool:
    words = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)][:4]
    return bool(ctypes.CDLL(None).prctl(option, *words) == 0)


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), override=hidden(sys.argv[3:]))
    os.execv(sys.argv[3], sys.argv[3:])  # noqa: S606 - no shell is wanted here
