"""The duty room's part of the demo county, and of a replayed year."""
