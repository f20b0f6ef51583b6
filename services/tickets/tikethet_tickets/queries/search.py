# ruff: noqa: S608, RUF001 - values are arguments, the rest is this package's own; Cyrillic is meant
"""Words, or a tag → tickets. A hit is a ticket one of whose texts or messages has all the words, in any of their forms.

Rare ones are looked up in their index first (`candidates`, `tagged`); what is so common that there are more hits
than `CAP` is better looked for along the list itself: every few tickets have it, so a page is full soon.
"""

import re
from typing import Final

from tikethet_tickets.queries.sql import Arguments
from tikethet_tickets.queries.viewer import Reader

CAP: Final = 10_000
TAG_CAP: Final = 3_000
"""A test along the list costs less for a tag than for words."""
OPERATORS: Final = re.compile(r'["-]|\bor\b', re.IGNORECASE)
"""Signs of the websearch syntax: phrases, exclusions, alternatives. Then the last word stands for itself only."""


def query(words: str, arguments: Arguments) -> str:
    """The text-search query for ``words``; the last of them may still be in the making, so its beginning is enough."""
    words = words.translate(str.maketrans("ёЁ", "еЕ"))
    head, _, last = words.rpartition(" ")
    if OPERATORS.search(words) or not re.fullmatch(r"\w{2,}", last):
        return f"websearch_to_tsquery('pg_catalog.russian', {arguments.add(words, 'text')})"
    word, beginning = arguments.add(last, "text"), arguments.add(f"{last.lower()}:*", "text")
    tail = f"(websearch_to_tsquery('pg_catalog.russian', {word}) || to_tsquery('pg_catalog.simple', {beginning}))"
    if not head.strip():
        return tail
    return f"(websearch_to_tsquery('pg_catalog.russian', {arguments.add(head, 'text')}) && {tail})"


def names(words: str, arguments: Arguments) -> str:
    """The query for people: every word the beginning of a first name, last name or username."""
    parts = [f"{part}:*" for part in re.findall(r"\w+", words.lower().replace("ё", "е"))]
    return f"to_tsquery('pg_catalog.simple', {arguments.add(' & '.join(parts), 'text')})"


def anywhere(words: str, number: int | None, arguments: Arguments, *, staff: bool) -> str:
    """The condition that ticket ``t`` is a hit, tested ticket by ticket. Customers find nothing in notes or names."""
    found = query(words, arguments)
    public = "" if staff else "AND NOT m.is_internal"
    # Scalar subqueries with LIMIT cannot be hashed: each looks at the few rows of its ticket, never at a whole table.
    tests = [
        f"(SELECT true FROM tickets.ticket_texts s WHERE s.ticket_id = t.id AND s.search @@ {found} LIMIT 1)",
        f"(SELECT true FROM tickets.messages m WHERE m.ticket_id = t.id AND m.search @@ {found} {public} LIMIT 1)",
    ]
    if staff:
        name = names(words, arguments)
        tests.append(f"(SELECT true FROM tickets.members p WHERE p.id = t.requester_id AND p.search @@ {name} LIMIT 1)")
    if number is not None:
        tests.insert(0, f"nullif(t.number = {arguments.add(number, 'bigint')}, false)")
    return f"coalesce({', '.join(tests)}, false)"


async def candidates(reader: Reader, words: str, number: int | None) -> tuple[set[str], bool]:
    """The ids of all hits for staff, and whether those are all (else: the first of more than `CAP`)."""
    arguments = Arguments()
    found, name = query(words, arguments), names(words, arguments)
    limit = CAP + 1
    rows = await reader.fetch(
        f"""
        (SELECT ticket_id::text FROM tickets.ticket_texts WHERE search @@ {found} LIMIT {limit})
        UNION ALL (SELECT ticket_id::text FROM tickets.messages WHERE search @@ {found} LIMIT {limit})
        UNION ALL (SELECT t.id::text FROM tickets.members p JOIN tickets.tickets t ON t.requester_id = p.id
            WHERE p.search @@ {name} LIMIT {limit})
        UNION ALL (SELECT id::text FROM tickets.tickets WHERE number = {arguments.add(number, "bigint")})
        """,
        *arguments.values,
    )
    return {row[0] for row in rows}, len(rows) <= CAP


async def tagged(reader: Reader, tag: str) -> tuple[set[str], bool]:
    """The ids of all tickets with a tag, and whether those are all (else: the first of more than `TAG_CAP`)."""
    rows = await reader.fetch(
        f"SELECT id::text FROM tickets.tickets WHERE tags @> $1::text[] AND tags <> '{{}}' LIMIT {TAG_CAP + 1}", [tag]
    )
    return {row[0] for row in rows}, len(rows) <= TAG_CAP
