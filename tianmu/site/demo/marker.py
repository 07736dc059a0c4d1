"""The mark that a database holds the demo county: the account of the application "demo", with its arguments."""

from dataclasses import dataclass
from datetime import datetime

from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Account, ScopeUnit

LOGIN = "demo"


@dataclass(frozen=True, slots=True)
class Mark:
    """With which arguments the demo was begun, at which instant its month ends, and which parts are made."""

    residents: int
    seed: int
    anchor: datetime
    done: tuple[str, ...] = ()


def read() -> Mark | None:
    """Return the mark, or None where no demo was begun."""
    account = Account.objects.filter(kind=AccountKind.APPLICATION, login=LOGIN).first()
    if account is None:
        return None
    kept = account.preferences
    return Mark(kept["residents"], kept["seed"], datetime.fromisoformat(kept["anchor"]), tuple(kept["done"]))


def write(mark: Mark) -> None:
    """Keep the mark; the account has no password, no token and no role, so nobody acts by it."""
    Account.objects.update_or_create(
        kind=AccountKind.APPLICATION,
        login=LOGIN,
        defaults={
            "name": "演示数据",
            "home": ScopeUnit.objects.filter(parent=None).order_by("path")[0],
            "preferences": {
                "residents": mark.residents,
                "seed": mark.seed,
                "anchor": mark.anchor.isoformat(),
                "done": list(mark.done),
            },
        },
    )
