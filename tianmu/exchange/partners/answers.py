"""What was sent follows the person when two entries are merged."""

from tianmu.registry.residents.ports import moves_with_person

moves_with_person("partners.Sending.patient_id")
