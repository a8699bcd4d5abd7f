// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>

#include "protocol/wave-text.h"
#include "ui/wave-scope-format.h"
#include "ui/wave-scope-reader.h"

/* A hostile reply may be megabytes; a text view is not made for that. Nor for a paragraph without an end (a quarter of a megabyte takes it 20 s), and least of
 * all for a word without one (10,000 characters take 12 s to be broken between words, and none between characters). */
#define MAX_SHOWN (256 * 1024)
#define MAX_PARAGRAPH (8 * 1024)
#define MAX_WORD 600
/* A silence that a reader notices. */
#define NOTICED_US (G_USEC_PER_SEC / 10)
#define LONG_US (G_USEC_PER_SEC * 3 / 10)

struct _WaveScopeReader
{
  AdwBin parent_instance;

  GtkTextView *view;      /* child */
  GtkTextBuffer *buffer;  /* owned */
  GtkTextTag *tags[3];    /* borrowed: silence noticed, long, stall */
  GtkTextTag *future;     /* borrowed */
  WaveStream *stream;
  gint64 stall_us;
  gsize shown_bytes;
  guint shown_chunks;
  guint shown_chars;
  gsize paragraph, word; /* bytes of the last paragraph and of the last word that are shown */
  gunichar last;         /* the last character that is shown */
  gboolean full;         /* no more of it is shown */
  gint64 last_text_us;
  gboolean cumulative;
  gboolean redacted;
  guint reached;
  gboolean hide_future;
};

enum { CHUNK_PICKED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WaveScopeReader, wave_scope_reader, ADW_TYPE_BIN)

static void
colour_tags (WaveScopeReader *self)
{
  GdkRGBA noticed = wave_scope_colour (WAVE_SCOPE_COLOUR_TOOL, 0.16f);
  GdkRGBA longer = wave_scope_colour (WAVE_SCOPE_COLOUR_TOOL, 0.34f);
  GdkRGBA stall = wave_scope_colour (WAVE_SCOPE_COLOUR_STALL, 0.34f);
  GdkRGBA dim = wave_scope_colour (WAVE_SCOPE_COLOUR_DIM, 0.55f);

  g_object_set (self->tags[0], "background-rgba", &noticed, NULL);
  g_object_set (self->tags[1], "background-rgba", &longer, NULL);
  g_object_set (self->tags[2], "background-rgba", &stall, "underline", PANGO_UNDERLINE_SINGLE, NULL);
  g_object_set (self->future, "foreground-rgba", &dim, "invisible", self->hide_future, NULL);
}

static void
mark_future (WaveScopeReader *self)
{
  guint n = 0;
  const WaveChunkMark *chunks = self->stream != NULL ? wave_stream_get_chunks (self->stream, &n) : NULL;
  guint chars = self->reached == 0 || n == 0 ? 0 : chunks[MIN (self->reached, n) - 1].chars_after;
  GtkTextIter start;
  GtkTextIter at;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_remove_tag (self->buffer, self->future, &start, &end);
  if (self->reached >= n)
    return;
  gtk_text_buffer_get_iter_at_offset (self->buffer, &at, (int)chars);
  gtk_text_buffer_apply_tag (self->buffer, self->future, &at, &end);
}

static void
forget_shown (WaveScopeReader *self)
{
  self->shown_bytes = self->shown_chunks = self->shown_chars = 0;
  self->paragraph = self->word = 0;
  self->last = 0;
  self->full = FALSE;
  self->last_text_us = -1;
  gtk_text_view_set_wrap_mode (self->view, GTK_WRAP_WORD_CHAR);
  gtk_text_buffer_set_text (self->buffer, "", 0);
}

/* How much of @text can be shown. */
static gsize
find_end (WaveScopeReader *self, const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      self->paragraph = text[i] == '\n' ? 0 : self->paragraph + 1;
      self->word = g_ascii_isspace (text[i]) ? 0 : self->word + 1;
      if (self->word > MAX_WORD)
        gtk_text_view_set_wrap_mode (self->view, GTK_WRAP_CHAR);
      if (self->paragraph > MAX_PARAGRAPH || self->shown_bytes + i >= MAX_SHOWN)
        {
          self->full = TRUE;
          while (i > 0 && ((guchar)text[i] & 0xc0) == 0x80)
            i--;
          return i;
        }
    }
  return length;
}

/* (transfer full): what would hide, reorder or end a line as a sign, each character by one: the chunks are counted in characters. */
static char *
make_harmless (WaveScopeReader *self, const char *text)
{
  g_autoptr (GString) shown = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gunichar next = g_utf8_get_char (g_utf8_next_char (p));

      /* What follows the last one has not come yet: a joiner there is taken for one of an emoji or a word. */
      if (c == '\n' || c == '\t' || !wave_text_is_deceptive (c) || wave_text_joins (self->last, c, next != 0 ? next : self->last))
        g_string_append_unichar (shown, c);
      else
        g_string_append_unichar (shown, c < 0x20 ? 0x2400 + c : c == 0x7f ? 0x2421 : 0xfffd);
      self->last = c;
    }
  return g_string_free (g_steal_pointer (&shown), FALSE);
}

void
wave_scope_reader_update (WaveScopeReader *self)
{
  guint n;
  const WaveChunkMark *chunks;
  const char *text;
  gsize length;

  g_return_if_fail (WAVE_IS_SCOPE_READER (self));
  if (self->stream == NULL)
    return;
  /* What is shown is not the beginning of the text any more. */
  if (wave_stream_get_cumulative (self->stream) != self->cumulative || wave_stream_is_redacted (self->stream) != self->redacted)
    {
      self->cumulative = wave_stream_get_cumulative (self->stream);
      self->redacted = wave_stream_is_redacted (self->stream);
      forget_shown (self);
    }
  chunks = wave_stream_get_chunks (self->stream, &n);
  text = wave_stream_get_text (self->stream, &length);
  if (n == self->shown_chunks || self->full)
    return;
  {
    gsize more = find_end (self, text + self->shown_bytes, length - self->shown_bytes);
    g_autofree char *valid = g_utf8_make_valid (text + self->shown_bytes, more);
    g_autofree char *shown = make_harmless (self, valid);
    GtkTextIter end;

    gtk_text_buffer_get_end_iter (self->buffer, &end);
    gtk_text_buffer_insert (self->buffer, &end, shown, -1);
    if (self->full)
      gtk_text_buffer_insert (self->buffer, &end, "…", -1);
  }
  for (guint i = self->shown_chunks; i < n; i++)
    {
      gint64 silence;
      GtkTextIter from;
      GtkTextIter to;

      if (chunks[i].text_length == 0)
        continue;
      silence = self->last_text_us >= 0 ? chunks[i].at_us - self->last_text_us : 0;
      if (silence >= NOTICED_US)
        {
          gtk_text_buffer_get_iter_at_offset (self->buffer, &from, (int)self->shown_chars);
          gtk_text_buffer_get_iter_at_offset (self->buffer, &to, (int)chunks[i].chars_after);
          gtk_text_buffer_apply_tag (self->buffer, self->tags[silence > self->stall_us ? 2 : silence >= LONG_US ? 1 : 0], &from, &to);
        }
      self->shown_chars = chunks[i].chars_after;
      self->last_text_us = chunks[i].at_us;
    }
  self->shown_bytes = length;
  self->shown_chunks = n;
  if (self->reached < n)
    mark_future (self);
}

void
wave_scope_reader_set_stream (WaveScopeReader *self, WaveStream *stream, gint64 stall_us)
{
  g_return_if_fail (WAVE_IS_SCOPE_READER (self));
  self->stall_us = stall_us;
  g_set_object (&self->stream, stream);
  forget_shown (self);
  self->reached = G_MAXUINT;
  self->cumulative = stream != NULL && wave_stream_get_cumulative (stream);
  self->redacted = stream != NULL && wave_stream_is_redacted (stream);
  wave_scope_reader_update (self);
}

void
wave_scope_reader_set_reached (WaveScopeReader *self, guint n_chunks)
{
  g_return_if_fail (WAVE_IS_SCOPE_READER (self));
  if (self->reached == n_chunks)
    return;
  self->reached = n_chunks;
  mark_future (self);
}

void
wave_scope_reader_set_hide_future (WaveScopeReader *self, gboolean hide)
{
  g_return_if_fail (WAVE_IS_SCOPE_READER (self));
  self->hide_future = hide;
  colour_tags (self);
}

static void
on_pressed (GtkGestureClick *gesture, int n_press, double x, double y, WaveScopeReader *self)
{
  guint n = 0;
  const WaveChunkMark *chunks = self->stream != NULL ? wave_stream_get_chunks (self->stream, &n) : NULL;
  GtkTextIter iter;
  guint low = 0;
  guint high = n;
  guint chars;
  int bx;
  int by;

  gtk_text_view_window_to_buffer_coords (self->view, GTK_TEXT_WINDOW_WIDGET, (int)x, (int)y, &bx, &by);
  if (n == 0 || !gtk_text_view_get_iter_at_location (self->view, &iter, bx, by))
    return;
  chars = (guint)gtk_text_iter_get_offset (&iter);
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (chunks[middle].chars_after <= chars)
        low = middle + 1;
      else
        high = middle;
    }
  if (low < n)
    g_signal_emit (self, signals[CHUNK_PICKED], 0, low);
}

static void
wave_scope_reader_dispose (GObject *object)
{
  WaveScopeReader *self = WAVE_SCOPE_READER (object);

  g_clear_object (&self->stream);
  G_OBJECT_CLASS (wave_scope_reader_parent_class)->dispose (object);
  g_clear_object (&self->buffer);
}

static void
wave_scope_reader_class_init (WaveScopeReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_scope_reader_dispose;
  signals[CHUNK_PICKED] = g_signal_new ("chunk-picked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                        1, G_TYPE_UINT);
}

static void
wave_scope_reader_init (WaveScopeReader *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->buffer = gtk_text_buffer_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (self->tags); i++)
    self->tags[i] = gtk_text_buffer_create_tag (self->buffer, NULL, NULL);
  self->future = gtk_text_buffer_create_tag (self->buffer, NULL, NULL);
  self->reached = G_MAXUINT;
  self->view = GTK_TEXT_VIEW (gtk_text_view_new_with_buffer (self->buffer));
  gtk_text_view_set_editable (self->view, FALSE);
  gtk_text_view_set_cursor_visible (self->view, FALSE);
  gtk_text_view_set_wrap_mode (self->view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin (self->view, 8);
  gtk_text_view_set_right_margin (self->view, 8);
  gtk_text_view_set_top_margin (self->view, 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Text as the reader saw it"), -1);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->view));
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), 110);
  gtk_widget_set_vexpand (scrolled, TRUE);
  adw_bin_set_child (ADW_BIN (self), scrolled);
  gtk_widget_add_css_class (GTK_WIDGET (self), "scope-reader");
  colour_tags (self);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (colour_tags), self, G_CONNECT_SWAPPED);
}

GtkWidget *
wave_scope_reader_new (void)
{
  return g_object_new (WAVE_TYPE_SCOPE_READER, NULL);
}
