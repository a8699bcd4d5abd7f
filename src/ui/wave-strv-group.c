// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-strv-group.h"

#include <glib/gi18n.h>

/* More rows than this are not shown one by one. */
#define MAX_ROWS 200
#define MAX_CHARS 200

struct _WaveStrvGroup
{
  AdwPreferencesGroup parent_instance;
  GSettings *settings;
  char *key, *add_title, *empty_title;
  GtkWidget *entry, *empty; /* borrowed, of the group */
  GPtrArray *rows;          /* likewise */
};

enum { PROP_0, PROP_ADD_TITLE, PROP_EMPTY_TITLE, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (WaveStrvGroup, wave_strv_group, ADW_TYPE_PREFERENCES_GROUP)

static void
write_list (WaveStrvGroup *self, const char *without, const char *with)
{
  g_auto (GStrv) before = g_settings_get_strv (self->settings, self->key);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) after = NULL;

  for (guint i = 0; before[i] != NULL; i++)
    if (g_strcmp0 (before[i], without) != 0 && g_strcmp0 (before[i], with) != 0)
      g_strv_builder_add (builder, before[i]);
  if (with != NULL)
    g_strv_builder_add (builder, with);
  after = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, self->key, (const char *const *) after);
}

static void
on_remove (GtkButton *button, WaveStrvGroup *self)
{
  g_autofree char *text = g_strdup (g_object_get_data (G_OBJECT (button), "text"));

  /* The row goes while its button is being clicked: the text must outlive it. */
  write_list (self, text, NULL);
  if (self->entry != NULL)
    gtk_widget_grab_focus (self->entry);
}

static void
on_apply (AdwEntryRow *entry, WaveStrvGroup *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));

  if (*text == '\0')
    return;
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  write_list (self, NULL, text);
  gtk_widget_grab_focus (GTK_WIDGET (entry));
}

static GtkWidget *
make_row (WaveStrvGroup *self, const char *text)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  /* Translators: %s is a word or an address that is taken out of a list. */
  g_autofree char *tooltip = g_strdup_printf (_("Remove “%s”"), text);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), text);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, tooltip);
  g_object_set_data_full (G_OBJECT (button), "text", g_strdup (text), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_remove), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static void
fill (WaveStrvGroup *self)
{
  g_auto (GStrv) list = g_settings_get_strv (self->settings, self->key);
  guint n = MIN (g_strv_length (list), MAX_ROWS);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *row = make_row (self, list[i]);

      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
      g_ptr_array_add (self->rows, row);
    }
  gtk_widget_set_visible (self->empty, n == 0 && self->empty_title != NULL);
}

void
wave_strv_group_bind (WaveStrvGroup *group, GSettings *settings, const char *key)
{
  g_autofree char *signal = g_strconcat ("changed::", key, NULL);

  g_return_if_fail (WAVE_IS_STRV_GROUP (group) && group->settings == NULL);
  group->settings = g_object_ref (settings);
  group->key = g_strdup (key);
  if (group->add_title != NULL)
    {
      group->entry = adw_entry_row_new ();
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (group->entry), group->add_title);
      adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (group->entry), TRUE);
      adw_entry_row_set_max_length (ADW_ENTRY_ROW (group->entry), MAX_CHARS);
      g_signal_connect (group->entry, "apply", G_CALLBACK (on_apply), group);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), group->entry);
    }
  group->empty = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (group->empty), group->empty_title != NULL ? group->empty_title : "");
  gtk_widget_add_css_class (group->empty, "dim-label");
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), group->empty);
  g_signal_connect_object (settings, signal, G_CALLBACK (fill), group, G_CONNECT_SWAPPED);
  fill (group);
}

static void
wave_strv_group_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  WaveStrvGroup *self = WAVE_STRV_GROUP (object);

  g_set_str (prop_id == PROP_ADD_TITLE ? &self->add_title : &self->empty_title, g_value_get_string (value));
}

static void
wave_strv_group_finalize (GObject *object)
{
  WaveStrvGroup *self = WAVE_STRV_GROUP (object);

  g_ptr_array_unref (self->rows);
  g_clear_object (&self->settings);
  g_free (self->key);
  g_free (self->add_title);
  g_free (self->empty_title);
  G_OBJECT_CLASS (wave_strv_group_parent_class)->finalize (object);
}

static void
wave_strv_group_class_init (WaveStrvGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = wave_strv_group_set_property;
  object_class->finalize = wave_strv_group_finalize;
  props[PROP_ADD_TITLE] = g_param_spec_string ("add-title", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_EMPTY_TITLE] = g_param_spec_string ("empty-title", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
wave_strv_group_init (WaveStrvGroup *self)
{
  self->rows = g_ptr_array_new ();
}
