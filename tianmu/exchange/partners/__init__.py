"""Partners: the systems outside that send to the house or receive from it, and every delivery with its outcome.

Serves contract annex 2, 3.1 (results back to HIS/EMR, storage of the county's recordings). `dicom` and `hl7v2` say how
a parcel travels; this room says to whom, keeps trying, and shows what arrived.
"""
