# Payouts to the bank, for staff.

command-payouts = Team: what arrived at the bank
staff-home-payouts = Payouts
staff-payouts = Payouts to the bank
staff-payouts-none = No payout yet. Stripe sends the first one some days after the first gift.
staff-payouts-paid = { $day }: { $money } arrived.
staff-payouts-coming = { $day }: { $money } on its way.
staff-payouts-failed = { $day }: { $money } did not reach the bank. See Stripe for the reason.
staff-payouts-gifts = { $count ->
    [0] No gift in it.
    [one] One gift in it.
   *[other] { $count } gifts in it.
}
staff-payouts-at-stripe = Still at Stripe: { $sums }.
staff-payouts-button = { $day }: { $money }
staff-payouts-by-hand = Made by hand: Stripe does not say what it consists of.
staff-payouts-not-yet = Stripe says what it consists of a few days after it arrives.
staff-payouts-gross = Gifts: { $money }
staff-payouts-fees = Stripe’s fees: { $money }
staff-payouts-refunds = Refunds: { $money }
staff-payouts-disputes = Disputes: { $money }
staff-payouts-not-ours = Your other business on this account: { $money }
staff-payouts-other = Reserves, top-ups and earlier payouts that failed: { $money }
staff-payouts-table = For the treasurer, every item: obole export payout-items
staff-stripe-differs-title = The books differ from Stripe’s balance
staff-stripe-differs = Stripe’s balance minus the one in the books: { $sums }. Compared twice, half a day apart, while nothing was moving.
staff-stripe-differs-todo = No gift is lost. Show this to your treasurer and to the person who looks after Obole: obole check, then obole ledger verify.
