"""Bugs that no operation can have: what they are about, and why nothing here can show them."""

OUTSIDE = {
    "LAY-04": "rows of weights permuted with the wrong number of heads; no operation takes weights",
    "LAY-09": "queries and keys crossed in one kernel; operations are asked for one of them at a time",
    "FREQ-06": "frequencies of pixels; no family has them",
    "SCL-18": "a factor recomputed from two lengths of a configuration; operations are given one factor",
    "CACHE-10": "packed documents counted through; operations are given positions",
    "SIN-06": "a least timescale multiplied in; no family has one",
    "SIN-12": "values encoded instead of positions; operations are given positions",
    "REL-06": "a bias in cross-attention, where none belongs; no operation has two sequences",
    "REL-15": "a table of distances resized linearly where geometric steps are meant; no family resizes so",
    "ALI-07": "heads without ALiBi beside those with it; no operation has both",
}
