"""What families are told: that a guardianship or a proxy ends soon."""

from datetime import datetime, timedelta

from django.utils import timezone

from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Account
from tianmu.foundation.messages.actions import send
from tianmu.registry.residents.families import facts_of, rules_on
from tianmu.registry.residents.models import FamilyLink
from tianmu.registry.residents.rules.families import WITH_RIGHTS, last_day


def tell_of_ends(now: datetime) -> int:
    """Tell both people of each link that ends within the days of notice, once; return how many links end."""
    today = timezone.localdate(now)
    limits = rules_on(today)
    border = today + timedelta(days=limits.notice_days)
    ending = 0
    rows = FamilyLink.objects.select_related("person").filter(ended_at=None, kind__in=WITH_RIGHTS).exclude(rights=[])
    for row in rows.iterator(chunk_size=1000):
        end = last_day(facts_of(row), row.person.birth_date, limits)
        if end is None or not today <= end <= border:
            continue
        ending += 1
        accounts = Account.objects.filter(
            kind=AccountKind.RESIDENT, active=True, person_id__in=[row.person_id, row.relative_id]
        )
        send(
            account_ids=list(accounts.values_list("pk", flat=True)),
            topic="residents.link_ends",
            facts={"name": row.person.name, "on": end.isoformat()},
            link=None,
            once=f"residents.link_ends:{row.pk}:{end}",
        )
    return ending
