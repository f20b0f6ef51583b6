"""Commands about members: who joins, who may do what, who is forgotten."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct
from tikethet_events.append import Guard, Write
from tikethet_events.errors import Refused
from tikethet_events.member import (
    AcceptRole,
    BlockAgain,
    ChangePreferences,
    ChooseLanguage,
    DemoteAgain,
    EndBlock,
    EndInviteAgain,
    EraseAgain,
    EraseMember,
    InviteStaff,
    JoinMember,
    MemberCommand,
    MemberEvent,
    NoteReachable,
    RevokeInvite,
    StaffInvited,
    StartDuty,
    UseInvite,
    member_stream,
)
from tikethet_events.word import InviteId, Language, MemberId, Role

from tikethet_tickets.handle.core import Done, Handler, Plan, Request, demand
from tikethet_tickets.handle.ids import new_id
from tikethet_tickets.handle.streams import Loaded
from tikethet_tickets.queries.facts import category_ids
from tikethet_tickets.queries.first_admin import ADMINS, admin_link_works
from tikethet_tickets.queries.invites import invite_by_id, invite_by_token
from tikethet_tickets.queries.members import by_telegram_id, count_with_roles
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.rules import bounds
from tikethet_tickets.rules import member as rules


class Profile(Struct, frozen=True, kw_only=True):
    """A person as Telegram names them."""

    telegram_id: int
    first_name: str
    last_name: str | None
    username: str | None
    language: Language


class Members:
    """Carries out commands about members.

    ``admins`` are the Telegram ids the operator made admins; ``secret`` keys the names of guards, so that the table of
    guards holds no Telegram id.
    """

    def __init__(
        self,
        handler: Handler,
        reader: Reader,
        now: Callable[[], datetime],
        *,
        admins: frozenset[int],
        secret: bytes,
    ) -> None:
        self._handler = handler
        self._reader = reader
        self._now = now
        self._admins = admins
        self._invites = hashlib.sha256(b"tikethet staff invites\0" + secret).digest()
        self._secret = hashlib.sha256(b"tikethet guard names\0" + secret).digest()

    async def join(self, request: Request, profile: Profile) -> Done:
        """Register a person, or note what changed about them."""
        guard_name = self._guard_of(profile.telegram_id)
        drawn = MemberId(new_id())

        async def plan(fresh: bool) -> Plan:  # noqa: FBT001  a planner's only question
            known = await by_telegram_id(self._reader, profile.telegram_id)
            if known is not None:
                return await self._join(profile, known, fresh=fresh)
            guard = Guard(name=guard_name, version=await self._handler.log.guard(guard_name))
            # Read again behind the guard: whoever joins from here on moves it, and this append fails.
            known = await by_telegram_id(self._reader, profile.telegram_id)
            if known is not None:
                return await self._join(profile, known, fresh=fresh)
            events = rules.decide(self._command(profile, drawn), None, self._now(), _HOUSE)
            write = Write(stream_id=member_stream(drawn), expected=0, events=tuple(events), owner=drawn)
            return Plan(writes=(write,), guards=(guard,))

        return await self._handler.carry_out(request, guard_name, plan)

    async def act(self, request: Request, viewer: Viewer, member_id: MemberId, command: MemberCommand) -> Done:
        """Carry out one command about a member."""
        stream_id = member_stream(member_id)

        async def plan(fresh: bool) -> Plan:  # noqa: FBT001  a planner's only question
            loaded = await self._handler.streams.load(stream_id, fresh=fresh)
            state: rules.Member | None = loaded.state
            if state is None or state.erased:
                raise Refused("not_found")
            demand(request, loaded.version)
            guards: tuple[Guard, ...] = ()
            admins = 0
            if rules.takes_an_admin(command, state):
                version = await self._handler.log.guard(rules.ADMINS_GUARD)
                guards = (Guard(name=rules.ADMINS_GUARD, version=version),)
                admins = await count_with_roles(self._reader, ADMINS)
            categories = await category_ids(self._reader) if isinstance(command, StartDuty) else frozenset()
            facts = rules.Facts(actor_id=viewer.member_id, actor_role=viewer.role, admins=admins, categories=categories)
            events = rules.decide(command, state, self._now(), facts)
            return Plan(
                writes=(Write(stream_id=stream_id, expected=loaded.version, events=tuple(events)),),
                guards=guards if events else (),
                forget=member_id if isinstance(command, EraseMember) else None,
            )

        return await self._handler.carry_out(request, stream_id, plan)

    async def invite(self, request: Request, viewer: Viewer, role: Role) -> tuple[Done, str]:
        """Make a link that lets one person be of the staff; its secret follows from its id, and is kept nowhere."""
        invite_id = InviteId(new_id())
        command = InviteStaff(
            invite_id=invite_id,
            role=role,
            token_hash=_hash(self._token(invite_id)),
            expires_at=self._now() + bounds.INVITE_LIVES,
        )
        done = await self.act(request, viewer, viewer.member_id, command)
        made = next(each.data.invite_id for each in done.recorded if isinstance(each.data, StaffInvited))
        return done, self._token(made)

    async def revoke(self, request: Request, viewer: Viewer, invite_id: InviteId) -> Done:
        """Take a link back, one's own or a colleague's."""
        found = await invite_by_id(self._reader, invite_id)
        if found is None:
            raise Refused("not_found")
        return await self.act(request, viewer, found.inviter_id, RevokeInvite(invite_id=invite_id))

    async def use_invite(self, request: Request, member_id: MemberId, token: str) -> Done:
        """Somebody opened a link: it is used up and they are of the staff, both or neither."""
        stream_id = member_stream(member_id)
        token_hash = _hash(token)

        async def plan(fresh: bool) -> Plan:  # noqa: FBT001  a planner's only question
            now = self._now()
            joiner = await self._handler.streams.load(stream_id, fresh=fresh)
            found = await invite_by_token(self._reader, token_hash)
            if found is None:
                return await self._first_admin(stream_id, joiner, token_hash)
            inviter_stream = member_stream(found.inviter_id)
            inviter = await self._handler.streams.load(inviter_stream, fresh=fresh)
            accepted = rules.decide(AcceptRole(role=found.role), joiner.state, now, _HOUSE)
            used = rules.decide(UseInvite(invite_id=found.id, used_by=member_id), inviter.state, now, _HOUSE)
            return Plan(
                writes=(
                    Write(stream_id=stream_id, expected=joiner.version, events=tuple(accepted)),
                    Write(stream_id=inviter_stream, expected=inviter.version, events=tuple(used)),
                )
            )

        return await self._handler.carry_out(request, stream_id, plan)

    async def _first_admin(self, stream_id: str, joiner: Loaded[rules.Member], token_hash: str) -> Plan:
        """What the operator's link does while there is no admin; with the first one it works no longer."""
        now = self._now()
        version = await self._handler.log.guard(rules.ADMINS_GUARD)
        works = await admin_link_works(self._reader, token_hash, now)
        if not works or await count_with_roles(self._reader, ADMINS):
            raise Refused("not_found")
        accepted = rules.decide(AcceptRole(role=Role.ADMIN), joiner.state, now, _HOUSE)
        return Plan(
            writes=(Write(stream_id=stream_id, expected=joiner.version, events=tuple(accepted)),),
            guards=(Guard(name=rules.ADMINS_GUARD, version=version),),
        )

    def _token(self, invite_id: InviteId) -> str:
        digest = hmac.digest(self._invites, invite_id.encode(), "sha256")
        return base64.urlsafe_b64encode(digest[:24]).decode()

    async def choose(
        self, request: Request, viewer: Viewer, language: Language | None, preferences: Mapping[str, bool]
    ) -> Done:
        """Change one's own language and some of one's preferences; the others stay."""
        stream_id = member_stream(viewer.member_id)
        facts = rules.Facts(actor_id=viewer.member_id, actor_role=viewer.role)

        async def plan(fresh: bool) -> Plan:  # noqa: FBT001  a planner's only question
            loaded = await self._handler.streams.load(stream_id, fresh=fresh)
            state: rules.Member | None = loaded.state
            if state is None:
                raise Refused("not_found")
            demand(request, loaded.version)
            events: list[MemberEvent] = []
            if language is not None:
                events += rules.decide(ChooseLanguage(language=language), state, self._now(), facts)
            if preferences:
                chosen = ChangePreferences(preferences={**state.preferences, **preferences})
                events += rules.decide(chosen, state, self._now(), facts)
            return Plan(writes=(Write(stream_id=stream_id, expected=loaded.version, events=tuple(events)),))

        return await self._handler.carry_out(request, stream_id, plan)

    async def reached(self, request: Request, member_id: MemberId, *, reachable: bool) -> Done:
        """Note whether the bot's messages reach a member."""
        return await self._by_the_house(request, member_id, NoteReachable(reachable=reachable))

    async def again(
        self, request: Request, member_id: MemberId, command: EraseAgain | DemoteAgain | BlockAgain
    ) -> Done:
        """Do what a restore had undone."""
        return await self._by_the_house(request, member_id, command)

    async def end_invite_again(self, request: Request, invite_id: InviteId) -> Done:
        """End a link that works again because of a restore. Raises `Refused` ``not_found`` if it does not."""
        found = await invite_by_id(self._reader, invite_id)
        if found is None:
            raise Refused("not_found")
        return await self._by_the_house(request, found.inviter_id, EndInviteAgain(invite_id=invite_id))

    async def on_time(self, request: Request, member_id: MemberId, command: EndBlock) -> Done:
        """Carry out what only time does."""
        return await self._by_the_house(request, member_id, command)

    async def _by_the_house(self, request: Request, member_id: MemberId, command: MemberCommand) -> Done:
        stream_id = member_stream(member_id)

        async def plan(fresh: bool) -> Plan:  # noqa: FBT001  a planner's only question
            loaded = await self._handler.streams.load(stream_id, fresh=fresh)
            events = rules.decide(command, loaded.state, self._now(), _HOUSE)
            return Plan(
                writes=(Write(stream_id=stream_id, expected=loaded.version, events=tuple(events)),),
                forget=member_id if isinstance(command, EraseAgain) else None,
            )

        return await self._handler.carry_out(request, stream_id, plan)

    async def _join(self, profile: Profile, known: MemberId, *, fresh: bool) -> Plan:
        loaded = await self._handler.streams.load(member_stream(known), fresh=fresh)
        events = rules.decide(self._command(profile, known), loaded.state, self._now(), _HOUSE)
        return Plan(writes=(Write(stream_id=member_stream(known), expected=loaded.version, events=tuple(events)),))

    def _command(self, profile: Profile, member_id: MemberId) -> JoinMember:
        return JoinMember(
            member_id=member_id,
            telegram_id=profile.telegram_id,
            first_name=profile.first_name,
            last_name=profile.last_name,
            username=profile.username,
            language=profile.language,
            role=Role.ADMIN if profile.telegram_id in self._admins else Role.USER,
        )

    def _guard_of(self, telegram_id: int) -> str:
        return "join-" + hmac.digest(self._secret, str(telegram_id).encode(), "sha256").hex()[:32]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


_HOUSE = rules.Facts(actor_id=None, actor_role=None)
