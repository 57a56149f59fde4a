"""The names in the metadata of what we create at Stripe."""

OUR_MARK = ("obole", "1")
"""The metadata on everything that we create at Stripe."""

CARD_REQUEST = "card_request"
"""On the page that saves a card: our row of the request."""

ORDER = "order"
"""On a charge that a donor confirmed in chat: our order's id."""

REFERENCE = "reference"
"""On such a charge: the signed reference that a link would have in its address."""
