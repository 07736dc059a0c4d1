"""Two townships, each with its own reading hospital, its own people and ECGs, and staff with the county's real roles.

What belongs to the first half never shows in the second; every cross-room test asks for both.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

from django.test import Client as Browser
from django.utils import timezone

from tests.api.furnishing import furnishings
from tianmu.clinical.ecg.actions import locks, reports
from tianmu.clinical.ecg.actions.alerts import raise_alert
from tianmu.clinical.ecg.actions.importing import Sent, import_recording
from tianmu.clinical.ecg.engine.analysis import CriticalAlert
from tianmu.clinical.ecg.engine.formats import write
from tianmu.clinical.ecg.models import Alert, Device, Order, Phrase
from tianmu.clinical.ecg.synthesis import Scenario, generate
from tianmu.foundation.access.actions import grant_role, issue_token, make_account, make_scope_unit, open_session
from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.choices import AccountKind, Client
from tianmu.foundation.access.emergency import break_glass
from tianmu.foundation.access.models import Account, BreakGlass, Grant, Role, ScopeUnit, Token
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.access.tests.people import PASSWORD_HASH, make_person, stranger
from tianmu.foundation.audit.actions import record
from tianmu.foundation.jobs.models import Job
from tianmu.foundation.messages.actions import send
from tianmu.foundation.messages.models import Message
from tianmu.foundation.rulesets.actions import load_version
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents.actions import register_resident
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.models import Resident
from tianmu.registry.staff.actions import MemberDraft, add_member
from tianmu.registry.staff.models import Post, StaffMember
from tianmu.site.reference import load_reference_data

SETUP = system("test")
ID_NUMBERS = ("320481195804020013", "320481197001010021")
WORDING = reports.Wording("窦性P波规律出现", [{"code": "sinus_rhythm", "text": "窦性心律"}], "normal", "")


@dataclass
class Half:
    """A township, the hospital that reads for it, and what belongs to them."""

    township: Organization
    hospital: Organization
    doctor: Account
    reviewer: Account
    second_reviewer: Account
    officer: Account
    device: Account
    token: str
    patient: Resident
    resident: Account
    member: StaffMember
    waiting: Order
    signed: Order
    alert: Alert
    job: Job
    message: Message
    phrase: Phrase
    opening: BreakGlass
    lent: Grant

    def names(self) -> dict[str, UUID]:
        """Return the key of each thing that a call may name."""
        return {
            "township": self.township.pk,
            "hospital": self.hospital.pk,
            "account": self.doctor.pk,
            "officer": self.officer.pk,
            "device_account": self.device.pk,
            "patient": self.patient.pk,
            "member": self.member.pk,
            "post": Post.objects.get(member=self.member).pk,
            "order": self.waiting.pk,
            "signed": self.signed.pk,
            "recording": self.waiting.recordings.get().pk,
            "alert": self.alert.pk,
            "job": self.job.pk,
            "message": self.message.pk,
            "phrase": self.phrase.pk,
            "opening": self.opening.pk,
            "lent": self.lent.pk,
            "session": self.opening.session_id,
            "token": Token.objects.get(account=self.device).pk,
        }


@dataclass
class World:
    """Everything."""

    first: Half
    second: Half
    auditor: Account
    nobody: Account
    more: dict[str, Account] = field(default_factory=dict)
    cookies: dict[str, tuple[str, str]] = field(default_factory=dict)
    keys: dict[str, UUID] = field(default_factory=dict)

    def things(self) -> dict[str, UUID]:
        """Return every thing by name: `order.1`, `order.2` and so on."""
        if not self.keys:
            halves = enumerate((self.first, self.second), 1)
            self.keys.update({f"{name}.{n}": key for n, half in halves for name, key in half.names().items()})
        return self.keys

    def accounts(self) -> dict[str, Account]:
        """Return every account by name: `doctor.1`, `doctor.2`, `auditor` and so on."""
        found = {"auditor": self.auditor, "nobody": self.nobody, **self.more}
        for number, half in enumerate((self.first, self.second), 1):
            for name in ("doctor", "reviewer", "officer", "resident"):
                found[f"{name}.{number}"] = getattr(half, name)
        return found

    def browser(self, name: str) -> Browser:
        """Return the browser of an account, of a device by its token, or of nobody who is signed in."""
        if name == "anonymous":
            return stranger()
        if name.startswith("device."):
            half = self.first if name.endswith("1") else self.second
            headers = {"Authorization": f"Bearer {half.token}"}
            return Browser(headers=headers, raise_request_exception=False)
        client, cookie = self.cookies[name]
        browser = stranger(Client(client))
        browser.cookies[f"tianmu_{client}"] = cookie
        return browser

    def sign_everybody_in(self) -> "World":
        """Open a session for every account."""
        for name, account in self.accounts().items():
            client = Client.RESIDENT if account.kind == AccountKind.RESIDENT else Client.DESK
            cookie, _ = open_session(
                account=account,
                client=client,
                address="127.0.0.1",
                agent="pytest",
                now=timezone.now(),
                second_factor=True,
            )
            self.cookies[name] = (str(client), cookie)
        return self


def build() -> World:
    """Make the world; runs inside the transaction of the tests."""
    load_reference_data()
    top = make_scope_unit(code="ly", name="县", parent=None)
    Organization.objects.create(id=top.pk, unit=top, kind="bureau")
    load_version(document=routing())
    world = World(
        first=_half(top, 1),
        second=_half(top, 2),
        auditor=_staff("auditor", "auditor", top),
        nobody=make_person("nobody", ScopeUnit.objects.get(code="t2")),
    )
    for room in furnishings():
        if hasattr(room, "furnish"):
            world.things().update(room.furnish(world))
        if hasattr(room, "accounts"):
            world.more.update(room.accounts(world))
    return world.sign_everybody_in()


def routing() -> dict[str, object]:
    """Return which hospital reads for which township."""
    return {
        "key": "ecg.routing",
        "name": "分配",
        "version": "test",
        "effective_from": timezone.localdate().isoformat(),
        "source": "test",
        "content": {"default": "h1", "by_origin": {"t1": "h1", "t2": "h2"}},
    }


@lru_cache(maxsize=16)
def ecg_file(seed: int) -> tuple[str, bytes]:
    """Return name and bytes of a synthetic ECG."""
    return f"{seed}.scp", write(generate(Scenario(), seed).recording, "scp")


def _half(top: ScopeUnit, number: int) -> Half:
    township = _organization(top, f"t{number}", "township")
    hospital = _organization(top, f"h{number}", "hospital")
    doctor = _staff(f"doctor{number}", "township_doctor", township.unit)
    reviewers = [_staff(f"reviewer{number}{one}", "ecg_reviewer", hospital.unit) for one in "ab"]
    officer = _staff(f"officer{number}", "information_officer", township.unit)
    device = make_account(
        actor=SETUP, kind=AccountKind.DEVICE, login=f"d{number}", name="心电图机", home=township.unit, person_id=None
    )
    _grant(device, "device", township.unit)
    Device.objects.create(account=device, name="心电图机", organization=township)
    rights = Role.objects.get(code="device").rights
    token = issue_token(
        actor=SETUP, account_id=device.pk, label="x", rights=rights, expires_at=timezone.now() + timedelta(days=1)
    )
    draft = PersonDraft(
        name=f"张三{number}", id_number=ID_NUMBERS[number - 1], phone=f"1381234000{number}", address="x"
    )
    patient = register_resident(actor=SETUP, draft=draft, unit=township)
    resident = make_person(f"1381234000{number}", township.unit, kind=AccountKind.RESIDENT, person_id=patient.pk)
    member = add_member(
        actor=SETUP,
        draft=MemberDraft(number=f"n{number}", name="李医生", home=township, post="医生", since=date(2020, 1, 1)),
    )
    waiting, signed = (_sent(doctor, township, patient, 10 * number + one) for one in (1, 2))
    _read(_acting(reviewers[0]), _acting(reviewers[1]), signed)
    send(account_ids=[doctor.pk], topic="ecg.returned", facts={}, link=None, once=f"m{number}")
    now = timezone.now()
    session = _session(doctor)
    opening = break_glass(
        actor=replace(_acting(doctor), session_id=session), person_id=patient.pk, reason="抢救", now=now
    )
    lent = Grant.objects.create(
        account=reviewers[0],
        role=Role.objects.get(code="township_doctor"),
        unit=township.unit,
        starts_on=timezone.localdate() - timedelta(days=1),
        ends_on=timezone.localdate() + timedelta(days=1),
        delegated_by=doctor,
    )
    record(actor=_acting(doctor), action="tests.seen", kind="resident", key=patient.pk, person_id=patient.pk)
    return Half(
        township=township,
        hospital=hospital,
        doctor=doctor,
        reviewer=reviewers[1],
        second_reviewer=reviewers[0],
        officer=officer,
        device=device,
        token=token,
        patient=patient,
        resident=resident,
        member=member,
        waiting=waiting,
        signed=Order.objects.get(pk=signed.pk),
        alert=_alert(waiting, "acute_stemi"),
        job=Job.objects.create(kind="tests.x", state="failed", unit_path=township.unit.path, created_at=now),
        message=Message.objects.get(account=doctor),
        phrase=Phrase.objects.create(account=reviewers[1], name="窦律"),
        opening=opening,
        lent=lent,
    )


def grow(world: World) -> None:
    """Add more of everything that the first half's people see in lists."""
    half, now = world.first, timezone.now()
    doctor = _acting(half.doctor)
    for number in range(3):
        draft = PersonDraft(name=f"张三丰{number}", phone=f"1391234000{number}", kind="temporary")
        patient = register_resident(actor=SETUP, draft=draft, unit=half.township)
        order = _sent(half.doctor, half.township, patient, 100 + number)
        signed = _sent(half.doctor, half.township, half.patient, 200 + number)
        _read(_acting(half.second_reviewer), _acting(half.reviewer), signed)
        _alert(order, "vt")
        member = MemberDraft(number=f"g{number}", name="张三", home=half.township, post="护士", since=date(2020, 1, 1))
        add_member(actor=SETUP, draft=member)
        _staff(f"grown{number}", "township_doctor", half.township.unit)
        Job.objects.create(kind="tests.x", unit_path=half.township.unit.path, created_at=now)
        send(account_ids=[half.doctor.pk], topic="x", facts={}, link=None, once=f"g{number}")
        record(actor=doctor, action="tests.seen", kind="resident", key=patient.pk, person_id=half.patient.pk)
        Phrase.objects.create(account=half.reviewer, name=f"p{number}")
        _organization(half.township.unit, f"v{number}", "village")
    for room in furnishings():
        if hasattr(room, "grow"):
            room.grow(world)


def _session(account: Account) -> UUID:
    _, actor = open_session(account=account, client=Client.DESK, address=None, agent="", now=timezone.now())
    return actor.demand_session()


def _organization(top: ScopeUnit, code: str, kind: str) -> Organization:
    unit = make_scope_unit(code=code, name=f"{code} 院", parent=top)
    return Organization.objects.create(id=unit.pk, unit=unit, kind=kind)


def _staff(login: str, role: str, unit: ScopeUnit) -> Account:
    account = make_account(
        actor=SETUP,
        kind=AccountKind.STAFF,
        login=login,
        name=login,
        home=unit,
        person_id=None,
        password_hash=PASSWORD_HASH,
    )
    _grant(account, role, unit)
    return account


def _grant(account: Account, role: str, unit: ScopeUnit) -> None:
    grant_role(
        actor=SETUP, account=account, role=Role.objects.get(code=role), unit=unit, starts_on=timezone.localdate()
    )


def _acting(account: Account) -> Actor:
    return actor_for(account, timezone.now(), client="desk")


def _sent(doctor: Account, township: Organization, patient: Resident, seed: int) -> Order:
    received = import_recording(
        actor=_acting(doctor),
        origin=township,
        files=[ecg_file(seed)],
        sent=Sent(patient=patient),
        now=timezone.now(),
    )
    return received.order


def _alert(order: Order, code: str) -> Alert:
    found = CriticalAlert(code, "critical", code, (), "test")
    return raise_alert(actor=SETUP, order=order, alert=found, now=timezone.now())


def _read(reader: Actor, reviewer: Actor, order: Order) -> None:
    now = timezone.now()
    locks.open_order(actor=reader, order_id=order.pk, now=now)
    reports.save_draft(actor=reader, order_id=order.pk, wording=WORDING, expected=None, now=now)
    reports.sign_report(actor=reader, order_id=order.pk, confirmed=False, now=now)
    reports.review_report(actor=reviewer, order_id=order.pk, now=now)
