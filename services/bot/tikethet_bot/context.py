"""What every handler of an update is given."""

from msgspec import Struct
from tikethet_service.settings import Language
from tikethet_service.texts import text

from tikethet_bot.rules.albums import Part
from tikethet_bot.rules.incoming import Incoming
from tikethet_bot.rules.outgoing import REPLY, Out, Rows
from tikethet_bot.rules.packing import File
from tikethet_bot.steps import Tell
from tikethet_bot.store.people import Member


class Context(Struct, frozen=True):
    """One update, who sent it, and the id of the command that follows from it."""

    incoming: Incoming
    member: Member
    key: str
    parts: tuple[Part, ...] = ()
    """The messages that are this one together, when it is an album."""

    @property
    def chat_id(self) -> int:
        """Where it came from and where the answer goes."""
        return self.incoming.chat_id

    @property
    def language(self) -> Language:
        """What the person reads."""
        return self.member.language

    @property
    def message_ids(self) -> tuple[int, ...]:
        """The messages in the chat that this one is."""
        return tuple(part.incoming.message_id for part in self.parts) or (self.incoming.message_id,)

    @property
    def answers(self) -> int | None:
        """The message an answer replies to; a tap is answered without."""
        return self.incoming.message_id if self.incoming.kind == "message" else None

    def text(self, key: str, **facts: object) -> str:
        """The bot's message ``key`` in the person's language."""
        return text(self.language, f"bot.{key}", **facts)

    def out(
        self,
        said: str,
        purpose: str,
        *,
        reply_to: int | None = None,
        buttons: Rows = (),
        ticket_id: str | None = None,
        files: tuple[File, ...] = (),
    ) -> Out:
        """One text the bot answers with."""
        return Out(
            chat_id=self.chat_id,
            text=said,
            purpose=purpose,
            priority=REPLY,
            reply_to=reply_to,
            buttons=buttons,
            ticket_id=ticket_id,
            files=files,
        )

    def say(self, key: str, **facts: object) -> Tell:
        """The bot's message ``key`` and nothing else."""
        return Tell((self.out(self.text(key, **facts), key),))
