"""Everything up to the tap that gives: campaign cards, amounts, payment links."""
