"""Quick Give: a card saved at Stripe belongs to the chat account that claims it. Off unless a setting turns it on."""
