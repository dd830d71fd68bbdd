"""Become another program that dies with its parent: `launch.py --parent PID [--signal N] [--user NAME] -- COMMAND`.

A program of its own, run between fork and exec, because code in a forked child of a process with threads may dead-lock.
Standard library only: it is started for every process of SMO and costs about 15 ms.
"""

import argparse
import ctypes
import os
import pwd
import struct
import sys

PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522


def become(name: str) -> None:
    """Give up root for the user `name`, keeping only the ability to reach files below folders closed to others.

    PostgreSQL refuses to run as root, yet root's checkout often lies below /root, which only root may enter. The one
    capability lets it reach its data there without opening that folder to everybody. Without it (a container that
    drops capabilities) the start goes on, and fails only where a folder is really closed.
    """
    user = pwd.getpwnam(name)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    bit = 1 << CAP_DAC_OVERRIDE
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    effective_permitted_inheritable = struct.pack("6I", bit, bit, bit, 0, 0, 0)
    if libc.capset(header, effective_permitted_inheritable) == 0:
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def die_with(parent: int, signal: int) -> None:
    """Ask the kernel for `signal` when `parent` ends, even by kill -9 (Linux only; elsewhere an orderly stop has to do)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
        if os.getppid() != parent:  # it ended before we could ask
            sys.exit(1)


def main() -> None:
    """Parse, change user, tie to the parent (in this order: a change of user clears the tie), become the command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--signal", type=int, default=9)
    parser.add_argument("--user", default="")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    if options.user:
        become(options.user)
    die_with(options.parent, options.signal)
    os.execvp(options.command[0], options.command)  # noqa: S606 - becoming it, without a shell, is the purpose


if __name__ == "__main__":
    main()
