// SPDX-License-Identifier: GPL-3.0-or-later
// What stands in a timeline: messages, quiet lines, errors, reactions, redactions, gaps. The same for the present and for the
// past.
#include "config.h"

#include <glib/gi18n.h>

#include "model/wave-tenant-private.h"

/* What is remembered of messages that are not held (yet). */
#define MAX_REDACTIONS 20000
#define MAX_PENDING_REACTIONS 2000
#define MAX_PENDING_EDITS 2000

static gint64
event_wall (const WaveEvent *event)
{
  return event->origin_us >= 0 ? event->origin_us : event->arrived_wall_us;
}

void
wave_redaction_free (gpointer data)
{
  Redaction *redaction = data;

  g_free (redaction->id);
  g_free (redaction->by);
  g_free (redaction->reason);
  g_free (redaction);
}

void
wave_pending_reaction_free (gpointer data)
{
  PendingReaction *pending = data;

  g_free (pending->target);
  g_free (pending->emoji);
  g_free (pending);
}

static WaveParticipant *
participant_or_null (WaveTenant *self, const char *id)
{
  return id != NULL ? wave_tenant_ensure_participant (self, id) : NULL;
}

static void
redact_item (WaveTenant *self, WaveRoom *room, WaveTimelineItem *item, const char *by, const char *reason)
{
  g_set_object (&item->other, participant_or_null (self, by));
  wave_timeline_item_redact (item, by, reason);
  /* Quoted copies lie in the rows of the answers. */
  if (item->timeline != NULL && item->id != NULL)
    wave_timeline_touch_replies (item->timeline, item->id);
  room->preview_dirty = TRUE;
  wave_tenant_queue_room (self, room);
}

static gboolean
is_author (const WaveTimelineItem *item, const WaveEvent *event)
{
  return item->sender != NULL && g_strcmp0 (wave_participant_get_id (item->sender), event->sender_id) == 0;
}

/* An edit of a message that is not held shows as a message; it is one no longer when what it edits comes. */
static void
remember_edit (WaveTenant *self, const WaveEvent *event, const char *target)
{
  GPtrArray *list = g_hash_table_lookup (self->edits, target);

  if (self->n_pending_edits >= MAX_PENDING_EDITS)
    {
      wave_tenant_hit_bound (self, BOUND_PENDING);
      return;
    }
  if (list == NULL)
    {
      list = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_event_unref);
      g_hash_table_insert (self->edits, g_strdup (target), list);
    }
  g_ptr_array_add (list, wave_event_ref (event));
  self->n_pending_edits++;
}

static void
apply_edits (WaveTenant *self, WaveRoom *room, WaveTimelineItem *item)
{
  GPtrArray *edits = self->n_pending_edits > 0 ? g_hash_table_lookup (self->edits, item->id) : NULL;
  const WaveEvent *latest = NULL;

  for (guint i = 0; edits != NULL && i < edits->len; i++)
    {
      const WaveEvent *edit = edits->pdata[i];
      WaveTimelineItem *own = wave_timeline_lookup (room->timeline, edit->id);

      /* Only its author can edit a message. */
      if (!is_author (item, edit))
        continue;
      if (own != NULL && own != item)
        wave_timeline_remove (room->timeline, own);
      if (latest == NULL || edit->position > latest->position)
        latest = edit;
    }
  if (latest != NULL)
    wave_timeline_item_edit (item, latest);
  if (edits != NULL)
    {
      self->n_pending_edits -= edits->len;
      g_hash_table_remove (self->edits, item->id);
    }
}

static void
apply_remembered (WaveTenant *self, WaveRoom *room, WaveTimelineItem *item)
{
  const Redaction *redaction;
  GPtrArray *reactions;

  if (item->id == NULL)
    return;
  if (item->kind == WAVE_ITEM_MESSAGE)
    apply_edits (self, room, item);
  reactions = self->n_pending_reactions > 0 ? g_hash_table_lookup (self->reactions, item->id) : NULL;
  for (guint i = 0; reactions != NULL && i < reactions->len; i++)
    {
      const PendingReaction *pending = reactions->pdata[i];

      if (!wave_timeline_item_react (item, pending->sender, pending->emoji, pending->removed))
        wave_tenant_hit_bound (self, BOUND_REACTIONS);
    }
  if (reactions != NULL)
    {
      self->n_pending_reactions -= reactions->len;
      g_hash_table_remove (self->reactions, item->id);
    }
  redaction = g_hash_table_size (self->redactions) > 0 ? g_hash_table_lookup (self->redactions, item->id) : NULL;
  if (redaction != NULL)
    redact_item (self, room, item, redaction->by, redaction->reason);
}

static gboolean
mentions (const WaveMessage *message, const char *id)
{
  return id != NULL && message->mentions != NULL && g_strv_contains ((const char *const *)message->mentions, id);
}

static WaveTimelineItem *
find_held (WaveRoom *room, const WaveEvent *event)
{
  WaveTimelineItem *item = wave_timeline_lookup (room->timeline, event->id);

  if (item != NULL)
    return item;
  item = wave_timeline_lookup_position (room->timeline, event->position);
  /* The same position with another id is another event. */
  return item != NULL && (event->id == NULL || item->id == NULL) ? item : NULL;
}

static gboolean
same_content (const WaveMessage *a, const WaveMessage *b)
{
  return g_strcmp0 (a->body, b->body) == 0 && g_strcmp0 (a->msgtype, b->msgtype) == 0
         && g_strcmp0 (a->content_json, b->content_json) == 0;
}

/* The past brings what a message said before the edit that is held: by the order of edits, else by when it came. */
static gboolean
is_older_version (const WaveTimelineItem *item, const WaveEvent *event, const WaveMessage *message, gboolean live)
{
  const WaveEvent *held = item->edit != NULL ? item->edit : item->event;

  if (message->replaces_event_id != NULL && item->edit != NULL && item->edit->position >= 0 && event->position >= 0)
    return event->position < item->edit->position;
  return !live && held != NULL && event->arrived_wall_us < held->arrived_wall_us;
}

static void
say_edited (WaveTimelineItem *item)
{
  if (item->edited || item->redacted)
    return;
  item->edited = TRUE;
  wave_model_mark (item, ITEM_EDITED);
}

/* TRUE when the event was about a message that is held, and nothing is to be added. */
static gboolean
update_held (WaveTenant *self, WaveRoom *room, const WaveEvent *event, const WaveMessage *message, gboolean live)
{
  WaveTimelineItem *item = find_held (room, event);
  const WaveMessage *held;

  if (item == NULL && message->replaces_event_id != NULL)
    {
      item = wave_timeline_lookup (room->timeline, message->replaces_event_id);
      if (item == NULL)
        remember_edit (self, event, message->replaces_event_id);
      /* Only its author can edit a message. */
      if (item == NULL || !is_author (item, event))
        return FALSE;
    }
  if (item == NULL)
    return FALSE;
  if (message->redacted_us >= 0 && !item->redacted)
    redact_item (self, room, item, NULL, NULL);
  if (message->edited_us >= 0)
    say_edited (item);
  held = wave_timeline_item_get_message (item);
  if (held == NULL || item->redacted || same_content (held, message) || is_older_version (item, event, message, live))
    return TRUE;
  wave_timeline_item_edit (item, event);
  if (item->id != NULL)
    wave_timeline_touch_replies (room->timeline, item->id);
  room->preview_dirty = TRUE;
  wave_tenant_queue_room (self, room);
  return TRUE;
}

static WaveStreamMatch
match_of (WaveStream *stream)
{
  WaveStreamFigures figures;

  wave_stream_get_figures (stream, G_USEC_PER_SEC, &figures);
  return figures.matched;
}

static void
count_unread (WaveTenant *self, WaveRoom *room, gboolean mentions_me, const char *body)
{
  wave_tenant_set_unread (self, room, room->unread + 1, room->mentions + mentions_me);
  if (mentions_me)
    wave_tenant_attention (self, WAVE_ATTENTION_MENTION, room, body != NULL ? body : "");
}

static void
note_message (WaveTenant *self, WaveRoom *room, const WaveEvent *event)
{
  if (event_wall (event) > room->last_activity)
    {
      room->last_activity = event_wall (event);
      wave_model_mark (room, ROOM_LAST_ACTIVITY);
    }
  room->preview_dirty = TRUE;
  wave_tenant_queue_room (self, room);
}

/* Whether something that came before is about the message. */
static gboolean
is_awaited (WaveTenant *self, const char *id)
{
  return (self->n_pending_edits > 0 && g_hash_table_contains (self->edits, id))
         || (self->n_pending_reactions > 0 && g_hash_table_contains (self->reactions, id))
         || (g_hash_table_size (self->redactions) > 0 && g_hash_table_contains (self->redactions, id));
}

/* A message that is plainly a new one, in a room that nobody looks at. Returns: FALSE when it is not */
static gboolean
queue_message (WaveTenant *self, WaveRoom *room, const WaveEvent *event, WaveParticipant *sender, WaveStream *stream)
{
  const WaveMessage *message = event->payload;
  gboolean mine = sender != NULL && sender == self->me, about_me = mentions (message, self->me_id);
  WaveQueuedItem queued = { .kind = WAVE_ITEM_MESSAGE, .event = (WaveEvent *)event, .stream = stream, .sender = sender, .wall_us = event_wall (event), .mine = mine };
  gboolean settles = FALSE;

  if (message->replaces_event_id != NULL || message->edited_us >= 0 || message->redacted_us >= 0 || event->id == NULL
      || !wave_timeline_can_queue (room->timeline, self->now_mono) || is_awaited (self, event->id))
    return FALSE;
  if (wave_timeline_queues_stream (room->timeline, stream))
    settles = match_of (stream) != WAVE_MATCH_PARTS
              && (wave_stream_get_outcome (stream) == WAVE_STREAM_SETTLED || g_strcmp0 (wave_stream_get_message_id (stream), event->id) == 0);
  queued.mentions_me = about_me && (settles || !mine);
  if (!wave_timeline_queue_message (room->timeline, &queued, settles))
    return FALSE;
  note_message (self, room, event);
  if (!mine)
    count_unread (self, room, queued.mentions_me, message->body);
  return TRUE;
}

void
wave_tenant_show_message (WaveTenant *self, WaveRoom *room, const WaveEvent *event, WaveStream *stream, gboolean live)
{
  const WaveMessage *message = event->payload;
  WaveParticipant *sender = participant_or_null (self, event->sender_id);
  gboolean parts = stream != NULL && match_of (stream) == WAVE_MATCH_PARTS;
  g_autoptr (WaveTimelineItem) item = NULL;
  WaveTimelineItem *growing;

  if (sender != NULL && live)
    wave_tenant_stop_typing (self, room, sender);
  if (live && queue_message (self, room, event, sender, stream))
    {
      wave_timeline_trim (room->timeline, self->now_mono, g_hash_table_size (self->rooms_by_id));
      return;
    }
  growing = stream != NULL ? wave_timeline_lookup_stream (room->timeline, stream) : NULL;
  if (update_held (self, room, event, message, live))
    return;
  if (growing != NULL && !parts
      && (wave_stream_get_outcome (stream) == WAVE_STREAM_SETTLED
          || (event->id != NULL && g_strcmp0 (wave_stream_get_message_id (stream), event->id) == 0)))
    {
      item = g_object_ref (growing);
      item->wall_us = event_wall (event);
      wave_model_mark (item, ITEM_WALL_US);
      item->mentions_me = mentions (message, self->me_id);
      wave_timeline_settle (room->timeline, item, event);
    }
  else
    {
      item = wave_timeline_item_new (WAVE_ITEM_MESSAGE);
      item->event = wave_event_ref (event);
      item->id = g_strdup (event->id);
      item->position = event->position;
      item->wall_us = event_wall (event);
      g_set_object (&item->sender, sender);
      g_set_object (&item->stream, stream);
      item->mine = sender != NULL && sender == self->me;
      item->mentions_me = !item->mine && mentions (message, self->me_id);
      wave_timeline_insert (room->timeline, item);
      /* Its parts say all that was streamed: the streamed copy would say it twice. */
      if (growing != NULL && parts && !wave_stream_is_live (stream))
        wave_timeline_remove (room->timeline, growing);
    }
  /* What REST shows is the latest text; what it was before is not told. */
  if (message->edited_us >= 0)
    say_edited (item);
  if (message->redacted_us >= 0)
    redact_item (self, room, item, NULL, NULL);
  apply_remembered (self, room, item);
  note_message (self, room, event);
  if (live)
    {
      if (!item->mine && !item->redacted)
        count_unread (self, room, item->mentions_me, wave_timeline_item_get_body (item));
      wave_timeline_trim (room->timeline, self->now_mono, g_hash_table_size (self->rooms_by_id));
    }
}

void
wave_tenant_show_notice (WaveTenant *self, WaveRoom *room, const WaveEvent *event)
{
  g_autoptr (WaveTimelineItem) item = NULL;
  const char *who;
  const char *other;

  if (!wave_notice_people (event, &who, &other) || find_held (room, event) != NULL)
    return;
  item = wave_timeline_item_new (WAVE_ITEM_NOTICE);
  item->event = wave_event_ref (event);
  item->id = g_strdup (event->id);
  item->position = event->position;
  item->wall_us = event_wall (event);
  g_set_object (&item->sender, participant_or_null (self, who));
  g_set_object (&item->other, participant_or_null (self, other));
  item->text = wave_notice_text (event, item->sender, item->other);
  wave_timeline_insert (room->timeline, item);
  apply_remembered (self, room, item);
  wave_timeline_trim (room->timeline, self->now_mono, g_hash_table_size (self->rooms_by_id));
}

void
wave_tenant_show_error (WaveTenant *self, WaveRoom *room, const WaveEvent *event)
{
  const WaveModelError *error = event->payload;
  g_autoptr (WaveTimelineItem) item = NULL;

  if (find_held (room, event) != NULL)
    return;
  item = wave_timeline_item_new (WAVE_ITEM_ERROR);
  item->event = wave_event_ref (event);
  item->id = g_strdup (event->id);
  item->position = event->position;
  item->wall_us = event_wall (event);
  g_set_object (&item->sender, participant_or_null (self, event->sender_id));
  if (error->message != NULL && error->code != NULL)
    item->text = g_strdup_printf ("%s (%s)", error->message, error->code);
  else
    item->text = g_strdup (error->message != NULL ? error->message
                           : error->code != NULL  ? error->code
                                                  : _ ("The AI failed and did not say why"));
  wave_timeline_insert (room->timeline, item);
  apply_remembered (self, room, item);
}

void
wave_tenant_show_reaction (WaveTenant *self, WaveRoom *room, const WaveEvent *event)
{
  const WaveReaction *reaction = event->payload;
  WaveParticipant *sender = participant_or_null (self, event->sender_id);
  WaveTimelineItem *item = wave_timeline_lookup (room->timeline, reaction->event_id);
  g_autofree char *emoji = wave_model_one_line (reaction->emoji, 16);
  PendingReaction *pending;
  GPtrArray *list;

  if (sender == NULL || *emoji == '\0')
    return;
  if (item != NULL)
    {
      if (!wave_timeline_item_react (item, sender, emoji, reaction->removed))
        wave_tenant_hit_bound (self, BOUND_REACTIONS);
      return;
    }
  if (self->n_pending_reactions >= MAX_PENDING_REACTIONS)
    {
      wave_tenant_hit_bound (self, BOUND_PENDING);
      return;
    }
  list = g_hash_table_lookup (self->reactions, reaction->event_id);
  if (list == NULL)
    {
      list = g_ptr_array_new_with_free_func (wave_pending_reaction_free);
      g_hash_table_insert (self->reactions, g_strdup (reaction->event_id), list);
    }
  pending = g_new0 (PendingReaction, 1);
  pending->target = g_strdup (reaction->event_id);
  pending->emoji = g_steal_pointer (&emoji);
  pending->sender = sender;
  pending->removed = reaction->removed;
  g_ptr_array_add (list, pending);
  self->n_pending_reactions++;
}

static void
remember_redaction (WaveTenant *self, const WaveRedaction *wire)
{
  Redaction *redaction;

  if (g_hash_table_contains (self->redactions, wire->event_id))
    return;
  if (g_hash_table_size (self->redactions) >= MAX_REDACTIONS)
    {
      Redaction *oldest = g_queue_pop_head (&self->redaction_order);

      g_hash_table_remove (self->redactions, oldest->id);
      wave_tenant_hit_bound (self, BOUND_PENDING);
    }
  redaction = g_new0 (Redaction, 1);
  redaction->id = g_strdup (wire->event_id);
  redaction->by = g_strdup (wire->redacted_by);
  redaction->reason = g_strdup (wire->reason);
  g_hash_table_insert (self->redactions, redaction->id, redaction);
  g_queue_push_tail (&self->redaction_order, redaction);
}

void
wave_tenant_show_redaction (WaveTenant *self, WaveRoom *room, const WaveEvent *event)
{
  const WaveRedaction *redaction = event->payload;
  WaveTimelineItem *item = room != NULL ? wave_timeline_lookup (room->timeline, redaction->event_id) : NULL;
  GHashTableIter iter;
  WaveRoom *other;

  /* Kept also when the target is held: it may be let go and fetched again. */
  remember_redaction (self, redaction);
  g_hash_table_iter_init (&iter, self->rooms_by_id);
  /* The room may be wrong or missing; the id is not. */
  while (item == NULL && g_hash_table_iter_next (&iter, NULL, (gpointer *)&other))
    {
      item = wave_timeline_lookup (other->timeline, redaction->event_id);
      room = item != NULL ? other : room;
    }
  if (item != NULL)
    redact_item (self, room, item, redaction->redacted_by, redaction->reason);
}

void
wave_tenant_stream_changed (WaveTenant *self, WaveStream *stream)
{
  WaveRoom *room = wave_tenant_get_room (self, wave_stream_get_room_id (stream));
  gboolean gone = !wave_stream_is_live (stream) && wave_stream_get_outcome (stream) == WAVE_STREAM_SETTLED
                  && match_of (stream) == WAVE_MATCH_PARTS;
  WaveTimelineItem *item;

  /* Nobody looks at one that is queued: how it stands is seen when its item is made. */
  if (room == NULL || (!gone && wave_timeline_queues_stream (room->timeline, stream)))
    return;
  item = wave_timeline_lookup_stream (room->timeline, stream);
  if (item == NULL)
    return;
  wave_tenant_begin (self);
  if (gone)
    wave_timeline_remove (room->timeline, item);
  else
    wave_model_mark (item, ITEM_STATE_TEXT);
  wave_tenant_end (self);
}

/* ---- gaps ---- */

static void
mark_gap (WaveTenant *self, WaveRoom *room, WaveGap *gap)
{
  g_autoptr (WaveTimelineItem) item = NULL;
  WaveTimelineItem *last;

  if (wave_timeline_mark_gap (room->timeline, gap))
    return;
  last = wave_timeline_get_last (room->timeline, FALSE);
  /* A room in which nothing has been shown has nothing to interrupt. */
  if (last == NULL)
    return;
  /* Nothing happened here since the last one: one marker tells of both. */
  if (last->kind == WAVE_ITEM_GAP)
    {
      g_set_object (&last->gap, gap);
      wave_timeline_touch_gap (room->timeline, gap);
      return;
    }
  item = wave_timeline_item_new (WAVE_ITEM_GAP);
  item->gap = g_object_ref (gap);
  item->wall_us = gap->start_wall;
  item->text = wave_gap_dup_sentence (gap);
  wave_timeline_insert (room->timeline, item);
}

void
wave_tenant_open_gap (WaveTenant *self, const WaveTransition *transition)
{
  GHashTableIter iter;
  WaveRoom *room;
  WaveParticipant *participant;

  if (self->gap == NULL)
    {
      self->gap = wave_gap_new ();
      self->gap->start_mono = transition->mono_us;
      self->gap->start_wall = transition->wall_us;
      wave_gap_set_cause (self->gap, transition->cause, transition->close_code, transition->reason);
      g_list_store_append (self->gaps, self->gap);
    }
  self->gap->torn_streams += wave_stream_store_tear (self->streams, transition->mono_us);
  wave_model_mark (self->gap, GAP_TORN_STREAMS);
  /* What is not told again after a gap is not known any more. */
  wave_tenant_clear_typing (self);
  g_hash_table_iter_init (&iter, self->participants_by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&participant))
    {
      participant->presence_asked = FALSE;
      wave_tenant_set_presence (self, participant, WAVE_PRESENCE_UNKNOWN);
    }
  while (self->busy->len > 0)
    {
      BusyAi busy = g_array_index (self->busy, BusyAi, self->busy->len - 1);

      wave_tenant_set_phase (self, busy.room, busy.state, WAVE_AI_IDLE, NULL, NULL);
    }
  g_hash_table_iter_init (&iter, self->rooms_by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&room))
    mark_gap (self, room, self->gap);
}

void
wave_tenant_close_gap (WaveTenant *self, const WaveTransition *transition)
{
  const WaveCatchUpReport *report = transition->report;
  WaveGap *gap = self->gap;
  GHashTableIter iter;
  WaveRoom *room;

  if (gap == NULL)
    return;
  gap->events += report->events;
  gap->pages += report->pages;
  gap->known += report->known;
  gap->catch_up_us += report->duration_us;
  g_set_str (&gap->detail, report->detail);
  if (gap->from_position < 0)
    gap->from_position = report->from_position;
  gap->to_position = MAX (gap->to_position, report->to_position);
  wave_model_mark (gap, GAP_EVENTS);
  wave_model_mark (gap, GAP_PAGES);
  wave_model_mark (gap, GAP_FROM_POSITION);
  wave_model_mark (gap, GAP_TO_POSITION);
  /* A catch-up that broke off is tried again: the gap goes on. */
  if (transition->to != WAVE_SESSION_LIVE && transition->to != WAVE_SESSION_POLLING)
    return;
  gap->complete = report->complete;
  gap->end_mono = transition->mono_us;
  gap->end_wall = report->gap_end_wall_us > 0 ? report->gap_end_wall_us : transition->wall_us;
  wave_model_mark (gap, GAP_COMPLETE);
  wave_model_mark (gap, GAP_END_MONO);
  wave_model_mark (gap, GAP_END_WALL);
  g_hash_table_iter_init (&iter, self->rooms_by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&room))
    wave_timeline_touch_gap (room->timeline, gap);
  g_clear_object (&self->gap);
}

void
wave_tenant_add_earlier_gaps (WaveTenant *self, GPtrArray *proofs)
{
  g_autoptr (GPtrArray) gaps = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < proofs->len; i++)
    g_ptr_array_add (gaps, wave_gap_new_from_proof (proofs->pdata[i]));
  wave_tenant_begin (self);
  g_list_store_splice (self->gaps, 0, 0, gaps->pdata, gaps->len);
  wave_tenant_end (self);
}
