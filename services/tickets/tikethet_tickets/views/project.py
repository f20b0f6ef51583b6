"""Events → read models, inside the transaction that appends them."""

from collections.abc import Iterator, Sequence

from tikethet_events.catalogue import kind_of
from tikethet_events.envelope import Recorded
from tikethet_events.member import MemberErased
from tikethet_events.ticket import MessageDeleted, MessageEdited, MessagePosted, NoteAdded, TicketErased, TitleChanged
from tikethet_events.word import MessageId, TicketId

from tikethet_tickets.views.broadcast import broadcast_of, fold_broadcast
from tikethet_tickets.views.counters import deltas, member_cell, ticket_cell
from tikethet_tickets.views.desk import category_of, fold_category, fold_desk, fold_template, template_of
from tikethet_tickets.views.due import due_on_member, due_on_ticket
from tikethet_tickets.views.files import follow_files
from tikethet_tickets.views.integration import account_of, fold_account, fold_webhook, webhook_of
from tikethet_tickets.views.member import fold_duty, fold_invite, fold_member, invite_of, member_of
from tikethet_tickets.views.rows import THE_DESK, TicketRow
from tikethet_tickets.views.tables import Connection, Rows, Tables, Wanted
from tikethet_tickets.views.ticket import fold_message, fold_text, fold_ticket
from tikethet_tickets.views.times import fold_times

LIVE = Tables()


async def project(connection: Connection, recorded: Sequence[Recorded]) -> None:
    """Bring the live read models up to ``recorded`` (in order of position). Raises UnknownEvent."""
    await follow(connection, recorded)


async def follow(connection: Connection, recorded: Sequence[Recorded]) -> dict[TicketId, TicketRow]:
    """The same; the tickets it changed, as they are afterwards."""
    tickets = await project_into(LIVE, connection, recorded)
    await follow_files(connection, recorded)
    forgotten = [member_of(event) for event in recorded if isinstance(event.data, MemberErased)]
    if forgotten:
        for table in ("read_markers", "snoozes", "notifications"):
            await connection.execute(f"DELETE FROM tickets.{table} WHERE member_id = ANY($1::uuid[])", forgotten)  # noqa: S608 - our own names
        await connection.execute(
            """
            UPDATE tickets.broadcast_recipients SET outcome = 'skipped'
            WHERE member_id = ANY($1::uuid[]) AND outcome IS NULL
            """,
            forgotten,
        )
    return tickets


async def project_into(
    tables: Tables, connection: Connection, recorded: Sequence[Recorded]
) -> dict[TicketId, TicketRow]:
    """The same for any set of tables. The caller holds the head lock, or is the only one who knows the set."""
    changed: dict[TicketId, TicketRow] = {}
    for events in _until_each_erasure(recorded):
        changed |= await _project(tables, connection, events)
        last = events[-1]
        if isinstance(last.data, MemberErased):
            await tables.erase(connection, member_of(last))
        elif isinstance(last.data, TicketErased):
            await tables.erase_ticket(connection, ticket_of(last))
    return changed


def _until_each_erasure(recorded: Sequence[Recorded]) -> Iterator[Sequence[Recorded]]:
    """Cut behind every erasure: what it wipes must be written before, what follows must find it wiped."""
    start = 0
    for index, event in enumerate(recorded, start=1):
        if isinstance(event.data, MemberErased | TicketErased) or index == len(recorded):
            yield recorded[start:index]
            start = index


async def _project(tables: Tables, connection: Connection, recorded: Sequence[Recorded]) -> dict[TicketId, TicketRow]:
    before = await tables.load(connection, wanted_by(recorded))
    after = fold(before, recorded)
    tickets = deltas((ticket_cell(before.tickets.get(key)), ticket_cell(row)) for key, row in after.tickets.items())
    members = deltas((member_cell(before.members.get(key)), member_cell(row)) for key, row in after.members.items())
    await tables.save(connection, after, tickets)
    if members:
        await tables.count(connection, "member_counters", members)
    return after.tickets


def ticket_of(recorded: Recorded) -> TicketId:
    """The ticket whose stream this is."""
    return TicketId(recorded.stream_id.removeprefix("ticket-"))


def message_of(recorded: Recorded) -> MessageId | None:
    """The message an event speaks of, if it does."""
    event = recorded.data
    match event:
        case MessagePosted() | NoteAdded() | MessageEdited() | MessageDeleted():
            return event.message_id
        case _:
            return None


def wanted_by(recorded: Sequence[Recorded]) -> Wanted:
    """The rows these events will change; of a stream that begins with them there is none yet."""
    begun = {event.stream_id for event in recorded if event.version == 1}
    of_kind: dict[str, list[Recorded]] = {"ticket": [], "member": [], "desk": [], "broadcast": []}
    for event in recorded:
        if event.stream_id not in begun:
            of_kind.get(kind_of(event.stream_id), []).append(event)
    tickets = of_kind["ticket"]
    changed = [
        (ticket_of(event), event.data.message_id)
        for event in tickets
        if isinstance(event.data, MessageEdited | MessageDeleted)
    ]
    return Wanted(
        tickets=list({ticket_of(event): None for event in tickets}),
        texts=list({ticket_of(event): None for event in tickets if isinstance(event.data, TitleChanged)}),
        messages=list(dict.fromkeys(changed)),
        members=list({member_of(event): None for event in of_kind["member"]}),
        duty=list({member_of(event): None for event in of_kind["member"]}),
        invites=list({found: None for event in of_kind["member"] if (found := invite_of(event)) is not None}),
        categories=list({key: None for event in of_kind["desk"] if (key := category_of(event)) is not None}),
        desk=[THE_DESK] if any(category_of(event) is None for event in of_kind["desk"]) else [],
        accounts=list({account: None for event in of_kind["desk"] if (account := account_of(event)) is not None}),
        webhooks=list({webhook: None for event in of_kind["desk"] if (webhook := webhook_of(event)) is not None}),
        templates=list({kept: None for event in of_kind["desk"] if (kept := template_of(event)) is not None}),
        broadcasts=list({broadcast_of(event): None for event in of_kind["broadcast"]}),
    )


def fold(before: Rows, recorded: Sequence[Recorded]) -> Rows:
    """Every row that ``recorded`` changes, as it is afterwards. Pure."""
    after = Rows(tickets={}, texts={}, messages={}, members={}, categories={})
    for event in recorded:
        match kind_of(event.stream_id):
            case "ticket":
                _fold_ticket(before, after, event)
            case "member":
                member_id = member_of(event)
                row = after.members.get(member_id) or before.members.get(member_id)
                after.members[member_id] = fold_member(row, event)
                after.due |= due_on_member(member_id, event)
                duty = fold_duty(after.duty.get(member_id) or before.duty.get(member_id), event)
                if duty is not None:
                    after.duty[member_id] = duty
                _fold_invite(before, after, event)
            case "desk":
                _fold_desk(before, after, event)
            case "broadcast":
                broadcast_id = broadcast_of(event)
                known = after.broadcasts.get(broadcast_id) or before.broadcasts.get(broadcast_id)
                after.broadcasts[broadcast_id] = fold_broadcast(known, event)
            case _:
                pass  # no read model shows the other kinds
    return after


def _fold_invite(before: Rows, after: Rows, event: Recorded) -> None:
    invite_id = invite_of(event)
    if invite_id is None:
        return
    invite = fold_invite(after.invites.get(invite_id) or before.invites.get(invite_id), event)
    if invite is not None:
        after.invites[invite_id] = invite


def _fold_desk(before: Rows, after: Rows, event: Recorded) -> None:
    category_id, template_id = category_of(event), template_of(event)
    if template_id is not None:
        template = fold_template(after.templates.get(template_id) or before.templates.get(template_id), event)
        if template is not None:
            after.templates[template_id] = template
        return
    if _fold_program(before, after, event):
        return
    if category_id is None:
        desk = fold_desk(after.desk.get(THE_DESK) or before.desk.get(THE_DESK), event)
        if desk is not None:
            after.desk[THE_DESK] = desk
        return
    known = after.categories.get(category_id) or before.categories.get(category_id)
    category = fold_category(known, event)
    if category is not None:
        after.categories[category_id] = category


def _fold_program(before: Rows, after: Rows, event: Recorded) -> bool:
    """Whether the event was about one."""
    account_id, webhook_id = account_of(event), webhook_of(event)
    if account_id is not None:
        account = fold_account(after.accounts.get(account_id) or before.accounts.get(account_id), event)
        if account is not None:
            after.accounts[account_id] = account
    if webhook_id is not None:
        webhook = fold_webhook(after.webhooks.get(webhook_id) or before.webhooks.get(webhook_id), event)
        if webhook is not None:
            after.webhooks[webhook_id] = webhook
    return account_id is not None or webhook_id is not None


def _fold_ticket(before: Rows, after: Rows, event: Recorded) -> None:
    ticket_id, message_id = ticket_of(event), message_of(event)
    known_ticket = after.tickets.get(ticket_id) or before.tickets.get(ticket_id)
    ticket = fold_ticket(known_ticket, event)
    after.tickets[ticket_id] = ticket
    after.due |= due_on_ticket(known_ticket, ticket, event)
    text = fold_text(after.texts.get(ticket_id) or before.texts.get(ticket_id), event, erased=ticket.erased)
    if text is not None:
        after.texts[ticket_id] = text
    known = after.times.get(ticket_id) or before.times.get(ticket_id)
    times = fold_times(known, event, ticket)
    if times != known:
        after.times[ticket_id] = times
    if message_id is not None:
        key = (ticket_id, message_id)
        message = fold_message(after.messages.get(key) or before.messages.get(key), event, ticket)
        if message is not None:
            after.messages[key] = message
