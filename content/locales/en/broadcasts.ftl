### The news that staff send.

broadcast-why = You get this message because you agreed to our news.
broadcast-stop = Stop news like this
broadcast-withdrawn-title = Message withdrawn
broadcast-withdrawn = { $charity } has withdrawn this message.
