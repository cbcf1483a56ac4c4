"""From the paths a user names to the text of the files: discovery, exclusion, decoding, roots."""
