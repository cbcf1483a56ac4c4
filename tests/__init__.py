"""Tests of gdprlint; the folders mirror the package."""
