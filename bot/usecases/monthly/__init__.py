"""Monthly gifts: offering, confirming, changing, pausing and ending them."""
