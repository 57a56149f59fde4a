### Refunds, duplicates and disputes.

## Duplicate gifts
double-title = Two identical gifts
double-line = We received { $amount } twice for “{ $campaign }”, a few minutes apart. Did you mean to give twice?
double-choice = If so, thank you! If not, one tap refunds the second one.
double-back = Refund the second
double-keep = Yes, keep both
double-kept = Both of your gifts count.
double-returns = We have asked for { $amount } to be refunded to you.
double-refused = The refund of { $amount } could not be made right away. Someone at { $charity } will look into it.

## Notices to staff
staff-gift-line = { $amount }, { $day }, “{ $campaign }”.
staff-gift-undated = { $amount }, “{ $campaign }”.
staff-gift-number = Gift no. { $number }
staff-open-stripe = Open at Stripe
staff-dispute-title = A gift is disputed
staff-dispute-until = You can answer it until { $until }.
staff-dispute-todo = The donor’s bank wants the money back. Answer at Stripe with what you know, or accept the dispute; without an answer, the money is lost. Do not refund it as well.
staff-fraud-title = A card may have been stolen
staff-fraud-todo = The bank believes that the cardholder did not make this gift. Refunding it now avoids a dispute and its fee.
staff-donor-refund-title = A donor had a duplicate gift refunded
staff-donor-refund-todo = Two identical gifts came from the same card within minutes, and the donor asked for the second one back. Obole has asked Stripe for the refund. You don’t need to do anything.
staff-intake-title = A payment could not be recorded
staff-intake-what = Message from Stripe: { $type }.
staff-intake-why = What went wrong: { $why }
staff-intake-todo = Nothing is lost: the message is kept and will be tried again. If you didn’t expect this, show it to the person who looks after Obole.

## Refunds
staff-refund-button = Refund
staff-refund-title = Refund a gift
staff-refund-find = What is the number of the case or of the gift?
staff-refund-unknown = No gift has this number.
staff-refund-left = { $amount } can still be refunded.
staff-refund-whole = Refund { $amount }
staff-refund-part = Part of it
staff-refund-how-much = How much should be refunded? At most { $amount }.
staff-refund-amount = I didn’t understand this amount, or it is more than what is left.
staff-refund-unpaid = This gift was not paid: there is nothing to refund.
staff-refund-disputed = This gift is disputed: the bank decides. Answer at Stripe.
staff-refund-gone = It has all been refunded already, or the refund is on its way.
staff-refund-too-much = There is less than that left to refund.
staff-refund-meanwhile = Someone on the team has just refunded part of it. Check what is left before you continue.
staff-refund-no-payment = The payment of this gift is not known yet. Try again in a few minutes.
staff-refund-why = Why refund { $amount }? The reason is kept in the team’s log.
staff-refund-asked = The person asks for it
staff-refund-double = Paid twice
staff-refund-wrong = Wrong amount
staff-refund-fraud = Card may be stolen
staff-refund-other = Another reason
staff-refund-write = Write the reason in one sentence, without naming anyone.
staff-refund-label-number = Number
staff-refund-label-amount = Amount
staff-refund-label-reason = Reason
staff-refund-reason = Reason: { $reason }
staff-refund-sure-title = Refund { $amount }?
staff-refund-sure = The money goes back to the person. This cannot be undone, and Stripe keeps its fee.
staff-refund-yes = Yes, { $amount }
staff-refund-sent = Stripe is refunding { $amount }. The person is notified.
staff-refund-later = Stripe is not responding at the moment. The request for { $amount } is kept and will be sent automatically, once.
staff-refund-refused-title = Stripe refused a refund
staff-refund-refused-why = Stripe says: { $why }
staff-refund-refused-todo = Look at this payment at Stripe; the most common cause is that the balance is too low.
staff-refund-unanswered = Stripe did not answer all day, so the request was dropped. Check at Stripe before you try again.

## Matched gifts, for staff
staff-match-title = Matched gifts, “{ $campaign }”
staff-match-none = Nobody is matching gifts to this campaign.
staff-match-line = { $sponsor }: up to { $pool }, { $left } left. From { $begins } to { $ends }.
staff-match-names = In French: { $fr }. In English: { $en }.
staff-match-promise = Every gift paid during that time is doubled until the amount is used up. The match is the sponsor’s promise: it is counted neither in the total nor in the books.
staff-match-new = Matched gifts
staff-match-back = Back
staff-match-end = End { $sponsor }
staff-match-end-sure = { $left } of what { $sponsor } promised is left. What was already matched stays; nothing more will be matched.
staff-match-end-yes = Yes, end it
staff-match-go = Start
staff-match-drop = Discard
staff-match-stale = This button no longer works: things have changed in the meantime.
staff-match-ask-fr = Who is matching gifts? The name in French, as people will see it.
staff-match-ask-en = And the name in English?
staff-match-ask-pool = Up to what amount?
staff-match-ask-from = From when? For example “December 1” or “December 1 9 am”.
staff-match-ask-until = Until when? For example “December 24” or “December 24 6 pm”.
staff-match-field-fr = Name in French
staff-match-field-en = Name in English
staff-match-field-pool = Amount
staff-match-field-from = Start
staff-match-field-until = End
staff-match-bad-name = A name must have 1 to 80 characters.
staff-match-bad-amount = I didn’t understand this amount. Write 500 or 500.50, for example.
staff-match-bad-time = I didn’t understand this date, or that hour does not exist on that day.
staff-match-past = That time has already passed.
staff-match-order = The end is before the start.
staff-match-overlap = Gifts to this campaign are already matched during that time. Change the dates, or end the other match first.
staff-refund-failed-title = A refund failed at the bank
staff-refund-failed-todo = The money is back on your Stripe balance, and the donor has been notified if we know who paid. Check the reason at Stripe before you try again: most often the card no longer exists.
