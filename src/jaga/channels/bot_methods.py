"""The Bot API's methods on our use-cases: the same publish path as for people, nothing goes round it."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, assert_never

from jaga.channels.bot import Bot, BotStore, secret_hash
from jaga.channels.bot_fields import BadCall, Fields, FileSent
from jaga.channels.bot_shapes import chat_id_of, full_chat_of, message_of, messages_of, user_of
from jaga.channels.errors import EmptyPost, PostUnknown, TextTooLong
from jaga.channels.open_side import OpenSide
from jaga.channels.outcome import Held, Outcome, Published, Refused
from jaga.channels.ports import Actor
from jaga.channels.post import AttachmentKind, Draft, Post, Wanted
from jaga.core.errors import NotAllowed
from jaga.core.ids import MalformedId, MediaId, PostId
from jaga.core.text import Text

Answer = Mapping[str, Any] | list[dict[str, Any]] | bool


class PostRefused(NotAllowed):
    """A bot's post that the rules refused; the statement tells the author why and how to appeal."""

    code = "post_refused"
    text = Text(
        id="kiriman ditolak: {category}; alasan dan banding: {statement}",
        en="post refused: {category}; reasons and appeal: {statement}",
    )


class BotApi:
    def __init__(self, *, bots: BotStore, open_side: OpenSide) -> None:
        self.bots = bots
        self._open_side = open_side
        self._methods: dict[str, Callable[[Bot, Fields], Awaitable[Answer]]] = {
            "getme": self._get_me,
            "getchat": self._get_chat,
            "sendmessage": self._send_message,
            "sendphoto": self._send_photo,
            "senddocument": self._send_document,
            "sendmediagroup": self._send_media_group,
            "editmessagetext": self._edit_message_text,
            "editmessagecaption": self._edit_message_caption,
            "deletemessage": self._delete_message,
            "pinchatmessage": self._pin_chat_message,
            "unpinchatmessage": self._unpin_chat_message,
            "getupdates": self._get_updates,
            "deletewebhook": self._delete_webhook,
        }

    async def bot_of(self, token: str) -> Bot:
        """Raises `BotUnknown`."""
        return await self.bots.by_token(secret_hash(token))

    def knows(self, method: str) -> bool:
        """Names are compared without case, as Telegram does."""
        return method.lower() in self._methods

    async def call(self, bot: Bot, method: str, fields: Fields) -> Answer:
        """Raises `BadCall`, `PostRefused`, and what the use-cases raise."""
        return await self._methods[method.lower()](bot, fields)

    async def _get_me(self, bot: Bot, _: Fields) -> Answer:
        return user_of(bot)

    async def _get_chat(self, bot: Bot, fields: Fields) -> Answer:
        _require_own_chat(bot, fields)
        return full_chat_of(
            bot.channel, next(iter(await self._open_side.library.pinned(bot.channel.id)), None)
        )

    async def _get_updates(self, _: Bot, __: Fields) -> Answer:
        """A channel's readers send nothing to its bot."""
        return []

    async def _delete_webhook(self, _: Bot, __: Fields) -> Answer:
        return True

    async def _send_message(self, bot: Bot, fields: Fields) -> Answer:
        draft = _draft(*fields.formatted("text", "entities"), reply_to=await self._reply_to(bot, fields))
        return self._message(bot, await self._post(bot, fields, draft))

    async def _send_photo(self, bot: Bot, fields: Fields) -> Answer:
        return await self._send_file(bot, fields, "photo")

    async def _send_document(self, bot: Bot, fields: Fields) -> Answer:
        return await self._send_file(bot, fields, "document")

    async def _send_file(self, bot: Bot, fields: Fields, kind: AttachmentKind) -> Answer:
        _require_own_chat(bot, fields)
        wanted = await self._wanted(bot, fields.file(kind), kind)
        text, entities = fields.formatted("caption", "caption_entities")
        draft = _draft(text, entities, [wanted], reply_to=await self._reply_to(bot, fields))
        return self._message(bot, await self._post(bot, fields, draft))

    async def _send_media_group(self, bot: Bot, fields: Fields) -> Answer:
        """One post with all the files: checked as a whole, published as a whole."""
        _require_own_chat(bot, fields)
        album = fields.album()
        captioned = next((medium for medium in album if medium.get("caption")), {})
        text, entities = fields.formatted("caption", "caption_entities", captioned)
        media = [await self._wanted(bot, fields.attached(medium), _kind(medium)) for medium in album]
        number = str(secrets.randbits(53))
        draft = _draft(text, entities, media, reply_to=await self._reply_to(bot, fields), album=number)
        post = await self._post(bot, fields, draft)
        return messages_of(post, bot.channel) if isinstance(post, Post) else [self._held(bot, post)]

    async def _edit_message_text(self, bot: Bot, fields: Fields) -> Answer:
        return await self._edit(bot, fields, *fields.formatted("text", "entities"))

    async def _edit_message_caption(self, bot: Bot, fields: Fields) -> Answer:
        return await self._edit(bot, fields, *fields.formatted("caption", "caption_entities"))

    async def _edit(self, bot: Bot, fields: Fields, text: str, entities: Sequence[Any]) -> Answer:
        post = await self._post_named(bot, fields, "message to edit not found")
        standing = await self._readable(post, "message to edit not found")
        media = [
            Wanted(attachment.id, attachment.kind, attachment.file_name) for attachment in standing.media
        ]
        draft = _draft(text, entities, media)
        if (draft.text, draft.entities) == (standing.text, standing.entities):
            raise BadCall(why="message is not modified")
        return self._message(
            bot, self._settled(await self._open_side.publisher.edit(_actor(bot), post, draft))
        )

    async def _delete_message(self, bot: Bot, fields: Fields) -> Answer:
        await self._open_side.keeper.delete(
            _actor(bot), await self._post_named(bot, fields, "message to delete not found")
        )
        return True

    async def _pin_chat_message(self, bot: Bot, fields: Fields) -> Answer:
        await self._open_side.keeper.pin(
            _actor(bot), await self._post_named(bot, fields, "message to pin not found")
        )
        return True

    async def _unpin_chat_message(self, bot: Bot, fields: Fields) -> Answer:
        await self._open_side.keeper.unpin(
            _actor(bot), await self._post_named(bot, fields, "message to unpin not found")
        )
        return True

    async def _post(self, bot: Bot, fields: Fields, draft: Draft) -> Post | Held:
        _require_own_chat(bot, fields)
        return self._settled(await self._open_side.publisher.post(_actor(bot), bot.channel.name, draft))

    def _settled(self, outcome: Outcome[Post]) -> Post | Held:
        match outcome:
            case Published(post):
                return post
            case Held():
                return outcome
            case Refused(_, statement, category):
                raise PostRefused(category=category, statement=self._open_side.statement_address(statement))
            case _:
                assert_never(outcome)

    def _message(self, bot: Bot, post: Post | Held) -> dict[str, Any]:
        return message_of(post, bot.channel) if isinstance(post, Post) else self._held(bot, post)

    def _held(self, bot: Bot, held: Held) -> dict[str, Any]:
        """Telegram has no word for it. A bot must not send it again, so it is a message, which says that it waits."""
        chat = {"id": chat_id_of(bot.channel), "type": "channel", "title": bot.channel.title}
        return {"message_id": 0, "date": 0, "chat": chat, "jaga_state": "held", "jaga_case": held.case}

    async def _wanted(self, bot: Bot, file: FileSent | str, kind: AttachmentKind) -> Wanted:
        if not isinstance(file, str):
            uploaded = await self._open_side.uploader.upload(
                _actor(bot), file.chunks(), declared_type=file.declared_type, declared_size=None
            )
            return Wanted(uploaded.id, kind, file.name)
        try:
            return Wanted(MediaId.parse(file), kind)
        except MalformedId:
            raise BadCall(why="wrong file identifier specified") from None

    async def _reply_to(self, bot: Bot, fields: Fields) -> PostId | None:
        number = fields.reply_to()
        if number is None:
            return None
        return await self._numbered(bot, number, "message to be replied not found")

    async def _post_named(self, bot: Bot, fields: Fields, otherwise: str) -> PostId:
        _require_own_chat(bot, fields)
        number = fields.number("message_id")
        if number is None:
            raise BadCall(why="message identifier is not specified")
        return await self._numbered(bot, number, otherwise)

    async def _numbered(self, bot: Bot, number: int, otherwise: str) -> PostId:
        try:
            return await self.bots.post_numbered(bot.channel.id, number)
        except PostUnknown:
            raise BadCall(why=otherwise) from None

    async def _readable(self, id: PostId, otherwise: str) -> Post:
        post = await self._open_side.library.post(id)
        if post is None:
            raise BadCall(why=otherwise)
        return post


def _draft(text: str, entities: Sequence[Any], media: Sequence[Wanted] = (), **more: Any) -> Draft:
    try:
        return Draft.of(text, entities, media, **more)
    except EmptyPost:
        raise BadCall(why="message text is empty") from None
    except TextTooLong:
        raise BadCall(why="message caption is too long" if media else "message is too long") from None


def _actor(bot: Bot) -> Actor:
    return Actor(bot.owner, bot_id=bot.id)


def _kind(medium: Mapping[str, Any]) -> AttachmentKind:
    match medium.get("type"):
        case "photo":
            return "photo"
        case "document":
            return "document"
        case _:
            raise BadCall(why="only photos and documents are taken in an album")


def _require_own_chat(bot: Bot, fields: Fields) -> None:
    """`@name`, or the number; any other chat looks as if it did not exist."""
    given = fields.values.get("chat_id")
    if given in (None, ""):
        raise BadCall(why="chat_id is empty")
    own = (f"@{bot.channel.name}", str(chat_id_of(bot.channel)))
    if str(given) not in own and str(given).lower() != own[0]:
        raise BadCall(why="chat not found")
