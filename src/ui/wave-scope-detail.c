// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/wave-participant.h"
#include "model/wave-room.h"
#include "model/wave-timeline.h"
#include "protocol/wave-text.h"
#include "ui/wave-scope-detail.h"
#include "ui/wave-scope-figures.h"
#include "ui/wave-scope-format.h"
#include "ui/wave-scope-plot.h"
#include "ui/wave-scope-reader.h"

/* How often a stream that lasts is read anew. */
#define REFRESH_MS 100
/* The figures, px: less than a page of 360 px has. */
#define FIGURES_WIDTH 330
#define MAX_DIFFERENCE 1000

struct _WaveScopeDetail
{
  AdwBin parent_instance;

  /* children */
  GtkWidget *stack;
  GtkLabel *title;
  GtkLabel *outcome;
  GtkButton *trigger; /* the message that it answers */
  GtkLabel *trigger_words;
  GtkLabel *values[WAVE_SCOPE_N_FIGURES];
  WaveScopePlot *plot;
  WaveScopeHistogram *histogram;
  WaveScopeReader *reader;
  GtkLabel *position;
  GtkButton *play;
  GtkDropDown *speed;
  GtkWidget *differs_box;
  GtkLabel *differs;

  /* owned */
  WaveTenant *tenant;
  WaveStream *stream;

  gint64 playhead_us; /* after the first sign; -1: at the end */
  gint64 frame_us;
  guint tick_id;
  guint refresh_id;
};

G_DEFINE_FINAL_TYPE (WaveScopeDetail, wave_scope_detail, ADW_TYPE_BIN)

static const double speeds[] = { 0.1, 0.25, 0.5, 1, 2, 5, 10 };

static gint64
stall_limit (WaveScopeDetail *self)
{
  WaveStreamThresholds limits;

  wave_stream_store_get_thresholds (wave_tenant_get_streams (self->tenant), &limits);
  return limits.stall_us;
}

static gint64
length_of (WaveScopeDetail *self)
{
  return wave_scope_stream_end (self->stream, wave_tenant_get_now_mono (self->tenant)) - wave_stream_get_started (self->stream);
}

static void
stop (WaveScopeDetail *self)
{
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  gtk_button_set_icon_name (self->play, "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->play), _ ("Play"));
}

static void
show_position (WaveScopeDetail *self)
{
  guint n;
  const WaveChunkMark *chunks = wave_stream_get_chunks (self->stream, &n);
  guint reached = self->playhead_us < 0
                      ? G_MAXUINT
                      : wave_scope_chunks_by (chunks, n, wave_stream_get_started (self->stream) + self->playhead_us);
  g_autofree char *at = wave_scope_format_duration (self->playhead_us < 0 ? length_of (self) : self->playhead_us);
  g_autofree char *text = g_strdup_printf (_ ("%s · chunk %u of %u"), at, MIN (reached, n), n);

  gtk_label_set_text (self->position, text);
  wave_scope_plot_set_playhead (self->plot, self->playhead_us);
  wave_scope_reader_set_reached (self->reader, reached);
}

void
wave_scope_detail_seek (WaveScopeDetail *self, gint64 offset_us)
{
  g_return_if_fail (WAVE_IS_SCOPE_DETAIL (self));
  if (self->stream == NULL)
    return;
  self->playhead_us = offset_us < 0 ? -1 : MIN (offset_us, length_of (self));
  show_position (self);
}

gint64
wave_scope_detail_get_playhead (WaveScopeDetail *self)
{
  return self->playhead_us;
}

static void
step (WaveScopeDetail *self, int by)
{
  guint n;
  const WaveChunkMark *chunks;
  gint64 started;
  guint at;
  gint64 next;

  if (self->stream == NULL)
    return;
  stop (self);
  chunks = wave_stream_get_chunks (self->stream, &n);
  started = wave_stream_get_started (self->stream);
  at = self->playhead_us < 0 ? n : wave_scope_chunks_by (chunks, n, started + self->playhead_us);
  next = (gint64)at + by;
  if (next <= 0 || n == 0)
    wave_scope_detail_seek (self, 0);
  else
    wave_scope_detail_seek (self, chunks[MIN (next, n) - 1].at_us - started);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WaveScopeDetail *self = WAVE_SCOPE_DETAIL (widget);
  gint64 now = gdk_frame_clock_get_frame_time (clock);
  double speed = speeds[MIN (gtk_drop_down_get_selected (self->speed), G_N_ELEMENTS (speeds) - 1)];
  gint64 next = self->playhead_us + (gint64)((now - self->frame_us) * speed);

  self->frame_us = now;
  if (self->stream == NULL || next >= length_of (self))
    {
      self->tick_id = 0;
      stop (self);
      wave_scope_detail_seek (self, -1);
      return G_SOURCE_REMOVE;
    }
  wave_scope_detail_seek (self, next);
  return G_SOURCE_CONTINUE;
}

static void
on_play (WaveScopeDetail *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  if (self->stream == NULL || clock == NULL)
    return;
  if (self->tick_id != 0)
    {
      stop (self);
      return;
    }
  if (self->playhead_us < 0 || self->playhead_us >= length_of (self))
    wave_scope_detail_seek (self, 0);
  self->frame_us = gdk_frame_clock_get_frame_time (clock);
  self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
  gtk_button_set_icon_name (self->play, "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->play), _ ("Pause"));
}

static void
on_back (WaveScopeDetail *self)
{
  step (self, -1);
}

static void
on_forward (WaveScopeDetail *self)
{
  step (self, 1);
}

static void
on_step (WaveScopePlot *plot, int by, WaveScopeDetail *self)
{
  step (self, by);
}

static void
on_seek (WaveScopePlot *plot, gint64 offset_us, WaveScopeDetail *self)
{
  wave_scope_detail_seek (self, offset_us);
}

static void
on_chunk_picked (WaveScopeReader *reader, guint chunk, WaveScopeDetail *self)
{
  guint n;
  const WaveChunkMark *chunks = wave_stream_get_chunks (self->stream, &n);

  if (chunk < n)
    wave_scope_detail_seek (self, chunks[chunk].at_us - wave_stream_get_started (self->stream));
}

static void
on_hide_future (GtkToggleButton *button, WaveScopeDetail *self)
{
  wave_scope_reader_set_hide_future (self->reader, gtk_toggle_button_get_active (button));
}

/* Lines stay lines; what would hide or reorder something in them is spelled out. */
static void
append_visible (GString *shown, const char *text, const char *end)
{
  const char *stop;

  do
    {
      g_autofree char *line = NULL;

      stop = memchr (text, '\n', end - text);
      line = wave_text_make_visible (text, (stop != NULL ? stop : end) - text, MAX_DIFFERENCE);
      g_string_append (shown, line);
      if (stop != NULL)
        g_string_append_c (shown, '\n');
      text = stop != NULL ? stop + 1 : end;
    }
  while (stop != NULL);
}

/* The final message, with what it says otherwise underlined. */
static void
show_difference (WaveScopeDetail *self)
{
  const char *body = wave_stream_get_final_body (self->stream);
  const char *text = wave_stream_get_text (self->stream, NULL);
  g_autoptr (PangoAttrList) attributes = NULL;
  g_autoptr (GString) shown = NULL;
  PangoAttribute *mark;
  const char *start, *from, *to, *limit;
  gsize same = 0;
  gsize end, text_end;

  gtk_widget_set_visible (self->differs_box, wave_stream_get_text_differs (self->stream) && body != NULL);
  if (!wave_stream_get_text_differs (self->stream) || body == NULL)
    return;
  while (body[same] != '\0' && body[same] == text[same])
    same++;
  end = strlen (body);
  text_end = strlen (text);
  while (end > same && text_end > same && body[end - 1] == text[text_end - 1])
    {
      end--;
      text_end--;
    }
  /* Whole characters, at least one, and a little of what is before the difference. */
  from = body + same;
  while (from > body && ((guchar)*from & 0xc0) == 0x80)
    from--;
  to = body + MAX (end, MIN (same + 1, strlen (body)));
  while (((guchar)*to & 0xc0) == 0x80)
    to++;
  start = from;
  for (guint i = 0; i < 80 && start > body; i++)
    start = g_utf8_find_prev_char (body, start);
  limit = start + MIN (strlen (start), MAX_DIFFERENCE);
  while (((guchar)*limit & 0xc0) == 0x80)
    limit++;
  to = MIN (to, limit);
  shown = g_string_new (NULL);
  append_visible (shown, start, from);
  attributes = pango_attr_list_new ();
  mark = pango_attr_underline_new (PANGO_UNDERLINE_DOUBLE);
  mark->start_index = shown->len;
  append_visible (shown, from, to);
  mark->end_index = shown->len;
  pango_attr_list_insert (attributes, mark);
  append_visible (shown, to, limit);
  gtk_label_set_text (self->differs, shown->str);
  gtk_label_set_attributes (self->differs, attributes);
}

/* What it answers, where that can be told; a click opens the room. */
static void
show_trigger (WaveScopeDetail *self)
{
  const char *id = wave_stream_get_trigger_id (self->stream);
  WaveRoom *room = wave_tenant_get_room (self->tenant, wave_stream_get_room_id (self->stream));
  int at = id != NULL && room != NULL ? wave_timeline_find (wave_room_get_timeline (room), id) : -1;
  g_autoptr (WaveTimelineItem) item = NULL;
  g_autofree char *body = NULL;
  g_autofree char *text = NULL;
  WaveParticipant *sender;

  gtk_widget_set_visible (GTK_WIDGET (self->trigger), at >= 0);
  if (at < 0)
    return;
  item = g_list_model_get_item (G_LIST_MODEL (wave_room_get_timeline (room)), (guint)at);
  sender = wave_timeline_item_get_sender (item);
  if (wave_timeline_item_get_body (item) != NULL && !wave_timeline_item_get_redacted (item))
    body = wave_text_make_visible (wave_timeline_item_get_body (item), strlen (wave_timeline_item_get_body (item)), 120);
  /* Translators: who wrote the message that an AI answers, and the message */
  text = g_strdup_printf (_ ("↩ %s: %s"), sender != NULL ? wave_participant_get_display_name (sender) : "?", body != NULL ? body : "…");
  gtk_label_set_text (self->trigger_words, text);
}

static void
on_trigger (WaveScopeDetail *self)
{
  if (self->stream != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-room", "s", wave_stream_get_room_id (self->stream));
}

static void
refresh (WaveScopeDetail *self)
{
  gint64 now = wave_tenant_get_now_mono (self->tenant);
  WaveStreamFigures figures;
  g_autofree char *title = NULL;
  g_autofree char *outcome = NULL;

  if (self->stream == NULL)
    return;
  wave_stream_get_figures (self->stream, stall_limit (self), &figures);
  title = g_strdup_printf ("%s · %s", wave_scope_sender_name (self->tenant, self->stream),
                           wave_scope_room_name (self->tenant, self->stream));
  gtk_label_set_text (self->title, title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), title);
  outcome = wave_scope_dup_outcome (self->stream, now);
  gtk_label_set_text (self->outcome, outcome);
  if (wave_stream_is_stalled (self->stream) || wave_stream_get_outcome (self->stream) == WAVE_STREAM_FAILED)
    gtk_widget_add_css_class (GTK_WIDGET (self->outcome), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->outcome), "error");
  for (guint i = 0; i < WAVE_SCOPE_N_FIGURES; i++)
    {
      g_autofree char *value = wave_scope_figure_dup_text (i, &figures);

      gtk_label_set_text (self->values[i], value);
    }
  show_trigger (self);
  wave_scope_plot_set_now (self->plot, now);
  wave_scope_histogram_set_stream (self->histogram, self->stream, stall_limit (self));
  wave_scope_reader_update (self->reader);
  show_difference (self);
  show_position (self);
}

static gboolean
on_refresh (gpointer user_data)
{
  WaveScopeDetail *self = user_data;

  refresh (self);
  if (self->stream != NULL && wave_stream_is_live (self->stream) && gtk_widget_get_mapped (GTK_WIDGET (self)))
    return G_SOURCE_CONTINUE;
  self->refresh_id = 0;
  return G_SOURCE_REMOVE;
}

static void
queue_refresh (WaveScopeDetail *self)
{
  if (self->refresh_id != 0 || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->refresh_id = g_timeout_add (REFRESH_MS, on_refresh, self);
  g_source_set_name_by_id (self->refresh_id, "wave-scope-detail");
}

void
wave_scope_detail_set_stream (WaveScopeDetail *self, WaveStream *stream)
{
  g_autoptr (GPtrArray) streams = g_ptr_array_new ();

  g_return_if_fail (WAVE_IS_SCOPE_DETAIL (self));
  if (self->stream == stream)
    return;
  stop (self);
  if (self->stream != NULL)
    g_signal_handlers_disconnect_by_func (self->stream, queue_refresh, self);
  g_set_object (&self->stream, stream);
  self->playhead_us = -1;
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), stream != NULL ? "stream" : "none");
  wave_scope_reader_set_stream (self->reader, stream, stall_limit (self));
  if (stream != NULL)
    {
      g_ptr_array_add (streams, stream);
      g_signal_connect_object (stream, "notify", G_CALLBACK (queue_refresh), self, G_CONNECT_SWAPPED);
    }
  wave_scope_plot_set_stall (self->plot, stall_limit (self));
  wave_scope_plot_set_streams (self->plot, streams);
  refresh (self);
  queue_refresh (self);
}

/* ---- building ---- */

static GtkWidget *
card (GtkWidget *child, int width)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  gtk_widget_add_css_class (box, "card");
  gtk_box_append (GTK_BOX (box), child);
  gtk_widget_set_size_request (box, width, -1);
  gtk_widget_set_overflow (box, GTK_OVERFLOW_HIDDEN);
  return box;
}

static GtkLabel *
label (const char *text, const char *css)
{
  GtkWidget *widget = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (widget), 0);
  if (css != NULL)
    gtk_widget_add_css_class (widget, css);
  return GTK_LABEL (widget);
}

static GtkSizeRequestMode
get_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* With large text the figures would like to be wider than a narrow window; then their words break. To the wrap box they may say so only if it is not more
 * than a line has: beyond that it places a child wrongly where text runs from right to left. */
static void
measure_figures (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *mb, int *nb)
{
  gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, for_size, minimum, natural, mb, nb);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = MAX (*minimum, MIN (*natural, FIGURES_WIDTH));
}

static void
allocate_figures (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width, height, baseline, NULL);
}

static GtkWidget *
make_figures (WaveScopeDetail *self)
{
  GtkWidget *bin = adw_bin_new ();
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 0);
  self->title = label ("", "heading");
  gtk_label_set_ellipsize (self->title, PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (self->title, 24);
  self->outcome = label ("", "caption-heading");
  gtk_label_set_wrap (self->outcome, TRUE);
  gtk_label_set_max_width_chars (self->outcome, 34);
  {
    GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
    GtkWidget *help = gtk_button_new_from_icon_name ("help-about-symbolic");

    gtk_widget_add_css_class (help, "flat");
    gtk_widget_add_css_class (help, "scope-small");
    gtk_widget_set_tooltip_text (help, _ ("What the Figures Mean"));
    gtk_actionable_set_action_name (GTK_ACTIONABLE (help), "scope.help");
    gtk_widget_set_valign (help, GTK_ALIGN_CENTER);
    gtk_widget_set_hexpand (GTK_WIDGET (self->title), TRUE);
    gtk_widget_set_hexpand (grid, FALSE);
    gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->title));
    gtk_box_append (GTK_BOX (head), help);
    gtk_grid_attach (GTK_GRID (grid), head, 0, 0, 2, 1);
  }
  gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (self->outcome), 0, 1, 2, 1);
  self->trigger_words = label ("", "caption");
  gtk_label_set_ellipsize (self->trigger_words, PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (self->trigger_words, 34);
  self->trigger = GTK_BUTTON (gtk_button_new ());
  gtk_button_set_child (self->trigger, GTK_WIDGET (self->trigger_words));
  gtk_widget_add_css_class (GTK_WIDGET (self->trigger), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (self->trigger), "scope-link");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->trigger), _ ("Open the Room of the Message That It Answers"));
  g_signal_connect_swapped (self->trigger, "clicked", G_CALLBACK (on_trigger), self);
  gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (self->trigger), 0, 2, 2, 1);
  for (guint i = 0; i < WAVE_SCOPE_N_FIGURES; i++)
    {
      GtkLabel *name = label (wave_scope_figure_name (i), "dim-label");

      self->values[i] = label ("", "numeric");
      gtk_label_set_wrap (name, TRUE);
      gtk_label_set_wrap (self->values[i], TRUE);
      gtk_widget_set_valign (GTK_WIDGET (name), GTK_ALIGN_START);
      gtk_widget_add_css_class (GTK_WIDGET (name), "caption");
      gtk_widget_add_css_class (GTK_WIDGET (self->values[i]), "caption-heading");
      gtk_widget_set_tooltip_text (GTK_WIDGET (name), wave_scope_figure_meaning (i));
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->values[i]), wave_scope_figure_meaning (i));
      gtk_label_set_selectable (self->values[i], TRUE);
      gtk_accessible_update_relation (GTK_ACCESSIBLE (self->values[i]), GTK_ACCESSIBLE_RELATION_LABELLED_BY, name, NULL, -1);
      gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (name), 0, 3 + (int)i, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (self->values[i]), 1, 3 + (int)i, 1, 1);
    }
  adw_bin_set_child (ADW_BIN (bin), grid);
  gtk_widget_set_layout_manager (bin, gtk_custom_layout_new (get_mode, measure_figures, allocate_figures));
  return bin;
}

static GtkWidget *
icon_button (const char *icon, const char *tooltip, GCallback callback, WaveScopeDetail *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_swapped (button, "clicked", callback, self);
  return button;
}

static GtkWidget *
make_transport (WaveScopeDetail *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  const char *const words[] = { "0.1×", "0.25×", "0.5×", "1×", "2×", "5×", "10×", NULL };
  GtkWidget *hide = gtk_toggle_button_new ();

  gtk_box_append (GTK_BOX (box), icon_button ("media-skip-backward-symbolic", _ ("One chunk back"), G_CALLBACK (on_back), self));
  self->play = GTK_BUTTON (icon_button ("media-playback-start-symbolic", _ ("Play"), G_CALLBACK (on_play), self));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->play));
  gtk_box_append (GTK_BOX (box), icon_button ("media-skip-forward-symbolic", _ ("One chunk on"), G_CALLBACK (on_forward), self));
  self->speed = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (words));
  gtk_drop_down_set_selected (self->speed, 3);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->speed), _ ("Speed"));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->speed));
  gtk_button_set_icon_name (GTK_BUTTON (hide), "view-conceal-symbolic");
  gtk_widget_set_tooltip_text (hide, _ ("Hide what the reader had not seen yet"));
  gtk_widget_add_css_class (hide, "flat");
  g_signal_connect (hide, "toggled", G_CALLBACK (on_hide_future), self);
  gtk_box_append (GTK_BOX (box), hide);
  return box;
}

static GtkWidget *
make_reader (WaveScopeDetail *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkLabel *caption;

  self->reader = WAVE_SCOPE_READER (wave_scope_reader_new ());
  g_signal_connect (self->reader, "chunk-picked", G_CALLBACK (on_chunk_picked), self);
  self->position = label ("", "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->position), "numeric");
  gtk_widget_set_margin_start (GTK_WIDGET (self->position), 8);
  gtk_label_set_ellipsize (self->position, PANGO_ELLIPSIZE_END);
  self->differs_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_set_margin_start (self->differs_box, 8);
  gtk_widget_set_margin_end (self->differs_box, 8);
  gtk_box_append (GTK_BOX (self->differs_box), GTK_WIDGET (label (_ ("≠ The message says otherwise:"), "caption-heading")));
  self->differs = label ("", NULL);
  gtk_label_set_wrap (self->differs, TRUE);
  gtk_label_set_wrap_mode (self->differs, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (self->differs, TRUE);
  gtk_box_append (GTK_BOX (self->differs_box), GTK_WIDGET (self->differs));
  caption = label (_ ("as the reader saw it"), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (caption), "dim-label");
  gtk_widget_set_margin_start (GTK_WIDGET (caption), 8);
  gtk_widget_set_margin_top (GTK_WIDGET (caption), 4);
  gtk_widget_set_tooltip_text (GTK_WIDGET (caption), _ ("The darker a chunk, the longer the silence before it. Click on the text to put the playhead there."));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (caption));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->reader));
  gtk_box_append (GTK_BOX (box), self->differs_box);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->position));
  gtk_box_append (GTK_BOX (box), make_transport (self));
  return box;
}

static void
wave_scope_detail_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (wave_scope_detail_parent_class)->map (widget);
  queue_refresh (WAVE_SCOPE_DETAIL (widget));
}

static void
wave_scope_detail_dispose (GObject *object)
{
  WaveScopeDetail *self = WAVE_SCOPE_DETAIL (object);

  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_object (&self->stream);
  g_clear_object (&self->tenant);
  G_OBJECT_CLASS (wave_scope_detail_parent_class)->dispose (object);
}

static void
wave_scope_detail_class_init (WaveScopeDetailClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_scope_detail_dispose;
  GTK_WIDGET_CLASS (klass)->map = wave_scope_detail_map;
}

static void
wave_scope_detail_init (WaveScopeDetail *self)
{
  GtkWidget *wrap = adw_wrap_box_new ();
  GtkWidget *none = gtk_label_new (_ ("Select a stream: click on it, or use the arrow keys"));

  self->playhead_us = -1;
  self->plot = WAVE_SCOPE_PLOT (wave_scope_plot_new ());
  g_signal_connect (self->plot, "seek", G_CALLBACK (on_seek), self);
  g_signal_connect (self->plot, "step", G_CALLBACK (on_step), self);
  self->histogram = WAVE_SCOPE_HISTOGRAM (wave_scope_histogram_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->plot), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->histogram), TRUE);
  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (wrap), 12);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (wrap), 12);
  adw_wrap_box_set_justify (ADW_WRAP_BOX (wrap), ADW_JUSTIFY_FILL);
  adw_wrap_box_set_justify_last_line (ADW_WRAP_BOX (wrap), TRUE);
  adw_wrap_box_append (ADW_WRAP_BOX (wrap), make_figures (self));
  adw_wrap_box_append (ADW_WRAP_BOX (wrap), card (GTK_WIDGET (self->plot), 300));
  adw_wrap_box_append (ADW_WRAP_BOX (wrap), card (GTK_WIDGET (self->histogram), 180));
  adw_wrap_box_append (ADW_WRAP_BOX (wrap), card (make_reader (self), 240));
  gtk_widget_add_css_class (none, "dim-label");
  gtk_label_set_wrap (GTK_LABEL (none), TRUE);
  self->stack = gtk_stack_new ();
  gtk_stack_set_hhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_add_named (GTK_STACK (self->stack), none, "none");
  gtk_stack_add_named (GTK_STACK (self->stack), wrap, "stream");
  adw_bin_set_child (ADW_BIN (self), self->stack);
}

GtkWidget *
wave_scope_detail_new (WaveTenant *tenant)
{
  WaveScopeDetail *self = g_object_new (WAVE_TYPE_SCOPE_DETAIL, NULL);

  self->tenant = g_object_ref (tenant);
  return GTK_WIDGET (self);
}
