"""The marks of the ECG engine, beside other packages on the same data."""
