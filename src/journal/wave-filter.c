// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "journal/wave-filter-private.h"

#include <string.h>

#include "protocol/wave-catalogue.h"

/* The answers to one term about strings that come again and again. */
typedef struct {
  guint8 *known; /* by number: 0 not asked yet, 1 no, 2 yes */
  guint n;
} Memory;

struct _WaveFilterRun
{
  WaveFilter *filter;
  Memory *memories; /* one a slot; words have a second one for senders */
};

G_DEFINE_BOXED_TYPE (WaveFilter, wave_filter, wave_filter_ref, wave_filter_unref)

WaveFilter *
wave_filter_new (const char *text, gint64 now_wall_us, WaveFilterFault *fault, GError **error)
{
  WaveFilterNode *root;
  WaveFilter *filter;
  guint n_slots;

  g_return_val_if_fail (text != NULL, NULL);

  root = wave_filter_parse (text, now_wall_us > 0 ? now_wall_us : g_get_real_time (), &n_slots, fault, error);
  if (root == NULL)
    return NULL;
  filter = g_new0 (WaveFilter, 1);
  g_atomic_ref_count_init (&filter->ref_count);
  filter->text = g_strdup (text);
  filter->root = root;
  filter->n_slots = n_slots;
  return filter;
}

WaveFilter *
wave_filter_ref (WaveFilter *filter)
{
  g_atomic_ref_count_inc (&filter->ref_count);
  return filter;
}

void
wave_filter_unref (WaveFilter *filter)
{
  if (!g_atomic_ref_count_dec (&filter->ref_count))
    return;
  wave_filter_node_free (filter->root);
  g_free (filter->text);
  g_free (filter);
}

const char *
wave_filter_get_text (WaveFilter *filter)
{
  return filter->text;
}

gboolean
wave_filter_is_empty (WaveFilter *filter)
{
  return filter->root->kind == WAVE_NODE_ALL;
}

WaveFilterRun *
wave_filter_run_new (WaveFilter *filter)
{
  WaveFilterRun *run = g_new0 (WaveFilterRun, 1);

  run->filter = wave_filter_ref (filter);
  run->memories = g_new0 (Memory, MAX (filter->n_slots, 1) * 2);
  return run;
}

void
wave_filter_run_forget (WaveFilterRun *run)
{
  for (guint i = 0; i < run->filter->n_slots * 2; i++)
    {
      g_clear_pointer (&run->memories[i].known, g_free);
      run->memories[i].n = 0;
    }
}

void
wave_filter_run_free (WaveFilterRun *run)
{
  wave_filter_run_forget (run);
  g_free (run->memories);
  wave_filter_unref (run->filter);
  g_free (run);
}

WaveEventFlags
wave_event_get_flags (const WaveEvent *event)
{
  WaveCategory category = wave_catalogue_get (event->kind)->category;
  WaveEventFlags flags = 0;

  if (wave_event_is_durable (event))
    flags |= WAVE_EVENT_IS_DURABLE;
  if (category == WAVE_CATEGORY_AI || category == WAVE_CATEGORY_STREAM || category == WAVE_CATEGORY_PLAN)
    flags |= WAVE_EVENT_IS_AI;
  if (event->malformed != NULL)
    flags |= WAVE_EVENT_IS_MALFORMED;
  if (event->kind == WAVE_EVENT_UNKNOWN)
    flags |= WAVE_EVENT_IS_UNKNOWN;
  if (event->via != WAVE_VIA_STREAM)
    flags |= WAVE_EVENT_IS_CAUGHT_UP;
  return flags;
}

const char *
wave_event_get_text (const WaveEvent *event)
{
  const void *payload = event->payload;

  if (payload == NULL)
    return NULL;
  switch (event->kind)
    {
    case WAVE_EVENT_MESSAGE:
    case WAVE_EVENT_BRIDGE_MESSAGE:
      {
        const WaveMessage *message = payload;

        return message->body != NULL ? message->body : message->filename != NULL ? message->filename : message->content_json;
      }
    case WAVE_EVENT_CHUNK:
      return ((const WaveChunk *) payload)->text;
    case WAVE_EVENT_REDACTION:
      return ((const WaveRedaction *) payload)->reason;
    case WAVE_EVENT_REACTION:
      return ((const WaveReaction *) payload)->emoji;
    case WAVE_EVENT_MEMBER:
      return ((const WaveMember *) payload)->membership;
    case WAVE_EVENT_ROOM_NAME:
    case WAVE_EVENT_ROOM_TOPIC:
      return ((const WaveRoomText *) payload)->value;
    case WAVE_EVENT_AI_ENGAGEMENT:
      return ((const WaveEngagement *) payload)->mode;
    case WAVE_EVENT_AI_STATUS:
      return ((const WaveAiStatus *) payload)->status;
    case WAVE_EVENT_PLAN_UPDATED:
      {
        const WavePlan *plan = ((const WavePlanUpdated *) payload)->plan;

        return plan != NULL ? plan->goal : NULL;
      }
    case WAVE_EVENT_SIDEKICK_SPAWNED:
      return ((const WaveSidekick *) payload)->task;
    case WAVE_EVENT_SIDEKICK_RESULT:
      return ((const WaveSidekick *) payload)->result;
    case WAVE_EVENT_SIDEKICK_CANCEL:
      return ((const WaveSidekick *) payload)->reason;
    case WAVE_EVENT_PRESENCE:
      return ((const WavePresence *) payload)->word;
    case WAVE_EVENT_CALL_INVITE:
    case WAVE_EVENT_CALL_STATE:
      return ((const WaveCall *) payload)->state;
    case WAVE_EVENT_BRIDGE_STATUS:
      {
        const WaveBridgeStatus *status = payload;

        return status->error != NULL ? status->error : status->status;
      }
    case WAVE_EVENT_MODEL_ERROR:
      return ((const WaveModelError *) payload)->message;
    case WAVE_EVENT_UNKNOWN:
    case WAVE_EVENT_INVALID:
    case WAVE_EVENT_HELLO:
    case WAVE_EVENT_READ_MARKER:
    case WAVE_EVENT_CONTEXT_USAGE:
    case WAVE_EVENT_TYPING:
    case WAVE_EVENT_FEDERATION:
    case WAVE_EVENT_PING:
    case WAVE_N_EVENT_KINDS:
      break;
    }
  return NULL;
}

/* ---------------------------------------------------------------- matching */

static gboolean
is_ascii (const char *text)
{
  for (; *text != '\0'; text++)
    if ((guchar) *text >= 0x80)
      return FALSE;
  return TRUE;
}

static gboolean
contains (const WaveFilterNode *node, const char *text)
{
  if (text == NULL)
    return FALSE;
  if (node->regex != NULL)
    return g_regex_match (node->regex, text, 0, NULL);
  if (wave_search_find (&node->search, text, strlen (text)) != NULL)
    return TRUE;
  if (!is_ascii (node->text) && !is_ascii (text))
    {
      g_autofree char *folded = g_utf8_casefold (text, -1);

      return strstr (folded, node->folded) != NULL;
    }
  return FALSE;
}

static gboolean
equals (const WaveFilterNode *node, const char *text)
{
  if (text == NULL)
    return FALSE;
  if (node->regex != NULL)
    return g_regex_match (node->regex, text, 0, NULL);
  if (g_ascii_strcasecmp (node->text, text) == 0)
    return TRUE;
  if (!is_ascii (text))
    {
      g_autofree char *folded = g_utf8_casefold (text, -1);

      return strcmp (folded, node->folded) == 0;
    }
  return FALSE;
}

static gboolean
match_type (const WaveFilterNode *node, const WaveFilterView *view)
{
  const WaveEventType *row = wave_catalogue_get (view->kind);
  gsize length, tail;

  if (equals (node, view->type) || equals (node, row->nick) || equals (node, wave_category_get_nick (row->category)))
    return TRUE;
  if (node->regex != NULL || node->exact || view->type == NULL)
    return FALSE;
  /* "room.message" of "swp.room.message". */
  length = strlen (view->type);
  tail = strlen (node->text);
  return length > tail && view->type[length - tail - 1] == '.' && g_ascii_strcasecmp (view->type + length - tail, node->text) == 0;
}

static gboolean
match_named (const WaveFilterNode *node, const char *id, const char *name)
{
  if (node->exact)
    return equals (node, id) || equals (node, name);
  return contains (node, id) || contains (node, name);
}

static guint8 *
remembered (Memory *memory, guint n)
{
  /* Numbers without end are not worth remembering. */
  if (n == 0 || n > 1 << 20)
    return NULL;
  if (n >= memory->n)
    {
      guint grown = MAX (n + 1, memory->n * 2);

      memory->known = g_realloc (memory->known, grown);
      memset (memory->known + memory->n, 0, grown - memory->n);
      memory->n = grown;
    }
  return &memory->known[n];
}

#define REMEMBER(memory, n, expression)                                                                                        \
  ({                                                                                                                           \
    guint8 *kept = remembered (memory, n);                                                                                     \
    gboolean found;                                                                                                            \
    if (kept != NULL && *kept != 0)                                                                                            \
      found = *kept == 2;                                                                                                      \
    else                                                                                                                       \
      {                                                                                                                        \
        found = (expression);                                                                                                  \
        if (kept != NULL)                                                                                                      \
          *kept = found ? 2 : 1;                                                                                               \
      }                                                                                                                        \
    found;                                                                                                                     \
  })

static WaveFilterVerdict
verdict (gboolean found)
{
  return found ? WAVE_FILTER_YES : WAVE_FILTER_NO;
}

/* Whether a line of a recording is proof that its frame does not have the word: it stands there as it is, but for what JSON escapes. */
static gboolean
hint_denies (const WaveFilterNode *node, const WaveFilterView *view)
{
  return view->hint != NULL && node->regex == NULL && node->plain && wave_search_find (&node->search, view->hint, view->hint_size) == NULL
         && memmem (view->hint, view->hint_size, "\\u00", 4) == NULL;
}

static WaveFilterVerdict
match_word (WaveFilterRun *run, const WaveFilterNode *node, const WaveFilterView *view)
{
  Memory *memory = &run->memories[node->slot * 2];

  if (view->room_name != NULL && REMEMBER (&memory[0], view->room_n, contains (node, view->room_name)))
    return WAVE_FILTER_YES;
  if (view->sender_name != NULL && REMEMBER (&memory[1], view->sender_n, contains (node, view->sender_name)))
    return WAVE_FILTER_YES;
  if (view->raw == NULL && hint_denies (node, view))
    return WAVE_FILTER_NO;
  if (view->raw == NULL)
    return view->size == 0 ? verdict (node->regex == NULL && *node->text == '\0') : WAVE_FILTER_NEEDS_RAW;
  if (node->regex != NULL)
    {
      if (g_regex_match_full (node->raw_regex, view->raw, view->raw_size, 0, 0, NULL, NULL))
        return WAVE_FILTER_YES;
    }
  else if (wave_search_find (&node->search, view->raw, view->raw_size) != NULL)
    return WAVE_FILTER_YES;
  else if (node->plain)
    return WAVE_FILTER_NO;
  /* It may be written with escapes, or in another case of letters that are not ASCII. */
  if (node->regex != NULL && memchr (view->raw, '\\', view->raw_size) == NULL)
    return WAVE_FILTER_NO;
  if (view->event == NULL)
    return WAVE_FILTER_NEEDS_EVENT;
  return verdict (contains (node, wave_event_get_text (view->event)));
}

static WaveFilterVerdict
match_term (WaveFilterRun *run, const WaveFilterNode *node, const WaveFilterView *view)
{
  Memory *memory = &run->memories[node->slot * 2];
  gint64 number;

  switch (node->term)
    {
    case WAVE_TERM_WORD:
      return match_word (run, node, view);
    case WAVE_TERM_TYPE:
      /* INVALID events have no type, but a kind. */
      return verdict (REMEMBER (memory, view->type_n, match_type (node, view)));
    case WAVE_TERM_ROOM:
      return verdict (view->room_id != NULL && REMEMBER (memory, view->room_n, match_named (node, view->room_id, view->room_name)));
    case WAVE_TERM_FROM:
      return verdict (view->sender_id != NULL && REMEMBER (memory, view->sender_n, match_named (node, view->sender_id, view->sender_name)));
    case WAVE_TERM_ID:
      if (view->event == NULL)
        return WAVE_FILTER_NEEDS_EVENT;
      return verdict (equals (node, view->event->id));
    case WAVE_TERM_TEXT:
      if (view->event != NULL)
        return verdict (contains (node, wave_event_get_text (view->event)));
      /* What does not stand on the wire is not in the text either, unless an escape hides it. */
      if (view->raw != NULL && node->regex == NULL && node->plain && wave_search_find (&node->search, view->raw, view->raw_size) == NULL
          && memchr (view->raw, '\\', view->raw_size) == NULL)
        return WAVE_FILTER_NO;
      /* Two backslashes of the line are one of the frame. */
      if (view->raw == NULL && hint_denies (node, view) && memmem (view->hint, view->hint_size, "\\\\", 2) == NULL)
        return WAVE_FILTER_NO;
      return view->raw != NULL ? WAVE_FILTER_NEEDS_EVENT : WAVE_FILTER_NEEDS_RAW;
    case WAVE_TERM_IS:
      return verdict ((view->flags & node->flags) == node->wanted);
    case WAVE_TERM_SIZE:
      number = view->size;
      break;
    case WAVE_TERM_LATENCY:
      number = view->latency_us;
      break;
    case WAVE_TERM_GAP:
      number = view->gap_us;
      break;
    case WAVE_TERM_POS:
      number = view->position >= 0 ? view->position : G_MININT64;
      break;
    case WAVE_TERM_TIME:
      number = view->wall_us;
      break;
    case WAVE_N_TERMS:
    default:
      g_assert_not_reached ();
    }
  return verdict (number >= node->min && number <= node->max && number != G_MININT64);
}

/* What can be told from what is at hand is told, whichever side of an operator it stands on. */
static WaveFilterVerdict
match_node (WaveFilterRun *run, const WaveFilterNode *node, const WaveFilterView *view)
{
  WaveFilterVerdict left, right;

  switch (node->kind)
    {
    case WAVE_NODE_ALL:
      return WAVE_FILTER_YES;
    case WAVE_NODE_TERM:
      return match_term (run, node, view);
    case WAVE_NODE_NOT:
      left = match_node (run, node->left, view);
      return left == WAVE_FILTER_YES ? WAVE_FILTER_NO : left == WAVE_FILTER_NO ? WAVE_FILTER_YES : left;
    case WAVE_NODE_AND:
      left = match_node (run, node->left, view);
      if (left == WAVE_FILTER_NO)
        return left;
      right = match_node (run, node->right, view);
      if (right == WAVE_FILTER_NO)
        return right;
      return MAX (left, right); /* YES is the least of the three that are left */
    case WAVE_NODE_OR:
      left = match_node (run, node->left, view);
      if (left == WAVE_FILTER_YES)
        return left;
      right = match_node (run, node->right, view);
      if (right == WAVE_FILTER_YES)
        return right;
      return MAX (left, right);
    default:
      g_assert_not_reached ();
    }
}

WaveFilterVerdict
wave_filter_run_match (WaveFilterRun *run, const WaveFilterView *view)
{
  return match_node (run, run->filter->root, view);
}

gboolean
wave_filter_run_match_event (WaveFilterRun *run, const WaveEvent *event, const char *room_name, const char *sender_name, gint64 gap_us,
                             gint64 latency_us)
{
  WaveFilterView view = {
    .type = event->type,
    .kind = event->kind,
    .room_id = event->room_id,
    .room_name = room_name,
    .sender_id = event->sender_id,
    .sender_name = sender_name,
    .flags = wave_event_get_flags (event),
    .size = event->raw_size,
    .position = event->position,
    .wall_us = event->arrived_wall_us,
    .latency_us = latency_us,
    .gap_us = gap_us,
    .raw = event->raw,
    .raw_size = event->raw_size,
    .event = event,
  };

  if (latency_us == G_MININT64 && event->origin_us >= 0)
    view.latency_us = event->arrived_wall_us - event->origin_us;
  return wave_filter_run_match (run, &view) == WAVE_FILTER_YES;
}
