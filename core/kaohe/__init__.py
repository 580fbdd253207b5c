"""Kaohe (考核): the assessment platform that an organisation can run itself."""

__version__ = "0.1.0"
