// SPDX-License-Identifier: GPL-3.0-or-later
// What helps to write a filter: completion, quoting, the help text.
#include "config.h"

#include "journal/wave-filter-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/wave-catalogue.h"

#define MOST_CANDIDATES 50

void
wave_filter_candidate_free (WaveFilterCandidate *candidate)
{
  g_free (candidate->text);
  g_free (candidate->label);
  g_free (candidate);
}

static gboolean
needs_quotes (const char *key, const char *value)
{
  if (*value == '\0' || *value == '/' || *value == '-' || *value == '<' || *value == '>' || *value == '=')
    return TRUE;
  for (const char *c = value; *c != '\0'; c++)
    if (g_ascii_isspace (*c) || strchr ("()\"\\*|", *c) != NULL || (key == NULL && strchr (":<>=", *c) != NULL))
      return TRUE;
  return key == NULL && (g_ascii_strcasecmp (value, "and") == 0 || g_ascii_strcasecmp (value, "or") == 0 || g_ascii_strcasecmp (value, "not") == 0);
}

static void
append_quoted (GString *term, const char *value)
{
  g_string_append_c (term, '"');
  for (; *value != '\0'; value++)
    {
      if (*value == '"' || *value == '\\')
        g_string_append_c (term, '\\');
      g_string_append_c (term, *value);
    }
  g_string_append_c (term, '"');
}

char *
wave_filter_quote (const char *key, const char *value)
{
  GString *term = g_string_new (NULL);
  const WaveFilterKey *known;
  gboolean by_name;

  g_return_val_if_fail (value != NULL, g_string_free (term, FALSE));

  known = key != NULL ? wave_filter_find_key (key, strlen (key)) : NULL;
  if (key != NULL)
    g_string_append_printf (term, "%s:", key);
  /* Without quotes these would find whatever holds the value, too. */
  by_name = known != NULL && (known->term == WAVE_TERM_ROOM || known->term == WAVE_TERM_FROM);
  if (by_name || (needs_quotes (key, value) && (known == NULL || !known->is_number)))
    append_quoted (term, value);
  else
    g_string_append (term, value);
  return g_string_free (term, FALSE);
}

/* Whether "or" stands in it, outside of brackets or not: then it needs brackets beside another term. */
static gboolean
is_alternative (const char *text)
{
  guint n_slots;
  WaveFilterNode *node = wave_filter_parse (text, 1, &n_slots, NULL, NULL);
  gboolean result = node == NULL || node->kind == WAVE_NODE_OR;

  wave_filter_node_free (node);
  return result;
}

char *
wave_filter_combine (const char *text, const char *term, gboolean exclude)
{
  g_autofree char *former = g_strstrip (g_strdup (text != NULL ? text : ""));
  g_autoptr (WaveFilter) valid = wave_filter_new (former, 1, NULL, NULL);
  const char *sign = exclude ? "-" : "";

  if (*former == '\0' || valid == NULL)
    return g_strconcat (sign, term, NULL);
  if (is_alternative (former))
    return g_strconcat ("(", former, ") ", sign, term, NULL);
  return g_strconcat (former, " ", sign, term, NULL);
}

/* ---------------------------------------------------------------- completion */

typedef struct {
  GPtrArray *candidates;
  GHashTable *seen;
  const char *key; /* nullable */
  char *prefix;    /* what was typed of the word or value */
  gsize start, end;
  guint n_first; /* those that begin with the prefix stand first */
} Completion;

static void
propose (Completion *completion, char *text, const char *label, gboolean begins)
{
  WaveFilterCandidate *candidate;

  if (!g_hash_table_add (completion->seen, g_strdup (text)))
    {
      g_free (text);
      return;
    }
  candidate = g_new0 (WaveFilterCandidate, 1);
  candidate->text = text;
  candidate->label = g_strdup (label);
  candidate->start = completion->start;
  candidate->end = completion->end;
  if (begins)
    g_ptr_array_insert (completion->candidates, completion->n_first++, candidate);
  else
    g_ptr_array_add (completion->candidates, candidate);
}

static void
add_value (const char *value, const char *label, gpointer data)
{
  Completion *completion = data;
  g_autofree char *folded = g_utf8_casefold (value, -1);
  g_autofree char *folded_label = label != NULL ? g_utf8_casefold (label, -1) : NULL;
  g_autofree char *wanted = g_utf8_casefold (completion->prefix, -1);
  gboolean begins = g_str_has_prefix (folded, wanted) || (folded_label != NULL && g_str_has_prefix (folded_label, wanted));

  /* A value that has been typed wholly needs no proposal. */
  if (strcmp (value, completion->prefix) == 0 || completion->candidates->len > 10 * MOST_CANDIDATES)
    return;
  if (begins || strstr (folded, wanted) != NULL || (folded_label != NULL && strstr (folded_label, wanted) != NULL))
    propose (completion, wave_filter_quote (completion->key, value), label, begins);
}

static void
complete_value (Completion *completion, const WaveFilterKey *key, WaveFilterValuesFunc values, gpointer user_data)
{
  static const char *const numbers[][4] = {
    [WAVE_TERM_SIZE] = { "size>1k", "size>10k", "size>100k", NULL },
    [WAVE_TERM_LATENCY] = { "latency>100ms", "latency>1s", "latency>10s", NULL },
    [WAVE_TERM_GAP] = { "gap>1s", "gap>5s", "gap>1m", NULL },
    [WAVE_TERM_TIME] = { "time>-1m", "time>-10m", "time:today", NULL },
    [WAVE_TERM_POS] = { NULL },
  };

  if (key->is_number)
    {
      if (*completion->prefix == '\0')
        for (guint i = 0; i < 4 && numbers[key->term][i] != NULL; i++)
          propose (completion, g_strdup (numbers[key->term][i]), NULL, FALSE);
      return;
    }
  if (key->term == WAVE_TERM_IS)
    for (const WaveFilterFlag *flag = wave_filter_flags; flag->name != NULL; flag++)
      add_value (flag->name, _(flag->help), completion);
  if (key->term == WAVE_TERM_TYPE)
    {
      for (guint i = 0; i < WAVE_N_EVENT_KINDS; i++)
        add_value (wave_catalogue_get (i)->nick, wave_catalogue_get (i)->wire_name, completion);
      for (guint i = 0; i < WAVE_N_CATEGORIES; i++)
        add_value (wave_category_get_nick (i), NULL, completion);
    }
  if (values != NULL)
    values (key->name, completion->prefix, add_value, completion, user_data);
}

static void
complete_key (Completion *completion)
{
  const char *typed = completion->prefix;
  gsize length = strlen (typed);

  for (const WaveFilterKey *key = wave_filter_keys; key->name != NULL; key++)
    if (g_ascii_strncasecmp (key->name, typed, length) == 0)
      propose (completion, key->is_number && key->term != WAVE_TERM_POS && key->term != WAVE_TERM_TIME ? g_strconcat (key->name, ">", NULL)
                                                                                                         : g_strconcat (key->name, ":", NULL),
               _(key->help), FALSE);
  if (length == 0)
    return;
  for (const WaveFilterFlag *flag = wave_filter_flags; flag->name != NULL; flag++)
    if (g_ascii_strncasecmp (flag->name, typed, length) == 0)
      propose (completion, g_strconcat ("is:", flag->name, NULL), _(flag->help), FALSE);
  for (guint i = WAVE_EVENT_HELLO; i < WAVE_N_EVENT_KINDS; i++)
    if (g_ascii_strncasecmp (wave_catalogue_get (i)->nick, typed, length) == 0)
      propose (completion, g_strconcat ("type:", wave_catalogue_get (i)->nick, NULL), wave_catalogue_get (i)->wire_name, FALSE);
}

/* Where the word that @cursor stands in begins, brackets and minus signs left out. */
static gsize
word_start (const char *text, gsize cursor)
{
  gsize start = 0;
  gboolean quoted = FALSE;

  for (gsize at = 0; at < cursor && text[at] != '\0'; at++)
    if (text[at] == '\\' && at + 1 < cursor)
      at++;
    else if (text[at] == '"')
      quoted = !quoted;
    else if (!quoted && (g_ascii_isspace (text[at]) || text[at] == '(' || text[at] == ')' || (text[at] == '-' && at == start)))
      start = at + 1;
  return MIN (start, cursor);
}

GPtrArray *
wave_filter_complete (const char *text, gsize cursor, WaveFilterValuesFunc values, gpointer user_data)
{
  Completion completion = { 0 };
  g_autofree char *word = NULL;
  gsize length = strlen (text), key_length;
  const WaveFilterKey *key = NULL;

  cursor = MIN (cursor, length);
  while (cursor > 0 && (text[cursor] & 0xC0) == 0x80)
    cursor--;
  completion.candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_filter_candidate_free);
  completion.seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  completion.start = word_start (text, cursor);
  completion.end = cursor;
  while (completion.end < length && !g_ascii_isspace (text[completion.end]) && strchr ("()", text[completion.end]) == NULL)
    completion.end++;
  word = g_strndup (text + completion.start, cursor - completion.start);
  if (!g_utf8_validate (word, -1, NULL))
    *word = '\0';

  key_length = strcspn (word, ":<>=");
  if (word[key_length] != '\0')
    key = wave_filter_find_key (word, key_length);
  if (key != NULL)
    {
      const char *value = word + key_length + 1;
      const char *last = strrchr (value, '|');

      if (last != NULL && *value != '"')
        {
          /* Only the last alternative is replaced, and needs no key before it. */
          completion.start += last + 1 - word;
          completion.prefix = g_strdup (last + 1);
          completion.key = NULL;
        }
      else
        {
          completion.prefix = g_strdup (*value == '"' ? value + 1 : value);
          completion.key = key->name;
        }
      if (*completion.prefix != '\0' && completion.prefix[strlen (completion.prefix) - 1] == '"')
        completion.prefix[strlen (completion.prefix) - 1] = '\0';
      complete_value (&completion, key, values, user_data);
    }
  else if (word[key_length] == '\0' && *word != '"' && *word != '/')
    {
      completion.prefix = g_strdup (word);
      complete_key (&completion);
    }
  if (completion.candidates->len > MOST_CANDIDATES)
    g_ptr_array_set_size (completion.candidates, MOST_CANDIDATES);
  g_hash_table_unref (completion.seen);
  g_free (completion.prefix);
  return completion.candidates;
}

/* ---------------------------------------------------------------- help */

char *
wave_filter_get_help (void)
{
  static const struct { const char *example; const char *meaning; } lines[] = {
    { "atlas", N_("“atlas” anywhere in the event as received, or in the names of its room or sender; upper and lower case are the same") },
    { "\"two words\"", N_("these words with the space between them; “\\\"” is a quotation mark, “\\\\” a backslash") },
    { "time*out", N_("“*” stands for anything") },
    { "/tim(e|ing)/i", N_("a regular expression; “i” makes upper and lower case the same") },
    { NULL, NULL },
    { "type:message", N_("by the name on the wire, the short name, or the category; “type:message|chunk” for either, “type:swp.ai.*” for a family") },
    { "room:atlas", N_("“atlas” in the id or the name of the room; room:\"Atlas\" for exactly that") },
    { "from:scout", N_("likewise for the sender") },
    { "id:evt-7f21", N_("the event with this id") },
    { "text:hello", N_("only in what the event says to people, with escapes undone") },
    { "is:ai", N_("durable, ephemeral, ai, malformed, unknown or caught-up (fetched by sync)") },
    { "size>10k", N_("the size of the frame; also <, >=, <=, = and ranges such as size:1k..2k") },
    { "latency>500ms", N_("time from origin to arrival: us, ms (also without a unit), s, m, h") },
    { "gap>1s", N_("the silence before the event") },
    { "pos:88000..88250", N_("position in the stream; either end of a range may be left out") },
    { "time:14:30..14:35", N_("time of arrival: 14:30:05.250, 2026-06-02, 2026-06-02T14:30, with Z for UTC, today, yesterday, or -5m for five minutes ago") },
    { NULL, NULL },
    { "atlas type:message", N_("both; “and” may stand between them") },
    { "type:typing or type:presence", N_("either; “and” binds more tightly than “or”") },
    { "-type:chunk", N_("all but these; so does “not type:chunk”") },
    { "-(type:chunk from:scout)", N_("brackets group") },
  };
  GString *help = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    if (lines[i].example == NULL)
      g_string_append_c (help, '\n');
    else
      g_string_append_printf (help, "%s\t%s\n", lines[i].example, _(lines[i].meaning));
  return g_string_free (help, FALSE);
}
