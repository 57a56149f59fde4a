### Proving that a gift is one's own, and cancelling a monthly gift.

## Before it is confirmed
unconfirmed-begun = A monthly gift of { $amount } to “{ $campaign }” has started through your link.
unconfirmed-again = A monthly gift to “{ $campaign }” has started through your link.
unconfirmed-gift = A gift of { $amount } to “{ $campaign }” came through your link.
unconfirmed-yours = Is it yours? Confirm it, and you can follow it, change it and end it right here.
unconfirmed-not-yours = If someone else gave it, you don’t need to do anything: thank you for passing the link on.
unconfirmed-confirm = It’s mine: confirm
unconfirmed-stripe = Stripe’s page
unconfirmed-how = How to end it

## How to confirm
confirm-title = Confirm that it’s yours
confirm-page = The page that opened after the payment has what you need, for 24 hours: open it again and choose this chat.
confirm-number = Or sign in on Stripe’s page with the e-mail address you gave when paying, and send the number of your latest invoice here, like this: /claim ABCD1234-0001
confirm-receipt = Take the receipt that Stripe e-mails you for a payment made after we asked you to confirm (the latest one, or wait for the next), and send its number here, like this: /claim 1234-5678
confirm-own = The page after the payment led back here, or showed a code to send here. Both work for 24 hours.
confirm-again = Or confirm your next gift here: this one is then confirmed too, if the same card paid for it.
confirm-else = If none of this works, write to { $contact }: someone at { $charity } will help you find it.
confirm-done-title = Confirmed
confirm-done = This monthly gift is now yours here: you can follow it, change it and end it.
confirm-earlier-title = Is this monthly gift yours?
confirm-earlier = A monthly gift to “{ $campaign }” is linked to your account here.
confirm-earlier-why = We now ask for a confirmation, since links get passed on. Until then you can pause it or end it here; the amount, the card and the receipts have to wait.
sure-yours-title = Is it really yours?
sure-yours = This monthly gift to “{ $campaign }” was never confirmed. If you continue, the team will be notified.
sure-yours-yes = Yes, it’s mine

## How to cancel one
how-to-end-title = How to end a monthly gift
how-to-end-page = Sign in on Stripe’s page with the e-mail address you gave when paying. Stripe sends a code there, and you can end the gift at any time.
how-to-end-receipt = Stripe’s e-mails about the gift explain how to manage it.
how-to-end-charity = Or write to { $contact }: { $charity } will end it for you, no reason needed.
unconfirmed-goes-on = A monthly gift has started through your link. It may be someone else’s, so it continues: the person paying it can end it on Stripe’s page, or { $charity } can do it ({ $contact }).
unconfirmed-goes-on-mail = A monthly gift has started through your link. It may be someone else’s, so it continues. To end it, write to { $charity } ({ $contact }).
how-to-end-button = How to end a monthly gift

## Claimed by its payer
stripe-own-thanks = Thank you! To confirm in your chat that this gift is yours, send this there within 24 hours: /{ $command } { $code }
claim-wait = Stripe is still confirming your gift. It takes a few seconds.
claimed-monthly = See the monthly gift
claimed-elsewhere-title = Confirmed elsewhere
claimed-elsewhere = A gift that we thanked you for was confirmed by the person who paid it, on another account. It is no longer among your gifts, and you don’t need to do anything.

## Web page after a monthly gift
page-monthly = Your gift of { $amount } a month to “{ $campaign }” has started.
page-monthly-next = The next one is on { $day }.
page-claim-yours = Was this you? Confirm it once, within 24 hours, in the chat of your choice.

## Notices to staff
staff-unproved-title = A monthly gift was changed without confirmation
staff-unproved-paused = Paused: { $amount } a month to “{ $campaign }”.
staff-unproved-resumed = Resumed: { $amount } a month to “{ $campaign }”.
staff-unproved-ended = Ended: { $amount } a month to “{ $campaign }”.
staff-unproved-why = It dates from before confirmations, so someone else may have paid it through their link. If in doubt, ask the payer, whose address is at Stripe.
staff-case-second-claim = Someone says this gift is theirs, but another person had already confirmed it.
staff-case-second-payment = A second payment came through a single-use link.
gift-state-unproved = to be confirmed
gift-line-unproved = { $amount }, { $campaign } ({ $state })
gifts-unproved = Gifts to be confirmed came through your link; we don’t know yet whether you paid them.
