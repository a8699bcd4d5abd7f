// SPDX-License-Identifier: GPL-3.0-or-later
// What a person should look at: limits that were met, what could not be understood, a server that is not what it was; and the bridges.
#include "config.h"

#include "ui/wave-connection-page-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/wave-room-parts.h"
#include "protocol/wave-text.h"
#include "ui/wave-format.h"
#include "ui/wave-words-room.h"

/* Types that are named; the Activity page has them all. */
#define NAMED_TYPES 6

static char *
shown (const char *text, gsize max_chars)
{
  return wave_text_make_visible (text, strlen (text), max_chars);
}

/* Notices are kept as "class\ntitle\nwhat about it", so that they are compared before anything is built anew. */
static void
add (GStrvBuilder *builder, const char *css_class, const char *title, const char *detail)
{
  g_autofree char *one = g_strjoin ("\n", css_class, title, detail, NULL);

  g_strv_builder_add (builder, one);
}

static char *
list_types (WaveTenant *tenant)
{
  g_autoptr (GPtrArray) types = wave_tenant_list_unknown_types (tenant);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < MIN (types->len, NAMED_TYPES); i++)
    {
      const WaveTypeCount *count = types->pdata[i];
      g_autofree char *name = shown (count->type, 60);

      g_string_append_printf (text, "%s%s ×%" G_GUINT64_FORMAT, i > 0 ? ", " : "", name, count->n);
    }
  if (types->len > NAMED_TYPES)
    g_string_append_printf (text, ngettext (" and %u more", " and %u more", types->len - NAMED_TYPES), types->len - NAMED_TYPES);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static GStrv
list_notices (WaveConnectionPage *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  WaveTenant *tenant = wave_monitor_get_tenant (self->monitor);
  g_autoptr (GPtrArray) bounds = wave_tenant_list_bounds_hit (tenant);
  WaveJournal *journal = wave_monitor_get_journal (self->monitor);
  WaveJournalStatus status = { 0 };
  WaveSessionCounters counters;
  g_autofree char *failure = NULL;
  g_autofree char *set_aside = NULL;
  g_autofree char *former = NULL;
  g_autofree char *name = NULL;

  wave_session_get_counters (wave_monitor_get_session (self->monitor), &counters);
  g_object_get (self->monitor, "journal-failure", &failure, "set-aside", &set_aside, "former-server-name", &former, NULL);
  g_object_get (tenant, "server-name", &name, NULL);
  if (former != NULL)
    {
      g_autofree char *was = shown (former, 100);
      g_autofree char *is = shown (name != NULL ? name : "", 100);
      g_autofree char *detail = g_strdup_printf (_("Last time it was %s, now it is %s. Be sure that this is the server that you mean."), was, is);

      add (builder, "warning", _("The Server Has Another Name"), detail);
    }
  if (failure != NULL)
    add (builder, "error", _("The Journal Cannot Be Written"), failure);
  if (journal != NULL)
    {
      wave_journal_get_status (journal, &status);
      g_free (status.failure);
    }
  if (status.left_out > 0)
    {
      g_autofree char *count = wave_format_count (status.left_out);
      g_autofree char *detail = g_strdup_printf (ngettext ("%s could not be written and more could not wait in memory. The durable ones are fetched the next time Wavescope starts.",
                                                           "%s could not be written and more could not wait in memory. The durable ones are fetched the next time Wavescope starts.",
                                                           status.left_out),
                                                 count);

      add (builder, "error", _("Events Left Out of the Journal"), detail);
    }
  if (set_aside != NULL)
    {
      g_autofree char *detail = g_strdup_printf (_("It was damaged and is kept as %s; a new one was begun."), set_aside);

      add (builder, "warning", _("The Journal Was Set Aside"), detail);
    }
  if (counters.malformed + counters.invalid > 0)
    {
      guint64 n = counters.malformed + counters.invalid;
      g_autofree char *count = wave_format_count (n);
      g_autofree char *detail = g_strdup_printf (ngettext ("%s came that is not what the protocol says. It is kept and shown on the Activity page, with the reason.",
                                                           "%s came that are not what the protocol says. They are kept and shown on the Activity page, with the reason.", n),
                                                 count);

      add (builder, "warning", _("Malformed Events"), detail);
    }
  if (counters.unknown > 0)
    {
      g_autofree char *detail = list_types (tenant);

      add (builder, "", _("Undocumented Event Types"), detail);
    }
  for (guint i = 0; i < bounds->len; i++)
    add (builder, "warning", _("A Limit Was Reached"), bounds->pdata[i]);
  return g_strv_builder_end (builder);
}

static GtkWidget *
make_notice (const char *notice)
{
  g_auto (GStrv) parts = g_strsplit (notice, "\n", 3);
  GtkWidget *row = adw_action_row_new ();
  const char *icon = g_str_equal (parts[0], "error")     ? "dialog-error-symbolic"
                     : g_str_equal (parts[0], "warning") ? "dialog-warning-symbolic"
                     : g_str_equal (parts[0], "success") ? "object-select-symbolic"
                                                         : "dialog-information-symbolic";
  GtkWidget *image = gtk_image_new_from_icon_name (icon);

  if (*parts[0] != '\0')
    gtk_widget_add_css_class (image, parts[0]);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), parts[1]);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), parts[2]);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
  return row;
}

void
wave_connection_page_show_notices (WaveConnectionPage *self)
{
  g_auto (GStrv) notices = list_notices (self);

  if (notices[0] == NULL)
    {
      g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

      add (builder, "success", _("Nothing Out of the Ordinary"), _("Everything that came was understood, and no limit was reached"));
      g_strfreev (notices);
      notices = g_strv_builder_end (builder);
    }
  if (self->notices != NULL && g_strv_equal ((const char *const *) self->notices, (const char *const *) notices))
    return;
  for (guint i = 0; i < self->notice_rows->len; i++)
    adw_preferences_group_remove (self->notice_group, self->notice_rows->pdata[i]);
  g_ptr_array_set_size (self->notice_rows, 0);
  for (guint i = 0; notices[i] != NULL; i++)
    {
      GtkWidget *row = make_notice (notices[i]);

      adw_preferences_group_add (self->notice_group, row);
      g_ptr_array_add (self->notice_rows, row);
    }
  g_strfreev (self->notices);
  self->notices = g_steal_pointer (&notices);
}

/* ---- bridges ---- */

static GtkWidget *
make_bridge_row (WaveConnectionPage *self)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *time = gtk_label_new (NULL);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  gtk_widget_add_css_class (time, "numeric");
  gtk_widget_add_css_class (time, "dim-label");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), time);
  g_object_set_data (G_OBJECT (row), "time", time);
  adw_preferences_group_add (self->bridge_group, row);
  return row;
}

static void
show_bridge (GtkWidget *row, WaveBridge *bridge)
{
  const char *id = wave_bridge_get_bridge_id (bridge), *transport = wave_bridge_get_transport (bridge);
  const char *error = wave_bridge_get_error (bridge);
  g_autofree char *shown_id = shown (id, 80);
  g_autofree char *shown_transport = transport != NULL ? wave_words_transport (transport) : g_strdup ("");
  g_autofree char *title = *shown_transport != '\0' ? g_strdup_printf ("%s · %s", shown_transport, shown_id) : g_strdup (shown_id);
  g_autofree char *status = wave_words_bridge_status (wave_bridge_get_status (bridge));
  g_autofree char *words = error != NULL && *error != '\0' ? g_strdup_printf ("%s: %s", status, error) : g_strdup (status);
  g_autofree char *line = shown (words, 300);
  guint errors = wave_bridge_get_n_errors (bridge);
  g_autofree char *count = errors > 0 ? g_strdup_printf (ngettext (" · %u error", " · %u errors", errors), errors) : g_strdup ("");
  g_autofree char *detail = g_strconcat (line, count, NULL);
  gint64 changed = wave_bridge_get_changed_wall (bridge);
  g_autofree char *when = changed > 0 ? wave_format_when (changed, g_get_real_time ()) : g_strdup ("–");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), detail);
  gtk_label_set_text (GTK_LABEL (g_object_get_data (G_OBJECT (row), "time")), when);
  if (error != NULL && *error != '\0')
    gtk_widget_add_css_class (row, "error");
  else
    gtk_widget_remove_css_class (row, "error");
}

void
wave_connection_page_show_bridges (WaveConnectionPage *self)
{
  WaveTenant *tenant = self->tenant;
  guint n = g_list_model_get_n_items (self->bridges);
  guint64 federation = wave_tenant_get_kind_count (tenant, WAVE_EVENT_FEDERATION);
  g_autofree char *count = wave_format_count (federation);

  if (self->federation_row == NULL)
    {
      GtkWidget *value = gtk_label_new (NULL);

      self->federation_row = adw_action_row_new ();
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->federation_row), _("Events From Other Servers"));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->federation_row), _("Notices of the federation since the start"));
      gtk_widget_add_css_class (value, "numeric");
      adw_action_row_add_suffix (ADW_ACTION_ROW (self->federation_row), value);
      g_object_set_data (G_OBJECT (self->federation_row), "value", value);
      adw_preferences_group_add (self->bridge_group, self->federation_row);
    }
  gtk_label_set_text (GTK_LABEL (g_object_get_data (G_OBJECT (self->federation_row), "value")), count);
  while (self->bridge_rows->len > n)
    {
      adw_preferences_group_remove (self->bridge_group, self->bridge_rows->pdata[self->bridge_rows->len - 1]);
      g_ptr_array_remove_index (self->bridge_rows, self->bridge_rows->len - 1);
    }
  while (self->bridge_rows->len < n)
    g_ptr_array_add (self->bridge_rows, make_bridge_row (self));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveBridge) bridge = g_list_model_get_item (self->bridges, i);

      show_bridge (self->bridge_rows->pdata[i], bridge);
    }
  adw_preferences_group_set_description (self->bridge_group, n == 0 ? _("No bridge has told its state yet") : NULL);
}
