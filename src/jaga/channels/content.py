"""The whole of what a reader would see, in the detector's terms: what is left out here would go unchecked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jaga.channels.entities import Entity
from jaga.channels.post import Attachment
from jaga.detect.content import Content, Field
from jaga.detect.media import CheckedMedia, MediaState


def post_content(
    text: str,
    entities: Sequence[Entity],
    media: Sequence[Attachment],
    states: Mapping[str, MediaState],
) -> Content:
    """`states` tells for each attachment's id how far the decoder could look inside."""
    names = tuple(
        Field(f"file_name[{index}]", attachment.file_name)
        for index, attachment in enumerate(media)
        if attachment.file_name
    )
    return Content(
        fields=(Field("caption" if media else "text", text), *names),
        links=tuple(
            Field(f"entities[{index}].url", entity.url)
            for index, entity in enumerate(entities)
            if entity.url is not None
        ),
        media=tuple(
            CheckedMedia(attachment.sha256, states[attachment.id], f"media[{index}]")
            for index, attachment in enumerate(media)
        ),
    )


def channel_content(
    *, name: str, title: str, about: str, category: str, picture: Sequence[CheckedMedia] = ()
) -> Content:
    return Content(
        fields=(
            Field("channel.name", name),
            Field("channel.title", title),
            Field("channel.about", about),
            Field("channel.category", category),
        ),
        media=tuple(picture),
    )
