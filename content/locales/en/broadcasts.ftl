### The news that staff send.

broadcast-why = You are getting this message because you agreed to our news.
broadcast-stop = Stop news messages
broadcast-withdrawn-title = Message withdrawn
broadcast-withdrawn = { $charity } has withdrawn this message.
