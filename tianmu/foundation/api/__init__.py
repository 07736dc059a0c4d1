"""The manners of our HTTP interface: problem+json, idempotent writes, If-Match, cursor lists, security headers."""
