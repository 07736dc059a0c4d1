"""The ECG engine: files, beats, waves, measurements, statements. Pure numpy and scipy; no database, no web, no clock."""
