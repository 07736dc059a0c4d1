"""The pure core of reports: definitions, the language of calculated fields, grids, charts, schedules."""
