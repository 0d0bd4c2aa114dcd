"""Signed notes and checkpoints against the published keys and signatures of golang.org/x/mod/sumdb/note."""

import base64

import pytest

from jaga.ledger.checkpoint import Checkpoint
from jaga.ledger.note import MalformedNote, Note, NotSigned, Signer, Verifier

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_PRIVATE = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
SUM = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
NOTE = f"{TEXT}\n— PeterNeumann {SIGNATURE}\n"

# The example in the text of C2SP signed-note and tlog-checkpoint; their keys are not published.
SALVATORE = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""
SOFA = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""


@pytest.mark.parametrize("vkey", [PETER, ENOCH, SUM])
def test_published_verifier_keys_read_back(vkey):
    assert Verifier.parse(vkey).vkey == vkey


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a3+!!!!",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_key_that_is_not_whole_is_refused(vkey):
    with pytest.raises(MalformedNote):
        Verifier.parse(vkey)


def test_our_signature_is_the_published_one_byte_for_byte():
    signer = Signer("PeterNeumann", base64.b64decode(PETERS_PRIVATE)[1:])

    assert signer.verifier.vkey == PETER
    assert signer.sign(TEXT) == NOTE


def test_a_published_note_opens_with_its_key_and_no_other():
    assert Note.parse(NOTE).open([Verifier.parse(ENOCH), Verifier.parse(PETER)]) == TEXT

    with pytest.raises(NotSigned, match="no known key"):
        Note.parse(NOTE).open([Verifier.parse(ENOCH)])
    with pytest.raises(NotSigned, match="wrong"):
        Note.parse(NOTE.replace("answer", "Answer")).open([Verifier.parse(PETER)])


def test_signatures_of_unknown_keys_are_ignored_but_a_false_one_of_a_known_key_is_not():
    stranger = Signer("witness.example", b"7" * 32).sign(TEXT).removeprefix(f"{TEXT}\n")
    false = Signer("PeterNeumann", base64.b64decode(PETERS_PRIVATE)[1:]).sign("x\n").removeprefix("x\n\n")

    assert Note.parse(NOTE + stranger * 16).open([Verifier.parse(PETER)]) == TEXT
    with pytest.raises(NotSigned):
        Note.parse(NOTE + false).open([Verifier.parse(PETER)])


def test_the_examples_of_the_specifications_are_read():
    assert Note.parse(SALVATORE).text.endswith("\n\ned è subito sera.\n")
    assert Checkpoint.parse(Note.parse(SOFA).text) == Checkpoint(
        "example.com/behind-the-sofa",
        20852163,
        base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="),
    )


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        NOTE.removesuffix("\n"),
        NOTE.replace("— ", "- "),
        NOTE.replace("— PeterNeumann", "— Peter Neumann"),
        NOTE.replace("— PeterNeumann", "— Peter+Neumann"),
        NOTE.replace("— PeterNeumann", "— "),
        NOTE.replace("problem,", "problem,\r"),
        NOTE.replace("problem,", "problem,\x00"),
        NOTE.replace("nAM=", "nAN="),
        NOTE.replace("nAM=", "nAM"),
        f"{TEXT}\n— PeterNeumann x08gow==\n",
        NOTE + "— PeterNeumann x08go/ZJ\n" * 100,
        "x" * 1_000_001 + NOTE,
    ],
)
def test_anything_else_is_no_signed_note(note):
    with pytest.raises(MalformedNote):
        Note.parse(note)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "o\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "o\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "o\n١\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n",
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nmore\n",
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
    ],
)
def test_anything_else_is_no_checkpoint(text):
    with pytest.raises(MalformedNote):
        Checkpoint.parse(text)


def test_a_checkpoint_counts_only_when_signed_under_its_own_origin():
    ours, other = Signer("chat.example/ledger", b"1" * 32), Signer("other.example/ledger", b"2" * 32)
    checkpoint = Checkpoint("chat.example/ledger", 3, bytes(32))
    both = [ours.verifier, other.verifier]

    assert Checkpoint.open(ours.sign(checkpoint.text()), both) == checkpoint
    with pytest.raises(NotSigned):
        Checkpoint.open(other.sign(checkpoint.text()), both)
