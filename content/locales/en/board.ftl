# Board page: one page to print, for the board.

command-board = Team: one page to print for the board
staff-home-board = Board page
board-title = Board page
board-of = Board page: { $days }
board-gifts = { $number ->
    [one] { $written } gift.
   *[other] { $written } gifts.
}
board-objective = The objective: more donors, more often, for more, through friends
board-donors = Donors
board-new = { $new } new, { $returning } returning
board-frequency = Frequency
board-per-donor = Gifts per donor
board-amount = Amount
board-average = Average gift
board-median = Median gift: { $money }
board-one-gift = A single gift
board-friends = Through friends
board-came = { $came ->
    [0] Nobody came through an invite
    [one] Person who came through an invite
   *[other] People who came through an invite
}
board-compared = Comparison
board-this-period = This period
board-before = Period before
board-before-days = Period before: { $days }.
board-last-year = A year earlier
board-last-year-days = A year earlier: { $days }.
board-new-donors = Of these, new
board-all-gifts = Gifts
board-total = Total
board-total-in = Total in { $currency }
board-campaigns = Open campaigns, since each began
board-percent = { $percent }%
board-bank = From Stripe to the bank
board-unknown = What these figures do not say
board-nothing-before = Nothing to compare with yet: gifts began during this period or the one before.
board-nobodys = { $gifts ->
    [one] { $gifts } gift counts in the amounts but not among the donors: nobody knows whose it is.
   *[other] { $gifts } gifts count in the amounts but not among the donors: nobody knows whose they are.
}
board-friends-seen = Friends who came without an invite link are not counted.
board-frozen = This page keeps its figures, even if a gift changes later.
board-other-language-fr = In French
board-other-language-en = In English
board-earlier = Earlier pages
board-pages = Each page keeps the figures of the moment it was made.
board-no-pages = No page yet. Send /board, or for example /board month.
board-issued = { $days } ({ $at })
board-unknown-period = No period is called “{ $text }”. Try /board, /board month, /board 2026 or /board 2026-11.
sheet-as-of = Figures as of { $at }
