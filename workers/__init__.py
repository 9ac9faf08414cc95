"""The errands: what happens outside a request.

A page that leaves something owed (a need to match, a message to send) writes the debt as a row and rings a bell, both
in one commit (``queue.ring``). One worker hears the bells, another answers live questions (``queue.ask``), a clock
rings every bell at its period (``schedule``). Bells carry nothing: whoever hears one asks the database what is owed.
So a lost bell makes things late, a doubled one changes nothing.
"""
