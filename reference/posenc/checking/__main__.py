"""`python -m posenc.checking FOLDER`: recheck certificates where nothing but Python is installed."""

import sys
from pathlib import Path

from posenc.checking.books import read, recheck, told


def main(arguments: list[str]) -> int:
    """Exit code 0 when nothing is refused, 1 otherwise."""
    if len(arguments) != 1:
        print("usage: python -m posenc.checking FOLDER", file=sys.stderr)
        return 2
    found = [one for book in read(Path(arguments[0])) for one in recheck(book)]
    for one in found:
        if one.refused:
            print(f"{one.claim} is refused: {one.refused}", file=sys.stderr)
    print(told(found))
    return int(any(one.refused for one in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
