"""One request in, its answer out: finds who asks and the room that answers."""

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

from pyrogram import raw
from pyrogram.raw.core import Bool, TLObject

from tikethet_devstack.telegram import media
from tikethet_devstack.telegram.groups import now
from tikethet_devstack.telegram.limits import Limits
from tikethet_devstack.telegram.sessions import Plain, RpcFault, Session
from tikethet_devstack.telegram.world import Bot, World

TEXT_MAX, CAPTION_MAX = 4096, 1024
MAIN_DC: Final = 2
RANDOM_IDS_KEPT: Final = 10_000
"""So many messages back a repeat is noticed; how far Telegram looks is not known."""

fn, types = raw.functions, raw.types
Method = Callable[["Methods", Session, Bot, Any], Any]
_METHODS: Final[dict[type, Method]] = {}


def answers(*functions: type) -> Callable[[Method], Method]:
    """Register the answer to TL functions."""

    def register(method: Method) -> Method:
        _METHODS.update(dict.fromkeys(functions, method))
        return method

    return register


class Methods:
    """The answers, over one world. `port` is where the server listens; `limits` may refuse with FLOOD_WAIT."""

    def __init__(self, world: World, limits: Limits, port: Callable[[], int]) -> None:
        self.world = world
        self.limits = limits
        self.port = port
        self.parts: media.Parts = {}
        self.callbacks: dict[int, Any] = {}
        self.repeat_is_an_error = True
        """How a repeated random_id is answered: RANDOM_ID_DUPLICATE, or the first message again."""
        self.random_ids_kept = RANDOM_IDS_KEPT

    def remember(self, bot: Bot, random_id: int, sent: tuple[int, int]) -> None:
        """Keep what was sent under a random_id; older ones than the window's are forgotten, as in Telegram."""
        bot.sent[random_id] = sent
        while len(bot.sent) > self.random_ids_kept:
            del bot.sent[next(iter(bot.sent))]

    async def answer(self, session: Session, query: TLObject[Any]) -> TLObject[Any]:
        """One request of a session."""
        if isinstance(query, fn.help.GetConfig):
            known: TLObject[Any] = config(self.port())
            return known
        if isinstance(query, fn.auth.ImportBotAuthorization):
            if not query.api_hash:
                raise RpcFault(400, "API_ID_INVALID")
            bot = self.world.bot(query.bot_auth_token)
            session.sign_in(bot.id)
            return types.auth.Authorization(user=itself(bot))
        if session.bot_id is None:
            raise RpcFault(401, "AUTH_KEY_UNREGISTERED")
        method = _METHODS.get(type(query))
        if method is None:
            raise RpcFault(400, "METHOD_INVALID")
        found: TLObject[Any] = method(self, session, self.world.bots[session.bot_id], query)
        return found


def config(port: int) -> Any:
    """`help.getConfig`: every data centre is this server."""
    options = [types.DcOption(id=dc, ip_address="127.0.0.1", port=port) for dc in range(1, 6)]
    numbers: dict[str, Any] = dict.fromkeys(
        (
            "chat_size_max", "megagroup_size_max", "forwarded_count_max", "online_update_period_ms",
            "offline_blur_timeout_ms", "offline_idle_timeout_ms", "online_cloud_timeout_ms", "notify_cloud_delay_ms",
            "notify_default_delay_ms", "push_chat_period_ms", "push_chat_limit", "revoke_time_limit",
            "revoke_pm_time_limit", "rating_e_decay", "stickers_recent_limit", "channels_read_media_period",
            "call_receive_timeout_ms", "call_ring_timeout_ms", "call_connect_timeout_ms", "call_packet_timeout_ms",
        ),
        1000,
    )  # fmt: skip
    return types.Config(
        date=now(), expires=now() + 3600, test_mode=False, this_dc=MAIN_DC, dc_options=options, dc_txt_domain_name="",
        me_url_prefix="https://t.me/", caption_length_max=CAPTION_MAX, message_length_max=TEXT_MAX,
        webfile_dc_id=MAIN_DC, edit_time_limit=172_800, **numbers,
    )  # fmt: skip


def itself(bot: Bot) -> Any:
    """The bot's account as it sees itself."""
    me = TLObject.read(BytesIO(bot.user.write()))
    me.is_self = True
    return me


def boxed(read: Any, size: int) -> Any:
    """An item of a vector that the library's reader took for a bare number, because it is as long as one."""
    return TLObject.read(BytesIO(read.to_bytes(size, "little", signed=True))) if isinstance(read, int) else read


def yes() -> Plain:
    """Done."""
    return Plain(Bool(True))  # noqa: FBT003 - the library's way
