"""The referral tree: one referral for each person, and the credit for gifts along the tree."""
