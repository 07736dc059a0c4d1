"""Finding a person by any part of a name: pinyin initials with polyphones, and 1- and 2-grams of Chinese characters."""
