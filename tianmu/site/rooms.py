"""The rooms of the house, ground floor first: the order in which tables are made and the demo county is filled."""

FOUNDATION = (
    "tianmu.foundation.access",
    "tianmu.foundation.audit",
    "tianmu.foundation.events",
    "tianmu.foundation.live",
    "tianmu.foundation.jobs",
    "tianmu.foundation.messages",
    "tianmu.foundation.documents",
    "tianmu.foundation.rulesets",
    "tianmu.foundation.codes",
    "tianmu.foundation.api",
    "tianmu.foundation.backup",
    "tianmu.foundation.retention",
)
REGISTRY: tuple[str, ...] = (
    "tianmu.registry.organizations",
    "tianmu.registry.staff",
    "tianmu.registry.residents",
)
CLINICAL: tuple[str, ...] = ("tianmu.clinical.ecg",)
COMMUNITY: tuple[str, ...] = ("tianmu.community.resident",)

OPERATIONS: tuple[str, ...] = (
    "tianmu.operations.contracts",
    "tianmu.operations.duty",
    "tianmu.operations.servicedesk",
)

EXCHANGE: tuple[str, ...] = (
    "tianmu.exchange.partners",
    "tianmu.exchange.dicom",
    "tianmu.exchange.hl7v2",
)

INSIGHT: tuple[str, ...] = ("tianmu.insight.supervision", "tianmu.insight.reports")

ROOMS: tuple[str, ...] = (*FOUNDATION, *REGISTRY, *CLINICAL, *COMMUNITY, *OPERATIONS, *INSIGHT, *EXCHANGE)
