"""Money: amounts, references, facts, the ledger, the Stripe gateway. No chat, no database, no sentences."""
