"""The Matrix routes of the front door, as data. What is not in this table does not exist outside.

A row says how a request is recognized (methods, and a path whose `{parts}` are described in `PARTS`) and what becomes
of it: `Pass` it to the sealed side, perhaps with a body of a known shape, `Refuse` it with a reason, or let it be
`Absent`. The first row that fits decides. Paths are compared after percent-decoding each segment once, and only a
canonical form of a recognized path is ever passed on. A test holds the table against Synapse's own list of routes.
"""

from __future__ import annotations

from jaga.web import front_door_bodies as bodies
from jaga.web import front_door_settings as settings
from jaga.web.front_door_reasons import Because
from jaga.web.front_door_rows import (
    LARGE,
    Absent,
    Pass,
    PassChecked,
    PassName,
    PassPicture,
    PassPictureChoice,
    PassSignIn,
    PassUpload,
    PassUploadOrPicture,
    Refuse,
    Row,
)
from jaga.web.front_door_shapes import Shape

C = "/_matrix/client"
V3 = f"{C}/{{api}}"
V1 = f"{C}/{{v1}}"
ROOM = f"{V3}/rooms/{{room}}"
USER = f"{V3}/user/{{user}}"
PUSH = f"{V3}/pushrules/global"
M = "/_matrix/media"
GET, PUT, POST, DELETE = ("GET",), ("PUT",), ("POST",), ("DELETE",)
ANY: tuple[str, ...] = ()

# `filename` would be stored in clear beside the ciphertext, and the type would tell what the ciphertext is.
UPLOAD = PassUpload(body_limit=None, content_type="application/octet-stream", without=frozenset({"filename"}))
UPLOAD_OR_PICTURE = PassUploadOrPicture(
    body_limit=None, content_type="application/octet-stream", without=frozenset({"filename"})
)
# Profile pictures are small already, and of ciphertext nobody makes thumbnails.
SMALL_ALREADY = Pass(
    instead=("thumbnail", "download"), without=frozenset({"width", "height", "method", "animated"})
)


def passing(methods: tuple[str, ...], *paths: str) -> tuple[Row, ...]:
    return tuple(Row(methods, path, Pass()) for path in paths)


def refusing(because: Because, *paths: str, methods: tuple[str, ...] = ANY) -> tuple[Row, ...]:
    return tuple(Row(methods, path, Refuse(because)) for path in paths)


def checking(
    methods: tuple[str, ...], shape: Shape, *paths: str, because: Because = Because.NO_SUCH_FIELD
) -> tuple[Row, ...]:
    return tuple(Row(methods, path, PassChecked(shape=shape, because=because)) for path in paths)


def signing_out(methods: tuple[str, ...], shape: Shape, path: str) -> tuple[Row, ...]:
    return (Row(methods, path, PassChecked(shape=shape, signs_out=True)),)


def checking_keys(methods: tuple[str, ...], shape: Shape, *paths: str) -> tuple[Row, ...]:
    then = PassChecked(body_limit=LARGE, shape=shape, because=Because.NO_CLEAR_KEYS)
    return tuple(Row(methods, path, then) for path in paths)


def checking_settings(methods: tuple[str, ...], shape: Shape, *paths: str) -> tuple[Row, ...]:
    return checking(methods, shape, *paths, because=Because.NO_CLEAR_SETTINGS)


def absent(*paths: str) -> tuple[Row, ...]:
    return tuple(Row(ANY, path, Absent()) for path in paths)


def _to_device(kind: str, content: Shape) -> Row:
    then = PassChecked(body_limit=LARGE, shape=bodies.to_devices(content), because=Because.NO_CLEAR_TO_DEVICE)
    return Row(PUT, f"{V3}/sendToDevice/{kind}/{{transaction}}", then)


ROUTES: tuple[Row, ...] = (
    # Closed, each for its reason. Before all else, so that no wider row below opens one of them.
    *refusing(Because.NO_ADMIN_API, "/_synapse/{rest}", f"{V3}/admin/{{rest}}", f"{C}/v1/admin/{{rest}}"),
    *refusing(
        Because.NO_PUBLIC_ROOMS,
        f"{V3}/publicRooms",
        f"{V3}/directory/list/{{rest}}",
        f"{C}/v1/room_summary/{{rest}}",
        f"{C}/v1/rooms/{{room}}/hierarchy",
        f"{C}/unstable/im.nheko.summary/{{rest}}",
    ),
    *refusing(
        Because.NO_PEEKING,
        f"{V3}/initialSync",
        f"{ROOM}/initialSync",
        f"{V3}/events",
        f"{V3}/events/{{id}}",
    ),
    *refusing(
        Because.NO_ALIASES,
        f"{V3}/directory/room/{{rest}}",
        f"{ROOM}/aliases",
        f"{C}/unstable/org.matrix.msc2432/rooms/{{room}}/aliases",
    ),
    *refusing(
        Because.NO_REGISTRATION,
        f"{V3}/register/{{rest}}",
        f"{C}/v1/register/{{rest}}",
    ),
    *refusing(Because.NO_SEARCH, f"{V3}/search"),
    *refusing(
        Because.NO_CONTACT_DETAILS,
        f"{V3}/account/3pid/{{rest}}",
        f"{V3}/account/password/email/{{rest}}",
        f"{V3}/account/password/msisdn/{{rest}}",
        f"{C}/unstable/add_threepid/{{rest}}",
        f"{C}/unstable/registration/{{rest}}",
        f"{ROOM}/invite/3pid",
    ),
    *refusing(
        Because.NO_DELAYED_EVENTS,
        f"{C}/unstable/org.matrix.msc4140/{{rest}}",
        f"{C}/v1/delayed_events/{{rest}}",
    ),
    *refusing(Because.NO_UPGRADE, f"{ROOM}/upgrade"),
    *refusing(
        Because.NO_REPORT_HERE,
        f"{ROOM}/report",
        f"{ROOM}/report/{{id}}",
        f"{V3}/users/{{user}}/report",
    ),
    *refusing(Because.NO_PREVIEWS, f"{M}/{{word}}/preview_url", f"{C}/v1/media/preview_url"),
    *refusing(Because.NO_PRESENCE, f"{V3}/presence/{{rest}}"),
    *refusing(Because.NO_PUSH, f"{V3}/pushers/set"),
    # Sign-in and account.
    *passing(GET, f"{C}/versions", f"{V3}/login", f"{V3}/capabilities", f"{V3}/account/whoami"),
    Row(POST, f"{V3}/login", PassSignIn(shape=bodies.LOGIN)),
    *passing(POST, f"{V3}/logout", f"{V3}/refresh"),
    Row(POST, f"{V3}/logout/all", Pass(signs_out=True)),
    *signing_out(POST, bodies.NEW_PASSWORD, f"{V3}/account/password"),
    *signing_out(POST, bodies.DEACTIVATE, f"{V3}/account/deactivate"),
    *checking(POST, settings.NOTHING, f"{USER}/openid/request_token"),
    # Synchronization.
    *passing(GET, f"{V3}/sync", f"{V3}/notifications", f"{USER}/filter/{{id}}", f"{V3}/pushers"),
    *checking_settings(POST, settings.FILTER, f"{USER}/filter"),
    *checking_settings(POST, settings.SLIDING_SYNC, f"{C}/unstable/org.matrix.simplified_msc3575/sync"),
    # Rooms. `jaga.sealed` looks at what is created, sent and set here, inside Synapse.
    *passing(POST, f"{V3}/createRoom", f"{V3}/join/{{room}}", f"{V3}/knock/{{room}}"),
    *refusing(Because.NO_ALIASES, f"{V3}/join/{{id}}", f"{V3}/knock/{{id}}"),
    *passing(POST, f"{ROOM}/{{membership}}"),
    *checking(POST, settings.RECEIPT, f"{ROOM}/receipt/{{receipt}}/{{event}}"),
    *checking(POST, settings.READ_MARKERS, f"{ROOM}/read_markers"),
    *passing(
        GET,
        f"{V3}/joined_rooms",
        *(f"{ROOM}/{name}" for name in ("messages", "members", "joined_members", "state")),
        f"{ROOM}/event/{{event}}",
        f"{ROOM}/context/{{event}}",
        f"{C}/v1/rooms/{{room}}/threads",
        f"{C}/v1/rooms/{{room}}/timestamp_to_event",
        f"{V1}/rooms/{{room}}/relations/{{event}}",
        f"{V1}/rooms/{{room}}/relations/{{event}}/{{type}}",
        f"{V1}/rooms/{{room}}/relations/{{event}}/{{type}}/{{type}}",
    ),
    *passing(("GET", "PUT"), f"{ROOM}/state/{{type}}", f"{ROOM}/state/{{type}}/{{state_key}}"),
    *passing(PUT, f"{ROOM}/send/{{type}}/{{transaction}}", f"{ROOM}/redact/{{event}}/{{transaction}}"),
    *checking(PUT, settings.TYPING, f"{ROOM}/typing/{{user}}"),
    # Keys and devices.
    *(_to_device(kind, content) for kind, content in bodies.TO_DEVICE.items()),
    *refusing(Because.NO_CLEAR_TO_DEVICE, f"{V3}/sendToDevice/{{rest}}"),
    *passing(POST, f"{V3}/keys/query", f"{V3}/keys/claim"),
    *checking_keys(POST, bodies.KEYS_UPLOAD, f"{V3}/keys/upload"),
    *checking_keys(
        POST,
        bodies.SIGNATURES_UPLOAD,
        *(f"{C}/{api}/keys/signatures/upload" for api in ("{api}", "unstable")),
    ),
    *checking_keys(
        POST,
        bodies.SIGNING_KEYS_UPLOAD,
        *(f"{C}/{api}/keys/device_signing/upload" for api in ("v3", "unstable")),
    ),
    *passing(GET, f"{V3}/keys/changes", f"{V3}/devices", f"{V3}/devices/{{id}}"),
    *checking(PUT, bodies.DEVICE, f"{V3}/devices/{{id}}"),
    *signing_out(DELETE, bodies.DELETE_DEVICE, f"{V3}/devices/{{id}}"),
    *signing_out(POST, bodies.DELETE_DEVICES, f"{V3}/delete_devices"),
    *passing(GET, f"{V3}/room_keys/version", f"{V3}/room_keys/version/{{word}}"),
    *passing(DELETE, f"{V3}/room_keys/version/{{word}}"),
    *checking_keys(POST, bodies.BACKUP, f"{V3}/room_keys/version"),
    *checking_keys(PUT, bodies.BACKUP_CHANGE, f"{V3}/room_keys/version/{{word}}"),
    *passing(
        ("GET", "DELETE"),
        f"{V3}/room_keys/keys",
        f"{V3}/room_keys/keys/{{room}}",
        f"{V3}/room_keys/keys/{{room}}/{{session}}",
    ),
    *checking_keys(PUT, bodies.BACKED_UP_ROOMS, f"{V3}/room_keys/keys"),
    *checking_keys(PUT, bodies.BACKED_UP_ROOM, f"{V3}/room_keys/keys/{{room}}"),
    *checking_keys(PUT, bodies.BACKED_UP_SESSION, f"{V3}/room_keys/keys/{{room}}/{{session}}"),
    # People.
    *passing(POST, f"{V3}/user_directory/search"),
    Row(PUT, f"{V3}/profile/{{user}}/displayname", PassName()),
    Row(POST, f"{C}/unstable/org.jaga.profile/picture", PassPicture(body_limit=None)),
    Row(PUT, f"{V3}/profile/{{user}}/avatar_url", PassPictureChoice()),
    *passing(DELETE, f"{V3}/profile/{{user}}/avatar_url"),
    *passing(
        GET,
        f"{V3}/profile/{{user}}",
        *(f"{V3}/profile/{{user}}/{name}" for name in ("displayname", "avatar_url")),
    ),
    *refusing(
        Because.NO_PROFILE_FIELDS,
        f"{V3}/profile/{{rest}}",
        f"{C}/unstable/uk.tcpip.msc4133/profile/{{rest}}",
    ),
    # A client's own settings.
    *passing(
        GET,
        f"{USER}/account_data/{{type}}",
        f"{USER}/rooms/{{room}}/account_data/{{type}}",
        f"{USER}/rooms/{{room}}/tags",
        f"{V3}/pushrules/{{rest}}",
    ),
    *(
        row
        for kind, shape in settings.ACCOUNT_DATA.items()
        for row in checking_settings(PUT, shape, f"{USER}/account_data/{kind}")
    ),
    *(
        row
        for kind, shape in settings.ROOM_ACCOUNT_DATA.items()
        for row in checking_settings(PUT, shape, f"{USER}/rooms/{{room}}/account_data/{kind}")
    ),
    *checking_settings(PUT, settings.TAG, f"{USER}/rooms/{{room}}/tags/{{tag}}"),
    *passing(DELETE, f"{USER}/rooms/{{room}}/tags/{{id}}", f"{PUSH}/{{push_kind}}/{{id}}"),
    *checking_settings(
        PUT,
        settings.PUSH_RULE,
        f"{PUSH}/{{push_filter}}/{{room}}",
        f"{PUSH}/room/{{room}}",
        f"{PUSH}/sender/{{user}}",
    ),
    *(
        row
        for name, shape in (("enabled", settings.PUSH_ENABLED), ("actions", settings.PUSH_ACTIONS))
        for rule in ("push_rule", "room", "user")
        for row in checking_settings(PUT, shape, f"{PUSH}/{{push_kind}}/{{{rule}}}/{name}")
    ),
    *refusing(
        Because.NO_CLEAR_SETTINGS,
        f"{USER}/account_data/{{rest}}",
        f"{USER}/rooms/{{room}}/account_data/{{rest}}",
        f"{USER}/rooms/{{room}}/tags/{{rest}}",
        f"{V3}/pushrules/{{rest}}",
        methods=PUT,
    ),
    *passing(GET, f"{V3}/voip/turnServer"),
    # Media: ciphertext only, and pictures on their way to a profile.
    Row(POST, f"{M}/{{media_api}}/upload", UPLOAD_OR_PICTURE),
    Row(PUT, f"{M}/v3/upload/{{server}}/{{media}}", UPLOAD),
    *passing(POST, f"{M}/v1/create"),
    *passing(
        GET,
        f"{C}/v1/media/config",
        f"{M}/{{media_api}}/config",
        f"{C}/v1/media/download/{{server}}/{{media}}",
        f"{C}/v1/media/download/{{server}}/{{media}}/{{id}}",
    ),
    Row(GET, f"{C}/v1/media/thumbnail/{{server}}/{{media}}", SMALL_ALREADY),
    # What Synapse has besides, and we do not.
    *absent(
        # Other ways to sign in, and rooms of other networks.
        f"{V3}/login/{{rest}}",
        f"{C}/v1/login/{{rest}}",
        f"{V3}/auth/{{rest}}",
        f"{V1}/auth_metadata",
        f"{V3}/tokenrefresh",
        f"{V3}/password_policy",
        f"{V3}/account_validity/{{rest}}",
        f"{V3}/thirdparty/{{rest}}",
        f"{V1}/appservice/{{rest}}",
        # Files without signing in.
        f"{M}/{{media_api}}/download/{{rest}}",
        f"{M}/{{media_api}}/thumbnail/{{rest}}",
        # What `POST` does without a transaction and `PUT` does better; what nobody uses.
        f"{ROOM}/send/{{type}}",
        f"{ROOM}/redact/{{event}}",
        f"{ROOM}/{{membership}}/{{id}}",
        f"{V3}/createRoom/{{id}}",
        f"{V3}/join/{{room}}/{{id}}",
        f"{V1}/mutual_rooms",
        # Experiments.
        *(
            f"{C}/unstable/{name}"
            for name in (
                "org.matrix.msc1763/retention/{rest}",
                "org.matrix.msc2965/auth_metadata",
                "org.matrix.msc3391/user/{rest}",
                "org.matrix.msc3720/account_status",
                "org.matrix.msc3814.v1/dehydrated_device/{rest}",
                "org.matrix.msc3882/login/token",
                "org.matrix.msc3983/keys/claim",
                "org.matrix.msc4108/rendezvous",
                "org.matrix.msc4143/rtc/transports",
                "io.element.msc4306/rooms/{rest}",
                "io.element.msc4308/thread_subscriptions",
                "io.element.msc4388/rendezvous/{rest}",
                "io.element.msc4502/rooms/{rest}",
                "io.element.msc4512/appservice/{rest}",
                "pushers/remove",
            )
        ),
    ),
)

# MSC4140: these make an ordinary send a delayed one, whose content is stored before any check.
REFUSED_QUERY: dict[str, Because] = {
    "org.matrix.msc4140.delay": Because.NO_DELAYED_EVENTS,
    "org.matrix.msc4140.parent_delay_id": Because.NO_DELAYED_EVENTS,
    "delay": Because.NO_DELAYED_EVENTS,
    "parent_delay_id": Because.NO_DELAYED_EVENTS,
}
