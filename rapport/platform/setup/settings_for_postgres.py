"""What the embedded PostgreSQL is told: sensible for a small machine, everything durable."""

import os
import shutil
from pathlib import Path

MB = 2**20


def text(*, socket_dir: Path, throw_away: bool, extra: Path) -> str:
    """The lines of rapport.conf. `extra` is a file of the administrator's own lines, which win."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MB
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "max_connections": 100,
        "shared_buffers": f"{min(2048, max(32, memory // 8))}MB",
        "effective_cache_size": f"{max(128, memory // 2)}MB",
        "work_mem": "16MB" if memory >= 2000 else "4MB",
        "maintenance_work_mem": f"{min(256, max(32, memory // 16))}MB",
        "wal_compression": "off",
        "max_wal_size": "2GB",
        "min_wal_size": "128MB",
        "checkpoint_timeout": "15min",
        "random_page_cost": 1.1,
        "jit": "off",
        "autovacuum_vacuum_scale_factor": 0.05,
        "autovacuum_analyze_scale_factor": 0.02,
        # A session left inside a transaction would hold locks and stop the vacuum for everybody.
        "idle_in_transaction_session_timeout": "10min",
        "dynamic_shared_memory_type": "posix" if _shared_memory() >= 256 * MB else "mmap",
        "log_line_prefix": "%m [%p] ",
        "log_checkpoints": "off",
        "log_lock_waits": "on",
        "log_min_duration_statement": "2s",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if throw_away:
        settings |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "autovacuum": "off",
            "shared_buffers": "128MB",
        }
    lines = [f"{name} = {_quoted(value)}" for name, value in settings.items()]
    if extra.exists():
        lines.append(f"include {_quoted(extra.resolve())}")
    return "\n".join([*lines, ""])


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _shared_memory() -> int:
    """Bytes in /dev/shm: 64 MB in most containers, too little for parallel queries."""
    try:
        return shutil.disk_usage("/dev/shm").total  # noqa: S108 - measured, not written to
    except OSError:
        return 0
