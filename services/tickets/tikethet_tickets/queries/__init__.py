"""Questions to the read models, each answered in the shapes of `tikethet_tickets.shapes`.

Every function takes an open connection or a pool first (`Reader`) and who asks (`Viewer`) where the answer depends on
it. What writes here (`mark_read`, `read_notifications`, `claim`, `tidy`, …) writes plain rows outside the log only.

    viewer.Viewer(member_id, role, language)       # .staff: HELPER and up
    pages.PageRequest(page=1, size=20, cursor=None)   # a bad cursor or a page too deep: Refused("invalid", field=…)

    tickets.list_tickets(reader, viewer, TicketFilter(...), PageRequest(...), sort="-updated_at") -> Page[Ticket]
    tickets.get_ticket(reader, viewer, id_or_number) -> Ticket | None          # None also when it is not the viewer's
    as_of.ticket_from_log(reader, viewer, recorded) -> Ticket | None         # as of the last of `recorded`
    tickets.find_ticket(reader, id_or_number) -> TicketKey | None
    counts.counts(reader, viewer) -> Counts
    messages.list_messages(reader, viewer, ticket_id, PageRequest(...), latest=False) -> Page[Message]
    messages.get_message(reader, viewer, ticket_id, message_id) -> Message | None
    as_of.message_from_log(reader, viewer, recorded, message_id) -> Message | None
    as_of.member_from_log(recorded) -> MemberRow | None
    as_of.categories_from_log(viewer, recorded) -> list[Category]
    messages.mark_read(reader, member_id, ticket_id, version) -> None
    messages.unread_count(reader, viewer, ticket_id) -> int
    categories.list_categories(reader, viewer, include_archived=False) -> list[Category]
    categories.get_category(reader, viewer, category_id) -> Category | None
    members.list_members(reader, viewer, PageRequest(...), q=None, roles=(), blocked=None) -> Page[Member]
    members.member_row(reader, member_id) -> MemberRow | None
    members.access(reader, member_id) -> Access | None                          # role, blocked, language
    members.by_telegram_id(reader, telegram_id) -> MemberId | None
    members.count_with_roles(reader, roles) -> int                              # not blocked ones
    export.member_export(reader, member_id) -> MemberExport | None
    history.history(reader, viewer, recorded, page_request) -> Page[HistoryItem]   # tikethet_tickets.history
    facts.next_number(reader) -> int                                            # a sequence: unique, may skip
"""
