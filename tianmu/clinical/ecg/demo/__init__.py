"""The ECG centre's part of the demo county: a believable month, sent and read through the ordinary actions.

The generator's truth stays in the generator: what the platform shows comes from the stored bytes.
"""
