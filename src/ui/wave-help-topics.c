// SPDX-License-Identifier: GPL-3.0-or-later
// What the help says. A paragraph a line, so that a translation changes with what it translates; **bold** and `code` are Markdown.
#include "config.h"

#include <glib/gi18n.h>

#include "ui/wave-help.h"

static const WaveHelpBlock start[] = {
  { WAVE_HELP_TEXT, N_("Wavescope watches one ScaiWave tenant live. It is an instrument, not a chat client: it **reads and never posts**.") },
  { WAVE_HELP_HEADING, N_("Look Around First") },
  { WAVE_HELP_TEXT, N_("**Open the Demo** starts a tenant inside the program, with rooms, people and AIs at work. No server and no account are needed, and everything works as with a real tenant.") },
  { WAVE_HELP_HEADING, N_("Connect to a Tenant") },
  { WAVE_HELP_POINT, N_("Give the address of the server, such as `https://wave.example.org`, and a token of the account that is to watch.") },
  { WAVE_HELP_POINT, N_("**What you see is what that account sees**: the rooms that it is in. Invite it into the rooms that you want to watch; an account made for this is best.") },
  { WAVE_HELP_POINT, N_("**One token, one client.** When a second client connects with the same token, the server closes the older connection. Give Wavescope a token of its own.") },
  { WAVE_HELP_POINT, N_("The token stays in memory and, if you wish, in the keyring. It is never written into a log, a recording or an export.") },
  { WAVE_HELP_HEADING, N_("Getting About") },
  { WAVE_HELP_TERM, "Ctrl+K", N_("go to any room, person or page, or do anything that the menus offer, by a few letters of its name"), TRUE },
  { WAVE_HELP_TERM, "Alt+1 … Alt+4", N_("the pages Rooms, Activity, Scope and Connection"), TRUE },
  { WAVE_HELP_TERM, "Ctrl+F", N_("search"), TRUE },
  { WAVE_HELP_TERM, "Ctrl+?", N_("all shortcuts"), TRUE },
  { WAVE_HELP_TERM, "F1", N_("help on the page that is shown"), TRUE },
};

static const WaveHelpBlock rooms[] = {
  { WAVE_HELP_TEXT, N_("The list shows the rooms that this account is in: those where an AI is at work first, then the active ones, then the quiet ones. The small curve beside a room is its last minute.") },
  { WAVE_HELP_HEADING, N_("Timeline") },
  { WAVE_HELP_POINT, N_("A reply of an AI **grows while its chunks arrive**. When its final message comes it settles, and a line below it tells how long it took and how fast it was.") },
  { WAVE_HELP_POINT, N_("A line **Connection lost** marks each interruption: how many events were fetched afterwards, and whether it is complete.") },
  { WAVE_HELP_POINT, N_("A link opens only after you have seen where it leads.") },
  { WAVE_HELP_POINT, N_("Text of others can neither change the look of the program nor hide anything: invisible and direction-changing characters are made visible.") },
  { WAVE_HELP_HEADING, N_("Beside the Timeline") },
  { WAVE_HELP_POINT, N_("**AI**: what each AI is doing and for how long, and how much of its context is used.") },
  { WAVE_HELP_POINT, N_("**Plan**: goal, steps and their state; earlier versions show what changed between them.") },
  { WAVE_HELP_POINT, N_("**Sidekicks**: helpers that an AI started, with what they have used of their limits.") },
  { WAVE_HELP_POINT, N_("**People** by presence. Each presence has a shape of its own as well as a colour.") },
  { WAVE_HELP_HEADING, N_("Good to Know") },
  { WAVE_HELP_TEXT, N_("Muting a room is for this program only: nobody else notices. Wavescope never marks anything as read on the server.") },
};

static const WaveHelpBlock activity[] = {
  { WAVE_HELP_TEXT, N_("Every event as it arrives, newest last. Choose one to see what it means and the exact text as received.") },
  { WAVE_HELP_POINT, N_("**Pause** holds the view still. Nothing is lost meanwhile: events go on into the journal, and their number is shown.") },
  { WAVE_HELP_POINT, N_("The chart above the list shows how many events came when, by kind.") },
  { WAVE_HELP_POINT, N_("**Filter** finds the few that matter; see “Filter Language”.") },
  { WAVE_HELP_HEADING, N_("Kinds of Events") },
  { WAVE_HELP_TERM, N_("durable"), N_("has a position in the stream: messages, members, names, reactions. What is missed can be fetched again.") },
  { WAVE_HELP_TERM, N_("ephemeral"), N_("typing, presence, chunks, an AI’s status: gone if missed, and Wavescope says so after an interruption.") },
  { WAVE_HELP_TERM, N_("caught up"), N_("a durable event that was fetched after an interruption instead of arriving by itself.") },
  { WAVE_HELP_TERM, N_("malformed"), N_("could not be understood; the reason and the place in it are shown, and its bytes are kept.") },
  { WAVE_HELP_TERM, N_("unknown"), N_("well-formed, of a type that this version does not know; shown and kept as it is.") },
};

static const WaveHelpBlock filter[] = {
  { WAVE_HELP_TEXT, N_("One line finds the few events that matter. The same language works in `wavescope-cli --filter`. Conditions that stand side by side must all be met.") },
  { WAVE_HELP_FILTER },
  { WAVE_HELP_HEADING, N_("Examples") },
  { WAVE_HELP_TERM, "type:*.chunk from:scout gap>1s", N_("chunks of Scout after a silence of more than a second"), TRUE },
  { WAVE_HELP_TERM, "is:malformed or is:unknown", N_("what could not be understood, and what this version does not know"), TRUE },
  { WAVE_HELP_TERM, "room:atlas -is:ephemeral time:-10m..", N_("what stays of the last ten minutes in Atlas"), TRUE },
};

static const WaveHelpBlock scope[] = {
  { WAVE_HELP_TEXT, N_("AI replies against time, as an oscilloscope shows a signal: one lane for each AI, coloured bands for what it said it was doing, a tick for each chunk, and every silence marked.") },
  { WAVE_HELP_HEADING, N_("Reading a Lane") },
  { WAVE_HELP_POINT, N_("**Bands**: thinking, calling a tool, generating. Each has a pattern or a word as well as a colour.") },
  { WAVE_HELP_POINT, N_("**Ticks** are chunks. Zoomed out they become a density.") },
  { WAVE_HELP_POINT, N_("A **stall** is a silence inside a reply that is longer than the threshold in the preferences (one second unless changed).") },
  { WAVE_HELP_POINT, N_("A **torn** reply fell into an interruption: its missing chunks cannot be fetched again, so its figures are not whole.") },
  { WAVE_HELP_HEADING, N_("Keys in the Overview") },
  /* Translators: the name of a key. */
  { WAVE_HELP_TERM, N_("Space"), N_("stop, and follow now again") },
  { WAVE_HELP_TERM, "+ − 0", N_("closer, further away, everything"), TRUE },
  { WAVE_HELP_TERM, "← →", N_("along time; with Shift in larger steps"), TRUE },
  { WAVE_HELP_TERM, "↑ ↓ [ ]", N_("from lane to lane, from reply to reply"), TRUE },
  { WAVE_HELP_TERM, "C", N_("add the reply to the comparison, or take it out"), TRUE },
  /* Translators: the name of a key. */
  { WAVE_HELP_TERM, N_("Enter"), N_("show the reply in detail") },
  { WAVE_HELP_HEADING, N_("Below It") },
  { WAVE_HELP_POINT, N_("**Detail**: characters over time, the spread of silences, and the text with each chunk shaded by the silence before it. Drag the playhead, or play it slowly, to see the text as it stood at that instant.") },
  { WAVE_HELP_POINT, N_("**Compare** lays replies over each other from their own start.") },
  { WAVE_HELP_POINT, N_("**Alarms**, **Totals** and **List** tell what went wrong, how each AI and room did, and every reply in a table.") },
};

static const WaveHelpBlock figures[] = {
  { WAVE_HELP_TEXT, N_("Times are taken where events arrive, before anything is drawn or written, so a busy screen does not bend them. The wire carries **chunks, not tokens**: a chunk may hold several tokens.") },
  { WAVE_HELP_FIGURES },
  { WAVE_HELP_HEADING, N_("Outcomes") },
  { WAVE_HELP_TERM, N_("settled"), N_("its final message came") },
  { WAVE_HELP_TERM, N_("done"), N_("the last chunk said so, but no final message has come") },
  { WAVE_HELP_TERM, N_("failed"), N_("the model reported an error") },
  { WAVE_HELP_TERM, N_("torn"), N_("an interruption of the connection fell into it") },
  { WAVE_HELP_TERM, N_("abandoned"), N_("nothing more came for a while") },
  { WAVE_HELP_HEADING, N_("How True They Are") },
  { WAVE_HELP_TEXT, N_("`wavescope-cli streams --selftest` drives a reply with known silences through the whole instrument and prints the error of each figure on this computer. A reply that was measured while the program itself lagged is marked.") },
};

static const WaveHelpBlock connection[] = {
  { WAVE_HELP_TEXT, N_("What the connection went through, and the proof that nothing is missing.") },
  { WAVE_HELP_HEADING, N_("States") },
  { WAVE_HELP_TERM, N_("Live"), N_("events arrive as they happen, and everything before is here") },
  { WAVE_HELP_TERM, N_("Catching up"), N_("connected; what was missed is being fetched, and what arrives meanwhile waits its turn") },
  { WAVE_HELP_TERM, N_("Connection lost"), N_("trying again by itself, first at once, then after longer and longer waits; **Try Now** cuts the wait short") },
  { WAVE_HELP_TERM, N_("Refused"), N_("the server does not take the token; another one is needed, and the same one is not tried again") },
  { WAVE_HELP_TERM, N_("Replaced"), N_("another client connected with the same token; Wavescope waits for you instead of taking the place back") },
  { WAVE_HELP_TERM, N_("Polling"), N_("the stream cannot be opened, so durable events are asked for again and again; typing, presence and chunks do not come this way") },
  { WAVE_HELP_HEADING, N_("After an Interruption") },
  { WAVE_HELP_TEXT, N_("Durable events are fetched from the last known position until the server has no more; then the interruption counts as **complete**. Ephemeral ones are gone, and replies that were being written are marked as torn.") },
  { WAVE_HELP_TEXT, N_("**Verify** reads the same range once more and compares it with the journal.") },
};

static const WaveHelpBlock recordings[] = {
  { WAVE_HELP_TEXT, N_("A recording is a text file with what arrived and when. It can be opened by everyone who has Wavescope, and **the token is never in it**.") },
  { WAVE_HELP_TEXT, N_("Drop a recording onto the window, open it from the menu, or give it on the command line: the whole program works on it as on a live tenant, and shows rooms, plans and replies as they were at any moment.") },
  { WAVE_HELP_HEADING, N_("The Format") },
  { WAVE_HELP_TEXT, N_("One JSON object a line (`.wavescope.ndjson`, also compressed as `.gz` or `.zst`).") },
  { WAVE_HELP_TERM, "{\"wavescope_recording\":1, …}", N_("the first line: tenant, server and time of the beginning"), TRUE },
  { WAVE_HELP_TERM, "{\"t_us\":…, \"via\":\"stream\", \"frame\":\"…\"}", N_("a frame exactly as received, with microseconds since the beginning; `frame_base64` where it is not text"), TRUE },
  { WAVE_HELP_TERM, "{\"t_us\":…, \"state\":\"live\"}", N_("the connection changed its state"), TRUE },
  { WAVE_HELP_TEXT, N_("Lines and members that a program does not know are kept. A file that was cut off opens up to the cut. The format is described by `wavescope-recording.schema.json`, which is installed with the program.") },
  { WAVE_HELP_HEADING, N_("Before You Share One") },
  { WAVE_HELP_TEXT, N_("A recording holds everything that was said in the rooms. **Anonymise** replaces names, ids and texts, each always by the same stand-in, and keeps timing and sizes.") },
  { WAVE_HELP_HEADING, N_("In the Terminal") },
  { WAVE_HELP_TERM, "wavescope-cli record --server URL FILE", N_("records"), TRUE },
  { WAVE_HELP_TERM, "wavescope-cli streams FILE", N_("one line of figures for each reply"), TRUE },
  { WAVE_HELP_TERM, "wavescope-cli convert FILE OUT.har", N_("HAR for the developer tools of a browser; also CSV, JSON lines and a transcript"), TRUE },
};

static const WaveHelpBlock codes[] = {
  { WAVE_HELP_TEXT, N_("When a server closes the connection it gives a code. The Connection page shows it, with the server’s own words.") },
  { WAVE_HELP_TERM, "1000, 1001", N_("The server closed in an orderly way, often for a restart. Wavescope comes back by itself."), TRUE },
  { WAVE_HELP_TERM, "1006", N_("Nobody said anything: a proxy, a firewall or the network cut the line. If it happens at regular intervals, a proxy gives up on quiet connections; it must allow at least 75 seconds of silence."), TRUE },
  { WAVE_HELP_TERM, "1009", N_("A frame was too large. What it held is fetched another way."), TRUE },
  { WAVE_HELP_TERM, "1011, 1012, 1013", N_("The server has a fault, restarts or is overloaded. Wavescope waits longer from time to time."), TRUE },
  { WAVE_HELP_TERM, "4001", N_("The token is not valid or has run out. Get a new one and connect again; the old one is not tried any more."), TRUE },
  { WAVE_HELP_TERM, "4003 duplicate_connection", N_("Another client uses the same token: a second window, a colleague, `wavescope-cli`. Give each a token of its own, then choose **Reconnect Here**."), TRUE },
  { WAVE_HELP_TERM, "4003 ping_timeout", N_("The server did not hear from this computer for too long; usual after suspend or on a bad network."), TRUE },
  { WAVE_HELP_HEADING, N_("No Connection at All") },
  { WAVE_HELP_TERM, "HTTP 401, 403", N_("As 4001: the token is refused before the stream opens."), TRUE },
  { WAVE_HELP_TERM, "HTTP 404, 426, 200", N_("The address leads to something else, or a proxy does not let WebSockets through. Wavescope then polls, and goes on trying the stream."), TRUE },
  { WAVE_HELP_TERM, "HTTP 429, 503", N_("Too many requests, or the server is busy. Wavescope waits as long as the server asks."), TRUE },
  { WAVE_HELP_TERM, N_("Certificate"), N_("The server’s certificate is not trusted. There is no way to click this away: check the address and the clock of this computer, or ask whoever runs the server.") },
  { WAVE_HELP_TERM, N_("No hello"), N_("The connection opens and nothing follows: often a token that has run out, or a proxy that holds frames back.") },
  { WAVE_HELP_HEADING, N_("To Ask for Help") },
  { WAVE_HELP_TEXT, N_("**About Wavescope → Troubleshooting** has the versions and the state of the connection, and the Connection page has the log. Token and names are taken out of both before they can be copied.") },
};

#define TOPIC(id, topic_title, topic_icon, list) { .name = id, .title = topic_title, .icon = topic_icon, .blocks = list, .n_blocks = G_N_ELEMENTS (list) }

static const WaveHelpTopic topics[] = {
  TOPIC ("start", N_("Getting Started"), "go-home-symbolic", start),
  TOPIC ("rooms", N_("Rooms"), "wave-rooms-symbolic", rooms),
  TOPIC ("activity", N_("Activity"), "wave-activity-symbolic", activity),
  TOPIC ("filter", N_("Filter Language"), "system-search-symbolic", filter),
  TOPIC ("scope", N_("Scope"), "wave-scope-symbolic", scope),
  TOPIC ("figures", N_("What the Figures Mean"), "wave-plan-symbolic", figures),
  TOPIC ("connection", N_("Connection"), "wave-connection-symbolic", connection),
  TOPIC ("recordings", N_("Recordings"), "wave-record-symbolic", recordings),
  TOPIC ("codes", N_("Troubleshooting by Code"), "dialog-warning-symbolic", codes),
};

const WaveHelpTopic *
wave_help_list_topics (guint *n_topics)
{
  *n_topics = G_N_ELEMENTS (topics);
  return topics;
}
