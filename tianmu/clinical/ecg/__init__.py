"""区域心电: the county's ECG network, from the township's electrode to the signed report (contract annex 2, 3.1-1)."""
