"""The records of a demonstration, so that one can try everything without typing: never in production.

They are written through the verbs of the domain: the same rules, the same journal. Then two things are put right, since
the whole story is told in a minute: the dates shown are spread over a plausible past (the journal keeps the true hours),
and the messages that the seeding itself owed are dropped.

- ``accounts``: one account for each role, shown on the sign-in page;
- ``seed``: writes everything, once;
- ``cast``: the people, and how an organisation comes to have some;
- ``companies``: the 320 solutions and the fictitious organisations that offer them;
- ``past``: projects already carried out in the Métropole, as concluded needs;
- ``needs``: the needs of communes, open for most of them;
- ``adoptions``: « J'adopte » in each state, references, facts of a few pages;
- ``scenes``: the few needs, responses and solutions that show every other state;
- ``evaluations``: an evaluation that waits for colleagues, companies that answer together;
- ``purchases``: what was bought, which way of buying was looked up, what a company says is new;
- ``gatherings``: events past and to come, calls;
- ``arrivals``: companies that nobody has joined, a file of them, a campaign to start, an invitation without answer.
- ``figures``: a year of visits and of pages shown, a frozen report of the committee and the next one.
"""
