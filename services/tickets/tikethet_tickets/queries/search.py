# ruff: noqa: S608, RUF001 - values are arguments, the rest is this package's own; Cyrillic is meant
"""Words, or a tag → tickets. A hit is a ticket one of whose texts or messages has all the words, in any of their forms.

A list starts from the hits (`hits`, `tagged`) where these are few: their index finds them all, whatever there is
besides. Common ones are met along the list itself (`anywhere`): a page is full after a few tickets, however many more
there would be. Which is which (`are_few_with_words`), PostgreSQL tells from its own statistics of the words; they know
little of names, most of which only one person has: the tickets of people so called are counted, up to `FEW`.
"""

import re
from typing import Final

import msgspec

from tikethet_tickets.queries.sql import Arguments
from tikethet_tickets.queries.viewer import Reader

FEW: Final = 5_000
"""So many hits are few, however small the desk; of people's tickets no more are, however large."""
SHARE: Final = 100
"""One document in so many is few too: an index finds these in about the time a walk takes to meet a page of them, and a
word that the statistics do not know counts as one in a thousand."""
DOCUMENTS: Final = ("messages", "ticket_texts")
_KNOWN: Final = """
    SELECT (SELECT sum(reltuples) FROM pg_class
            WHERE relnamespace = 'tickets'::regnamespace AND relname = ANY($1::text[])),
        (SELECT count(*) = cardinality($1::text[]) FROM pg_stats WHERE schemaname = 'tickets'
            AND tablename = ANY($1::text[]) AND attname = 'search' AND cardinality(most_common_elem_freqs) > 100)
"""
"""How many documents there are, and whether the statistics of them know enough words. With fewer PostgreSQL takes any
beginning for one that every fiftieth document has.
"""
OPERATORS: Final = re.compile(r'["-]|\bor\b', re.IGNORECASE)
"""Signs of the websearch syntax: phrases, exclusions, alternatives. Then the last word stands for itself only."""


def query(words: str, arguments: Arguments, *, whole: bool = False) -> str:
    """The text-search query for ``words``; the last of them may still be in the making, so its beginning is enough,
    unless it shall be ``whole``.
    """
    words = words.translate(str.maketrans("ёЁ", "еЕ"))
    head, _, last = words.rpartition(" ")
    if whole or OPERATORS.search(words) or not re.fullmatch(r"\w{2,}", last):
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
    found = _once(query(words, arguments))
    public = "" if staff else "AND NOT m.is_internal"
    # Scalar subqueries with LIMIT cannot be hashed: each looks at the few rows of its ticket, never at a whole table.
    tests = [
        f"(SELECT true FROM tickets.ticket_texts s WHERE s.ticket_id = t.id AND s.search @@ {found} LIMIT 1)",
        f"(SELECT true FROM tickets.messages m WHERE m.ticket_id = t.id AND m.search @@ {found} {public} LIMIT 1)",
    ]
    if staff:
        name = _once(names(words, arguments))
        tests.append(f"(SELECT true FROM tickets.members p WHERE p.id = t.requester_id AND p.search @@ {name} LIMIT 1)")
    if number is not None:
        tests.insert(0, f"nullif(t.number = {arguments.add(number, 'bigint')}, false)")
    return f"coalesce({', '.join(tests)}, false)"


def hits(words: str, number: int | None, arguments: Arguments) -> str:
    """The query for all hits for staff, each once: the tickets of people so called, then any others.

    The first are read from one index (`tickets_of_requester`) as long as nothing is asked of them that is not in it.
    """
    name = names(words, arguments)
    return f"""
        SELECT t.* FROM tickets.members p JOIN tickets.tickets t ON t.requester_id = p.id WHERE p.search @@ {name}
        UNION ALL SELECT t.* FROM tickets.tickets t
            WHERE t.id = ANY(ARRAY({documents(words, number, arguments)}))
                AND t.requester_id NOT IN (SELECT p.id FROM tickets.members p WHERE p.search @@ {name})"""


def documents(words: str, number: int | None, arguments: Arguments, *, whole: bool = False) -> str:
    """The query for the ids of tickets that have the words, or the number, themselves; some come several times."""
    found = query(words, arguments, whole=whole)
    return f"""
        SELECT ticket_id FROM tickets.ticket_texts WHERE search @@ {found}
        UNION ALL SELECT ticket_id FROM tickets.messages WHERE search @@ {found}
        UNION ALL SELECT id FROM tickets.tickets WHERE number = {arguments.add(number, "bigint")}"""


def _once(expression: str) -> str:
    """Worked out once per query instead of for every row, which a plan kept for any words would do."""
    return f"(SELECT {expression})"


def tagged(tag: str, arguments: Arguments) -> str:
    """The query for the ids of all tickets with a tag."""
    return f"SELECT id FROM tickets.tickets WHERE tags @> {arguments.add([tag], 'text[]')} AND tags <> '{{}}'"


def has_tag(tag: str, arguments: Arguments) -> str:
    """The condition that ticket ``t`` has a tag, tested ticket by ticket: concatenated, no index knows the tags."""
    return f"(t.tags || '{{}}') @> {arguments.add([tag], 'text[]')}"


async def are_few_with_words(reader: Reader, words: str, number: int | None) -> bool:
    """Whether so few tickets are hits that a list had better start from them."""
    theirs = await _tickets_of_people(reader, words)
    if theirs > FEW:
        return False
    arguments = Arguments()
    expected = theirs + await _expected(reader, documents(words, number, arguments), arguments)
    if expected <= FEW:
        return True
    there, know_enough = await reader.fetchrow(_KNOWN, DOCUMENTS)
    if not know_enough and expected * SHARE > there:
        arguments = Arguments()
        expected = theirs + await _expected(reader, documents(words, number, arguments, whole=True), arguments)
    return bool(expected <= FEW or expected * SHARE <= there)


async def _tickets_of_people(reader: Reader, words: str) -> int:
    arguments = Arguments()
    name = names(words, arguments)
    return int(
        await reader.fetchval(
            f"""
            SELECT count(*) FROM (
                SELECT FROM tickets.members p JOIN tickets.tickets t ON t.requester_id = p.id
                WHERE p.search @@ {name} LIMIT {FEW + 1}
            ) _
            """,
            *arguments.values,
        )
    )


async def are_few_with_tag(reader: Reader, tag: str) -> bool:
    """The same for a tag."""
    arguments = Arguments()
    expected = await _expected(reader, tagged(tag, arguments), arguments)
    if expected <= FEW:
        return True
    there, _ = await reader.fetchrow(_KNOWN, ("tickets",))
    return bool(expected * SHARE <= there)


async def _expected(reader: Reader, sql: str, arguments: Arguments) -> int:
    plan = msgspec.json.decode(await reader.fetchval(f"EXPLAIN (FORMAT JSON) {sql}", *arguments.values))
    return int(plan[0]["Plan"]["Plan Rows"])
