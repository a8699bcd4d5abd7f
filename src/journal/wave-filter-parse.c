// SPDX-License-Identifier: GPL-3.0-or-later
// From text to an expression. The grammar:
//   or   = and { "or" and }            and  = not { [ "and" ] not }
//   not  = ( "-" | "not" ) not | "(" or ")" | term
//   term = [ KEY ( ":" | "<" | "<=" | ">" | ">=" | "=" ) ] value { "|" value }     value = word | "quoted" | /regex/ [ "i" ]
#include "config.h"

#include "journal/wave-filter-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "journal/wave-journal.h"

/* What a regular expression may try on one event before it counts as not matching. */
#define MATCH_LIMIT "(*LIMIT_MATCH=200000)"

const WaveFilterKey wave_filter_keys[] = {
  { "type", WAVE_TERM_TYPE, FALSE, N_("type, short name or category of the event") },
  { "room", WAVE_TERM_ROOM, FALSE, N_("id or name of the room") },
  { "from", WAVE_TERM_FROM, FALSE, N_("id or name of the sender") },
  { "id", WAVE_TERM_ID, FALSE, N_("id of the event") },
  { "text", WAVE_TERM_TEXT, FALSE, N_("what the event says to people") },
  { "is", WAVE_TERM_IS, FALSE, N_("durable, ephemeral, ai, malformed, unknown or caught-up") },
  { "size", WAVE_TERM_SIZE, TRUE, N_("size of the frame") },
  { "latency", WAVE_TERM_LATENCY, TRUE, N_("time from origin to arrival") },
  { "gap", WAVE_TERM_GAP, TRUE, N_("silence before the event") },
  { "pos", WAVE_TERM_POS, TRUE, N_("position in the stream") },
  { "time", WAVE_TERM_TIME, TRUE, N_("time of arrival") },
  { NULL, WAVE_TERM_WORD, FALSE, NULL },
};

const WaveFilterFlag wave_filter_flags[] = {
  { "durable", WAVE_EVENT_IS_DURABLE, WAVE_EVENT_IS_DURABLE, N_("has a position: can be fetched again") },
  { "ephemeral", WAVE_EVENT_IS_DURABLE, 0, N_("gone if missed") },
  { "ai", WAVE_EVENT_IS_AI, WAVE_EVENT_IS_AI, N_("about or by an AI") },
  { "malformed", WAVE_EVENT_IS_MALFORMED, WAVE_EVENT_IS_MALFORMED, N_("not what the documentation says") },
  { "unknown", WAVE_EVENT_IS_UNKNOWN, WAVE_EVENT_IS_UNKNOWN, N_("of a type that is not known") },
  { "caught-up", WAVE_EVENT_IS_CAUGHT_UP, WAVE_EVENT_IS_CAUGHT_UP, N_("fetched by sync after a gap") },
  { NULL, 0, 0, NULL },
};

/* One value as typed. */
typedef struct {
  gsize start, end;
  GString *text;    /* escapes undone */
  GString *pattern; /* the same as a regular expression */
  gboolean quoted, is_glob, is_regex, ignore_case;
} Value;

typedef struct {
  const char *text;
  gsize at;
  gint64 now;
  guint depth;
  guint n_slots;
  gboolean failed;
  WaveFilterFault fault;
  char *message;
} Parser;

static WaveFilterNode *parse_or (Parser *parser);

/* The first fault is the one that counts. */
static gpointer fail (Parser *parser, gsize start, gsize end, const char *format, ...) G_GNUC_PRINTF (4, 5);
static gpointer
fail (Parser *parser, gsize start, gsize end, const char *format, ...)
{
  va_list arguments;

  if (parser->failed)
    return NULL;
  parser->failed = TRUE;
  /* The end of the text is shown at its last character. */
  if (end <= start)
    {
      end = start;
      start = start > 0 ? (gsize) (g_utf8_find_prev_char (parser->text, parser->text + start) - parser->text) : 0;
      end = MAX (end, start + 1);
    }
  parser->fault = (WaveFilterFault) { start, end };
  va_start (arguments, format);
  parser->message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return NULL;
}

void
wave_filter_node_free (WaveFilterNode *node)
{
  if (node == NULL)
    return;
  wave_filter_node_free (node->left);
  wave_filter_node_free (node->right);
  g_free (node->text);
  g_free (node->folded);
  wave_search_clear (&node->search);
  g_clear_pointer (&node->regex, g_regex_unref);
  g_clear_pointer (&node->raw_regex, g_regex_unref);
  g_free (node);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveFilterNode, wave_filter_node_free)

static void
value_free (Value *value)
{
  g_string_free (value->text, TRUE);
  g_string_free (value->pattern, TRUE);
  g_free (value);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Value, value_free)

static WaveFilterNode *
node_new (WaveNodeKind kind, WaveFilterNode *left, WaveFilterNode *right)
{
  WaveFilterNode *node = g_new0 (WaveFilterNode, 1);

  node->kind = kind;
  node->left = left;
  node->right = right;
  return node;
}

static void
skip_blanks (Parser *parser)
{
  while (g_ascii_isspace (parser->text[parser->at]))
    parser->at++;
}

static gboolean
ends_word (char c)
{
  return c == '\0' || g_ascii_isspace (c) || c == '(' || c == ')';
}

/* Whether the operator @word stands here, as a word of its own. */
static gboolean
stands (Parser *parser, const char *word)
{
  gsize length = strlen (word);

  return g_ascii_strncasecmp (parser->text + parser->at, word, length) == 0 && ends_word (parser->text[parser->at + length]);
}

const WaveFilterKey *
wave_filter_find_key (const char *text, gsize length)
{
  for (const WaveFilterKey *key = wave_filter_keys; key->name != NULL; key++)
    if (strlen (key->name) == length && g_ascii_strncasecmp (key->name, text, length) == 0)
      return key;
  return NULL;
}

/* ---------------------------------------------------------------- values */

static void
value_add (Value *value, char c)
{
  g_string_append_c (value->text, c);
  if (g_ascii_ispunct (c))
    g_string_append_c (value->pattern, '\\');
  g_string_append_c (value->pattern, c);
}

static gboolean
parse_quoted (Parser *parser, Value *value)
{
  const char *text = parser->text;

  value->quoted = TRUE;
  for (parser->at++; text[parser->at] != '"'; parser->at++)
    {
      if (text[parser->at] == '\\' && text[parser->at + 1] != '\0')
        parser->at++;
      if (text[parser->at] == '\0')
        {
          fail (parser, value->start, parser->at, _("The quotation mark is never closed"));
          return FALSE;
        }
      value_add (value, text[parser->at]);
    }
  parser->at++;
  return TRUE;
}

static gboolean
parse_regex (Parser *parser, Value *value)
{
  const char *text = parser->text;

  value->is_regex = TRUE;
  for (parser->at++; text[parser->at] != '/'; parser->at++)
    {
      if (text[parser->at] == '\0')
        {
          fail (parser, value->start, parser->at, _("The regular expression needs a “/” at its end; quote the word to look for a slash"));
          return FALSE;
        }
      if (text[parser->at] == '\\' && text[parser->at + 1] != '\0')
        {
          if (text[parser->at + 1] != '/')
            g_string_append_c (value->pattern, '\\');
          parser->at++;
        }
      g_string_append_c (value->pattern, text[parser->at]);
    }
  parser->at++;
  if (text[parser->at] == 'i' && (ends_word (text[parser->at + 1]) || text[parser->at + 1] == '|'))
    {
      value->ignore_case = TRUE;
      parser->at++;
    }
  if (value->pattern->len == 0)
    {
      fail (parser, value->start, parser->at, _("The regular expression is empty"));
      return FALSE;
    }
  return TRUE;
}

static Value *
parse_value (Parser *parser, gboolean is_number, gboolean splits)
{
  g_autoptr (Value) value = g_new0 (Value, 1);
  const char *text = parser->text;

  value->start = parser->at;
  value->text = g_string_new (NULL);
  value->pattern = g_string_new (NULL);
  if (text[parser->at] == '"')
    {
      if (!parse_quoted (parser, value))
        return NULL;
    }
  else if (text[parser->at] == '/' && !is_number)
    {
      if (!parse_regex (parser, value))
        return NULL;
    }
  else
    for (; !ends_word (text[parser->at]) && !(splits && text[parser->at] == '|'); parser->at++)
      if (text[parser->at] == '*' && !is_number)
        {
          value->is_glob = TRUE;
          g_string_append_c (value->text, '*');
          g_string_append (value->pattern, ".*");
        }
      else
        {
          if (text[parser->at] == '\\')
            {
              if (text[parser->at + 1] == '\0')
                return fail (parser, parser->at, parser->at + 1, _("A backslash needs a character after it"));
              parser->at++;
            }
          value_add (value, text[parser->at]);
        }
  value->end = parser->at;
  if (value->quoted || value->is_regex)
    {
      if (!ends_word (text[parser->at]) && !(splits && text[parser->at] == '|'))
        return fail (parser, parser->at, parser->at + 1, _("There must be a space after the closing “%c”"), value->quoted ? '"' : '/');
    }
  return g_steal_pointer (&value);
}

/* Bytes, µs or a position. Returns: FALSE when it is no number with a unit */
static gboolean
read_number (const char *text, gsize length, WaveTerm term, gint64 *number)
{
  static const struct { const char *unit; double size; } sizes[] = {
    { "", 1 }, { "b", 1 }, { "k", 1024 }, { "kb", 1024 }, { "kib", 1024 }, { "m", 1048576 }, { "mb", 1048576 }, { "mib", 1048576 }, { NULL, 0 },
  }, times[] = {
    { "", 1e3 }, { "us", 1 }, { "µs", 1 }, { "ms", 1e3 }, { "s", 1e6 }, { "m", 60e6 }, { "min", 60e6 }, { "h", 3600e6 }, { "d", 86400e6 }, { NULL, 0 },
  }, counts[] = { { "", 1 }, { NULL, 0 } };
  const typeof (sizes[0]) *units = term == WAVE_TERM_SIZE ? sizes : term == WAVE_TERM_POS ? counts : times;
  g_autofree char *copy = g_strndup (text, length);
  char *end;
  double value;

  if (!g_ascii_isdigit (copy[0]) && !(term == WAVE_TERM_LATENCY && copy[0] == '-' && g_ascii_isdigit (copy[1])))
    return FALSE;
  if (term == WAVE_TERM_POS)
    return g_ascii_string_to_signed (copy, 10, 0, G_MAXINT64, number, NULL);
  if (copy[0] == '0' && (copy[1] == 'x' || copy[1] == 'X'))
    return FALSE;
  value = g_ascii_strtod (copy, &end);
  for (guint i = 0; units[i].unit != NULL; i++)
    if (g_ascii_strcasecmp (end, units[i].unit) == 0)
      {
        value *= units[i].size;
        if (!(value > -9e15 && value < 9e15))
          return FALSE;
        *number = (gint64) (value < 0 ? value - 0.5 : value + 0.5);
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_digits (const char **at, guint n, int *number)
{
  *number = 0;
  for (guint i = 0; i < n; i++, (*at)++)
    {
      if (!g_ascii_isdigit (**at))
        return FALSE;
      *number = *number * 10 + (**at - '0');
    }
  return TRUE;
}

/* [YYYY-MM-DD][T]HH:MM[:SS[.fff]][Z], today, yesterday, now, or -5m: the span of time that it names. */
static gboolean
read_time (const char *text, gsize length, gint64 now, gint64 *first, gint64 *last)
{
  g_autofree char *copy = g_strndup (text, length);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (now);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) start = NULL;
  const char *at = copy;
  int year, month, day, hour = 0, minute = 0, second = 0;
  gint64 span = 86400 * (gint64) G_USEC_PER_SEC, fraction = 0, ago;

  if (g_ascii_strcasecmp (copy, "now") == 0)
    {
      *first = *last = now;
      return TRUE;
    }
  if (copy[0] == '-')
    {
      if (!read_number (copy + 1, length - 1, WAVE_TERM_GAP, &ago) || g_ascii_isdigit (copy[length - 1]))
        return FALSE;
      *first = *last = now - ago;
      return TRUE;
    }
  g_date_time_get_ymd (local, &year, &month, &day);
  if (g_ascii_strcasecmp (copy, "today") == 0)
    at += 5;
  else if (g_ascii_strcasecmp (copy, "yesterday") == 0)
    {
      g_autoptr (GDateTime) before = g_date_time_add_days (local, -1);

      g_date_time_get_ymd (before, &year, &month, &day);
      at += 9;
    }
  else
    {
      if (length >= 10 && copy[4] == '-')
        {
          if (!read_digits (&at, 4, &year) || *at++ != '-' || !read_digits (&at, 2, &month) || *at++ != '-' || !read_digits (&at, 2, &day))
            return FALSE;
          if (*at == 'T' || *at == 't' || *at == '_')
            at++;
          else if (*at != '\0')
            return FALSE;
        }
      if (*at != '\0' || at == copy)
        {
          if (!read_digits (&at, 2, &hour) || *at++ != ':' || !read_digits (&at, 2, &minute))
            return FALSE;
          span = 60 * (gint64) G_USEC_PER_SEC;
          if (*at == ':')
            {
              at++;
              if (!read_digits (&at, 2, &second))
                return FALSE;
              span = G_USEC_PER_SEC;
              if (*at == '.')
                for (at++; g_ascii_isdigit (*at) && span > 1; at++)
                  {
                    span /= 10;
                    fraction += (*at - '0') * span;
                  }
            }
          if (*at == 'Z' || *at == 'z')
            {
              g_clear_pointer (&zone, g_time_zone_unref);
              zone = g_time_zone_new_utc ();
              at++;
            }
        }
    }
  if (*at != '\0')
    return FALSE;
  start = g_date_time_new (zone, year, month, day, hour, minute, second);
  if (start == NULL)
    return FALSE;
  *first = g_date_time_to_unix_usec (start) + fraction;
  if (span == 86400 * (gint64) G_USEC_PER_SEC)
    {
      g_autoptr (GDateTime) next = g_date_time_add_days (start, 1); /* a day with a change of the clocks is not 24 hours long */

      span = g_date_time_to_unix_usec (next) - *first;
    }
  *last = *first + span - 1;
  return TRUE;
}

static gboolean
read_bound (Parser *parser, WaveTerm term, const char *text, gsize length, gint64 *first, gint64 *last)
{
  if (term == WAVE_TERM_TIME)
    return read_time (text, length, parser->now, first, last);
  if (!read_number (text, length, term, first))
    return FALSE;
  *last = *first;
  return TRUE;
}

static gpointer
fail_number (Parser *parser, WaveTerm term, gsize start, gsize end, const char *text)
{
  switch (term)
    {
    case WAVE_TERM_SIZE:
      return fail (parser, start, end, _("“%s” is no size; write one like 512, 10k or 2M"), text);
    case WAVE_TERM_POS:
      return fail (parser, start, end, _("“%s” is no position; write a whole number, or a range like 100..200"), text);
    case WAVE_TERM_TIME:
      return fail (parser, start, end, _("“%s” is no time; write one like 14:30, 2026-06-02T07:16:09, -5m or today, or a range with “..”"), text);
    default:
      return fail (parser, start, end, _("“%s” is no length of time; write one like 200ms, 1.5s or 2m"), text);
    }
}

/* @op: ':' for equal or a range, '<', '>', and with 0x80 "or equal". */
static WaveFilterNode *
number_node (Parser *parser, WaveTerm term, guint op, const Value *value)
{
  g_autoptr (WaveFilterNode) node = node_new (WAVE_NODE_TERM, NULL, NULL);
  const char *text = value->text->str;
  const char *dots = strstr (text, "..");
  gint64 first, last;

  node->term = term;
  node->slot = parser->n_slots++;
  node->min = G_MININT64 + 1; /* what is not known is G_MININT64, and in no range */
  node->max = G_MAXINT64;
  if (dots != NULL && op == ':')
    {
      if (dots > text)
        {
          if (!read_bound (parser, term, text, dots - text, &node->min, &last))
            return fail_number (parser, term, value->start, value->end, text);
        }
      if (dots[2] != '\0')
        {
          if (!read_bound (parser, term, dots + 2, strlen (dots + 2), &first, &node->max))
            return fail_number (parser, term, value->start, value->end, text);
        }
      if (node->min > node->max)
        return fail (parser, value->start, value->end, _("The range ends before it begins"));
      return g_steal_pointer (&node);
    }
  if (!read_bound (parser, term, text, value->text->len, &first, &last))
    return fail_number (parser, term, value->start, value->end, text);
  switch (op)
    {
    case '>':
      node->min = last + 1;
      break;
    case '>' | 0x80:
      node->min = first;
      break;
    case '<':
      node->max = first - 1;
      break;
    case '<' | 0x80:
      node->max = last;
      break;
    default:
      node->min = first;
      node->max = last;
    }
  return g_steal_pointer (&node);
}

static GRegex *
compile (Parser *parser, const Value *value, const char *pattern, GRegexCompileFlags flags)
{
  g_autofree char *limited = g_strconcat (MATCH_LIMIT, pattern, NULL);
  g_autoptr (GError) error = NULL;
  GRegex *regex = g_regex_new (limited, flags | G_REGEX_OPTIMIZE, 0, &error);

  if (regex == NULL)
    {
      g_autofree char *why = g_strdup (error->message);
      const char *cut = strrchr (why, ':');

      /* The library's sentence quotes the whole pattern first; its reason stands last. */
      return fail (parser, value->start, value->end, _("The regular expression is wrong: %s"), cut != NULL && cut[1] == ' ' ? cut + 2 : why);
    }
  return regex;
}

static gboolean
is_plain (const char *text)
{
  for (; *text != '\0'; text++)
    if (*text < 0x20 || *text == 0x7f || strchr ("\"\\/<>&", *text) != NULL) /* char is signed or not: both are not ASCII above */
      return FALSE;
    else if ((guchar) *text >= 0x80)
      return FALSE;
  return TRUE;
}

static WaveFilterNode *
text_node (Parser *parser, WaveTerm term, const Value *value)
{
  g_autoptr (WaveFilterNode) node = node_new (WAVE_NODE_TERM, NULL, NULL);

  node->term = term;
  node->slot = parser->n_slots++;
  node->exact = value->quoted;
  if (value->is_glob || value->is_regex)
    {
      gboolean anchored = value->is_glob && term != WAVE_TERM_WORD && term != WAVE_TERM_TEXT;
      g_autofree char *pattern = anchored ? g_strconcat ("\\A(?:", value->pattern->str, ")\\z", NULL) : g_strdup (value->pattern->str);
      GRegexCompileFlags flags = value->is_glob ? G_REGEX_CASELESS | G_REGEX_DOTALL : value->ignore_case ? G_REGEX_CASELESS : 0;

      node->regex = compile (parser, value, pattern, flags);
      if (node->regex == NULL)
        return NULL;
      node->raw_regex = compile (parser, value, pattern, flags | G_REGEX_RAW);
      if (node->raw_regex == NULL)
        return NULL;
      return g_steal_pointer (&node);
    }
  node->text = g_strdup (value->text->str);
  node->folded = g_utf8_casefold (node->text, -1);
  node->plain = is_plain (node->text);
  wave_search_init (&node->search, node->text, strlen (node->text));
  return g_steal_pointer (&node);
}

static WaveFilterNode *
flag_node (Parser *parser, const Value *value)
{
  for (const WaveFilterFlag *flag = wave_filter_flags; flag->name != NULL; flag++)
    if (!value->is_glob && !value->is_regex && g_ascii_strcasecmp (flag->name, value->text->str) == 0)
      {
        WaveFilterNode *node = node_new (WAVE_NODE_TERM, NULL, NULL);

        node->term = WAVE_TERM_IS;
        node->slot = parser->n_slots++;
        node->flags = flag->flags;
        node->wanted = flag->wanted;
        return node;
      }
  return fail (parser, value->start, value->end, _("“is:” takes durable, ephemeral, ai, malformed, unknown or caught-up"));
}

/* ---------------------------------------------------------------- terms and operators */

/* Letters and what follows them, if that looks like a key. Returns: its length without the operator; 0 when it is no key */
static gsize
key_length (const char *text)
{
  gsize length = 0;

  while (g_ascii_isalpha (text[length]) || (length > 0 && (text[length] == '-' || text[length] == '_')))
    length++;
  return length > 0 && strchr (":<>=", text[length]) != NULL && text[length] != '\0' ? length : 0;
}

static guint
parse_op (Parser *parser, gsize *length)
{
  const char *text = parser->text + *length;
  guint op = *text == '=' ? ':' : (guint) *text;

  (*length)++;
  if (op == ':' && (text[1] == '<' || text[1] == '>'))
    {
      op = text[1];
      text++;
      (*length)++;
    }
  if (op != ':' && text[1] == '=')
    {
      op |= 0x80;
      (*length)++;
    }
  return op;
}

static WaveFilterNode *
parse_term (Parser *parser)
{
  gsize start = parser->at, length = key_length (parser->text + start), after;
  const WaveFilterKey *key = NULL;
  g_autoptr (WaveFilterNode) node = NULL;
  guint op = ':';

  if (length > 0)
    {
      key = wave_filter_find_key (parser->text + start, length);
      after = start + length;
      if (key == NULL && parser->text[after] == ':')
        return fail (parser, start, after + 1, _("There is no key “%.*s”; quote the word to look for it as text"), (int) MIN (length, 40),
                     parser->text + start);
      if (key != NULL)
        {
          op = parse_op (parser, &after);
          if (!key->is_number && (op != ':' || parser->text[start + length] != ':'))
            return fail (parser, start, after, _("“%s” takes a colon: %s:…"), key->name, key->name);
          parser->at = after;
        }
    }
  do
    {
      g_autoptr (Value) value = NULL;
      WaveFilterNode *one;

      if (node != NULL)
        parser->at++; /* the "|" */
      if (parser->n_slots >= WAVE_FILTER_TERM_LIMIT)
        return fail (parser, start, parser->at + 1, _("This filter has more than %d terms"), WAVE_FILTER_TERM_LIMIT);
      value = parse_value (parser, key != NULL && key->is_number, key != NULL);
      if (value == NULL)
        return NULL;
      if (value->text->len == 0 && !value->is_regex && (key != NULL || !value->quoted))
        return fail (parser, start, parser->at, _("“%.*s” needs a value"), (int) (value->start - start), parser->text + start);
      one = key == NULL         ? text_node (parser, WAVE_TERM_WORD, value)
            : key->is_number    ? number_node (parser, key->term, op, value)
            : key->term == WAVE_TERM_IS ? flag_node (parser, value)
                                : text_node (parser, key->term, value);
      if (one == NULL)
        return NULL;
      node = node == NULL ? one : node_new (WAVE_NODE_OR, g_steal_pointer (&node), one);
    }
  while (key != NULL && parser->text[parser->at] == '|');
  return g_steal_pointer (&node);
}

static WaveFilterNode *
parse_not (Parser *parser)
{
  g_autoptr (WaveFilterNode) node = NULL;
  gsize start;
  gboolean negated = FALSE;

  skip_blanks (parser);
  start = parser->at;
  if (parser->depth >= WAVE_FILTER_DEPTH_LIMIT)
    return fail (parser, start, start + 1, _("This filter is nested too deeply"));
  if (stands (parser, "not"))
    {
      negated = TRUE;
      parser->at += 3;
    }
  else if (parser->text[start] == '-' && !ends_word (parser->text[start + 1]))
    {
      negated = TRUE;
      parser->at++;
    }
  else if (parser->text[start] == '-' && parser->text[start + 1] == '(')
    {
      negated = TRUE;
      parser->at++;
    }
  if (negated)
    {
      WaveFilterNode *inner;

      skip_blanks (parser);
      if (parser->text[parser->at] == '\0' || parser->text[parser->at] == ')')
        return fail (parser, start, parser->at, _("There is nothing after “%s” to exclude"), parser->text[start] == '-' ? "-" : "not");
      parser->depth++;
      inner = parse_not (parser);
      parser->depth--;
      return inner != NULL ? node_new (WAVE_NODE_NOT, inner, NULL) : NULL;
    }
  if (parser->text[start] == '(')
    {
      parser->at++;
      parser->depth++;
      skip_blanks (parser);
      if (parser->text[parser->at] == ')')
        return fail (parser, start, parser->at + 1, _("There is nothing between the brackets"));
      node = parse_or (parser);
      parser->depth--;
      if (node == NULL)
        return NULL;
      if (parser->text[parser->at] != ')')
        return fail (parser, start, start + 1, _("The bracket is never closed"));
      parser->at++;
      return g_steal_pointer (&node);
    }
  if (stands (parser, "and") || stands (parser, "or"))
    return fail (parser, start, start + (g_ascii_tolower (parser->text[start]) == 'a' ? 3 : 2),
                 _("Something to look for is missing beside “%.*s”; quote the word to look for it"),
                 g_ascii_tolower (parser->text[start]) == 'a' ? 3 : 2, parser->text + start);
  if (parser->text[start] == ')')
    return fail (parser, start, start + 1, _("There is no open bracket to close"));
  if (parser->text[start] == '\0')
    return fail (parser, start, start, _("The expression ends too early"));
  return parse_term (parser);
}

static WaveFilterNode *
parse_and (Parser *parser)
{
  g_autoptr (WaveFilterNode) node = parse_not (parser);

  while (node != NULL)
    {
      WaveFilterNode *right;

      skip_blanks (parser);
      if (parser->text[parser->at] == '\0' || parser->text[parser->at] == ')' || stands (parser, "or"))
        break;
      if (stands (parser, "and"))
        {
          gsize start = parser->at;

          parser->at += 3;
          skip_blanks (parser);
          if (parser->text[parser->at] == '\0' || parser->text[parser->at] == ')')
            return fail (parser, start, start + 3, _("Something to look for is missing after “and”; quote the word to look for it"));
        }
      right = parse_not (parser);
      if (right == NULL)
        return NULL;
      node = node_new (WAVE_NODE_AND, g_steal_pointer (&node), right);
    }
  return g_steal_pointer (&node);
}

static WaveFilterNode *
parse_or (Parser *parser)
{
  g_autoptr (WaveFilterNode) node = parse_and (parser);

  while (node != NULL && stands (parser, "or"))
    {
      gsize start = parser->at;
      WaveFilterNode *right;

      parser->at += 2;
      skip_blanks (parser);
      if (parser->text[parser->at] == '\0' || parser->text[parser->at] == ')')
        return fail (parser, start, start + 2, _("Something to look for is missing after “or”; quote the word to look for it"));
      right = parse_and (parser);
      if (right == NULL)
        return NULL;
      node = node_new (WAVE_NODE_OR, g_steal_pointer (&node), right);
    }
  return g_steal_pointer (&node);
}

WaveFilterNode *
wave_filter_parse (const char *text, gint64 now_wall_us, guint *n_slots, WaveFilterFault *fault, GError **error)
{
  Parser parser = { .text = text, .now = now_wall_us };
  WaveFilterNode *node = NULL;
  gsize length = strlen (text);
  const char *bad;

  if (length > WAVE_FILTER_LENGTH_LIMIT)
    fail (&parser, WAVE_FILTER_LENGTH_LIMIT, length, _("This filter is too long"));
  else if (!g_utf8_validate (text, -1, &bad))
    fail (&parser, bad - text, bad - text + 1, _("This is not text in UTF-8"));
  else
    {
      skip_blanks (&parser);
      if (text[parser.at] == '\0')
        node = node_new (WAVE_NODE_ALL, NULL, NULL);
      else
        node = parse_or (&parser);
      if (node != NULL && text[parser.at] != '\0')
        fail (&parser, parser.at, parser.at + 1, _("There is no open bracket to close"));
    }
  if (parser.failed)
    {
      g_clear_pointer (&node, wave_filter_node_free);
      /* Something that is missing may be missing behind the end. */
      parser.fault.end = MIN (parser.fault.end, MAX (length, 1));
      parser.fault.start = MIN (parser.fault.start, parser.fault.end - 1);
      /* Whole characters, so that the underline is. */
      while (parser.fault.start > 0 && (text[parser.fault.start] & 0xC0) == 0x80)
        parser.fault.start--;
      while (parser.fault.end < length && (text[parser.fault.end] & 0xC0) == 0x80)
        parser.fault.end++;
      if (fault != NULL)
        *fault = parser.fault;
      g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_FILTER, "%s", parser.message);
      g_free (parser.message);
    }
  *n_slots = parser.n_slots;
  return node;
}
