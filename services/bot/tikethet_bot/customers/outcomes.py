"""What follows when the desk carried a customer's command out."""

from typing import Any

from msgspec.structs import replace
from tikethet_service.settings import Language
from tikethet_service.texts import text

from tikethet_bot.context import Context
from tikethet_bot.rules.outgoing import Button, Out
from tikethet_bot.screens import customers as screens
from tikethet_bot.steps import Do, Tell, tell
from tikethet_bot.store import Effect
from tikethet_bot.store.effects import answered, draft_dropped, marked


def outcome(step: Do, answer: Any, context: Context) -> Tell | None:
    """What is told of a command; ``None`` when it is none of everybody's."""
    match step.kind:
        case "words":
            return _said(step, answer, context)
        case "post":
            return _posted(step, answer, context)
        case "language":
            chosen: Language = "en" if answer["language"] == "en" else "ru"
            return tell(context.out(text(chosen, "bot.language_chosen"), "language"))
        case "rate":
            return _rated(step, context)
        case "move":
            return tell(context.out(context.text("moved", number=step.number), "moved", ticket_id=answer["ticket_id"]))
        case "about":
            return tell(context.out(context.text("added", number=step.number), "added"))
        case "link":
            return context.say("linked_role", role=answer["role"])
        case "erase":
            return context.say("erased")
        case "edit" | "delete":
            return Tell()
        case _:
            return None


def _rated(step: Do, context: Context) -> Tell:
    """With stars alone, a few words may follow."""
    score = step.body["score"]
    if step.dialogue:
        return Tell((context.out(context.text("commented"), "commented"),), (answered(context.chat_id),))
    more = ((Button(context.text("comment"), f"comment:{score}:{step.ticket_id}"),),)
    return tell(context.out(context.text("rated", stars="★" * score), "rated", buttons=more, ticket_id=step.ticket_id))


def _said(step: Do, went: Any, context: Context) -> Tell:
    """Where the desk put words that named no ticket."""
    match went["what"]:
        case "opened":
            return _opened(step, went, context)
        case "posted":
            number, several, others = went["number"], not went["sure"], tuple(went["others"])
            step = replace(step, number=number, several=several, others=others)
            return _posted(step, {"id": went["message_id"], "ticket_id": went["ticket_id"]}, context)
        case "thanks":
            return context.say("thanks", number=went["number"])
        case _:
            return context.say("no_categories")


def _opened(step: Do, went: Any, context: Context) -> Tell:
    """A new ticket, and what may be expected: when the desk opens, or how soon it usually answers."""
    ticket_id = went["ticket_id"]
    about = () if step.body["attachments"] else went["others"]  # files do not move with the words
    opened = screens.opened(context, ticket_id, went["number"], about, lost_file=step.lost_file)
    effects: tuple[Effect, ...] = (answered(context.chat_id),)
    if context.incoming.kind == "message":
        effects += (marked(context.chat_id, context.message_ids, ticket_id, None),)
    elif step.draft:
        effects += (draft_dropped(context.chat_id, step.draft),)
    return Tell((replace(opened, text=f"{opened.text}\n{went['expectation']}".strip()),), effects)


def _posted(step: Do, answer: Any, context: Context) -> Tell:
    outs: list[Out] = []
    incoming = context.incoming
    if step.several and step.number:
        outs.append(screens.added(context, step.number, step.others, answer["id"]))
    if step.lost_file:
        outs.append(screens.not_kept(context))
    if incoming.kind == "tap" or step.dialogue:
        outs.append(context.out(context.text("sent", number=step.number or ""), "sent"))
    effects: tuple[Effect, ...] = ()
    if incoming.kind == "message":
        effects = (marked(context.chat_id, context.message_ids, answer["ticket_id"], answer["id"]),)
    elif step.draft:
        effects = (draft_dropped(context.chat_id, step.draft),)
    if step.dialogue:
        effects += (answered(context.chat_id),)
    return Tell(tuple(outs), effects)
