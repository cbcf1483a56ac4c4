"""The user's settings: one table of keys, the files that hold them, the record they become."""
