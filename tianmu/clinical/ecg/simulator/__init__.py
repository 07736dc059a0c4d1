"""A device in software: streams a recording or a drawn rhythm as a real one does, with its losses and breaks."""
