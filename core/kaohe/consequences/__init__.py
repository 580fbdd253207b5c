"""What entries and results lead to: proposed, decided, carried out."""
