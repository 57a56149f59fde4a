"""The tree of who invited whom: one referral a person, and the credit for gifts along it."""
