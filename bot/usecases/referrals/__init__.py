"""Invites and referrals: personal links, newcomers, the inviter's circle."""
