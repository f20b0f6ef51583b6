"""The accounts of NATS: who may read the stream, and that nobody but the tickets service can write it.

Inside one account a reader could set a reply subject and make the server itself publish into the stream; across
accounts the server rewrites reply subjects, so each reader has an account of its own and imports only read services,
under the prefix `TK.API` (nats-py: `jetstream(prefix="TK.API")`).
"""

from collections.abc import Mapping

STREAM = "TIKETHET_EVENTS"
READER_PREFIX = "TK.API"
OWNER = "tickets"
READERS = ("notify", "bot")
USERS = (OWNER, *READERS)

# API subject → whether it answers with many messages (fetches) or one.
READ_SERVICES = {
    f"STREAM.INFO.{STREAM}": False,
    f"CONSUMER.CREATE.{STREAM}.>": False,
    f"CONSUMER.INFO.{STREAM}.*": False,
    f"CONSUMER.DELETE.{STREAM}.*": False,
    f"CONSUMER.MSG.NEXT.{STREAM}.*": True,
    f"DIRECT.GET.{STREAM}": True,
}
ACKS = f"$JS.ACK.{STREAM}.>"
LIVE = "tikethet.live.>"
MAX_PAYLOAD = 1024 * 1024


def accounts(passwords: Mapping[str, str]) -> str:
    """The configuration text for the users of `USERS`, one account each.

    `passwords` has one per user. What notify says on `tikethet.live.>` is heard in all accounts; what another says
    there is heard by notify.
    """
    exports = [_export(f"$JS.API.{subject}", READERS, many=many) for subject, many in READ_SERVICES.items()]
    exports.append(_export(ACKS, READERS, many=False))
    blocks = [_account(OWNER, passwords[OWNER], exports=exports, imports=_live_imports(), jetstream=True)]
    for reader in READERS:
        imports = [_service(OWNER, f"$JS.API.{subject}", to=f"{READER_PREFIX}.{subject}") for subject in READ_SERVICES]
        imports.append(_service(OWNER, ACKS, to=ACKS))
        shared = [_export(LIVE, (OWNER, "bot"), many=False), f'{{ stream: "{LIVE}", accounts: [TICKETS, BOT] }}']
        if reader == "notify":
            blocks.append(_account(reader, passwords[reader], exports=shared, imports=imports))
        else:
            blocks.append(_account(reader, passwords[reader], exports=[], imports=imports + _live_imports()))
    body = "\n".join(blocks)
    return f"max_payload: {MAX_PAYLOAD}\naccounts {{\n{body}\n}}\n"


def _live_imports() -> list[str]:
    return [_service("notify", LIVE, to=LIVE), f'{{ stream: {{ account: NOTIFY, subject: "{LIVE}" }} }}']


def _export(subject: str, readers: tuple[str, ...], *, many: bool) -> str:
    names = ", ".join(reader.upper() for reader in readers)
    kind = "stream" if many else "singleton"
    return f'{{ service: "{subject}", response_type: {kind}, accounts: [{names}] }}'


def _service(account: str, subject: str, *, to: str) -> str:
    return f'{{ service: {{ account: {account.upper()}, subject: "{subject}" }}, to: "{to}" }}'


def _account(user: str, password: str, *, exports: list[str], imports: list[str], jetstream: bool = False) -> str:
    lines = [f'users: [ {{ user: "{user}", password: "{password}" }} ]']
    if jetstream:
        lines.append("jetstream: enabled")
    lines += [
        f"{name}: [\n      " + "\n      ".join(rows) + "\n    ]"
        for name, rows in (("exports", exports), ("imports", imports))
        if rows
    ]
    body = "\n    ".join(lines)
    return f"  {user.upper()} {{\n    {body}\n  }}"
