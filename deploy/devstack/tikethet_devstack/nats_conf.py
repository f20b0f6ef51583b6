"""The accounts of NATS: who may read the stream, and that nobody but the tickets service can write it.

Inside one account a reader could set a reply subject and make the server itself publish into the stream; across
accounts the server rewrites reply subjects, so each reader has an account of its own and imports only read services,
under the prefix `TK.API` (nats-py: `jetstream(prefix="TK.API")`).

Programs outside are users of one more account, SUBSCRIBERS. The server asks tickets who they are and what each may
(auth callout), so an account can come and go while everything runs. They import no right to make consumers: whoever
makes one may choose where the server pushes its messages inside the owner's account (to whatever is subscribed there;
JetStream's own API is not). Tickets makes theirs. Of the house's own, bot is bound to the one consumer it has; notify
makes one for each process and each look back, under names that nobody knows before, so it may make any.
"""

from collections.abc import Mapping

STREAM = "TIKETHET_EVENTS"
READER_PREFIX = "TK.API"
OWNER = "tickets"
READERS = ("notify", "bot")
USERS = (OWNER, *READERS)
PROGRAMS = "subscribers"
"""The account of programs outside; it has no users in the configuration."""

BOT_CONSUMER = "telegram"
"""What bot calls its durable."""

# API subject → whether it answers with many messages (fetches) or one.
READ_SERVICES = {
    f"STREAM.INFO.{STREAM}": False,
    f"CONSUMER.CREATE.{STREAM}.>": False,
    f"CONSUMER.INFO.{STREAM}.*": False,
    f"CONSUMER.DELETE.{STREAM}.*": False,
    f"CONSUMER.MSG.NEXT.{STREAM}.*": True,
    f"DIRECT.GET.{STREAM}": True,
}
BOT_SERVICES = (
    f"STREAM.INFO.{STREAM}",
    *(f"CONSUMER.{call}.{STREAM}.{BOT_CONSUMER}" for call in ("CREATE", "INFO", "DELETE", "MSG.NEXT")),
)
PROGRAM_SERVICES = (f"CONSUMER.INFO.{STREAM}.*", f"CONSUMER.MSG.NEXT.{STREAM}.*")
CONNECTIONS = f"$SYS.REQ.ACCOUNT.{PROGRAMS.upper()}.CONNZ"
KICK = "$SYS.REQ.SERVER.*.KICK"
ACKS = f"$JS.ACK.{STREAM}.>"
BOT_ACKS = f"$JS.ACK.{STREAM}.{BOT_CONSUMER}.>"
LIVE = "tikethet.live.>"
MAX_PAYLOAD = 1024 * 1024


def accounts(passwords: Mapping[str, str], *, issuer: str | None = None) -> str:
    """The configuration text for the users of `USERS`, one account each.

    `passwords` has one per user; `issuer` is the public nkey that tickets signs its answers about programs outside with
    (`None`: none are let in). What notify says on `tikethet.live.>` is heard in all accounts; what another says
    there is heard by notify.
    """
    programs = (PROGRAMS,) if issuer is not None else ()
    exports = [
        _export(f"$JS.API.{subject}", READERS + (programs if subject in PROGRAM_SERVICES else ()), many=many)
        for subject, many in READ_SERVICES.items()
    ]
    exports.append(_export(ACKS, ("bot", *programs), many=False))
    cutting = [_service("sys", CONNECTIONS, to=CONNECTIONS), _service("sys", KICK, to=KICK)] if issuer else []
    blocks = [_account(OWNER, passwords[OWNER], exports=exports, imports=_live_imports() + cutting, jetstream=True)]
    for reader in READERS:
        subjects = BOT_SERVICES if reader == "bot" else READ_SERVICES
        imports = [_service(OWNER, f"$JS.API.{subject}", to=f"{READER_PREFIX}.{subject}") for subject in subjects]
        shared = [_export(LIVE, (OWNER, "bot"), many=False), f'{{ stream: "{LIVE}", accounts: [TICKETS, BOT] }}']
        if reader == "notify":
            blocks.append(_account(reader, passwords[reader], exports=shared, imports=imports))
        else:
            imports.append(_service(OWNER, BOT_ACKS, to=BOT_ACKS))
            blocks.append(_account(reader, passwords[reader], exports=[], imports=imports + _live_imports()))
    lines = [f"max_payload: {MAX_PAYLOAD}"]
    if issuer is not None:
        blocks += _of_programs()
        callout = f"issuer: {issuer}, account: {OWNER.upper()}, auth_users: [{', '.join(USERS)}]"
        lines += [f"authorization {{ auth_callout {{ {callout} }} }}", "system_account: SYS"]
    body = "\n".join(blocks)
    return "\n".join([*lines, f"accounts {{\n{body}\n}}\n"])


def _of_programs() -> list[str]:
    """Their account, and what lets tickets see and cut their connections."""
    imports = [_service(OWNER, f"$JS.API.{subject}", to=f"{READER_PREFIX}.{subject}") for subject in PROGRAM_SERVICES]
    imports.append(_service(OWNER, ACKS, to=ACKS))
    exports = [_export(CONNECTIONS, (OWNER,), many=True), _export(KICK, (OWNER,), many=False)]
    return [_account(PROGRAMS, None, exports=[], imports=imports), _account("sys", None, exports=exports, imports=[])]


def _live_imports() -> list[str]:
    return [_service("notify", LIVE, to=LIVE), f'{{ stream: {{ account: NOTIFY, subject: "{LIVE}" }} }}']


def _export(subject: str, readers: tuple[str, ...], *, many: bool) -> str:
    names = ", ".join(reader.upper() for reader in readers)
    kind = "stream" if many else "singleton"
    return f'{{ service: "{subject}", response_type: {kind}, accounts: [{names}] }}'


def _service(account: str, subject: str, *, to: str) -> str:
    return f'{{ service: {{ account: {account.upper()}, subject: "{subject}" }}, to: "{to}" }}'


def _account(
    user: str, password: str | None, *, exports: list[str], imports: list[str], jetstream: bool = False
) -> str:
    lines = [f'users: [ {{ user: "{user}", password: "{password}" }} ]'] if password is not None else []
    if jetstream:
        lines.append("jetstream: enabled")
    lines += [
        f"{name}: [\n      " + "\n      ".join(rows) + "\n    ]"
        for name, rows in (("exports", exports), ("imports", imports))
        if rows
    ]
    body = "\n    ".join(lines)
    return f"  {user.upper()} {{\n    {body}\n  }}"
