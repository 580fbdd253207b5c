"""What raters give a subject, by role and weight."""
