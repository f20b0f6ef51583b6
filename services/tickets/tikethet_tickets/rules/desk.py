"""What may happen to the desk itself: its categories, settings and templates, and the programs that listen."""

from datetime import datetime
from typing import Final, assert_never

from msgspec import Struct
from msgspec.structs import replace
from tikethet_events.desk import (
    AddCategory,
    AddDefaultCategories,
    ArchiveCategory,
    Category,
    CategoryAdded,
    CategoryArchived,
    CategoryChanged,
    ChangeCategoryDetails,
    ChangeDeskSettings,
    DeskCommand,
    DeskEvent,
    DeskSettings,
    DeskSettingsChanged,
    RemoveTemplate,
    SaveTemplate,
    Template,
    TemplateRemoved,
    TemplateSaved,
    Texts,
)
from tikethet_events.errors import Refused
from tikethet_events.integration import (
    Account,
    AccountAdded,
    AccountId,
    AccountRevoked,
    AccountRotated,
    AddAccount,
    RemoveWebhook,
    RevokeAccount,
    RotateAccount,
    RotateWebhook,
    SaveWebhook,
    StopWebhook,
    Webhook,
    WebhookId,
    WebhookRemoved,
    WebhookRotated,
    WebhookSaved,
)
from tikethet_events.upkeep import BackupOverdue, DiskNearlyFull, ReportBackupOverdue, ReportDiskNearlyFull
from tikethet_events.word import CategoryId, Role, TemplateId

from tikethet_tickets.rules import bounds, integration, settings_of_desk, templates
from tikethet_tickets.rules.defaults import DEFAULT_SETTINGS
from tikethet_tickets.rules.policy import Action, may


class Desk(Struct, frozen=True, kw_only=True):
    """The desk as far as rules need it. Before its first event it is empty, not absent."""

    categories: dict[CategoryId, Category] = {}
    settings: DeskSettings = DEFAULT_SETTINGS
    templates: dict[TemplateId, Template] = {}
    accounts: dict[AccountId, Account] = {}
    webhooks: dict[WebhookId, Webhook] = {}


class Facts(Struct, frozen=True, kw_only=True):
    """Who acts."""

    actor_role: Role


def decide(command: DeskCommand, state: Desk | None, now: datetime, facts: Facts) -> list[DeskEvent]:
    """What follows from a command: events, or none where nothing changes.

    Raises `Refused` with the problem code where a rule says no.
    """
    if not may(facts.actor_role, _ACTIONS.get(type(command), Action.MANAGE_CATEGORIES)):
        raise Refused("forbidden")
    state = state or Desk()
    known = state.categories
    match command:
        case AddCategory(category=category):
            if category.id in known:
                raise Refused("conflict")
            if len(known) >= bounds.CATEGORIES_MAX:
                raise Refused("invalid", field="categories", reason="too_many", limit=bounds.CATEGORIES_MAX)
            return [CategoryAdded(category=_checked(category))]
        case AddDefaultCategories(categories=categories):
            return [CategoryAdded(category=_checked(each)) for each in categories if not _is_there(each, known)]
        case ChangeCategoryDetails(category=category):
            if category.id not in known:
                raise Refused("not_found")
            wanted = _checked(category)
            return [] if wanted == known[category.id] else [CategoryChanged(category=wanted)]
        case ArchiveCategory(category_id=category_id):
            if category_id not in known:
                raise Refused("not_found")
            return [CategoryArchived(category_id=category_id)] if known[category_id].active else []
        case SaveTemplate():
            return _save_template(command.template, state)
        case RemoveTemplate(template_id=template_id):
            if template_id not in state.templates:
                raise Refused("not_found")
            return [TemplateRemoved(template_id=template_id)]
        case AddAccount():
            return _add_account(command.account, state)
        case RotateAccount(account_id=account_id, key=key, token_hash=token_hash):
            if account_id not in state.accounts:
                raise Refused("not_found")
            until = None if command.at_once else now + integration.OVERLAP
            return [AccountRotated(account_id=account_id, key=key, token_hash=token_hash, old_until=until)]
        case RevokeAccount(account_id=account_id):
            if account_id not in state.accounts:
                raise Refused("not_found")
            return [AccountRevoked(account_id=account_id)]
        case SaveWebhook():
            return _save_webhook(command.webhook, state)
        case RotateWebhook(webhook_id=webhook_id, key=key):
            if webhook_id not in state.webhooks:
                raise Refused("not_found")
            until = None if command.at_once else now + integration.OVERLAP
            return [WebhookRotated(webhook_id=webhook_id, key=key, old_until=until)]
        case StopWebhook(webhook_id=webhook_id, because=because):
            known_webhook = state.webhooks.get(webhook_id)
            if known_webhook is None:
                raise Refused("not_found")
            stopped = replace(known_webhook, active=False, stopped_because=because)
            return [WebhookSaved(webhook=stopped)] if known_webhook.active else []
        case RemoveWebhook(webhook_id=webhook_id):
            if webhook_id not in state.webhooks:
                raise Refused("not_found")
            return [WebhookRemoved(webhook_id=webhook_id)]
        case ReportBackupOverdue(last_at=last_at):
            return [BackupOverdue(last_at=last_at)]
        case ReportDiskNearlyFull(used_percent=used_percent):
            return [DiskNearlyFull(used_percent=used_percent)]
        case ChangeDeskSettings():
            wanted_settings = settings_of_desk.checked(command.settings)
            return [] if wanted_settings == state.settings else [DeskSettingsChanged(settings=wanted_settings)]
        case _:
            assert_never(command)


def _save_template(template: Template, state: Desk) -> list[DeskEvent]:
    wanted = templates.checked(template, state.categories)
    if template.id not in state.templates and len(state.templates) >= bounds.TEMPLATES_MAX:
        raise Refused("invalid", field="templates", reason="too_many", limit=bounds.TEMPLATES_MAX)
    return [] if wanted == state.templates.get(template.id) else [TemplateSaved(template=wanted)]


def _add_account(account: Account, state: Desk) -> list[DeskEvent]:
    wanted = integration.checked_account(account)
    if account.id in state.accounts:
        raise Refused("conflict")
    if len(state.accounts) >= bounds.ACCOUNTS_MAX:
        raise Refused("invalid", field="accounts", reason="too_many", limit=bounds.ACCOUNTS_MAX)
    return [AccountAdded(account=wanted)]


def _save_webhook(webhook: Webhook, state: Desk) -> list[DeskEvent]:
    wanted = integration.checked_webhook(webhook)
    if webhook.id not in state.webhooks and len(state.webhooks) >= bounds.WEBHOOKS_MAX:
        raise Refused("invalid", field="webhooks", reason="too_many", limit=bounds.WEBHOOKS_MAX)
    return [] if wanted == state.webhooks.get(webhook.id) else [WebhookSaved(webhook=wanted)]


_ACTIONS: Final[dict[type[DeskCommand], Action]] = {
    ChangeDeskSettings: Action.MANAGE_DESK,
    SaveTemplate: Action.MANAGE_TEMPLATES,
    RemoveTemplate: Action.MANAGE_TEMPLATES,
    AddAccount: Action.MANAGE_PROGRAMS,
    RotateAccount: Action.MANAGE_PROGRAMS,
    RevokeAccount: Action.MANAGE_PROGRAMS,
    SaveWebhook: Action.MANAGE_PROGRAMS,
    RotateWebhook: Action.MANAGE_PROGRAMS,
    StopWebhook: Action.MANAGE_PROGRAMS,
    ReportBackupOverdue: Action.MANAGE_DESK,
    ReportDiskNearlyFull: Action.MANAGE_DESK,
    RemoveWebhook: Action.MANAGE_PROGRAMS,
}
"""What a command needs permission for, where it is not about categories."""


def _is_there(wanted: Category, known: dict[CategoryId, Category]) -> bool:
    """By id or by a name in any language: the desk may have written its own before."""
    names = {name.casefold() for name in wanted.names.values()}
    return wanted.id in known or any(
        name.casefold() in names for category in known.values() for name in category.names.values()
    )


def _checked(category: Category) -> Category:
    if not category.names:
        raise Refused("invalid", field="names", reason="blank", limit=1)
    if not 0 <= category.order <= bounds.ORDER_MAX:
        raise Refused("invalid", field="order", reason="out_of_range", limit=bounds.ORDER_MAX)
    return replace(
        category,
        names=_lines(category.names, "names", bounds.CATEGORY_NAME_MAX, least=1),
        descriptions=_lines(category.descriptions, "descriptions", bounds.CATEGORY_DESCRIPTION_MAX, least=0),
        icon=bounds.line(category.icon, "icon", bounds.ICON_MAX),
        color=bounds.color(category.color),
    )


def _lines(texts: Texts, field: str, limit: int, *, least: int) -> Texts:
    return {language: bounds.line(text, field, limit, least=least) for language, text in texts.items()}


def evolve(state: Desk | None, event: DeskEvent, at: datetime) -> Desk:
    """The desk after an event."""
    del at
    state = state or Desk()
    known = state.categories
    match event:
        case CategoryAdded(category=category) | CategoryChanged(category=category):
            return replace(state, categories={**known, category.id: category})
        case CategoryArchived(category_id=category_id):
            return replace(state, categories={**known, category_id: replace(known[category_id], active=False)})
        case DeskSettingsChanged(settings=settings):
            return replace(state, settings=settings)
        case TemplateSaved(template=template):
            return replace(state, templates={**state.templates, template.id: template})
        case TemplateRemoved(template_id=template_id):
            kept = {key: each for key, each in state.templates.items() if key != template_id}
            return replace(state, templates=kept)
        case AccountAdded(account=account):
            return replace(state, accounts={**state.accounts, account.id: account})
        case AccountRevoked(account_id=account_id):
            return replace(state, accounts={key: each for key, each in state.accounts.items() if key != account_id})
        case WebhookSaved(webhook=webhook):
            return replace(state, webhooks={**state.webhooks, webhook.id: webhook})
        case WebhookRemoved(webhook_id=webhook_id):
            return replace(state, webhooks={key: each for key, each in state.webhooks.items() if key != webhook_id})
        case AccountRotated(account_id=account_id, token_hash=token_hash):
            rotated = replace(state.accounts[account_id], token_hash=token_hash)
            return replace(state, accounts={**state.accounts, account_id: rotated})
        case WebhookRotated() | BackupOverdue() | DiskNearlyFull():
            return state
        case _:
            assert_never(event)
