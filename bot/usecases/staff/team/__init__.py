"""Who is staff, and by which code they became it."""
