"""Workload and quality of readers: facts about signatures, returns, second readings, and the figures made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from tianmu.clinical.ecg.actions.reports import REPORT
from tianmu.clinical.ecg.models import Order, OrderStep, QualityReview
from tianmu.clinical.ecg.permissions import AT_CENTRE, ORDERS, Right
from tianmu.clinical.ecg.rules.workload import Figure, ReaderFigures, Work, belongs, figures_of, minutes_to_sign
from tianmu.clinical.ecg.selectors.counting import counted, counting
from tianmu.clinical.ecg.selectors.listing import csv_of, words, xlsx_of
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import Account
from tianmu.foundation.audit.actions import record
from tianmu.foundation.documents.models import Signature

MOST_DAYS = 400
SECOND = ("reviewer", "late_review")


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose work in which period; no reader means everybody's."""

    since: datetime
    until: datetime
    reader: str = ""
    figure: Figure | None = None


def works(actor: Actor, asked: Asked) -> list[Work]:
    """Return what readers did at the centres the actor sees; who may not view workload sees only her own."""
    path_of, everybody = _reach(actor)
    rules = counting(timezone.now())
    orders = Order.objects.filter(path_of, counted(rules))
    own = {} if everybody else {"account_id": actor.demand_account()}
    reviews = _reviews(path_of & counted(rules, "order__"), asked, own)
    found = _signatures(orders, asked, own) + _returns(actor, orders, asked, everybody) + reviews
    chosen = [one for one in found if asked.reader in {"", one.reader}]
    return [one for one in chosen if asked.figure is None or belongs(one, asked.figure)]


def figures(actor: Actor, asked: Asked) -> list[ReaderFigures]:
    """Return the figures of each reader."""
    return figures_of(works(actor, asked))


def rows_behind(actor: Actor, asked: Asked) -> list[tuple[Work, Order]]:
    """Return what stands behind a figure, the newest first, with the order each is about."""
    found = sorted(works(actor, asked), key=lambda one: one.at, reverse=True)
    keys = {UUID(one.order) for one in found}
    rows = Order.objects.select_related("patient", "origin__unit").filter(pk__in=keys)
    orders = {row.pk: row for row in ORDERS.rows(actor, Right.VIEW, rows)}
    return [(one, orders[UUID(one.order)]) for one in found if UUID(one.order) in orders]


def workload_csv(actor: Actor, asked: Asked) -> bytes:
    """Return the figures as CSV, and write down that they were taken out."""
    head, rows = _figure_table(actor, asked)
    _note(actor, asked, "csv")
    return csv_of(head, rows)


def workload_xlsx(actor: Actor, asked: Asked, now: datetime) -> bytes:
    """Return the figures and the rows behind them as a workbook."""
    text = words(actor.locale)["workload"]
    head, rows = _figure_table(actor, asked)
    behind = [
        [
            order.number,
            work.name,
            text["acts"][work.act],
            f"{timezone.localtime(work.at):%Y-%m-%d %H:%M}",
            "" if (took := minutes_to_sign(work)) is None else f"{took:.1f}",
            text["agreements"].get(work.agreement, ""),
        ]
        for work, order in rows_behind(actor, asked)
    ]
    _note(actor, asked, "xlsx")
    return xlsx_of([(text["title"], head, rows), (text["rows"], text["row_columns"], behind)], now)


def _reach(actor: Actor) -> tuple[Q, bool]:
    if actor.may(Right.VIEW_WORKLOAD):
        return AT_CENTRE.filter(actor, Right.VIEW_WORKLOAD), True
    actor.demand(Right.WRITE)
    return AT_CENTRE.filter(actor, Right.WRITE), False


def _signatures(orders: QuerySet[Order], asked: Asked, own: dict[str, UUID]) -> list[Work]:
    of_order = Order.objects.filter(pk=OuterRef("document_version__document__subject_id"))
    rows = (
        Signature.objects.filter(
            document_version__document__kind=REPORT,
            document_version__document__subject_id__in=orders.values("pk"),
            role__in=("reader", *SECOND),
            signed_at__gte=asked.since,
            signed_at__lt=asked.until,
            **own,
        )
        .annotate(
            urgency=Subquery(of_order.values("urgency")[:1]),
            waiting_since=Subquery(of_order.values("waiting_since")[:1]),
            due_at=Subquery(of_order.values("due_at")[:1]),
        )
        .values_list(
            "document_version__document__subject_id", "account_id", "name", "role", "signed_at", "urgency",
            "document_version__number", "waiting_since", "due_at",
        )
    )  # fmt: skip
    return [
        Work(
            order=str(order), reader=str(account), name=name, act="first" if role == "reader" else "second", at=at,
            urgency=urgency, version=version, waiting_since=since, due_at=due,
        )
        for order, account, name, role, at, urgency, version, since, due in rows
    ]  # fmt: skip


def _returns(actor: Actor, orders: QuerySet[Order], asked: Asked, everybody: bool) -> list[Work]:
    """Return the returns; steps name people, so their accounts are found by name."""
    steps = OrderStep.objects.filter(
        order__in=orders.values("pk"), move="return", at__gte=asked.since, at__lt=asked.until
    )
    rows = list((steps if everybody else steps.filter(actor=actor.name)).values_list("order_id", "actor", "at"))
    names = {name for _, name, _ in rows}
    accounts = dict(Account.objects.filter(kind="staff", name__in=names).order_by("login").values_list("name", "pk"))
    return [
        Work(order=str(order), reader=str(accounts.get(name, name)), name=name, act="return", at=at)
        for order, name, at in rows
    ]


def _reviews(seen: Q, asked: Asked, own: dict[str, UUID]) -> list[Work]:
    mine = {"first_reader_id": own["account_id"]} if own else {}
    rows = QualityReview.objects.filter(seen, state="done", done_at__gte=asked.since, done_at__lt=asked.until, **mine)
    return [
        Work(order=str(order), reader=str(account), name=name, act="review", at=at, agreement=agreement)
        for order, account, name, at, agreement in rows.values_list(
            "order_id", "first_reader_id", "first_name", "done_at", "agreement"
        )
        if at is not None
    ]


def _figure_table(actor: Actor, asked: Asked) -> tuple[Sequence[str], list[list[str]]]:
    def shown(value: float | None) -> str:
        return "" if value is None else f"{value:g}"

    rows = [
        [
            one.name,
            *(str(count) for count in one.counts.values()),
            shown(one.agreement_percent),
            shown(one.median_minutes),
        ]
        for one in figures(actor, asked)
    ]
    return words(actor.locale)["workload"]["columns"], rows


def _note(actor: Actor, asked: Asked, form: str) -> None:
    period = {"since": asked.since.isoformat(), "until": asked.until.isoformat(), "form": form}
    record(actor=actor, action="ecg.workload.export", kind="ecg_workload", key=None, new=period)
