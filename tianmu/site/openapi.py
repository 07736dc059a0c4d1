"""The OpenAPI document as a file, without a server: what the web's typed client is made from and checked against."""

import json
import os
import sys
from pathlib import Path

import django

DEFAULT = Path("web/packages/api/openapi.json")


def document() -> str:
    """Return the document as indented JSON with sorted keys, so that a change shows as few lines."""
    from tianmu.site.api import api  # noqa: PLC0415 - Django must be set up before the rooms are imported

    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def main(arguments: list[str]) -> int:
    """Write the document, or with `--check` tell whether the file is up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tianmu.site.settings")
    django.setup()
    fresh = document()
    if "--check" not in arguments:
        DEFAULT.write_text(fresh, encoding="utf-8")
        return 0
    if DEFAULT.read_text(encoding="utf-8") == fresh:
        return 0
    sys.stderr.write(f"{DEFAULT} is not what the API says. Run `make web` and commit both files.\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
