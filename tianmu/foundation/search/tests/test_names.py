"""Search keys of names: grams, pinyin, polyphones and surnames."""

from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.search.names import initials, name_grams, pinyin_key, pinyin_keys

NAMES = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6)


def test_grams_are_single_characters_then_neighbours() -> None:
    assert name_grams("王小明") == ["王", "小", "明", "王小", "小明"]
    assert name_grams("王 王王") == ["王", "王王"]
    assert name_grams("") == []


def test_a_surname_is_read_as_a_surname() -> None:
    assert pinyin_key("单雄信") == "shanxiongxin"
    assert pinyin_key("曾国藩") == "zengguofan"
    assert initials("仇英")[0] == "qy"


def test_polyphones_give_every_spelling() -> None:
    assert set(pinyin_keys("重乐")) >= {"zhongle", "chongle", "zhongyue", "chongyue"}
    assert set(initials("重乐")) >= {"zl", "cl", "zy", "cy"}


def test_foreign_letters_stay() -> None:
    assert pinyin_key("Anna李") == "annali"
    assert "al" in {one[0] + one[-1] for one in initials("Anna李")}


def test_rare_characters_do_not_break() -> None:
    assert len(pinyin_keys("𠮷田")) >= 1
    assert name_grams("𠮷田") == ["𠮷", "田", "𠮷田"]


@given(NAMES)
def test_every_one_and_two_characters_of_a_name_find_it(name: str) -> None:
    grams = set(name_grams(name))
    for start in range(len(name)):
        assert name[start] in grams
        assert start + 1 == len(name) or name[start : start + 2] in grams


@given(NAMES)
def test_keys_are_few_and_initials_have_one_letter_a_character(name: str) -> None:
    assert 1 <= len(pinyin_keys(name)) <= 8
    assert 1 <= len(initials(name)) <= 8
    assert {len(one) for one in initials(name)} == {len(name)}
    assert pinyin_key(name) == pinyin_keys(name)[0]
