// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>

#include "model/wave-room-private.h"

/* Senders counted under one emoji: far beyond a tally that can be read. */
#define MAX_SENDERS 1000

G_DEFINE_FINAL_TYPE (WaveTimelineItem, wave_timeline_item, WAVE_TYPE_MODEL_OBJECT)

static GParamSpec *item_props[N_ITEM];

static void
reaction_clear (gpointer data)
{
  Reaction *reaction = data;

  g_free (reaction->emoji);
  g_ptr_array_unref (reaction->senders);
}

static void
wave_timeline_item_finalize (GObject *object)
{
  WaveTimelineItem *self = WAVE_TIMELINE_ITEM (object);

  g_clear_pointer (&self->event, wave_event_unref);
  g_clear_pointer (&self->edit, wave_event_unref);
  g_clear_pointer (&self->reactions, g_array_unref);
  g_clear_object (&self->sender);
  g_clear_object (&self->other);
  g_clear_object (&self->stream);
  g_clear_object (&self->gap);
  g_free (self->id);
  g_free (self->text);
  g_free (self->earlier);
  g_free (self->redacted_by);
  g_free (self->reason);
  G_OBJECT_CLASS (wave_timeline_item_parent_class)->finalize (object);
}

static char *
dup_redaction_text (WaveTimelineItem *self)
{
  WaveParticipant *by = NULL;
  const char *name;

  if (!self->redacted)
    return NULL;
  if (self->sender != NULL && g_strcmp0 (self->redacted_by, wave_participant_get_id (self->sender)) == 0)
    by = self->sender;
  else if (self->other != NULL)
    by = self->other;
  name = by != NULL ? wave_participant_get_display_name (by) : self->redacted_by;
  if (name == NULL)
    return g_strdup (_ ("This message was removed"));
  if (self->reason != NULL && *self->reason != '\0')
    return g_strdup_printf (_ ("Removed by %s: %s"), name, self->reason);
  return g_strdup_printf (_ ("Removed by %s"), name);
}

/* A line below the message: where it came from, or what became of a streamed reply. */
static char *
dup_state_text (WaveTimelineItem *self)
{
  const WaveImportedSender *imported = wave_timeline_item_get_imported_sender (self);

  if (self->kind == WAVE_ITEM_STREAM && self->stream != NULL)
    switch (wave_stream_get_outcome (self->stream))
      {
      case WAVE_STREAM_ANNOUNCED:
      case WAVE_STREAM_OPEN:
        return wave_stream_is_stalled (self->stream) ? g_strdup (_ ("Stalled")) : NULL;
      case WAVE_STREAM_DONE:
        return g_strdup (_ ("Finished; its message has not come yet"));
      case WAVE_STREAM_FAILED:
        return g_strdup (_ ("Failed"));
      case WAVE_STREAM_TORN:
        return g_strdup (_ ("Cut off by a lost connection"));
      case WAVE_STREAM_ABANDONED:
        return g_strdup (_ ("Never finished"));
      case WAVE_STREAM_SETTLED:
        return NULL;
      }
  if (imported != NULL && imported->display_name != NULL)
    {
      g_autofree char *name = wave_model_one_line (imported->display_name, 80);

      return g_strdup_printf (_ ("From another platform: %s"), name);
    }
  if (imported != NULL)
    return g_strdup (_ ("From another platform"));
  return NULL;
}

static void
wave_timeline_item_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveTimelineItem *self = WAVE_TIMELINE_ITEM (object);

  switch (prop_id)
    {
    case ITEM_KIND:
      g_value_set_uint (value, self->kind);
      break;
    case ITEM_SENDER:
      g_value_set_object (value, self->sender);
      break;
    case ITEM_BODY:
      g_value_set_string (value, wave_timeline_item_get_body (self));
      break;
    case ITEM_WALL_US:
      g_value_set_int64 (value, self->wall_us);
      break;
    case ITEM_CONTINUED:
      g_value_set_boolean (value, self->continued);
      break;
    case ITEM_EDITED:
      g_value_set_boolean (value, self->edited);
      break;
    case ITEM_REDACTED:
      g_value_set_boolean (value, self->redacted);
      break;
    case ITEM_REDACTION_TEXT:
      g_value_take_string (value, dup_redaction_text (self));
      break;
    case ITEM_REACTIONS_SERIAL:
      g_value_set_uint (value, self->reactions_serial);
      break;
    case ITEM_STATE_TEXT:
      g_value_take_string (value, dup_state_text (self));
      break;
    case ITEM_STREAM:
      g_value_set_object (value, self->stream);
      break;
    case ITEM_GAP:
      g_value_set_object (value, self->gap);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_timeline_item_class_init (WaveTimelineItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamSpec **props = item_props;

  object_class->finalize = wave_timeline_item_finalize;
  object_class->get_property = wave_timeline_item_get_property;
  props[ITEM_KIND] = g_param_spec_uint ("kind", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[ITEM_SENDER] = g_param_spec_object ("sender", NULL, NULL, WAVE_TYPE_PARTICIPANT, WAVE_MODEL_READ);
  props[ITEM_BODY] = g_param_spec_string ("body", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[ITEM_WALL_US] = g_param_spec_int64 ("wall-us", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[ITEM_CONTINUED] = g_param_spec_boolean ("continued", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[ITEM_EDITED] = g_param_spec_boolean ("edited", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[ITEM_REDACTED] = g_param_spec_boolean ("redacted", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[ITEM_REDACTION_TEXT] = g_param_spec_string ("redaction-text", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[ITEM_REACTIONS_SERIAL] = g_param_spec_uint ("reactions-serial", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[ITEM_STATE_TEXT] = g_param_spec_string ("state-text", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[ITEM_STREAM] = g_param_spec_object ("stream", NULL, NULL, WAVE_TYPE_STREAM, WAVE_MODEL_READ);
  props[ITEM_GAP] = g_param_spec_object ("gap", NULL, NULL, WAVE_TYPE_GAP, WAVE_MODEL_READ);
  g_object_class_install_properties (object_class, N_ITEM, props);
}

static void
wave_timeline_item_init (WaveTimelineItem *self)
{
  self->parent_instance.props = item_props;
  self->position = self->key_position = -1;
  self->order = 1;
}

WaveTimelineItem *
wave_timeline_item_new (WaveItemKind kind)
{
  WaveTimelineItem *self = g_object_new (WAVE_TYPE_TIMELINE_ITEM, NULL);

  self->kind = kind;
  return self;
}

gboolean
wave_timeline_item_react (WaveTimelineItem *item, WaveParticipant *sender, const char *emoji, gboolean removed)
{
  Reaction *tally = NULL;
  guint index = 0;

  for (; item->reactions != NULL && index < item->reactions->len; index++)
    if (g_str_equal (g_array_index (item->reactions, Reaction, index).emoji, emoji))
      {
        tally = &g_array_index (item->reactions, Reaction, index);
        break;
      }
  if (removed)
    {
      if (tally == NULL || !g_ptr_array_remove (tally->senders, sender))
        return TRUE;
      if (tally->senders->len == 0)
        g_array_remove_index (item->reactions, index);
    }
  else if (tally == NULL)
    {
      Reaction added = { g_strdup (emoji), g_ptr_array_new_with_free_func (g_object_unref) };

      if (item->reactions == NULL)
        {
          item->reactions = g_array_new (FALSE, FALSE, sizeof (Reaction));
          g_array_set_clear_func (item->reactions, reaction_clear);
        }
      if (item->reactions->len >= WAVE_MAX_REACTIONS_PER_MESSAGE)
        {
          reaction_clear (&added);
          return FALSE;
        }
      g_ptr_array_add (added.senders, g_object_ref (sender));
      g_array_append_val (item->reactions, added);
    }
  else
    {
      if (g_ptr_array_find (tally->senders, sender, NULL))
        return TRUE; /* adding twice is no change, by the documentation */
      if (tally->senders->len >= MAX_SENDERS)
        return FALSE;
      g_ptr_array_add (tally->senders, g_object_ref (sender));
    }
  item->reactions_serial++;
  wave_model_mark (item, ITEM_REACTIONS_SERIAL);
  return TRUE;
}

void
wave_timeline_item_redact (WaveTimelineItem *item, const char *by, const char *reason)
{
  g_set_str (&item->redacted_by, by);
  g_set_str (&item->reason, reason);
  /* The event holds the raw bytes with the text: the item lets go of both. What must stay stands in the item itself. */
  g_clear_pointer (&item->event, wave_event_unref);
  g_clear_pointer (&item->edit, wave_event_unref);
  g_clear_pointer (&item->text, g_free);
  g_clear_pointer (&item->earlier, g_free);
  item->redacted = TRUE;
  item->edited = FALSE;
  item->mentions_me = FALSE;
  if (item->kind == WAVE_ITEM_STREAM)
    {
      item->kind = WAVE_ITEM_MESSAGE;
      wave_model_mark (item, ITEM_KIND);
    }
  wave_model_mark (item, ITEM_REDACTED);
  wave_model_mark (item, ITEM_REDACTION_TEXT);
  wave_model_mark (item, ITEM_BODY);
  wave_model_mark (item, ITEM_EDITED);
  wave_model_mark (item, ITEM_STATE_TEXT);
}

void
wave_timeline_item_edit (WaveTimelineItem *item, const WaveEvent *event)
{
  const WaveMessage *message = event->payload;

  if (item->redacted || message == NULL || item->event == NULL)
    return;
  /* The text before the first edit is the one to keep. */
  if (item->earlier == NULL)
    item->earlier = g_strdup (wave_timeline_item_get_body (item));
  g_clear_pointer (&item->edit, wave_event_unref);
  item->edit = wave_event_ref (event);
  item->edited = TRUE;
  wave_model_mark (item, ITEM_EDITED);
  wave_model_mark (item, ITEM_BODY);
}

WaveItemKind
wave_timeline_item_get_kind (WaveTimelineItem *item)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), WAVE_ITEM_NOTICE);
  return item->kind;
}

const char *
wave_timeline_item_get_event_id (WaveTimelineItem *item)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), NULL);
  return item->id;
}

gint64
wave_timeline_item_get_position (WaveTimelineItem *item)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), -1);
  return item->position;
}

gint64
wave_timeline_item_get_wall_us (WaveTimelineItem *item)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), -1);
  return item->wall_us;
}

WaveParticipant *
wave_timeline_item_get_sender (WaveTimelineItem *item)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), NULL);
  return item->sender;
}

const char *
wave_timeline_item_get_body (WaveTimelineItem *item)
{
  const WaveMessage *message;

  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), NULL);
  if (item->redacted)
    return NULL;
  if (item->text != NULL)
    return item->text;
  if (item->kind == WAVE_ITEM_STREAM)
    return wave_stream_get_text (item->stream, NULL);
  message = wave_timeline_item_get_message (item);
  return message != NULL ? message->body : NULL;
}

const WaveMessage *
wave_timeline_item_get_message (WaveTimelineItem *item)
{
  const WaveEvent *event;

  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), NULL);
  event = item->edit != NULL ? item->edit : item->event;
  if (event == NULL || (event->kind != WAVE_EVENT_MESSAGE && event->kind != WAVE_EVENT_BRIDGE_MESSAGE))
    return NULL;
  return event->payload;
}

/* (nullable): as it was sent. An edit brings another text; what the message answers and who wrote it stays. */
static const WaveMessage *
original_message (WaveTimelineItem *item)
{
  if (item->event == NULL || (item->event->kind != WAVE_EVENT_MESSAGE && item->event->kind != WAVE_EVENT_BRIDGE_MESSAGE))
    return NULL;
  return item->event->payload;
}

const WaveImportedSender *
wave_timeline_item_get_imported_sender (WaveTimelineItem *item)
{
  const WaveMessage *message = original_message (item);

  if (message == NULL)
    message = wave_timeline_item_get_message (item);
  return message != NULL ? message->imported_sender : NULL;
}

const WaveEvent *
wave_timeline_item_get_event (WaveTimelineItem *item)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), NULL);
  return item->event;
}

gboolean
wave_timeline_item_get_continued (WaveTimelineItem *item)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), FALSE);
  return item->continued;
}

gboolean
wave_timeline_item_get_edited (WaveTimelineItem *item)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), FALSE);
  return item->edited;
}

const char *
wave_timeline_item_get_earlier_body (WaveTimelineItem *item)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), NULL);
  return item->earlier;
}

gboolean
wave_timeline_item_get_redacted (WaveTimelineItem *item)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), FALSE);
  return item->redacted;
}

const char *
wave_timeline_item_get_redacted_by (WaveTimelineItem *item)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), NULL);
  return item->redacted_by;
}

const char *
wave_timeline_item_get_redaction_reason (WaveTimelineItem *item)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), NULL);
  return item->reason;
}

GPtrArray *
wave_timeline_item_list_mentions (WaveTimelineItem *item)
{
  GPtrArray *list = g_ptr_array_new ();
  const WaveMessage *message;
  WaveTenant *tenant;

  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), list);
  message = wave_timeline_item_get_message (item);
  tenant = item->timeline != NULL ? wave_timeline_get_tenant (item->timeline) : NULL;
  for (guint i = 0; message != NULL && tenant != NULL && message->mentions != NULL && message->mentions[i] != NULL; i++)
    {
      WaveParticipant *participant = wave_tenant_get_participant (tenant, message->mentions[i]);

      if (participant != NULL)
        g_ptr_array_add (list, participant);
    }
  return list;
}

gboolean
wave_timeline_item_get_mentions_me (WaveTimelineItem *item)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), FALSE);
  return item->mentions_me;
}

WaveStream *
wave_timeline_item_get_stream (WaveTimelineItem *item)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), NULL);
  return item->stream;
}

WaveGap *
wave_timeline_item_get_gap (WaveTimelineItem *item)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), NULL);
  return item->gap;
}

const char *
wave_timeline_item_get_reply_to_id (WaveTimelineItem *item)
{
  const WaveMessage *message = original_message (item);

  if (message == NULL)
    message = wave_timeline_item_get_message (item);
  return message != NULL ? message->reply_to_event_id : NULL;
}

WaveTimelineItem *
wave_timeline_item_get_reply_to (WaveTimelineItem *item)
{
  const char *id = wave_timeline_item_get_reply_to_id (item);

  return id != NULL && item->timeline != NULL ? wave_timeline_lookup (item->timeline, id) : NULL;
}

GArray *
wave_timeline_item_get_reactions (WaveTimelineItem *item)
{
  GArray *tallies = g_array_new (FALSE, FALSE, sizeof (WaveReactionTally));

  g_return_val_if_fail (WAVE_IS_TIMELINE_ITEM (item), tallies);
  for (guint i = 0; item->reactions != NULL && i < item->reactions->len; i++)
    {
      const Reaction *reaction = &g_array_index (item->reactions, Reaction, i);
      WaveReactionTally tally = { reaction->emoji, reaction->senders };

      g_array_append_val (tallies, tally);
    }
  return tallies;
}
