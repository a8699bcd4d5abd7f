// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>

#include "ui/wave-scope-format.h"
#include "ui/wave-scope-lists.h"

struct _WaveScopeList
{
  AdwBin parent_instance;

  GtkListView *view;
  WaveTenant *tenant;
  GtkSelectionModel *streams;
};

enum { PICKED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WaveScopeList, wave_scope_list, ADW_TYPE_BIN)

static void
show_sentence (WaveStream *stream, GParamSpec *pspec, GtkListItem *item)
{
  WaveTenant *tenant = g_object_get_data (G_OBJECT (item), "tenant");
  g_autofree char *sentence = wave_scope_stream_sentence (tenant, stream, wave_tenant_get_now_mono (tenant));
  g_autofree char *text = g_strdup_printf ("%s %s", wave_scope_outcome_sign (stream), sentence);

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
  gtk_list_item_set_accessible_label (item, sentence);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, WaveScopeList *self)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_set_margin_start (label, 12);
  gtk_widget_set_margin_end (label, 12);
  g_object_set_data_full (G_OBJECT (item), "tenant", g_object_ref (self->tenant), g_object_unref);
  gtk_list_item_set_child (item, label);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, WaveScopeList *self)
{
  WaveStream *stream = gtk_list_item_get_item (item);

  show_sentence (stream, NULL, item);
  g_signal_connect (stream, "notify::outcome", G_CALLBACK (show_sentence), item);
  g_signal_connect (stream, "notify::stalled", G_CALLBACK (show_sentence), item);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, WaveScopeList *self)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), show_sentence, item);
}

static void
on_activate (GtkListView *view, guint position, WaveScopeList *self)
{
  g_autoptr (WaveStream) stream = g_list_model_get_item (G_LIST_MODEL (gtk_list_view_get_model (view)), position);

  if (stream != NULL)
    g_signal_emit (self, signals[PICKED], 0, stream);
}

/* The newest first. */
static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  guint64 x = wave_stream_get_serial ((WaveStream *)a);
  guint64 y = wave_stream_get_serial ((WaveStream *)b);

  return (x < y) - (x > y);
}

/* A view keeps two hundred rows up to date, and has GTK style them anew whenever one is added, though nobody sees them. */
static void
wave_scope_list_map (GtkWidget *widget)
{
  WaveScopeList *self = WAVE_SCOPE_LIST (widget);

  gtk_list_view_set_model (self->view, self->streams);
  GTK_WIDGET_CLASS (wave_scope_list_parent_class)->map (widget);
}

static void
wave_scope_list_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (wave_scope_list_parent_class)->unmap (widget);
  gtk_list_view_set_model (WAVE_SCOPE_LIST (widget)->view, NULL);
}

static void
wave_scope_list_dispose (GObject *object)
{
  g_clear_object (&WAVE_SCOPE_LIST (object)->streams);
  g_clear_object (&WAVE_SCOPE_LIST (object)->tenant);
  G_OBJECT_CLASS (wave_scope_list_parent_class)->dispose (object);
}

static void
wave_scope_list_class_init (WaveScopeListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_scope_list_dispose;
  GTK_WIDGET_CLASS (klass)->map = wave_scope_list_map;
  GTK_WIDGET_CLASS (klass)->unmap = wave_scope_list_unmap;
  signals[PICKED] = g_signal_new ("picked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  WAVE_TYPE_STREAM);
}

static void
wave_scope_list_init (WaveScopeList *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (on_unbind), self, G_CONNECT_DEFAULT);
  self->view = GTK_LIST_VIEW (gtk_list_view_new (NULL, factory));
  gtk_list_view_set_single_click_activate (self->view, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Streams"), -1);
  g_signal_connect (self->view, "activate", G_CALLBACK (on_activate), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->view));
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), 180);
  gtk_widget_set_vexpand (scrolled, TRUE);
  adw_bin_set_child (ADW_BIN (self), scrolled);
}

GtkWidget *
wave_scope_list_new (WaveTenant *tenant)
{
  WaveScopeList *self = g_object_new (WAVE_TYPE_SCOPE_LIST, NULL);
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (compare, NULL, NULL));
  GtkSortListModel *sorted
      = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (wave_tenant_get_streams (tenant))), sorter);

  self->tenant = g_object_ref (tenant);
  self->streams = GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (sorted)));
  return GTK_WIDGET (self);
}
