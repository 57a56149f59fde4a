"""Tables of invites and referrals, and the statements that read and write them."""
