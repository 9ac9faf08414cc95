"""The matcher: documents in, suggestions out. No Flask, no database, nothing of ours.

A need and a solution are `Document`s (`matching.document`). A `Matcher` (`matching.matcher`) holds the candidates of one
kind, encoded once, and answers with `Suggestion`s, each with its reasons:

    from matching.document import Document
    from matching.encoder import SentenceTransformerEncoder
    from matching.matcher import Matcher

    encoder = SentenceTransformerEncoder()               # the bundled French encoder, offline
    matcher = Matcher(encoder)
    matcher.add([Document(1, "solution", "Corbeilles connectées", ("Un capteur dit quand vider.",)), ...])
    matcher.suggest(Document(7, "need", "Les corbeilles débordent", ("Chaque lundi…",)), count=10)

The public names, by module:

- `document`    Document, Suggestion, Reason, Closeness
- `encoder`     Encoder (protocol), SentenceTransformerEncoder, EncoderUnavailable, EncodingError
- `matcher`     Matcher: add, remove, suggest, search
- `dense`       DenseIndex: the exact vector index (`byte_scan`: its first look at a million vectors)
- `cases`       CaseBase: the known cases, what brings together texts that share no word
- `theming`     ThemeSuggester: themes suggested from a text
- `ranking`     weights learned from decisions; `fairness`: places shared between near equals
- `fusion`      RANKING_VERSION, bumped whenever the order of suggestions may change
- `evaluation`  Collection.load, evaluate; also `python -m matching evaluate DIR`

Nothing is imported here: a reader of `matching.document` must not pay for torch or FAISS.
"""
