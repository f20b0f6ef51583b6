"""Answers that staff need not write anew: what they may say, and how their placeholders are filled."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from msgspec.structs import replace
from tikethet_events.desk import Template
from tikethet_events.errors import Refused
from tikethet_events.word import CategoryId

from tikethet_tickets.rules import bounds

PLACEHOLDERS: Final = (
    *("customer.first_name", "customer.last_name", "customer.username"),
    *("ticket.number", "ticket.title", "ticket.category"),
    *("helper.first_name", "helper.last_name", "desk.name"),
)
"""What may stand in braces in a template; what is not known of somebody is filled with nothing."""
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+\.[a-z_]+)\}")


def checked(template: Template, categories: Collection[CategoryId]) -> Template:
    """The template in the form it is kept in; ``categories`` are all there are. Raises `Refused` ``invalid``."""
    if not template.texts:
        raise Refused("invalid", field="texts", reason="blank", limit=1)
    if not 0 <= template.order <= bounds.ORDER_MAX:
        raise Refused("invalid", field="order", reason="out_of_range", limit=bounds.ORDER_MAX)
    if any(each not in categories for each in template.category_ids):
        raise Refused("invalid", field="category_ids", reason="not_found")
    texts = {
        language: bounds.text(value, "texts", bounds.TEXT_MAX, least=1) for language, value in template.texts.items()
    }
    for value in texts.values():
        for name in _PLACEHOLDER.findall(value):
            if name not in PLACEHOLDERS:
                raise Refused("invalid", field="texts", reason="unknown_placeholder", name=name)
    return replace(
        template,
        name=bounds.line(template.name, "name", bounds.TEMPLATE_NAME_MAX),
        texts=texts,
        category_ids=tuple(sorted(set(template.category_ids))),
    )


def rendered(text: str, values: Mapping[str, str | None]) -> str:
    """``text`` with its placeholders filled, in one pass: what a person is called is never read as a template."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1]) or "", text)
