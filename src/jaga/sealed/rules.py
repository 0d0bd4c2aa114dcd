"""The table: what each type of event may carry in a sealed room. What is not in the table is refused.

A new row needs its shape, the reason given when the shape does not fit, and a test for each. A shape tells how many
bytes it leaves to a sender; `free_bytes` adds them up, and `docs/sealed-side.md` must say the same number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jaga.sealed.emoji import ONE_EMOJI
from jaga.sealed.megolm import megolm_ciphertext, signed_by_session
from jaga.sealed.refusals import Why
from jaga.sealed.shapes import (
    CONTENT_URI,
    DEVICE_ID,
    EVENT_ID,
    KEY,
    MAC,
    SIGNING_KEY,
    USER_ID,
    Shape,
    both,
    either,
    exactly,
    listing,
    nothing,
    record,
    table,
    text,
    whole,
)

# MSC4362, by the name it has until it is part of the specification.
ENCRYPT_STATE = "io.element.msc4362.encrypt_state_events"
MEGOLM = "m.megolm.v1.aes-sha2"
ROOM_VERSIONS = ("10", "11", "12")
SEALED_STATE_KEYS = ("m.room.name:", "m.room.topic:", "m.room.avatar:", "m.room.pinned_events:")
NO_STATE_KEY: Shape = exactly("")


@dataclass(frozen=True, slots=True)
class Rule:
    """What one type of event may carry."""

    content: Shape
    otherwise: Why = Why.SHAPE
    state_key: Shape = NO_STATE_KEY
    """Text can hide in a state key as well."""

    @property
    def free_bytes(self) -> int:
        """How many bytes a sender may choose at will in one such event, as the server reads it."""
        return self.content.free + self.state_key.free


# The types that stock clients name in power levels. A list, since a free type could spell a message.
_LEVELED_TYPES = (
    *("m.room.avatar", "m.room.canonical_alias", "m.room.encryption", "m.room.guest_access", "m.room.name"),
    *("m.room.history_visibility", "m.room.join_rules", "m.room.pinned_events", "m.room.power_levels"),
    *("m.room.server_acl", "m.room.third_party_invite", "m.room.tombstone", "m.room.topic"),
    *("m.room.encrypted", "m.room.message", "m.room.redaction", "m.reaction", "m.sticker", "m.call.invite"),
    *("m.call", "m.call.member", "org.matrix.msc3401.call", "org.matrix.msc3401.call.member"),
    *("m.space.child", "m.space.parent", "m.widget", "im.vector.modular.widgets"),
    *("m.beacon_info", "org.matrix.msc3672.beacon_info", "io.element.voice_broadcast_info"),
)
_LEVELED = exactly(*_LEVELED_TYPES)
_LEVEL = whole(-1, 150)  # what clients offer, and the levels that Synapse itself writes
_EMPTY = record()

RELATION = record(
    optional={
        "rel_type": exactly("m.thread", "m.replace", "m.reference", "m.annotation"),
        "event_id": EVENT_ID,
        "is_falling_back": exactly(True, False),
        "m.in_reply_to": record({"event_id": EVENT_ID}),
        "key": ONE_EMOJI,
    }
)
_REFERENCE = record({"rel_type": exactly("m.reference"), "event_id": EVENT_ID})
_ANNOTATION = record({"rel_type": exactly("m.annotation"), "event_id": EVENT_ID, "key": ONE_EMOJI})


def _encrypted(**more: Shape) -> Shape:
    parts = {
        "algorithm": exactly(MEGOLM),
        # What is inside is for its readers; the server sees noise, or cannot tell that it is none.
        "ciphertext": Shape(megolm_ciphertext),
        "session_id": SIGNING_KEY,
    }
    # Deprecated since Matrix 1.3, still sent by every client and needed by some that read.
    deprecated = {"sender_key": KEY, "device_id": DEVICE_ID}
    return both(record(parts, deprecated | more), signed_by_session)


_METHODS = exactly("m.sas.v1", "m.reciprocate.v1", "m.qr_code.scan.v1", "m.qr_code.show.v1")
_AGREEMENTS = exactly("curve25519-hkdf-sha256", "curve25519")
_MACS = exactly(
    "hkdf-hmac-sha256.v2", "org.matrix.msc3783.hkdf-hmac-sha256", "hkdf-hmac-sha256", "hmac-sha256"
)
_SAS = exactly("emoji", "decimal")
_CODES = exactly(
    *(
        "m.user",
        "m.timeout",
        "m.unknown_transaction",
        "m.unknown_method",
        "m.unexpected_message",
        "m.accepted",
    ),
    *(
        "m.key_mismatch",
        "m.user_mismatch",
        "m.invalid_message",
        "m.mismatched_commitment",
        "m.mismatched_sas",
    ),
    *("m.qr_code.invalid", "m.verification_timeout"),
)
_REPLACED = text(r"(?s).{0,500}", free=0)  # see `FALLBACK_TEXTS`


def _verification(required: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Rule:
    return Rule(record({**required, "m.relates_to": _REFERENCE}, optional))


# Clients agree on each other's keys in the room itself, in clear (specification, 10.12.2). The vocabularies are
# closed and hold nothing but keys, hashes and names of algorithms.
_VERIFICATION: dict[str, Rule] = {
    "m.key.verification.ready": _verification(
        {"from_device": DEVICE_ID, "methods": listing(_METHODS, most=4)}
    ),
    "m.key.verification.start": _verification(
        {"from_device": DEVICE_ID, "method": _METHODS},
        {
            "hashes": listing(exactly("sha256"), most=1),
            "key_agreement_protocols": listing(_AGREEMENTS, most=4),
            "message_authentication_codes": listing(_MACS, most=4),
            "short_authentication_string": listing(_SAS, most=2),
            "secret": text(r"[A-Za-z0-9+/]{11,43}", free=43),
        },
    ),
    "m.key.verification.accept": _verification(
        {
            "commitment": KEY,
            "hash": exactly("sha256"),
            "key_agreement_protocol": _AGREEMENTS,
            "message_authentication_code": _MACS,
            "short_authentication_string": listing(_SAS, most=2),
        },
        {"method": _METHODS},
    ),
    "m.key.verification.key": _verification({"key": KEY}),
    "m.key.verification.mac": _verification(
        # The sender's own device and own master key.
        {"keys": MAC, "mac": table(text(r"ed25519:[A-Za-z0-9+/=._~-]{1,64}", free=43), MAC, most=2)}
    ),
    "m.key.verification.done": _verification({}),
    # The reason is written by the client for its own code and is left out of what is stored; see `FALLBACK_TEXTS`.
    "m.key.verification.cancel": _verification({"code": _CODES}, {"reason": _REPLACED}),
}

TIMELINE: dict[str, Rule] = {
    "m.room.encrypted": Rule(_encrypted(**{"m.relates_to": RELATION}), Why.CIPHERTEXT),
    "m.room.redaction": Rule(record(optional={"redacts": EVENT_ID})),
    "m.reaction": Rule(record({"m.relates_to": _ANNOTATION})),
    # The one message type that clients send in clear: it asks for a verification.
    "m.room.message": Rule(
        record(
            {
                "msgtype": exactly("m.key.verification.request"),
                "body": _REPLACED,
                "from_device": DEVICE_ID,
                "to": USER_ID,
                "methods": listing(_METHODS, most=4),
            }
        ),
        Why.PLAINTEXT,
    ),
    **_VERIFICATION,
    # Synapse sends it to join loose ends of a room's history.
    "org.matrix.dummy_event": Rule(_EMPTY),
}

# Text that clients write for clients which cannot show the event. People never typed it, so it is replaced rather
# than refused; the field must exist for other clients to accept the event.
FALLBACK_TEXTS: dict[str, tuple[str, str]] = {
    "m.room.message": ("body", "Verification request"),
    "m.key.verification.cancel": ("reason", "Cancelled"),
}

STATE: dict[str, Rule] = {
    "m.room.create": Rule(
        record(
            {"room_version": exactly(*ROOM_VERSIONS)},
            {
                "creator": USER_ID,
                "m.federate": exactly(True, False),
                "additional_creators": listing(USER_ID, most=500),
            },
        )
    ),
    "m.room.member": Rule(
        record(
            {"membership": exactly("join", "invite", "leave", "ban", "knock")},
            {
                # The member's public name and picture: `jaga.sealed.guard.confirm` compares them with the profile.
                "displayname": either(nothing, text(r"[^\n\r]{0,256}", free=0)),
                "avatar_url": either(nothing, exactly(""), CONTENT_URI),
                "is_direct": exactly(True, False),
                "reason": either(nothing, exactly("")),
            },
        ),
        state_key=USER_ID,
    ),
    "m.room.power_levels": Rule(
        record(
            optional={
                "users": table(USER_ID, _LEVEL, most=500),
                "events": table(_LEVELED, _LEVEL, most=len(_LEVELED_TYPES)),
                "notifications": record(optional={"room": _LEVEL}),
                **dict.fromkeys(
                    (
                        "users_default",
                        "events_default",
                        "state_default",
                        "ban",
                        "kick",
                        "redact",
                        "invite",
                        "historical",
                    ),
                    _LEVEL,
                ),
            }
        )
    ),
    "m.room.encryption": Rule(
        record(
            {"algorithm": exactly(MEGOLM)},
            {
                # What the specification recommends, and nio asks for: a week, and a hundred messages.
                "rotation_period_ms": whole(604_800_000, 604_800_000),
                "rotation_period_msgs": whole(100, 100),
                ENCRYPT_STATE: exactly(True, False),
            },
        ),
        Why.ENCRYPTION,
    ),
    "m.room.join_rules": Rule(record({"join_rule": exactly("invite", "knock")}), Why.OPEN),
    "m.room.history_visibility": Rule(
        record({"history_visibility": exactly("invited", "joined", "shared")}), Why.OPEN
    ),
    "m.room.guest_access": Rule(record({"guest_access": exactly("forbidden")}), Why.OPEN),
    "m.room.pinned_events": Rule(record({"pinned": listing(EVENT_ID, most=100)})),
    # MSC4362: a name, topic, picture or list of pins that only members can read.
    "m.room.encrypted": Rule(_encrypted(), Why.CIPHERTEXT, state_key=exactly(*SEALED_STATE_KEYS)),
}

# State that is refused for its own reason; all else that is not in `STATE` is refused as `Why.STATE`.
REFUSED_STATE: dict[str, Why] = {
    "m.room.tombstone": Why.UPGRADE,
    "m.room.canonical_alias": Why.OPEN,
    "m.room.third_party_invite": Why.INVITATION,
}
