"""Signature of a result, and appeals against an entry or a result."""
