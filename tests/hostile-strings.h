// SPDX-License-Identifier: GPL-3.0-or-later
// Text that a server, a bridge or a person could send to break, deceive or slow down what shows it. Every place that shows text of the wire is fed with all
// of it by tests/ui/test-hostile.c.
#pragma once

static const char *const hostile_strings[] = {
  /* Pango markup and HTML */
  "<b>bold</b><script>alert(1)</script>", "<span size='999999'>huge</span>", "<span foreground=\"#0000\">unseen</span>", "</span></b></a>", "<a href=\"file:///etc/passwd\">x</a>",
  "&lt;&amp;&#0;&#x202e;&nosuch;", "<!-- ", "<![CDATA[x]]>", "<img src=x onerror=alert(1)>", "\" onclick=\"x", "<tt>\n<big><big><big><big><big>",
  /* Formats, paths, terminals */
  "%s%n%d%1000000s%*d", "$(reboot)`reboot`", "../../../../etc/passwd", "C:\\nul", "\033[31mred\033[0m\033]0;title\007", "\033[2J\033[H", "a\rb", "bell\007 back\b\b\b", "\x7f\x01\x02\x1f",
  "tab\tand\vother\fspaces",
  /* Links */
  "[click](javascript:alert(1))", "[x](file:///etc/passwd)", "[x](data:text/html,<b>)", "![](http://example.org/a.png)", "https://example.org/?a=1&b=<b>\"'", "[https://bank.example](https://evil.example)",
  "https://exa\u202emple.org/", "www.\u0430pple.example",
  /* Bidi and invisible characters */
  "a\u202ereversed", "\u2066\u2067\u2068never closed", "\u202b\u202a\u202d nested \u202c", "\u061cmark", "zero\u200bwidth\u200c\u200d\u2060\ufeff", "\u200e\u200f", "\u00ad\u00ad\u00ad", "\u3164\u115f\uffa0",
  "\U000e0041\U000e0042\U000e007f tags", "\u180e\u2800", "\ufff9\ufffa\ufffb annotations", "שלום (abc) עולם", "مرحبا ١٢٣ abc", "\u2028line\u2029paragraph",
  /* Emoji and stacks */
  "👨‍👩‍👧‍👦👩🏽‍💻🏳️‍🌈❤️‍🔥", "🇩🇪🇫🇷🇩", "👍🏿👍🏻👍", "Z̡̢̧̨̛̖̗̘̙̜̝̞̟̠̣̤̥̦̩̪̫̬̭̮̯̰̱̲̳̹̺̻̼͇͈͉͍͎̀́̂̃̄̅̆̇̈̉̊̋̌̍̎̏̐̑̒̓̔̽̾̿̀́͂̓̈́͆͊͋͌̕̚ͅ͏͓͔͕͖͙͚͐͑͒͗͛ͣͤͥͦͧͨͩͪͫͬͭͮͯ͘͜͟͢͝͞͠͡Ą̷l̶g̸o̴", "\u0301\u0301\u0301 begins with marks", "e\u0301\u0327\u0323\u0302",
  "﷽﷽﷽﷽", "𒐫𒐫𒐫", "꧅꧅꧅", "\U0010fffd\ue000",
  /* Markdown that nests or does not end */
  "```\nunclosed", "> > > > > > > > > > > > deep", "* * * * *", "|a|b|\n|-|-|\n|<i>|&|", "\\<b>", "- [ ] todo <i>\n- [x] done", "1. a\n   - b\n     > c\n```c\nx<y>&\n```",
  "**__~~`**__~~`", "[[[[[[[[[[[[[[[[", "((((((((((((((((", "# \n## \n###### x\n---\n***", "a\\\nb  \nc", "999999999999. x", "~~~~~~~~~~~~~~", "<<<<<<<<>>>>>>>>", "_________________",
  "![[](]()[![](", "| | | |\n|:-:|\n", "@everyone @room @ai-scout @", "```<script>\nx\n```", "&#1114112;&#55296;",
  /* Nothing, or hardly anything */
  "", " ", "\n\n\n\n\n", "\u00a0", "\u3000", "0", "null", "undefined", "NaN", "-1",
};

/* Longer ones are made: this many characters without a place to break. */
#define HOSTILE_LONG_WORD 10000
