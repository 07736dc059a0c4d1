"""Finding a person by any part of a name: pinyin initials with polyphones, and 1- and 2-grams of Chinese characters."""

import os

# Names are read character by character; the table of phrases would cost 60 MB in every process.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
