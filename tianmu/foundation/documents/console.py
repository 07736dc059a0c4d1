"""What `tianmu documents` does."""

import argparse
import json
import sys
from dataclasses import asdict

from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.foundation.documents.selectors import flaws


def verify(arguments: argparse.Namespace) -> int:
    """Check every signed version and print what is wrong; 1 when something is."""
    count = DocumentVersion.objects.filter(state=VersionState.SIGNED).count()
    found = flaws()
    if arguments.json:
        sys.stdout.write(json.dumps({"signed": count, "flaws": [asdict(one) for one in found]}, default=str) + "\n")
    else:
        sys.stdout.write(f"{count} signed versions: {f'{len(found)} FLAWS' if found else 'whole'}\n")
        for one in found:
            sys.stdout.write(f"  version {one.version_id}: {one.what}\n")
    return 1 if found else 0
