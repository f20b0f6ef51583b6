"""What a bot may ask, by TL method. Each answer changes the world at once or raises RpcFault."""

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

from pyrogram import raw
from pyrogram.raw.core import Bool, TLObject, Vector

from tikethet_devstack.telegram import media
from tikethet_devstack.telegram.limits import Limits
from tikethet_devstack.telegram.sessions import Plain, RpcFault, Session
from tikethet_devstack.telegram.world import Bot, World, access_hash, now

TEXT_MAX, CAPTION_MAX = 4096, 1024
SLICE: Final = 100
"""So many changes one difference carries."""
MAIN_DC: Final = 2

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
            return types.auth.Authorization(user=_self(bot))
        if session.bot_id is None:
            raise RpcFault(401, "AUTH_KEY_UNREGISTERED")
        method = _METHODS.get(type(query))
        if method is None:
            raise RpcFault(400, "METHOD_INVALID")
        found: TLObject[Any] = method(self, session, self.world.bots[session.bot_id], query)
        return found

    # ------------------------------------------------------------ sending

    def send(self, bot: Bot, query: Any, random_id: int, text: str, more: dict[str, Any]) -> list[Any]:
        """One new message of the bot; the updates that answer it. A random_id that came before sends nothing."""
        known = bot.sent.get(random_id)
        if known is not None:
            return self._again(bot, query.peer, random_id, known)
        box, peer = self.world.box_of(bot, query.peer)
        if isinstance(peer, types.PeerUser) and peer.user_id in bot.blocked_by:
            raise RpcFault(403, "USER_IS_BLOCKED")
        self.limits.spend(peer)
        reply = _reply_header(getattr(query, "reply_to", None), in_forum=not isinstance(peer, types.PeerUser))
        message = types.Message(
            id=box.next_id(), peer_id=peer, date=now(), message=text, out=True,
            from_id=types.PeerUser(user_id=bot.id), reply_to=reply, **more,
        )  # fmt: skip
        bot.sent[random_id] = (getattr(peer, "channel_id", 0), message.id)
        return [types.UpdateMessageID(id=message.id, random_id=random_id), self.world.post(bot, query.peer, message)]

    def _again(self, bot: Bot, peer: Any, random_id: int, known: tuple[int, int]) -> list[Any]:
        if self.repeat_is_an_error:
            raise RpcFault(500, "RANDOM_ID_DUPLICATE")
        box, _ = self.world.box_of(bot, peer)
        message = box.messages[known[1]]
        told = types.UpdateNewMessage(message=message, pts=box.pts, pts_count=0)
        return [types.UpdateMessageID(id=message.id, random_id=random_id), told]


# ---------------------------------------------------------------- account


@answers(fn.updates.GetState)
def _state(_: Methods, session: Session, bot: Bot, _query: Any) -> Any:
    session.listens = True
    return types.updates.State(pts=bot.box.pts, qts=bot.box.qts, date=now(), seq=0, unread_count=0)


@answers(fn.updates.GetDifference)
def _difference(methods: Methods, session: Session, bot: Bot, query: Any) -> Any:
    session.listens = True
    found = bot.box.since(query.pts, SLICE)
    if found is None:
        return types.updates.DifferenceTooLong(pts=bot.box.pts)
    noted = list(bot.box.noted_since(query.qts)) if query.qts >= 0 else []
    if not found and not noted:
        return types.updates.DifferenceEmpty(date=now(), seq=0)
    reached = found[-1][0] if found else bot.box.pts
    new, other = _split([update for _, update in found])
    users, chats = methods.world.about(new, bot)
    facts = {"new_messages": new, "new_encrypted_messages": [], "other_updates": other + noted}
    state = types.updates.State(pts=reached, qts=bot.box.qts, date=now(), seq=0, unread_count=0)
    if reached < bot.box.pts:
        return types.updates.DifferenceSlice(**facts, users=users, chats=chats, intermediate_state=state)
    return types.updates.Difference(**facts, users=users, chats=chats, state=state)


@answers(fn.updates.GetChannelDifference)
def _channel_difference(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    box = methods.world.in_group(bot, query.channel.channel_id).box
    found = box.since(query.pts, min(query.limit, SLICE))
    if not found:
        return types.updates.ChannelDifferenceEmpty(pts=box.pts, final=True)
    new, other = _split([update for _, update in found])
    users, chats = methods.world.about(new, bot)
    final = found[-1][0] == box.pts
    return types.updates.ChannelDifference(
        pts=found[-1][0], new_messages=new, other_updates=other, chats=chats, users=users, final=final or None
    )


@answers(fn.users.GetFullUser)
def _full_user(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    user = _self(bot) if isinstance(query.id, types.InputUserSelf) else methods.world.user(query.id.user_id)
    full = types.UserFull(
        id=user.id, settings=types.PeerSettings(), notify_settings=types.PeerNotifySettings(), common_chats_count=0,
    )  # fmt: skip
    return types.users.UserFull(full_user=full, chats=[], users=[user])


@answers(fn.users.GetUsers)
def _users(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    wanted = [_boxed(each, 4) for each in query.id]
    found = [
        _self(bot) if isinstance(each, types.InputUserSelf) else methods.world.user(each.user_id) for each in wanted
    ]
    return Plain(Vector(found))


@answers(fn.contacts.ResolveUsername)
def _resolve(methods: Methods, _: Session, _bot: Bot, query: Any) -> Any:
    for user in (*methods.world.people.values(), *(bot.user for bot in methods.world.bots.values())):
        if (user.username or "").lower() == query.username.lower():
            return types.contacts.ResolvedPeer(peer=types.PeerUser(user_id=user.id), chats=[], users=[user])
    raise RpcFault(400, "USERNAME_NOT_OCCUPIED")


@answers(fn.auth.ExportAuthorization)
def _export(_: Methods, _session: Session, bot: Bot, _query: Any) -> Any:
    return types.auth.ExportedAuthorization(id=bot.id, bytes=b"local")


@answers(fn.auth.ImportAuthorization)
def _import(_: Methods, _session: Session, bot: Bot, _query: Any) -> Any:
    return types.auth.Authorization(user=_self(bot))


@answers(fn.bots.SetBotCommands)
def _commands(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    scope = type(query.scope).__name__ + str(getattr(getattr(query.scope, "peer", None), "user_id", ""))
    bot.commands[scope, query.lang_code] = [(each.command, each.description) for each in query.commands]
    methods.world.seen("commands", {"bot": bot.id})
    return _yes()


@answers(fn.bots.ResetBotCommands)
def _no_commands(_: Methods, _session: Session, bot: Bot, query: Any) -> Any:
    scope = type(query.scope).__name__ + str(getattr(getattr(query.scope, "peer", None), "user_id", ""))
    bot.commands.pop((scope, query.lang_code), None)
    return _yes()


@answers(fn.bots.SetBotMenuButton)
def _menu(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    bot.menu[getattr(query.user_id, "user_id", 0)] = query.button
    methods.world.seen("menu", {"bot": bot.id})
    return _yes()


@answers(fn.bots.SetBotInfo)
def _about(_: Methods, _session: Session, bot: Bot, query: Any) -> Any:
    said = {"name": query.name, "about": query.about, "description": query.description}
    bot.about.setdefault(query.lang_code, {}).update({key: text for key, text in said.items() if text is not None})
    return _yes()


# ---------------------------------------------------------------- messages


@answers(fn.messages.SendMessage)
def _send_message(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    _fits(query.message, TEXT_MAX, "MESSAGE_TOO_LONG")
    if not query.message.strip():
        raise RpcFault(400, "MESSAGE_EMPTY")
    more = {"reply_markup": query.reply_markup, "entities": query.entities, "silent": query.silent}
    return methods.world.updates(bot, methods.send(bot, query, query.random_id, query.message, more))


@answers(fn.messages.SendMedia)
def _send_media(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    _fits(query.message, CAPTION_MAX, "MEDIA_CAPTION_TOO_LONG")
    more = {"reply_markup": query.reply_markup, "entities": query.entities}
    if query.random_id not in bot.sent:
        more["media"] = media.from_input(methods.world, query.media, methods.parts)
    return methods.world.updates(bot, methods.send(bot, query, query.random_id, query.message, more))


@answers(fn.messages.UploadMedia)
def _upload_media(methods: Methods, _: Session, _bot: Bot, query: Any) -> Any:
    return media.from_input(methods.world, query.media, methods.parts)


@answers(fn.messages.SendMultiMedia)
def _send_album(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    updates: list[Any] = []
    grouped = access_hash(query.multi_media[0].random_id)
    for each in query.multi_media:
        more: dict[str, Any] = {"entities": each.entities, "grouped_id": grouped}
        if each.random_id not in bot.sent:
            more["media"] = media.from_input(methods.world, each.media, methods.parts)
        updates += methods.send(bot, query, each.random_id, each.message, more)
    return methods.world.updates(bot, updates)


@answers(fn.messages.EditMessage)
def _edit(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    box, peer = methods.world.box_of(bot, query.peer)
    message = box.messages.get(query.id)
    if message is None or not message.out:
        raise RpcFault(400, "MESSAGE_ID_INVALID")
    if query.message == message.message and query.media is None and query.reply_markup == message.reply_markup:
        raise RpcFault(400, "MESSAGE_NOT_MODIFIED")
    methods.limits.spend(peer)
    if query.message is not None:
        _fits(query.message, CAPTION_MAX if message.media else TEXT_MAX, "MESSAGE_TOO_LONG")
        message.message, message.entities = query.message, query.entities
    if query.media is not None:
        message.media = media.from_input(methods.world, query.media, methods.parts)
    message.reply_markup = query.reply_markup
    return methods.world.updates(bot, [methods.world.edited(bot, query.peer, message)])


@answers(fn.messages.DeleteMessages)
def _delete(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    update = methods.world.deleted(bot, bot.box, query.id)
    return types.messages.AffectedMessages(pts=update.pts, pts_count=update.pts_count)


@answers(fn.channels.DeleteMessages)
def _delete_in_group(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    update = methods.world.deleted(bot, methods.world.in_group(bot, query.channel.channel_id).box, query.id)
    return types.messages.AffectedMessages(pts=update.pts, pts_count=update.pts_count)


@answers(fn.messages.ForwardMessages)
def _forward(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    source, _peer = methods.world.box_of(bot, query.from_peer)
    updates: list[Any] = []
    for message_id, random_id in zip(query.id, query.random_id, strict=True):
        message = source.messages.get(message_id)
        if message is None:
            raise RpcFault(400, "MESSAGE_ID_INVALID")
        target = types.InputReplyToMessage(reply_to_msg_id=query.top_msg_id) if query.top_msg_id else None
        header = None if query.drop_author else types.MessageFwdHeader(date=message.date, from_id=message.peer_id)
        more = {
            "media": message.media, "entities": message.entities, "grouped_id": message.grouped_id, "fwd_from": header,
        }  # fmt: skip
        aimed = fn.messages.SendMessage(peer=query.to_peer, message="", random_id=random_id, reply_to=target)
        updates += methods.send(bot, aimed, random_id, message.message, more)
    return methods.world.updates(bot, updates)


@answers(fn.messages.GetMessages)
def _get_messages(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    wanted = [_boxed(each, 8).id for each in query.id]
    found = [bot.box.messages[each] for each in wanted if each in bot.box.messages]
    users, chats = methods.world.about(found, bot)
    return types.messages.Messages(messages=found, topics=[], chats=chats, users=users)


@answers(fn.messages.SetBotCallbackAnswer)
def _callback_answer(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    if methods.callbacks.pop(query.query_id, None) is None:
        raise RpcFault(400, "QUERY_ID_INVALID")
    facts = {"bot": bot.id, "query": query.query_id, "text": query.message, "alert": bool(query.alert)}
    methods.world.seen("callback_answer", facts)
    return _yes()


@answers(fn.messages.SetTyping, fn.messages.ReadHistory, fn.channels.ReadHistory)
def _fine(_: Methods, _session: Session, _bot: Bot, query: Any) -> Any:
    if isinstance(query, fn.messages.ReadHistory):
        return types.messages.AffectedMessages(pts=0, pts_count=0)
    return _yes()


# ---------------------------------------------------------------- files


@answers(fn.upload.SaveFilePart, fn.upload.SaveBigFilePart)
def _save_part(methods: Methods, _: Session, _bot: Bot, query: Any) -> Any:
    methods.parts.setdefault(query.file_id, {})[query.file_part] = query.bytes
    return _yes()


@answers(fn.upload.GetFile)
def _get_file(methods: Methods, _: Session, _bot: Bot, query: Any) -> Any:
    return media.part(methods.world, query.location, query.offset, query.limit)


# ---------------------------------------------------------------- small things


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


def _self(bot: Bot) -> Any:
    me = TLObject.read(BytesIO(bot.user.write()))
    me.is_self = True
    return me


def _boxed(read: Any, size: int) -> Any:
    """An item of a vector that the library's reader took for a bare number, because it is as long as one."""
    return TLObject.read(BytesIO(read.to_bytes(size, "little", signed=True))) if isinstance(read, int) else read


def _yes() -> Plain:
    return Plain(Bool(True))  # noqa: FBT003 - the library's way


def _split(updates: list[Any]) -> tuple[list[Any], list[Any]]:
    """New messages apart from everything else, as differences carry them."""
    new = [u.message for u in updates if isinstance(u, types.UpdateNewMessage | types.UpdateNewChannelMessage)]
    return new, [u for u in updates if not isinstance(u, types.UpdateNewMessage | types.UpdateNewChannelMessage)]


def _fits(text: str, most: int, refusal: str) -> None:
    if len(text.encode("utf-16-le")) // 2 > most:
        raise RpcFault(400, refusal)


def _reply_header(reply_to: Any, *, in_forum: bool) -> Any:
    if reply_to is None:
        return None
    top = reply_to.top_msg_id
    return types.MessageReplyHeader(
        reply_to_msg_id=reply_to.reply_to_msg_id, reply_to_top_id=top, forum_topic=True if in_forum and top else None
    )
