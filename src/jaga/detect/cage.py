"""What the process that decodes strangers' pictures takes away from itself before it reads the first byte.

Memory and time by resource limits; programs, processes, connections and files by a system call filter
(seccomp, Linux on x86-64 and ARM64). What is refused fails as "operation not permitted", which the decoder reports
like any other picture it cannot read.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import resource
import struct

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 5

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EPERM
_KILL = 0x80000000
# Classic BPF, as `linux/filter.h` names it.
_LOAD = 0x20
_JUMP_IF_EQUAL = 0x15
_JUMP_IF_NOT_LESS = 0x35
_RETURN = 0x06
_NUMBER_AT = 0
_ARCHITECTURE_AT = 4

# The system calls that start programs, reach the network or other processes, open or change files. Numbers differ.
_SYSTEMS = {
    "x86_64": (
        0xC000003E,
        {
            "open creat openat openat2 open_by_handle_at": (2, 85, 257, 437, 304),
            "fork vfork clone clone3 execve execveat": (57, 58, 56, 435, 59, 322),
            "socket socketpair connect": (41, 53, 42),
            "ptrace process_vm_readv process_vm_writev kill tgkill": (101, 310, 311, 62, 234),
            "unlink unlinkat rename renameat renameat2": (87, 263, 82, 264, 316),
            "mount bpf io_uring_setup keyctl add_key": (165, 321, 425, 250, 248),
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "openat openat2 open_by_handle_at": (56, 437, 265),
            "clone clone3 execve execveat": (220, 435, 221, 281),
            "socket socketpair connect": (198, 199, 203),
            "ptrace process_vm_readv process_vm_writev kill tgkill": (117, 270, 271, 129, 131),
            "unlinkat renameat renameat2": (35, 38, 276),
            "mount bpf io_uring_setup keyctl add_key": (40, 280, 425, 219, 217),
        },
    ),
}
_FIRST_OF_X32 = 0x40000000
"""On x86-64 the same calls exist a second time from this number on."""


def lock_in() -> None:
    """Everything that can be given up at once and for good."""
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (limit, limit))
    _filter_system_calls()


def grant_cpu() -> None:
    """Another `CPU_SECONDS` from now; who uses more is killed by the kernel (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))


def _filter_system_calls() -> None:
    if platform.machine() not in _SYSTEMS:
        return  # the resource limits hold everywhere
    architecture, calls = _SYSTEMS[platform.machine()]
    program = _program(architecture, [number for numbers in calls.values() for number in numbers])
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: a count, padding, a pointer.
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")
    # A kernel or container without seccomp leaves the resource limits.
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0)


def _program(architecture: int, refused: list[int]) -> bytes:
    """Kill on a foreign architecture (32-bit calls have other numbers), refuse what is listed, allow the rest."""
    tests = [(_JUMP_IF_NOT_LESS, _FIRST_OF_X32), *((_JUMP_IF_EQUAL, number) for number in refused)]
    instructions = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        *((test, len(tests) - index, 0, number) for index, (test, number) in enumerate(tests)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)
