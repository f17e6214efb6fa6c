"""A second checker of proofs, which trusts no computer algebra: certificates, rechecked in integers and fractions.

It needs Python and its standard library, nothing else: `python -m posenc.checking FOLDER` works where SymPy does not.
"""

from posenc.checking.books import Book, read, recheck, told
from posenc.checking.rules import FORMAT, STATES, Found, check, digest

__all__ = ["FORMAT", "STATES", "Book", "Found", "check", "digest", "read", "recheck", "told"]
