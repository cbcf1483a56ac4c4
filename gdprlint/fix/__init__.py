"""Edits that remove findings and leave every other byte alone.

A finding and the file's text come in, a `Fix` goes out (`propose.py`); `mend.py` applies the
edits of a file and drops those that do not hold what they promise. The only importer of libcst.
"""
