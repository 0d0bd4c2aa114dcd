"""Why Jaga does not start: each says in one sentence what is wrong and what to do."""

from __future__ import annotations

from jaga.core.errors import Conflict, Unavailable
from jaga.core.text import Text


class CannotWrite(Unavailable):
    code = "data_directory_not_writable"
    text = Text(
        id="Direktori data {path} tidak dapat ditulisi ({reason}); pilih direktori lain dengan --data.",
        en="The data directory {path} cannot be written ({reason}); choose another one with --data.",
    )


class DataDirInUse(Conflict):
    code = "data_directory_in_use"
    text = Text(
        id="Direktori data {path} sedang dipakai Jaga lain; hentikan yang itu, atau pilih --data lain.",
        en="Another Jaga is running on the data directory {path}; stop it, or choose another one with --data.",
    )


class PortTaken(Conflict):
    code = "port_taken"
    text = Text(
        id="Alamat {host}:{port} tidak dapat dipakai ({reason}); pilih yang lain dengan --port.",
        en="The address {host}:{port} cannot be used ({reason}); choose another one with --port.",
    )


class NoRedis(Unavailable):
    code = "no_redis"
    text = Text(
        id="homeserver_workers = {workers} memerlukan Redis: pasang redis-server (apt-get install redis-server), "
        "atau setel homeserver_workers = 1.",
        en="homeserver_workers = {workers} needs Redis: install redis-server (apt-get install redis-server), or set "
        "homeserver_workers = 1.",
    )


class NoAccountForPostgres(Unavailable):
    code = "no_account_for_postgres"
    text = Text(
        id="PostgreSQL tidak boleh berjalan sebagai root; jalankan Jaga sebagai pengguna lain, atau buat "
        "pengguna sistem {name} ({reason}).",
        en="PostgreSQL refuses to run as root; start Jaga as another user, or create the system user {name} "
        "({reason}).",
    )


class PathOutOfReach(Unavailable):
    code = "path_out_of_reach"
    text = Text(
        id="Pengguna {name}, yang menjalankan PostgreSQL, tidak dapat mencapai {path}; pindahkan, atau jalankan "
        "Jaga sebagai pengguna selain root.",
        en="The user {name}, as whom PostgreSQL runs, cannot reach {path}; move it, or start Jaga as another user "
        "than root.",
    )


class ClusterOfAnotherVersion(Conflict):
    code = "cluster_of_another_version"
    text = Text(
        id="Data di {path} berasal dari PostgreSQL {found}, sedangkan Jaga ini membawa {wanted}; buat cadangan "
        "dengan Jaga yang membuatnya, lalu pulihkan di sini dengan jaga restore.",
        en="The data in {path} is of PostgreSQL {found} and this Jaga brings {wanted}; make a backup with the Jaga "
        "that wrote it and bring it in with jaga restore.",
    )


class ServerTooOld(Conflict):
    code = "server_too_old"
    text = Text(
        id="Peladen di database_url adalah PostgreSQL {found}; Jaga memerlukan 15 atau lebih baru.",
        en="The server at database_url is PostgreSQL {found}; Jaga needs 15 or newer.",
    )


class ServerOutOfReach(Unavailable):
    code = "server_out_of_reach"
    text = Text(
        id="PostgreSQL di database_url tidak dapat dihubungi ({reason}); periksa alamat dan sandinya.",
        en="PostgreSQL at database_url cannot be reached ({reason}); check its address and password.",
    )


class NotSuperuser(Conflict):
    code = "not_superuser"
    text = Text(
        id="Peran {role} di database_url bukan superuser; Jaga memerlukannya untuk membuat perannya sendiri.",
        en="The role {role} in database_url is not a superuser; Jaga needs one to create its own roles.",
    )


class SecretMissing(Conflict):
    code = "secret_missing"
    text = Text(
        id="Berkas rahasia {path} hilang; kembalikan dari cadangan, sebab tanpa itu data yang ada tidak terpakai.",
        en="The secret file {path} is missing; bring it back from a backup, for the data at hand is of no use without it.",
    )


class ServerNameChanged(Conflict):
    code = "server_name_changed"
    text = Text(
        id="Jaga di {path} memakai nama {kept}, dan pengenal setiap akun memuatnya; kembalikan server_name ke nama itu.",
        en="Jaga in {path} goes by the name {kept}, which is part of every account; set server_name back to it.",
    )


class CannotStart(Unavailable):
    code = "cannot_start"
    text = Text(
        id="{name} tidak dapat dijalankan: {reason}; baris terakhirnya ada di {log}.",
        en="{name} cannot be started: {reason}; its last lines are in {log}.",
    )
