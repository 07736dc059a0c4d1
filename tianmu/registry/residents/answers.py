"""What the residents room answers to the ground floor; loaded at start-up, imported by nobody."""

from tianmu.foundation.access.ports import answers_person
from tianmu.foundation.audit.ports import answers_keys
from tianmu.foundation.live.ports import answers_other_persons
from tianmu.registry.residents.families import persons_heard
from tianmu.registry.residents.identity import keys_of, known

answers_person(known)
answers_keys(keys_of)
answers_other_persons(persons_heard)
