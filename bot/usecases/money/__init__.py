"""Money: Stripe's events recorded as gifts, refunds, thank-yous and the books' verification."""
