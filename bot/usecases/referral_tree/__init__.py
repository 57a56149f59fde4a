"""The referral tree: one referral for each person, and the credit for gifts along the tree.

It knows neither links nor chats: how newcomers come is in `referrals`, above it.
"""
