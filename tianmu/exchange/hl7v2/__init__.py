"""HL7 v2 over MLLP: hospital systems place and cancel examinations (ORM^O01) and receive signed results (ORU^R01).

Serves contract annex 2, 3.1 (results back to HIS/EMR). Version 2.5, UTF-8; what a message cannot say is not invented.
"""
