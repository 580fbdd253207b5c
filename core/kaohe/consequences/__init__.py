"""What entries and results lead to besides points: proposed, decided by somebody else, carried out, taken back."""
