### For staff: gifts outside Stripe (cash, cheques, transfers).

command-add = Team: add a cash, cheque or transfer gift
command-deposit = Team: what is not at the bank yet
option-offline = how much and how: 50 interac, 9 x 20 cheque
option-offline-name = gift
staff-home-offline = Cash and cheques
staff-offline-title = Gift outside Obole
staff-offline-how = Write how much and how it came: “50 interac”, “20 cash”, “9 x 20 cheque” for nine gifts of the same amount.
staff-offline-how-label = How much and how
staff-offline-not-kind = Food and other gifts in kind are not counted here.
staff-offline-latest = Entered last:
staff-offline-new = Add a gift
staff-offline-deposits = Deposits
staff-offline-cash = Cash
staff-offline-cheque = Cheque
staff-offline-transfer = Transfer
staff-offline-other = Other
staff-offline-line = { $amount } { $way ->
    [cash] in cash
    [cheque] by cheque
    [transfer] by transfer
   *[other] by other means
}, received { $day }, “{ $campaign }”.
staff-offline-brief = { $amount } { $way ->
    [cash] in cash
    [cheque] by cheque
    [transfer] by transfer
   *[other] by other means
}, { $day }
staff-offline-line-many = { $count } gifts of { $amount } { $way ->
    [cash] in cash
    [cheque] by cheque
    [transfer] by transfer
   *[other] by other means
} ({ $total } in all), received { $day }, “{ $campaign }”.
staff-offline-banked = At the bank since { $day }.
staff-offline-not-banked = Not at the bank yet.
staff-offline-slip = Deposit slip { $slip }.
staff-offline-note = Note: { $note }
staff-offline-late = Received after the campaign ended: it counts, and is marked as late.
staff-offline-by = Entered by { $name }.
staff-offline-nothing-yet = Nothing counts before you tap the first button. Nobody is thanked or reminded, and a sponsor does not match it.
staff-offline-above = Above { $amount }, a second person must confirm.
staff-offline-same = { $minutes ->
    [0] { $name } has just added the same gift. Add this one anyway?
    [one] { $name } added the same gift a minute ago. Add this one anyway?
   *[other] { $name } added the same gift { $minutes } minutes ago. Add this one anyway?
}
staff-offline-go = Add it
staff-offline-go-anyway = Add it anyway
staff-offline-ask-second = Ask a second person
staff-offline-approve = Confirm and add
staff-offline-drop = Discard
staff-offline-field-campaign = Campaign
staff-offline-field-amount = Amount
staff-offline-field-count = How many
staff-offline-field-way = How it came
staff-offline-field-received = Day received
staff-offline-field-banked = Day deposited
staff-offline-field-note = Note
staff-offline-ask-campaign = For which campaign?
staff-offline-ask-amount = How much is one gift? For example 50 or 7.50.
staff-offline-ask-count = How many gifts of this amount? Write a number from 1 to 50.
staff-offline-ask-way = How did it come?
staff-offline-ask-received = When was it received? Tap a day or write it: “Nov 28”, 2026-11-28.
staff-offline-ask-banked = When was it deposited at the bank? Tap a day or write it: “Nov 28”, 2026-11-28.
staff-offline-ask-note = A note that helps you find it later, such as “red box, street fair”. Do not name anyone. A dash removes the note.
staff-offline-bad-amount = I didn’t understand this amount.
staff-offline-bad-ambiguous = That amount can be read two ways. Tap the one you meant.
staff-offline-bad-currency = This campaign counts in { $code }. Enter what your bank credited in that currency.
staff-offline-bad-positive = The amount must be above zero. To correct a gift, open it and take it back.
staff-offline-bad-large = That is more than one gift can be. Check the amount.
staff-offline-bad-count = That is not a number from 1 to 50.
staff-offline-bad-day = I didn’t understand this day.
staff-offline-bad-future = That day is still to come.
staff-offline-bad-old = That is more than two years ago.
staff-offline-bad-before = It cannot be at the bank before it was received.
staff-offline-bad-long = The note can have 200 characters at most.
staff-offline-bad-personal = The note seems to contain an e-mail address or a telephone number. Please leave out whatever identifies a person.
staff-offline-bad-second = Someone else on the team must confirm this one.
staff-offline-today = Today
staff-offline-yesterday = Yesterday
staff-offline-other-day = Another day
staff-offline-not-banked-yet = Not yet
staff-offline-added = Added
staff-offline-total = The campaign is now at { $raised } of { $goal }.
staff-offline-undo-note = You can undo it within a day. After that, open the gift with /{ $command } and take it back.
staff-offline-another = Add another to this deposit
staff-offline-undo = Undo
staff-offline-second-asked = The team has been asked. Nothing counts until a second person confirms. If you are alone on the team, an owner can invite someone under Team.
staff-offline-second-title = A gift outside Obole needs a second person
staff-offline-second-by = { $name } wants to add { $amount } { $way ->
    [cash] in cash
    [cheque] by cheque
    [transfer] by transfer
   *[other] by other means
}. Someone else must confirm it.
staff-offline-see = View it
staff-offline-entered = Entered by { $name }, { $day }.
staff-offline-approved = Confirmed by { $name }.
staff-offline-is-taken-back = Taken back { $day }: { $reason }.
staff-offline-owners-only = Above the limit, only an owner can take it back.
staff-offline-bank = It was deposited
staff-offline-unbank = Not at the bank yet
staff-offline-take-back = Take it back
staff-offline-why = Why? The gift stays in the books, with a counter-entry and this reason.
staff-offline-why-returned = Returned by the bank
staff-offline-why-mistake = Entered by mistake
staff-offline-why-given-back = Given back to the donor
staff-offline-why-undone = undone within a day
staff-offline-why-other = Another reason
staff-offline-why-write = Write the reason in one sentence, without naming anyone.
staff-offline-sure = The campaign’s total goes down by { $amount }. Obole moves no money: if it must be returned, do it yourself, in person or to the account it came from, never by cheque or to another card.
staff-offline-sure-yes = Yes, take { $amount } back
staff-offline-taken-back = { $amount } no longer counts. The books keep both entries.
staff-offline-deposit-loose = { $count ->
    [one] One gift without a slip: { $total }.
   *[other] { $count } gifts without a slip: { $total }.
}
staff-offline-deposit-slip = { $count ->
    [one] Slip { $slip }: one gift, { $total }.
   *[other] Slip { $slip }: { $count } gifts, { $total }.
}
staff-offline-deposit-button = { $slip ->
    [0] Deposit { $total }
   *[other] Deposit slip { $slip }: { $total }
}
staff-offline-deposits-more = And { $count } more, once these are done.
staff-offline-deposit-when = When was this deposited at the bank?
staff-offline-deposited = { $total } is at the bank since { $day }, on slip { $slip }. The bank’s statement should show this amount.
staff-offline-all-banked = Everything you entered is at the bank.
staff-offline-stale = This button no longer works: it has been added, discarded or changed in the meantime.
