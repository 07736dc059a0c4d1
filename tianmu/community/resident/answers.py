"""Share codes follow the person when two entries are merged."""

from tianmu.registry.residents.ports import moves_with_person

moves_with_person("resident.ReportShare.person_id")
