// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-time-row.h"

#include <glib/gi18n.h>

struct _WaveTimeRow
{
  AdwActionRow parent_instance;
  GtkSpinButton *hours, *minutes;
  guint value;
  gboolean setting;
};

enum { PROP_0, PROP_MINUTES, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (WaveTimeRow, wave_time_row, ADW_TYPE_ACTION_ROW)

static void
on_changed (WaveTimeRow *self)
{
  guint value = (guint) (gtk_spin_button_get_value_as_int (self->hours) * 60 + gtk_spin_button_get_value_as_int (self->minutes));

  if (self->setting || value == self->value)
    return;
  self->value = value;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MINUTES]);
}

static gboolean
on_output (GtkSpinButton *spin, gpointer user_data)
{
  g_autofree char *text = g_strdup_printf ("%02d", gtk_spin_button_get_value_as_int (spin));

  gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

static GtkSpinButton *
add_spin (WaveTimeRow *self, int end, int page, const char *name)
{
  GtkWidget *spin = gtk_spin_button_new_with_range (0, end - 1, 1);

  gtk_spin_button_set_increments (GTK_SPIN_BUTTON (spin), 1, page);
  gtk_spin_button_set_wrap (GTK_SPIN_BUTTON (spin), TRUE);
  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (spin), TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), 2);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (spin), 2);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (spin), GTK_ORIENTATION_HORIZONTAL);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (spin, "numeric");
  gtk_widget_add_css_class (spin, "time-spin");
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect (spin, "output", G_CALLBACK (on_output), NULL);
  g_signal_connect_swapped (spin, "value-changed", G_CALLBACK (on_changed), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), spin);
  on_output (GTK_SPIN_BUTTON (spin), NULL);
  return GTK_SPIN_BUTTON (spin);
}

static void
wave_time_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  g_value_set_uint (value, WAVE_TIME_ROW (object)->value);
}

static void
wave_time_row_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  WaveTimeRow *self = WAVE_TIME_ROW (object);

  if (self->value == g_value_get_uint (value))
    return;
  self->value = g_value_get_uint (value);
  self->setting = TRUE;
  gtk_spin_button_set_value (self->hours, self->value / 60);
  gtk_spin_button_set_value (self->minutes, self->value % 60);
  self->setting = FALSE;
  g_object_notify_by_pspec (object, pspec);
}

static void
wave_time_row_class_init (WaveTimeRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = wave_time_row_get_property;
  object_class->set_property = wave_time_row_set_property;
  props[PROP_MINUTES] = g_param_spec_uint ("minutes", NULL, NULL, 0, 24 * 60 - 1, 0, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
wave_time_row_init (WaveTimeRow *self)
{
  GtkWidget *colon = gtk_label_new (":");

  self->hours = add_spin (self, 24, 6, _("Hours"));
  gtk_accessible_update_state (GTK_ACCESSIBLE (colon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), colon);
  self->minutes = add_spin (self, 60, 15, _("Minutes"));
}
