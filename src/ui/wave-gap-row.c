// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-gap-row.h"

#include <glib/gi18n.h>

#include "model/wave-room-parts.h"
#include "ui/wave-format.h"
#include "ui/wave-words.h"

struct _WaveGapRow
{
  AdwExpanderRow parent_instance;

  GtkWidget *icon, *spinner, *verify; /* borrowed */
  GtkWidget *away, *fetched, *gone, *proof;

  WaveMonitor *monitor; /* nullable: nobody can be asked */
  WaveGap *gap;
  GCancellable *cancellable;
  gboolean verifying;
  char *error; /* nullable: why the last "verify" did not come to a verdict */
};

G_DEFINE_FINAL_TYPE (WaveGapRow, wave_gap_row, ADW_TYPE_EXPANDER_ROW)

static void
say (GtkWidget *row, const char *text)
{
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
}

static char *
away_words (WaveGap *gap)
{
  gint64 end = wave_gap_get_end_mono (gap);
  guint tries = wave_gap_get_tries (gap);
  g_autofree char *span = end >= 0 ? wave_format_span (end - wave_gap_get_start_mono (gap)) : NULL;
  g_autofree char *counted = tries > 0 ? g_strdup_printf (ngettext ("%u try to connect", "%u tries to connect", tries), tries) : NULL;

  if (span == NULL)
    return g_strdup (counted != NULL ? counted : "–");
  return counted != NULL ? g_strdup_printf ("%s · %s", span, counted) : g_steal_pointer (&span);
}

static char *
proof_words (WaveGapRow *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *detail = wave_gap_get_detail (self->gap);

  if (wave_gap_get_end_wall (self->gap) < 0)
    g_string_append (text, _("Still to come, with the catch-up"));
  else if (wave_gap_get_complete (self->gap))
    {
      g_string_append (text, _("Complete: sync went on until the server had no more to give"));
      if (detail != NULL && *detail != '\0')
        g_string_append_printf (text, " (%s)", detail);
    }
  else if (detail != NULL && *detail != '\0')
    g_string_append_printf (text, _("Not complete: %s"), detail);
  else
    g_string_append (text, _("Not complete: the server could not prove that this is all"));
  if (self->verifying)
    g_string_append_printf (text, "\n%s", _("Verifying…"));
  else if (self->error != NULL)
    g_string_append_printf (text, _("\nCould not be verified: %s"), self->error);
  else if (wave_gap_get_verdict (self->gap) != NULL)
    {
      gint64 verified = wave_gap_get_verified_wall (self->gap);
      g_autofree char *clock = verified > 0 ? wave_format_when (verified, g_get_real_time ()) : NULL;

      g_string_append_printf (text, "\n%s", wave_gap_get_verdict (self->gap));
      if (clock != NULL)
        g_string_append_printf (text, " (%s)", clock);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_icon (WaveGapRow *self)
{
  static const char *const classes[] = { "success", "warning", "error" };
  gboolean open = wave_gap_get_end_wall (self->gap) < 0;
  const char *icon, *css_class, *words;

  if (wave_gap_get_n_missing (self->gap) > 0)
    icon = "dialog-error-symbolic", css_class = "error", words = _("Something is missing");
  else if (!wave_gap_get_complete (self->gap))
    icon = "dialog-warning-symbolic", css_class = "warning", words = _("Not complete");
  else
    icon = "object-select-symbolic", css_class = "success", words = _("Complete");
  gtk_widget_set_visible (self->spinner, open || self->verifying);
  gtk_widget_set_visible (self->icon, !open && !self->verifying);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon);
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (self->icon, classes[i]);
  gtk_widget_add_css_class (self->icon, css_class);
  gtk_widget_set_tooltip_text (self->icon, words);
}

static void
show (WaveGapRow *self)
{
  g_autofree char *title = wave_words_gap_title (self->gap);
  g_autofree char *away = away_words (self->gap);
  g_autofree char *fetched = wave_words_gap_fetched (self->gap);
  g_autofree char *gone = wave_words_gap_gone (self->gap);
  g_autofree char *proof = proof_words (self);
  const char *cause = wave_gap_get_cause_text (self->gap);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), cause != NULL ? cause : "");
  say (self->away, away);
  say (self->fetched, fetched);
  say (self->gone, gone);
  say (self->proof, proof);
  gtk_widget_set_visible (self->verify, self->monitor != NULL);
  gtk_widget_set_sensitive (self->verify, wave_gap_get_end_wall (self->gap) >= 0 && !self->verifying);
  show_icon (self);
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveGapRow) self = user_data;
  g_autoptr (GError) error = NULL;

  wave_monitor_verify_gap_finish (WAVE_MONITOR (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->gap == NULL)
    return;
  self->verifying = FALSE;
  g_set_str (&self->error, error != NULL ? error->message : NULL);
  show (self);
}

void
wave_gap_row_verify (WaveGapRow *row)
{
  g_return_if_fail (WAVE_IS_GAP_ROW (row));
  if (row->monitor == NULL || row->verifying || wave_gap_get_end_wall (row->gap) < 0)
    return;
  row->verifying = TRUE;
  g_clear_pointer (&row->error, g_free);
  show (row);
  wave_monitor_verify_gap_async (row->monitor, row->gap, row->cancellable, on_verified, g_object_ref (row));
}

static GtkWidget *
add_row (WaveGapRow *self, const char *title)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  gtk_widget_add_css_class (row, "property");
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
  return row;
}

static void
wave_gap_row_dispose (GObject *object)
{
  WaveGapRow *self = WAVE_GAP_ROW (object);

  g_cancellable_cancel (self->cancellable);
  if (self->gap != NULL)
    g_signal_handlers_disconnect_by_func (self->gap, show, self);
  g_clear_object (&self->gap);
  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (wave_gap_row_parent_class)->dispose (object);
}

static void
wave_gap_row_finalize (GObject *object)
{
  WaveGapRow *self = WAVE_GAP_ROW (object);

  g_object_unref (self->cancellable);
  g_free (self->error);
  G_OBJECT_CLASS (wave_gap_row_parent_class)->finalize (object);
}

static void
wave_gap_row_class_init (WaveGapRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_gap_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_gap_row_finalize;
}

static void
wave_gap_row_init (WaveGapRow *self)
{
  self->cancellable = g_cancellable_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  self->icon = gtk_image_new ();
  self->spinner = adw_spinner_new ();
  gtk_widget_set_valign (self->spinner, GTK_ALIGN_CENTER);
  /* Prefixes stand in reverse order; only one of them is shown. */
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (self), self->spinner);
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (self), self->icon);
  self->away = add_row (self, _("Time Away"));
  self->fetched = add_row (self, _("Fetched by Sync"));
  self->gone = add_row (self, _("Cannot Be Fetched"));
  self->proof = add_row (self, _("Proof"));
  self->verify = gtk_button_new_with_mnemonic (_("_Verify"));
  gtk_widget_set_valign (self->verify, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->verify, _("Read the range again by sync and compare it with the journal"));
  g_signal_connect_swapped (self->verify, "clicked", G_CALLBACK (wave_gap_row_verify), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->proof), self->verify);
}

GtkWidget *
wave_gap_row_new (WaveMonitor *monitor, WaveGap *gap)
{
  WaveGapRow *self = g_object_new (WAVE_TYPE_GAP_ROW, NULL);

  g_set_object (&self->monitor, monitor);
  self->gap = g_object_ref (gap);
  g_signal_connect_swapped (gap, "notify", G_CALLBACK (show), self);
  show (self);
  return GTK_WIDGET (self);
}
