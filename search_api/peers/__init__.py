"""Peers of an institution: who is like it, who is connected to it, who has what it lacks, and why.

activity   what the graph tells of every institution, as arrays
lenses     alike, connected, complementary, counterpart: each a value from 0 to 1 for everybody
ranking    the lenses together, by weights that the user may set
meetings   what one declares that it offers and another seeks or lacks
reasons    why two institutions are peers: the deeds behind a value
wording    a reason in es, pt and en
sources    where in which document a deed is told
finding    a question answered: from an institution to its peers, with all of this
seeking    from a question in words to institutions, by the passages that answer it
"""
