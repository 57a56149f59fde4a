"""Invites: a supporter's code and links, the newcomers who follow them, and the inviter's circle.

Who was invited by whom, and the credit for gifts, is in `referral_tree`, which this area writes to.
"""
