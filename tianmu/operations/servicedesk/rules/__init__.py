"""Pure rules of the service desk: life cycles, clocks, grades, parsers. No Django, no database, no own clock."""
