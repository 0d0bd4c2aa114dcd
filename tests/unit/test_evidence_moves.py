"""Files of the evidence: sealed piece by piece, and moved so that no crash loses them."""

from __future__ import annotations

import io
import itertools
import secrets

import pytest

from jaga.cases.evidence import UnusableVault, Vault, new_key_file
from jaga.cases.evidence_files import PIECE, open_pieces, seal_pieces
from jaga.cases.file_moves import Move, Whereabouts, moves

VAULT = Vault.parse(new_key_file())


def sealed(content: bytes, vault: Vault = VAULT) -> bytes:
    return b"".join(seal_pieces(vault, io.BytesIO(content), about="berkas"))


def opened(content: bytes, *, about: str = "berkas", vault: Vault = VAULT) -> bytes:
    return b"".join(open_pieces(vault, io.BytesIO(content), about=about))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_a_sealed_file_opens_to_what_it_was_and_shows_nothing_of_it(size):
    content = secrets.token_bytes(size)
    hidden = sealed(content)
    assert opened(hidden) == content
    assert size < 16 or content[:16] not in hidden
    assert hidden != sealed(content)


def test_a_changed_cut_or_reordered_file_and_another_name_or_key_do_not_open():
    content = secrets.token_bytes(3 * PIECE)
    hidden = sealed(content)
    piece, head = PIECE + 16, 20
    changed = bytearray(hidden)
    changed[head + piece + 5] ^= 1
    swapped = (
        hidden[:head] + hidden[head + piece : head + 2 * piece] + hidden[head : head + piece]
        + hidden[head + 2 * piece :]
    )  # fmt: skip
    for wrong in (bytes(changed), hidden[: head + 2 * piece], hidden[:-1], swapped, hidden + b"x", b""):
        with pytest.raises(UnusableVault):
            opened(wrong)
    with pytest.raises(UnusableVault):
        opened(hidden, about="berkas lain")
    with pytest.raises(UnusableVault):
        opened(hidden, vault=Vault.parse(new_key_file()))


def after(now: Whereabouts, move: Move) -> Whereabouts:
    clear = {Move.RESTORE: True, Move.DROP_CLEAR: False}.get(move, now.clear)
    kept = {Move.SEAL: True, Move.DROP_SEALED: False}.get(move, now.sealed)
    return Whereabouts(live=now.live, kept=now.kept, clear=clear, sealed=kept)


ALL = [
    Whereabouts(live=live, kept=kept, clear=clear, sealed=hidden)
    for live, kept, clear, hidden in itertools.product([False, True], repeat=4)
]


@pytest.mark.parametrize("now", ALL, ids=repr)
def test_wherever_a_crash_comes_nothing_wanted_is_lost_and_the_next_run_ends_where_it_should(now):
    for steps in range(len(list(moves(now))) + 1):
        crashed = now
        for move in itertools.islice(moves(now), steps):
            crashed = after(crashed, move)
            if (now.live or now.kept) and (now.clear or now.sealed):
                assert crashed.clear or crashed.sealed
        end = crashed
        for move in moves(crashed):
            end = after(end, move)
        existed = now.clear or now.sealed
        assert end.clear is (now.live and existed)
        assert end.sealed is (now.kept and existed)
        assert list(moves(end)) == []
