"""The printed ECG report (心电图报告单): pure code from signal, findings and layout to a page of true scale."""
