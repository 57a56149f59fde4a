### Payments as a whole, for staff.

staff-home-payments = Payments
staff-payments-title = Payments
staff-payments-open = Gifts are being accepted.
staff-payments-paused-since = All payment links have been paused since { $since }, by { $name }.
staff-payments-what = A pause stops all new gifts, including through links in old chats, within about a minute. Monthly gifts already running continue.
staff-payments-owner = An owner can resume them.
staff-payments-pause = Pause all payments
staff-payments-resume = Resume payments
staff-payments-resume-sure = Campaigns that accepted gifts before will accept them again, through the same links.
staff-payments-paused-news = All payment links are being paused.
staff-payments-resumed-news = The payment links are working again.
staff-card-testing-title = Many refused payments
staff-card-testing = In the last hour, { $declined } payments were refused, and banks reported { $warned } as fraud.
staff-card-testing-why = Someone may be testing stolen cards on your pages. Each payment that goes through can cost you a dispute. In Stripe’s dashboard, under Radar, you can block them; a higher smallest gift helps too.
