"""The parts of the replay of a day of ECGs: its plan, the stations that send, the readers, the kills, the sums."""
