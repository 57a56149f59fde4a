"""What Stripe reports: each event applied once, thanks, refunds, and the proof that the books agree."""
