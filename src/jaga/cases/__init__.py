"""Cases: what is looked into, who decided what on which ground, what was done, why, and the appeal against it.

Pure: `case`, `clocks`, `decision`, `measure`, `statement`, `appeal`, `evidence`, `notice`, `staff`. Use-cases, which load,
decide and save through `ports`: `desk`, `appeals`, `intake`, `entrance`, `carrying`.
"""
