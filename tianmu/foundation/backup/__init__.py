"""One encrypted archive of database, stored files and keys, and the way back into an empty installation."""
