// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <string.h>

#include "model/wave-stream-private.h"
#include "protocol/wave-intern.h"

/* Fewer chunks or a shorter text could start alike by chance (protocol notes 6.3, rule 6). */
#define CUMULATIVE_MIN_CHUNKS 3
#define CUMULATIVE_MIN_CHARS 32

G_DEFINE_FINAL_TYPE (WaveStream, wave_stream, WAVE_TYPE_MODEL_OBJECT)

static GParamSpec *stream_props[N_STREAM];

static void
clear_span (gpointer data)
{
  wave_intern_release (((WavePhaseSpan *)data)->tool);
}

static void
wave_stream_finalize (GObject *object)
{
  WaveStream *self = WAVE_STREAM (object);

  g_free (self->room_id);
  g_free (self->sender_id);
  g_free (self->wire_key);
  g_string_free (self->text, TRUE);
  g_array_unref (self->chunks);
  g_array_unref (self->blocks);
  g_array_unref (self->phases);
  g_free (self->final_body);
  g_clear_pointer (&self->message_ids, g_ptr_array_unref);
  g_free (self->error);
  g_free (self->trigger_id);
  G_OBJECT_CLASS (wave_stream_parent_class)->finalize (object);
}

static void
wave_stream_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveStream *self = WAVE_STREAM (object);

  switch (prop_id)
    {
    case STREAM_OUTCOME:
      g_value_set_uint (value, self->outcome);
      break;
    case STREAM_STALLED:
      g_value_set_boolean (value, self->stalled);
      break;
    case STREAM_TEXT_SERIAL:
      g_value_set_uint (value, self->text_serial);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_stream_class_init (WaveStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamSpec **props = stream_props;

  object_class->finalize = wave_stream_finalize;
  object_class->get_property = wave_stream_get_property;
  props[STREAM_OUTCOME] = g_param_spec_uint ("outcome", NULL, NULL, 0, WAVE_STREAM_ABANDONED, 0, WAVE_MODEL_READ);
  props[STREAM_STALLED] = g_param_spec_boolean ("stalled", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[STREAM_TEXT_SERIAL] = g_param_spec_uint ("text-serial", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  g_object_class_install_properties (object_class, N_STREAM, props);
}

static void
wave_stream_init (WaveStream *self)
{
  self->parent_instance.props = stream_props;
  self->text = g_string_sized_new (512);
  self->chunks = g_array_sized_new (FALSE, FALSE, sizeof (WaveChunkMark), 32);
  self->blocks = g_array_new (FALSE, TRUE, sizeof (WaveChunkBlock));
  self->phases = g_array_new (FALSE, FALSE, sizeof (WavePhaseSpan));
  g_array_set_clear_func (self->phases, clear_span);
  self->may_be_cumulative = TRUE;
  self->ended = self->status_at = self->trigger_at = self->last_text = self->last_message = self->null_at = -1;
  self->watch_index = G_MAXUINT;
}

WaveStream *
wave_stream_new (const char *room_id, const char *sender_id, gint64 mono_us, gint64 wall_us)
{
  WaveStream *self = g_object_new (WAVE_TYPE_STREAM, NULL);

  self->room_id = g_strdup (room_id);
  self->sender_id = g_strdup (sender_id);
  self->started = self->last_sign = mono_us;
  self->started_wall = wall_us;
  return self;
}

void
wave_stream_touch (WaveStream *self)
{
  self->figures_valid = FALSE;
}

gsize
wave_stream_count_held (WaveStream *self)
{
  return sizeof *self + self->text->allocated_len + (gsize)self->chunks->len * sizeof (WaveChunkMark)
         + (gsize)self->phases->len * sizeof (WavePhaseSpan) + (self->final_body != NULL ? strlen (self->final_body) : 0);
}

/* ---- chunks ---- */

/* The latest mark with text; NULL when there is none. */
static WaveChunkMark *
last_text_mark (WaveStream *self)
{
  for (guint i = self->chunks->len; i > 0; i--)
    {
      WaveChunkMark *mark = &g_array_index (self->chunks, WaveChunkMark, i - 1);

      if (mark->text_length > 0)
        return mark;
    }
  return NULL;
}

/* Until it is certain, the chunks stand one after the other: each is a slice of the text, so nothing else has to be kept. */
static void
make_cumulative (WaveStream *self)
{
  guint32 bytes_before = 0;
  guint32 raw_chars_before = 0;
  guint32 chars_before = 0;
  const WaveChunkMark *last = last_text_mark (self);
  g_autofree char *whole = g_strndup (self->text->str + last->text_offset, last->text_length);

  for (guint i = 0; i < self->chunks->len; i++)
    {
      WaveChunkMark *mark = &g_array_index (self->chunks, WaveChunkMark, i);
      guint32 length = mark->text_length;
      guint32 chars = mark->chars_after - raw_chars_before;

      raw_chars_before = mark->chars_after;
      mark->text_offset = bytes_before;
      mark->text_length = length > 0 ? length - bytes_before : 0;
      mark->chars_after = length > 0 ? chars : chars_before;
      bytes_before += mark->text_length;
      if (i % WAVE_CHUNK_BLOCK == 0)
        g_array_index (self->blocks, WaveChunkBlock, i / WAVE_CHUNK_BLOCK).chars_before = chars_before;
      chars_before = mark->chars_after;
    }
  g_string_assign (self->text, whole);
  self->cumulative = TRUE;
  self->parts_end = 0;
}

/* Rule 6: every chunk with text begins with the whole of the one before, and they have grown: a piece that is only repeated is no whole. */
static void
check_cumulative (WaveStream *self, const WaveChunkMark *before, const WaveChunk *chunk)
{
  const WaveChunkMark *first = NULL;
  guint texts = 1;

  if (!self->may_be_cumulative || before == NULL)
    return;
  self->may_be_cumulative = chunk->length >= before->text_length
                            && memcmp (chunk->text, self->text->str + before->text_offset, before->text_length) == 0;
  if (!self->may_be_cumulative)
    return;
  for (guint i = 0; i + 1 < self->chunks->len && texts < CUMULATIVE_MIN_CHUNKS; i++)
    {
      const WaveChunkMark *mark = &g_array_index (self->chunks, WaveChunkMark, i);

      first = first == NULL && mark->text_length > 0 ? mark : first;
      texts += mark->text_length > 0;
    }
  if (texts >= CUMULATIVE_MIN_CHUNKS && chunk->length > first->text_length && g_utf8_strlen (chunk->text, chunk->length) >= CUMULATIVE_MIN_CHARS)
    make_cumulative (self);
}

/* Of valid UTF-8, as the decoder gives it: every byte that does not go on with a character begins one. */
static guint
count_characters (const char *text, gsize length)
{
  guint n = 0;

  for (gsize i = 0; i < length; i++)
    n += ((guchar) text[i] & 0xc0) != 0x80;
  return n;
}

void
wave_stream_append (WaveStream *self, const WaveChunk *chunk, gint64 mono_us, gboolean lagged)
{
  WaveChunkMark *last = self->chunks->len > 0 ? &g_array_index (self->chunks, WaveChunkMark, self->chunks->len - 1) : NULL;
  WaveChunkMark mark = { .at_us = mono_us, .text_offset = self->text->len };
  const char *text = chunk->text;
  gsize length = chunk->length;
  WaveChunkMark before = { 0 };
  WaveChunkMark *previous;

  if (self->chunks->len >= STREAM_MAX_CHUNKS)
    return;
  if (self->cumulative && length >= self->text->len && memcmp (text, self->text->str, self->text->len) == 0)
    {
      text += self->text->len;
      length -= self->text->len;
    }
  if (self->text->len + length > STREAM_MAX_TEXT)
    {
      gsize room = STREAM_MAX_TEXT - self->text->len;

      /* Cut between characters. */
      while (room > 0 && ((guchar)text[room] & 0xc0) == 0x80)
        room--;
      length = room;
    }
  mark.text_length = length;
  mark.chars_after = (last != NULL ? last->chars_after : 0) + count_characters (text, length);
  mark.flags = (chunk->done ? WAVE_CHUNK_MARK_DONE : 0) | (lagged ? WAVE_CHUNK_MARK_LAGGED : 0);
  previous = length > 0 && self->may_be_cumulative && !self->cumulative ? last_text_mark (self) : NULL;
  if (previous != NULL)
    before = *previous;
  if (self->chunks->len % WAVE_CHUNK_BLOCK == 0)
    {
      WaveChunkBlock block = { .at_us = mono_us, .chars_before = last != NULL ? last->chars_after : 0 };

      g_array_append_val (self->blocks, block);
    }
  g_string_append_len (self->text, text, length);
  g_array_append_val (self->chunks, mark);
  if (previous != NULL && length == chunk->length)
    check_cumulative (self, &before, chunk);
  if (length > 0)
    self->last_text = mono_us;
  self->last_sign = mono_us;
  self->lagged = self->lagged || lagged;
  if (self->wire_key == NULL && chunk->stream_key != NULL)
    self->wire_key = g_strdup (chunk->stream_key);
  else if (chunk->stream_key != NULL && g_str_equal (self->wire_key, chunk->stream_key))
    self->wire_key_repeats = TRUE;
  self->text_serial++;
  wave_stream_touch (self);
  wave_model_mark (self, STREAM_TEXT_SERIAL);
}

/* ---- statuses ---- */

void
wave_stream_end_phase (WaveStream *self, gint64 mono_us)
{
  WavePhaseSpan *span;

  if (self->phases->len == 0)
    return;
  span = &g_array_index (self->phases, WavePhaseSpan, self->phases->len - 1);
  if (span->end_us < 0)
    {
      span->end_us = MAX (mono_us, span->start_us);
      wave_stream_touch (self);
    }
}

void
wave_stream_set_phase (WaveStream *self, WaveAiPhase phase, const char *tool, gint64 mono_us)
{
  WavePhaseSpan span = { .start_us = mono_us, .end_us = -1, .phase = phase };
  WavePhaseSpan *last = self->phases->len > 0 ? &g_array_index (self->phases, WavePhaseSpan, self->phases->len - 1) : NULL;

  if (last != NULL && last->end_us < 0 && last->phase == phase && g_strcmp0 (last->tool, tool) == 0)
    return;
  wave_stream_end_phase (self, mono_us);
  if (phase == WAVE_AI_IDLE || self->phases->len >= STREAM_MAX_PHASES)
    return;
  span.tool = tool != NULL ? wave_intern (tool, strlen (tool)) : NULL;
  g_array_append_val (self->phases, span);
  wave_stream_touch (self);
}

/* ---- messages ---- */

void
wave_stream_attach (WaveStream *self, const char *message_id, const char *body, gint64 mono_us)
{
  g_set_str (&self->final_body, body);
  if (message_id != NULL)
    {
      if (self->message_ids == NULL)
        self->message_ids = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (self->message_ids, g_strdup (message_id));
    }
  self->last_message = mono_us;
  self->last_sign = MAX (self->last_sign, mono_us);
  wave_stream_touch (self);
}

void
wave_stream_redact (WaveStream *self)
{
  /* The marks keep pointing into the text, so it keeps its length; what it said is gone. */
  memset (self->text->str, ' ', self->text->len);
  if (self->final_body != NULL)
    g_set_str (&self->final_body, "");
  self->redacted = TRUE;
  self->may_be_cumulative = FALSE;
  self->text_serial++;
  wave_model_mark (self, STREAM_TEXT_SERIAL);
}

/* ---- what it tells ---- */

guint64
wave_stream_get_serial (WaveStream *stream)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), 0);
  return stream->serial;
}

const char *
wave_stream_get_room_id (WaveStream *stream)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), NULL);
  return stream->room_id;
}

const char *
wave_stream_get_sender_id (WaveStream *stream)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), NULL);
  return stream->sender_id;
}

WaveStreamOutcome
wave_stream_get_outcome (WaveStream *stream)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), WAVE_STREAM_ABANDONED);
  return stream->outcome;
}

/* @open: name what still lasts "open", whatever comes of it */
const char *
wave_stream_outcome_get_nick (WaveStreamOutcome outcome, gboolean open)
{
  if (open)
    return "open";
  switch (outcome)
    {
    case WAVE_STREAM_DONE:
      return "done";
    case WAVE_STREAM_SETTLED:
      return "settled";
    case WAVE_STREAM_FAILED:
      return "failed";
    case WAVE_STREAM_TORN:
      return "torn";
    case WAVE_STREAM_ABANDONED:
      return "abandoned";
    case WAVE_STREAM_ANNOUNCED:
    case WAVE_STREAM_OPEN:
      break;
    }
  return "open";
}

gboolean
wave_stream_is_live (WaveStream *stream)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), FALSE);
  return stream->outcome == WAVE_STREAM_ANNOUNCED || stream->outcome == WAVE_STREAM_OPEN;
}

gboolean
wave_stream_is_stalled (WaveStream *stream)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), FALSE);
  return stream->stalled;
}

gint64
wave_stream_get_started (WaveStream *stream)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), -1);
  return stream->started;
}

gint64
wave_stream_get_started_wall (WaveStream *stream)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), -1);
  return stream->started_wall;
}

gint64
wave_stream_get_ended (WaveStream *stream)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), -1);
  return stream->ended;
}

const char *
wave_stream_get_text (WaveStream *stream, gsize *length)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), NULL);
  if (length != NULL)
    *length = stream->text->len;
  return stream->text->str;
}

gboolean
wave_stream_is_redacted (WaveStream *stream)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), FALSE);
  return stream->redacted;
}

const WaveChunkMark *
wave_stream_get_chunks (WaveStream *stream, guint *n_chunks)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream) && n_chunks != NULL, NULL);
  *n_chunks = stream->chunks->len;
  return (const WaveChunkMark *)stream->chunks->data;
}

const WaveChunkBlock *
wave_stream_get_blocks (WaveStream *stream, guint *n_blocks)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream) && n_blocks != NULL, NULL);
  *n_blocks = stream->blocks->len;
  return (const WaveChunkBlock *)stream->blocks->data;
}

const WavePhaseSpan *
wave_stream_get_phases (WaveStream *stream, guint *n_phases)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream) && n_phases != NULL, NULL);
  *n_phases = stream->phases->len;
  return (const WavePhaseSpan *)stream->phases->data;
}

const char *
wave_stream_get_final_body (WaveStream *stream)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), NULL);
  return stream->final_body;
}

gboolean
wave_stream_get_text_differs (WaveStream *stream)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), FALSE);
  return stream->text_differs;
}

gboolean
wave_stream_get_cumulative (WaveStream *stream)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), FALSE);
  return stream->cumulative;
}

const char *
wave_stream_get_trigger_id (WaveStream *stream)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), NULL);
  return stream->trigger_id;
}

const char *
wave_stream_get_message_id (WaveStream *stream)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), NULL);
  if (stream->message_ids == NULL || stream->message_ids->len == 0)
    return NULL;
  return g_ptr_array_index (stream->message_ids, stream->message_ids->len - 1);
}

const char *
wave_stream_get_error (WaveStream *stream)
{
  g_return_val_if_fail (WAVE_IS_STREAM (stream), NULL);
  return stream->error;
}
