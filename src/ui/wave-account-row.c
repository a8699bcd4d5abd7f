// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-account-row.h"

#include <glib/gi18n.h>

#include "ui/wave-account-dialogs.h"

struct _WaveAccountRow
{
  AdwActionRow parent_instance;
  AdwAvatar *avatar;
  GtkWidget *open_label;
  WaveAccount *account;
};

G_DEFINE_FINAL_TYPE (WaveAccountRow, wave_account_row, ADW_TYPE_ACTION_ROW)

static void
update (WaveAccountRow *self)
{
  g_autofree char *host = wave_account_dup_host (self->account);
  g_autofree char *tooltip = NULL;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), wave_account_get_label (self->account));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), host);
  /* Both lines may be cut. */
  tooltip = g_strdup_printf ("%s\n%s", wave_account_get_label (self->account), host);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
  gtk_widget_set_visible (self->open_label, wave_account_get_open (self->account));
  adw_avatar_set_text (self->avatar, wave_account_get_label (self->account));
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveAccountRow *self = WAVE_ACCOUNT_ROW (widget);

  gtk_widget_activate_action (widget, "app.open-account", "s", wave_account_get_id (self->account));
}

static void
rename_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  wave_account_present_rename (WAVE_ACCOUNT_ROW (widget)->account, widget);
}

static void
forget_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  wave_account_present_forget (WAVE_ACCOUNT_ROW (widget)->account, widget);
}

static void
wave_account_row_dispose (GObject *object)
{
  WaveAccountRow *self = WAVE_ACCOUNT_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), WAVE_TYPE_ACCOUNT_ROW);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (wave_account_row_parent_class)->dispose (object);
}

static void
wave_account_row_class_init (WaveAccountRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_account_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/wavescope/Wavescope/ui/wave-account-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WaveAccountRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, WaveAccountRow, open_label);
  gtk_widget_class_install_action (widget_class, "account.open-in-window", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "account.rename", NULL, rename_action);
  gtk_widget_class_install_action (widget_class, "account.forget", NULL, forget_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "account.rename", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "account.forget", NULL);
}

static void
wave_account_row_init (WaveAccountRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
wave_account_row_new (WaveAccount *account)
{
  WaveAccountRow *self = g_object_new (WAVE_TYPE_ACCOUNT_ROW, NULL);

  self->account = g_object_ref (account);
  g_signal_connect_object (account, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

WaveAccount *
wave_account_row_get_account (WaveAccountRow *row)
{
  g_return_val_if_fail (WAVE_IS_ACCOUNT_ROW (row), NULL);
  return row->account;
}
