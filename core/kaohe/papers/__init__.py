"""Paper: pages laid out for A4 as PDF by one renderer."""
