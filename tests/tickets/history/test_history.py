import json
from importlib.resources import files

import asyncpg
import pytest
from tikethet_events.errors import Refused
from tikethet_events.member import MemberErased, member_stream
from tikethet_events.ticket import (
    Attachment,
    CategoryChanged,
    MessageDeleted,
    MessageEdited,
    PriorityChanged,
    ReplyAwaited,
    ResponseOverdue,
    TagsChanged,
    TicketAssigned,
    TicketClosed,
    TicketEvent,
    TicketLinked,
    TicketRated,
    TicketReopened,
    TicketResolved,
    TicketUnassigned,
    TitleChanged,
    WorkStarted,
)
from tikethet_events.word import Priority, Role, Status
from tikethet_tickets.history import history
from tikethet_tickets.queries.pages import Cursor, PageRequest, seal
from tikethet_tickets.queries.viewer import Viewer

from tests.tickets.conftest import BEGINNING, Story

FILE = Attachment(id="f", filename="a.txt", size=1, content_type="text/plain")


class Told:
    def __init__(self, story: Story) -> None:
        self.customer = story.joins("Алексей", last_name="Морозов")
        self.helper = story.joins("Мария", Role.HELPER, username="maria")
        self.admin = story.joins("Игорь", Role.ADMIN)
        self.donations = story.category("Донаты", "Donations")
        self.rules = story.category("Правила", "Rules")
        self.ticket = story.opens(self.customer, self.donations, number=1042)

        def staff(event: TicketEvent) -> None:
            story.on(self.ticket, event, actor=self.helper)

        staff(TicketAssigned(assignee_id=self.helper))
        staff(TicketAssigned(assignee_id=self.admin, previous_id=self.helper))
        staff(TicketUnassigned(previous_id=self.admin))
        staff(TicketAssigned(assignee_id=self.admin))
        staff(WorkStarted())
        self.said = story.says(self.customer, self.ticket)
        story.says(self.customer, self.ticket, attachments=(FILE,))
        story.says(self.customer, self.ticket, attachments=(FILE,) * 2)
        story.says(self.customer, self.ticket, attachments=(FILE,) * 5)
        self.note = story.notes(self.helper, self.ticket)
        staff(MessageEdited(message_id=self.note, content="…", is_internal=True))
        staff(MessageDeleted(message_id=self.note, is_internal=True))
        story.on(self.ticket, MessageEdited(message_id=self.said, content="…", is_internal=False), actor=self.customer)
        story.on(self.ticket, MessageDeleted(message_id=self.said, is_internal=False), actor=self.customer)
        staff(ReplyAwaited())
        staff(PriorityChanged(priority=Priority.HIGH, previous=Priority.NORMAL))
        staff(CategoryChanged(category_id=self.rules, previous_id=self.donations))
        staff(TitleChanged(title="Новый", previous="Старый"))
        staff(TagsChanged(tags=("a", "b"), previous=()))
        staff(TagsChanged(tags=(), previous=("a", "b")))
        staff(TicketResolved(reason="деньги вернулись"))
        story.on(self.ticket, TicketReopened(status=Status.IN_PROGRESS), actor=self.customer)
        story.on(self.ticket, TicketClosed())
        story.on(self.ticket, TicketLinked(linked_to=self.ticket), actor=self.customer)
        story.on(self.ticket, TicketRated(score=4), actor=self.customer)
        story.on(self.ticket, TicketRated(score=5, comment="быстро"), actor=self.customer)
        story.on(self.ticket, ResponseOverdue(since=BEGINNING))


@pytest.fixture
async def told(views: asyncpg.Connection, story: Story) -> Told:
    told = Told(story)
    await story.tell(views)
    return told


RUSSIAN = [
    "Алексей Морозов открывает обращение #1042",
    "Мария берёт обращение себе",
    "Мария передаёт обращение: Мария → Игорь",
    "Мария возвращает обращение в общую очередь",
    "Мария назначает ответственного: Игорь",
    "Мария работает над обращением",
    "Алексей Морозов пишет сообщение",
    "Алексей Морозов пишет сообщение, к нему 1 файл",
    "Алексей Морозов пишет сообщение, к нему 2 файла",
    "Алексей Морозов пишет сообщение, к нему 5 файлов",
    "Мария оставляет заметку для команды",
    "Мария правит заметку",
    "Мария удаляет заметку",
    "Алексей Морозов правит сообщение",
    "Алексей Морозов удаляет сообщение",
    "Мария ждёт ответа от автора обращения",
    "Мария меняет приоритет: обычный → высокий",
    "Мария меняет категорию: Донаты → Правила",
    "Мария меняет заголовок: «Старый» → «Новый»",
    "Мария меняет метки: a, b",
    "Мария снимает все метки",
    "Мария отмечает, что вопрос решён. Причина: деньги вернулись",
    "Алексей Морозов возобновляет обращение",
    "Система закрывает обращение",
    "Алексей Морозов связывает обращение с другим",
    "Алексей Морозов оценивает ответ на 4 из 5",
    "Алексей Морозов оценивает ответ на 5 из 5: «быстро»",
    "Ответ задерживается: автор обращения ждёт дольше положенного",
]


async def test_every_event_is_a_line(views: asyncpg.Connection, told: Told, story: Story) -> None:
    page = await history(views, Viewer(told.helper, Role.HELPER, "ru"), story.of(told.ticket), PageRequest(size=100))
    assert [item.text for item in page.items] == RUSSIAN
    assert [item.version for item in page.items] == list(range(1, 29))
    english = await history(views, Viewer(told.helper, Role.HELPER, "en"), story.of(told.ticket), PageRequest(size=100))
    assert english.items[2].text == "Мария passed the ticket from Мария to Игорь"
    assert english.items[9].text == "Алексей Морозов wrote a message with 5 files"
    assert english.items[17].text == "Мария changed the category: Donations → Rules"


async def test_a_customer_hears_what_is_public(views: asyncpg.Connection, told: Told, story: Story) -> None:
    page = await history(views, Viewer(told.customer), story.of(told.ticket), PageRequest(size=100))
    private = {"заметк", "метки", "задерживается"}
    assert [item.text for item in page.items] == [line for line in RUSSIAN if not any(word in line for word in private)]
    assert page.total == 22
    actor = page.items[1].actor
    assert actor is not None
    assert (actor.first_name, actor.username) == ("Мария", None)
    assert next(item for item in page.items if item.type == "TicketClosed").actor is None


async def test_changes(views: asyncpg.Connection, told: Told, story: Story) -> None:
    page = await history(views, Viewer(told.helper, Role.HELPER), story.of(told.ticket), PageRequest(size=100))
    changes = [{name: (change.before, change.after) for name, change in item.changes.items()} for item in page.items]
    assert changes[0] == {
        "status": (None, "OPEN"),
        "priority": (None, "NORMAL"),
        "category_id": (None, told.donations),
    }
    assert changes[2] == {"assigned_to": (told.helper, told.admin)}
    assert changes[3] == {"assigned_to": (told.admin, None)}
    assert changes[5] == {"status": ("OPEN", "IN_PROGRESS")}
    assert changes[10] == {"message_id": (None, told.note)}
    assert changes[16] == {"priority": ("NORMAL", "HIGH")}
    assert changes[17] == {"category_id": (told.donations, told.rules)}
    assert changes[18] == {"title": ("Старый", "Новый")}
    assert changes[19] == {"tags": ((), ("a", "b"))}
    assert changes[21] == {"status": ("WAITING_RESPONSE", "RESOLVED")}
    assert changes[22] == {"status": ("RESOLVED", "IN_PROGRESS")}


@pytest.mark.parametrize("size", [1, 7, 24, 25])
async def test_page_by_page(views: asyncpg.Connection, told: Told, story: Story, size: int) -> None:
    viewer, seen, cursor = Viewer(told.helper, Role.HELPER), [], None
    while True:
        page = await history(views, viewer, story.of(told.ticket), PageRequest(size=size, cursor=cursor))
        seen += [item.version for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == list(range(1, 29))
    for bad in (PageRequest(cursor="x"), PageRequest(size=0, cursor=seal(Cursor("history", 1, "")))):
        with pytest.raises(Refused):
            await history(views, viewer, story.of(told.ticket), bad)


async def test_the_erased_are_not_named(views: asyncpg.Connection, told: Told, story: Story) -> None:
    story.happens(member_stream(told.customer), MemberErased())
    await story.tell(views)
    page = await history(views, Viewer(told.helper, Role.HELPER), story.of(told.ticket), PageRequest(size=1))
    assert page.items[0].text == "Удалённый пользователь открывает обращение #1042"


def test_both_languages_say_the_same_things() -> None:
    russian, english = (
        json.loads((files("tikethet_service") / "messages" / language / "history.json").read_text("utf-8"))
        for language in ("ru", "en")
    )
    assert list(russian) == list(english)
