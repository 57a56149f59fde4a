### Monthly gifts, and covering the fee.

monthly-offer-title = Give every month?
monthly-offer = A small monthly gift to “{ $campaign }”, which you can change, pause or end right here whenever you like.
monthly-each = { $amount } a month
monthly-no-links-title = One moment
monthly-no-links = Monthly gifts are not available right now. Please try again in a few minutes.
monthly-none-title = No monthly gift
monthly-none = You have no monthly gift at the moment.
monthly-button = Give every month
monthly-title = Your monthly gift
monthly-line = { $amount } a month to “{ $campaign }”.
monthly-next = Next gift: { $day }.
monthly-paused = Paused. The next gift is on { $day }, and nothing is charged before then.
monthly-paused-open = Paused. Nothing is charged.
monthly-card = The last payment did not go through. You can change your card on Stripe’s page.
monthly-mend = Change my card
monthly-ends = Ends on { $day }, and nothing more will be charged.
monthly-ends-soon = It ends when the month already paid for is over, and nothing more will be charged.
monthly-ends-later = It ends on { $day }.
monthly-card-mail = The last payment did not go through. Stripe will try again in a few days, and will e-mail you about it.
monthly-change = Change the amount
monthly-pause = Pause
monthly-resume = Resume
monthly-end = Stop giving monthly
monthly-other = Also: { $amount }, { $campaign }
monthly-amount-title = How much a month?
monthly-amount = The new amount applies from the next gift.
monthly-ask = Write the amount, for example 15. It goes to “{ $campaign }” every month.
monthly-ask-next = You will see Stripe’s page before anything is charged.
monthly-once = Just once: { $amount }
monthly-back = Back
monthly-change-title = { $amount } a month?
monthly-change-line = It is now { $amount } a month to “{ $campaign }”.
monthly-change-yes = Yes, { $amount } a month
monthly-pause-title = Pause for how long?
monthly-pause-line = Nothing is charged during the pause; the gift then resumes automatically.
monthly-pause-months = { $months ->
    [one] One month
   *[other] { $months } months
}
monthly-end-title = End this monthly gift?
monthly-end-line = { $amount } a month to “{ $campaign }”. Nothing more will be charged for it.
monthly-end-sure = Yes, end it
monthly-end-keep = Keep it
monthly-ended-title = Your monthly gift has ended
monthly-ended = Nothing more will be charged for “{ $campaign }”. Thank you for all you gave.
monthly-saved = Saved.
monthly-trouble-title = That did not work
monthly-trouble = Stripe is not responding right now, and nothing has changed. Please try again in a few minutes.
monthly-refused-title = We couldn’t do that
monthly-refused = Stripe refused it, and nothing has changed. The team has been notified; you can also write to { $contact }.
monthly-no-links-refused = Monthly gifts can’t be set up at the moment. The team has been notified; you can also write to { $contact }.
monthly-failed-title = Your monthly gift could not be charged
monthly-failed = This month’s { $amount } to “{ $campaign }” did not go through. It happens, for example when a card expires.
monthly-failed-how = You can fix it with one tap, or leave it: Stripe will try again in a few days.
monthly-moved-title = The campaign has ended
monthly-moved = “{ $campaign }” has ended, and your monthly gift of { $amount } continues. From the next gift, it can go to “{ $next }”.
monthly-moved-nowhere = “{ $campaign }” has ended, and your monthly gift of { $amount } continues. Would you like to keep it for { $charity }?
monthly-moved-yes = Yes, please
monthly-moved-done = From the next gift, your monthly gift goes to “{ $campaign }”.
stop-monthly = Your monthly gift continues. To end it too, tap the button.
command-monthly = My monthly gift

cover-button = Cover the fee too
cover-title = Covering the payment fee
cover-line = Card fees are about { $fee }. If you pay { $total }, about { $amount } reaches the charity.
cover-without = Without the fee: { $amount }
