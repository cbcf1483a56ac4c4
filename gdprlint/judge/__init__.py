"""What is kept of the findings: selection, suppressions, thresholds, duplicates, fingerprints."""
