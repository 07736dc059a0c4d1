"""The people of the service provider who are there: rosters, attendance, calls (O-070..072, O-110..112).

The service desk asks who is on; the contract learns what was late, absent or unanswered once it is decided.
"""
