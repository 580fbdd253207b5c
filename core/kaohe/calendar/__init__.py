"""Working days, a tenant's own days and desk hours, and deadlines."""
