"""Measurements against the official SDK and other yardsticks; run by hand, never part of the tests.

`python -m tests.bench` prints one table of ratios; `--json FILE` writes the same with every sample.

How it is made:

* a *side* (`side`) does something once and returns a *sample*: named quantities, such as
  `seconds` or `peak`. All sides of a measurement are run alternately, so that a machine that is
  busy for a while is busy for all of them;
* what is measured runs in a process of its own under a small launcher (`process`), which sees its
  wall time, its processor time, its peak memory and what it wrote;
* what runs on a terminal runs on a pty (`terminal`), whose other end notes every byte and its time,
  and draws them once the program is silent; the programs that are compared there are in `screens`;
* a *result* (`result`) is one line of the table: a quantity of our side, the same of another, their
  ratio, and what we aim for;
* a *subject* (`subjects`) yields results. To measure something else, whatever it is that produces
  the samples, write a module there and name it in `SUBJECTS`;
* what runs inside the measured processes is in `programs`.
"""
