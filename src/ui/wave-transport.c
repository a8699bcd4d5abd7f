// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-transport.h"

#include <glib/gi18n.h>

#include "ui/wave-format.h"
#include "ui/wave-scrubber.h"

#define SKIP_US (10 * (gint64) G_USEC_PER_SEC)

static const double rates[] = { 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100 };

struct _WaveTransport
{
  AdwBin parent_instance;

  GtkBox *upper, *lower;
  GtkWidget *clock_box, *tail;
  GtkButton *play_button;
  GtkLabel *clock, *elapsed;
  WaveScrubber *scrubber;
  GtkWidget *spinner;
  GtkMenuButton *rate_button;
  GtkWidget *close_button;

  WaveReplay *replay;
  GSignalGroup *replay_signals, *log_signals;
  GSimpleActionGroup *actions;
  gboolean narrow;
};

enum { PROP_0, PROP_NARROW, N_PROPS };
static GParamSpec *props[N_PROPS];
static guint signal_close;

G_DEFINE_FINAL_TYPE (WaveTransport, wave_transport, ADW_TYPE_BIN)

/* ---- what it shows ---- */

/* "1:02.4": a span that grows keeps its width. */
static char *
format_elapsed (gint64 us)
{
  gint64 tenths = us / (G_USEC_PER_SEC / 10);
  gint64 seconds = tenths / 10;

  if (seconds >= 3600)
    return g_strdup_printf ("%d:%02d:%02d.%d", (int) (seconds / 3600), (int) (seconds / 60 % 60), (int) (seconds % 60), (int) (tenths % 10));
  return g_strdup_printf ("%d:%02d.%d", (int) (seconds / 60), (int) (seconds % 60), (int) (tenths % 10));
}

static void
show_position (WaveTransport *self)
{
  gint64 position = wave_replay_get_position (self->replay);
  gint64 duration = wave_replay_get_duration (self->replay);
  g_autofree char *clock = wave_format_clock_ms (wave_replay_get_started_wall (self->replay) + position);
  g_autofree char *now = format_elapsed (position);
  g_autofree char *whole = format_elapsed (duration);
  g_autofree char *words = g_strdup_printf ("%s / %s", now, whole);
  g_autofree char *spoken = NULL;

  gtk_label_set_text (self->clock, clock);
  gtk_label_set_text (self->elapsed, words);
  if (!wave_scrubber_is_dragged (self->scrubber))
    gtk_range_set_value (GTK_RANGE (self->scrubber), position / 1e6);
  /* Translators: a time of day, then the time since a recording began, then its length */
  spoken = g_strdup_printf (_("%s, %s of %s"), clock, now, whole);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scrubber), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, spoken, -1);
}

static void
enable (WaveTransport *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
update_actions (WaveTransport *self)
{
  static const char *const all[] = { "play", "on", "end", "start", "back", "forward", "rewind", "rate", "faster", "slower" };
  gboolean ready = self->replay != NULL && wave_replay_is_ready (self->replay);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    enable (self, all[i], ready);
  gtk_widget_set_sensitive (GTK_WIDGET (self->scrubber), ready);
}

static void
on_progress (WaveTransport *self)
{
  WaveEventLog *log;
  g_autofree char *count = NULL;
  g_autofree char *text = NULL;

  if (self->replay == NULL || wave_replay_is_ready (self->replay))
    return;
  log = wave_replay_get_event_log (self->replay);
  count = wave_format_count (wave_event_log_get_n_events (log));
  /* Translators: %s is a number of events */
  text = g_strdup_printf (ngettext ("Reading, %s event", "Reading, %s events", wave_event_log_get_n_events (log)), count);
  gtk_label_set_text (self->clock, text);
  gtk_range_set_value (GTK_RANGE (self->scrubber), wave_event_log_get_progress (log));
}

static void
on_position (WaveTransport *self)
{
  if (wave_replay_is_ready (self->replay))
    show_position (self);
}

static void
on_seeking (WaveTransport *self)
{
  gtk_widget_set_visible (self->spinner, !wave_replay_is_ready (self->replay));
}

static void
on_ready (WaveTransport *self)
{
  gint64 duration = wave_replay_get_duration (self->replay);

  gtk_range_set_range (GTK_RANGE (self->scrubber), 0, MAX (duration / 1e6, 0.001));
  wave_scrubber_set_log (self->scrubber, wave_replay_get_event_log (self->replay), wave_replay_get_started_wall (self->replay), duration);
  update_actions (self);
  on_seeking (self);
  show_position (self);
}

static void
on_playing (WaveTransport *self)
{
  gboolean playing = wave_replay_is_playing (self->replay);

  gtk_button_set_icon_name (self->play_button, playing ? "media-playback-pause-symbolic" : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->play_button), playing ? _("Pause") : _("Play"));
}

static void
on_rate (WaveTransport *self)
{
  g_autofree char *label = g_strdup_printf ("%g×", wave_replay_get_rate (self->replay));
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "rate");

  gtk_menu_button_set_label (self->rate_button, label);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_double (wave_replay_get_rate (self->replay)));
}

/* ---- what it does ---- */

static gboolean
on_change_value (GtkRange *range, GtkScrollType scroll, double value, WaveTransport *self)
{
  gint64 position;

  if (self->replay == NULL || !wave_replay_is_ready (self->replay))
    return TRUE;
  position = wave_replay_get_position (self->replay);
  if (scroll == GTK_SCROLL_STEP_BACKWARD || scroll == GTK_SCROLL_STEP_LEFT)
    value = position / 1e6 - 1;
  else if (scroll == GTK_SCROLL_STEP_FORWARD || scroll == GTK_SCROLL_STEP_RIGHT)
    value = position / 1e6 + 1;
  value = CLAMP (value, 0, wave_replay_get_duration (self->replay) / 1e6);
  wave_replay_seek (self->replay, (gint64) (value * 1e6));
  gtk_range_set_value (range, value);
  show_position (self);
  return TRUE;
}

static void
play_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WaveTransport *self = user_data;

  if (wave_replay_is_playing (self->replay))
    wave_replay_pause (self->replay);
  else
    wave_replay_play (self->replay);
}

static void
step_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WaveTransport *self = user_data;

  wave_replay_step (self->replay, g_str_equal (g_action_get_name (G_ACTION (action)), "on") ? 1 : -1);
}

static void
jump_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WaveTransport *self = user_data;
  const char *name = g_action_get_name (G_ACTION (action));
  gint64 position = wave_replay_get_position (self->replay);

  if (g_str_equal (name, "start"))
    position = 0;
  else if (g_str_equal (name, "end"))
    position = wave_replay_get_duration (self->replay);
  else
    position += g_str_equal (name, "forward") ? SKIP_US : -SKIP_US;
  wave_replay_seek (self->replay, MAX (position, 0));
  show_position (self);
}

static void
rate_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  wave_replay_set_rate (WAVE_TRANSPORT (user_data)->replay, g_variant_get_double (parameter));
}

static void
change_rate_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  wave_transport_change_rate (user_data, g_str_equal (g_action_get_name (G_ACTION (action)), "faster") ? 1 : -1);
}

void
wave_transport_change_rate (WaveTransport *transport, int direction)
{
  double rate;
  guint i = 0;

  g_return_if_fail (WAVE_IS_TRANSPORT (transport));
  if (transport->replay == NULL)
    return;
  rate = wave_replay_get_rate (transport->replay);
  while (i + 1 < G_N_ELEMENTS (rates) && rates[i] < rate)
    i++;
  if (direction > 0 && i + 1 < G_N_ELEMENTS (rates))
    i++;
  else if (direction < 0 && i > 0)
    i--;
  wave_replay_set_rate (transport->replay, rates[i]);
}

static void
on_close (GtkButton *button, WaveTransport *self)
{
  g_signal_emit (self, signal_close, 0);
}

void
wave_transport_set_replay (WaveTransport *transport, WaveReplay *replay)
{
  g_return_if_fail (WAVE_IS_TRANSPORT (transport));
  g_set_object (&transport->replay, replay);
  g_signal_group_set_target (transport->replay_signals, replay);
  g_signal_group_set_target (transport->log_signals, replay != NULL ? wave_replay_get_event_log (replay) : NULL);
  update_actions (transport);
  if (replay == NULL)
    {
      wave_scrubber_set_log (transport->scrubber, NULL, 0, 0);
      return;
    }
  gtk_range_set_range (GTK_RANGE (transport->scrubber), 0, 1);
  gtk_label_set_text (transport->elapsed, "");
  on_playing (transport);
  on_rate (transport);
  on_seeking (transport);
  if (wave_replay_is_ready (replay))
    on_ready (transport);
  else
    on_progress (transport);
}

/* ---- the object ---- */

/* The same two widgets in the upper or the lower row. */
static void
move (WaveTransport *self)
{
  GtkWidget *clock = g_object_ref (self->clock_box);
  GtkWidget *scrubber = g_object_ref (GTK_WIDGET (self->scrubber));
  GtkBox *from = self->narrow ? self->lower : self->upper;
  GtkBox *to = self->narrow ? self->upper : self->lower;

  gtk_box_remove (from, clock);
  gtk_box_remove (from, scrubber);
  gtk_box_append (to, clock);
  gtk_box_append (to, scrubber);
  gtk_box_reorder_child_after (self->lower, self->tail, gtk_widget_get_last_child (GTK_WIDGET (self->lower)));
  gtk_widget_set_hexpand (self->tail, self->narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->upper), self->narrow);
  g_object_unref (clock);
  g_object_unref (scrubber);
}

static void
wave_transport_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  WaveTransport *self = WAVE_TRANSPORT (object);

  if (self->narrow == g_value_get_boolean (value))
    return;
  self->narrow = g_value_get_boolean (value);
  move (self);
  g_object_notify_by_pspec (object, pspec);
}

static void
wave_transport_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, WAVE_TRANSPORT (object)->narrow);
}

static void
wave_transport_dispose (GObject *object)
{
  WaveTransport *self = WAVE_TRANSPORT (object);

  g_clear_object (&self->replay_signals);
  g_clear_object (&self->log_signals);
  g_clear_object (&self->replay);
  g_clear_object (&self->actions);
  gtk_widget_dispose_template (GTK_WIDGET (self), WAVE_TYPE_TRANSPORT);
  G_OBJECT_CLASS (wave_transport_parent_class)->dispose (object);
}

static void
wave_transport_class_init (WaveTransportClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_transport_dispose;
  G_OBJECT_CLASS (klass)->set_property = wave_transport_set_property;
  G_OBJECT_CLASS (klass)->get_property = wave_transport_get_property;
  g_type_ensure (WAVE_TYPE_SCRUBBER);
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
  signal_close = g_signal_new ("close", WAVE_TYPE_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/wavescope/Wavescope/ui/wave-transport.ui");
  gtk_widget_class_bind_template_child (widget_class, WaveTransport, upper);
  gtk_widget_class_bind_template_child (widget_class, WaveTransport, lower);
  gtk_widget_class_bind_template_child (widget_class, WaveTransport, clock_box);
  gtk_widget_class_bind_template_child (widget_class, WaveTransport, tail);
  gtk_widget_class_bind_template_child (widget_class, WaveTransport, play_button);
  gtk_widget_class_bind_template_child (widget_class, WaveTransport, clock);
  gtk_widget_class_bind_template_child (widget_class, WaveTransport, elapsed);
  gtk_widget_class_bind_template_child (widget_class, WaveTransport, scrubber);
  gtk_widget_class_bind_template_child (widget_class, WaveTransport, spinner);
  gtk_widget_class_bind_template_child (widget_class, WaveTransport, rate_button);
  gtk_widget_class_bind_template_child (widget_class, WaveTransport, close_button);
  gtk_widget_class_bind_template_callback (widget_class, on_change_value);
  gtk_widget_class_bind_template_callback (widget_class, on_close);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TOOLBAR);
}

static GMenuModel *
make_rates (void)
{
  GMenu *menu = g_menu_new ();

  for (guint i = G_N_ELEMENTS (rates); i > 0; i--)
    {
      g_autofree char *label = g_strdup_printf ("%g×", rates[i - 1]);
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "replay.rate", "d", rates[i - 1]);
      g_menu_append_item (menu, item);
    }
  return G_MENU_MODEL (menu);
}

static void
wave_transport_init (WaveTransport *self)
{
  static const GActionEntry entries[] = {
    { .name = "play", .activate = play_action },
    { .name = "on", .activate = step_action },
    { .name = "back", .activate = step_action },
    { .name = "start", .activate = jump_action },
    { .name = "end", .activate = jump_action },
    { .name = "forward", .activate = jump_action },
    { .name = "rewind", .activate = jump_action },
    { .name = "faster", .activate = change_rate_action },
    { .name = "slower", .activate = change_rate_action },
    { .name = "rate", .activate = rate_action, .parameter_type = "d", .state = "1.0" },
  };
  g_autoptr (GMenuModel) menu = NULL;

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "replay", G_ACTION_GROUP (self->actions));
  self->replay_signals = g_signal_group_new (WAVE_TYPE_REPLAY);
  g_signal_group_connect_swapped (self->replay_signals, "notify::ready", G_CALLBACK (on_ready), self);
  g_signal_group_connect_swapped (self->replay_signals, "notify::playing", G_CALLBACK (on_playing), self);
  g_signal_group_connect_swapped (self->replay_signals, "notify::rate", G_CALLBACK (on_rate), self);
  g_signal_group_connect_swapped (self->replay_signals, "notify::position-us", G_CALLBACK (on_position), self);
  g_signal_group_connect_swapped (self->replay_signals, "notify::seeking", G_CALLBACK (on_seeking), self);
  self->log_signals = g_signal_group_new (WAVE_TYPE_EVENT_LOG);
  g_signal_group_connect_swapped (self->log_signals, "notify::n-events", G_CALLBACK (on_progress), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  menu = make_rates ();
  gtk_menu_button_set_menu_model (self->rate_button, menu);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Playback"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scrubber), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Moment of the recording"), -1);
}
