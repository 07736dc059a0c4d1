"""Pure translations between the house and HL7 v2: no network, no database."""
