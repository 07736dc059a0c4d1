"""The clinical wing: rooms in which patients are examined, treated and documented."""
