"""Ambulatory ECG (动态心电): one streaming pass, then tables, events and trends that follow every relabel."""
