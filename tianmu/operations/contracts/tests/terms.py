"""Documents of terms for tests: the shipped contract, and an invented one with other prices, caps and readings."""

import json
from typing import Any

from tianmu.operations.contracts.rules.terms import FOLDER


def ly_terms(**changes: Any) -> dict[str, Any]:
    """Return the shipped terms with members replaced."""
    document: dict[str, Any] = json.loads((FOLDER / "ly-2022.json").read_text(encoding="utf-8"))
    return {**document, **changes}


def invented(**changes: Any) -> dict[str, Any]:
    """Return an invented contract: three items, three instalments, other fines, caps, tax and readings."""
    return {
        "schema": "tianmu.contract-terms/1",
        "ref": "XX-2024",
        "signed": "2024-03-15",
        "term_years": 1,
        "total": "120000.00",
        "tax_rate": "0.13",
        "instalments": [
            {"number": 1, "share": "0.3", "after": "signing", "days": 10},
            {"number": 2, "share": "0.3", "after": "signing", "days": 180},
            {"number": 3, "share": "0.4", "after": "term_end", "days": 15},
        ],
        "prices": [
            {"key": "portal", "section": 3, "name": "门户", "yuan": "50000.00"},
            {"key": "pacs", "section": 3, "name": "影像", "yuan": "60000.00"},
            {"key": "rooms", "section": 2, "name": "机房", "yuan": "10000.00"},
        ],
        "incidents": {
            "repeat_step": "1",
            "grades": [
                {"grade": 1, "share": "0.50", "limit_hours": 2, "overdue_factor": "3"},
                {"grade": 2, "share": "0.10", "limit_hours": 4, "overdue_factor": "1.5"},
                {"grade": 3, "share": "0.05", "limit_hours": 8, "overdue_factor": "1.2"},
            ],
        },
        "demands": {
            "feedback_fine": "50.00",
            "feedback_hours": {"ordinary": 8, "complex": 40},
            "node_fine": "400.00",
            "impact_fine": "600.00",
            "complaint_factors": {"none": "1", "bureau": "2", "city": "5"},
        },
        "attendance": {
            "left_unrecorded": "150.00",
            "late": "75.00",
            "holiday_no_reply": {"least": "50.00", "most": "500.00"},
            "criticism_from": 2,
        },
        "annual_cap_share": "0.20",
        "service_delay": {"day_share": "0.02", "cap_share": "0.06"},
        "late_payment": {"penalty_day": "0.0005", "interest_day": "0.0001", "cap_share": "0.03"},
        "force_majeure": {"notice_days": 7, "proof_workdays": 10},
        "renewal": {"notice_days": 60, "automatic": False},
        "readings": {"demand_calendar": "5x8", "demand_stacking": "sum", "annual_cap_base": "section3"},
        **changes,
    }
