import asyncpg
import pytest
from tikethet_events.errors import Refused
from tikethet_events.ticket import Attachment, MessageDeleted, MessageEdited
from tikethet_events.word import MessageId, Role
from tikethet_tickets.queries.as_of import message_from_log, ticket_from_log
from tikethet_tickets.queries.messages import get_message, list_messages, mark_read, unread_count
from tikethet_tickets.queries.pages import PageRequest
from tikethet_tickets.queries.tickets import get_ticket
from tikethet_tickets.queries.viewer import Viewer

from tests.tickets.conftest import Story

PHOTO = Attachment(id="f1", filename="кот.png", size=3, content_type="image/png")


class Talk:
    def __init__(self, story: Story) -> None:
        self.customer = Viewer(story.joins())
        self.helper = Viewer(story.joins("Мария", Role.HELPER, username="maria"), Role.HELPER)
        self.ticket = story.opens(self.customer.member_id, story.category())
        self.said = story.says(self.customer.member_id, self.ticket, "раз", attachments=(PHOTO,))
        self.note = story.notes(self.helper.member_id, self.ticket, "хитрый клиент")
        self.answer = story.says(self.helper.member_id, self.ticket, "два", reply_to=self.said)
        self.late = story.says(self.customer.member_id, self.ticket, "три")
        self.all = [self.said, self.note, self.answer, self.late]


@pytest.fixture
async def talk(views: asyncpg.Connection, story: Story) -> Talk:
    talk = Talk(story)
    await story.tell(views)
    return talk


async def test_notes_are_for_staff(views: asyncpg.Connection, talk: Talk) -> None:
    staff = await list_messages(views, talk.helper, talk.ticket, PageRequest())
    assert [message.id for message in staff.items] == talk.all
    assert staff.total == 4
    public = await list_messages(views, talk.customer, talk.ticket, PageRequest())
    assert [message.id for message in public.items] == [talk.said, talk.answer, talk.late]
    assert public.total == 3
    assert await get_message(views, talk.customer, talk.ticket, talk.note) is None
    note = await get_message(views, talk.helper, talk.ticket, talk.note)
    assert note is not None
    assert (note.content, note.is_internal) == ("хитрый клиент", True)
    assert await get_message(views, talk.helper, talk.ticket, "x") is None


async def test_a_message_in_full(views: asyncpg.Connection, talk: Talk) -> None:
    said = await get_message(views, talk.customer, talk.ticket, talk.said)
    assert said is not None
    assert said.user is not None
    assert said.user.id == talk.customer.member_id
    (photo,) = said.attachments
    assert (photo.filename, photo.url, photo.preview_url) == (
        "кот.png",
        "/api/v1/files/f1",
        "/api/v1/files/f1/preview",
    )
    answer = await get_message(views, talk.customer, talk.ticket, talk.answer)
    assert answer is not None
    assert answer.user is not None
    assert (answer.reply_to, answer.user.first_name, answer.user.username) == (talk.said, "Мария", None)


async def test_edits_show_and_deletions_leave_a_mark(views: asyncpg.Connection, talk: Talk, story: Story) -> None:
    story.on(talk.ticket, MessageEdited(message_id=talk.said, content="раз-раз", is_internal=False))
    story.on(talk.ticket, MessageDeleted(message_id=talk.late, is_internal=False))
    await story.tell(views)
    edited, _, deleted = (await list_messages(views, talk.customer, talk.ticket, PageRequest())).items
    assert edited.content == "раз-раз"
    assert edited.edited_at is not None
    assert (deleted.content, deleted.attachments) == (None, [])
    assert deleted.deleted_at is not None
    ticket = await get_ticket(views, talk.customer, talk.ticket)
    assert ticket is not None
    assert ticket.messages_count == 2


@pytest.mark.parametrize("size", [1, 2, 3])
async def test_walk_forward_and_back(views: asyncpg.Connection, talk: Talk, size: int) -> None:
    forward, cursor = [], None
    while True:
        page = await list_messages(views, talk.helper, talk.ticket, PageRequest(size=size, cursor=cursor))
        forward += [message.id for message in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert forward == talk.all
    page = await list_messages(views, talk.helper, talk.ticket, PageRequest(size=size), latest=True)
    assert page.next_cursor is None
    backward = [message.id for message in page.items]
    while page.prev_cursor is not None:
        page = await list_messages(views, talk.helper, talk.ticket, PageRequest(size=size, cursor=page.prev_cursor))
        backward = [message.id for message in page.items] + backward
        assert page.next_cursor is not None
    assert backward == talk.all


async def test_a_cursor_stays_where_it_is_while_others_write(
    views: asyncpg.Connection, talk: Talk, story: Story
) -> None:
    page = await list_messages(views, talk.helper, talk.ticket, PageRequest(size=2), latest=True)
    story.says(talk.helper.member_id, talk.ticket, "ещё")
    await story.tell(views)
    older = await list_messages(views, talk.helper, talk.ticket, PageRequest(size=2, cursor=page.prev_cursor))
    assert [message.id for message in older.items] == talk.all[:2]
    assert older.prev_cursor is None


@pytest.mark.parametrize("cursor", ["x", "WyJtZXNzYWdlcyIsIngiLCJ4Il0", "WyJtZXNzYWdlcyIsLTEsIngiXQ"])
async def test_bad_cursors_are_refused(views: asyncpg.Connection, talk: Talk, cursor: str) -> None:
    with pytest.raises(Refused):
        await list_messages(views, talk.helper, talk.ticket, PageRequest(cursor=cursor))


async def test_unread_counts_notes_for_staff_only(views: asyncpg.Connection, talk: Talk) -> None:
    assert await unread_count(views, talk.customer, talk.ticket) == 1
    assert await unread_count(views, talk.helper, talk.ticket) == 2
    await mark_read(views, talk.helper.member_id, talk.ticket, 3)
    assert await unread_count(views, talk.helper, talk.ticket) == 1


async def test_from_the_log_it_looks_the_same(views: asyncpg.Connection, talk: Talk, story: Story) -> None:
    for viewer in (talk.customer, talk.helper):
        assert await ticket_from_log(views, viewer, story.of(talk.ticket)) == await get_ticket(
            views, viewer, talk.ticket
        )
        for message_id in talk.all:
            assert await message_from_log(views, viewer, story.of(talk.ticket), message_id) == await get_message(
                views, viewer, talk.ticket, message_id
            )


async def test_from_the_log_it_can_be_an_earlier_one(views: asyncpg.Connection, talk: Talk, story: Story) -> None:
    early = await ticket_from_log(views, talk.customer, story.of(talk.ticket)[:2])
    assert early is not None
    assert (early.version, early.messages_count) == (2, 1)
    stranger = Viewer(story.joins("Пётр"))
    assert await ticket_from_log(views, stranger, story.of(talk.ticket)) is None
    assert await ticket_from_log(views, talk.helper, []) is None
    assert await message_from_log(views, talk.helper, story.of(talk.ticket), MessageId("x")) is None
