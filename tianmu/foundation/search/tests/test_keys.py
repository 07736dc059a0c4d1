"""Search keys of names, and what a typed text asks of them."""

from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.search.keys import NameQuestion, name_keys, name_question, readings_of

LETTERS = st.sampled_from("张王李曾单仇解小明国建芳英秀乐行重朝")
NAMES = st.text(LETTERS, min_size=2, max_size=4)


def answers(name: str, text: str) -> bool:
    keys, asked = name_keys(name), name_question(text)
    if asked.latin:
        return f"~{asked.latin}" in keys or f"={asked.latin}" in keys
    return bool(asked.keys) and all(key in keys for key in asked.keys) and asked.contains in name


def test_the_keys_of_a_name_with_a_polyphone() -> None:
    assert name_keys("曾行") == [
        "曾", "行", "曾行", "~z", "~zx", "=zeng", "=zengxing", "~zh", "=zenghang", "=zengheng", "~c", "~cx", "=ceng",
        "=cengxing", "~ch", "=cenghang", "=cengheng",
    ]  # fmt: skip


def test_what_a_text_asks() -> None:
    assert name_question("张") == NameQuestion(keys=("张",))
    assert name_question(" 张 三 ") == NameQuestion(keys=("张三",))
    assert name_question("张小三") == NameQuestion(keys=("张小", "小三"), contains="张小三")
    assert name_question("ZhangXM") == NameQuestion(latin="zhangxm")
    assert name_question("  ") == NameQuestion()


@given(NAMES, st.data())
def test_any_part_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert answers(name, name[start:end])


@given(NAMES, NAMES)
def test_a_text_that_is_no_part_of_a_name_does_not_find_it(name: str, text: str) -> None:
    assert answers(name, text) == (text in name)


@given(st.text(max_size=40))
def test_any_text_is_a_name_and_a_question(text: str) -> None:
    assert len(name_keys(text)) == len(set(name_keys(text)))
    name_question(text)


@given(NAMES, st.integers(1, 12))
def test_every_beginning_of_initials_and_of_the_spelling_is_allowed_for(name: str, length: int) -> None:
    for key in name_keys(name):
        if key.startswith("~"):
            assert readings_of(key[1:])[0]
        if key.startswith("="):
            assert readings_of(key[1:])[1]
            assert readings_of(key[1 : 1 + length])[1]
