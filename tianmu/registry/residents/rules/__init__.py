"""Pure rules over people: the national id number, ages, masks, search texts."""
