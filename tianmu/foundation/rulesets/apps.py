"""The rule sets part as Django sees it."""

from django.apps import AppConfig


class RulesetsConfig(AppConfig):
    """Versioned rules."""

    name = "tianmu.foundation.rulesets"
    label = "rulesets"
