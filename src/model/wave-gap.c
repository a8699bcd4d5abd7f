// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>

#include "model/wave-room-parts-private.h"

G_DEFINE_FINAL_TYPE (WaveGap, wave_gap, WAVE_TYPE_MODEL_OBJECT)

static GParamSpec *gap_props[N_GAP];

static void
wave_gap_finalize (GObject *object)
{
  WaveGap *self = WAVE_GAP (object);

  g_free (self->reason);
  g_free (self->detail);
  g_free (self->cause_text);
  g_free (self->verdict);
  G_OBJECT_CLASS (wave_gap_parent_class)->finalize (object);
}

static void
wave_gap_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveGap *self = WAVE_GAP (object);

  switch (prop_id)
    {
    case GAP_START_WALL:
      g_value_set_int64 (value, self->start_wall);
      break;
    case GAP_END_WALL:
      g_value_set_int64 (value, self->end_wall);
      break;
    case GAP_START_MONO:
      g_value_set_int64 (value, self->start_mono);
      break;
    case GAP_END_MONO:
      g_value_set_int64 (value, self->end_mono);
      break;
    case GAP_EVENTS:
      g_value_set_uint (value, self->events);
      break;
    case GAP_PAGES:
      g_value_set_uint (value, self->pages);
      break;
    case GAP_COMPLETE:
      g_value_set_boolean (value, self->complete);
      break;
    case GAP_TORN_STREAMS:
      g_value_set_uint (value, self->torn_streams);
      break;
    case GAP_FROM_POSITION:
      g_value_set_int64 (value, self->from_position);
      break;
    case GAP_TO_POSITION:
      g_value_set_int64 (value, self->to_position);
      break;
    case GAP_CAUSE_TEXT:
      g_value_set_string (value, self->cause_text);
      break;
    case GAP_VERDICT:
      g_value_set_string (value, self->verdict);
      break;
    case GAP_TRIES:
      g_value_set_uint (value, self->tries);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_gap_class_init (WaveGapClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamSpec **props = gap_props;

  object_class->finalize = wave_gap_finalize;
  object_class->get_property = wave_gap_get_property;
  props[GAP_START_WALL] = g_param_spec_int64 ("start-wall", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[GAP_END_WALL] = g_param_spec_int64 ("end-wall", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[GAP_START_MONO] = g_param_spec_int64 ("start-mono", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[GAP_END_MONO] = g_param_spec_int64 ("end-mono", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[GAP_EVENTS] = g_param_spec_uint ("events", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[GAP_PAGES] = g_param_spec_uint ("pages", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[GAP_COMPLETE] = g_param_spec_boolean ("complete", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[GAP_TORN_STREAMS] = g_param_spec_uint ("torn-streams", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[GAP_FROM_POSITION] = g_param_spec_int64 ("from-position", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[GAP_TO_POSITION] = g_param_spec_int64 ("to-position", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[GAP_CAUSE_TEXT] = g_param_spec_string ("cause-text", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[GAP_VERDICT] = g_param_spec_string ("verdict", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[GAP_TRIES] = g_param_spec_uint ("tries", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  g_object_class_install_properties (object_class, N_GAP, props);
}

static void
wave_gap_init (WaveGap *self)
{
  self->parent_instance.props = gap_props;
  self->end_wall = self->end_mono = self->from_position = self->to_position = self->verified_wall = -1;
}

WaveGap *
wave_gap_new (void)
{
  return g_object_new (WAVE_TYPE_GAP, NULL);
}

gint64
wave_gap_get_start_wall (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), -1);
  return gap->start_wall;
}

gint64
wave_gap_get_end_wall (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), -1);
  return gap->end_wall;
}

gint64
wave_gap_get_start_mono (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), -1);
  return gap->start_mono;
}

gint64
wave_gap_get_end_mono (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), -1);
  return gap->end_mono;
}

guint
wave_gap_get_events (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), 0);
  return gap->events;
}

guint
wave_gap_get_pages (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), 0);
  return gap->pages;
}

guint
wave_gap_get_known (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), 0);
  return gap->known;
}

guint
wave_gap_get_tries (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), 0);
  return gap->tries;
}

gint64
wave_gap_get_catch_up_us (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), -1);
  return gap->catch_up_us;
}

gboolean
wave_gap_get_earlier (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), FALSE);
  return gap->earlier;
}

const char *
wave_gap_get_detail (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), NULL);
  return gap->detail;
}

guint
wave_gap_get_n_missing (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), 0);
  return gap->n_missing;
}

gint64
wave_gap_get_verified_wall (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), -1);
  return gap->verified_wall;
}

gboolean
wave_gap_get_complete (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), FALSE);
  return gap->complete;
}

guint
wave_gap_get_torn_streams (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), 0);
  return gap->torn_streams;
}

gint64
wave_gap_get_from_position (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), -1);
  return gap->from_position;
}

gint64
wave_gap_get_to_position (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), -1);
  return gap->to_position;
}

const char *
wave_gap_get_cause_text (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), NULL);
  return gap->cause_text;
}

const char *
wave_gap_get_verdict (WaveGap *gap)
{
  g_return_val_if_fail (WAVE_IS_GAP (gap), NULL);
  return gap->verdict;
}

void
wave_gap_set_verdict (WaveGap *gap, const char *verdict)
{
  g_return_if_fail (WAVE_IS_GAP (gap));
  wave_model_set_string (gap, &gap->verdict, verdict, GAP_VERDICT);
}

char *
wave_gap_dup_sentence (WaveGap *gap)
{
  g_autoptr (GString) text = g_string_new (NULL);
  double seconds = (gap->end_mono - gap->start_mono) / (double)G_USEC_PER_SEC;

  if (gap->end_mono < 0)
    return g_strdup (_ ("Connection lost; what is missed will be fetched"));
  /* Translators: how long the connection was gone, in seconds. */
  g_string_append_printf (text, _ ("Connection lost for %.1f s"), seconds);
  g_string_append (text, " · ");
  if (gap->events == 0)
    g_string_append (text, gap->complete ? _ ("no message was missed") : _ ("nothing could be fetched"));
  else
    g_string_append_printf (text, ngettext ("%u event fetched afterwards", "%u events fetched afterwards", gap->events),
                            gap->events);
  if (!gap->complete)
    {
      g_string_append (text, " · ");
      g_string_append (text, _ ("the server could not prove that this is all"));
    }
  if (gap->torn_streams > 0)
    {
      g_string_append (text, " · ");
      g_string_append_printf (
          text, ngettext ("%u reply was cut while it streamed", "%u replies were cut while they streamed", gap->torn_streams),
          gap->torn_streams);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
