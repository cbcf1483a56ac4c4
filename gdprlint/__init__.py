"""gdprlint finds where personal data and credentials leak from Python code."""

__version__ = "0.1.0"
