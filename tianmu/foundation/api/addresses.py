"""Addresses found by their first word: of hundreds of patterns only those of one room are tried."""

from collections.abc import Sequence
from typing import Any

from django.urls import ResolverMatch, URLPattern, URLResolver, path


class FirstWordResolver(URLResolver):
    """Finds what its patterns find, in their order; a pattern that begins with a parameter is tried for every word."""

    def resolve(self, path: Any) -> ResolverMatch:  # noqa: ANN401 - as Django declares it
        """Return what answers an address.

        Raises:
            Resolver404: nothing does.

        """
        found = self.pattern.match(str(path))
        room = self._rooms().get(found[0].split("/", 1)[0]) if found else None
        return room.resolve(path) if room else super().resolve(path)

    def _rooms(self) -> dict[str, URLResolver]:
        if "_by_word" not in self.__dict__:
            words = dict.fromkeys(_word(one) for one in self.url_patterns)
            self._by_word = {
                word: URLResolver(self.pattern, self._of(word), self.default_kwargs, self.app_name, self.namespace)
                for word in words
                if word is not None
            }
        return self._by_word

    def _of(self, word: str) -> list[URLPattern | URLResolver]:
        return [one for one in self.url_patterns if _word(one) in {word, None}]


def by_first_word(route: str, view: tuple[Sequence[Any], str | None, str | None]) -> FirstWordResolver:
    """Return what `path` returns for included addresses, found by their first word."""
    made = path(route, view)
    return FirstWordResolver(made.pattern, made.urlconf_name, made.default_kwargs, made.app_name, made.namespace)


def _word(one: URLPattern | URLResolver) -> str | None:
    word = str(one.pattern).split("/", 1)[0]
    return None if "<" in word or not word else word
