"""PostgreSQL refuses to run as root: finds the user it runs as then, and lets that user reach the folders it needs."""

import os
import pwd
import shutil
import stat
import struct
import subprocess
from pathlib import Path

NAME = "rapport-postgres"
ACL = "system.posix_acl_access"
_USER_OBJ, _USER, _GROUP_OBJ, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
_NOBODY = 0xFFFFFFFF
_ENTRY = struct.Struct("<HHI")


def server_user(data: Path) -> pwd.struct_passwd | None:
    """Who PostgreSQL runs as: None means ourselves; for root the owner of `data`, else its own system user, else
    nobody.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat().st_uid) != 0:
        return pwd.getpwuid(owner)
    for attempt in (_known, _made, _nobody):
        if user := attempt():
            return user
    raise RuntimeError("PostgreSQL cannot run as root, and there is neither useradd nor a user called nobody")


def _known() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return None


def _made() -> pwd.struct_passwd | None:
    if not (tool := shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")):
        return None
    command = [tool, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", NAME]
    subprocess.run(command, capture_output=True, check=False)
    return _known()


def _nobody() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        return None


def let_through(user: pwd.struct_passwd, folder: Path) -> None:
    """Lets `user` pass through (not list) every folder on the way to `folder`, and `folder` itself.

    A closed folder is opened for this one user by an access-control entry; for everybody only where the file system
    has no such entries.
    """
    for step in [*reversed(folder.resolve().parents), folder.resolve()]:
        if not _may(user, step.stat(), stat.S_IXUSR):
            try:
                _grant_passage(step, user.pw_uid)
            except OSError:
                step.chmod(stat.S_IMODE(step.stat().st_mode) | stat.S_IXOTH)


def let_read(user: pwd.struct_passwd, tree: Path) -> None:
    """Opens a folder of public files (the PostgreSQL programs) that was installed with a strict umask."""
    if _may(user, tree.stat(), stat.S_IXUSR | stat.S_IRUSR):
        return
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def _may(user: pwd.struct_passwd, found: os.stat_result, want: int) -> bool:
    """What the plain mode bits say; an access-control entry granted earlier is simply granted again."""
    if found.st_uid == user.pw_uid:
        return found.st_mode & want == want
    shift = 3 if found.st_gid == user.pw_gid else 6
    return (found.st_mode << shift) & want == want


def _grant_passage(folder: Path, uid: int) -> None:
    mode = stat.S_IMODE(folder.stat().st_mode)
    try:
        raw = os.getxattr(folder, ACL)
        entries = [_ENTRY.unpack_from(raw, at) for at in range(4, len(raw), _ENTRY.size)]
    except OSError:
        entries = [
            (_USER_OBJ, mode >> 6 & 7, _NOBODY),
            (_GROUP_OBJ, mode >> 3 & 7, _NOBODY),
            (_OTHER, mode & 7, _NOBODY),
        ]
    entries = [e for e in entries if not (e[0] == _USER and e[2] == uid) and e[0] != _MASK]
    entries.append((_USER, stat.S_IXOTH, uid))
    mask = 0
    for tag, rights, _ in entries:
        mask |= rights if tag not in (_USER_OBJ, _OTHER) else 0
    entries.append((_MASK, mask, _NOBODY))
    os.setxattr(
        folder,
        ACL,
        struct.pack("<I", 2) + b"".join(_ENTRY.pack(*e) for e in sorted(entries, key=lambda e: (e[0], e[2]))),
    )
