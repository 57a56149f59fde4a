### A gift after payment.

## Thanks
thanks-title = Thank you!
gift-seen-before = You may have read this already: it is about the same gift.
thanks-arrived = Your gift of { $amount } to “{ $campaign }” has arrived.
thanks-arrived-on = Your gift of { $amount } to “{ $campaign }”, made on { $day }, has arrived.
thanks-monthly-begun = Your monthly gift of { $amount } to “{ $campaign }” has started.
thanks-monthly-begun-on = Your monthly gift of { $amount } to “{ $campaign }” started on { $day }.
thanks-monthly-arrived = Your monthly gift of { $amount } to “{ $campaign }” has arrived.
thanks-monthly-arrived-on = Your monthly gift of { $amount } to “{ $campaign }”, charged on { $day }, has arrived.
thanks-monthly-next = The next one is on { $day }.
thanks-monthly-how = You can change, pause or end it whenever you like: tap the button, or write /{ $command }.
thanks-monthly-last = This was the last one: nothing more will be charged.
thanks-monthly-change = Change, pause or end it
thanks-after-end = The campaign ended on { $day }, and your gift came in after that date.
thanks-after-end-undated = The campaign had already ended when your gift came in.
thanks-matched = Matched: { $sponsor } adds { $added }.
thanks-matched-part = Matched: { $sponsor } had { $added } left to give, and it is added to your gift.
thanks-match-empty = The match by { $sponsor } was already used up when your gift arrived. Your gift counts just as much.
thanks-total = The campaign has now raised { $raised }.
thanks-statement = Your card statement will say “{ $statement }”.
receipt-registered = This message is not an official donation receipt. { $charity } is a registered charity ({ $number }). For any question about receipts: { $contact }.
receipt-unregistered = This message is not an official donation receipt. { $charity } does not issue tax receipts.
next-monthly = Give every month
next-share = Tell a friend
next-tell = Let them know I gave
next-who = Who invited you here?
next-gifts = See my gifts
next-again = Give { $amount } again: { $campaign }

## Reporting a mistake
error-button = Something wrong?
error-title = What went wrong?
error-gift = Gift of { $amount } to “{ $campaign }”, { $day }.
error-ask = Choose one, and a person will look into it.
error-wrong-amount = The amount is wrong
error-paid-twice = I paid twice
error-wasnt-me = This wasn’t me
error-child = A child made this gift
error-none = Everything is fine
error-kept-title = Noted
error-kept-wrong-amount = You told us that the amount of this gift is wrong.
error-kept-paid-twice = You told us that this gift was paid twice.
error-kept-wasnt-me = You told us that this gift is not yours.
error-kept-child = You told us that a child made this gift.
error-kept-who = Someone at { $charity } will look into it. You can also write to { $contact }.
error-kept-number = Case { $number }

## Refund, pending payment, failed payment
refund-title = Refund
refund-full = Your gift of { $amount } to “{ $campaign }” is being refunded.
refund-part = Part of your gift of { $amount } to “{ $campaign }” is being refunded: { $refunded }.
refund-when = The money goes back to the original payment method, usually within 10 business days.
pending-title = Your payment is on its way
pending-line = { $amount } to “{ $campaign }”.
pending-wait = A bank debit takes a few days. We will write to you when it is confirmed; you don’t need to do anything.
pending-wait-unconfirmed = A bank debit takes a few days; you don’t need to do anything. Is this gift yours? Confirm it, and we will write to you here when it has gone through.
failed-title = The payment didn’t go through
failed-line = The payment of { $amount } to “{ $campaign }” was not completed. No gift was recorded.
failed-mend = If you like, you can try again or pay another way.
failed-retry = Try again

## My gifts
gifts-title = My gifts
gifts-none = No gifts yet. The day you make one, you will find it here.
gift-line = { $day }: { $amount }, { $campaign } ({ $state })
gift-state-paid = received
gift-state-pending = on its way
gift-state-failed = not completed
gift-state-partly-refunded = partly refunded, { $refunded }
gift-state-refunded = refunded
gift-state-disputed = under dispute
gift-state-lost = refunded by your bank
gifts-more = { $count ->
    [one] And one earlier gift.
   *[other] And { $count } earlier gifts.
}
gifts-year = Total for { $year }: { $total }
gifts-receipts = Tap a gift to see its proof of payment (not a tax receipt).
gift-receipt = { $amount }, { $day }

## Unclaimed gifts
claim-title = Is this gift yours?
claim-line = Gift of { $amount } to “{ $campaign }”, { $day }.
claim-line-monthly = Gift of { $amount } a month to “{ $campaign }”, begun on { $day }.
claim-mine = Yes, it’s mine
claim-last = One last step: you are back from the payment page. Tap the button, and it is confirmed.
claim-not-mine = No
claim-done-title = Done
claim-done-monthly = Your monthly gift of { $amount } is confirmed. Thank you!
claim-done = The gift of { $amount } is now among your gifts. Thank you!
claim-refused-title = We can’t find that gift
claim-refused = The link or code has already been used, or part of it is missing. If the gift is yours, write to us and we will find it.

## This wasn’t me
wasnt-me-ask-title = Not your gift?
wasnt-me-ask = The gift of { $amount } to “{ $campaign }” on { $day } will no longer appear among your gifts.
wasnt-me-done-title = Done
wasnt-me-done = The gift of { $amount } to “{ $campaign }” on { $day } is no longer among your gifts.
wasnt-me-confirm = This wasn’t me
wasnt-me-card = If your card was used without your consent, write to { $contact }: we will help.
questions = Questions? { $contact }
refund-failed-title = Your refund did not arrive
refund-failed = Your bank returned the { $amount } of your gift to “{ $campaign }”: you have not received the money.
refund-failed-next = Someone at { $charity } knows and is looking into it: you don’t need to do anything. You can ask about it here, but never write a card number.
money-dated = This was on { $day }; we are sorry that you hear of it late.
