"""What a subject owes by a date, its form, and the entry that a miss makes."""
