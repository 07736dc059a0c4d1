"""What the room answers to lower ones: who hears, without any key of a person, that figures of a place have changed."""

from tianmu.foundation.live.ports import echo
from tianmu.insight.supervision.permissions import Right

CHANGED = "supervision.figures"

for topic in ("ecg.worklist", "ecg.alert", "ecg.live"):
    echo(topic, as_topic=CHANGED, right=Right.VIEW)
