"""What is asked about: everything a reader would see of one post, channel or profile, field by field."""

from __future__ import annotations

from dataclasses import dataclass

from jaga.detect.media import CheckedMedia


@dataclass(frozen=True, slots=True)
class Field:
    """One piece of text with the name under which a signal reports it.

    Names are stable, since they are stored with cases: `text`, `caption`, `file_name[0]`, `entities[3].url`,
    `channel.title`, `channel.about`, `profile.name`. `text` is the whole plain text, whatever entities format it, so
    that a word split by formatting is still one word.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Content:
    """One thing to be published, whole: what is left out here is not checked."""

    fields: tuple[Field, ...] = ()
    links: tuple[Field, ...] = ()
    """Addresses that stand apart from the text (`entities[3].url`, a button's target). Links written in the text
    itself are found there."""
    media: tuple[CheckedMedia, ...] = ()
