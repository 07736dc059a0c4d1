"""The demo county: every room's part in the order of the house, marked in the database so that it is made once."""
