"""A device in software: streams a recording or a synthetic rhythm as a real machine does, with its losses and breaks."""
