### Payments as a whole, for staff.

staff-home-payments = Payments
staff-payments-title = Payments
staff-payments-open = Gifts are taken.
staff-payments-paused-since = All payment links are paused since { $since }, by { $name }.
staff-payments-what = A pause stops all new gifts, also by links in old chats, within a minute or so. Monthly gifts that have begun go on.
staff-payments-owner = An owner can resume them.
staff-payments-pause = Pause all payments
staff-payments-resume = Resume payments
staff-payments-resume-sure = The campaigns that took gifts before take them again, by the same links.
staff-payments-paused-news = All payment links are being paused.
staff-payments-resumed-news = The payment links work again.
staff-card-testing-title = Many refused payments
staff-card-testing = In the last hour, { $declined } payments were refused, and banks reported { $warned } as fraud.
staff-card-testing-why = Somebody may be trying stolen cards on your pages. Each one that works can cost you a dispute. In Stripe’s dashboard, under Radar, you can block them; a higher least gift helps too.
