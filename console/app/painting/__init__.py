"""What the terminal shows, and the fewest bytes that make it show something else.

Textual paints whole widgets. Here every cell that the terminal shows is known, with its style;
what Textual wants to be seen is compared with it, and only what differs is written.

* `cells`: text, cut into what takes one cell, two, or so many that terminals disagree;
* `looks`: styles, and the shortest way from one to another;
* `row`: one line of the terminal;
* `wanted`: what Textual wants to be seen, as pieces of lines;
* `pen`: the terminal's cursor, its shortest ways, and what it writes;
* `scroll`: lines that only moved up or down;
* `painter`: all of it together;
* `compositor`: which lines of which widgets Textual is to look at;
* `beside`: what is written to the terminal past all this.
"""
